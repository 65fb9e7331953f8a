"""A bounded scratch store of activation rows: bf16 bits `[rows, 384]` uint16 in one flat file beside a small JSON."""
from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Sequence

import numpy as np

from seismo_sae.bf16 import to_bf16_bits
from seismo_sae.model import D_IN, Progress, TappedModel

TEXTS_PER_CHUNK = 4096


def store(model: TappedModel, texts: Sequence[str], path: Path, max_rows: int) -> np.ndarray:
    """Rows of `texts` in order until `max_rows` are reached; reuses the file if layer, texts and bound are the same."""
    digest = hashlib.sha256("\n".join(texts).encode("utf-8")).hexdigest()
    key = {"layer": model.layer, "texts": digest, "max_rows": max_rows}
    note = path.with_suffix(".json")
    if note.exists() and json.loads(note.read_text()).get("key") == key:
        return load(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = 0
    progress = Progress(path.name, max_rows)
    with path.open("wb") as out:
        for start in range(0, len(texts), TEXTS_PER_CHUNK):
            for indices, block in model.batches(texts[start : start + TEXTS_PER_CHUNK]):
                bits = to_bf16_bits(block[:, 1:-1, :]).reshape(-1, D_IN)[: max_rows - rows]
                out.write(bits.tobytes())
                rows += len(bits)
            progress.at(rows)
            if rows >= max_rows:
                break
    note.write_text(json.dumps({"key": key, "rows": rows}) + "\n")
    return load(path)


def load(path: Path) -> np.ndarray:
    """Memory-mapped bf16 bits `[rows, 384]` uint16."""
    rows = json.loads(path.with_suffix(".json").read_text())["rows"]
    return np.memmap(path, dtype=np.uint16, mode="r", shape=(rows, D_IN))
