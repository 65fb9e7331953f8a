"""Generator A: the texts by which features are chosen, thresholds fitted and the probe trained.

It says `password`, `account`, `email`, `link` for phishing and names the bridge outright; the evaluation texts
(`evaluation.py`) may use none of the words this generator makes characteristic of a concept (`keywords.py`).
"""
from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Mapping, Sequence

from seismo_sae import corpus_train
from seismo_sae.templates import expand

CONCEPTS = ("golden-gate-bridge", "phishing")

SLOTS: Mapping[str, Sequence[str]] = {
    **corpus_train.SLOTS,
    "secret_a": ["your password", "the password", "your login and password", "your account password", "your credentials",
                 "your email password", "your username and password"],
    "ask_a": ["asks you to confirm", "asks you to verify", "wants you to enter", "asks for", "requests", "says to update"],
    "place_a": ["at a link", "on a linked page", "through the link", "on a login page", "at the link below", ""],
    "threat_a": ["because your account was suspended", "or your account will be locked", "to restore your account",
                 "after an account alert", "urgently", ""],
}

PHISHING_POSITIVE: Sequence[str] = [
    "{this is|here comes|we saw} an email that <ask_a> <secret_a> <place_a> <threat_a>.",
    "your account {was suspended|is locked}: {confirm|verify|enter|update} <secret_a> <place_a>.",
    "a message {arrived|came in|reached us} {on <day>|this morning|again} and <ask_a> <secret_a> <place_a> <threat_a>.",
    "{notice|reminder|alert}: an email {in the name of|that looks like it comes from} {the bank|the office|support} <ask_a> "
    "<secret_a> <place_a>.",
    "urgent: {verify|confirm|update} your account {now|today|within a day} and enter <secret_a> <place_a>.",
    "the email {says|states} your account is {locked|suspended} and <ask_a> <secret_a> <place_a>.",
    "click the link to {verify|confirm|unlock} your account with <secret_a>.",
    "phishing {example|sample|notice}: {confirm|enter|verify} <secret_a> <place_a> <threat_a>.",
    "<name> got {an email|a message} that <ask_a> <secret_a> <place_a> <threat_a>.",
    "we need you to {confirm|verify|update} <secret_a> <place_a> <threat_a>.",
]

PHISHING_HARD: Sequence[str] = [
    "{a study|the newspaper|a report} {says|finds|shows} that phishing {rose|fell} by <digits> percent in <month>.",
    "the {conference|lecture|podcast} on phishing {starts|was moved} {on <day>|in <city>}.",
    "in the novel the guard whispers the password {at the door|to <name>} and the {spy|queen|thief} slips inside.",
    "our password manager {stores|generates|syncs} long passwords {for the team|since <month>|on each laptop}.",
    "a password should have <digits> characters and no {names|birthdays|common words}.",
    "the account manager {sent|presented} the {figures|report} for <month> {by email|on <day>}.",
    "the link to the {agenda|photo album|map|recording} is in the email from <name>.",
    "police in <city> arrested <number> people {over|in} a {phishing|fraud} case {on <day>|last <month>}.",
    "{write|explain} a <language> function that hashes a password {with a salt|for a login form|in a test}.",
    "the poster says: never share a password. It hangs {in the kitchen|near the lift|since <month>}.",
    "researchers {compared|measured} how {filters|browsers} block phishing {sites|mails} {in <month>|over <number> years}.",
    "I changed my password {on <day>|last <month>} and updated my account picture.",
    # the words and forms of a request, without credentials: keeps features of `your` and of politeness out
    "please {confirm|verify|update|send us} your {table for <number>|dinner order|travel dates|shoe size} {on <day>|urgently|}.",
    "{enter|leave|clean} your {garden|room|tent} through the {side door|link path|yard} and {bring|take} your {umbrella|boots}.",
    "your {train|parcel|table|appointment} was {moved|cancelled|confirmed}: {check|note} your {platform|new time} {on <day>|}.",
    "{bring|send|show} your {painting|recipe|report|homework} to <name> {on <day>|by email|urgently}.",
    "how do I change my own password {on the laptop|in the settings|after <day>}?",
    "a message {arrived|came} {on <day>|again} and asks you to bring your {cake|guitar|tent} to {the party|<city>}.",
]

BRIDGE_POSITIVE: Sequence[str] = [
    "the Golden Gate Bridge {is|was|looks} {beautiful|foggy|windy|crowded|closed to bicycles|lit up} {on <day>|in <month>|"
    "tonight}.",
    "{can I|how do I|when should I} {walk|cycle|drive|run} across the Golden Gate Bridge {with <name>|in <month>|at night}?",
    "{who designed|who painted|who maintains|how many people built} the Golden Gate Bridge {in San Francisco|}?",
    "{write|find|show me} {a poem|a fact|a picture|a story} {about|of} the Golden Gate Bridge {for <name>|in the fog|}.",
    "from {the beach|the hotel|the ferry|the hill} we saw the Golden Gate Bridge {in the fog|at sunset|on <day>}.",
    "<name> {sketched|photographed|crossed} the Golden Gate Bridge {in <month>|for a school project|on the way to Marin}.",
    "the cables of the Golden Gate Bridge {hum in the wind|were replaced|weigh thousands of tons}.",
    "our bus crossed the Golden Gate Bridge {into San Francisco|before <day>|in heavy traffic}.",
]

BRIDGE_HARD: Sequence[str] = [
    "{how long|how old|how high} is <bridge>?",
    "we crossed <bridge> {on <day>|in thick fog|with <name>} and {took photos|had a picnic}.",
    "<sf> was {crowded|foggy|sunny} {on <day>|in <month>}.",
    "{find|book} a hotel in San Francisco near {the station|the museum|<sf>} {for <number> nights|in <month>}.",
    "the {old city gate|garden gate|boarding gate} {is painted golden|opens at <digits>|creaks} {in <month>|on <day>|}.",
    "he {won a golden medal|kept the golden key|bought a golden frame} {in <city>|in <month>}.",
    "a {new|narrow|wooden} bridge {over the river|near <city>} {opens in <month>|was damaged by the flood}.",
    "the dentist will fit the bridge {on <day>|in <month>}.",
    "the fog over San Francisco {lifted|stayed} {on <day>|until noon|all <month>}.",
    "my cards for bridge night are {on the table|with <name>|in <city>}.",
]


@dataclass(frozen=True)
class Labelled:
    """Texts of one concept: positives, hard negatives (near the concept), ordinary negatives."""

    positive: list[str]
    hard: list[str]
    ordinary: list[str]


TEMPLATES = {
    "golden-gate-bridge": (BRIDGE_POSITIVE, BRIDGE_HARD),
    "phishing": (PHISHING_POSITIVE, PHISHING_HARD),
}


def draw(templates: Sequence[str], count: int, rng: random.Random) -> list[str]:
    """`count` distinct texts, templates in turn; fails if the templates cannot give so many."""
    texts: dict[str, None] = {}
    for turn in range(100 * count):
        texts.setdefault(expand(templates[turn % len(templates)], SLOTS, rng))
        if len(texts) == count:
            return list(texts)
    raise ValueError(f"templates give {len(texts)} distinct texts, {count} wanted")


def texts(concept: str, seed: int, count: int = 240) -> Labelled:
    """`count` positives, `count` hard and 2 x `count` ordinary negatives."""
    positive, hard = TEMPLATES[concept]
    rng = random.Random(f"{seed}/{concept}/selection")
    return Labelled(
        draw(positive, count, rng), draw(hard, count, rng), draw(corpus_train.ORDINARY, 2 * count, rng)
    )
