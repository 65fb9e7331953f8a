"""Reads safetensors: eight bytes of header length, a JSON header, the tensors. Nothing is run, nothing is unpickled.

As strict as the reference implementation: tensors neither overlap nor leave holes, and the last one ends with the file, so
that a file that is half written, or two, are told by their length. Source: the safetensors format description, version 0.6.
"""
from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Tuple

import numpy as np

Array = Any  # a numpy array

_LARGEST_HEADER = 100_000_000
_LARGEST_RANK = 8
_PIECE = 1 << 24
# numpy has no bf16: it is looked at as integers.
_TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4", "U8": "<u1", "BOOL": "<u1"}


class Truncated(ValueError):
    """A file that is shorter than its header says, or than a header: cut off, or still being written."""


@dataclass(frozen=True)
class Entry:
    """A tensor in a file."""

    dtype: str
    shape: Tuple[int, ...]
    begin: int
    end: int


class TensorFile:
    """An open file, of which only what is asked for is read. Raises ValueError when it is not sound.

    Read rather than mapped: a file that someone cuts off while it is mapped ends the process that looks at it.
    """

    def __init__(self, descriptor: int, name: str) -> None:
        """Takes over an open descriptor, and closes it also when the file is not sound."""
        self.name = name
        self._descriptor = descriptor
        try:
            self.size = os.fstat(descriptor).st_size
            self.tensors, self.metadata = self._read(self.size)
        except BaseException:
            os.close(descriptor)
            raise

    @staticmethod
    def open(path: "os.PathLike[str] | str") -> "TensorFile":
        """Opens a file by its path."""
        return TensorFile(os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)), str(path))

    def close(self) -> None:
        os.close(self._descriptor)

    def __enter__(self) -> "TensorFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def entry(self, name: str) -> Entry:
        """Where a tensor is and of what shape."""
        if name not in self.tensors:
            raise ValueError(f"{self.name} holds no {name}, only {sorted(self.tensors)}")
        return self.tensors[name]

    def raw(self, name: str, low: int = 0, high: Optional[int] = None) -> Array:
        """Elements as they lie there, of `low` to `high` along the first dimension; bf16 as uint16."""
        entry, dtype = self.entry(name), np.dtype(_TYPES[self.entry(name).dtype])
        if not entry.shape:
            return np.frombuffer(self._bytes(entry.begin, dtype.itemsize), dtype).reshape(())
        count = entry.shape[0]
        high = count if high is None else min(high, count)
        each = (entry.end - entry.begin) // count if count else 0
        data = self._bytes(entry.begin + low * each, max(0, high - low) * each)
        return np.frombuffer(data, dtype).reshape(max(0, high - low), *entry.shape[1:])

    def wide(self, name: str) -> Array:
        """All elements as float32, or as float64 when they are; none of them changes."""
        raw = self.raw(name)
        if self.entry(name).dtype == "BF16":
            return (raw.astype(np.uint32) << 16).view(np.float32)
        if raw.dtype.kind != "f":
            raise ValueError(f"{self.name}: {name} is {self.entry(name).dtype}, weights are of floating point")
        return raw if raw.itemsize > 4 else raw.astype(np.float32)

    def sha256(self) -> str:
        """Of the whole file, hex."""
        digest = hashlib.sha256()
        for at in range(0, self.size, _PIECE):
            digest.update(self._bytes(at, min(_PIECE, self.size - at)))
        return digest.hexdigest()

    def _bytes(self, begin: int, length: int) -> bytes:
        parts = []
        while length:
            part = os.pread(self._descriptor, min(length, _PIECE), begin)
            if not part:
                raise Truncated(f"{self.name} was cut off while it was read")
            parts.append(part)
            begin, length = begin + len(part), length - len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _read(self, size: int) -> Tuple[Dict[str, Entry], Dict[str, str]]:
        if size < 10:
            raise Truncated(f"{self.name} is {size} bytes long, too short for a header")
        length = int.from_bytes(self._bytes(0, 8), "little")
        if not 2 <= length <= _LARGEST_HEADER:
            raise ValueError(f"{self.name} is no safetensors file: its header claims {length} bytes")
        if length > size - 8:
            raise Truncated(f"{self.name}: its header of {length} bytes does not fit into {size}")
        try:
            header = json.loads(self._bytes(8, length).decode("utf-8"), object_pairs_hook=self._once)
        except ValueError as failure:
            raise ValueError(f"{self.name}: its header is not sound: {failure}") from None
        if not isinstance(header, dict):
            raise ValueError(f"{self.name}: its header is no JSON object")
        metadata = header.pop("__metadata__", {})
        tensors = {name: self._entry(name, value, 8 + length) for name, value in header.items()}
        self._require_layout(tensors, 8 + length, size)
        return tensors, metadata if isinstance(metadata, dict) else {}

    @staticmethod
    def _once(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a key occurs twice")
        return found

    def _entry(self, name: str, value: Any, start: int) -> Entry:
        try:
            dtype, shape, (begin, end) = value["dtype"], value["shape"], value["data_offsets"]
        except (KeyError, TypeError, ValueError):
            raise ValueError(f"{self.name}: {name} needs dtype, shape and two data_offsets") from None
        if dtype not in _TYPES:
            raise ValueError(f"{self.name}: {name} has dtype {dtype!r}, known are {sorted(_TYPES)}")
        sizes = [*shape, begin, end] if isinstance(shape, list) and len(shape) <= _LARGEST_RANK else [None]
        if not all(type(size) is int and 0 <= size < 2**48 for size in sizes):
            raise ValueError(f"{self.name}: {name} has shape {shape} and data_offsets {[begin, end]}")
        elements = 1
        for size in shape:
            elements *= size
        if end - begin != elements * np.dtype(_TYPES[dtype]).itemsize:
            raise ValueError(f"{self.name}: {name} spans {end - begin} bytes, which is not {dtype} {shape}")
        return Entry(dtype, tuple(shape), start + begin, start + end)

    def _require_layout(self, tensors: Dict[str, Entry], start: int, size: int) -> None:
        at = start
        for name, entry in sorted(tensors.items(), key=lambda item: (item[1].begin, item[1].end)):
            if entry.begin != at:
                raise ValueError(f"{self.name}: {name} begins at byte {entry.begin}, the one before ends at {at}")
            at = entry.end
        if at > size:
            raise Truncated(f"{self.name} ends at byte {size}, its last tensor at {at}")
        if at < size:
            raise ValueError(f"{self.name}: {size - at} bytes after the last tensor belong to nothing")
