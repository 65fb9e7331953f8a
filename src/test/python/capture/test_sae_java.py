"""The encoder in torch against Java's own: `seismo sae encode` of the same rows. Says how many flips there are, and how far off."""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from conftest import needs_seismo, seismo
from sae_control import dense, hold, pre_activations
from test_sae_weights import DEMO, tensor_file

torch = pytest.importorskip("torch")

from seismo_capture import Bits  # noqa: E402
from seismo_capture.sae import SaeEncoder, load  # noqa: E402

pytestmark = needs_seismo


def write(path: Path, tensors: dict) -> None:
    """A safetensors file of f32, and of bf16 as Bits."""
    header, data = {}, b""
    for name, array in tensors.items():
        kind, array = ("BF16", array.array) if isinstance(array, Bits) else ("F32", np.ascontiguousarray(array, np.float32))
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    path.write_bytes(tensor_file(header, data))


def by_java(location: Path, rows, folder: Path, width: int) -> np.ndarray:
    write(folder / "rows.safetensors", {"rows": rows})
    seismo("sae", "encode", str(location), "--activations", str(folder / "rows.safetensors"), "--out", str(folder / "java.json"))
    count = (rows.array if isinstance(rows, Bits) else rows).shape[0]
    features = np.zeros((count, width), np.float32)
    for row, feature, value in json.loads((folder / "java.json").read_text()):
        features[row, feature] = np.float32(value)
    return features


def bf16(rows: np.ndarray) -> tuple[Bits, np.ndarray]:
    """Bits, and the float32 that they mean."""
    bits = (rows.view(np.uint32) >> 16).astype(np.uint16)
    return Bits(bits), (bits.astype(np.uint32) << 16).view(np.float32)


def test_should_give_javas_features_of_the_demo(tmp_path):
    encoder = SaeEncoder.load(DEMO)
    # As long as rows of the demo's model are, so that as many features fire.
    bits, rows = bf16(np.random.default_rng(5).normal(size=(2_000, 384)).astype(np.float32) * np.float32(0.35))
    java = by_java(DEMO, bits, tmp_path, encoder.sae.d_sae)
    verdict = hold(encoder.sae, rows, dense(encoder.encode(bits)), java, apart=2)
    print("demo, random rows in bf16:", verdict)
    assert verdict.holds() and verdict.fired > 20_000, str(verdict)


def test_should_flip_only_inside_the_band_where_rounding_decides(tmp_path):
    """Every threshold lies on a pre-activation of some row."""
    rng = np.random.default_rng(3)
    d_in, d_sae = 128, 1_000
    rows = rng.normal(size=(1_000, d_in)).astype(np.float32)
    folder = tmp_path / "sae"
    folder.mkdir()
    tensors = {"W_enc": rng.normal(size=(d_in, d_sae)) / 8, "b_enc": rng.normal(size=d_sae), "W_dec": rng.normal(size=(d_sae, d_in)),
               "b_dec": rng.normal(size=d_in), "threshold": np.ones(d_sae)}
    (folder / "cfg.json").write_text(json.dumps({"architecture": "jumprelu", "d_in": d_in, "d_sae": d_sae}))
    write(folder / "sae_weights.safetensors", tensors)
    pre = pre_activations(load(folder), rows)
    tensors["threshold"] = np.abs(pre[np.arange(d_sae) % len(rows), np.arange(d_sae)])
    write(folder / "sae_weights.safetensors", tensors)

    encoder = SaeEncoder.load(folder)
    verdict = hold(encoder.sae, rows, dense(encoder.encode(rows)), by_java(folder, rows, tmp_path, d_sae), apart=2)
    print("thresholds on pre-activations:", verdict)
    assert verdict.holds() and verdict.flips_inside > 0, str(verdict)
