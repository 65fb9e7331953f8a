"""SAELens directories: `cfg.json` and `sae_weights.safetensors`, versions 5 and 6.

    pre = (s·norm(x) - b_dec) @ W_enc + b_enc

so that W = s·W_enc and c = b_enc - b_dec @ W_enc, both times the decoder norm of a feature where topk and batchtopk count by it. A
transcoder never takes b_dec, which belongs to its output. Gated features become jumprelu: with g = exp(r_mag) and
m = (u @ W_enc)·g + b_mag, the gate u @ W_enc + b_gate > 0 is m > b_mag - g·b_gate. Source: SAELens 6.54, `saes/sae.py` and the
modules of its architectures; the same as `SaeLensFamily` in Java.
"""
from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Optional, Tuple

import numpy as np

from seismo_capture.sae.weights import Array, Folding, Sae, digest_of, narrow
from seismo_capture.tensorfile import TensorFile
from seismo_capture.unsupported import Unsupported

CONFIG = "cfg.json"
WEIGHTS = "sae_weights.safetensors"
SCALER = "activation_scaler.json"
_JUMPS = ("jumprelu", "jumprelu_transcoder", "jumprelu_skip_transcoder")
_BATCH = ("batchtopk", "matryoshka_batchtopk")
_KNOWN = ("standard", "gated", "topk", "transcoder", "skip_transcoder", *_JUMPS, *_BATCH)
_NORMS = {"none": "none", "expected_average_only_in": "none", "layer_norm": "layer_norm", "constant_norm_rescale": "constant_norm"}


def load(folder: Path) -> Sae:
    """Reads, folds and checks one."""
    config_bytes = (folder / CONFIG).read_bytes()
    config = Config.parse(str(folder / CONFIG), config_bytes)
    with TensorFile.open(folder / WEIGHTS) as file:
        digest = digest_of(file.sha256(), hashlib.sha256(config_bytes).hexdigest())
        read = _Tensors(file, config)
        if (read.optional("scaling_factor", config.d_sae, 1) != 1).any():
            raise Unsupported(f"{file.name}: scaling_factor is not all ones: a fine-tuned SAE; fold it and save again")
        folding = Folding(file.wide("W_enc").reshape(read.shape("W_enc", config.d_in, config.d_sae)))
        theta = _fold(config, read, folder, folding)
    function = "topk" if config.k else "relu" if theta is None else "jumprelu"
    return Sae(str(folder), folding.matrix(), folding.bias(), config.norm, function,
               None if theta is None else narrow(theta, "a threshold"), config.k, digest, config.hook, config.model)


@dataclass(frozen=True)
class Config:
    """`cfg.json`, reduced to what decides the arithmetic. Version 6 nests `metadata`; earlier ones are flat."""

    architecture: str
    k: int
    rescale: bool
    subtract: bool
    norm: str
    scaled: bool
    d_in: int
    d_sae: int
    hook: str
    model: str

    @staticmethod
    def parse(name: str, data: bytes) -> "Config":
        try:
            root = json.loads(data)
        except ValueError as failure:
            raise ValueError(f"{name} is no JSON: {failure}") from None
        if not isinstance(root, dict):
            raise ValueError(f"{name} is no JSON object: is it the cfg.json of an SAE?")
        return _Reader(name, root).read()


class _Reader:
    def __init__(self, name: str, root: Mapping[str, Any]) -> None:
        self._name, self._root = name, root
        nested = root.get("metadata")
        self._metadata: Mapping[str, Any] = nested if isinstance(nested, dict) else {}

    def read(self) -> Config:
        architecture = self._architecture()
        hook = self._text("hook_name", self._text("hook_point", ""))
        heads = (self._root.get("hook_head_index", self._any("hook_head_index")), self._root.get("hook_point_head_index"))
        if any(type(head) is int for head in heads):
            raise self._refused(f"it reads one attention head of {hook}")
        normalisation = self._root.get("normalize_activations")
        if isinstance(normalisation, bool):
            normalisation = "expected_average_only_in" if normalisation else "none"
        batch = architecture in _BATCH
        return Config(
            architecture, self._k() if architecture == "topk" else 0,
            (batch or architecture == "topk") and self._flag("rescale_acts_by_decoder_norm", batch),
            not architecture.endswith("transcoder") and self._flag("apply_b_dec_to_input", True),
            self._norm(normalisation or "none", hook), normalisation == "expected_average_only_in", self._size("d_in"),
            self._size("d_sae"), hook, self._text("model_name", ""))

    def _architecture(self) -> str:
        named = self._text("architecture", "standard").lower()
        function = self._text("activation_fn", self._text("activation_fn_str", "relu"))
        if named == "standard" and function == "topk":
            return "topk"
        if named == "standard" and function != "relu":
            raise self._refused(f"its activation_fn is {function}")
        if named not in _KNOWN:
            raise self._refused(f"architecture {named} is not encoded here")
        return named

    def _k(self) -> int:
        kwargs = self._root.get("activation_fn_kwargs")
        k = self._root.get("k", kwargs.get("k") if isinstance(kwargs, dict) else None)
        if type(k) is not int or k < 1:
            raise self._refused("topk without k")
        return k

    def _norm(self, normalisation: Any, hook: str) -> str:
        kwargs = self._any("model_from_pretrained_kwargs")
        centred = isinstance(kwargs, dict) and kwargs.get("center_writing_weights") is True
        norm = _NORMS.get(normalisation)
        if norm is None:
            raise self._refused(f"normalize_activations {normalisation} is not encoded here")
        if not centred or norm == "layer_norm":
            return norm
        if norm != "none" or not any(kind in hook for kind in ("resid", "mlp_out", "attn_out")):
            raise self._refused(f"it was trained with center_writing_weights at {hook} and normalisation {normalisation}")
        return "centre"

    def _size(self, name: str) -> int:
        size = self._root.get(name)
        if type(size) is not int or not 1 <= size <= 1 << 24:
            raise ValueError(f"{self._name}: {name} is {size!r}; it must be a positive whole number")
        return size

    def _any(self, name: str) -> Any:
        return self._metadata.get(name, self._root.get(name))

    def _text(self, name: str, otherwise: str) -> str:
        value = self._any(name)
        return value if isinstance(value, str) else otherwise

    def _flag(self, name: str, otherwise: bool) -> bool:
        value = self._root.get(name, otherwise)
        return value if isinstance(value, bool) else otherwise

    def _refused(self, reason: str) -> Unsupported:
        return Unsupported(f"{self._name}: {reason}; send the rows as tensors, or another SAE")


class _Tensors:
    """Tensors in double precision, in the shapes that the configuration says."""

    def __init__(self, file: TensorFile, config: Config) -> None:
        self._file, self._config = file, config

    def shape(self, name: str, *shape: int) -> Tuple[int, ...]:
        found = self._file.entry(name).shape
        if found != shape:
            raise ValueError(f"{self._file.name}: {name} has shape {list(found)}, {CONFIG} says {list(shape)}")
        return shape

    def vector(self, name: str, size: int) -> Array:
        return self._file.wide(name).reshape(self.shape(name, size)).astype(np.float64)

    def spread(self, name: str, size: int) -> Array:
        """One value a feature, or one for all."""
        values = self._file.wide(name).astype(np.float64)
        if values.size not in (1, size):
            raise ValueError(f"{self._file.name}: {name} has {values.size} values for {size} features")
        return np.broadcast_to(values.reshape(-1), (size,)).copy()

    def optional(self, name: str, size: int, otherwise: float) -> Array:
        return self.spread(name, size) if name in self._file.tensors else np.full(size, otherwise)

    def holds(self, name: str) -> bool:
        return name in self._file.tensors

    def decoder_norms(self) -> Array:
        """Norms of the rows of W_dec, added up from left to right."""
        self.shape("W_dec", self._config.d_sae, self._config.d_in)
        decoder, sums = self._file.wide("W_dec"), np.zeros(self._config.d_sae)
        for column in range(self._config.d_in):
            values = decoder[:, column].astype(np.float64)
            sums += values * values
        return np.sqrt(sums)


def _fold(config: Config, read: _Tensors, folder: Path, folding: Folding) -> Optional[Array]:
    """Folds; gives thresholds where there are any."""
    if config.subtract:
        folding.subtract(read.vector("b_dec", config.d_in))
    factor = _scaling(folder) if config.scaled else 1.0
    if config.architecture == "gated":
        if config.scaled:
            folding.scale_input(factor)
        return _gated(read, config.d_sae, folding)
    folding.add(read.vector("b_enc", config.d_sae))
    if config.scaled:
        folding.scale_input(factor)
    unit = 1.0
    if config.rescale:
        # SAELens divides the decoder, and with it the unit of features and threshold, by the input factor.
        unit = 1 / factor
        folding.scale_features(unit * read.decoder_norms())
    if config.architecture in _JUMPS:
        if not read.holds("threshold") and read.holds("log_threshold"):
            return np.array([math.exp(value) for value in read.spread("log_threshold", config.d_sae)])
        return read.spread("threshold", config.d_sae)
    return unit * read.spread("topk_threshold", config.d_sae) if config.architecture in _BATCH else None


def _gated(read: _Tensors, size: int, folding: Folding) -> Array:
    gain = np.array([math.exp(value) for value in read.vector("r_mag", size)])
    magnitude = read.vector("b_mag", size)
    folding.scale_features(gain)
    folding.add(magnitude)
    return magnitude - gain * read.vector("b_gate", size)


def _scaling(folder: Path) -> float:
    path = folder / SCALER
    if not path.is_file():
        raise Unsupported(
            f"{folder}: normalize_activations is expected_average_only_in, but nothing states the factor; fold it in SAELens "
            f"(fold_activation_norm_scaling_factor) or add {SCALER}")
    root = json.loads(path.read_bytes())
    factor = root.get("scaling_factor") if isinstance(root, dict) else None
    if isinstance(factor, bool) or not isinstance(factor, (int, float)) or not 0 < factor < math.inf:
        raise ValueError(f"{path}: scaling_factor is {factor!r}; it must be a positive number")
    return float(factor)
