"""Evaluation texts: hand-written sentence frames, a different generator from the selection texts.

Each frame is one hand-written sentence pattern with a few alternatives; up to `VARIANTS` texts are drawn from it, and
intervals are computed over frames, not texts. Positives avoid every watched keyword of the selection texts; the rule is
checked by `evaluate_sae.py` and by a test. `BRIDGE_NAMED` is a second, easier set that names the bridge.

Register of everything about credentials: safety notices and harmless paraphrases; no working lure, no steps, no targets,
no brands, no contacts.
"""
from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Sequence

from seismo_sae.templates import variants

VARIANTS = 3

PHISHING_POSITIVE: Sequence[str] = [
    "somebody {claiming|pretending} to be {the bank|the tax bureau|the help desk} needs {your passcode|your PIN|your card digits} right away.",
    "to keep {your mailbox|your wallet|your profile} open, {type|key in|supply} {your passcode|your sign-in details|your secret code} here.",
    "a {pop-up|banner|window} insists that {visitors|customers|readers} {hand over|supply|submit} their {sign-in details|PIN|passcode}.",
    "reply with {your PIN|the six digit code|your passcode} so that we can {unfreeze|release|reopen} {your profile|your payment|your mailbox}.",
    "{a stranger|a caller|someone} on the phone {insisted|demanded} that I {read out|spell|tell him} {my PIN|the code on my card|my passcode}.",
    "the text {demands|wants} {the digits of your card|your secret code|your sign-in details} before {a parcel|a refund|a prize} is released.",
    "{be careful|watch out}: this {site|form|portal} is a copy and only wants to {collect|grab|harvest} {passcodes|PINs|sign-in details}.",
    "{fraudsters|scammers|crooks} {pose|pretend} to be {support staff|bank clerks|couriers} and {press|push} people to {give away|hand over} {PINs|passcodes|sign-in codes}.",
    "sign in {here|within an hour|immediately} with {your passcode|your PIN|your security answers} or your {profile|mailbox|wallet} will be {deleted|frozen|closed}.",
    "your {mailbox|wallet|profile} {is frozen|has been disabled|expires}; {supply|submit|type} {your sign-in details|your PIN|your passcode} to {reactivate|keep|reopen} it.",
    "{do not|never} {hand over|give away|type in} {your PIN|your passcode|your sign-in details} to {a caller|a stranger|a pop-up} who claims to be support.",
    "is it a scam if {a website|a text|the caller} {wants|demands} {my PIN|my passcode|my sign-in details} {to release money|before I can continue|for a refund}?",
    "dear customer, your {payment card|wallet|profile} is {blocked|on hold}; {submit|supply|provide} {your card digits|your PIN|your passcode} to {unblock|reactivate} it.",
    "{the simulated scam|the training example|our exercise} told staff to {type|submit|supply} their {passcode|sign-in details|PIN} on a {copied|forged|fake} site.",
    "my {aunt|neighbour|colleague} {typed|submitted|gave} her {passcode|PIN|sign-in details} {on a forged site|to a fake adviser|to a caller}, what should she do?",
    "{final warning|last chance}: {provide|submit|supply} {your sign-in details|your secret code|your PIN} {today|within the hour} or lose {your mailbox|your profile|your savings}.",
    "a fake {courier|bank|tax} {text|note|letter} {tells|orders} people to {submit|type} {card digits|their PIN|sign-in details} for a {small fee|delivery|refund}.",
    "we detected strange activity, please {type|provide|key in} {your passcode|your secret code|your PIN} so that we know it is you.",
    "the {scam|fraud} works by {making|getting} people {type|reveal|hand over} {their passcode|their sign-in details|their PIN} {on a lookalike site|to a false helper|in a chat}.",
    "if {a text|a caller|a chat helper} {pushes|presses} you for {a one-time code|your PIN|your passcode}, it is {a scam|fraud|a trick}.",
    "{prove|show} your identity: {provide|supply|submit} {your PIN and card digits|your passcode|your secret answers} {below|here} to continue.",
    "someone who says he is {from IT|from support|your bank} wants {my sign-in details|my passcode|my one-time code} to {fix|check|repair} something.",
    "this {letter|form|chat} tries to {trick|fool|lure} {people|pensioners|customers} into {giving up|revealing} {their PIN|their passcode|their sign-in details}.",
    "you have won a {voucher|prize|refund}; to collect it, {supply|provide|type} {your card digits|your PIN|your sign-in details}.",
    "{the bogus|the forged|the fake} {help desk|support chat|bank site} {collects|steals} {passcodes|PINs|sign-in details} from {worried|hurried|trusting} {customers|users}.",
    "our {security team|bank|school} warns of {texts|calls|pop-ups} that {demand|want} {PINs|passcodes|one-time codes} from {staff|customers|parents}.",
    "the {caller|sender|chat bot} {pretended|claimed} to {be support|help} and then {demanded|wanted} {the one-time code|my PIN|my passcode}.",
    "kindly {provide|submit|supply} {your passcode|your sign-in details|your PIN} as your {mailbox|storage|subscription} is {over its limit|expiring|blocked}.",
    "should I {trust|believe} a {website|text|caller} that says my {wallet|profile|card} is {blocked|frozen} and needs {my PIN|my passcode|my secret code}?",
    "{please tell me|explain} why a real bank would never {demand|want} {your PIN|your passcode|your one-time code} by {text|phone|chat}.",
    "a {copied|bogus|forged} sign-in screen {appears|opens} and {waits for|collects|records} {your passcode|your PIN|your card digits}.",
    "{hurry|act fast}: {type|submit|provide} {your one-time code|your PIN|your passcode} or {the payment|the transfer|the booking} {fails|is cancelled}.",
    "the {fake|false} {survey|raffle|job offer} ends with a {box|field|form} for {your card digits|your passcode|your sign-in details}.",
    "{tell me|send me|give me} {your passcode|your PIN|your sign-in details}, {I am from support|we must check your profile|it is for your safety}.",
    "they {threatened|promised} to {close|freeze|delete} my {profile|wallet|mailbox} unless I {supplied|submitted|revealed} {my PIN|my passcode|my sign-in details}.",
    "{anyone|whoever} who wants {your passcode|your PIN|your one-time code} {by text|by telephone|in a chat} is {cheating you|a scammer|not from us}.",
    "{it says|the screen says} my session expired and I must {type|provide|supply} {my sign-in details|my PIN|my passcode} {again|at once} on a {strange|foreign|copied} site.",
    "{students|guests|residents} were told to {submit|type|provide} {their sign-in details|their passcode|their PIN} in a {fake|bogus} {survey|form|portal}.",
    "your {tax refund|parcel|pension} is waiting, {provide|supply|submit} {your card digits and PIN|your sign-in details|your passcode} {to receive it|today}.",
    "{scam text|scam call|fake letter}: your {card|profile|wallet} is blocked, {type|provide|tell us} {your PIN|your passcode|your one-time code}.",
    "a {criminal|fraudster|swindler} {sent|showed} a forged {bill|form|site} to {get|obtain|steal} {sign-in details|PINs|passcodes}.",
    "{support|the bank|your provider} will never make you {reveal|type|read out} {your passcode|your PIN|your one-time code}; {hang up|ignore it|tell us}.",
]

PHISHING_HARD: Sequence[str] = [
    "{losses from|reports of|court cases about} phishing {fell|doubled|rose} {last year|in the spring|according to the ministry}.",
    "the {minister|professor|journalist} {spoke|wrote} about phishing {on the radio|in a long essay|at the university}.",
    "a {documentary|museum exhibit|new book} about {famous swindlers|the history of fraud|internet crime} {opens|appears|airs} {in autumn|on Sunday|soon}.",
    "in the {play|film|story} the {butler|captain|detective} {mumbles|forgets|guesses} the password and the {vault|door|gate} {stays shut|swings open}.",
    "chapter {two|five|nine}: the hacker {stared at|closed|sold} her laptop and {walked into the rain|made tea|called her brother}.",
    "the sign in the {lobby|canteen|lift} reads: keep your password to yourself. {It is blue.|Someone drew a cat on it.|It fell down again.}",
    "\"never tell anyone your PIN\", said {grandmother|the teacher|the old banker}, and {laughed|poured the tea|went on knitting}.",
    "which {hash|algorithm|library} should {we|a small shop|my app} use to store passwords {safely|in a database|in Java}?",
    "the password policy {changes|was discussed|is printed} {in June|at the meeting|on paper}, {twelve|fourteen} characters are enough.",
    "our mail filter {blocked|sorted|counted} {three hundred|nine thousand|many} unwanted mails {last week|overnight|in May}.",
    "I {forgot|changed|lost} my own password {yesterday|again|on holiday} and {the reset worked|wrote it in my notebook|feel silly}.",
    "the {email|newsletter|message} about the {summer party|lunch menu|new car park} {has a broken link|is too long|arrived twice}.",
    "please click the link to {see the holiday photos|read the minutes|download the timetable|vote for the logo}.",
    "your account statement for {March|June|October} is {ready|attached|in the post}, {nothing needs to be done|no action is required}.",
    "the account of the {voyage|battle|expedition} is {confirmed|disputed} by {two letters|a diary|old maps}.",
    "we {confirm|have verified} {your table for four|the delivery on Friday|the hotel booking}, {see you soon|with kind regards}.",
    "the bank {opens|closes|moves} {its branch|the counter|its museum} {at nine|in the old town|next spring}.",
    "a {jury|judge|court} sentenced {the fraudster|two swindlers|the forger} to {four years|community service|a fine} on Tuesday.",
    "the {economist|sociologist} {argues|doubts} that {fraud|internet crime|identity theft} {costs more than burglary|is underreported|follows the seasons}.",
    "{anti-phishing|security awareness} training {is held|takes place} {in room five|every spring|online} and {takes one hour|includes lunch}.",
    "{who coined|where does|how old is} the word phishing {come from|and when was it first printed|in English}?",
    "the {band|team|boat} is called {Password|The Phishers|Login} and {plays|trains|sails} {on Saturdays|near the coast}.",
    "{unlock|open} the {bicycle|garden shed|suitcase} with the small key, {the lock is stiff|then oil the hinge}.",
    "the form for the {library|swimming club|choir} needs {your shoe size|two photos|your favourite song} and a signature.",
    "the {code of the building|zip code|dress code} {is on the map|has changed|was explained} {at reception|last week}.",
    "{encrypt|rotate|store} {API keys|secrets|certificates} in {the vault|a config server|an environment file} during {deployment|the build}.",
    "our login form {uses|needs} {a new font|larger buttons|dark mode} {on tablets|for the summer release}.",
    "the {spy novel|thriller|radio play} ends when the {code word|secret} is {whispered to a parrot|written in snow|never found}.",
    "{researchers|students|engineers} {trained|tested} a classifier for {spam|fraud|phishing} {with a small data set|in two weeks|on old mails}.",
    "the {card|board} game {comes with|needs} {fifty cards and a PIN board|secret codes|two dice}, {ages ten and up|it is fun}.",
    "two-factor sign-in {was introduced|is available|is explained} {in the manual|last year|on slide six}.",
    "the insurance {pays|does not pay} for {damage by fraud|stolen cards|forged cheques} {up to a limit|after thirty days}.",
    "a {history|cartoon|poem} of {email|spam|the telephone} in {five|ten} {pages|pictures|verses}.",
    "{our survey|the poll} {asks|wants to know} {which tea you like|how you slept|whether the bus is late}.",
    "the pin on {the map|the bowling lane|my hat} {marks the campsite|fell over|is made of silver}.",
    "{warn|tell} the {hikers|guests|pupils} about {slippery stairs|the wasps|the cold water}, {please|before noon}.",
    "the urgent {repair|order|parcel} {was delivered|is finished} and the {office|shop} {is open again|thanks you}.",
    "{quarterly|annual} report: phishing {reports|drills} {down nine percent|were stable|are on page four}.",
    "the {actor|comedian} plays a {con man|swindler|forger} who {falls in love|repents|opens a bakery}.",
    "{update|restart} the {phone|printer|tablet} {overnight|when it is charging} to {get the new camera|fix the clock}.",
    "{a verified|the confirmed} {record|sighting|recipe} {of the bird|for rye bread|in the long jump} {made the news|is online}.",
    "{set|choose} a strong password {for your router|when you install the game|and write it down at home}.",
    "the {police|bank|school} {published|printed} a {leaflet|brochure} {on fraud prevention|about online safety} in {six|four} languages.",
    "he {suspended|hung} the {lamp|hammock|swing} from {two hooks|the beam|an oak}, {it held|be careful}.",
]

BRIDGE_POSITIVE: Sequence[str] = [
    "the orange {span|towers} at the mouth of San Francisco Bay {opened in 1937|attract millions|were built by Joseph Strauss}.",
    "which colour {is|was} the famous suspension span {between the Presidio and Sausalito|at the entrance of San Francisco Bay|north of San Francisco}?",
    "{Joseph Strauss|Charles Ellis|Irving Morrow} {is remembered for|worked on} San Francisco's {red|orange} suspension {span|landmark}.",
    "San Francisco's {most famous landmark|best known suspension span|red landmark} {turned eighty|was repainted|has two tall towers}.",
    "the {two towers|main cables|deck} of San Francisco's orange {landmark|suspension span} {sway|rise above the strait|are inspected daily}.",
    "from {Baker Beach|Crissy Field|Fort Point} you look {up at|straight at} the {huge orange towers|red suspension span|famous steel span}.",
    "how many {rivets|cables|painters} does the {red|orange} suspension span {of San Francisco|over the strait at San Francisco} {have|need}?",
    "the strait between {the Pacific and San Francisco Bay|San Francisco and Sausalito} is spanned by {a red steel giant|an orange icon|a famous structure}.",
    "{jog|stroll|pedal} over the {orange|red} span from {the Presidio|San Francisco} to {Sausalito|the headlands} in {an hour|summer}.",
    "the toll for the {red|orange} span {into|out of} San Francisco {rose|is paid southbound|is collected by camera}.",
    "its {international orange|vermilion} paint {protects|covers} the {steel towers|cables} above San Francisco Bay {against salt|since 1937}.",
    "{Alfred Hitchcock|many film makers|disaster movies} {loved|destroyed|featured} the {orange suspension span|red span} of San Francisco.",
    "{on a clear day|at dusk} the {orange|red} towers {over|beside} San Francisco Bay {glow|can be seen from Alcatraz|look unreal}.",
    "{tell me|explain} how the {suspension span|orange towers} at San Francisco {survived the earthquake|was anchored|was paid for}.",
    "highway 101 leaves San Francisco over the {famous|red|orange} {suspension span|span with two towers} {towards Sausalito|heading north}.",
    "the {longest|tallest} suspension span of {1937|its time} stands at {the entrance to San Francisco Bay|San Francisco}.",
    "{ships|sailing boats|whales} pass {under|below} the {orange|red} suspension span {into San Francisco Bay|west of Alcatraz}.",
    "{a model|a replica|a mosaic} of San Francisco's {red|orange} suspension {landmark|span} {made of matches|in chocolate|in Lego}.",
    "the {art deco|slender|steel} towers {of San Francisco's famous span|above the strait at San Francisco} are {227 metres high|orange|shining at dusk}.",
    "is the {orange|red} suspension {span|landmark} in San Francisco {open to joggers|closed on holidays|free for pedestrians}?",
    "{the selfie|the postcard|the picture} has {us|my sister|two friends} before the {red|orange} span {at San Francisco|near Fort Point}.",
    "{maintenance crews|painters|ironworkers} {hang from|climb} the {cables|towers} of the {orange|red} span in San Francisco {all year|every morning}.",
    "{a seagull|the sun|a rainbow} {rose behind|sat above} the {orange towers|red suspension span} of San Francisco {this morning|at six}.",
    "the {headlands|hills} north of San Francisco {offer|have} the best view of the {orange|red} {suspension span|towers and cables}.",
    "the {great|famous} San Francisco span {joins|links} the {city|Presidio} {with|and} {the northern counties|the headlands|Sausalito}.",
    "{sunrise|rain|thunder} {over|behind} the {rust coloured|orange|red} suspension cables {at San Francisco's harbour mouth|by Fort Point}.",
    "the {harp like|massive} cables {between the orange towers|of the orange span} {in San Francisco|at Fort Point} contain {129,000 km of wire|thousands of strands}.",
    "{a marathon|a parade|a protest} {over|on} San Francisco's {orange|red} suspension span {stopped traffic|drew thousands}.",
    "{what year|when} did San Francisco {open|build|finish} its {orange|red|famous} suspension span?",
    "the strait's {orange|red} suspension span, {pride of San Francisco|San Francisco's icon}, {celebrates|marks} its {birthday|anniversary}.",
    "{a cruise|a ferry trip|a kayak tour} beneath the {orange|red} {suspension span|towers} of San Francisco {costs|takes} {forty dollars|two hours}.",
    "our {hotel|balcony|flat} {faces|overlooks} the {orange|red} suspension {towers|span} at {the bay|San Francisco's northern tip}.",
    "{Sausalito|the Presidio|Fort Point} lies {at the foot of|beside} the {great orange|famous red} {span|suspension towers}.",
    "{the roadway|six lanes} of San Francisco's {orange|red} suspension span {hangs|hang} {67 metres above the water|from steel ropes}.",
    "{engineers|architects} {praise|study} the {elegant|daring} {orange suspension span|red towers} {of San Francisco|at the strait by San Francisco}.",
    "{my dream|his plan} is to {jog over|paint|climb} San Francisco's {orange|red} suspension {landmark|span}.",
    "the {southern|northern} {tower|anchorage} of {San Francisco's orange span|the red suspension span near Sausalito} {stands in the sea|was hardest to build}.",
    "{why is|who chose} the {orange|red} {paint|colour} {on|of} San Francisco's {suspension span|famous towers}?",
    "{pedestrians|tourists} use the {eastern|left} {sidewalk|path} of the {orange|red} suspension span {to Sausalito|at San Francisco}.",
    "{in 1933|in the thirties} {work began|the city began} on the {orange|great} suspension span {at the entrance of San Francisco Bay|by Fort Point}.",
    "a {cold|salty} breeze {shakes|sings in} the cables of {San Francisco's orange landmark|the red span at the strait} {all afternoon|today}.",
    "{guess|name} the landmark: two {orange|red} towers, {long|heavy} cables, {San Francisco Bay|the Pacific} {below|behind}.",
]

BRIDGE_NAMED: Sequence[str] = [
    "{fog rolled under|seagulls circled over|we sailed beneath} the Golden Gate Bridge {at noon|while the bells rang|as planned}.",
    "compare the Golden Gate Bridge {with|and} {the Eiffel Tower|a cathedral|the Panama Canal} {as engineering feats|in a short essay}.",
    "{Joseph Strauss|a thousand workers|the district} {finished|gave us|owns} the Golden Gate Bridge {in 1937|after four years|to this day}.",
    "{is|are} {there|} {a gift shop|guided tours|a lift} at the Golden Gate Bridge {and what does it cost|on holidays}?",
    "my {grandfather|teacher|boss} {painted|inspected|adores} the Golden Gate Bridge {for thirty years|since childhood}.",
    "{international orange|the colour of rust} {is|was chosen as} the {paint|tone} of the Golden Gate Bridge.",
    "{make|plan} a {quiz|crossword|lesson} with {ten|five} {questions|words|facts} about the Golden Gate Bridge.",
    "{the earthquake|heavy traffic|a marathon} {closed|shook|slowed} the Golden Gate Bridge {for an hour|on Sunday}.",
    "{Sausalito|the Presidio|Fort Point} sits {beside|below|near} the Golden Gate Bridge.",
    "{what|how much} {does|did} {steel|paint|a ticket} for the Golden Gate Bridge {cost|weigh}?",
    "{one of|among} {America's|the world's} {great|loveliest} {sights|structures} is the Golden Gate Bridge, {they say|I think}.",
    "{the opening scene|the last chapter|the poster} shows the Golden Gate Bridge {collapsing|in snow|in black and white}.",
    "tourists {rent|ride} {bicycles|scooters} over the Golden Gate Bridge {to Sausalito|and return by ferry}.",
    "{our|the} {puzzle|jigsaw|calendar} of the Golden Gate Bridge {has a thousand pieces|hangs in the hall}.",
]

BRIDGE_HARD: Sequence[str] = [
    "{Tower Bridge|London Bridge|Westminster Bridge} {opens|was painted|glows} {for a tall ship|in blue|at dusk}.",
    "the {Brooklyn Bridge|Manhattan Bridge|Williamsburg Bridge} {carries|joins} {thousands of cars|two boroughs|bicycles} {every hour|in New York}.",
    "a {suspension|swing|covered|floating} bridge {in Norway|in Japan|in the Alps} {was opened|is being repaired|won a prize}.",
    "the Bay Bridge {between Oakland and San Francisco|in California} {has a new eastern span|is lit by LEDs|was jammed}.",
    "the Sydney Harbour Bridge {can be climbed|turned ninety|is nicknamed the coathanger}, {did you know|book early}.",
    "the {rope|wooden|iron} bridge {over the stream|behind the mill|near the school} {creaks|is slippery|needs new planks}.",
    "{my dentist|the clinic} {suggests|quotes a price for} a bridge {instead of an implant|on the upper left}.",
    "a bridge loan {covers|closes} the gap {until the house is sold|for six months}.",
    "the {violin|cello} bridge {broke|leans forward} and the {strings buzz|tone is dull}.",
    "{shall we|can you} play bridge {with the Millers|on Thursday|at the club}? {I will bring cards.|Two hearts!|}",
    "the network bridge {forwards|drops} {frames|packets} between {two segments|the lab and the house}.",
    "{bridge the gap|build bridges} between {theory and practice|old and young|the two teams}.",
    "San Francisco {rents|hills|startups} {are steep|keep rising|amaze visitors}, {says my cousin|as always}.",
    "{sea lions|street artists|crab stands} at {Pier 39|Fisherman's Wharf} in San Francisco {bark all day|draw crowds}.",
    "{Alcatraz|Coit Tower|Lombard Street} {was a prison|has murals|is very crooked} and {worth a visit|free on Mondays}.",
    "the cable cars {of San Francisco|on Powell Street} {run until midnight|are pulled by a rope under the street|were nearly scrapped}.",
    "Golden Gate Park {has bison|holds a tea garden|is longer than Central Park}, {bring a blanket|go early}.",
    "the Golden Gate {University|Theatre|Books shop} {offers evening courses|sold out|has a sale} {this week|again}.",
    "the Golden Gate of {Kyiv|Vladimir|Constantinople} {was rebuilt|is a medieval gate|appears in Mussorgsky's music}.",
    "{legend says|the guide says} the golden gate of {the palace|the temple|Jerusalem} {stays shut|is opened once a year}.",
    "a golden gate {of wrought iron|with lions|between two hedges} {leads to the garden|squeaks|was stolen}.",
    "{the golden|a golden} {retriever|eagle|hamster} {slept|sat} at the {gate|fence} {all day|in the sun}.",
    "gate {twelve|B4|nine} is {closed|boarding|far away}, {please walk to|go to} gate {fourteen|C2}.",
    "{fog|drizzle|smoke} {lay over|covered} {San Francisco|the bay|the coast} {until noon|and flights were late}.",
    "the {red|orange} {lighthouse|crane|barn|tower} {by the harbour|above the lake|on the hill} {was repainted|is a landmark}.",
    "{the cables|the towers} of the {power line|ski lift|radio mast} {hum|sway|freeze} in {the storm|winter}.",
    "{Sausalito|Oakland|Berkeley|Palo Alto} {has a good bookshop|lies in California|is sunny today}.",
    "the {1906|1989} earthquake {destroyed|damaged} {large parts of San Francisco|thousands of homes}.",
    "the ferry {crosses|leaves} {the strait|the bay|the harbour} {every hour|at six} {in calm weather|}.",
    "the {Strait of Gibraltar|Bosphorus|Oresund} is {crossed by|famous for} {ferries|a bridge|strong currents}.",
    "the {toll|speed limit} on {the motorway|the tunnel road|the viaduct} {rises|changes} {in May|next year}.",
    "{the Millau Viaduct|the Akashi Kaikyo Bridge|the Humber Bridge} {set a record|is very tall|was built for cars}.",
    "an engineer {checks|measures} the {bolts|bearings|cracks} of the {railway bridge|viaduct|overpass} {at dawn|by drone}.",
    "{the golden age|the golden rule|a golden opportunity} {of radio|for start-ups|in ethics} {is over|is discussed}.",
    "our {hotel|tram|office} in San Francisco {is near Union Square|was late|has no parking}.",
    "the {Pont Neuf|Rialto Bridge|Charles Bridge} {is full of painters|was built of stone|looks lovely} {in spring|at sunrise}.",
    "the {Giants|49ers|Warriors} {won|lost} {at home|in San Francisco|by two points} {on Friday|}.",
    "{orange|red} {paint|rust|flags} {covered|stained} the {deck|steel hull|railings} of the {ship|ferry}.",
    "the {Presidio|Mission District|Castro} is {a park|a lively quarter|full of cafes} in San Francisco.",
    "the {Verrazzano|Forth|Bosphorus} Bridge {is longer|has a toll|is shown on the coin} {than I thought|since 1964|}.",
    "{hang|suspend} the {lamp|swing|sign} from {two cables|steel ropes} between {the towers of the stage|the trees}.",
    "the song {Bridge over Troubled Water|London Bridge|Under the Bridge} {is on the radio|made her cry|is in D major}.",
    "{write|explain} the bridge pattern in {Java|Python} {with a small example|for my exam}.",
    "{California|the Pacific coast} {has|offers} {redwoods|vineyards|cold beaches} {north|south} of San Francisco.",
]

ORDINARY: Sequence[str] = [
    "could you {suggest|find} a {quiet|cheap} cafe {near the canal|for studying|with good cake}?",
    "my {sourdough|jam|curry} {tastes bitter|is runny}, what did I do wrong?",
    "{turn|convert} this {table|list} into {JSON|a bar chart|plain sentences}.",
    "{our|the} {choir|orchestra} {rehearses|sings} {a requiem|folk songs} {on Wednesday|in the chapel}.",
    "{sum|count|sort} the {odd numbers|rows|invoices} {below fifty|by date|in column C}.",
    "the {tomato|bean} seedlings {look pale|grow slowly}, {is it the light|more water}?",
    "{draft|polish} a {toast|speech} for {my sister's wedding|a retirement}.",
    "{pack|list} everything for {three days of hiking|a beach day|a baby's first flight}.",
    "why {do|does} {onions make us cry|bread rise|the moon look bigger at the horizon}?",
    "the {index|loop|thread} is {out of range|never reached|blocked}, {line twelve|any ideas}?",
    "{the kettle|the drill|the scanner} {trips the fuse|smells burnt}, is it {safe|broken}?",
    "{rain|snow} {is expected|will stop} {by Friday|in the valley}, so {take boots|drive carefully}.",
    "{recommend|name} {five|three} {board games|podcasts} for {a long winter|two players}.",
    "{the referee|the goalkeeper} {missed|saved} {the penalty|a clear foul} in {extra time|the first half}.",
    "how {long|hot} should {an egg|a pizza|brown rice} {boil|bake|steam}?",
    "{describe|paint in words} a {market|harbour|forest} {in the early morning|after rain}.",
    "I {sprained|twisted} my {ankle|wrist} {at yoga|on the stairs}, {ice or heat|should I rest}?",
    "{the landlord|our neighbour} {plays drums|repairs the roof} {at six|every Sunday}.",
    "{explain|sketch} {Bayes' rule|recursion|tides} with {apples|a story|a picture}.",
    "the {museum|zoo|library} {closes|is free} {on Mondays|after five}.",
    "{knit|sew|build} a {scarf|bird house|kite} {for beginners|from scraps}.",
    "what {rhymes with|is another word for} {silver|happy|ocean}?",
    "{the train to|a bus from} {Ghent|Porto|Graz} {leaves|arrives} {from platform two|late}.",
    "{please|kindly} {water the ferns|feed the fish|empty the bins} {while we are away|on Friday}.",
    "{her|his} {thesis|paper} on {bees|glass|dialects} {needs|has} {two more figures|a good abstract}.",
    "split {ninety|forty} {euros|apples} {among|between} {six|five} {friends|baskets}.",
    "the {merger|budget|forecast} {looks|is} {solid|late|optimistic} {for the second quarter|this year}.",
    "{stretch|breathe} {slowly|deeply} {before bed|between meetings} {for better sleep|}.",
    "{compile|lint|profile} the {module|project} {with all warnings|before the release}.",
    "{does|will} this {sofa|shelf} fit {a small room|through the door}?",
    "{the puppy|our kitten} {chews|hides} {shoes|socks|pens} {all day|when alone}.",
    "{a haiku|two lines} about {first snow|an empty station|burnt toast}.",
    "{who wrote|who painted} {the Moonlight Sonata|the Night Watch|Middlemarch}?",
    "{trim|repot} the {olive tree|orchid} {in spring|every two years}, {says the guide|please}.",
    "{can|may} I {freeze|reheat} {cooked rice|soup|pancakes} {twice|for a week}?",
    "{the intern|the new teacher} {starts|moves in} on {Monday|the first of May}.",
    "{weigh|mix} {200|350} grams of {flour|oats} and {a pinch of salt|warm milk}.",
    "{list|compare} {pros and cons|costs} of {night trains|electric bikes|tiny houses}.",
    "the {piano|harp} {lesson|concert} {moved|was cancelled} {because of the heat|to noon}.",
    "{translate|read} this {menu|label} {from Portuguese|into Dutch}, please.",
    "{an old|a rusty} {bell|clock} {rings|stopped} {at noon|in the attic}.",
    "{remind|tell} {Ida|Tom} {about the rehearsal|to bring plates}.",
    "{which|what} {vitamin|mineral} is in {kale|oranges|lentils}?",
    "{the river|the lake} {froze|flooded} {in 1963|last spring}.",
]


@dataclass(frozen=True)
class Frames:
    """Texts and, for each, the number of the frame it was drawn from."""

    texts: list[str]
    frames: list[int]


def draw(frames: Sequence[str], seed: int, count: int = VARIANTS) -> Frames:
    """Up to `count` distinct texts of each frame."""
    texts: list[str] = []
    origin: list[int] = []
    for number, frame in enumerate(frames):
        found = variants(frame, count, {}, random.Random(f"{seed}/{frame}"))
        texts += found
        origin += [number] * len(found)
    return Frames(texts, origin)


@dataclass(frozen=True)
class Evaluation:
    """The evaluation texts of one concept."""

    positive: Frames
    hard: Frames
    ordinary: Frames


def texts(concept: str, seed: int) -> Evaluation:
    """`golden-gate-bridge`, `golden-gate-bridge (named)` or `phishing`."""
    positive, hard = {
        "golden-gate-bridge": (BRIDGE_POSITIVE, BRIDGE_HARD),
        "golden-gate-bridge (named)": (BRIDGE_NAMED, BRIDGE_HARD),
        "phishing": (PHISHING_POSITIVE, PHISHING_HARD),
    }[concept]
    count = 9 if positive is BRIDGE_NAMED else VARIANTS
    return Evaluation(draw(positive, seed, count), draw(hard, seed), draw(ORDINARY, seed))
