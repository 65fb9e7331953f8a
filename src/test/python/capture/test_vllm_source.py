"""vLLM's own connector writes, this package reads: the parts of its source that need no GPU, run as they are in its wheel.

    pip download --no-deps vllm && SEISMO_VLLM=vllm-….whl python -m pytest src/test/python/capture/test_vllm_source.py

Everything it imports of vLLM itself is replaced by empty names. What needs a GPU, or a server, is not run here.
"""
from __future__ import annotations

import importlib.machinery
import importlib.util
import inspect
import os
import sys
import types
import zipfile
from types import SimpleNamespace

import pytest
from seismo_capture.vllm import HiddenStates
from test_client import client
from test_vllm import rows_of

WHEEL = os.environ.get("SEISMO_VLLM", "")
torch = pytest.importorskip("torch")
pytest.importorskip("safetensors.torch")
pytest.importorskip("packaging")
pytestmark = pytest.mark.skipif(not WHEEL, reason="SEISMO_VLLM names a wheel of vLLM; none is downloaded here")
MODULE = "vllm/distributed/kv_transfer/kv_connector/v1/example_hidden_states_connector.py"


class Anything(types.ModuleType):
    """A module that has every name, each an empty class."""

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        made = (lambda *args: SimpleNamespace(info=print, warning=print, error=print)) if name == "init_logger" else type(name, (), {})
        setattr(self, name, made)
        return made


class Emptied(importlib.machinery.PathFinder):
    """Answers every import of vllm."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] != "vllm":
            return None
        return importlib.machinery.ModuleSpec(name, Emptied, is_package=True)

    @staticmethod
    def create_module(spec):
        return Anything(spec.name)

    @staticmethod
    def exec_module(module) -> None:
        module.__path__ = []


@pytest.fixture(scope="module")
def vllm():
    sys.meta_path.insert(0, Emptied)
    try:
        source = zipfile.ZipFile(WHEEL).read(MODULE).decode()
        module = types.ModuleType("vllms_connector")
        sys.modules[module.__name__] = module
        exec(compile(source, MODULE, "exec"), module.__dict__)
        yield module
    finally:
        sys.meta_path.remove(Emptied)
        for name in [name for name in sys.modules if name.partition(".")[0] in ("vllm", "vllms_connector")]:
            del sys.modules[name]


def connector(vllm, folder):
    """The real class, with what its constructor sets that these methods read."""
    made = object.__new__(vllm.ExampleHiddenStatesConnector)
    made.__dict__.update(
        _storage_path=str(folder), _pending_saves={}, _request_filenames={}, allow_custom_save_path=False, use_lock=True, _lock_fds={},
        _is_tp_rank_zero=True)
    return made


def request(name: str, tokens: list, prompt: int, output: bool):
    return SimpleNamespace(request_id=name, kv_transfer_params={"include_output_tokens": output}, all_token_ids=tokens,
                           prompt_token_ids=tokens[:prompt])


@pytest.mark.parametrize("output, rows", [(False, 4), (True, 6)])
def test_should_read_what_vllms_own_code_writes(vllm, tmp_path, sink, read, output, rows):
    made, written = connector(vllm, tmp_path), torch.randn(rows, 2, 8).bfloat16()
    scheduled = SimpleNamespace(scheduled_new_reqs=[SimpleNamespace(req_id="r-1", sampling_params=None)])
    meta = made.build_connector_meta(scheduled)
    made.has_connector_metadata, made._get_connector_metadata = lambda: True, lambda: meta
    with client(sink) as c:
        watch = HiddenStates(tmp_path, c, [0, 3], delete=True)
        made.wait_for_save()
        assert sorted(os.listdir(tmp_path)) == ["r-1.safetensors.lock"] and watch.poll() == 0
        done, params = made.request_finished(request("r-1", list(range(7)), 4, output), [])
        pending = made._pending_saves["r-1"]
        assert done and params == {"hidden_states_path": str(tmp_path / "r-1.safetensors")} and len(pending.token_ids) == rows
        lock = made._lock_fds.pop("r-1")
        copy = os.dup(lock)  # one more holder of the same lock: written, but not let go of
        event = SimpleNamespace(synchronize=lambda: None)
        made._write_tensors({"hidden_states": written, "token_ids": pending.token_ids}, event, pending.filename, lock)
        assert watch.poll() == 0 and watch.files.waiting == 1
        os.close(copy)
        assert watch.poll() == 1
    assert not os.listdir(tmp_path)
    for index, hook in enumerate(("blocks.0.resid_pre", "blocks.2.resid_post")):
        assert rows_of(read(), "r-1", hook) == written[:, index].contiguous().view(torch.int16).numpy().tobytes()


def test_should_find_what_it_relies_on_in_vllms_source(vllm):
    kind = vllm.ExampleHiddenStatesConnector
    assert list(inspect.signature(kind._write_tensors).parameters) == ["tensors", "event", "filename", "lock_fd"]
    source = zipfile.ZipFile(WHEEL).read(MODULE).decode()
    for said in ('"shared_storage_path", "/tmp"', '"eagle_aux_hidden_state_layer_ids"', '"use_synchronization_lock", True',
                 "fcntl.LOCK_EX", 'f"{new_req.req_id}.safetensors"', '"hidden_states": pinned_hs', '"token_ids": pending.token_ids'):
        assert said in source, said
    transfer = zipfile.ZipFile(WHEEL).read("vllm/config/kv_transfer.py").decode()
    assert "kv_connector: str" in transfer and "def get_from_extra_config(self, key, default)" in transfer
