"""The control of the encoder: numpy in double precision, one way of writing it for all families, and the law of flips."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np


def inputs(norm: str, rows: np.ndarray) -> np.ndarray:
    """What W is multiplied with, in double precision."""
    x = rows.astype(np.float64)
    if norm == "constant_norm":
        lengths = np.sqrt((x * x).sum(1, keepdims=True))
        return x * np.where(lengths == 0, 0, np.sqrt(x.shape[1]) / np.where(lengths == 0, 1, lengths))
    if norm in ("centre", "layer_norm"):
        x = x - x.mean(1, keepdims=True)
    return x / (x.std(1, ddof=1, keepdims=True) + 1e-5) if norm == "layer_norm" else x


def pre_activations(sae, rows: np.ndarray) -> np.ndarray:
    return inputs(sae.norm, rows) @ sae.W.astype(np.float64) + sae.c


def activate(sae, pre: np.ndarray) -> np.ndarray:
    """What fires of pre-activations; among equals of a topk the lower index."""
    if sae.function == "topk":
        order = np.argsort(-pre, axis=1, kind="stable")[:, :sae.k]
        kept = np.zeros(pre.shape, bool)
        np.put_along_axis(kept, order, True, 1)
        return np.where(kept & (pre > 0), pre, 0)
    return np.where(pre > sae.limits(), pre, 0)


def band(sae, rows: np.ndarray) -> np.ndarray:
    """8·√d·2⁻²⁴·(‖u‖·‖w‖ + |c|) of every row and feature."""
    lengths = np.linalg.norm(inputs(sae.norm, rows), axis=1)[:, None]
    columns = np.linalg.norm(sae.W.astype(np.float64), axis=0)
    return 8 * np.sqrt(sae.d_in) * 2.0**-24 * (lengths * columns + np.abs(sae.c.astype(np.float64)))


@dataclass
class Verdict:
    """`worst` is the largest difference of a value that both give, in units of the band."""

    rows: int
    fired: int
    flips_inside: int = 0
    flips_outside: int = 0
    values_outside: int = 0
    worst: float = 0.0

    def holds(self) -> bool:
        return self.flips_outside == 0 and self.values_outside == 0

    def __str__(self) -> str:
        return (f"{self.rows} rows, {self.fired} fired: {self.flips_inside} flips inside the band, {self.flips_outside} outside; "
                f"worst value {self.worst:.4f} of the band, {self.values_outside} outside")


def hold(sae, rows: np.ndarray, one: np.ndarray, other: np.ndarray, apart: float = 1.0) -> Verdict:
    """Holds dense features of two encoders against each other.

    A flip is inside when moving pre-activations by `apart` bands changes the control's own answer; values may be as far
    apart. `apart` is 1 against the control and 2 between two encoders in float32, each of which may be a band off.
    """
    pre, width = pre_activations(sae, rows), apart * band(sae, rows)
    verdict = Verdict(len(rows), int((other > 0).sum()))
    both = (one > 0) & (other > 0)
    ratio = np.abs(one.astype(np.float64) - other)[both] / (width / apart)[both]
    # Each value was rounded to float32 once more.
    slack = np.spacing(other.astype(np.float32))[both] / (width / apart)[both]
    verdict.worst = float(ratio.max()) if ratio.size else 0.0
    verdict.values_outside = int((ratio > apart + slack).sum())
    for row, feature in zip(*((one > 0) != (other > 0)).nonzero()):
        open_ = _answer(sae, pre[row], width[row], feature, 1) > 0 and _answer(sae, pre[row], width[row], feature, -1) == 0
        verdict.flips_inside += open_
        verdict.flips_outside += not open_
    return verdict


def _answer(sae, pre: np.ndarray, width: np.ndarray, feature: int, way: int) -> float:
    """The control's answer with this pre-activation moved one way, and all others the other."""
    moved = pre - way * width
    moved[feature] = pre[feature] + way * width[feature]
    return activate(sae, moved[None])[0, feature]


def dense(encoded) -> np.ndarray:
    """Encoded rows as [rows, width]."""
    out = np.zeros((encoded.rows, encoded.width), np.float32)
    out[np.repeat(np.arange(encoded.rows), encoded.counts), encoded.indices] = encoded.values
    return out
