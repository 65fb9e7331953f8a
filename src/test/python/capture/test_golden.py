"""The frames that Java's tests read are those the client sends today."""
from __future__ import annotations

from make_capture_frames import OUT, records


def test_should_send_what_java_reads():
    made = records()
    assert made == {path.stem: path.read_bytes() for path in OUT.glob("*.bin")}
