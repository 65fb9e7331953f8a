"""The texts keep the rules that make the evaluation honest."""
from __future__ import annotations

import random

import pytest

from seismo_sae import corpus_train, evaluation, keywords, selection, templates

SEED = 7


def test_expansion_is_deterministic_and_tidy():
    first = templates.expand("{a|b} <x> {c|} .", {"x": ["y"]}, random.Random(1))
    assert first == templates.expand("{a|b} <x> {c|} .", {"x": ["y"]}, random.Random(1))
    assert first[0].isupper() and " ." not in first


def test_the_keyword_rule_finds_a_shared_word():
    watched = keywords.watched_keywords(["enter passwords"] * 10, ["a cat sat"] * 10)
    assert watched == {"password"} | {keywords.stem("enter")}
    assert keywords.violations(["The password."], watched) == [("password", "The password.")]


@pytest.mark.parametrize("concept", selection.CONCEPTS)
def test_evaluation_positives_share_no_watched_keyword(concept):
    chosen = selection.texts(concept, SEED)
    watched = keywords.watched_keywords(chosen.positive, chosen.ordinary)
    assert len(watched) >= 10
    assert keywords.violations(evaluation.texts(concept, SEED).positive.texts, watched) == []


@pytest.mark.parametrize("concept", [*selection.CONCEPTS, "golden-gate-bridge (named)"])
def test_evaluation_sets_are_large_enough_and_apart(concept):
    judged = evaluation.texts(concept, SEED)
    assert len(judged.positive.texts) >= 120
    assert len(judged.hard.texts) >= 120 and len(judged.ordinary.texts) >= 120
    every = judged.positive.texts + judged.hard.texts + judged.ordinary.texts
    assert len(set(every)) == len(every)


@pytest.fixture(scope="module")
def training() -> list[str]:
    return corpus_train.generate(90_000, SEED)[0]


@pytest.mark.parametrize("concept", selection.CONCEPTS)
def test_no_long_run_of_words_is_shared_with_training_or_selection(concept, training):
    judged = evaluation.texts(concept, SEED)
    chosen = selection.texts(concept, SEED)
    seen = training + chosen.positive + chosen.hard + chosen.ordinary
    assert not keywords.shared_shingles(judged.positive.texts + judged.hard.texts + judged.ordinary.texts, seen, 9)
