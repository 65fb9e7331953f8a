"""How well an SAE explains activations: FVU, L0, fire rates."""
from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from seismo_sae.bf16 import from_bf16_bits
from seismo_sae.files import Sae

CHUNK = 4096


@dataclass(frozen=True)
class Fidelity:
    rows: int
    fvu: float  # residual sum of squares / sum of squares around the mean row
    l0: float  # features active per row
    dead: int  # features active in no row
    fire_rate: np.ndarray  # [d_sae], share of rows


def measure(sae: Sae, bits: np.ndarray) -> Fidelity:
    """Over all rows of `bits` `[rows, d_in]` (bf16 bits)."""
    mean = np.mean([from_bf16_bits(bits[i : i + CHUNK]).mean(0, dtype=np.float64) for i in range(0, len(bits), CHUNK)], 0)
    residual = total = 0.0
    fired = np.zeros(sae.d_sae, np.int64)
    for start in range(0, len(bits), CHUNK):
        rows = from_bf16_bits(bits[start : start + CHUNK])
        f = sae.encode(rows)
        fired += (f > 0).sum(0)
        residual += float(np.square(rows - sae.decode(f), dtype=np.float64).sum())
        total += float(np.square(rows - mean, dtype=np.float64).sum())
    n = len(bits)
    return Fidelity(n, residual / total, float(fired.sum() / n), int((fired == 0).sum()), fired / n)


def with_threshold(sae: Sae, bits: np.ndarray, k: float) -> Sae:
    """One threshold for all features such that `k` features are active per row of `bits` on average."""
    pre = np.concatenate(
        [
            dataclasses.replace(sae, threshold=np.zeros_like(sae.threshold)).encode(from_bf16_bits(bits[i : i + CHUNK]))
            for i in range(0, len(bits), CHUNK)
        ]
    )
    rank = int(len(bits) * k)
    cut = np.partition(pre.ravel(), pre.size - rank)[pre.size - rank]
    return dataclasses.replace(sae, threshold=np.full_like(sae.threshold, cut))
