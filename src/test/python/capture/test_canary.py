"""Canaries: recorded bit for bit, served with their mark, and never silently half."""
from __future__ import annotations

import json
import struct
import threading

import numpy as np
import pytest
from seismo_capture import Bits, Canary, CaptureClient, Options, Outcome, Recorder, Rows, Source


def tensors_of(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    body = data[8 + length:]
    spans = {name: body[slice(*entry["data_offsets"])] for name, entry in header.items() if name != "__metadata__"}
    return header, spans


def test_should_record_bit_for_bit_whatever_the_chunks(tmp_path):
    recorder = Recorder("m", "1")
    bits = np.arange(24, dtype=np.uint16).reshape(6, 4)
    recorder.capture({"h": Bits(bits[:4]), "k": np.ones((4, 2), np.float32)}, [Rows("r", 4)])
    recorder.capture({"h": Bits(bits[4:]), "k": np.zeros((2, 2), np.float32)}, [Rows("r", 2, outcome=Outcome.COMPLETED)])
    header, spans = tensors_of(recorder.save(tmp_path / "canaries" / "g.safetensors"))
    assert header["__metadata__"] == {"model": "m", "revision": "1", "format": "pt"}
    assert header["h"] == {"dtype": "BF16", "shape": [6, 4], "data_offsets": [0, 48]}
    assert spans["h"] == bits.tobytes() and len(spans["k"]) == 6 * 2 * 4
    assert [path.name for path in (tmp_path / "canaries").iterdir()] == ["g.safetensors"]


def test_should_keep_other_revisions_beside(tmp_path):
    old, new = Recorder("m", "1"), Recorder("m", "2")
    for recorder, value in ((old, 1.0), (new, 2.0)):
        recorder.capture({"h": np.full((3, 2), value, np.float32)}, [Rows("r", 3)])
    header, spans = tensors_of(new.save(tmp_path / "g.safetensors", also={"1": old}))
    assert header["__metadata__"]["revision"] == "2"
    assert np.frombuffer(spans["h@1"], np.float32)[0] == 1.0 and np.frombuffer(spans["h"], np.float32)[0] == 2.0


def test_should_refuse_what_is_no_whole_recording(tmp_path):
    with pytest.raises(ValueError, match="nothing was recorded"):
        Recorder("m", "1").save(tmp_path / "g.safetensors")
    gap = Recorder("m", "1")
    gap.capture({"h": np.zeros((2, 2), np.float32)}, [Rows("r", 2, start=3)])
    with pytest.raises(ValueError, match="every position from 0 on"):
        gap.save(tmp_path / "g.safetensors")
    with pytest.raises(ValueError, match="one prompt, alone"):
        gap.capture({"h": np.zeros((1, 2), np.float32)}, [Rows("s", 1)])
    with pytest.raises(ValueError, match="must be whole"):
        gap.missed("r", 1)
    assert not list(tmp_path.iterdir())


def test_should_send_the_mark_through_the_normal_client(sink, read):
    rows = np.arange(8, dtype=np.float32).reshape(4, 2)
    with CaptureClient(sink, Source("s", "m", "1"), Options(heartbeat_seconds=60)) as client:
        def serve(request_id, attributes):
            client.capture({"h": rows}, [Rows(request_id, 4, attributes=attributes, outcome=Outcome.COMPLETED)])

        first, second = Canary("greeting", serve), Canary("greeting", serve)
        assert first.serve_once() != second.serve_once()
        assert client.flush()
    found = [(s.request_id, {a.key: a.value for a in s.attributes}) for frame in read() for s in frame.segments]
    assert [attributes for _, attributes in found] == [{"seismo.canary": "greeting"}] * 2
    assert len({request for request, _ in found}) == 2


def test_should_serve_again_and_again_and_go_on_after_a_failure():
    served, enough = [], threading.Event()

    def serve(request_id, attributes):
        served.append(request_id)
        if len(served) == 1:
            raise RuntimeError("the server is starting")
        if len(served) >= 3:
            enough.set()

    with Canary("greeting", serve).start(every=0.001) as canary:
        assert enough.wait(10)
    assert canary.failed == 1 and canary.served >= 2 and len(set(served)) == len(served)
    with pytest.raises(ValueError, match="starts once"):
        canary.start(1)
    with pytest.raises(ValueError, match="1 to 64 bytes"):
        Canary("", serve)
