"""The client: takes tensors from a model's thread, and sends them from its own."""
from __future__ import annotations

import atexit
import logging
import os
import queue
import threading
import time
from dataclasses import dataclass, replace
from typing import Any, Callable, Iterable, List, Literal, Mapping, Optional, Union

from seismo_capture import frames, wire
from seismo_capture.frames import Batch, Limits, Piece
from seismo_capture.given import batch_of, placed
from seismo_capture.requests import OpenRequests
from seismo_capture.rows import Outcome, Rows, require_id
from seismo_capture.sink import KafkaSink, Sink, settings
from seismo_capture.version import VERSION

Policy = Literal["drop", "block"]

_LOG = logging.getLogger("seismo_capture")
_MAX_WAITING = 65_536
_TOOL = f"seismo-capture {VERSION}"


@dataclass(frozen=True)
class Source:
    """Whose activations these are, and how they spread over partitions.

    A process is one `replica`, counted from 0, and writes `lanes` partitions: `(replica * lanes + hash(request id) mod
    lanes) mod P`. `name` must be unique per process; it is not a host name that a restart changes, since a restart is told
    by the epoch.
    """

    name: str
    model: str
    revision: str
    replica: int = 0
    lanes: int = 1

    def __post_init__(self) -> None:
        require_id("model", self.model)
        require_id("revision", self.revision)
        require_id("source", f"{self.name}/{self.lanes}" if self.name else "")
        if self.replica < 0 or self.lanes < 1:
            raise ValueError("replicas count from 0 and lanes from 1")


@dataclass(frozen=True)
class Options:
    """How much is kept back and what happens beyond it.

    At most `max_bytes` of rows wait to be sent, and as many again in the Kafka client. Above, `drop` gives up rows, which
    heartbeats report, and never makes the model wait; `block` waits.
    """

    policy: Policy = "drop"
    max_bytes: int = 64 << 20
    heartbeat_seconds: float = 5.0
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        if self.policy not in ("drop", "block"):
            raise ValueError(f"policy is 'drop' or 'block', not {self.policy!r}")
        if self.max_bytes < self.limits.record_bytes or self.heartbeat_seconds <= 0:
            raise ValueError("max_bytes holds at least a frame, and heartbeats have a positive interval")


@dataclass(frozen=True)
class Stats:
    """Counters since the start. `frames_sent` were handed to Kafka; those it gave up count as dropped as well."""

    frames_sent: int
    frames_acknowledged: int
    frames_dropped: int
    rows_served: int
    rows_dropped: int
    bytes_sent: int
    heartbeats: int
    errors: int


class _Lane:
    """A partition's counters. `lost*` belong to callers, under the client's lock; the others to the sending thread."""

    def __init__(self, source_id: str, partition: int) -> None:
        self.source_id = source_id
        self.partition = partition
        self.sequence = self.acknowledged = self.failed = 0
        self.rows = self.rows_failed = 0
        self.lost = self.rows_lost = 0

    @property
    def dropped(self) -> int:
        return self.lost + self.failed


class _Flush:
    def __init__(self, until: float, stop: bool) -> None:
        self.until, self.stop = until, stop
        self.done = threading.Event()
        self.complete = False


class CaptureClient:
    """Sends activation frames.

    `capture` copies the rows and returns; one thread of the client's own cuts, checks and sends them, with a heartbeat
    every few seconds, behind the frames it counts. Safe for use by several threads; rows of one request must come from
    one at a time. Flushes at exit. Does not survive a fork: make it afterwards.
    """

    def __init__(self, sink: Sink, source: Source, options: Options = Options(), *,
                 partitions: Optional[int] = None, clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000) -> None:
        self._sink, self._source, self._options, self._clock = sink, source, options, clock
        count = sink.partitions() if partitions is None else partitions
        if source.lanes > count:
            raise ValueError(f"{source.lanes} lanes, but the topic has {count} partitions: two lanes would share one")
        self._epoch = clock()
        self._lanes = [
            _Lane(f"{source.name}/{lane}", frames.partition_of(source.replica, lane, source.lanes, count))
            for lane in range(source.lanes)]
        self._requests = OpenRequests()
        self._lock = threading.Lock()
        # Reentrant, so that a signal's handler may put while its thread is putting.
        self._queue: "queue.SimpleQueue[Union[Batch, _Flush]]" = queue.SimpleQueue()
        self._admitted = self._released = 0  # bytes: the first belongs to callers, the second to the sending thread
        self._room = threading.Event()
        self._bytes = self._heartbeats = self._errors = 0
        self._give_up_at = float("inf")
        self._closed = False
        self._pid = os.getpid()
        self._thread = threading.Thread(target=self._run, name="seismo-capture", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def capture(self, tensors: Mapping[str, Any], rows: Iterable[Rows], *, timestamp_ms: Optional[int] = None,
                wait: Optional[bool] = None) -> bool:
        """Takes rows of one forward pass: a tensor [rows, width] a hook point, and whose rows they are, in order.

        In the place of a tensor may stand what an encoder made of it: `SaeEncoder.encode(tensor)`, or
        `SaeEncoder.defer(tensor)` to have the client's thread do it. All hook points of a spec belong into one call, since
        rows that lack one are refused. `wait` overrides the policy for one call. Gives whether the rows were taken; False
        means dropped and counted. Raises ValueError or TypeError for what the contract cannot carry.
        """
        given = list(rows)
        batch = batch_of(tensors, given, self._clock() if timestamp_ms is None else timestamp_ms)
        # Bounds are looked at before the requests move on: a call that raises has changed nothing.
        frames.require_fit(batch, self._options.limits)
        with self._lock:
            pieces = placed([self._requests.place(piece) for piece in given])
        return self._submit(replace(batch, pieces=pieces), self._options.policy == "block" if wait is None else wait)

    def end(self, request_id: str, outcome: Outcome = Outcome.COMPLETED, *, timestamp_ms: Optional[int] = None) -> bool:
        """Says that a request has ended; the rows expected are those given."""
        return self.capture({}, [Rows(request_id, 0, outcome=outcome)], timestamp_ms=timestamp_ms)

    def missed(self, request_id: str, rows: int) -> None:
        """Counts rows that the model computed and nobody captured: coverage must know."""
        self._lose([Piece(Rows(request_id, rows), 0)], 0)

    def flush(self, timeout: float = 10.0) -> bool:
        """Sends everything so far and waits until Kafka has it; False when that took longer."""
        return self._closed or self._flush(timeout, stop=False)

    def close(self, timeout: float = 10.0) -> bool:
        """Sends what waits and a last heartbeat, and stops; what is left after the timeout is given up."""
        if self._closed or os.getpid() != self._pid:
            return True
        self._closed = True
        atexit.unregister(self.close)
        complete = self._flush(timeout, stop=True)
        self._thread.join(timeout=1.0)
        return complete

    def stats(self) -> Stats:
        """Counters as they stand."""
        lanes = self._lanes
        return Stats(
            sum(lane.sequence for lane in lanes), sum(lane.acknowledged for lane in lanes),
            sum(lane.dropped for lane in lanes), sum(lane.rows + lane.rows_lost for lane in lanes),
            sum(lane.rows_lost + lane.rows_failed for lane in lanes), self._bytes, self._heartbeats, self._errors)

    def __enter__(self) -> "CaptureClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- the callers' side

    def _submit(self, batch: Batch, wait: bool) -> bool:
        if os.getpid() != self._pid:
            raise RuntimeError("this process was forked after the client was made; make the client in the process that serves")
        if self._admit(batch.size, wait):
            self._queue.put(batch)
            return True
        self._lose(batch.pieces, batch.row_bytes)
        ends = _ends(batch)
        if ends.pieces and not self._closed and self._queue.qsize() < _MAX_WAITING:
            self._queue.put(ends)
        return False

    def _admit(self, size: int, wait: bool) -> bool:
        while not self._closed:
            self._room.clear()
            with self._lock:
                waiting = self._admitted - self._released
                if self._queue.qsize() < _MAX_WAITING and (waiting + size <= self._options.max_bytes or waiting == 0):
                    self._admitted += size
                    return True
            if not wait:
                return False
            self._room.wait(0.05)
        return False

    def _lose(self, pieces: Iterable[Piece], row_bytes: int) -> None:
        per_frame = max(1, min(self._options.limits.rows, self._options.limits.record_bytes // max(1, row_bytes)))
        rows = [0] * len(self._lanes)
        for piece in pieces:
            rows[frames.lane_of(piece.rows.request_id, len(rows))] += piece.rows.rows
        with self._lock:
            for lane, lost in zip(self._lanes, rows):
                lane.lost += -(-lost // per_frame)
                lane.rows_lost += lost

    def _flush(self, timeout: float, stop: bool) -> bool:
        asked = _Flush(time.monotonic() + timeout, stop)
        if stop:
            self._give_up_at = asked.until
        self._queue.put(asked)
        return asked.done.wait(timeout + 1.0) and asked.complete

    # --- the sending thread

    def _run(self) -> None:
        next_beat = time.monotonic()
        while True:
            try:
                item = self._queue.get(timeout=min(0.1, max(0.0, next_beat - time.monotonic())))
            except queue.Empty:
                item = None
            if isinstance(item, Batch):
                self._take(item)
            self._guarded(lambda: self._sink.poll(0.0))
            if isinstance(item, _Flush) or time.monotonic() >= next_beat:
                self._beat()
                next_beat = time.monotonic() + self._options.heartbeat_seconds
            if isinstance(item, _Flush):
                left = max(0.0, item.until - time.monotonic())
                self._guarded(lambda: setattr(item, "complete", self._sink.flush(left) == 0))
                if item.stop:
                    self._guarded(self._sink.close)
                item.done.set()
                if item.stop:
                    return

    def _take(self, batch: Batch) -> None:
        size = batch.size
        resolved: List[Batch] = []
        if self._guarded(lambda: resolved.append(self._resolved(batch))):
            self._frames(resolved[0])
        else:
            self._lose(batch.pieces, batch.row_bytes)
            self._frames(_ends(batch))
        self._released += size
        self._room.set()

    def _resolved(self, batch: Batch) -> Batch:
        """Encodes what was deferred; only then is it known how large it is."""
        resolved = batch.resolved()
        if resolved is not batch:
            frames.require_fit(resolved, self._options.limits)
        return resolved

    def _frames(self, batch: Batch) -> None:
        lanes = len(self._lanes)
        by_lane: List[List[Piece]] = [[] for _ in range(lanes)]
        for piece in batch.pieces:
            by_lane[frames.lane_of(piece.rows.request_id, lanes) if lanes > 1 else 0].append(piece)
        for lane, pieces in zip(self._lanes, by_lane):
            for group in frames.cut(batch, pieces, self._options.limits):
                rows = sum(piece.rows.rows for piece in group)
                lane.rows += rows
                if not self._guarded(lambda: self._send(lane, batch, group, rows)):
                    lane.failed += 1
                    lane.rows_failed += rows

    def _send(self, lane: _Lane, batch: Batch, group: List[Piece], rows: int) -> None:
        head = wire.frame_head(
            (lane.source_id, self._epoch, lane.sequence + 1), batch.timestamp_ms,
            (self._source.model, self._source.revision), _TOOL)
        value = frames.frame(batch, group, head)
        trace = group[0].rows.traceparent

        def told(failure: Optional[str]) -> None:
            if failure is None:
                lane.acknowledged += 1
            else:
                lane.failed += 1
                lane.rows_failed += rows
                _LOG.warning("a frame of %d rows was not delivered: %s", rows, failure)

        self._put(lane, value, [("traceparent", trace.encode("ascii"))] if trace else [], told)
        lane.sequence += 1
        self._bytes += len(value)

    def _put(self, lane: _Lane, value: bytes, headers: List[Any], told: Callable[[Optional[str]], None]) -> None:
        while True:
            try:
                return self._sink.send(lane.partition, value, headers, told)
            except BufferError:
                if time.monotonic() > self._give_up_at:
                    raise
                self._sink.poll(0.05)

    def _beat(self) -> None:
        for lane in self._lanes:
            served = lane.rows + lane.rows_lost
            value = wire.heartbeat(lane.source_id, self._epoch, self._clock(), (lane.sequence, lane.dropped, served))
            if self._guarded(lambda: self._put(lane, value, [], lambda failure: None)):
                self._heartbeats += 1

    def _guarded(self, work: Callable[[], Any]) -> bool:
        """Whatever goes wrong here is counted and told; it must neither stop the thread nor reach the model."""
        try:
            work()
            return True
        except Exception:
            self._errors += 1
            _LOG.warning("capture failed", exc_info=self._errors <= 3)
            return False


def _ends(batch: Batch) -> Batch:
    """The ends of requests whose rows are given up, else they would stay open until they are idle."""
    ends = [Piece(piece.rows.part(piece.rows.rows, piece.rows.rows), 0)
            for piece in batch.pieces if piece.rows.outcome is not None and piece.rows.rows]
    return Batch((), ends, batch.timestamp_ms)


def connect(bootstrap: str, source: Source, *, deployment: str = "default", options: Options = Options(),
            kafka: Optional[Mapping[str, Any]] = None) -> CaptureClient:
    """A client of a Seismo deployment's topic `activations`; `kafka` holds further properties, such as TLS and SASL.

    Raises ConnectionError when the cluster does not answer or lacks the topic.
    """
    properties = settings(bootstrap, options.max_bytes, kafka or {})
    return CaptureClient(KafkaSink(f"seismo.{deployment}.activations", properties), source, options)
