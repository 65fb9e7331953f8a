"""Stands in for a model and an SAE of your own, where first-alert.md needs them and you have none at hand.

Writes into a folder: `model`, a small language model of transformers with its tokenizer (stories15M where npm serves it, else
a Llama of its shape with random weights; it says which); `sae`, trained for a minute on the residual stream of that model, in
SAELens form; `ordinary.txt` and `special.txt`, prompts of two kinds, one a line.

    pip install torch transformers safetensors
    python src/main/python/make_stand_in.py --out .
"""
from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any, List

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent))

from seismo_proof import decoder as decoders  # noqa: E402
from seismo_proof import words  # noqa: E402
from seismo_proof.small_sae import trained  # noqa: E402
from seismo_sae import files  # noqa: E402

BLOCK = 3
PROMPTS = 60
BATCH = 30
NEW_TOKENS = 16


def tokenizer_of(decoder: decoders.Decoder) -> Any:
    """The model's own, held against the reading of its vocabulary by other code; of the prompts' words for random weights."""
    if decoder.vocabulary is None:
        return words.of_words([*decoders.ORDINARY, *decoders.SPECIAL])
    tokenizer = words.of_llama(decoder.vocabulary)
    for text in (*decoders.ORDINARY, *decoders.SPECIAL):
        if tokenizer(text)["input_ids"] != decoder.vocabulary.encode(text):
            raise SystemExit(f"the tokenizer reads {text!r} other than its vocabulary does")
    return tokenizer


@torch.no_grad()
def rows(model: Any, tokenizer: Any, prompts: List[str]) -> np.ndarray:
    """bf16 bits [rows, d] of what block BLOCK gives while prompts are continued, without the first position of each."""
    kept = []
    for at in range(0, len(prompts), BATCH):
        given = tokenizer(prompts[at:at + BATCH], return_tensors="pt", padding=True)
        ids = model.generate(**given, max_new_tokens=NEW_TOKENS, do_sample=True, top_k=50, pad_token_id=0)
        real = (ids != 0).long()
        states = model(ids, attention_mask=real, output_hidden_states=True, use_cache=False).hidden_states[BLOCK + 1]
        kept.append(states[(real == 1) & (real.cumsum(1) > 1)].view(torch.int16).numpy().view(np.uint16))
    return np.concatenate(kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("."), help="folder to write into (default: this one)")
    parser.add_argument("--models", type=Path, default=Path.home() / ".cache" / "seismo", help="where the download is kept")
    parser.add_argument("--fallback", action="store_true", help="random weights, without a download")
    args = parser.parse_args()
    started = time.monotonic()
    decoder = decoders.fallback() if args.fallback else decoders.load(args.models)
    print(f"model: {decoder.name}", flush=True)
    tokenizer = tokenizer_of(decoder)
    args.out.mkdir(parents=True, exist_ok=True)
    decoder.model.save_pretrained(args.out / "model")
    tokenizer.save_pretrained(args.out / "model")
    kinds = {"ordinary": decoders.ORDINARY, "special": decoders.SPECIAL}
    lines = {kind: [texts[n % len(texts)] for n in range(PROMPTS)] for kind, texts in kinds.items()}
    for kind, prompts in lines.items():
        (args.out / f"{kind}.txt").write_text("\n".join(prompts) + "\n")
    torch.manual_seed(1)
    taken = rows(decoder.model, tokenizer, [*lines["ordinary"], *lines["special"]])
    sae, fidelity = trained(taken)
    files.save(args.out / "sae", sae, {"model_name": "stand-in", "hook_name": f"blocks.{BLOCK}.resid_post"}, fidelity.fire_rate)
    print(f"sae: {sae.d_sae} features, trained on {len(taken):,} rows: FVU {fidelity.fvu:.3f}, L0 {fidelity.l0:.1f}")
    print(f"made model, sae, ordinary.txt and special.txt in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
