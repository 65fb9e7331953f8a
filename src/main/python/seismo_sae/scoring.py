"""Request scores and the figures by which a detector is judged. Pure numpy."""
from __future__ import annotations

from typing import Sequence

import numpy as np


def score_max(values: Sequence[float] | np.ndarray) -> float:
    """Largest token value of a request, 0 for a request without tokens."""
    return float(max(values, default=0.0))


def score_ema_max(values: Sequence[float] | np.ndarray, alpha: float = 0.5) -> float:
    """Largest e_t of e_t = alpha * x_t + (1 - alpha) * e_(t-1), e_(-1) = 0: the aggregator `ema(alpha).max`."""
    average = best = 0.0
    for value in values:
        average = alpha * float(value) + (1 - alpha) * average
        best = max(best, average)
    return best


def auroc(positive: np.ndarray, negative: np.ndarray) -> float:
    """Probability that a positive scores above a negative; ties count half."""
    values = np.concatenate([positive, negative])
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    n, m = len(positive), len(negative)
    return float((rank[:n].sum() - n * (n + 1) / 2) / (n * m))


def threshold_at_fpr(negative: np.ndarray, fpr: float) -> float:
    """Smallest threshold t for which at most `fpr` of the negatives score strictly above t."""
    allowed = int(np.floor(fpr * len(negative)))
    return float(np.sort(negative)[::-1][allowed])


def share_above(scores: np.ndarray, threshold: float) -> float:
    return float((scores > threshold).mean())


def wilson(successes: int, trials: int, z: float = 1.959964) -> tuple[float, float]:
    """95 % Wilson interval of a share of independent trials."""
    share = successes / trials
    centre = share + z * z / (2 * trials)
    half = z * np.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return float((centre - half) / scale), float((centre + half) / scale)


def frame_bootstrap(
    scores: np.ndarray, frames: Sequence[int], threshold: float, seed: int, draws: int = 2000
) -> tuple[float, float]:
    """95 % interval of the share above `threshold` when whole sentence frames are drawn again.

    Texts of one frame resemble each other, so an interval over single texts would be too narrow.
    """
    rng = np.random.default_rng(seed)
    distinct, index = np.unique(np.asarray(frames), return_inverse=True)
    hits = np.bincount(index, weights=scores > threshold)
    sizes = np.bincount(index)
    chosen = rng.integers(0, len(distinct), size=(draws, len(distinct)))
    shares = hits[chosen].sum(1) / sizes[chosen].sum(1)
    low, high = np.quantile(shares, [0.025, 0.975])
    return float(low), float(high)
