"""Writes what every way of taking activations gives of one pass of a small Llama, for the tests that hold them against each other.

Taken independently in the same pass: `attach` of the capture client, `output_hidden_states` of the model, and hooks on its
blocks, which are laid out as transformers, TransformerLens, numpy and vLLM would export them. Sequence 1 is padded left.

    pip install torch transformers safetensors google-crc32c
    python src/main/python/make_ingest_goldens.py
"""
from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Dict, List, Tuple

import numpy as np
import torch
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

ROOT = Path(__file__).resolve().parents[3]
OUT = ROOT / "src" / "test" / "resources" / "ingest"
sys.path.insert(0, str(ROOT / "src" / "main" / "python"))

from make_capture_frames import NOW, Kept  # noqa: E402
from seismo_capture import CaptureClient, Options, Source  # noqa: E402
from seismo_capture.hf import Request, attach  # noqa: E402

LAYERS = 3
POINTS = ["blocks.0.resid_pre", *(f"blocks.{n}.resid_post" for n in range(LAYERS))]
IDS = torch.tensor([[1, 5, 6, 7, 8], [0, 0, 1, 9, 10]])
MASK = torch.tensor([[1, 1, 1, 1, 1], [0, 0, 1, 1, 1]])


def llama(dtype: torch.dtype) -> Any:
    torch.manual_seed(0)
    return LlamaForCausalLM(LlamaConfig(
        vocab_size=40, hidden_size=8, intermediate_size=12, num_hidden_layers=LAYERS, num_attention_heads=2, num_key_value_heads=1,
        initializer_range=0.3)).to(dtype).eval()


def taken(dtype: torch.dtype) -> Tuple[List[torch.Tensor], Dict[str, torch.Tensor], bytes]:
    """Hidden states, what hooks saw by TransformerLens's names, and the frame that `attach` sent: all of one pass."""
    model, hooked, sink = llama(dtype), {}, Kept()
    for n, layer in enumerate(model.model.layers):
        def keep(module: Any, args: Any, output: Any, n: int = n) -> None:
            hooked[f"blocks.{n}.hook_resid_pre"] = args[0].clone()
            hooked[f"blocks.{n}.hook_resid_post"] = (output[0] if isinstance(output, tuple) else output).clone()

        layer.register_forward_hook(keep)
    client = CaptureClient(sink, Source("replica-0", "decoder", "r1"), Options(heartbeat_seconds=3_600), clock=lambda: NOW)
    client.flush()  # the first heartbeat now, before the frame
    sink.values.clear()
    with attach(model, POINTS, client) as tap, tap.requests([Request("sequence-0"), Request("sequence-1")]), torch.no_grad():
        states = model(IDS, attention_mask=MASK, output_hidden_states=True).hidden_states
    client.close()
    assert tap.errors == 0
    return list(states), hooked, sink.values[0]


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    states, hooked, frame = taken(torch.bfloat16)
    (OUT / "attach.bin").write_bytes(frame)
    save_file({"hidden_states": torch.stack(states), "attention_mask": MASK}, OUT / "stacked.safetensors")
    save_file({f"hidden_states.{k}": state.contiguous() for k, state in enumerate(states)}, OUT / "numbered.safetensors")
    # As vLLM's connector writes a request: token first; the last layer is the last block without the norm.
    layers = torch.stack([states[0][0], *(hooked[f"blocks.{n}.hook_resid_post"][0] for n in range(LAYERS))], dim=1).contiguous()
    for name, tokens in (("vllm", 5), ("vllm-sampled", 6), ("vllm-short", 7)):
        save_file({"hidden_states": layers, "token_ids": torch.arange(tokens)}, OUT / f"{name}.safetensors")
    save_file({name: rows.contiguous() for name, rows in hooked.items()}, OUT / "hooks.safetensors")
    # numpy has no bf16.
    states, hooked, frame = taken(torch.float32)
    (OUT / "attach-f32.bin").write_bytes(frame)
    for n in range(LAYERS):
        np.save(OUT / f"block-{n}.npy", hooked[f"blocks.{n}.hook_resid_post"][:1].numpy())
    save_file({"hidden_states": torch.stack(states), "attention_mask": MASK}, OUT / "stacked-f32.safetensors")


if __name__ == "__main__":
    main()
