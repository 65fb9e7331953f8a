"""Cuts rows into frames: each within the record limit, each of one lane, rows of a request in order."""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Iterator, List, Sequence, Tuple

import google_crc32c

from seismo_capture import wire
from seismo_capture.encoded import Deferred, EncodedRows
from seismo_capture.rows import Rows
from seismo_capture.tensors import Staged

MAX_SEGMENTS = 4_096
MAX_TENSORS = 16
MAX_ENCODED = 64
RECORD_LIMIT = 1 << 20
_HEAD = 1_024  # names, numbers and lengths of a record without its segments and payloads
_PER_TENSOR = 192
_PER_ENCODED = 448
_CODES = 448 << 10  # of a frame: Seismo writes what fired once more, and its record ends at 512 KiB


@dataclass(frozen=True)
class Limits:
    """Bounds of one frame. A record above 1 MiB is refused; so is one whose features would exceed 512 KiB, hence the rows."""

    record_bytes: int = 960 << 10
    rows: int = 512

    def __post_init__(self) -> None:
        if not 4_096 <= self.record_bytes <= RECORD_LIMIT or self.rows < 1:
            raise ValueError("a frame has 4 KiB to 1 MiB and at least one row")


@dataclass(frozen=True)
class Piece:
    """Some rows of a request, which begin at this row of the tensors."""

    rows: Rows
    at: int


@dataclass(frozen=True)
class Batch:
    """Rows of one forward pass by hook name, all with as many rows, and whose they are, in row order.

    A hook point comes as a tensor, encoded by one encoder or several, or deferred: still to be encoded.
    """

    tensors: Sequence[Tuple[str, Staged]]
    pieces: Sequence[Piece]
    timestamp_ms: int
    encoded: Sequence[Tuple[str, EncodedRows]] = ()
    deferred: Sequence[Tuple[str, Deferred]] = ()

    @property
    def code_bytes(self) -> int:
        """A bound on a row's pairs over all encoders."""
        return sum(rows.row_bytes for _, rows in self.encoded)

    @property
    def row_bytes(self) -> int:
        return sum(staged.row_bytes for _, staged in self.tensors) + self.code_bytes

    @property
    def size(self) -> int:
        """Bytes that it holds."""
        waiting = sum(rows.staged.size for _, rows in self.deferred)
        return sum(staged.size for _, staged in self.tensors) + sum(rows.size for _, rows in self.encoded) + waiting

    def resolved(self) -> "Batch":
        """The same with everything encoded; raises what an encoder raises."""
        if not self.deferred:
            return self
        encoded = [(hook, rows) for hook, deferred in self.deferred for rows in deferred.encoded()]
        return replace(self, encoded=[*self.encoded, *encoded], deferred=())


def partition_hash(request_id: str) -> int:
    """FNV-1a, 32 bits, of the UTF-8 bytes: what Seismo's own producers use."""
    hash32 = 0x811C9DC5
    for byte in request_id.encode("utf-8"):
        hash32 = (hash32 ^ byte) * 0x01000193 & 0xFFFFFFFF
    return hash32


def lane_of(request_id: str, lanes: int) -> int:
    return partition_hash(request_id) % lanes


def partition_of(replica: int, lane: int, lanes: int, partitions: int) -> int:
    """The producer's rule: (replica * lanes + lane) mod P, so that all frames of a request go to one partition."""
    return (replica * lanes + lane) % partitions


def require_fit(batch: Batch, limits: Limits) -> None:
    """Refuses what no frame can hold."""
    if len(batch.tensors) > MAX_TENSORS:
        raise ValueError(f"{len(batch.tensors)} hook points; a frame carries at most {MAX_TENSORS}")
    if len(batch.encoded) + sum(len(rows.encoders) for _, rows in batch.deferred) > MAX_ENCODED:
        raise ValueError(f"a frame carries rows of at most {MAX_ENCODED} encoders")
    for piece in batch.pieces:
        fixed = len(piece.rows.part(0, 0).message()) if piece.rows.start is not None else 0
        least = _room(batch, limits) - fixed - 32
        if piece.rows.rows and (batch.row_bytes + piece.rows.bytes_per_row() > least or batch.code_bytes > _CODES):
            raise ValueError(
                f"one row over {len(batch.tensors) + len(batch.encoded)} hook points has {batch.row_bytes} bytes and does not "
                f"fit a frame of {limits.record_bytes}; send fewer hook points")


def _room(batch: Batch, limits: Limits) -> int:
    names = sum(len(hook.encode("utf-8")) for hook, _ in (*batch.tensors, *batch.encoded))
    return limits.record_bytes - _HEAD - names - _PER_TENSOR * len(batch.tensors) - _PER_ENCODED * len(batch.encoded)


def _rows(batch: Batch, limits: Limits) -> int:
    return min(limits.rows, _CODES // batch.code_bytes) if batch.code_bytes else limits.rows


def cut(batch: Batch, pieces: Sequence[Piece], limits: Limits) -> Iterator[List[Piece]]:
    """Groups of pieces, each of which fits a frame. Pieces of different traces do not share one, for the header is of one."""
    frame: List[Piece] = []
    room, rows = _room(batch, limits), _rows(batch, limits)
    for piece in pieces:
        low = 0
        while True:
            rest = piece.rows.part(low, piece.rows.rows)
            fixed = len(rest.part(0, 0).message()) + 32  # its key, length and end
            each = batch.row_bytes + rest.bytes_per_row()
            fits = max(0, min(rest.rows, rows, (room - fixed) // each if each else rest.rows))
            same_trace = not frame or frame[0].rows.traceparent == rest.traceparent
            if fixed > room or len(frame) == MAX_SEGMENTS or not same_trace or (rest.rows and not fits):
                yield frame
                frame, room, rows = [], _room(batch, limits), _rows(batch, limits)
                continue
            frame.append(Piece(rest.part(0, fits), piece.at + low))
            room -= fixed + fits * each
            rows -= fits
            low += fits
            if low == piece.rows.rows:
                break
    if frame:
        yield frame


def frame(batch: Batch, pieces: Sequence[Piece], head: bytes) -> bytes:
    """The record of these pieces."""
    runs = [(piece.at, piece.rows.rows) for piece in pieces if piece.rows.rows]
    count = sum(rows for _, rows in runs)
    tensors = []
    for hook, staged in batch.tensors if count else ():
        view, width = staged.view(), staged.row_bytes
        # One object: google_crc32c takes bytes only.
        payload = b"".join([view[at * width : (at + rows) * width] for at, rows in runs])
        before = wire.tensor_head(hook, staged.dtype, count, staged.width, count * width)
        tensors.append((before, payload, google_crc32c.value(payload)))
    encoded = [rows.message(hook, runs) for hook, rows in batch.encoded] if count else []
    return wire.frame(head, tensors, [piece.rows.message() for piece in pieces], encoded)

