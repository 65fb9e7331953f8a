"""The encoder in torch: the features of the control, and flips only inside the band."""
from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from conftest import ROOT
from sae_control import activate, dense, hold, pre_activations
from seismo_capture import Bits, EncodedRows, Rows
from seismo_capture.tensorfile import TensorFile
from test_client import client

torch = pytest.importorskip("torch")

from seismo_capture.sae import ProbeEncoder, Sae, SaeEncoder, Unsupported, encoders_of, load  # noqa: E402

RESOURCES = ROOT / "src" / "test" / "resources"
DEMO = ROOT / "src" / "main" / "resources" / "demo"
CASES = sorted(path.parent.name for path in (RESOURCES / "families").glob("*/golden.safetensors"))


def made(function: str, norm: str = "none", d_in: int = 64, d_sae: int = 300, seed: int = 0) -> Sae:
    rng = np.random.default_rng(seed)
    matrix, bias = (rng.normal(size=shape).astype(np.float32) for shape in ((d_in, d_sae), d_sae))
    theta = rng.random(d_sae).astype(np.float32) if function == "jumprelu" else None
    return Sae("made", matrix / 8, bias / 4, norm, function, theta, 12 if function == "topk" else 0, "d" * 64, "", "")


def rows_of(count: int, width: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32)


@pytest.mark.parametrize("name", CASES)
def test_should_give_what_saelens_gives(name):
    sae = load(RESOURCES / "families" / name)
    with TensorFile.open(RESOURCES / "families" / name / "golden.safetensors") as golden:
        rows, features = golden.raw("x"), golden.raw("features")
    verdict = hold(sae, rows, dense(SaeEncoder(sae).encode(rows)), features, apart=2)
    assert verdict.holds() and verdict.fired > 10, str(verdict)


def test_should_give_what_saelens_gives_of_the_demo():
    golden = json.loads((RESOURCES / "sae" / "demo" / "golden.json").read_text())["fired"]
    rows = np.load(RESOURCES / "sae" / "demo" / "rows.npy")
    features = np.zeros((len(rows), 2048), np.float32)
    for row, feature, value in golden:
        features[row, feature] = value
    encoder = SaeEncoder.load(DEMO / "sae")
    verdict = hold(encoder.sae, rows, dense(encoder.encode(torch.from_numpy(rows))), features, apart=2)
    print(verdict)
    assert verdict.holds() and verdict.fired == len(golden), str(verdict)


@pytest.mark.parametrize("function", ["relu", "jumprelu", "topk"])
@pytest.mark.parametrize("norm", ["none", "centre", "layer_norm", "constant_norm"])
def test_should_keep_the_law_against_double_precision(function, norm):
    sae, rows = made(function, norm), rows_of(200, 64) * 3 + 1
    verdict = hold(sae, rows, dense(SaeEncoder(sae).encode(rows)), activate(sae, pre_activations(sae, rows)))
    print(function, norm, verdict)
    assert verdict.holds() and verdict.fired > 1000, str(verdict)


def on_the_threshold() -> tuple[Sae, np.ndarray]:
    """Thresholds that lie on pre-activations, as near as float32 allows: what fires there only rounding decides."""
    sae, rows = made("jumprelu"), rows_of(400, 64)
    theta = np.array([pre[pre > 0][len(pre[pre > 0]) // 2] for pre in pre_activations(sae, rows).T])
    return replace(sae, theta=theta.astype(np.float32)), rows


def test_should_flip_only_inside_the_band_where_rounding_decides():
    sae, rows = on_the_threshold()
    verdict = hold(sae, rows, dense(SaeEncoder(sae).encode(rows)), activate(sae, pre_activations(sae, rows)))
    print(verdict)
    assert verdict.holds() and verdict.flips_inside > 20, str(verdict)


def test_should_find_a_multiplication_in_fewer_bits_to_break_the_law():
    sae, rows = on_the_threshold()
    pre = (torch.from_numpy(rows).bfloat16().float() @ torch.from_numpy(sae.W).bfloat16().float()).numpy() + sae.c
    verdict = hold(sae, rows, activate(sae, pre.astype(np.float32)), activate(sae, pre_activations(sae, rows)))
    assert verdict.flips_outside > 20 and not verdict.holds(), str(verdict)


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float16, torch.float32])
def test_should_widen_what_the_model_runs_in_and_depend_on_no_neighbour(kind):
    sae, rows = made("jumprelu"), torch.from_numpy(rows_of(40, 64)).to(kind)
    encoder = SaeEncoder(sae)
    whole = encoder.encode(rows.reshape(4, 10, 64))
    control = activate(sae, pre_activations(sae, rows.float().numpy()))
    assert hold(sae, rows.float().numpy(), dense(whole), control).holds()
    alone = np.concatenate([dense(encoder.encode(rows[n:n + 1])) for n in range(40)])
    assert hold(sae, rows.float().numpy(), alone, control).holds()
    if kind == torch.bfloat16:
        bits = Bits(rows.view(torch.int16).numpy().view(np.uint16))
        assert np.array_equal(dense(encoder.encode(bits)), dense(whole))


def test_should_give_norms_as_java_does():
    rows = rows_of(20, 64)
    assert np.allclose(SaeEncoder(made("relu")).encode(rows).norms, np.linalg.norm(rows.astype(np.float64), axis=1), rtol=1e-14)


def test_should_keep_the_lower_of_equal_features_and_nothing_below_zero():
    columns = np.array([[1, 1, -1, 1, 0.5, 1]], np.float32)
    sae = Sae("ties", columns, np.zeros(6, np.float32), "none", "topk", None, 3, "", "", "")
    encoder = SaeEncoder(sae)
    assert dense(encoder.encode(np.array([[2]], np.float32))).tolist() == [[2, 2, 0, 2, 0, 0]]
    assert dense(encoder.encode(np.array([[-2]], np.float32))).tolist() == [[0, 0, 2, 0, 0, 0]]
    assert dense(encoder.encode(np.array([[0]], np.float32))).sum() == 0


def test_should_encode_in_pieces_as_at_once(monkeypatch):
    sae, rows = made("topk"), rows_of(50, 64)
    whole = dense(SaeEncoder(sae).encode(rows))
    monkeypatch.setattr("seismo_capture.sae.product._PRE_BYTES", 4 * 300 * 7)
    pieces = SaeEncoder(sae).encode(rows)
    assert hold(sae, rows, dense(pieces), whole, apart=2).holds() and pieces.rows == 50


def test_should_not_be_coarser_for_what_the_process_asks_of_torch():
    sae, rows = on_the_threshold()
    control = activate(sae, pre_activations(sae, rows))
    before = torch.get_float32_matmul_precision()
    try:
        torch.set_float32_matmul_precision("medium")
        exact = dense(SaeEncoder(sae).encode(rows))
    finally:
        torch.set_float32_matmul_precision(before)
    both = (exact > 0) & (control > 0)
    assert hold(sae, rows, exact, control).holds()
    assert (np.abs(exact - control)[both] <= 0.51 * np.spacing(exact)[both]).all(), "in double precision, rounded once"
    with torch.autocast("cpu", dtype=torch.bfloat16):
        coarse = (torch.from_numpy(rows) @ torch.from_numpy(sae.W)).float().numpy() + sae.c
        under = dense(SaeEncoder(sae).encode(rows))
    assert not hold(sae, rows, activate(sae, coarse), control).holds(), "autocast does change a plain multiplication"
    assert hold(sae, rows, under, control).holds()


def test_should_take_no_rows_and_refuse_others_width():
    encoder = SaeEncoder(made("relu"))
    empty = encoder.encode(np.zeros((0, 64), np.float32))
    assert (empty.rows, empty.size, empty.width) == (0, 0, 300)
    with pytest.raises(ValueError, match="rows are 63 wide"):
        encoder.encode(np.zeros((1, 63), np.float32))
    with pytest.raises(ValueError, match="rows are 63 wide"):
        encoder.defer(np.zeros((1, 63), np.float32))
    with pytest.raises(ValueError, match="not finite"):
        encoder.encode(np.full((1, 64), np.nan, np.float32))


def test_should_send_what_it_encodes_at_once_or_later(sink, read):
    encoder, rows = SaeEncoder(made("jumprelu")), torch.from_numpy(rows_of(30, 64)).bfloat16()
    own = rows.clone()
    with client(sink) as c:
        assert c.capture({"h": encoder.encode(own)}, [Rows("now", 30)])
        assert c.capture({"h": encoder.defer(own)}, [Rows("later", 30)])
        own.zero_()  # what the model does next does not show
    now, later = read()
    assert now.encoded[0] == later.encoded[0] and len(now.encoded[0].values) > 1000
    assert (now.encoded[0].weights, now.encoded[0].units, now.encoded[0].width) == ("d" * 64, "activation", 300)


def test_should_score_by_probes():
    rows = rows_of(10, 384)
    for score in ("logit", "raw", "unit"):
        probe = ProbeEncoder.load(DEMO / "phishing.safetensors", score)
        with TensorFile.open(DEMO / "phishing.safetensors") as file:
            weight, bias = file.wide("weight").astype(np.float64), float(file.wide("bias")[0])
        expected = rows @ weight / (np.linalg.norm(weight) if score == "unit" else 1) + (bias if score == "logit" else 0)
        found = probe.encode(rows)
        assert found.units == score and (found.counts == 1).all() and np.allclose(found.values, expected, atol=1e-5)
    assert probe.hook == "blocks.3.resid_post"


def test_should_know_which_hook_point_an_encoder_reads():
    hooks = ["blocks.2.resid_post", "blocks.3.resid_post"]
    chosen = encoders_of([DEMO / "sae", str(DEMO / "phishing.safetensors")], hooks)
    assert list(chosen) == ["blocks.3.resid_post"] and [type(e) for e in chosen[hooks[1]]] == [SaeEncoder, ProbeEncoder]
    nameless = SaeEncoder(made("relu"))
    assert encoders_of(nameless, hooks[:1]) == {hooks[0]: [nameless]}
    assert encoders_of({hooks[0]: [nameless]}, hooks) == {hooks[0]: [nameless]}
    for wrong, among, word in ((nameless, hooks, "no file names"), (DEMO / "sae", hooks[:1], "blocks.3.resid_post"),
                               ({hooks[0]: DEMO / "sae"}, hooks, "would mean nothing"), ({"x": nameless}, hooks, "not among")):
        with pytest.raises(Unsupported, match=word):
            encoders_of(wrong, among)


@pytest.mark.parametrize("name", ["demo", "standard", "jumprelu", "topk"])
def test_should_encode_as_the_frames_that_java_reads(pb, name):
    from make_encoded_frames import OUT, SAES, encoders, record

    golden, own = (pb.ActivationRecord.FromString(value).frame for value in ((OUT / f"{name}.bin").read_bytes(), record(name)))
    assert own.segments == golden.segments and len(own.encoded) == len(encoders(name))
    assert [manifest(part) for part in own.encoded] == [manifest(part) for part in golden.encoded]
    one, other = (dense_of(frame.encoded[0]) for frame in (own, golden))
    assert hold(encoders(name)[0].sae, np.load(SAES / name / "rows.npy"), one, other, apart=2).holds()


def manifest(part) -> tuple:
    return part.hook, part.weights, part.units, part.rows, part.width


def dense_of(part) -> np.ndarray:
    return dense(EncodedRows(part.weights, part.units, part.width, np.frombuffer(part.counts, "<u2"),
                             np.frombuffer(part.indices, "<u4"), np.frombuffer(part.values, "<f4"), np.frombuffer(part.norms, "<f8")))
