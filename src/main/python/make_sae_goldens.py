"""Writes what SAELens makes of seeded rows, for the Java tests to agree with: src/test/resources/sae.

    pip install sae-lens==6.54.12
    python src/main/python/make_sae_goldens.py

Weights and rows are random numbers, drawn here. Each folder holds an SAE as SAELens saves it, `rows.npy`, and `golden.json`:
what fires as [[row, feature, value], ...] by SAELens in float32, and the fraction of variance unexplained by its decoder.
The folder `demo` holds rows and golden only; its SAE is the one in the jar.
"""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from sae_lens import JumpReLUSAE, JumpReLUSAEConfig, StandardSAE, StandardSAEConfig, TopKSAE, TopKSAEConfig
from sae_lens.saes.sae import SAE

ROOT = Path(__file__).resolve().parents[3]
OUT = ROOT / "src" / "test" / "resources" / "sae"
D_IN, D_SAE, ROWS, SEED = 24, 80, 16, 20


def fill(sae: SAE, draw: np.random.Generator) -> SAE:
    """Gives every parameter seeded values; decoder rows of different lengths, thresholds around 1, one of them negative."""
    scales = {"W_enc": D_IN**-0.5, "W_dec": 0.4, "b_enc": 0.3, "b_dec": 0.5, "threshold": 0.2}
    for name, parameter in sorted(sae.named_parameters()):
        values = draw.standard_normal(tuple(parameter.shape)).astype(np.float32) * scales[name]
        if name == "threshold":
            values += 0.8
            values[3] = -1
        parameter.data = torch.from_numpy(values)
    return sae


def saes() -> dict[str, SAE]:
    """One of each architecture, each with another treatment of its input."""
    shape = {"d_in": D_IN, "d_sae": D_SAE, "dtype": "float32", "device": "cpu"}
    topk = TopKSAEConfig(**shape, k=5, rescale_acts_by_decoder_norm=True, apply_b_dec_to_input=False)
    return {
        "standard": StandardSAE(StandardSAEConfig(**shape, normalize_activations="layer_norm")),
        "jumprelu": JumpReLUSAE(JumpReLUSAEConfig(**shape, normalize_activations="constant_norm_rescale")),
        "topk": TopKSAE(topk),
    }


def golden(sae: SAE, rows: np.ndarray) -> dict[str, object]:
    with torch.no_grad():
        x = torch.from_numpy(rows)
        features = sae.encode(x)
        features = features.to_dense() if features.is_sparse else features
        back = sae.decode(features).double().numpy()
    wide = rows.astype(np.float64)
    residual = float(((wide - back) ** 2).sum())
    total = float(((wide - wide.mean(0)) ** 2).sum())
    fired = [[int(r), int(f), float(features[r, f])] for r, f in features.nonzero().tolist()]
    return {"fvu": residual / total, "fired": fired}


def write(folder: Path, sae: SAE, rows: np.ndarray) -> None:
    np.save(folder / "rows.npy", rows)
    found = golden(sae, rows)
    lines = ",\n".join(json.dumps(triple) for triple in found["fired"])
    folder.joinpath("golden.json").write_text(f'{{"fvu": {found["fvu"]!r}, "fired": [\n{lines}\n]}}\n')
    print(folder.name, len(found["fired"]), "firings, FVU", round(found["fvu"], 4))


def main() -> None:
    draw = np.random.default_rng(SEED)
    for name, sae in saes().items():
        folder = OUT / name
        folder.mkdir(parents=True, exist_ok=True)
        sae.cfg.metadata.model_name = "random"
        sae.cfg.metadata.hook_name = "blocks.0.hook_resid_post"
        fill(sae, draw).save_model(str(folder))
        write(folder, sae, draw.standard_normal((ROWS, D_IN)).astype(np.float32) * 2)
    folder = OUT / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    demo = SAE.load_from_disk(str(ROOT / "src" / "main" / "resources" / "demo" / "sae"), device="cpu")
    write(folder, demo, draw.standard_normal((8, demo.cfg.d_in)).astype(np.float32))


if __name__ == "__main__":
    main()
