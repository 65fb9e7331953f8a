"""The client in front of a sink that keeps, refuses or loses what it is given."""
from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from seismo_capture import CaptureClient, Limits, Options, Outcome, Rows, Source, flush_on_signals, lane_of
from seismo_capture.sink import settings

SOURCE = Source("replica-0", "m", "1")
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
NEVER = 3_600.0


def rows(count: int, first: int = 0, width: int = 4) -> dict:
    return {"h": np.arange(first * width, (first + count) * width, dtype=np.float32).reshape(count, width)}


def client(sink, source: Source = SOURCE, **options) -> CaptureClient:
    return CaptureClient(sink, source, Options(**{"heartbeat_seconds": NEVER, **options}), clock=lambda: 1_790_000_000_000)


def test_should_number_frames_and_continue_positions(sink, read):
    with client(sink) as c:
        assert c.capture(rows(3), [Rows("r", 3)])
        assert c.capture(rows(2, 3), [Rows("r", 1), Rows("q", 1, cached_prefix=8)])
        assert c.end("r", Outcome.REFUSED)
    frames = read()
    assert [f.source_seq for f in frames] == [1, 2, 3]
    assert [(s.request_id, s.start_position, s.rows) for f in frames for s in f.segments] == [
        ("r", 0, 3), ("r", 3, 1), ("q", 8, 1), ("r", 4, 0)]
    end = frames[2].segments[0].end
    assert (end.outcome, end.rows_expected) == (Outcome.REFUSED, 4)
    assert b"".join(f.tensors[0].data for f in frames[:2]) == rows(5)["h"].tobytes()


def test_should_keep_each_request_in_the_partition_of_the_rule(sink, read, pb):
    ids = [f"request-{n}" for n in range(40)]
    with client(sink, Source("replica-3", "m", "1", replica=3, lanes=2)) as c:
        for step in range(3):
            c.capture(rows(40, 40 * step), [Rows(name, 1) for name in ids])
    places = {}
    for partition, value, _ in sink.records:
        frame = pb.ActivationRecord.FromString(value).frame
        for segment in frame.segments:
            assert frame.source_id == f"replica-3/{lane_of(segment.request_id, 2)}"
            assert partition == (3 * 2 + lane_of(segment.request_id, 2)) % 4
            places.setdefault(segment.request_id, []).append(segment.start_position)
    assert places == {name: [0, 1, 2] for name in ids}
    assert {f.source_id for f in read()} == {"replica-3/0", "replica-3/1"}


def test_should_send_the_trace_as_a_header(sink, pb):
    with client(sink) as c:
        c.capture(rows(1), [Rows("r", 1, traceparent=TRACE)])
        c.capture(rows(1), [Rows("q", 1)])
    headers = [h for _, value, h in sink.records if pb.ActivationRecord.FromString(value).HasField("frame")]
    assert headers == [[("traceparent", TRACE.encode())], []]


def test_should_beat_behind_the_frames_it_counts(sink, read):
    with client(sink) as c:
        c.capture(rows(600), [Rows("r", 600)])
        assert c.flush()
        first = read("heartbeat")[-1]
        assert (first.frames_sent, first.frames_dropped, first.rows_served) == (2, 0, 600)
        c.missed("r", 7)
    last = read("heartbeat")[-1]
    assert (last.frames_sent, last.frames_dropped, last.rows_served) == (2, 1, 607)
    assert sink.records[-1][1] != sink.records[0][1]


def test_should_beat_without_any_frame(sink, read):
    beats = threading.Event()
    send = sink.send

    def counted(*args):
        send(*args)
        if len(sink.records) >= 3:
            beats.set()

    sink.send = counted
    with client(sink, heartbeat_seconds=0.01):
        assert beats.wait(10)
    assert not read() and read("heartbeat")[0].rows_served == 0


def test_should_drop_count_and_still_end_when_kafka_is_full(sink, read):
    sink.full.set()
    c = client(sink, max_bytes=1 << 20)
    # The first is in the thread's hands and the second waits; together they are the bound.
    taken = [c.capture(rows(32, width=4096), [Rows(f"r{n}", 32, outcome=Outcome.COMPLETED)]) for n in range(8)]
    assert taken == [True, True, False, False, False, False, False, False]
    sink.full.clear()
    assert c.close()
    stats = c.stats()
    assert (stats.rows_served, stats.rows_dropped, stats.frames_sent) == (256, 192, 2 + 6)
    beat = read("heartbeat")[-1]
    assert beat.rows_served == 256 and beat.frames_dropped == stats.frames_dropped >= 6
    ended = [s.request_id for f in read() for s in f.segments if s.HasField("end")]
    assert sorted(ended) == [f"r{n}" for n in range(8)]
    assert sum(s.rows for f in read() for s in f.segments) == 64


def test_should_wait_when_told_to_and_lose_nothing(sink, read):
    sink.full.set()
    c = client(sink, max_bytes=1 << 20, policy="block")
    worker = threading.Thread(
        target=lambda: [c.capture(rows(32, 32 * n, 4096), [Rows("r", 32)]) for n in range(6)])
    worker.start()
    worker.join(0.3)
    assert worker.is_alive(), "nothing was waited for"
    sink.full.clear()
    worker.join(20)
    assert c.close() and not worker.is_alive()
    assert b"".join(f.tensors[0].data for f in read()) == rows(192, width=4096)["h"].tobytes()
    assert c.stats().rows_dropped == 0


def test_should_count_what_kafka_gave_up(sink, read):
    sink.fail = "timed out"
    with client(sink) as c:
        c.capture(rows(2), [Rows("r", 2)])
        c.flush()
        sink.fail = None
    assert read("heartbeat")[-1].frames_dropped == 1
    assert (c.stats().frames_acknowledged, c.stats().rows_dropped) == (0, 2)


def test_should_give_up_at_close_when_kafka_stays_full(sink):
    sink.full.set()
    c = client(sink)
    c.capture(rows(2), [Rows("r", 2)])
    c.close(timeout=0.2)
    assert c.stats().rows_dropped == 2
    assert not c.capture(rows(2), [Rows("r", 2)]), "a closed client takes nothing"
    assert c.stats().rows_dropped == 4


def test_should_change_nothing_when_it_refuses(sink, read):
    with client(sink) as c:
        with pytest.raises(ValueError, match="the requests have 2 rows"):
            c.capture(rows(3), [Rows("r", 2)])
        with pytest.raises(TypeError):
            c.capture({"h": np.zeros((2, 4))}, [Rows("r", 2)])
        with pytest.raises(ValueError):
            c.capture({}, [Rows("r", 2)])
        c.capture(rows(1), [Rows("r", 1)])
    assert [s.start_position for f in read() for s in f.segments] == [0]


def test_should_survive_a_sink_that_breaks(sink, read):
    send, broken = sink.send, [True]

    def sometimes(*args):
        if broken[0]:
            raise RuntimeError("broken")
        send(*args)

    sink.send = sometimes
    with client(sink) as c:
        c.capture(rows(2), [Rows("r", 2)])
        c.flush()
        broken[0] = False
        c.capture(rows(1), [Rows("q", 1)])
    assert c.stats().errors >= 1 and c.stats().rows_dropped == 2
    assert [f.source_seq for f in read()] == [1], "a frame that was never sent has no number"


def test_should_take_no_lane_twice(sink):
    with pytest.raises(ValueError, match="5 lanes"):
        client(sink, Source("s", "m", "1", lanes=5))


@pytest.mark.parametrize("bad, word", [
    ({"enable.idempotence": False}, "idempotence"), ({"acks": 1}, "acks"), ({"linger.ms": 100}, "linger"),
    ({"queue.buffering.max.ms": 50}, "linger")])
def test_should_refuse_settings_that_lose_or_wait(bad, word):
    with pytest.raises(ValueError, match=word):
        settings("b:1", 1 << 20, bad)


def test_should_allow_a_linger_with_compression():
    assert settings("b:1", 1 << 20, {"linger.ms": 50, "compression.type": "zstd"})["linger.ms"] == 50


def test_should_flush_on_a_signal_and_call_the_handler_before(sink, read):
    heard = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: heard.append((number, len(read()))))
    try:
        with client(sink) as c:
            restore = flush_on_signals(c, [signal.SIGTERM])
            c.capture(rows(1), [Rows("r", 1)])
            os.kill(os.getpid(), signal.SIGTERM)
            assert heard == [(signal.SIGTERM, 1)]
            c.capture(rows(1), [Rows("r", 1)])
            restore()
        assert len(read()) == 2
        os.kill(os.getpid(), signal.SIGTERM)
        assert len(heard) == 2
    finally:
        signal.signal(signal.SIGTERM, before)


PROGRAM = """
import os, signal, sys
sys.path[:0] = sys.argv[1:3]
import numpy as np
from conftest import FakeSink
from seismo_capture import *
class Loud(FakeSink):
    def send(self, partition, value, headers, done):
        super().send(partition, value, headers, done)
        os.write(1, b"f" if b"abc" in value else b"h")
c = CaptureClient(Loud(), Source("s", "m", "1"), Options(heartbeat_seconds=3600))
# A shell that starts its jobs in the background has them ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)
flush_on_signals(c)
c.capture({"h": np.zeros((1, 2), np.float32)}, [Rows("abc", 1)])
if sys.argv[3] != "exit":
    os.kill(os.getpid(), getattr(signal, sys.argv[3]))
"""


@pytest.mark.parametrize("how, code", [("exit", 0), ("SIGTERM", -signal.SIGTERM), ("SIGINT", None)])
def test_should_send_what_waits_when_the_process_ends(how, code):
    here = Path(__file__).resolve().parent
    ended = subprocess.run([sys.executable, "-c", PROGRAM, str(here.parents[2] / "main" / "python"), str(here), how],
                           capture_output=True, timeout=60)
    assert ended.stdout.count(b"f") == 1 and ended.stdout.endswith(b"h"), ended.stderr
    assert ended.returncode == code if code is not None else ended.returncode != 0


def test_should_refuse_to_send_from_a_forked_process(sink):
    with client(sink) as c:
        c._pid += 1
        with pytest.raises(RuntimeError, match="forked"):
            c.capture(rows(1), [Rows("r", 1)])
        c._pid -= 1
