"""The bytes of `schemas/activation.proto`, written without the protobuf runtime.

Inference servers pin their own protobuf; a generated module would have to fit it. The contract is small and append-only,
and writing it by hand copies a payload once, from its tensor into the record. A test holds every record against the
generated classes byte for byte.
"""
from __future__ import annotations

from typing import Iterable, List, Sequence, Tuple

SCHEMA_VERSION = 1
_VARINT, _LENGTH, _FIXED32 = 0, 2, 5
_SMALL = [bytes([n]) for n in range(128)]


def varint(number: int) -> bytes:
    """Base 128, least significant group first; of natural numbers only."""
    if number < 128:
        return _SMALL[number]
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _key(field: int, kind: int) -> bytes:
    return varint(field << 3 | kind)


def integer(field: int, value: int) -> bytes:
    """A field of a natural number; nothing for 0."""
    return _key(field, _VARINT) + varint(value) if value else b""


def fixed32(field: int, value: int) -> bytes:
    """A field of four bytes; nothing for 0."""
    return _key(field, _FIXED32) + value.to_bytes(4, "little") if value else b""


def text(field: int, value: str) -> bytes:
    """A field of UTF-8; nothing for the empty text."""
    return nested(field, value.encode("utf-8")) if value else b""


def data(field: int, value: bytes) -> bytes:
    """A field of bytes; nothing when there are none."""
    return nested(field, value) if value else b""


def nested(field: int, value: bytes) -> bytes:
    """A field with its length before it, also when it is empty."""
    return _key(field, _LENGTH) + varint(len(value)) + value


def packed(field: int, values: Sequence[int]) -> bytes:
    """A repeated field of natural numbers."""
    return nested(field, b"".join(map(varint, values))) if len(values) else b""


def attribute(key: str, value: str) -> bytes:
    return nested(10, text(1, key) + text(2, value))


def end(rows_expected: int, outcome: int) -> bytes:
    return nested(11, integer(1, rows_expected) + integer(2, outcome))


def tensor_head(hook: str, dtype: int, rows: int, width: int, payload: int) -> bytes:
    """Fields of a tensor up to the payload of so many bytes, which follows, and then its checksum."""
    head = text(1, hook) + integer(2, dtype) + packed(3, (rows, width))
    return head + (_key(4, _LENGTH) + varint(payload) if payload else b"")


def encoded(manifest: Tuple[str, str, str], shape: Tuple[int, int], parts: Sequence[bytes], crc: int) -> bytes:
    """Rows that were encoded: hook, weights and units; rows and width; counts, indices, values and norms; their checksum."""
    return b"".join((
        *(text(field, name) for field, name in enumerate(manifest, 1)), integer(4, shape[0]), integer(5, shape[1]),
        *(data(field, part) for field, part in enumerate(parts, 6)), fixed32(10, crc)))


def frame(head: bytes, tensors: Iterable[Tuple[bytes, bytes, int]], segments: Iterable[bytes],
          encoded_rows: Iterable[bytes] = ()) -> bytes:
    """A record with a frame.

    `head` holds fields 1 to 7; a tensor is what `tensor_head` gives, its payload and the checksum; `segments` and
    `encoded_rows` are messages without their keys.
    """
    parts: List[bytes] = [head]
    for before, payload, crc in tensors:
        after = fixed32(5, crc)
        size = len(before) + len(payload) + len(after)
        parts += (_key(8, _LENGTH) + varint(size) + before, payload, after)
    parts.extend(nested(9, segment) for segment in segments)
    parts.extend(nested(10, rows) for rows in encoded_rows)
    size = sum(len(part) for part in parts)
    return b"".join([integer(1, SCHEMA_VERSION), _key(2, _LENGTH), varint(size), *parts])


def frame_head(source: Tuple[str, int, int], timestamp_ms: int, model: Tuple[str, str], tool: str) -> bytes:
    """Fields 1 to 7: source id, epoch and sequence; time; model and revision; tool."""
    source_id, epoch, sequence = source
    return b"".join((
        text(1, source_id), integer(2, epoch), integer(3, sequence), integer(4, timestamp_ms),
        text(5, model[0]), text(6, model[1]), text(7, tool)))


def heartbeat(source_id: str, epoch: int, timestamp_ms: int, counters: Tuple[int, int, int]) -> bytes:
    """A record with a heartbeat; counters are frames sent, frames dropped and rows served."""
    sent, dropped, served = counters
    body = b"".join((
        text(1, source_id), integer(2, epoch), integer(3, timestamp_ms), integer(4, sent), integer(5, dropped),
        integer(6, served)))
    return integer(1, SCHEMA_VERSION) + nested(4, body)
