"""The committed SAE, card and texts belong together."""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open

from seismo_sae import bf16, files
from seismo_sae.card import render

DEMO = Path(__file__).resolve().parents[2] / "main" / "resources" / "demo"


@pytest.fixture(scope="module")
def sae() -> files.Sae:
    return files.load(DEMO / "sae")


@pytest.fixture(scope="module")
def card() -> dict:
    return json.loads((DEMO / "sae" / "card.json").read_text(encoding="utf-8"))


def texts(name: str) -> list[str]:
    return (DEMO / "texts" / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def test_weights_agree_with_cfg_and_stay_small(sae):
    cfg = json.loads((DEMO / "sae" / "cfg.json").read_text(encoding="utf-8"))
    assert cfg["architecture"] == "jumprelu" and cfg["normalize_activations"] == "none"
    assert cfg["metadata"]["hook_name"] == "blocks.3.resid_post"
    assert (sae.d_in, sae.d_sae) == (cfg["d_in"], cfg["d_sae"]) == (384, 2048)
    assert (sae.threshold > 0).all()
    assert np.linalg.norm(sae.W_dec, axis=1) == pytest.approx(np.ones(sae.d_sae), abs=1e-4)
    assert sum(path.stat().st_size for path in (DEMO / "sae").glob("*.safetensors")) <= 8_000_000
    with safe_open(DEMO / "sae" / "sparsity.safetensors", "np") as file:
        assert file.get_tensor("sparsity").shape == (sae.d_sae,)


def test_threshold_is_strict():
    one = np.ones((1, 1), np.float32)
    zero = np.zeros(1, np.float32)
    sae = files.Sae(one, zero, one, zero, np.ones(1, np.float32))
    assert sae.encode(np.array([[1.0], [1.5]], np.float32)).tolist() == [[0.0], [1.5]]


def test_shapes_that_contradict_cfg_are_refused(tmp_path, sae):
    files.save(tmp_path, sae, {}, np.zeros(sae.d_sae))
    cfg = json.loads((tmp_path / "cfg.json").read_text())
    (tmp_path / "cfg.json").write_text(json.dumps({**cfg, "d_sae": sae.d_sae + 1}))
    with pytest.raises(ValueError, match="W_enc has shape"):
        files.load(tmp_path)


def test_bf16_rounds_to_nearest_even():
    values = np.array([1.0, 1.00390625, 1.01171875, -2.5, 0.0], np.float32)
    assert bf16.round_to_bf16(values).tolist() == [1.0, 1.0, 1.015625, -2.5, 0.0]


def test_golden_rows_reproduce(sae):
    golden = json.loads((DEMO / "sae" / "golden.json").read_text(encoding="utf-8"))
    assert len(golden["texts"]) == 5 and len(golden["full_rows"]) == 3
    for row in golden["full_rows"]:
        bits = np.frombuffer(bytes.fromhex(row["bf16_little_endian_hex"]), "<u2")
        f = sae.encode(bf16.from_bf16_bits(bits)[None, :].astype(np.float64))[0]
        active = {int(feature): value for feature, value in row["active"].items()}
        assert set(np.flatnonzero(f)) == set(active)
        assert [f[i] for i in active] == pytest.approx(list(active.values()), abs=1e-8)


def test_probe_is_a_linear_probe_of_the_tap():
    with safe_open(DEMO / "phishing.safetensors", "np") as file:
        assert file.metadata()["kind"] == "linear"
        assert file.metadata()["hook_name"] == "blocks.3.resid_post"
        assert file.get_tensor("weight").shape == (384,) and file.get_tensor("bias").shape == (1,)


def test_card_is_about_this_sae_and_its_thresholds_are_in_order(sae, card):
    assert card["training"]["d_sae"] == sae.d_sae
    assert card["training"]["threshold"] == pytest.approx(float(sae.threshold[0]))
    phishing, traffic = card["watched"]["phishing"], card["demo_texts"]
    assert 0.005 <= phishing["fires_on_ordinary_demo_traffic"] <= 0.02
    assert traffic["spike"]["phishing"]["score_max"] < phishing["fires_above"] < traffic["spike"]["phishing"]["token_max"]
    assert traffic["phishing"]["phishing"]["fires"] == 1.0
    assert max(traffic[name]["phishing"]["score_max"] for name in traffic if name != "burst") < phishing["cap_above"]
    assert phishing["cap_above"] < traffic["burst"]["phishing"]["score_min"]


def test_model_card_shows_the_figures_of_card_json(card):
    assert (DEMO / "sae" / "README.md").read_text(encoding="utf-8") == render(card)


@pytest.mark.parametrize("name, least", [("ordinary", 400), ("phishing", 80), ("bridge", 60), ("spike", 3), ("burst", 5)])
def test_demo_texts_are_there(name, least, card):
    lines = texts(name)
    assert len(lines) >= least and len(set(lines)) == len(lines) == card["demo_texts"][name]["texts"]
    assert all(line == line.strip() and line for line in lines)
