"""An SAE in torch, beside the model."""
from __future__ import annotations

from pathlib import Path
from typing import Any, Sequence, Union

import numpy as np

from seismo_capture.encoded import FEATURES, Deferred, EncodedRows
from seismo_capture.sae.product import Product
from seismo_capture.sae.weights import Array, Sae, load
from seismo_capture.tensors import Staged, stage

_EPSILON = 1e-5


class SaeEncoder:
    """Gives the features of rows, under the manifest of its SAE. Safe for use by several threads.

    The SAE is put on a device when rows on it come first. Rows are widened to float32, which loses nothing; norms are
    computed in double precision, as in Java.
    """

    def __init__(self, sae: Sae) -> None:
        self.sae = sae
        self._product = Product(sae.W, sae.c)
        self._limits = sae.limits()

    @staticmethod
    def load(location: Union[str, Path]) -> "SaeEncoder":
        """The SAE in a directory; raises as `seismo_capture.sae.load` does."""
        return SaeEncoder(load(location))

    @property
    def d_in(self) -> int:
        return self.sae.d_in

    @property
    def hook(self) -> str:
        """Hook point it was trained on; empty when no file says."""
        return self.sae.hook

    @property
    def weights(self) -> str:
        """Digest that frames state."""
        return self.sae.digest

    def defer(self, rows: Any) -> Deferred:
        """These rows, copied, to be encoded by the client's thread."""
        return Deferred(rows if isinstance(rows, Staged) else stage(rows, resident=True), [self])

    def encode(self, rows: Any) -> EncodedRows:
        """What fires on rows [rows, d_in] of torch or numpy in bf16, f16 or f32. Waits for a GPU."""
        import torch

        staged = rows if isinstance(rows, Staged) else stage(rows, owned=True, resident=True)
        if staged.width != self.d_in:
            raise ValueError(f"rows are {staged.width} wide, but {self.sae.name} reads {self.d_in}")
        with torch.no_grad():
            parts = [self._part(rows) for rows in staged.tensor().split(self._product.step)] if staged.rows else [[np.zeros(0)] * 4]
        return EncodedRows(self.weights, FEATURES, self.sae.d_sae, *(np.concatenate(column) for column in zip(*parts)))

    def _part(self, rows: Any) -> Sequence[Array]:
        """Counts, indices, values and norms."""
        import torch

        wide = rows.to(torch.float32)
        pre = self._product.pre(normalised(self.sae.norm, wide))
        row, feature = self._fired(pre).nonzero(as_tuple=True)
        norms = wide.double().square().sum(-1).sqrt()
        values = [part.cpu().numpy() for part in (row, feature, pre[row, feature], norms)]
        return [np.bincount(values[0], minlength=len(wide)), *values[1:]]

    def _fired(self, pre: Any) -> Any:
        """Which features fire: strictly above the limit; of topk the k largest above 0, among equals the lower index."""
        import torch

        if self.sae.function != "topk":
            return pre > torch.from_numpy(self._limits).to(pre.device)
        limit = pre.topk(self.sae.k, dim=-1, sorted=True).values[:, -1:].clamp(min=0)
        above, level = pre > limit, (pre == limit) & (limit > 0)
        room = self.sae.k - above.sum(-1, keepdim=True)
        return above | (level & (level.cumsum(-1) <= room))


def normalised(norm: str, rows: Any) -> Any:
    """What W is multiplied with: rows in float32, normalised in double precision and rounded once."""
    import torch

    if norm == "none":
        return rows
    wide = rows.double()
    if norm == "constant_norm":
        lengths = wide.square().sum(-1, keepdim=True)
        factor = torch.where(lengths == 0, torch.zeros_like(lengths), (rows.shape[-1] / lengths).sqrt())
        return (wide * factor).to(torch.float32)
    wide = wide - wide.mean(-1, keepdim=True)
    if norm == "layer_norm":
        wide = wide * (1 / ((wide.square().sum(-1, keepdim=True) / (rows.shape[-1] - 1)).sqrt() + _EPSILON))
    return wide.to(torch.float32)
