"""An SAE on disk in SAELens v6 form, and its exact forward pass in numpy.

`f = jumprelu((x - b_dec) @ W_enc + b_enc)`, where a pre-activation counts only if it is strictly above `threshold`.
"""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping

import numpy as np
from safetensors.numpy import load_file, save_file

SAE_LENS_VERSION = "6.38.0"
SPARSITY_FLOOR = 1e-10


@dataclass(frozen=True)
class Sae:
    """Canonical tensors, all f32."""

    W_enc: np.ndarray  # [d_in, d_sae]
    b_enc: np.ndarray  # [d_sae]
    W_dec: np.ndarray  # [d_sae, d_in], rows of norm 1
    b_dec: np.ndarray  # [d_in]
    threshold: np.ndarray  # [d_sae], > 0

    @property
    def d_in(self) -> int:
        return self.W_enc.shape[0]

    @property
    def d_sae(self) -> int:
        return self.W_enc.shape[1]

    def encode(self, rows: np.ndarray, features: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Feature activations `[rows, len(features)]` of `rows` `[rows, d_in]`, in the dtype of `rows`."""
        dtype = rows.dtype
        pre = (rows - self.b_dec.astype(dtype)) @ self.W_enc[:, features].astype(dtype)
        pre += self.b_enc[features].astype(dtype)
        return np.where(pre > np.maximum(self.threshold[features], 0).astype(dtype), pre, dtype.type(0))

    def decode(self, activations: np.ndarray) -> np.ndarray:
        """Reconstruction `[rows, d_in]`."""
        return activations @ self.W_dec + self.b_dec


def config(sae: Sae, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The `cfg.json` of SAELens v6."""
    return {
        "architecture": "jumprelu",
        "d_in": sae.d_in,
        "d_sae": sae.d_sae,
        "dtype": "float32",
        "device": "cpu",
        "apply_b_dec_to_input": True,
        "normalize_activations": "none",
        "reshape_activations": "none",
        "metadata": {"sae_lens_version": SAE_LENS_VERSION, "sae_lens_training_version": None, **metadata},
    }


def save(folder: Path, sae: Sae, metadata: Mapping[str, Any], fire_rate: np.ndarray) -> None:
    """Writes `cfg.json`, `sae_weights.safetensors` and `sparsity.safetensors` (log10 of fire rate + 1e-10)."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: np.ascontiguousarray(getattr(sae, name), np.float32) for name in Sae.__annotations__}
    save_file(tensors, str(folder / "sae_weights.safetensors"))
    sparsity = np.log10(fire_rate + SPARSITY_FLOOR).astype(np.float32)
    save_file({"sparsity": sparsity}, str(folder / "sparsity.safetensors"))
    (folder / "cfg.json").write_text(json.dumps(config(sae, metadata), indent=2) + "\n", encoding="utf-8")


def load(folder: Path) -> Sae:
    """Reads the weights and refuses shapes that contradict `cfg.json`."""
    cfg = json.loads((folder / "cfg.json").read_text(encoding="utf-8"))
    tensors = load_file(str(folder / "sae_weights.safetensors"))
    d_in, d_sae = cfg["d_in"], cfg["d_sae"]
    shapes = {"W_enc": (d_in, d_sae), "b_enc": (d_sae,), "W_dec": (d_sae, d_in), "b_dec": (d_in,), "threshold": (d_sae,)}
    for name, shape in shapes.items():
        if tensors[name].shape != shape:
            raise ValueError(f"{name} has shape {tensors[name].shape}, cfg.json says {shape}")
    return Sae(**{name: tensors[name] for name in shapes})
