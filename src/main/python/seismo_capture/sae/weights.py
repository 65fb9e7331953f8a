"""An SAE in canonical form: `act(norm(x) @ W + c)`."""
from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np

from seismo_capture.unsupported import Unsupported

Array = Any  # a numpy array

NORMS = ("none", "centre", "layer_norm", "constant_norm")
"""What is done to a row first, by the words of seismo-sae.json."""
_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True, eq=False)
class Sae:
    """What is computed, and the manifest that frames state.

    `W` [d_in, d_sae], `c` [d_sae] and, of jumprelu, `theta` [d_sae] are float32; `k` is that of topk. `digest` names weights
    and configuration as `seismo sae inspect --json` does. `hook` and `model` are empty where no file says.
    """

    name: str
    W: Array
    c: Array
    norm: str
    function: str
    theta: Optional[Array]
    k: int
    digest: str
    hook: str
    model: str

    def __post_init__(self) -> None:
        if self.function not in ("relu", "jumprelu", "topk"):
            raise Unsupported(
                f"{self.name}: {self.function} is not encoded here, only relu, jumprelu and topk; send the rows as tensors")
        if self.norm not in NORMS or self.W.ndim != 2 or (self.norm == "layer_norm" and self.d_in < 2):
            raise Unsupported(f"{self.name}: norm {self.norm!r} of W {list(self.W.shape)} is not known")
        wrong = self.c.shape != (self.d_sae,) or (self.theta is not None and self.theta.shape != (self.d_sae,))
        if wrong or (self.function == "jumprelu") != (self.theta is not None):
            raise Unsupported(f"{self.name}: W, c and thresholds differ in width; import it again")
        if self.function == "topk" and not 1 <= self.k <= self.d_sae:
            raise Unsupported(f"{self.name}: topk keeps {self.k} of {self.d_sae}")
        for array in (self.W, self.c) if self.theta is None else (self.W, self.c, self.theta):
            if not np.isfinite(array).all():
                raise Unsupported(f"{self.name} holds values that are not finite; export it again from a clean run")

    @property
    def d_in(self) -> int:
        return int(self.W.shape[0])

    @property
    def d_sae(self) -> int:
        return int(self.W.shape[1])

    def limits(self) -> Array:
        """What a pre-activation must be strictly above to fire, but for topk."""
        return np.zeros(self.d_sae, np.float32) if self.theta is None else np.maximum(self.theta, np.float32(0))


def load(location: Union[str, Path]) -> Sae:
    """The SAE in a directory, of SAELens or imported.

    Raises Unsupported for what cannot be encoded here, ValueError for what is not sound, OSError for what cannot be read.
    """
    from seismo_capture.sae import canonical, saelens

    folder = Path(location)
    if (folder / canonical.MANIFEST).is_file():
        return canonical.load(folder)
    if (folder / saelens.CONFIG).is_file():
        return saelens.load(folder)
    raise Unsupported(
        f"{folder} holds neither {canonical.MANIFEST} nor {saelens.CONFIG}; 'seismo sae import {folder} DIR' brings other "
        "families to a directory that can be given here")


def digest_of(weights_sha256: str, config_sha256: str) -> str:
    """Of weights and configuration together, as Seismo's manifests state it."""
    return hashlib.sha256(f"{weights_sha256} {config_sha256}".encode("ascii")).hexdigest()


def narrow(values: Array, what: str) -> Array:
    """Double precision rounded to float32, each once; refused where it does not fit."""
    if not (np.abs(values) <= _LARGEST).all():
        raise Unsupported(f"{what} exceeds float32; rescale the SAE")
    return values.astype(np.float32)


class Folding:
    """From a family's tensors to W and c, in double precision and in the order in which Seismo does it in Java.

    Starts with W as in the file and c = 0; each step keeps `pre = u @ W + c` true for the family's own pre-activation.
    """

    def __init__(self, matrix: Array) -> None:
        # Rounded to float32 first, as Java does.
        self._matrix = matrix if matrix.dtype == np.float32 else narrow(matrix, "W")
        self._bias = np.zeros(matrix.shape[1])
        self._factors: Optional[Array] = None

    def subtract(self, shift: Array) -> None:
        """The input is u - shift: c -= shift @ W, summed row by row."""
        for row, own in zip(self._matrix, shift):
            step = own * row.astype(np.float64)
            self._bias -= step if self._factors is None else step * self._factors

    def add(self, bias: Array) -> None:
        self._bias += bias

    def scale_input(self, factor: float) -> None:
        self._factors = factor * (np.ones(len(self._bias)) if self._factors is None else self._factors)

    def scale_features(self, factors: Array) -> None:
        """Feature j is factors[j] times as large."""
        self._factors = factors * (np.ones(len(self._bias)) if self._factors is None else self._factors)
        self._bias *= factors

    def matrix(self) -> Array:
        if self._factors is None:
            return self._matrix
        out = np.empty_like(self._matrix)
        for row, target in zip(self._matrix, out):
            target[:] = narrow(row * self._factors, "W")
        return out

    def bias(self) -> Array:
        return narrow(self._bias, "a bias")

