"""Aggregators and figures of merit."""
from __future__ import annotations

import numpy as np
import pytest

from seismo_sae import scoring, watch
from seismo_sae.files import Sae


def test_ema_max_halves_a_single_spike_and_converges_on_a_run():
    assert scoring.score_ema_max([0, 0, 8, 0]) == 4.0
    assert scoring.score_ema_max([8, 8, 8]) == 7.0
    assert scoring.score_ema_max([]) == 0.0
    assert scoring.score_max([1.0, 3.0]) == 3.0


def test_ema_max_of_all_agrees_with_the_scalar_form():
    values = np.random.default_rng(1).random((17, 5))
    expected = [scoring.score_ema_max(values[:, i]) for i in range(5)]
    assert watch.ema_max_of_all(values) == pytest.approx(expected)


def test_auroc_counts_ties_half():
    assert scoring.auroc(np.array([2.0, 3.0]), np.array([0.0, 1.0])) == 1.0
    assert scoring.auroc(np.zeros(3), np.zeros(4)) == 0.5
    assert scoring.auroc(np.array([1.0, 1.0]), np.array([0.0, 1.0])) == 0.75


def test_threshold_at_fpr_lets_no_more_through():
    negative = np.arange(200.0)
    cut = scoring.threshold_at_fpr(negative, 0.01)
    assert scoring.share_above(negative, cut) == 0.01
    assert scoring.threshold_at_fpr(negative[:99], 0.01) == 98.0


def test_wider_interval_over_frames_than_over_texts():
    scores = np.repeat([1.0, 0.0], 30)
    frames = np.repeat([0, 1], 30)
    assert scoring.frame_bootstrap(scores, frames, 0.5, seed=1) == (0.0, 1.0)
    low, high = scoring.frame_bootstrap(scores, np.arange(60), 0.5, seed=1)
    assert 0.3 < low < 0.5 < high < 0.7


def test_choice_takes_the_feature_that_tells_the_groups_apart():
    identity = np.eye(3, dtype=np.float32)
    zeros = np.zeros(3, np.float32)
    sae = Sae(identity, zeros, identity, zeros, np.full(3, 0.1, np.float32))
    rng = np.random.default_rng(2)

    def requests(column: int) -> list[np.ndarray]:
        rows = rng.random((12, 4, 3)).astype(np.float32) * 0.1
        rows[:, :, column] += 1
        return list(rows)

    choice = watch.choose(sae, requests(1), requests(0), requests(2))
    assert choice.features == [1]
    assert choice.selection_auroc == [1.0]


def test_probes_point_from_negatives_to_positives():
    rng = np.random.default_rng(3)
    low = [rng.normal(0, 1, (5, 4)).astype(np.float32) for _ in range(40)]
    high = [rows + np.float32(3) for rows in low]
    for fit in (watch.difference_of_means, watch.logistic_regression):
        probe = fit(high, low)
        score = [float((rows @ probe.weight + probe.bias).mean()) for rows in (*high, *low)]
        assert min(score[:40]) > max(score[40:])
