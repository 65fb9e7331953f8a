"""Sends what vLLM's `ExampleHiddenStatesConnector` writes, from inside the server's process or beside it.

    states = HiddenStates.of(vllm_config, client, delete=True)     # or HiddenStates("/dev/shm/hidden", client, [0, 13, 26])
    states.start()

The connector writes a file a request: `hidden_states` [tokens, layers, d] and `token_ids`, under an exclusive flock on
`<file>.lock`. Layer 0 is the embeddings, layer k the output of block k - 1, the last one without the final norm; only rank 0
of tensor parallelism writes. The rules are those of `seismo ingest vllm`, which keeps a ledger and is for files that lie there.

A thread looks into the directory and sends file by file, in pieces, waiting where the client has no room: files wait on the
disk, not in memory. Nothing is unpickled, no link is followed, and nothing outside the directory is opened; files that a
request asked to have elsewhere (`allow_custom_save_path`) are therefore not seen. Written from vLLM's source, 0.18 to 0.33; not
yet run against a live vLLM.
"""
from __future__ import annotations

import fcntl
import logging
import os
import stat
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

from seismo_capture.client import CaptureClient
from seismo_capture.encoded import Deferred, RowEncoder
from seismo_capture.rows import Outcome, Phase, RowKind, Rows, require_id
from seismo_capture.tensorfile import TensorFile, Truncated
from seismo_capture.tensors import Bits, stage
from seismo_capture.unsupported import Unsupported

_LOG = logging.getLogger("seismo_capture")
_SUFFIX = ".safetensors"
_LOCK = ".lock"
_PIECE_BYTES = 4 << 20
_PIECE_ROWS = 512
_MOST = 4_096
"""Files that are sent at a time."""
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True)
class Served:
    """What the server knows of a request and its file does not say. Keys are pseudonyms.

    `prompt_rows` tells prompt from generated where the server writes output tokens too (`include_output_tokens`).
    """

    prompt_rows: Optional[int] = None
    outcome: Outcome = Outcome.COMPLETED
    session_key: str = ""
    account_key: str = ""
    tenant_key: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    traceparent: str = ""


@dataclass
class Files:
    """Counters since the start. `waiting` is of the last look: locked, half written, or not taken yet."""

    sent: int = 0
    rows: int = 0
    deleted: int = 0
    refused: int = 0
    waiting: int = 0
    errors: int = 0


class HiddenStates:
    """Watches one directory. `poll` is one look; `start` has a thread look again and again until `stop`.

    Files are deleted, with their lock, once Kafka has their frames, or kept. When they are kept, those that lay there at the
    start are left alone: an earlier process may have sent them. What cannot be sent is left where it is, refused by reason
    in the log and counted; nothing that fails here reaches the server. Memory: one piece of a file, and a name for each
    file in the directory.
    """

    def __init__(self, folder: Union[str, Path], client: CaptureClient, layer_ids: Sequence[int], *, delete: bool = False,
                 hook_points: Optional[Sequence[str]] = None, tensor_parallel_rank: int = 0,
                 describe: Optional[Callable[[str], Optional[Served]]] = None, special_ids: Iterable[int] = (),
                 encoders: Optional[Mapping[str, Sequence[RowEncoder]]] = None, patience: float = 60.0, interval: float = 0.2) -> None:
        """Opens the directory.

        `layer_ids` are those the server extracts, in its order; `hook_points` those of the spec, all by default. `describe`
        gives what the server knows of a request. `encoders` by hook point encode beside the server. `patience` is how long
        a file may stay half written, in seconds, before it is refused.
        """
        names = [hook_of(layer) for layer in layer_ids]
        self._layers = {hook: _index(hook, list(layer_ids)) for hook in (names if hook_points is None else hook_points)}
        self._count, self._client, self._delete = len(names), client, delete
        self._describe = describe or (lambda request: None)
        self._special, self._encoders = set(special_ids), dict(encoders or {})
        self._patience, self._interval, self._rank = patience, interval, tensor_parallel_rank
        self._folder = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._done: Dict[str, Tuple[int, int]] = {}
        self._half: Dict[str, Tuple[Tuple[int, int], float]] = {}
        self._unacknowledged: List[str] = []
        self._lost = 0
        self.files = Files()
        if not delete:
            self._done = {name: self._signature(name) for name in self._names()}
        self._stopped = threading.Event()
        self._thread: Optional[threading.Thread] = None

    @staticmethod
    def of(vllm_config: Any, client: CaptureClient, **more: Any) -> "HiddenStates":
        """Directory and layers as the server's own `VllmConfig` has them."""
        transfer, speculative = vllm_config.kv_transfer_config, vllm_config.speculative_config
        if transfer is None or speculative is None or transfer.kv_connector != "ExampleHiddenStatesConnector":
            raise Unsupported("this server does not run ExampleHiddenStatesConnector with extract_hidden_states")
        layers = speculative.draft_model_config.hf_config.eagle_aux_hidden_state_layer_ids
        folder = transfer.get_from_extra_config("shared_storage_path", "/tmp")
        os.makedirs(folder, exist_ok=True)
        return HiddenStates(folder, client, list(layers), **more)

    def start(self) -> None:
        """Begins to look; of the ranks of tensor parallelism only rank 0 does, which alone writes."""
        if self._rank == 0 and self._thread is None:
            self._thread = threading.Thread(target=self._run, name="seismo-vllm", daemon=True)
            self._thread.start()

    def stop(self, timeout: float = 30.0) -> None:
        """Looks once more, so that what was written is sent, and lets go of the directory."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout)
            if self._thread.is_alive():
                return
        if self._folder >= 0:
            os.close(self._folder)
            self._folder = -1

    def poll(self) -> int:
        """Sends what is there and whole; gives how many files were sent."""
        names, before = self._names(), self.files.sent
        self._done = {name: self._done[name] for name in names if name in self._done}
        self._half = {name: self._half[name] for name in names if name in self._half}
        if not self._unacknowledged:
            self._lost = self._client.stats().rows_dropped
        self.files.waiting = 0
        for name in [name for name in names if self._done.get(name) != self._signature(name)][:_MOST]:
            self._one(name)
        if self._unacknowledged and self._client.flush(10.0):
            self._remove()
        return self.files.sent - before

    # --- files

    def _names(self) -> List[str]:
        """Regular files of the directory itself."""
        with os.scandir(self._folder) as entries:
            return sorted(entry.name for entry in entries
                          if entry.name.endswith(_SUFFIX) and entry.is_file(follow_symlinks=False))

    def _signature(self, name: str) -> Tuple[int, int]:
        try:
            found = os.stat(name, dir_fd=self._folder, follow_symlinks=False)
            return found.st_size, found.st_mtime_ns
        except FileNotFoundError:
            return 0, 0

    def _one(self, name: str) -> None:
        signature = self._signature(name)
        try:
            with _Lock(self._folder, name + _LOCK) as released:
                if not released:
                    self.files.waiting += 1
                    return
                with self._opened(name) as file:
                    self._send(name[:-len(_SUFFIX)], file)
        except FileNotFoundError:
            return
        except Truncated as half:
            if self._young(name, signature):
                self.files.waiting += 1
                return
            self._refuse(name, half)
        except Exception as refused:
            self._refuse(name, refused)
        else:
            self.files.sent += 1
            self._unacknowledged += [name] if self._delete else []
        self._done[name] = signature

    def _young(self, name: str, signature: Tuple[int, int]) -> bool:
        """Whether a file that is half written may still grow: it has not stayed as it is for so long."""
        seen, since = self._half.get(name, (signature, time.monotonic()))
        self._half[name] = signature, since if seen == signature else time.monotonic()
        return time.monotonic() - self._half[name][1] < self._patience

    def _refuse(self, name: str, reason: Exception) -> None:
        self.files.refused += 1
        _LOG.warning("a file of hidden states is left alone: %s", reason)

    def _opened(self, name: str) -> TensorFile:
        descriptor = os.open(name, _OPEN, dir_fd=self._folder)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise ValueError(f"{name} is no regular file")
        return TensorFile(descriptor, name)

    def _remove(self) -> None:
        """Deletes what Kafka has. Where rows were given up meanwhile nothing is deleted: nobody can tell whose they were."""
        names, self._unacknowledged = self._unacknowledged, []
        if self._client.stats().rows_dropped != self._lost:
            _LOG.warning("rows were dropped; %d files of hidden states are kept", len(names))
            return
        for name in names:
            for path in (name, name + _LOCK):
                try:
                    os.unlink(path, dir_fd=self._folder)
                except FileNotFoundError:
                    pass
            self.files.deleted += 1
            self._done.pop(name, None)

    # --- one file

    def _send(self, request: str, file: TensorFile) -> None:
        require_id("request_id", request)
        count, width = self._require(file)
        known = self._special and "token_ids" in file.tensors
        tokens = [int(token) for token in file.raw("token_ids").reshape(-1)[:count]] if known else []
        served = self._describe(request) or Served()
        step = max(1, min(_PIECE_ROWS, _PIECE_BYTES // (self._count * width * 4)))
        for low in range(0, count, step):
            high = min(count, low + step)
            try:
                block = file.raw("hidden_states", low, high)
            except Truncated:
                if not low:
                    raise
                self._client.end(request, Outcome.ABORTED)
                raise ValueError(f"{file.name} was cut off while it was read; {low} of {count} rows were sent") from None
            dtype = file.entry("hidden_states").dtype
            tensors = {hook: self._value(hook, block[:, index], dtype) for hook, index in self._layers.items()}
            rows = self._rows(request, served, (low, high, count), tokens[low:high])
            if not self._client.capture(tensors, rows, wait=True):
                raise ValueError(f"{file.name}: the client was closed")
            self.files.rows += high - low

    def _require(self, file: TensorFile) -> Tuple[int, int]:
        """Rows and width; refuses what is not [tokens, layers, d] of one request."""
        entry = file.entry("hidden_states")
        if len(entry.shape) != 3 or entry.shape[1] != self._count or entry.dtype not in ("BF16", "F16", "F32"):
            raise ValueError(
                f"{file.name}: hidden_states is {entry.dtype} {list(entry.shape)}, not [tokens, {self._count} layers, d]; compare "
                "layer_ids with what the server was told to extract")
        count = entry.shape[0]
        tokens = file.entry("token_ids").shape if "token_ids" in file.tensors else (count,)
        # vLLM has no state for the last token it sampled.
        if not count or tokens not in ((count,), (count + 1,)):
            raise ValueError(f"{file.name} has {count} rows for tokens {list(tokens)}")
        return count, entry.shape[2]

    def _value(self, hook: str, rows: Any, dtype: str) -> Any:
        tensor = Bits(rows) if dtype == "BF16" else rows
        encoders = self._encoders.get(hook)
        return Deferred(stage(tensor), encoders) if encoders else tensor

    def _rows(self, request: str, served: Served, place: Tuple[int, int, int], tokens: List[int]) -> List[Rows]:
        low, high, count = place
        prompt = count if served.prompt_rows is None else served.prompt_rows
        kinds = [RowKind.SPECIAL if token in self._special else RowKind.ORDINARY for token in tokens]
        middle = min(max(prompt, low), high)
        out = []
        for phase, first, last in ((Phase.PROMPT, low, middle), (Phase.GENERATED, middle, high)):
            if last > first:
                out.append(Rows(
                    request, last - first, first, phase=phase, session_key=served.session_key, account_key=served.account_key,
                    tenant_key=served.tenant_key, attributes=served.attributes, traceparent=served.traceparent,
                    kinds=kinds[first - low:last - low] if any(kinds) else b"", outcome=served.outcome if last == count else None))
        return out

    # --- the thread

    def _run(self) -> None:
        while True:
            last = self._stopped.is_set()
            try:
                self.poll()
            except Exception:
                self.files.errors += 1
                _LOG.warning("looking for hidden states failed", exc_info=self.files.errors <= 3)
            if last:
                return
            self._stopped.wait(self._interval)


class _Lock:
    """A shared lock on what the writer locks, held while a file is read. Without a lock file there is nothing to wait for."""

    def __init__(self, folder: int, name: str) -> None:
        try:
            self._descriptor = os.open(name, _OPEN, dir_fd=folder)
        except FileNotFoundError:
            self._descriptor = -1

    def __enter__(self) -> bool:
        """Whether the writer is done."""
        if self._descriptor < 0:
            return True
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            return False

    def __exit__(self, *_: object) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)


def hook_of(layer: int) -> str:
    """The hook point of a layer by vLLM's numbers."""
    if layer < 0:
        raise ValueError(f"layers count from 0, the embeddings, not {layer}")
    return f"blocks.{layer - 1}.resid_post" if layer else "blocks.0.resid_pre"


def _index(hook: str, layer_ids: List[int]) -> int:
    """Where a hook point lies among the layers that are extracted."""
    name = hook.replace(".hook_", ".")
    for block, kind, shift in (("blocks.", ".resid_post", 1), ("blocks.", ".resid_pre", 0)):
        number = name[len(block):-len(kind)]
        if name.startswith(block) and name.endswith(kind) and number.isdigit():
            if int(number) + shift not in layer_ids:
                raise Unsupported(f"{hook} is layer {int(number) + shift} of vLLM, which is not among {layer_ids}")
            return layer_ids.index(int(number) + shift)
    raise Unsupported(f"{hook} is not blocks.N.resid_post or blocks.N.resid_pre: the server extracts the residual stream only")
