"""`u @ W + c` by torch in float32, as precise as float32 is, whatever the process around it has asked of torch."""
from __future__ import annotations

from contextlib import ExitStack
from typing import Any, Dict, Tuple

import numpy as np

from seismo_capture.sae.weights import Array

_PRE_BYTES = 64 << 20
"""Pre-activations that are held at a time."""


class Product:
    """One matrix, on every device it was asked for on. Safe for use by several threads."""

    def __init__(self, matrix: Array, bias: Array) -> None:
        self._matrix, self._bias = matrix, bias
        self._placed: Dict[Tuple[str, bool], Tuple[Any, Any]] = {}

    @property
    def step(self) -> int:
        """Rows to multiply at a time, so that memory does not grow with a prompt."""
        return max(1, _PRE_BYTES // (4 * int(self._matrix.shape[1])))

    def pre(self, rows: Any) -> Any:
        """Pre-activations [rows, width] in float32 of rows in float32.

        Where the process lets torch multiply float32 in TF32 or bf16, which would flip features by the hundred, it is done
        in double precision instead: the setting is the process's, and to change it for a moment would change the model too.
        """
        import torch

        exact = reduced(torch)
        matrix, bias = self._on(torch, rows.device, exact)
        with ExitStack() as inside:
            inside.enter_context(torch.no_grad())
            inside.enter_context(torch.autocast(device_type=rows.device.type, enabled=False, dtype=torch.bfloat16))
            return torch.addmm(bias, rows.to(matrix.dtype), matrix).to(torch.float32)

    def _on(self, torch: Any, device: Any, exact: bool) -> Tuple[Any, Any]:
        key = (str(device), exact)
        if key not in self._placed:
            kind = torch.float64 if exact else torch.float32
            self._placed[key] = (torch.from_numpy(np.array(self._matrix)).to(device, kind),
                                 torch.from_numpy(np.array(self._bias)).to(device, kind))
        return self._placed[key]


def reduced(torch: Any) -> bool:
    """Whether this process lets torch multiply float32 in fewer bits."""
    try:
        if torch.get_float32_matmul_precision() != "highest" or torch.backends.cuda.matmul.allow_tf32:
            return True
    except RuntimeError:
        # Newer versions refuse to answer when both ways of setting it were used.
        return True
    kinds = (torch.backends, torch.backends.mkldnn, getattr(torch.backends.mkldnn, "matmul", None))
    return any(getattr(kind, "fp32_precision", "none") not in ("none", "ieee") for kind in kinds if kind is not None)
