"""`attach(…, encode=…)`: what is sent is what the encoder makes of the rows that would have been sent, and no row."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from seismo_capture import CaptureClient, Options, Rows, Source  # noqa: E402
from seismo_capture.hf import Unsupported, attach  # noqa: E402
from seismo_capture.sae import ProbeEncoder, SaeEncoder  # noqa: E402
from test_hf import BOS, MODELS, PAD, RESIDUAL, client, llama, named  # noqa: E402, F401
from test_sae import made  # noqa: E402


def sae(seed: int = 0, hook: str = "", width: int = 32) -> SaeEncoder:
    return SaeEncoder(replace(made("jumprelu", d_in=width, seed=seed), hook=hook))


def generate(model) -> None:
    model.generation_config.eos_token_id = None
    ids = torch.tensor([[BOS, 5, 6, 7, 8], [PAD, PAD, BOS, 9, 10]])
    mask = (ids != PAD).long()
    model.generate(ids, attention_mask=mask, max_new_tokens=5, do_sample=False, seismo_requests=named("a", "b"))


def by_row(frames):
    """What was sent of each request and position: a digest's pairs, or bytes of a tensor."""
    rows = {}
    for frame in frames:
        low = 0
        for s in frame.segments:
            for n in range(s.rows):
                for part in frame.encoded:
                    counts = np.frombuffer(part.counts, "<u2").astype(int)
                    at = slice(counts[:low + n].sum(), counts[:low + n + 1].sum())
                    rows[(part.hook, part.weights, s.request_id, s.start_position + n)] = (
                        np.frombuffer(part.indices, "<u4")[at].tolist(), np.frombuffer(part.values, "<f4")[at].tolist())
                for tensor in frame.tensors:
                    width = len(tensor.data) // tensor.shape[0]
                    rows[(tensor.hook, s.request_id, s.start_position + n)] = tensor.data[(low + n) * width:(low + n + 1) * width]
            low += s.rows
    return rows


def sent(model, client, read, sink, **more):
    """What generating sends, by row."""
    sink.records.clear()
    with attach(model, RESIDUAL[:1], client, **more) as tap:
        generate(model)
    assert client.flush() and tap.errors == 0
    return by_row(read())


@pytest.mark.parametrize("make, dtype", MODELS)
def test_should_send_what_the_encoder_makes_of_the_rows(make, dtype, client, read, sink):
    encoder, model = sae(), make(dtype)
    tensors = sent(model, client, read, sink)
    found = sent(model, client, read, sink, encode=encoder)
    assert not any(frame.tensors for frame in read()) and len(found) == 9 + 7
    assert {key[2:] for key in found} == {key[1:] for key in tensors}
    rows = {key[1:]: torch.frombuffer(bytearray(value), dtype=dtype) for key, value in tensors.items()}
    for (_, digest, *place), (indices, values) in found.items():
        own = encoder.encode(rows[tuple(place)][None])
        # A row alone is multiplied in another order than among others; none here lies on a threshold.
        assert digest == encoder.weights and indices == own.indices.tolist()
        assert np.allclose(values, own.values, rtol=1e-4, atol=1e-5)
    beside = encoder.encode(rows[("a", 2)][None]).indices.tolist()
    assert found[(RESIDUAL[0], encoder.weights, "a", 1)][0] != beside, "the neighbouring row is another one"


def test_should_send_some_hook_points_encoded_and_others_as_tensors(client, read):
    model, both = llama(), [sae(1), ProbeEncoder("p", np.ones((1, 32), np.float32), np.zeros(1, np.float32), "logit", "e" * 64, "")]
    with attach(model, RESIDUAL, client, encode={RESIDUAL[1]: both}) as tap:
        model(torch.tensor([[BOS, 5, 6]]))
    client.flush()
    assert tap.errors == 0
    frame = [f for f in read() if f.tensors][0]
    assert [t.hook for t in frame.tensors] == [RESIDUAL[0], RESIDUAL[2]]
    assert [(part.hook, part.units, part.width, part.rows) for part in frame.encoded] == [
        (RESIDUAL[1], "activation", 300, 3), (RESIDUAL[1], "logit", 1, 3)]


def overwrite(tensor) -> None:
    tensor.zero_()


def test_should_not_be_changed_by_what_the_model_does_next(client, read, sink):
    """Rows are encoded later, in another thread: a model that writes over its own output must not be seen to."""
    model, encoder = llama(), sae()
    before = sent(model, client, read, sink, encode=encoder)
    layer = model.model.layers[1]
    overwritten = layer.register_forward_pre_hook(lambda module, args: overwrite(args[0]))
    sent_of_zeros = encoder.encode(torch.zeros(1, 32)).indices.tolist()
    after = sent(model, client, read, sink, encode=encoder)
    overwritten.remove()
    # What the zeros make the model say next differs; the prompt's rows do not.
    prompt = [key for key in before if key[3] < 3]
    assert len(prompt) == 6 and [after[key] for key in prompt] == [before[key] for key in prompt]
    assert all(after[key][0] != sent_of_zeros for key in prompt)


@pytest.mark.parametrize("encode, word", [
    (sae(hook="blocks.1.hook_resid_post"), "blocks.1"), (sae(width=64), "the encoder reads 64"), ("/nowhere", "seismo sae import")])
def test_should_refuse_an_encoder_of_something_else(encode, word, client):
    model = llama()
    with pytest.raises(Unsupported, match=word):
        attach(model, RESIDUAL[:1], client, encode=encode)
    assert "forward" not in model.__dict__, "what was refused leaves the model alone"


def test_should_be_smaller_by_what_arithmetic_says(sink, read):
    """Bytes a token of a prompt: 2·d in bf16 against 10 + 8·L0, but for what every frame holds."""
    d_in, fired = 1024, 24
    rng = np.random.default_rng(0)
    encoder = SaeEncoder(replace(made("topk", d_in=d_in, d_sae=4096), k=fired))
    rows = torch.from_numpy(rng.normal(size=(512, d_in)).astype(np.float32)).bfloat16()
    sizes = {}
    for name, value in (("dense", rows), ("sparse", encoder.encode(rows))):
        with CaptureClient(sink, Source("s", "m", "1"), Options(heartbeat_seconds=3600)) as c:
            c.capture({"h": value}, [Rows("r", 512)])
            c.flush()
            sizes[name] = c.stats().bytes_sent
    assert abs(sizes["dense"] / sizes["sparse"] / (2 * d_in / (10 + 8 * fired)) - 1) < 0.01, sizes
