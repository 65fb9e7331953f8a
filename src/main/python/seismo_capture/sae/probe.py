"""A linear probe in torch, beside the model: a spec that reads a hook point by a probe too wants its scores as well."""
from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Union

import numpy as np

from seismo_capture.encoded import Deferred, EncodedRows
from seismo_capture.sae.product import Product
from seismo_capture.sae.weights import Array, digest_of, narrow
from seismo_capture.tensorfile import TensorFile
from seismo_capture.tensors import Staged, stage
from seismo_capture.unsupported import Unsupported

Score = Literal["logit", "raw", "unit"]


class ProbeEncoder:
    """Gives every score of every row. The score is what the spec says of the probe: w·x + b, w·x or w·x / ‖w‖."""

    def __init__(self, name: str, weight: Array, bias: Array, score: Score, digest: str, hook: str) -> None:
        self.name, self.weights, self.hook, self._score = name, digest, hook, score
        self._outputs, self.d_in = weight.shape
        self._product = Product(np.ascontiguousarray(weight.T), bias)

    @staticmethod
    def load(file: Union[str, Path], score: Score = "logit") -> "ProbeEncoder":
        """A `.safetensors` file with `weight` and perhaps `bias`, `direction`, or `mean_positive` and `mean_negative`."""
        if score not in ("logit", "raw", "unit"):
            raise ValueError(f"score is logit, raw or unit, not {score!r}")
        with TensorFile.open(file) as opened:
            if "features" in opened.tensors:
                raise Unsupported(f"{file} reads features; Seismo computes it from those that are sent")
            weight = _weight(opened)
            bias = np.zeros(len(weight))
            if score == "logit" and "bias" in opened.tensors:
                bias = opened.wide("bias").reshape(-1).astype(np.float64)
            if len(bias) != len(weight):
                raise ValueError(f"{file}: {len(bias)} biases for {len(weight)} outputs")
            if score == "unit":
                norms = np.sqrt(np.square(weight.astype(np.float64)).sum(1, keepdims=True))
                if (norms == 0).any():
                    raise ValueError(f"{file}: a direction is zero and has no unit")
                weight = narrow(weight / norms, "a weight")
            digest = digest_of(opened.sha256(), "")
            return ProbeEncoder(str(file), weight, narrow(bias, "a bias"), score, digest, opened.metadata.get("hook_name", ""))

    def defer(self, rows: Any) -> Deferred:
        """These rows, copied, to be scored by the client's thread."""
        return Deferred(rows if isinstance(rows, Staged) else stage(rows, resident=True), [self])

    def encode(self, rows: Any) -> EncodedRows:
        """Scores of rows [rows, d_in] of torch or numpy in bf16, f16 or f32. Waits for a GPU."""
        import torch

        staged = rows if isinstance(rows, Staged) else stage(rows, owned=True, resident=True)
        if staged.width != self.d_in:
            raise ValueError(f"rows are {staged.width} wide, but {self.name} reads {self.d_in}")
        with torch.no_grad():
            wide = staged.tensor().to(torch.float32)
            scores = self._product.pre(wide).cpu().numpy()
            norms = wide.double().square().sum(-1).sqrt().cpu().numpy()
        return EncodedRows(
            self.weights, self._score, self._outputs, np.full(staged.rows, self._outputs),
            np.tile(np.arange(self._outputs), staged.rows), scores, norms)


def _weight(file: TensorFile) -> Array:
    """[outputs, d_in] in float32."""
    if "weight" in file.tensors:
        weight = file.wide("weight")
    elif "direction" in file.tensors:
        weight = file.wide("direction")
    elif {"mean_positive", "mean_negative"} <= set(file.tensors):
        weight = file.wide("mean_positive").astype(np.float64) - file.wide("mean_negative").astype(np.float64)
    else:
        raise Unsupported(
            f"{file.name} holds {sorted(file.tensors)}: only linear probes are scored here; send the rows as tensors")
    if weight.ndim not in (1, 2) or not weight.size or not np.isfinite(weight).all():
        raise ValueError(f"{file.name}: weights of shape {list(weight.shape)}, or not finite")
    return narrow(weight, "a weight").reshape(-1, weight.shape[-1])

