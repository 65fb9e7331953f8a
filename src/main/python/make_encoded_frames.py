"""Writes frames of rows that were encoded beside the model to src/test/resources/capture/encoded, where Java reads them.

    pip install torch numpy google-crc32c
    python src/main/python/make_encoded_frames.py

Each is of the rows in src/test/resources/sae/NAME/rows.npy, by the SAE that lies there; `demo` by the SAE and the probe of the jar.
"""
from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Dict, List

import numpy as np

ROOT = Path(__file__).resolve().parents[3]
SAES = ROOT / "src" / "test" / "resources" / "sae"
DEMO = ROOT / "src" / "main" / "resources" / "demo"
OUT = ROOT / "src" / "test" / "resources" / "capture" / "encoded"
sys.path.insert(0, str(ROOT / "src" / "main" / "python"))

from make_capture_frames import NOW, Kept  # noqa: E402
from seismo_capture import CaptureClient, Options, Phase, Rows, Source  # noqa: E402
from seismo_capture.sae import ProbeEncoder, SaeEncoder  # noqa: E402


def encoders(name: str) -> List[Any]:
    """What reads the rows of that name."""
    if name == "demo":
        return [SaeEncoder.load(DEMO / "sae"), ProbeEncoder.load(DEMO / "phishing.safetensors")]
    return [SaeEncoder.load(SAES / name)]


def record(name: str) -> bytes:
    """One frame of one request, whose rows are all of the file."""
    rows = np.load(SAES / name / "rows.npy")
    sink = Kept()
    source = Source("replica-0", "all-MiniLM-L6-v2", "demo-1")
    client = CaptureClient(sink, source, Options(heartbeat_seconds=3_600), clock=lambda: NOW)
    client.flush()  # the first heartbeat now, before the frame
    sink.values.clear()
    client.capture({"blocks.3.resid_post": [encoder.encode(rows) for encoder in encoders(name)]},
                   [Rows("request-1", len(rows), phase=Phase.PROMPT)])
    client.close()
    return sink.values[0]


def records() -> Dict[str, bytes]:
    return {name: record(name) for name in ("demo", "standard", "jumprelu", "topk")}


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    for each, value in records().items():
        (OUT / f"{each}.bin").write_bytes(value)
