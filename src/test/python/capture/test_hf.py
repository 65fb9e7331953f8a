"""Small models with random weights: what is captured is what the model itself says its hidden states are, bit for bit."""
from __future__ import annotations

import numpy as np
import pytest
from seismo_capture import CaptureClient, Options, Outcome, Phase, Source

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from seismo_capture.hf import Request, Unsupported, attach  # noqa: E402

LAYERS = 3
POINTS = [f"blocks.{n}.{kind}" for n in range(LAYERS) for kind in ("resid_pre", "attn_out", "mlp_out", "resid_post")]
RESIDUAL = [f"blocks.{n}.resid_post" for n in range(LAYERS)]
EOS, PAD, BOS = 2, 0, 1


def llama(dtype=torch.float32, **more):
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=40, hidden_size=32, intermediate_size=48, num_hidden_layers=LAYERS, num_attention_heads=4,
        num_key_value_heads=2, bos_token_id=BOS, eos_token_id=EOS, pad_token_id=PAD, max_position_embeddings=64,
        initializer_range=0.3, **more)
    return transformers.LlamaForCausalLM(config).to(dtype).eval()


def gpt2(dtype=torch.float32):
    torch.manual_seed(0)
    config = transformers.GPT2Config(
        vocab_size=40, n_embd=32, n_layer=LAYERS, n_head=4, n_positions=64, bos_token_id=BOS, eos_token_id=EOS,
        pad_token_id=PAD, initializer_range=0.3)
    return transformers.GPT2LMHeadModel(config).to(dtype).eval()


MODELS = [pytest.param(make, dtype, id=f"{make.__name__}-{str(dtype)[6:]}")
          for make in (llama, gpt2) for dtype in (torch.float32, torch.bfloat16)]


@pytest.fixture
def client(sink):
    with CaptureClient(sink, Source("s", "m", "1"), Options(heartbeat_seconds=3600)) as c:
        yield c


class Captured:
    """What arrived: rows of each request and hook point by position, its phases, its end."""

    def __init__(self, frames) -> None:
        self.rows, self.phase, self.kind, self.end = {}, {}, {}, {}
        for frame in frames:
            arrays = {t.hook: np.frombuffer(t.data, np.uint8).reshape(t.shape[0], -1) for t in frame.tensors}
            low = 0
            for s in frame.segments:
                for n in range(s.rows):
                    key = (s.request_id, s.start_position + n)
                    assert key not in self.phase, f"{key} came twice"
                    self.phase[key] = s.phase
                    self.kind[key] = s.row_kinds[n] if s.row_kinds else 0
                    for hook, array in arrays.items():
                        self.rows[(hook, *key)] = array[low + n].tobytes()
                low += s.rows
                if s.HasField("end"):
                    assert s.request_id not in self.end
                    self.end[s.request_id] = (s.end.outcome, s.end.rows_expected)

    def positions(self, request: str):
        return sorted(position for name, position in self.phase if name == request)


def bits(tensor) -> bytes:
    flat = tensor.detach().contiguous().reshape(-1)
    return flat.view(torch.int32 if flat.element_size() == 4 else torch.int16).numpy().tobytes()


def named(*names):
    return [Request(name) for name in names]


def captured(client, read) -> Captured:
    assert client.flush()
    return Captured(read())


@pytest.mark.parametrize("make, dtype", MODELS)
def test_should_capture_the_models_own_hidden_states_and_not_their_neighbours(make, dtype, client, read):
    model = make(dtype)
    ids = torch.tensor([[BOS, 5, 6, 7, 8]])
    with attach(model, POINTS, client) as tap, tap.requests(named("r")):
        hidden = model(ids, output_hidden_states=True).hidden_states
    got = captured(client, read)
    assert len(hidden) == LAYERS + 1 and tap.errors == 0
    for position in range(5):
        for n in range(LAYERS):
            # Index 0 is the embeddings, so block n's output is at n + 1; the last is after the final norm.
            assert got.rows[(f"blocks.{n}.resid_pre", "r", position)] == bits(hidden[n][0, position])
            if n < LAYERS - 1:
                assert got.rows[(f"blocks.{n}.resid_post", "r", position)] == bits(hidden[n + 1][0, position])
            for other in set(range(LAYERS + 1)) - {n + 1}:
                assert got.rows[(f"blocks.{n}.resid_post", "r", position)] != bits(hidden[other][0, position])
    last = torch.stack([torch.from_numpy(np.frombuffer(got.rows[(RESIDUAL[-1], "r", p)],
                        np.float32 if dtype == torch.float32 else np.int16).copy()) for p in range(5)])
    last = last if dtype == torch.float32 else last.view(torch.bfloat16)
    norm = model.model.norm if make is llama else model.transformer.ln_f
    assert bits(norm(last[None])) == bits(hidden[-1]), "the final norm of the last block's output"
    assert bits(last) != bits(hidden[-1]), "index L is not a block's output"


@pytest.mark.parametrize("make", [llama, gpt2])
def test_should_capture_what_a_block_adds(make, client, read):
    model = make()
    with attach(model, POINTS, client) as tap, tap.requests(named("r")):
        model(torch.tensor([[BOS, 5, 6, 7]]))
    got = captured(client, read)

    def row(hook, position):
        return np.frombuffer(got.rows[(hook, "r", position)], np.float32)

    for n in range(LAYERS):
        for position in range(4):
            parts = [row(f"blocks.{n}.{kind}", position) for kind in ("resid_pre", "attn_out", "mlp_out")]
            whole = row(f"blocks.{n}.resid_post", position)
            assert np.array_equal((parts[0] + parts[1]) + parts[2], whole)
            assert not np.array_equal(parts[0] + parts[2], whole)


def steps(out, layer: int):
    """Hidden states of all steps after one another, [sequences, columns, width]."""
    return torch.cat([step[layer] for step in out.hidden_states], dim=1)


@pytest.mark.parametrize("make, dtype", MODELS)
@pytest.mark.parametrize("use_cache", [True, False])
def test_should_follow_generate_and_leave_the_last_token_out(make, dtype, use_cache, client, read):
    model = make(dtype)
    model.generation_config.eos_token_id = None
    ids = torch.tensor([[BOS, 5, 6, 7], [BOS, 9, 10, 11]])
    with attach(model, RESIDUAL, client) as tap:
        out = model.generate(
            ids, attention_mask=torch.ones_like(ids), max_new_tokens=6, do_sample=False, use_cache=use_cache,
            output_hidden_states=True, return_dict_in_generate=True, seismo_requests=named("a", "b"))
    got = captured(client, read)
    assert tap.errors == 0
    for b, name in enumerate("ab"):
        assert got.positions(name) == list(range(4 + 6 - 1))
        assert [got.phase[(name, p)] for p in range(9)] == [Phase.PROMPT] * 4 + [Phase.GENERATED] * 5
        assert got.end[name] == (Outcome.COMPLETED, 9)
        assert got.kind[(name, 0)] == 1 and got.kind[(name, 1)] == 0
        for layer in range(LAYERS - 1):
            own = steps(out, layer + 1) if use_cache else out.hidden_states[-1][layer + 1]
            for position in range(9):
                if use_cache or position == 8:
                    assert got.rows[(RESIDUAL[layer], name, position)] == bits(own[b, position])


@pytest.mark.parametrize("side", ["left", "right"])
def test_should_leave_padding_out_on_either_side(side, client, read):
    model = llama()
    model.generation_config.eos_token_id = None
    long, short = [BOS, 5, 6, 7, 8], [BOS, 9, 10]
    padded = [PAD] * 2 + short if side == "left" else short + [PAD] * 2
    ids = torch.tensor([long, padded])
    mask = torch.tensor([[1] * 5, [0, 0, 1, 1, 1] if side == "left" else [1, 1, 1, 0, 0]])
    with attach(model, RESIDUAL, client) as tap:
        out = model.generate(ids, attention_mask=mask, max_new_tokens=4, do_sample=False, output_hidden_states=True,
                             return_dict_in_generate=True, seismo_requests=named("long", "short"))
    got = captured(client, read)
    assert tap.errors == 0
    assert got.positions("long") == list(range(8)) and got.positions("short") == list(range(6))
    columns = [2, 3, 4, 5, 6, 7] if side == "left" else [0, 1, 2, 5, 6, 7]
    for position, column in enumerate(columns):
        assert got.rows[(RESIDUAL[0], "short", position)] == bits(steps(out, 1)[1, column])
    assert [got.phase[("short", p)] for p in range(6)] == [Phase.PROMPT] * 3 + [Phase.GENERATED] * 3
    assert got.end == {"long": (Outcome.COMPLETED, 8), "short": (Outcome.COMPLETED, 6)}


class EndAt(transformers.LogitsProcessor):
    """Makes sequence b end with the token EOS after so many new tokens, and nobody earlier."""

    def __init__(self, prompt: int, lengths) -> None:
        self.prompt, self.lengths = prompt, lengths

    def __call__(self, input_ids, scores):
        scores = scores.clone()
        scores[:, EOS] = -torch.inf
        for b, length in enumerate(self.lengths):
            if input_ids.shape[1] - self.prompt + 1 >= length:
                scores[b] = -torch.inf
                scores[b, EOS] = 0
        return scores


def test_should_end_each_sequence_where_it_ends_and_give_rows_that_do_not_depend_on_the_batch(client, read):
    model = llama()
    ids = torch.tensor([[BOS, 5, 6], [BOS, 9, 10], [BOS, 12, 13]])
    lengths = [2, 7, 4]
    with attach(model, RESIDUAL, client) as tap:
        model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=12, do_sample=False,
                       logits_processor=transformers.LogitsProcessorList([EndAt(3, lengths)]),
                       seismo_requests=named("2", "7", "4"))
        for length, row in zip(lengths, ids):
            model.generate(row[None], attention_mask=torch.ones(1, 3, dtype=torch.long), max_new_tokens=12, do_sample=False,
                           logits_processor=transformers.LogitsProcessorList([EndAt(3, [length])]),
                           seismo_requests=named(f"alone-{length}"))
    got = captured(client, read)
    assert tap.errors == 0
    for length in lengths:
        expected = 3 + length - 1
        assert got.positions(str(length)) == got.positions(f"alone-{length}") == list(range(expected))
        assert got.end[str(length)] == got.end[f"alone-{length}"] == (Outcome.COMPLETED, expected)


def test_should_believe_any_stopping_criterion(client, read):
    class Third(transformers.StoppingCriteria):
        def __call__(self, input_ids, scores, **kwargs):
            return torch.tensor([input_ids.shape[1] >= 5, False])

    model = llama()
    # A criterion of one's own ends a sequence only beside one that knows a token of the end.
    model.generation_config.eos_token_id = 39
    ids = torch.tensor([[BOS, 5, 6], [BOS, 9, 10]])
    with attach(model, RESIDUAL, client):
        model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=5, do_sample=False, seismo_requests=named("a", "b"),
                       stopping_criteria=transformers.StoppingCriteriaList([Third()]),
                       logits_processor=transformers.LogitsProcessorList([EndAt(3, [99, 99])]))
    got = captured(client, read)
    assert got.end["a"] == (Outcome.COMPLETED, 4)
    assert got.positions("a") == list(range(4)) and len(got.positions("b")) in range(4, 8)


def test_should_say_aborted_when_generation_breaks(client, read):
    class Broken(transformers.StoppingCriteria):
        def __call__(self, input_ids, scores, **kwargs):
            if input_ids.shape[1] == 6:
                raise KeyboardInterrupt
            return torch.zeros(len(input_ids), dtype=torch.bool)

    model = llama()
    model.generation_config.eos_token_id = None
    ids = torch.tensor([[BOS, 5, 6]])
    with attach(model, RESIDUAL, client), pytest.raises(KeyboardInterrupt):
        model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=9, seismo_requests=named("r"),
                       stopping_criteria=transformers.StoppingCriteriaList([Broken()]))
    got = captured(client, read)
    assert got.end["r"] == (Outcome.ABORTED, 5) and got.positions("r") == list(range(5))


def test_should_know_what_came_from_a_cache(client, read):
    model = llama()
    model.generation_config.eos_token_id = None
    first = torch.tensor([[BOS, 5, 6, 7]])
    with torch.no_grad():
        cache = model(first, use_cache=True).past_key_values
    ids = torch.tensor([[BOS, 5, 6, 7, 8, 9]])
    with attach(model, RESIDUAL, client) as tap:
        model.generate(ids, attention_mask=torch.ones_like(ids), past_key_values=cache, max_new_tokens=3, do_sample=False,
                       seismo_requests=named("r"))
    got = captured(client, read)
    assert tap.errors == 0
    assert got.positions("r") == [4, 5, 6, 7]
    assert all(s.cached_prefix == 4 for f in read() for s in f.segments if s.rows)


def test_should_follow_a_loop_of_ones_own(client, read):
    model = gpt2()
    ids, cache = torch.tensor([[BOS, 5, 6], [BOS, 9, 10]]), None
    with attach(model, RESIDUAL, client) as tap, tap.requests(named("a", "b")) as ended, torch.no_grad():
        for step in range(4):
            out = model(ids, past_key_values=cache, use_cache=True)
            cache, ids = out.past_key_values, out.logits[:, -1:].argmax(-1)
            if step == 1:
                ended(0, Outcome.REFUSED)
    got = captured(client, read)
    assert got.end == {"a": (Outcome.REFUSED, 4), "b": (Outcome.COMPLETED, 6)}
    assert got.positions("a") == list(range(4)) and got.positions("b") == list(range(6))


def test_should_take_a_pass_by_itself_as_requests_that_are_complete(client, read):
    model = llama()
    with attach(model, RESIDUAL, client, token_ids=True) as tap, torch.no_grad():
        out = model(torch.tensor([[BOS, 5], [BOS, 6]]), use_cache=True)
        model(torch.tensor([[7], [8]]), past_key_values=out.past_key_values)
    got = captured(client, read)
    assert tap.unattributed == 1, "a cache whose requests nobody named"
    assert sorted(got.end.values()) == [(Outcome.COMPLETED, 2)] * 2
    assert [list(s.token_ids) for f in read() for s in f.segments if s.rows] == [[BOS, 5], [BOS, 6]]


@pytest.mark.parametrize("wrong, word", [
    (dict(num_beams=2), "beam"), (dict(prompt_lookup_num_tokens=2), "assisted"), (dict(assistant_model=object()), "assisted"),
    (dict(cache_implementation="static"), "compiled"),
    (dict(generation_config=transformers.GenerationConfig(num_beams=3)), "beam")])
def test_should_refuse_decoding_whose_rows_belong_to_no_one(wrong, word, client, read):
    model = llama()
    ids = torch.tensor([[BOS, 5, 6]])
    with attach(model, RESIDUAL, client), pytest.raises(Unsupported, match=word):
        model.generate(ids, max_new_tokens=3, **wrong)
    assert not captured(client, read).phase


@pytest.mark.parametrize("name, word", [
    ("blocks.3.resid_post", "3 blocks"), ("blocks.0.resid_mid", "is not"), ("model.layers.0", "is not")])
def test_should_refuse_hook_points_that_are_not_there(name, word, client):
    with pytest.raises(Unsupported, match=word):
        attach(llama(), [name], client)


def test_should_refuse_the_wrong_number_of_names_and_a_second_client(client):
    model = llama()
    with attach(model, RESIDUAL, client):
        with pytest.raises(ValueError, match="1 requests for 2"):
            model.generate(torch.tensor([[BOS, 5], [BOS, 6]]), max_new_tokens=2, seismo_requests=named("a"))
        with pytest.raises(Unsupported, match="attached already"):
            attach(model, RESIDUAL, client)


def hooks(model) -> int:
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules())


def test_should_restore_the_model(client):
    model, ids = llama(), torch.tensor([[BOS, 5, 6]])
    own, count, before = set(model.__dict__), hooks(model), model(ids).logits
    with attach(model, POINTS, client):
        assert hooks(model) > count and set(model.__dict__) > own
        assert torch.equal(model(ids).logits, before), "capturing changes nothing"
    assert hooks(model) == count and set(model.__dict__) == own
    assert torch.equal(model(ids).logits, before)


def test_should_never_let_its_own_failure_reach_the_model(client, read):
    model = llama()
    with attach(model, RESIDUAL, client) as tap:
        client.capture = None
        model.generate(torch.tensor([[BOS, 5, 6]]), max_new_tokens=3, do_sample=False)
        del client.capture
    client.flush()
    assert tap.errors > 0 and client.stats().rows_dropped >= 3, "rows that nobody captured are counted as served"
