"""A sink that keeps what it is given, and the schema compiled, to read it with."""
from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Callable, List, Optional, Tuple

import pytest

ROOT = Path(__file__).resolve().parents[4]
sys.path.insert(0, str(ROOT / "src" / "main" / "python"))


needs_seismo = pytest.mark.skipif(
    os.environ.get("SEISMO_BROKER") != "1", reason="runs ./seismo; SEISMO_BROKER=1 asks for it, as .ci/run does")


def seismo(*arguments: str) -> dict:
    """Runs a command to its end and gives its JSON."""
    launcher = os.environ.get("SEISMO", str(ROOT / "seismo"))
    done = subprocess.run([launcher, *arguments, "--json"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="session")
def pb():
    """The generated classes of activation.proto."""
    from grpc_tools import protoc

    out = tempfile.mkdtemp()
    assert protoc.main(["protoc", f"-I{ROOT / 'schemas'}", f"--python_out={out}", "activation.proto"]) == 0
    sys.path.insert(0, out)
    import activation_pb2

    return activation_pb2


class FakeSink:
    """Keeps records by partition; can be full, and can fail deliveries."""

    def __init__(self, partitions: int = 4) -> None:
        self.count = partitions
        self.records: List[Tuple[int, bytes, list]] = []
        self.full = threading.Event()
        self.fail: Optional[str] = None
        self.waiting: List[Callable] = []

    def partitions(self) -> int:
        return self.count

    def send(self, partition, value, headers, done) -> None:
        if self.full.is_set():
            raise BufferError("full")
        self.records.append((partition, value, headers))
        self.waiting.append(done)

    def poll(self, seconds: float) -> None:
        waiting, self.waiting = self.waiting, []
        for done in waiting:
            done(self.fail)
        if self.full.is_set() and seconds:
            threading.Event().wait(min(seconds, 0.005))

    def flush(self, seconds: float) -> int:
        self.poll(0)
        return len(self.waiting)

    def close(self) -> None:
        pass


@pytest.fixture
def sink() -> FakeSink:
    return FakeSink()


@pytest.fixture
def read(pb, sink):
    """Frames or heartbeats that the sink holds, as messages."""

    def records(kind: str = "frame", partition: Optional[int] = None):
        parsed = [(p, pb.ActivationRecord.FromString(value)) for p, value, _ in sink.records]
        assert all(record.schema_version == 1 for _, record in parsed)
        return [getattr(r, kind) for p, r in parsed if r.WhichOneof("body") == kind and partition in (None, p)]

    return records
