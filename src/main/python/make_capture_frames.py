"""Writes frames of the capture client to src/test/resources/capture, where Java reads them.

    pip install numpy google-crc32c
    python src/main/python/make_capture_frames.py
"""
from __future__ import annotations

import pathlib
import sys
from typing import Dict, List

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[3]
OUT = ROOT / "src" / "test" / "resources" / "capture"
sys.path.insert(0, str(ROOT / "src" / "main" / "python"))

from seismo_capture import Bits, CaptureClient, Limits, Options, Outcome, Phase, Role, Rows, Source  # noqa: E402

NOW = 1_790_000_000_000
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Kept:
    """Keeps values in order."""

    def __init__(self) -> None:
        self.values: List[bytes] = []

    def partitions(self) -> int:
        return 2

    def send(self, partition, value, headers, done) -> None:
        self.values.append(value)
        done(None)

    def poll(self, seconds: float) -> None:
        pass

    def flush(self, seconds: float) -> int:
        return 0

    def close(self) -> None:
        pass


def elements(rows: int, width: int) -> np.ndarray:
    """Element i of row r is (r + 1) + i / 4 - 4, exact in bf16 and f16."""
    return (np.arange(rows)[:, None] + 1 + np.arange(width) / 4 - 4).astype(np.float32)


def bf16(values: np.ndarray) -> Bits:
    return Bits((values.view(np.uint32) >> 16).astype(np.uint16))


def records() -> Dict[str, bytes]:
    """File contents by name: what one client sends of two requests."""
    sink = Kept()
    options = Options(heartbeat_seconds=3_600, limits=Limits(rows=3))
    client = CaptureClient(sink, Source("replica-0", "decoder", "r1"), options, clock=lambda: NOW)
    client.flush()  # the first heartbeat now, before any frame
    sink.values.clear()
    both = {"blocks.3.resid_post": bf16(elements(5, 8)), "blocks.3.mlp_out": elements(5, 4).astype(np.float16)}
    client.capture(both, [
        Rows("request-1", 4, role=Role.USER, phase=Phase.PROMPT, session_key="s-1", account_key="a-1", tenant_key="t-1",
             attributes={"route": "chat"}, kinds=[1, 0, 0, 2], token_ids=[1, 300, 70_000, 0],
             token_text=["<s>", "grüße", "", "p"], traceparent=TRACE),
        Rows("request-2", 1, phase=Phase.GENERATED, cached_prefix=16, outcome=Outcome.ABORTED)])
    client.end("request-1")
    client.close()
    names = ["prompt", "prompt-rest", "aborted", "end"]
    return {**dict(zip(names, sink.values)), "heartbeat": sink.values[-1]}


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    for name, value in records().items():
        (OUT / f"{name}.bin").write_bytes(value)
