"""Writes what transformers and TransformerLens would export of one pass of a small Llama, for the tests of `seismo ingest`.

Both ways are taken independently: `output_hidden_states` of the model, and hooks on its blocks. Sequence 1 is padded left.

    pip install torch transformers safetensors
    python src/main/python/make_ingest_goldens.py
"""
from __future__ import annotations

import pathlib

import torch
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

OUT = pathlib.Path(__file__).resolve().parents[3] / "src" / "test" / "resources" / "ingest"


def main() -> None:
    torch.manual_seed(0)
    model = LlamaForCausalLM(LlamaConfig(
        vocab_size=40, hidden_size=8, intermediate_size=12, num_hidden_layers=3, num_attention_heads=2, num_key_value_heads=1,
        initializer_range=0.3)).to(torch.bfloat16).eval()
    hooked = {}
    for n, layer in enumerate(model.model.layers):
        def keep(module, args, output, n=n):
            hooked[f"blocks.{n}.hook_resid_pre"] = args[0].clone()
            hooked[f"blocks.{n}.hook_resid_post"] = (output[0] if isinstance(output, tuple) else output).clone()

        layer.register_forward_hook(keep)
    ids = torch.tensor([[1, 5, 6, 7, 8], [0, 0, 1, 9, 10]])
    mask = torch.tensor([[1, 1, 1, 1, 1], [0, 0, 1, 1, 1]])
    with torch.no_grad():
        states = model(ids, attention_mask=mask, output_hidden_states=True).hidden_states
    OUT.mkdir(parents=True, exist_ok=True)
    save_file({"hidden_states": torch.stack(states), "attention_mask": mask}, OUT / "stacked.safetensors")
    save_file({f"hidden_states.{k}": state.contiguous() for k, state in enumerate(states)}, OUT / "numbered.safetensors")
    # As vLLM's connector writes a request: token first; the last layer is the last block without the norm.
    layers = torch.stack([states[0][0], *(hooked[f"blocks.{n}.hook_resid_post"][0] for n in range(3))], dim=1).contiguous()
    for name, tokens in (("vllm", 5), ("vllm-sampled", 6), ("vllm-short", 7)):
        save_file({"hidden_states": layers, "token_ids": torch.arange(tokens)}, OUT / f"{name}.safetensors")
    save_file({name: rows.contiguous() for name, rows in hooked.items()}, OUT / "hooks.safetensors")


if __name__ == "__main__":
    main()
