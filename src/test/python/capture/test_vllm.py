"""Files as vLLM's connector writes them: read whole, once, in order, and let go of as told. Needs neither vLLM nor torch."""
from __future__ import annotations

import fcntl
import json
import os
import re
import threading
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import ROOT
from seismo_capture import CaptureClient, EncodedRows, Options, Outcome, Phase, Source, Unsupported
from seismo_capture.vllm import HiddenStates, Served, hook_of
from test_client import client
from test_sae_weights import tensor_file

GOLDEN = ROOT / "src" / "test" / "resources" / "ingest"
HOOKS = ["blocks.0.resid_pre", "blocks.0.resid_post", "blocks.1.resid_post", "blocks.2.resid_post"]
D = 4


def states(tokens: int, layers: int = 2, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 2**14, (tokens, layers, D), dtype=np.uint16)


def content(rows: np.ndarray, tokens=None, dtype: str = "BF16") -> bytes:
    tokens = np.arange(len(rows) if tokens is None else tokens, dtype=np.int64)
    header = {"hidden_states": {"dtype": dtype, "shape": list(rows.shape), "data_offsets": [0, rows.nbytes]},
              "token_ids": {"dtype": "I64", "shape": [len(tokens)], "data_offsets": [rows.nbytes, rows.nbytes + tokens.nbytes]}}
    return tensor_file(header, rows.tobytes() + tokens.tobytes())


def watching(tmp_path, c: CaptureClient, **more) -> HiddenStates:
    return HiddenStates(tmp_path, c, **{"layer_ids": [0, 2], "delete": True, **more})


def rows_of(frames, request: str, hook: str) -> bytes:
    """Bytes of a request at a hook point, whose positions must follow each other."""
    out, at = b"", 0
    for frame in frames:
        tensor = next((t for t in frame.tensors if t.hook == hook), None)
        low = 0
        for s in frame.segments:
            if s.request_id == request and s.rows:
                assert s.start_position == at
                width = len(tensor.data) // tensor.shape[0]
                out += tensor.data[low * width:(low + s.rows) * width]
                at += s.rows
            low += s.rows
    return out


def attached(pb) -> dict:
    """What `attach` sent of the first sequence of the golden pass."""
    frame = pb.ActivationRecord.FromString((GOLDEN / "attach.bin").read_bytes()).frame
    return {hook: rows_of([frame], "sequence-0", hook) for hook in HOOKS}


def test_should_send_tensors_by_themselves_as_attach_does(pb, sink, read):
    """As TransformerLens caches them: a tensor [1, positions, d] a hook point."""
    from seismo_capture import Bits, Rows
    from seismo_capture.tensorfile import TensorFile

    with TensorFile.open(GOLDEN / "hooks.safetensors") as cache, client(sink) as c:
        c.capture({hook: Bits(cache.raw(hook.replace(".resid", ".hook_resid"))[0]) for hook in HOOKS}, [Rows("r", 5)])
    assert {hook: rows_of(read(), "r", hook) for hook in HOOKS} == attached(pb)


@pytest.mark.parametrize("layer, hook", [(0, "blocks.0.resid_pre"), (1, "blocks.0.resid_post"), (26, "blocks.25.resid_post")])
def test_should_number_layers_as_vllm_does(layer, hook):
    assert hook_of(layer) == hook


@pytest.mark.parametrize("name, tokens", [("vllm", 5), ("vllm-sampled", 6)])
def test_should_send_the_layers_that_hooks_and_attach_saw(tmp_path, pb, sink, read, name, tokens):
    """The golden files hold one pass of a small Llama: by hooks on its blocks, by `attach`, and as vLLM would write it."""
    from seismo_capture.tensorfile import TensorFile

    (tmp_path / "request-1.safetensors").write_bytes((GOLDEN / f"{name}.safetensors").read_bytes())
    with client(sink) as c:
        watch = HiddenStates(tmp_path, c, [0, 1, 2, 3], delete=True)
        assert watch.poll() == 1 and watch.files.rows == 5
        watch.stop()
    with TensorFile.open(GOLDEN / "hooks.safetensors") as hooked:
        own = {hook: hooked.raw(hook.replace(".resid", ".hook_resid"))[0].tobytes() for hook in HOOKS}
    found = {hook: rows_of(read(), "request-1", hook) for hook in HOOKS}
    assert found == own == attached(pb) and len(set(own.values())) == 4, "no layer is another one"
    end = read()[-1].segments[-1].end
    assert (end.outcome, end.rows_expected) == (Outcome.COMPLETED, 5)
    assert not list(tmp_path.iterdir())


def test_should_take_only_the_hook_points_of_the_spec(tmp_path, sink, read):
    rows = states(3)
    (tmp_path / "r.safetensors").write_bytes(content(rows))
    with client(sink) as c:
        watching(tmp_path, c, hook_points=["blocks.1.hook_resid_post"]).poll()
        for wrong in ("blocks.4.resid_post", "blocks.1.mlp_out"):
            with pytest.raises(Unsupported):
                watching(tmp_path, c, hook_points=[wrong])
    assert [t.hook for f in read() for t in f.tensors] == ["blocks.1.hook_resid_post"]
    assert rows_of(read(), "r", "blocks.1.hook_resid_post") == rows[:, 1].tobytes()


def test_should_wait_for_the_writers_lock_and_delete_it_too(tmp_path, sink, read):
    path, lock = tmp_path / "r.safetensors", tmp_path / "r.safetensors.lock"
    whole = content(states(5))
    held = os.open(lock, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o644)
    fcntl.flock(held, fcntl.LOCK_EX)
    with client(sink) as c:
        watch = watching(tmp_path, c)
        assert watch.poll() == 0, "the lock comes before the file"
        path.write_bytes(whole[:len(whole) // 2])
        assert watch.poll() == 0 and watch.files.waiting == 1
        path.write_bytes(whole)
        assert watch.poll() == 0 and watch.files.waiting == 1, "whole, but the writer has not let go"
        os.close(held)
        assert watch.poll() == 1 and watch.files.deleted == 1 and watch.poll() == 0
    assert not list(tmp_path.iterdir()) and len(rows_of(read(), "r", HOOKS[0])) == 5 * D * 2


def test_should_try_half_written_files_again_and_refuse_them_in_the_end(tmp_path, sink, read):
    path, whole = tmp_path / "r.safetensors", content(states(5))
    with client(sink) as c:
        watch = watching(tmp_path, c)
        for length in (0, 5, 40, len(whole) - 1):
            path.write_bytes(whole[:length])
            assert watch.poll() == 0 and (watch.files.waiting, watch.files.refused) == (1, 0)
        path.write_bytes(whole)
        assert watch.poll() == 1
        hasty = watching(tmp_path, c, patience=0.0)
        path.write_bytes(whole[:-1])
        assert hasty.poll() == 0 and hasty.files.refused == 1
        assert hasty.poll() == 0 and hasty.files.refused == 1, "once"
        path.write_bytes(whole)
        assert hasty.poll() == 1, "what was changed is looked at again"
    assert watch.files.sent == 1


@pytest.mark.parametrize("data, word", [
    (content(states(3, layers=3)), r"\[tokens, 2 layers, d\]"), (content(states(3), tokens=5), "3 rows for tokens"),
    (content(states(0)), "0 rows"), (content(states(3).astype(np.int32), dtype="I32"), "I32"), (b"\x80\x04\x95" + b"\xff" * 80, "claims"),
    (tensor_file({"other": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}}, b"1"), "holds no hidden_states")])
def test_should_refuse_by_reason_and_go_on(tmp_path, sink, read, caplog, data, word):
    (tmp_path / "a.safetensors").write_bytes(data)
    (tmp_path / "b.safetensors").write_bytes(content(states(2)))
    with client(sink) as c:
        watch = watching(tmp_path, c)
        assert watch.poll() == 1 and watch.files.refused == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.safetensors"], "what was refused stays"
    assert re.search(word, caplog.text)
    assert {s.request_id for f in read() for s in f.segments} == {"b"}


def test_should_open_nothing_outside_the_directory(tmp_path, sink, read):
    outside, inside = tmp_path / "outside.safetensors", tmp_path / "inside"
    outside.write_bytes(content(states(2)))
    inside.mkdir()
    (inside / "link.safetensors").symlink_to(outside)
    (inside / "dir.safetensors").mkdir()
    os.mkfifo(inside / "pipe.safetensors")
    (inside / "locked.safetensors").write_bytes(content(states(2)))
    (inside / "locked.safetensors.lock").symlink_to(outside)
    (inside / ("x" * 140 + ".safetensors")).write_bytes(content(states(2)))
    with client(sink) as c:
        watch = watching(inside, c)
        assert watch.poll() == 0 and watch.files.refused == 2
    assert not read() and outside.exists() and (inside / "locked.safetensors").exists()


def test_should_keep_files_when_told_and_send_none_twice(tmp_path, sink, read):
    (tmp_path / "old.safetensors").write_bytes(content(states(2)))
    with client(sink) as c:
        watch = watching(tmp_path, c, delete=False)
        for n in range(3):
            (tmp_path / f"r{n}.safetensors").write_bytes(content(states(2)))
            assert watch.poll() == 1 and watch.poll() == 0
    assert {s.request_id for f in read() for s in f.segments} == {"r0", "r1", "r2"} and len(list(tmp_path.iterdir())) == 4


def test_should_delete_only_what_kafka_has(tmp_path, sink, read):
    with client(sink) as c:
        watch = watching(tmp_path, c)
        sink.fail = "timed out"
        (tmp_path / "lost.safetensors").write_bytes(content(states(2)))
        assert watch.poll() == 1 and watch.files.deleted == 0
        sink.fail = None
        (tmp_path / "stored.safetensors").write_bytes(content(states(2)))
        assert watch.poll() == 1 and watch.files.deleted == 1
    assert [path.name for path in tmp_path.iterdir()] == ["lost.safetensors"]


def test_should_hold_a_piece_at_a_time_and_wait_for_room(tmp_path, sink, read):
    rows = np.zeros((3_000, 2, 512), np.uint16)
    rows[:, 0, 0] = np.arange(3_000)
    (tmp_path / "r.safetensors").write_bytes(content(rows))
    sink.full.set()
    c = CaptureClient(sink, Source("s", "m", "1"), Options(heartbeat_seconds=3600, max_bytes=2 << 20))
    watch = watching(tmp_path, c)
    looking = threading.Thread(target=watch.poll)
    looking.start()
    looking.join(0.3)
    assert looking.is_alive() and watch.files.rows < 3_000, "the policy is to drop, but a file can wait"
    sink.full.clear()
    looking.join(30)
    assert c.close() and watch.files.sent == 1 and c.stats().rows_dropped == 0
    assert np.array_equal(np.frombuffer(rows_of(read(), "r", HOOKS[0]), np.uint16).reshape(-1, 512)[:, 0], np.arange(3_000))


def test_should_say_what_the_server_knows(tmp_path, sink, read):
    (tmp_path / "r.safetensors").write_bytes(content(states(5)))
    with client(sink) as c:
        watching(tmp_path, c, special_ids=[0, 4], describe=lambda request: Served(
            3, Outcome.REFUSED, account_key=f"account of {request}", attributes={"route": "chat"})).poll()
    segments = [s for f in read() for s in f.segments]
    assert [(s.phase, s.start_position, s.rows, s.row_kinds) for s in segments] == [
        (Phase.PROMPT, 0, 3, b"\1\0\0"), (Phase.GENERATED, 3, 2, b"\0\1")]
    assert segments[1].end.outcome == Outcome.REFUSED and segments[1].end.rows_expected == 5 and not segments[0].HasField("end")
    assert segments[0].account_key == "account of r" and segments[0].attributes[0].value == "chat"


def test_should_not_stop_for_what_the_server_gets_wrong(tmp_path, sink):
    for name in "ab":
        (tmp_path / f"{name}.safetensors").write_bytes(content(states(2)))
    with client(sink) as c:
        watch = watching(tmp_path, c, describe=lambda request: {"a": 1 / 0} if request == "a" else None)
        assert watch.poll() == 1 and watch.files.refused == 1


def test_should_encode_beside_the_server(tmp_path, sink, read):
    class First:
        d_in = D

        def encode(self, staged):
            values = np.frombuffer(staged.view(), np.uint16).reshape(-1, D)[:, 0].astype(np.float32) + 1
            return EncodedRows("w", "activation", 9, np.ones(len(values)), np.zeros(len(values)), values)

    rows = states(3)
    (tmp_path / "r.safetensors").write_bytes(content(rows))
    with client(sink) as c:
        watching(tmp_path, c, encoders={HOOKS[0]: [First()]}).poll()
    frame, = [f for f in read() if f.encoded]
    assert [t.hook for t in frame.tensors] == ["blocks.1.resid_post"]
    assert np.frombuffer(frame.encoded[0].values, "<f4").tolist() == (rows[:, 0, 0] + 1.0).tolist()


def test_should_look_on_rank_0_only_and_once_more_at_the_end(tmp_path, sink, read):
    (tmp_path / "r.safetensors").write_bytes(content(states(2)))
    with client(sink) as c:
        other = watching(tmp_path, c, tensor_parallel_rank=1)
        other.start()
        other.stop()
        assert not read() and other.files.sent == 0
        before = threading.active_count()
        watch = watching(tmp_path, c, interval=3600.0)
        watch.start()
        watch.stop()
        assert watch.files.sent == 1 and threading.active_count() == before


def config(connector: str = "ExampleHiddenStatesConnector", **extra):
    return SimpleNamespace(
        kv_transfer_config=SimpleNamespace(kv_connector=connector, get_from_extra_config=lambda key, default: extra.get(key, default)),
        speculative_config=SimpleNamespace(draft_model_config=SimpleNamespace(
            hf_config=SimpleNamespace(eagle_aux_hidden_state_layer_ids=[1, 3]))))


def test_should_take_directory_and_layers_from_the_server(tmp_path, sink, read):
    with client(sink) as c:
        watch = HiddenStates.of(config(shared_storage_path=str(tmp_path / "made")), c, delete=True)
        (tmp_path / "made" / "r.safetensors").write_bytes(content(states(2)))
        assert watch.poll() == 1
        with pytest.raises(Unsupported):
            HiddenStates.of(config("NixlConnector"), c)
    assert {t.hook for f in read() for t in f.tensors} == {"blocks.0.resid_post", "blocks.2.resid_post"}
    assert json.dumps(sorted(os.listdir(tmp_path / "made"))) == "[]"
