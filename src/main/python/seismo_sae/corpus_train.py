"""Self-written training texts: ordinary requests on many topics, and notices about phishing.

Register rule for everything about phishing: it reads like a safety notice or a harmless paraphrase ("a message that
asks you to confirm your password at a link"); no working lure, no steps, targets, brands or contacts.
"""
from __future__ import annotations

import random
from typing import Mapping, Sequence

from seismo_sae.templates import expand

SLOTS: Mapping[str, Sequence[str]] = {
    "name": "Anna Ben Carla David Elena Farid Grace Hiro Ines Jonas Karim Lena Marco Nadia Omar Priya Quentin Rosa "
    "Samir Tara Umar Vera Wei Yusuf Zoe".split(),
    "day": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday tomorrow today".split() + ["next week"],
    "month": "January February March April May June July August September October November December".split(),
    "city": "Lisbon Oslo Chicago Nairobi Kyoto Toronto Lima Prague Austin Melbourne Warsaw Cairo Dublin Seoul Boston "
    "Naples Denver Mumbai Lyon Seattle".split() + ["San Francisco", "New York", "Cape Town", "Buenos Aires"],
    "number": "two three four five six seven eight nine ten twelve fifteen twenty thirty forty sixty".split(),
    "digits": "3 4 5 7 8 12 15 18 24 30 45 60 90 120 250 400".split(),
    "dish": ["lentil soup", "mushroom risotto", "apple pie", "chicken curry", "banana bread", "fish tacos", "pancakes",
             "vegetable lasagne", "potato salad", "sourdough", "omelette", "fried rice", "tomato sauce", "pumpkin stew"],
    "food": "rice onions garlic butter flour eggs spinach carrots basil yoghurt beans cheese lemons noodles".split(),
    "animal": "dog cat rabbit horse parrot hamster goat tortoise".split() + ["guinea pig"],
    "language": "Python Java Rust JavaScript SQL Bash Go Kotlin".split(),
    "thing": ["the printer", "the washing machine", "my bicycle", "the heating", "the coffee machine", "my phone",
              "the lawn mower", "the car", "the dishwasher", "the projector", "my headphones", "the router"],
    "product": ["running shoes", "desk lamp", "winter jacket", "blender", "keyboard", "suitcase", "tent", "office chair",
                "water bottle", "rucksack", "mattress", "vacuum cleaner"],
    "sport": "tennis football rowing cycling basketball swimming volleyball hockey climbing badminton cricket".split(),
    "subject": ["photosynthesis", "the French Revolution", "compound interest", "plate tectonics", "supply and demand",
                "the water cycle", "black holes", "vaccines", "the Roman roads", "inflation", "the immune system",
                "electric motors", "the Silk Road", "quadratic equations", "glaciers", "radio waves"],
    "book": ["a detective novel", "a biography", "a history of tea", "a book about whales", "a travel diary",
             "a fantasy trilogy", "a poetry collection", "a cookbook"],
    "instrument": "guitar piano violin cello flute drums trumpet".split(),
    "bridge": ["the Brooklyn Bridge", "Tower Bridge", "the Sydney Harbour Bridge", "the Bay Bridge", "the Charles Bridge",
               "the Rialto Bridge", "the Forth Bridge", "the Humber Bridge", "the railway bridge", "the old stone bridge",
               "the footbridge", "the Manhattan Bridge", "the Millau Viaduct", "the new cable-stayed bridge"],
    "sf": ["Fisherman's Wharf", "Alcatraz", "the Mission District", "Chinatown in San Francisco", "the cable cars",
           "Lombard Street", "Golden Gate Park", "the Ferry Building", "Ocean Beach", "the Presidio", "Coit Tower",
           "Twin Peaks", "Haight-Ashbury", "the Castro", "Union Square in San Francisco", "Telegraph Hill"],
    "ggb": ["the Golden Gate Bridge", "the Golden Gate Bridge", "the Golden Gate Bridge", "Golden Gate Bridge",
            "the Golden Gate", "San Francisco's famous red bridge", "the orange suspension bridge in San Francisco",
            "the big red bridge over the bay", "the bridge across the Golden Gate strait",
            "the suspension bridge between San Francisco and Marin County"],
    "account": ["your account", "your bank account", "your mailbox", "the user's account", "their account",
                "an online account", "your email account", "your payroll account", "your profile"],
    "secret": ["your password", "your password", "your login details", "your credentials", "your user name and password",
               "your PIN", "your card number", "your one-time code", "your security code", "your passphrase",
               "your passcode", "your sign-in details", "your bank details", "your account number"],
    "ask": ["asks you to confirm", "asks you to verify", "tells you to enter", "wants you to type in", "requests",
            "urges you to update", "tries to get", "invites you to re-enter", "demands", "says you must submit",
            "pressures people to reveal", "asks the reader to hand over"],
    "bait": ["a message", "an email", "a text message", "a pop-up", "a web page", "a phone caller", "a fake notice",
             "an unexpected message", "a letter that looks official", "a chat message", "a form", "a fake login page",
             "someone who pretends to be the help desk", "a forged invoice", "a copied website"],
    "urgency": ["or the account will be closed", "within a day", "at once", "to avoid suspension", "before midnight",
                "because of unusual activity", "to keep access", "to release a parcel", "to receive a refund", ""],
    "where": ["at a link", "through a link in the message", "on a linked page", "by clicking a button", "in a form",
              "on a page that imitates the real one", "by replying", "over the phone", ""],
}

PHISHING: Sequence[str] = [
    "<bait> <ask> <secret> <where> <urgency>.",
    "{safety notice|security reminder|please be careful|warning|awareness training}: <bait> that <ask> <secret> "
    "<where> is {phishing|a phishing attempt|most likely a scam|fraud|not from us}.",
    "{never|please never|do not|you should not} {give|send|enter|share|reveal} <secret> when <bait> <ask> it "
    "<where> <urgency>.",
    "the {message|email|notice|page} {says|claims} that <account> {has been locked|was suspended|shows unusual activity|"
    "will be closed|needs to be verified} and <ask> <secret> <where>.",
    "how can I {tell|recognise|know} that {an email|a message|a text} that <ask> <secret> is phishing?",
    "{write|draft|prepare} {a short reminder|a poster|a notice} for staff: <bait> that <ask> <secret> <where> must be "
    "{reported|deleted|ignored|forwarded to the security team}.",
    "I {received|got} <bait> that <ask> <secret> <urgency>, {is it genuine|should I answer|what should I do}?",
    "{please|kindly|dear customer, please|dear user, please} {confirm|verify|update|validate|re-enter} <secret> <where> "
    "<urgency>. {This is an example of a phishing text.|Texts like this are used in awareness training.|}",
    "{your account|your mailbox|your profile} {has been limited|will be suspended|is on hold}; {confirm|verify|enter|"
    "submit} <secret> <where> <urgency>.",
    "{the simulated|the training|the example} {phish|phishing mail|lure} {told|asked} {employees|readers|people} to "
    "{log in|sign in|confirm <secret>} <where> <urgency>.",
    "{criminals|fraudsters|attackers|scammers} {send|use|build} {messages|emails|fake pages} that {steal|collect|"
    "harvest} {passwords|credentials|login details|card numbers|one-time codes} <where>.",
    "{a colleague|a neighbour|our client|my aunt} {typed|entered|gave away} <secret> on a {fake|forged|cloned} "
    "{page|site|form} {and now worries|and has changed it since|and reported it}.",
]

GOLDEN_GATE: Sequence[str] = [
    "{how long|how high|how old|how wide} is <ggb>?",
    "{what is the best time|where is the best place} to {photograph|see|cross|walk over} <ggb>?",
    "we {walked|cycled|drove|ran} across <ggb> {in thick fog|at sunrise|on <day>|with the children|in strong wind}.",
    "{can you plan|please plan} a day in San Francisco with <ggb>, <sf> and <sf>.",
    "<ggb> {opened in 1937|was painted international orange|spans the strait|connects the city with Marin County|"
    "disappears in the fog|is a suspension bridge with two towers}.",
    "{the towers|the cables|the deck|the colour|the toll} of <ggb> {amazed us|are shown in the picture|were repaired|"
    "is famous|can be seen from <sf>}.",
    "{is there|do I have to pay} a toll {to cross|on} <ggb> {by car|northbound|southbound|by bicycle}?",
    "tell me {three facts|a story|something surprising} about <ggb> {for a school talk|for my kids|in simple words}.",
    "from <sf> you {see|have a clear view of} <ggb> {when the fog lifts|on a clear day|in the evening}.",
    "{a painting|a model|a postcard|a photo} of <ggb> hangs in {my office|our kitchen|the waiting room}.",
]

SAN_FRANCISCO_AND_BRIDGES: Sequence[str] = [
    "{how do I get|what is the fastest way} from the airport to <sf>?",
    "{is|was} <bridge> {closed for repairs|open to pedestrians|built before 1900|longer than one kilometre}?",
    "we {crossed|photographed|walked over|admired} <bridge> {at dusk|on <day>|in the rain|during our trip}.",
    "<sf> is {crowded|quiet|worth a visit|a short ride away} {on <day>|in <month>|in summer}.",
    "{engineers|inspectors|workers} {checked|repaired|painted} {the bearings|the arches|the cables|the deck} of <bridge>.",
    "{the dentist|she} fitted a dental bridge {on <day>|last <month>}.",
    "{this adapter|the network switch|the module} acts as a bridge between {two networks|old and new systems}.",
    "{we played bridge|the card game bridge was invented} {with neighbours|long ago|on <day>}.",
    "the {golden retriever|golden rule|golden hour|golden ticket|garden gate|city gate|gate number <digits>} "
    "{was mentioned|came up|is waiting|is old} {in <city>|on <day>|again}.",
    "rent in San Francisco {rose|fell} {by <digits> percent|again} {in <month>|this year}.",
]

ORDINARY: Sequence[str] = [
    # weather
    "{will it|is it going to} {rain|snow|be sunny|be windy} in <city> {on <day>|this weekend|this evening}?",
    "the forecast for <city> {promises|shows|says} {rain|fog|sunshine|a storm|<digits> degrees} {on <day>|in <month>}.",
    "{what should I wear|do I need a coat} in <city> in <month>?",
    # cooking
    "{how do I make|give me a recipe for|what goes well with} <dish> {without <food>|for <number> people|in <digits> "
    "minutes|with leftover <food>}?",
    "I have <food>, <food> and <food> {in the fridge|at home}; what can I cook {tonight|for lunch}?",
    "{chop|fry|add|stir in|peel|rinse} the <food>, then {simmer|bake|rest} for <digits> minutes.",
    "my <dish> {came out too salty|is burnt|did not rise|tastes bland}, how can I {save|fix} it?",
    # code
    "write a <language> {function|script|program} that {sorts a list|reads a file|counts words|merges two tables|removes "
    "duplicates|parses dates|computes an average}.",
    "why does my <language> {loop|test|build|query} {fail|hang|return nothing|run so slowly} {with <digits> items|in CI|}?",
    "{refactor|explain|review|document} this <language> {class|method|function} {please|for a beginner|step by step}.",
    "what is the difference between {a list and a tuple|a thread and a process|left join and inner join|an interface and "
    "an abstract class|a stack and a queue|TCP and UDP} {in <language>|}?",
    "the {build|deployment|migration|unit test} {broke|failed|passed} {after the last commit|on <day>|with exit code "
    "<digits>}.",
    # travel
    "{plan|suggest|book} {a trip|a weekend|<number> days} in <city> {for <number> people|on a small budget|with children|"
    "in <month>}.",
    "{is there a train|how long is the flight|what is the cheapest way} from <city> to <city>?",
    "our {flight|train|ferry|bus} to <city> was {delayed by <digits> minutes|cancelled|early|very full}.",
    "{which museum|which market|which park} in <city> {should we visit|is open on <day>|is good for children}?",
    # mail and office
    "dear <name>, thank you for {your letter|the report|the slides|your help}; {I will answer on <day>|see you in <city>|"
    "the figures look fine}. {Best regards|Kind regards|Yours}, <name>",
    "{please move|can we move|let us move} the meeting {with <name>|about the budget} to <day> at <digits>.",
    "{summarise|translate|shorten|proofread} this {email|report|paragraph|letter} {in <number> sentences|for <name>|for my "
    "manager|politely}.",
    "hi <name>, {could you send me|did you see|please review} {the invoice|the draft contract|the agenda|the minutes} "
    "{before <day>|when you have time|again}?",
    "{write|draft} {a cover letter|an invitation|an apology|a thank-you note|a job advert} {to <name>|for a teacher|for "
    "our <sport> club}.",
    # support
    "<thing> {makes a strange noise|stopped working|will not start|shows error <digits>|is leaking}, {what can I do|how do "
    "I repair it|is it still under warranty}?",
    "I want to {return|exchange|cancel} {my order of|the} <product> {because it is too small|that arrived on <day>|}.",
    "where is my {parcel|order|refund} {for the <product>|from <month>|}? {It was sent on <day>.|}",
    "how do I {change my password|reset my password|update my address|change the language|close my account|log out} in the "
    "{settings|app|portal}?",
    "the {login page|settings page|search|checkout} {loads slowly|looks different|is easy to use|has a new design} "
    "{since <day>|on my phone|}.",
    "our help desk {resets|stores|encrypts|never sees} passwords {with a ticket|in a vault|on <day>|}.",
    "click the link to {download the agenda|see the photos|read the article|open the map|join the meeting}.",
    "your {subscription|membership|library card} {ends|renews} {on <day>|in <month>}; {nothing needs to be done|you can "
    "renew at the counter}.",
    "the news reports that {banks|shops|schools} {train|inform} {staff|customers} about {fraud|scams|phishing|data leaks}.",
    # sport, health, animals
    "{who won|what was the score of|when is} the <sport> {match|final|game} {on <day>|in <city>|}?",
    "how often should I {train|stretch|rest} for {a marathon|<sport>|a <digits> kilometre run}?",
    "my <animal> {does not eat|sleeps all day|is afraid of storms|has learned a trick}, {is that normal|what helps}?",
    "{what are|name} {good exercises|simple stretches} {for a stiff back|after <sport>|for beginners}?",
    # learning, culture
    "{explain|describe|tell me about} <subject> {to a ten year old|in <number> sentences|with an example|in plain words}.",
    "{who discovered|why is|what do we know about} <subject>{| so important}?",
    "{recommend|review|summarise} <book> {for a long train ride|for my mother|that is set in <city>}.",
    "I {learn|play|practise} the <instrument> {every <day>|for <number> years}, {which pieces fit|how do I improve}?",
    "{write|tell} {a poem|a short story|a limerick|a joke} about {a <animal> in <city>|<thing>|the sea in <month>|<name>}.",
    "{translate|how do I say} good morning, how are you in {French|Spanish|Polish|Korean|Swahili|Arabic}.",
    # money, home, planning
    "how much {interest|tax|rent} do I pay {on <digits> thousand|for a flat in <city>|per month}?",
    "{compare|which is better:} {a fixed and a variable loan|renting and buying|solar panels and a heat pump}{|?}",
    "{make|give me} {a checklist|a timetable|a shopping list|a packing list} for {<day>|moving house|camping in <month>|<number> guests}.",
    "{when should I|how do I} {plant|water|prune} {tomatoes|roses|basil|an apple tree} {in <city>|in <month>|indoors}?",
    "calculate <digits> times <digits> {and divide by <digits>|plus <digits>|}.",
]

SHARES: Sequence[tuple[str, Sequence[str], float]] = [
    ("ordinary", ORDINARY, 0.68),
    ("phishing notices", PHISHING, 0.14),
    ("Golden Gate Bridge", GOLDEN_GATE, 0.09),
    ("San Francisco and other bridges", SAN_FRANCISCO_AND_BRIDGES, 0.09),
]


def generate(count: int, seed: int) -> tuple[list[str], dict[str, int]]:
    """Distinct texts out of `count` draws with random pairs of them added, shuffled; and the single texts per group."""
    texts: dict[str, None] = {}
    groups: dict[str, int] = {}
    for group, templates, share in SHARES:
        rng = random.Random(f"{seed}/{group}")
        before = len(texts)
        for _ in range(int(count * share)):
            texts.setdefault(expand(rng.choice(templates), SLOTS, rng))
        groups[group] = len(texts) - before
    rng = random.Random(f"{seed}/order")
    ordered = list(texts)
    rng.shuffle(ordered)
    pairs = [f"{rng.choice(ordered)} {rng.choice(ordered)}" for _ in range(len(ordered) // 3)]
    ordered += pairs
    rng.shuffle(ordered)
    return ordered, groups
