"""Canaries: a fixed prompt whose rows were recorded once, and which is served again and again through the normal capture.

Seismo compares the rows that come with those recorded, and pages when they are of another layer, position, dtype, order,
scale or revision, or when none has come for too long. Record once, with the neighbouring hook points, so that what is
mistaken can be named:

    recorder = Recorder("my-model", "1")
    with attach(model, ["blocks.11.resid_post", "blocks.12.resid_post", "blocks.13.resid_post"], recorder):
        serve(Request("canary"))                 # one pass over the fixed prompt, for example generate(max_new_tokens=1)
    recorder.save("canaries/greeting.safetensors")

and send it from the serving process, through what captures everything else:

    canary = Canary("greeting", lambda request_id, attributes: serve(Request(request_id, attributes=attributes)))
    canary.start(every=300)

The prompt must be the same, token by token, and nothing about it may be sampled: the rows of tokens that were drawn differ.
"""
from __future__ import annotations

import json
import logging
import os
import struct
import threading
import uuid
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Tuple, Union

from seismo_capture.requests import OpenRequests
from seismo_capture.rows import Outcome, Rows, require_id
from seismo_capture.tensors import BF16, F16, F32, Staged, stage

ATTRIBUTE = "seismo.canary"
"""Attribute of a segment that says which canary it is; `spec/CanaryPlan.java` has the same."""

MAX_ROWS = 4_096
_DTYPES = {BF16: "BF16", F16: "F16", F32: "F32"}
_LOG = logging.getLogger("seismo_capture")


class Recorder:
    """Stands where a `CaptureClient` stands, and keeps the rows of one request instead of sending them."""

    def __init__(self, model: str, revision: str) -> None:
        self._model, self._revision = require_id("model", model), require_id("revision", revision)
        self._open = OpenRequests()
        self._request: Optional[str] = None
        self._rows: Dict[str, Dict[int, Tuple[int, int, bytes]]] = {}
        self._lock = threading.Lock()

    def capture(self, tensors: Mapping[str, Any], rows: Iterable[Rows], *, timestamp_ms: Optional[int] = None) -> bool:
        """Keeps rows by hook point and position. Raises ValueError for a second request: a canary is one prompt."""
        given = list(rows)
        staged: List[Tuple[str, Staged]] = [(require_id("hook", hook), stage(tensor)) for hook, tensor in tensors.items()]
        with self._lock:
            at = 0
            for piece in (self._open.place(piece) for piece in given):
                if piece.rows and self._request not in (None, piece.request_id):
                    raise ValueError("rows of two requests: serve one prompt, alone, while recording")
                if piece.rows:
                    self._request = piece.request_id
                    self._keep(staged, piece, at)
                at += piece.rows
        return True

    def _keep(self, staged: List[Tuple[str, Staged]], piece: Rows, at: int) -> None:
        assert piece.start is not None
        for hook, tensor in staged:
            view, size = tensor.view(), tensor.row_bytes
            kept = self._rows.setdefault(hook, {})
            for row in range(piece.rows):
                kept[piece.start + row] = (tensor.dtype, tensor.width, bytes(view[(at + row) * size:(at + row + 1) * size]))

    def end(self, request_id: str, outcome: Outcome = Outcome.COMPLETED, *, timestamp_ms: Optional[int] = None) -> bool:
        return True

    def missed(self, request_id: str, rows: int) -> None:
        raise ValueError(f"{rows} rows were not captured: a recording must be whole")

    def save(self, path: Union[str, Path], *, also: Mapping[str, "Recorder"] = {}) -> Path:
        """Writes a safetensors file: a tensor a hook point, all rows from position 0 on.

        `also` are recordings of the same prompt under other revisions, by revision: when rows turn out to be of one of
        them, Seismo can say so. Raises ValueError when rows are missing, or hook points differ in them.
        """
        tensors = self._tensors("")
        for revision, other in sorted(also.items()):
            require_id("revision", revision)
            tensors.update(other._tensors("@" + revision))
        if len({shape[0] for _, shape, _ in tensors.values()}) != 1:
            raise ValueError(f"hook points have different rows: {[(name, shape) for name, (_, shape, _) in tensors.items()]}")
        return _write(Path(path), tensors, {"model": self._model, "revision": self._revision, "format": "pt"})

    def _tensors(self, suffix: str) -> Dict[str, Tuple[str, List[int], bytes]]:
        if not self._rows:
            raise ValueError("nothing was recorded: serve the prompt while this stands where the client does")
        tensors = {}
        for hook, rows in self._rows.items():
            forms = {(dtype, width) for dtype, width, _ in rows.values()}
            if sorted(rows) != list(range(len(rows))) or len(forms) != 1 or len(rows) > MAX_ROWS:
                raise ValueError(f"{hook}: positions {min(rows)} to {max(rows)} in {len(rows)} rows of {forms}; a recording "
                                 f"has every position from 0 on, at most {MAX_ROWS}, without a prefix cache")
            (dtype, width), = forms
            tensors[hook + suffix] = (_DTYPES[dtype], [len(rows), width], b"".join(rows[p][2] for p in sorted(rows)))
        return tensors


def _write(path: Path, tensors: Mapping[str, Tuple[str, List[int], bytes]], metadata: Mapping[str, str]) -> Path:
    """The safetensors format, version 0.6; under another name first, so that nobody reads half of it."""
    header: Dict[str, Any] = {"__metadata__": dict(metadata)}
    at = 0
    for name, (dtype, shape, data) in sorted(tensors.items()):
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [at, at + len(data)]}
        at += len(data)
    text = json.dumps(header).encode("utf-8")
    text += b" " * (-len(text) % 8)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".half")
    half.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(data for _, (_, _, data) in sorted(tensors.items())))
    os.replace(half, path)
    return path


class Canary:
    """Serves a fixed prompt now and then. `serve` is given a request id and the attributes its rows must carry."""

    def __init__(self, name: str, serve: Callable[[str, Mapping[str, str]], Any]) -> None:
        if not 1 <= len(name.encode("utf-8")) <= 64:
            raise ValueError("a canary's name has 1 to 64 bytes, as the spec has it")
        self.name, self._serve = name, serve
        self.served = self.failed = 0
        self._stop = threading.Event()
        self._thread: Optional[threading.Thread] = None

    def serve_once(self) -> str:
        """Serves it now, in this thread, and gives the request id; what `serve` raises is the caller's."""
        request_id = f"canary-{self.name}-{uuid.uuid4().hex[:12]}"
        self._serve(request_id, {ATTRIBUTE: self.name})
        self.served += 1
        return request_id

    def start(self, every: float = 300.0) -> "Canary":
        """Serves it each so many seconds, in a thread of its own. Failures are counted and told: silence pages."""
        if every <= 0 or self._thread is not None:
            raise ValueError("a canary starts once, with a positive interval")
        self._thread = threading.Thread(target=self._run, args=(every,), name=f"seismo-canary-{self.name}", daemon=True)
        self._thread.start()
        return self

    def stop(self, timeout: float = 10.0) -> None:
        """Serves it no more; safe to call twice."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def __enter__(self) -> "Canary":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self, every: float) -> None:
        while not self._stop.is_set():
            try:
                self.serve_once()
            except Exception:
                self.failed += 1
                _LOG.warning("canary %s was not served", self.name, exc_info=self.failed <= 3)
            self._stop.wait(every)
