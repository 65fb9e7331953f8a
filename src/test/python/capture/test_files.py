"""Frames in a file: the same as in a topic, and all of them or no file."""
from __future__ import annotations

import numpy as np
import pytest
from seismo_capture import Outcome, Rows, Source, to_file

SOURCE = Source("replica-0", "m", "1", lanes=2)


def records(pb, data: bytes) -> list:
    from google.protobuf.internal.decoder import _DecodeVarint32

    found, at = [], 0
    while at < len(data):
        length, at = _DecodeVarint32(data, at)
        found.append(pb.ActivationRecord.FromString(data[at:at + length]))
        at += length
    return found


def test_should_write_every_frame_behind_its_length(tmp_path, pb):
    path = tmp_path / "captured.frames"
    rows = np.arange(700 * 8, dtype=np.float32).reshape(700, 8)
    with to_file(path, SOURCE) as client:
        client.capture({"h": rows}, [Rows("a", 600, outcome=Outcome.COMPLETED), Rows("b", 100)])
        client.end("b")
        assert not path.exists(), "a file that is there is whole"
    assert [left.name for left in tmp_path.iterdir()] == [path.name]

    frames = [record.frame for record in records(pb, path.read_bytes()) if record.HasField("frame")]
    got = {}
    for frame in frames:
        at = 0
        for segment in frame.segments:
            own = frame.tensors[0].data[at * 32:(at + segment.rows) * 32] if segment.rows else b""
            got[segment.request_id] = got.get(segment.request_id, b"") + own
            at += segment.rows
    assert got == {"a": rows[:600].tobytes(), "b": rows[600:].tobytes()}
    assert len(frames) == client.stats().frames_sent == client.stats().frames_acknowledged


def test_should_refuse_a_name_that_seismo_would_not_read(tmp_path):
    with pytest.raises(ValueError, match="ending .frames"):
        to_file(tmp_path / "captured.bin", SOURCE)
    with pytest.raises(OSError):
        to_file(tmp_path / "no-such-folder" / "captured.frames", SOURCE)


def test_should_leave_no_file_when_a_record_was_not_written(tmp_path):
    path = tmp_path / "captured.frames"
    client = to_file(path, SOURCE)
    sink = client._sink

    class Full:
        def write(self, _):
            raise OSError("no space left")

        def flush(self):
            pass

        def close(self):
            pass

    sink._file.close()
    sink._file = Full()
    client.capture({"h": np.zeros((2, 8), np.float32)}, [Rows("a", 2)])
    client.close()
    assert client.stats().rows_dropped == 2
    assert list(tmp_path.iterdir()) == []
