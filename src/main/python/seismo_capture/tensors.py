"""Tensors of torch and numpy as bytes, without changing a bit: bf16 is looked at as 16-bit integers, never widened.

The model may overwrite or free what it handed out, so bytes are copied at once: on the CPU by one memory copy, from a GPU
by an asynchronous copy into pinned memory that only the sending thread waits for. Rows that are to be encoded beside the
model are copied where they are.
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
    _resident: Optional[Callable[[], Any]] = None

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

    def tensor(self) -> Any:
        """The rows [rows, width] for torch, on the device they were left on; they share memory and are only read."""
        import torch

        if self._resident is not None:
            return self._resident()
        kind = {BF16: torch.bfloat16, F16: torch.float16, F32: torch.float32}[self.dtype]
        if not self.rows:
            return torch.empty(0, self.width, dtype=kind)
        return torch.frombuffer(self.view(), dtype=kind).reshape(self.rows, self.width)


def stage(tensor: Any, owned: bool = False, resident: bool = False) -> Staged:
    """A copy of a tensor [..., width]; the dimensions before the last are counted through.

    `owned` says that nobody else writes to it, so that a tensor on the CPU need not be copied; `resident`, that the copy is
    to stay on its device. Raises TypeError for anything but torch or numpy in bf16, f16 or f32: a conversion would change
    the bits.
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
        return _torch(tensor, owned, resident)
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


def _torch(tensor: Any, owned: bool, resident: bool) -> Staged:
    dtype = _TORCH.get(str(tensor.dtype))
    if dtype is None:
        raise TypeError(f"a tensor of {tensor.dtype}: the contract carries bfloat16, float16 and float32")
    rows, width = _shape(tensor)
    import torch

    same = tensor.detach()
    if same.device.type != "cuda" or resident:
        plain = same.contiguous()
        if plain.data_ptr() == same.data_ptr() and not owned:
            plain = plain.clone()
        kept = _resident(plain.reshape(rows, width)) if resident else None
        return Staged(dtype, rows, width, lambda: _memory(plain.cpu()), None, kept)
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


def _resident(tensor: Any) -> Callable[[], Any]:
    """Gives the tensor to another thread, whose stream of a GPU waits for the copy to be there."""
    if tensor.device.type != "cuda":
        return lambda: tensor
    import torch

    cuda: Any = torch.cuda
    with cuda.device(tensor.device):
        copied = cuda.Event()
        copied.record()

    def ready() -> Any:
        stream = cuda.current_stream(tensor.device)
        stream.wait_event(copied)
        tensor.record_stream(stream)
        return tensor

    return ready


def _memory(tensor: Any) -> memoryview:
    import torch

    flat = tensor.reshape(-1)
    integers = flat.view(torch.int32 if flat.element_size() == 4 else torch.int16)
    return memoryview(integers.numpy().view(np.uint8))
