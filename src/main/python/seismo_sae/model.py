"""The served model of the demo: all-MiniLM-L6-v2 as ONNX, tapped at the output of an encoder block.

BERT is post-LN: the tensor that leaves block `n` has passed the block's last LayerNorm, so `blocks.<n>.resid_post` is
here the residual stream *after* LayerNorm (zero-based `n`).
"""
from __future__ import annotations

import time
import zipfile
from pathlib import Path
from typing import Iterable, Iterator, Sequence

import numpy as np

from seismo_sae.bf16 import round_to_bf16

MODEL_ENTRY = "all-minilm-l6-v2.onnx"
TOKENIZER_ENTRY = "all-minilm-l6-v2-tokenizer.json"
D_IN = 384


def tap_tensor(layer: int) -> str:
    """Name of the ONNX tensor `[batch, tokens, 384]` that leaves block `layer`."""
    return f"/encoder/layer.{layer}/output/LayerNorm/Add_1_output_0"


def hook_name(layer: int) -> str:
    return f"blocks.{layer}.resid_post"


class TappedModel:
    """Tokenizer and truncated encoder; runs the blocks up to `layer` only."""

    def __init__(self, jar: Path, work: Path, layer: int, max_tokens: int = 128, threads: int = 2) -> None:
        import onnx
        import onnxruntime
        from tokenizers import Tokenizer

        work.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(jar) as archive:
            for entry in (MODEL_ENTRY, TOKENIZER_ENTRY):
                if not (work / entry).exists():
                    archive.extract(entry, work)
        tapped = work / f"tapped-{layer}.onnx"
        if not tapped.exists():
            inputs = ["input_ids", "attention_mask", "token_type_ids"]
            onnx.utils.extract_model(str(work / MODEL_ENTRY), str(tapped), inputs, [tap_tensor(layer)], check_model=False)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(str(tapped), options, providers=["CPUExecutionProvider"])
        self._output = tap_tensor(layer)
        self.tokenizer = Tokenizer.from_file(str(work / TOKENIZER_ENTRY))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(max_tokens)
        self.layer = layer

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids with [CLS] and [SEP], truncated to `max_tokens`."""
        return [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]

    def tokens(self, text: str) -> list[str]:
        """Word pieces without [CLS] and [SEP]."""
        return self.tokenizer.encode(text).tokens[1:-1]

    def run(self, ids: Sequence[Sequence[int]]) -> np.ndarray:
        """Activations `[batch, tokens, 384]` f32 of sequences that all have the same length (no padding at all)."""
        array = np.asarray(ids, dtype=np.int64)
        feeds = {"input_ids": array, "attention_mask": np.ones_like(array), "token_type_ids": np.zeros_like(array)}
        return self._session.run([self._output], feeds)[0]

    def rows(self, texts: Sequence[str], batch_tokens: int = 2048) -> list[np.ndarray]:
        """Rows `[n_i, 384]` f32, rounded to bf16, of each text's ordinary tokens, in the order of `texts`."""
        result: list[np.ndarray] = [np.empty((0, D_IN), np.float32)] * len(texts)
        for indices, activations in self.batches(texts, batch_tokens):
            for index, block in zip(indices, activations):
                result[index] = block[1:-1]
        return result

    def batches(self, texts: Sequence[str], batch_tokens: int = 2048) -> Iterator[tuple[list[int], np.ndarray]]:
        """Batches of equal length: (indices into `texts`, bf16-rounded activations `[batch, tokens, 384]`)."""
        ids = self.token_ids(texts)
        order = sorted(range(len(ids)), key=lambda i: (len(ids[i]), i))
        start = 0
        while start < len(order):
            length = len(ids[order[start]])
            end = start
            while end < len(order) and len(ids[order[end]]) == length and (end - start) * length < batch_tokens:
                end += 1
            chosen = order[start:end]
            yield chosen, round_to_bf16(self.run([ids[i] for i in chosen]))
            start = end


class Progress:
    """Prints done, rate and estimated time left, at most every `every` seconds."""

    def __init__(self, what: str, total: int, every: float = 10.0) -> None:
        self._what, self._total, self._every = what, total, every
        self._begin = self._last = time.monotonic()

    def at(self, done: int, note: str = "") -> None:
        now = time.monotonic()
        if now - self._last < self._every and done < self._total:
            return
        self._last = now
        rate = done / max(now - self._begin, 1e-9)
        left = (self._total - done) / max(rate, 1e-9)
        print(f"{self._what}: {done}/{self._total}, {rate:,.0f}/s, {left:,.0f} s left {note}".rstrip(), flush=True)


def lines(path: Path) -> list[str]:
    """Non-empty lines of a UTF-8 text file, without comments (`#`)."""
    texts: Iterable[str] = path.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in texts if line.strip() and not line.startswith("#")]
