"""The rule that evaluation texts share no watched keyword with the selection texts, enforced by counting.

A *watched keyword* of a concept is a word (stem) that is characteristic of its selection positives: in at least 4 % of
them and at least four times as frequent there as in the ordinary selection texts. No evaluation positive may contain one.
"""
from __future__ import annotations

import re
from collections import Counter
from typing import Iterable, Sequence

MIN_SHARE = 0.04
MIN_RATIO = 4.0

FUNCTION_WORDS = frozenset(
    "a about after again all an and are as at be because been before below but by can come comes do does for from had "
    "has have he her here his how i if in into is it its looks me my no not of off on one or our out over people s same "
    "saw says she should so that the their them then there these they this through to today tonight tomorrow two up us "
    "want wants was way we were what when where which who will with within would you your need now".split()
)


# What an engineer might write by hand. The author knew the evaluation texts, which flatters this baseline.
HAND_MADE = {
    "golden-gate-bridge": r"golden gate bridge|san francisco|suspension|\bspan\b|towers?\b|sausalito|presidio|fort point|strait",
    "phishing": r"password|passcode|\bpins?\b|credential|sign-in|log-?in|one-time|card digits|verify|confirm|provide|submit|"
    r"supply|scam|fake|forged|phish",
}


def hand_made_score(concept: str, text: str) -> int:
    """Number of distinct hand-made keywords in a text."""
    return len(set(re.findall(HAND_MADE[concept], text.lower())))


def stem(word: str) -> str:
    """A crude stem: plural and verb endings are cut, so that `passwords` counts as `password`."""
    for ending in ("ing", "ied", "ies", "ed", "es", "s", "y", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def stems(text: str) -> set[str]:
    """Stems of the content words of a text, lower case."""
    words = re.findall(r"[a-z]+", text.lower())
    return {stem(word) for word in words if word not in FUNCTION_WORDS and len(word) > 1}


def watched_keywords(positive: Sequence[str], ordinary: Sequence[str]) -> set[str]:
    """Stems characteristic of the selection positives."""
    inside = Counter(word for text in positive for word in stems(text))
    outside = Counter(word for text in ordinary for word in stems(text))
    return {
        word
        for word, count in inside.items()
        if count / len(positive) >= MIN_SHARE
        and count / len(positive) >= MIN_RATIO * outside[word] / len(ordinary)
    }


def violations(texts: Iterable[str], keywords: set[str]) -> list[tuple[str, str]]:
    """Pairs (keyword, text) that break the rule."""
    return [(word, text) for text in texts for word in sorted(stems(text) & keywords)]


def shingles(text: str, size: int = 6) -> set[tuple[str, ...]]:
    """Runs of `size` words, lower case."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}


def shared_shingles(texts: Iterable[str], others: Iterable[str], size: int = 6) -> set[tuple[str, ...]]:
    """Runs of `size` words that occur in both collections."""
    left = set().union(*(shingles(text, size) for text in texts))
    return {run for text in others for run in shingles(text, size) if run in left}
