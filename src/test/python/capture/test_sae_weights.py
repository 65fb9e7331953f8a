"""SAEs of SAELens and imported ones, folded as Java folds them: what SAELens itself encodes comes out. Needs no torch."""
from __future__ import annotations

import hashlib
import json
import shutil
import struct

import numpy as np
import pytest
from conftest import ROOT
from sae_control import activate, band, pre_activations
from seismo_capture.sae import Unsupported, load
from seismo_capture.sae.canonical import unsealed
from seismo_capture.tensorfile import TensorFile, Truncated

FAMILIES = ROOT / "src" / "test" / "resources" / "families"
DEMO = ROOT / "src" / "main" / "resources" / "demo" / "sae"
CASES = sorted(path.parent.name for path in FAMILIES.glob("*/golden.safetensors"))


@pytest.mark.parametrize("name", CASES)
def test_should_give_what_saelens_gives(name):
    sae = load(FAMILIES / name)
    with TensorFile.open(FAMILIES / name / "golden.safetensors") as golden:
        rows, features = golden.raw("x"), golden.raw("features")
    found = activate(sae, pre_activations(sae, rows))
    assert ((found > 0) == (features > 0)).all() and (features > 0).sum() > 10
    assert (np.abs(found - features) <= 4 * band(sae, rows) + np.spacing(features)).all()
    shifted = activate(sae, pre_activations(sae, np.roll(rows, 1, axis=1)))
    assert ((shifted > 0) != (features > 0)).any(), "rows shifted by an element must not pass"


def test_should_state_the_digest_that_inspect_prints():
    weights, config = (hashlib.sha256((DEMO / name).read_bytes()).hexdigest() for name in ("sae_weights.safetensors", "cfg.json"))
    sae = load(DEMO)
    assert sae.digest == hashlib.sha256(f"{weights} {config}".encode()).hexdigest()
    assert (sae.hook, sae.model) == ("blocks.3.resid_post", "all-MiniLM-L6-v2")
    assert (sae.function, sae.d_in, sae.d_sae) == ("jumprelu", 384, 2048)


@pytest.mark.parametrize("change, word", [
    (dict(architecture="temporal"), "temporal"), (dict(architecture="crosscoder"), "crosscoder"),
    (dict(activation_fn="tanh-relu", architecture="standard"), "tanh-relu"), (dict(architecture="topk"), "without k"), (dict(normalize_activations="expected_average_only_in"), "nothing states the factor"),
    (dict(normalize_activations="batch"), "batch"), (dict(hook_head_index=3), "attention head"),
    (dict(d_in=383), "has shape"), (dict(d_in=0), "positive whole number")])
def test_should_refuse_with_a_reason(tmp_path, change, word):
    folder = shutil.copytree(DEMO, tmp_path / "sae")
    config = json.loads((folder / "cfg.json").read_text())
    (folder / "cfg.json").write_text(json.dumps({**config, **change}))
    with pytest.raises(ValueError, match=word):
        load(folder)


def test_should_say_what_to_do_about_other_families(tmp_path):
    with pytest.raises(Unsupported, match="seismo sae import"):
        load(tmp_path)


def imported(folder, function="jumprelu", **more):
    """A directory as `seismo sae import --copy` writes it: made here by the words of its schema."""
    rng, data, tensors = np.random.default_rng(0), b"", {}
    arrays = {"W": rng.normal(size=(4, 6)), "c": rng.normal(size=6), "theta": rng.random(6)}
    for name, array in arrays.items():
        if name == "theta" and function != "jumprelu":
            continue
        data += bytes(-len(data) % 4096)
        tensors[name] = {"file": "weights.bin", "dtype": "F32", "shape": list(array.shape), "offset": len(data)}
        data += array.astype("<f4").tobytes()
    activation = {"function": function, **({"k": 2} if function in ("topk", "groupmax") else {})}
    root = {"seismo_sae": 1, "family": "x/y", "source": {"weights": {"path": "/gone", "bytes": 3, "sha256": "a" * 64}}, "model": "m",
            "revision": "", "hook": "blocks.1.resid_post", "dtype": "F32", "d_in": 4, "d_sae": 6, "norm": "centre",
            "activation": activation, "units": "\"own\" units, \\ ü", "folded": [], "published": {"l0": 0.0, "median_norm": 1.0E-5},
            "data": {"path": "weights.bin", "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}, "tensors": tensors, **more}
    compact = json.dumps(root, separators=(",", ":"), ensure_ascii=False).replace("1e-05", "1.0E-5")
    seal = hashlib.sha256(compact.encode()).hexdigest()
    pretty = json.dumps({**root, "seal": seal}, indent=2, separators=(",", " : "), ensure_ascii=False).replace("1e-05", "1.0E-5")
    folder.mkdir(exist_ok=True)
    (folder / "seismo-sae.json").write_text(pretty + "\n", "utf-8")
    (folder / "weights.bin").write_bytes(data)
    return folder, {name: array.astype(np.float32) for name, array in arrays.items()}


@pytest.mark.parametrize("function", ["relu", "jumprelu", "topk"])
def test_should_read_what_was_imported(tmp_path, function):
    folder, arrays = imported(tmp_path / "sae", function)
    sae = load(folder)
    assert np.array_equal(sae.W, arrays["W"]) and np.array_equal(sae.c, arrays["c"])
    assert (sae.function, sae.norm, sae.hook, sae.k) == (function, "centre", "blocks.1.resid_post", 2 * (function == "topk"))
    assert sae.digest == hashlib.sha256(("a" * 64 + " ").encode()).hexdigest()


def test_should_refuse_what_was_changed_after_the_import(tmp_path):
    folder, _ = imported(tmp_path / "sae")
    manifest = folder / "seismo-sae.json"
    text = manifest.read_text()
    changes = [text.replace(*change) for change in (('"centre"', '"none"'), ("1.0E-5", "2.0E-5"), ("own", "o wn"))]
    for changed in (*changes, text[:-60] + "\n}"):
        manifest.write_text(changed)
        with pytest.raises(ValueError, match="seal|JSON"):
            load(folder)
    manifest.write_text(text)
    load(folder)
    data = bytearray((folder / "weights.bin").read_bytes())
    data[4096 + 1] ^= 1
    (folder / "weights.bin").write_bytes(data)
    with pytest.raises(ValueError, match="is not the file that was imported"):
        load(folder)
    with pytest.raises(Unsupported, match="of format 2"):
        unsealed("x", text.replace('"seismo_sae" : 1', '"seismo_sae" : 2'))


def test_should_refuse_groupmax_and_a_source_that_is_gone(tmp_path):
    with pytest.raises(Unsupported, match="groupmax"):
        load(imported(tmp_path / "a", "groupmax")[0])
    inside = {"W": {"file": "source", "dtype": "F32", "shape": [4, 6], "offset": 0},
              "c": {"file": "weights.bin", "dtype": "F32", "shape": [6], "offset": 0}}
    with pytest.raises(ValueError, match="no file /gone"):
        load(imported(tmp_path / "b", "relu", tensors=inside)[0])


def tensor_file(header, data: bytes) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


@pytest.mark.parametrize("content, word", [
    (b"", "too short"), (struct.pack("<Q", 2**40) + b"{}", "claims"), (struct.pack("<Q", 99) + b"{}", "does not fit"),
    (tensor_file(b"[]", b""), "no JSON object"), (tensor_file(b"{x}", b""), "not sound"),
    (tensor_file(b'{"a":1,"a":2}', b""), "occurs twice"),
    (tensor_file({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}, b"1234567"), "ends at byte"),
    (tensor_file({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}, b"123456789"), "belong to nothing"),
    (tensor_file({"a": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]}}, bytes(12)), "begins at byte"),
    (tensor_file({"a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}}, bytes(8)), "which is not F32"),
    (tensor_file({"a": {"dtype": "F32", "shape": [-2], "data_offsets": [0, 8]}}, bytes(8)), "shape"),
    (tensor_file({"a": {"dtype": "OBJ", "shape": [2], "data_offsets": [0, 8]}}, bytes(8)), "dtype 'OBJ'"),
    (tensor_file({"a": 7}, b""), "needs dtype")])
def test_should_refuse_files_that_are_not_sound(tmp_path, content, word):
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=word):
        TensorFile.open(path)


def test_should_tell_a_file_that_was_cut_off_from_one_that_is_wrong(tmp_path):
    whole = (DEMO / "sparsity.safetensors").read_bytes()
    path = tmp_path / "x.safetensors"
    for length in (0, 9, 40, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(Truncated):
            TensorFile.open(path)
