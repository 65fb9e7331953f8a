"""A real broker on the loopback interface: what is sent is what lies there."""
from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from seismo_capture import Options, Outcome, Rows, Source, connect, lane_of

ROOT = Path(__file__).resolve().parents[4]
confluent = pytest.importorskip("confluent_kafka")
pytestmark = pytest.mark.skipif(
    os.environ.get("SEISMO_BROKER") != "1", reason="starts ./seismo broker; SEISMO_BROKER=1 asks for it, as .ci/run does")


@pytest.fixture(scope="module")
def bootstrap():
    broker = subprocess.Popen([os.environ.get("SEISMO", str(ROOT / "seismo")), "broker", "--port", "0", "--json"], stdout=subprocess.PIPE, cwd=ROOT)
    try:
        assert select.select([broker.stdout], [], [], 240)[0], "the broker did not say where it is"
        yield json.loads(broker.stdout.readline())["bootstrap"]
    finally:
        broker.terminate()
        broker.wait(60)


@pytest.fixture(scope="module")
def topic(bootstrap):
    from confluent_kafka.admin import AdminClient, NewTopic

    name = "seismo.test.activations"
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(name, 4, 1)])[name].result(30)
    return name


def stored(bootstrap, topic, pb, frames: int, source: str):
    """Frames of a source and their headers by partition, until so many have come."""
    consumer = confluent.Consumer({"bootstrap.servers": bootstrap, "group.id": "t", "auto.offset.reset": "earliest"})
    consumer.assign([confluent.TopicPartition(topic, p, 0) for p in range(4)])
    found, until = [], time.monotonic() + 30
    while len(found) < frames and time.monotonic() < until:
        message = consumer.poll(1.0)
        if message is not None and message.error() is None:
            record = pb.ActivationRecord.FromString(message.value())
            if record.HasField("frame") and record.frame.source_id.startswith(source):
                found.append((message.partition(), record.frame, dict(message.headers() or [])))
    consumer.close()
    return found


def test_should_store_every_frame_once_in_order_and_in_its_partition(bootstrap, topic, pb):
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    rows = np.arange(2_000 * 384, dtype=np.uint32).view(np.float32).reshape(2_000, 384)
    source = Source("replica-1", "m", "1", replica=1, lanes=2)
    with connect(bootstrap, source, deployment="test", options=Options(policy="block")) as client:
        for n in range(20):
            assert client.capture({"h": rows[100 * n:100 * n + 100]}, [
                Rows("a", 50, traceparent=trace), Rows(f"b{n}", 50, outcome=Outcome.COMPLETED)])
        assert client.end("a")
    stats = client.stats()
    assert stats.frames_acknowledged == stats.frames_sent and stats.frames_dropped == 0

    found = stored(bootstrap, topic, pb, stats.frames_sent, "replica-1/")
    assert len(found) == stats.frames_sent
    for lane in range(2):
        own = [frame for _, frame, _ in found if frame.source_id == f"replica-1/{lane}"]
        assert [frame.source_seq for frame in own] == list(range(1, len(own) + 1))
    got = {}
    for partition, frame, headers in found:
        data, low = np.frombuffer(frame.tensors[0].data if frame.tensors else b"", np.float32), 0
        for segment in frame.segments:
            assert partition == (2 + lane_of(segment.request_id, 2)) % 4
            assert headers == ({"traceparent": trace.encode()} if segment.request_id == "a" and segment.rows else {})
            got.setdefault(segment.request_id, []).append(data[low * 384:(low + segment.rows) * 384])
            low += segment.rows
    expected = np.concatenate([rows[100 * n:100 * n + 50] for n in range(20)])
    assert np.concatenate(got["a"]).tobytes() == expected.tobytes()


def test_should_say_that_there_is_no_topic(bootstrap):
    with pytest.raises(ConnectionError, match="seismo.nowhere.activations"):
        connect(bootstrap, Source("s", "m", "1"), deployment="nowhere")


PROGRAM = """
import sys, time, signal
sys.path.insert(0, sys.argv[1])
import numpy as np
from seismo_capture import *
client = connect(sys.argv[2], Source("killed", "m", "1"), deployment="test")
flush_on_signals(client)
client.capture({"h": np.zeros((3, 8), np.float32)}, [Rows("k", 3)])
print("sent", flush=True)
signal.pause()
"""


def test_should_have_stored_what_waited_when_the_process_is_terminated(bootstrap, topic, pb):
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(ROOT / "src/main/python"), bootstrap],
                               stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"sent\n"
    process.terminate()
    assert process.wait(30) == -15
    found = stored(bootstrap, topic, pb, 1, "killed/")
    assert [[segment.rows for segment in frame.segments] for _, frame, _ in found] == [[3]]
