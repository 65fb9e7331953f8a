"""Rows that were encoded beside the model: pairs of feature and value instead of activations.

Seismo scores them only under the manifest of hook, digest of the weights, units and width that its own encoder has; see
`EncodedRows` in `schemas/activation.proto`.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, List, Protocol, Sequence, Tuple

import google_crc32c
import numpy as np

from seismo_capture import wire
from seismo_capture.tensors import Staged

FEATURES = "activation"
SCORES = ("logit", "raw", "unit")
MAX_PAIRS = 2**16 - 2
"""Of a row: its count is 16 bits wide, and Seismo keeps the last value for rows that were not encoded."""


@dataclass(frozen=True, eq=False)
class EncodedRows:
    """What one encoder gave for some rows.

    `counts` says how many pairs each row has; `indices` ascend within a row. Of an SAE what fired, with values above 0; of a
    probe every output. `norms`, the rows' Euclidean norms, tell attention sinks. Raises ValueError for what Seismo would
    refuse.
    """

    weights: str
    units: str
    width: int
    counts: "np.ndarray[Any, Any]"
    indices: "np.ndarray[Any, Any]"
    values: "np.ndarray[Any, Any]"
    norms: "np.ndarray[Any, Any]" = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        counts = np.asarray(self.counts)
        if counts.size and not 0 <= int(counts.min()) <= int(counts.max()) <= MAX_PAIRS:
            raise ValueError(f"a row fires {int(counts.max())} features; at most {MAX_PAIRS} can be sent")
        for name, dtype in (("counts", "<u2"), ("indices", "<u4"), ("values", "<f4"), ("norms", "<f8")):
            object.__setattr__(self, name, np.ascontiguousarray(getattr(self, name), dtype).reshape(-1))
        total = int(self.counts.sum(dtype=np.int64))
        if len(self.indices) != total or len(self.values) != total or len(self.norms) not in (0, self.rows):
            raise ValueError(
                f"{self.rows} rows count {total} pairs, but there are {len(self.indices)} indices, {len(self.values)} values "
                f"and {len(self.norms)} norms")
        self._require_units()
        self._require_order()
        if not (np.isfinite(self.values).all() and np.isfinite(self.norms).all()):
            raise ValueError("values or norms are not finite: so are the rows they were made of")

    def _require_units(self) -> None:
        if self.units == FEATURES:
            if (self.values <= 0).any():
                raise ValueError("features that fired are above 0")
        elif self.units not in SCORES:
            raise ValueError(f"units are {FEATURES!r} of features, or one of {SCORES} of a probe, not {self.units!r}")
        elif (self.counts != self.width).any():
            raise ValueError("a probe gives every output of every row")

    def _require_order(self) -> None:
        if self.indices.size and int(self.indices.max()) >= self.width:
            raise ValueError(f"feature {int(self.indices.max())} of {self.width}")
        within = np.repeat(np.arange(self.rows), self.counts)
        wrong = (np.diff(self.indices.astype(np.int64)) <= 0) & (np.diff(within) == 0)
        if wrong.any():
            raise ValueError("the features of a row ascend")

    @property
    def rows(self) -> int:
        return len(self.counts)

    @property
    def size(self) -> int:
        """Bytes of all pairs."""
        return self.counts.nbytes + self.indices.nbytes + self.values.nbytes + self.norms.nbytes

    @property
    def row_bytes(self) -> int:
        """Bytes of the largest row."""
        most = int(self.counts.max()) if self.rows else 0
        return 2 + 8 * most + (8 if len(self.norms) else 0)

    def message(self, hook: str, runs: Sequence[Tuple[int, int]]) -> bytes:
        """`EncodedRows` of the contract, of these runs of (first row, rows) one after the other."""
        ends = np.concatenate(([0], np.cumsum(self.counts, dtype=np.int64)))

        def rows(array: "np.ndarray[Any, Any]") -> bytes:
            return b"".join(array[at:at + count].tobytes() for at, count in runs)

        def pairs(array: "np.ndarray[Any, Any]") -> bytes:
            return b"".join(array[ends[at]:ends[at + count]].tobytes() for at, count in runs)

        parts = [rows(self.counts), pairs(self.indices), pairs(self.values), rows(self.norms) if len(self.norms) else b""]
        manifest = (hook, self.weights, self.units)
        return wire.encoded(manifest, (sum(count for _, count in runs), self.width), parts, google_crc32c.value(b"".join(parts)))


class RowEncoder(Protocol):
    """Gives features, or scores, of rows. Called from the client's thread."""

    @property
    def d_in(self) -> int:
        """Width of a row."""

    def encode(self, rows: Any) -> EncodedRows:
        """What it makes of rows [rows, d_in]: a tensor, or what `stage` gave."""


@dataclass(frozen=True, eq=False)
class Deferred:
    """Rows that the client's thread will encode, so that the model does not wait for it. They are not sent."""

    staged: Staged
    encoders: Sequence[RowEncoder]

    def __post_init__(self) -> None:
        for encoder in self.encoders:
            if encoder.d_in != self.staged.width:
                raise ValueError(f"rows are {self.staged.width} wide, but the encoder reads {encoder.d_in}")

    def encoded(self) -> List[EncodedRows]:
        return [encoder.encode(self.staged) for encoder in self.encoders]
