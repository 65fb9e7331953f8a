"""Choosing the features of a watched concept, and the baselines they are compared with. Pure numpy.

All token signals are `[n]` per request; a request score is `max` or `ema(0.5).max` over its ordinary tokens.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Sequence

import numpy as np

from seismo_sae.files import Sae
from seismo_sae.scoring import auroc, score_ema_max, threshold_at_fpr

Rows = Sequence[np.ndarray]  # one `[n_i, d_in]` f32 array per request
Signal = Callable[[np.ndarray], np.ndarray]  # rows [n, d_in] -> token values [n]


def ema_max_of_all(values: np.ndarray, alpha: float = 0.5) -> np.ndarray:
    """`ema(alpha).max` of each column of `values` `[n, features]`."""
    average = np.zeros(values.shape[1], values.dtype)
    best = average.copy()
    for row in values:
        average = alpha * row + (1 - alpha) * average
        np.maximum(best, average, out=best)
    return best


def feature_scores(sae: Sae, requests: Rows) -> np.ndarray:
    """`[requests, d_sae]` request scores of every feature under ema(0.5).max."""
    return np.stack([ema_max_of_all(sae.encode(rows)) for rows in requests])


def aurocs(positive: np.ndarray, negative: np.ndarray) -> np.ndarray:
    """AUROC of each column."""
    return np.array([auroc(positive[:, i], negative[:, i]) for i in range(positive.shape[1])])


TIE = 0.012


@dataclass(frozen=True)
class Choice:
    """Features read as max(f_a, f_b, ...), and the selection AUROC after each was added."""

    features: list[int]
    selection_auroc: list[float]
    effect: list[float]  # of each feature: mean request score of positives minus hard negatives


def choose(sae: Sae, positive: Rows, hard: Rows, ordinary: Rows, most: int = 3, gain: float = 0.004) -> Choice:
    """Greedy: one feature, then others while the AUROC of the maximum grows by `gain`.

    The AUROC is the mean of the one against hard and the one against ordinary negatives. The first feature is the one of
    largest effect (mean request score of positives minus that of hard negatives) among those within `TIE` of the best
    AUROC: features of a single word reach the same AUROC as broad ones, but do not last over tokens. Only the 40 best
    single features are tried as additions.
    """

    def quality(scores: tuple[np.ndarray, np.ndarray, np.ndarray]) -> float:
        return (auroc(scores[0], scores[1]) + auroc(scores[0], scores[2])) / 2

    groups = (positive, hard, ordinary)
    singles = [feature_scores(sae, group) for group in groups]
    single = (aurocs(singles[0], singles[1]) + aurocs(singles[0], singles[2])) / 2
    candidates = [int(i) for i in np.argsort(-single, kind="stable")[:40]]
    tokens = [[sae.encode(rows, np.array(candidates)) for rows in group] for group in groups]
    effect = singles[0].mean(0) - singles[1].mean(0)
    tied = [i for i, feature in enumerate(candidates) if single[feature] >= single[candidates[0]] - TIE]
    first = max(tied, key=lambda i: effect[candidates[i]])
    chosen = [first]
    path = [float(single[candidates[first]])]
    while len(chosen) < most:
        best, best_quality = -1, path[-1] + gain
        for i in range(len(candidates)):
            if i in chosen:
                continue
            columns = chosen + [i]
            scores = tuple(
                np.array([ema_max_of_all(f[:, columns].max(1, keepdims=True))[0] for f in group]) for group in tokens
            )
            if quality(scores) >= best_quality:
                best, best_quality = i, quality(scores)
        if best < 0:
            break
        chosen.append(best)
        path.append(float(best_quality))
    features = [candidates[i] for i in chosen]
    return Choice(features, path, [float(effect[i]) for i in features])


def feature_signal(sae: Sae, features: Sequence[int]) -> Signal:
    """max over the features, per token."""
    index = np.array(features)
    return lambda rows: sae.encode(rows, index).max(1)


def fires_above(traffic: Sequence[np.ndarray], share: float = 0.01) -> float:
    """Threshold on the request score, rounded up to 0.01, that at most `share` of ordinary requests exceed.

    `traffic` holds one array of token values per request.
    """
    scores = np.array([score_ema_max(values) for values in traffic])
    return float(np.ceil(100 * threshold_at_fpr(scores, share)) / 100)


@dataclass(frozen=True)
class Probe:
    """A linear probe: token value `weight . x + bias`."""

    weight: np.ndarray  # [d_in]
    bias: float

    def signal(self, rows: np.ndarray) -> np.ndarray:
        return np.maximum(rows @ self.weight + np.float32(self.bias), 0)


def difference_of_means(positive: Rows, negative: Rows) -> Probe:
    """Unit direction between the mean token rows; the bias puts 0 halfway between the two means."""
    high = np.concatenate(list(positive)).mean(0, dtype=np.float64)
    low = np.concatenate(list(negative)).mean(0, dtype=np.float64)
    weight = (high - low) / np.linalg.norm(high - low)
    return Probe(weight.astype(np.float32), float(-weight @ (high + low) / 2))


def logistic_regression(positive: Rows, negative: Rows, penalty: float = 1e-3, steps: int = 400) -> Probe:
    """Logistic regression on the requests' mean rows, both classes of equal weight; gradient descent in float64."""
    x = np.stack([rows.mean(0) for rows in (*positive, *negative)]).astype(np.float64)
    y = np.r_[np.ones(len(positive)), np.zeros(len(negative))]
    share = np.where(y == 1, 0.5 / len(positive), 0.5 / len(negative))
    mean, deviation = x.mean(0), x.std(0) + 1e-6
    z = (x - mean) / deviation
    weight, bias = np.zeros(z.shape[1]), 0.0
    for _ in range(steps):
        error = share * (1 / (1 + np.exp(-(z @ weight + bias))) - y)
        weight -= 0.5 * (z.T @ error + penalty * weight)
        bias -= 0.5 * error.sum()
    raw = weight / deviation
    return Probe(raw.astype(np.float32), float(bias - raw @ mean))
