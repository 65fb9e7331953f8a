"""Tensors of torch and numpy as bytes, without changing a bit: bf16 is looked at as 16-bit integers, never widened.

The model may overwrite or free what it handed out, so bytes are copied at once: on the CPU by one memory copy, from a GPU
by an asynchronous copy into pinned memory that only the sending thread waits for.
"""
from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, Callable, Optional

import numpy as np

BF16, F16, F32 = 1, 2, 3
_BYTES = {BF16: 2, F16: 2, F32: 4}
_TORCH = {"torch.bfloat16": BF16, "torch.float16": F16, "torch.float32": F32}
_NUMPY = {"bfloat16": BF16, "float16": F16, "float32": F32}

if sys.byteorder != "little":
    raise ImportError("seismo_capture sends little-endian bytes and runs on little-endian machines only")


@dataclass(frozen=True)
class Bits:
    """A numpy array of uint16 or int16 that holds bf16, since numpy has no such type."""

    array: "np.ndarray[Any, Any]"


@dataclass
class Staged:
    """A copy of rows [rows, width], perhaps still on its way from a GPU; `view` waits for it."""

    dtype: int
    rows: int
    width: int
    _bytes: Callable[[], memoryview]
    _ready: Optional[memoryview] = None

    @property
    def row_bytes(self) -> int:
        return self.width * _BYTES[self.dtype]

    @property
    def size(self) -> int:
        return self.rows * self.row_bytes

    def view(self) -> memoryview:
        """All bytes, row by row."""
        if self._ready is None:
            self._ready = self._bytes()
        return self._ready


def stage(tensor: Any, owned: bool = False) -> Staged:
    """A copy of a tensor [..., width]; the dimensions before the last are counted through.

    `owned` says that nobody else writes to it, so that a tensor on the CPU need not be copied.
    Raises TypeError for anything but torch or numpy in bf16, f16 or f32: a conversion would change the bits.
    """
    if isinstance(tensor, Staged):
        return tensor
    if isinstance(tensor, Bits):
        if tensor.array.dtype not in (np.uint16, np.int16):
            raise TypeError(f"Bits holds uint16 or int16, not {tensor.array.dtype}")
        return _numpy(tensor.array, BF16)
    if isinstance(tensor, np.ndarray):
        dtype = _NUMPY.get(tensor.dtype.name)
        if dtype is None or not tensor.dtype.isnative:
            raise TypeError(f"an array of {tensor.dtype}: send float32, float16, or bf16 as Bits(uint16)")
        return _numpy(tensor, dtype)
    if type(tensor).__module__.partition(".")[0] == "torch" or hasattr(tensor, "data_ptr"):
        return _torch(tensor, owned)
    raise TypeError(f"a tensor of torch or numpy is needed, not {type(tensor).__name__}")


def _shape(tensor: Any) -> tuple[int, int]:
    if len(tensor.shape) < 2 or tensor.shape[-1] < 1:
        raise ValueError(f"rows are [rows, width], not {list(tensor.shape)}")
    width = int(tensor.shape[-1])
    rows = 1
    for size in tensor.shape[:-1]:
        rows *= int(size)
    return rows, width


def _numpy(array: "np.ndarray[Any, Any]", dtype: int) -> Staged:
    rows, width = _shape(array)
    copy = np.array(array, order="C", copy=True).view(np.uint8).reshape(-1)
    return Staged(dtype, rows, width, lambda: copy.data)


def _torch(tensor: Any, owned: bool) -> Staged:
    dtype = _TORCH.get(str(tensor.dtype))
    if dtype is None:
        raise TypeError(f"a tensor of {tensor.dtype}: the contract carries bfloat16, float16 and float32")
    rows, width = _shape(tensor)
    import torch

    same = tensor.detach()
    if same.device.type != "cuda":
        plain = same.contiguous()
        if plain.data_ptr() == same.data_ptr() and not owned:
            plain = plain.clone()
        return Staged(dtype, rows, width, lambda: _memory(plain.cpu()))
    host = torch.empty(same.shape, dtype=same.dtype, pin_memory=True)
    cuda: Any = torch.cuda
    with cuda.device(same.device):
        host.copy_(same, non_blocking=True)
        done = cuda.Event()
        done.record()

    def wait() -> memoryview:
        done.synchronize()
        return _memory(host)

    return Staged(dtype, rows, width, wait)


def _memory(tensor: Any) -> memoryview:
    import torch

    flat = tensor.reshape(-1)
    integers = flat.view(torch.int32 if flat.element_size() == 4 else torch.int16)
    return memoryview(integers.numpy().view(np.uint8))
