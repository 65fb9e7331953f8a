"""Tensors of TransformerLens and nnsight, of the real packages where they are installed: the rows that `attach` sends, bit for bit."""
from __future__ import annotations

import sys

import numpy as np
import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "src" / "main" / "python" / "examples"))
torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from seismo_capture.hf import attach  # noqa: E402
from test_hf import BOS, LAYERS, RESIDUAL, client, llama, named  # noqa: E402, F401

IDS = torch.tensor([[BOS, 5, 6, 7]])


@pytest.fixture
def model():
    made = llama()
    # TransformerLens does; another kernel rounds otherwise.
    made.config._attn_implementation = "eager"
    return made


def sent(client, read, sink, run) -> dict:
    """Bytes by hook point."""
    sink.records.clear()
    run()
    assert client.flush() and client.stats().errors == 0
    frames = [frame for frame in read() if frame.tensors]
    assert [s.rows for frame in frames for s in frame.segments] == [4]
    return {tensor.hook: tensor.data for frame in frames for tensor in frame.tensors}


def attached(model, client) -> None:
    with attach(model, RESIDUAL, client) as tap, tap.requests(named("attached")), torch.no_grad():
        model(IDS)


def lens(model, folder):
    """A bridge around this model, with a tokenizer that needs no hub."""
    bridges = pytest.importorskip("transformer_lens.model_bridge", reason="TransformerLens 4 is not installed")
    tokenizers = pytest.importorskip("tokenizers")
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel({f"t{n}": n for n in range(40)}, "t0"))
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=words, bos_token="t1", eos_token="t2", pad_token="t0", unk_token="t0").save_pretrained(folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    return bridges.TransformerBridge.boot_transformers("made", hf_model=model, tokenizer=tokenizer)


def test_should_send_what_transformer_lens_caches(model, client, read, sink, tmp_path):
    import capture_lens

    own = sent(client, read, sink, lambda: attached(model, client))
    bridge = lens(model, tmp_path)
    found = sent(client, read, sink, lambda: capture_lens.send(client, bridge, IDS, range(LAYERS), "r"))
    assert found == own and len(set(own.values())) == LAYERS, "no layer is another one"


def test_should_send_what_nnsight_saves(model, client, read, sink):
    nnsight = pytest.importorskip("nnsight", reason="nnsight is not installed")
    import capture_nnsight

    own = sent(client, read, sink, lambda: attached(model, client))
    wrapped = nnsight.NNsight(model)
    for n in range(LAYERS):
        found = sent(client, read, sink, lambda: capture_nnsight.send(client, wrapped, IDS, n, f"r{n}"))
        assert found == {RESIDUAL[n]: own[RESIDUAL[n]]}
        assert np.frombuffer(found[RESIDUAL[n]], np.float32).any()
