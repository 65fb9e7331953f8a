"""Draws the demo's traffic from `seismo_sae/demo_texts.py` and writes `texts/*.txt`.

ordinary and bridge are drawn as they come. phishing, spike and burst are searched: they are kept because of their scores,
so they are a stage set for the demo and must never be used to judge a detector.

Example:

    python build_demo_texts.py --model-jar /tmp/sae/model/*.jar --scratch /tmp/sae --demo ../resources/demo
"""
from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Sequence

import numpy as np

from seismo_sae import demo_texts, files, selection, watch
from seismo_sae.model import TappedModel
from seismo_sae.scoring import score_ema_max, score_max
from seismo_sae.templates import variants

SEED = 7
ORDINARY_SINGLE, ORDINARY_DOUBLE = 6, 80
BURST_TEXTS, SPIKE_TEXTS = 12, 8
PHISHING_MARGIN = 1.1  # a phishing text scores at least this multiple of fires_above
BURST_MARGIN = 0.93  # and at most this share of the weakest burst text
SPIKE_MARGIN = 0.95  # a spike text scores at most this share of fires_above


def draw(frames: Sequence[str], count: int) -> list[str]:
    """Up to `count` texts of each frame, shuffled."""
    rng = random.Random(f"{SEED}/{frames[0]}")
    texts = [text for frame in frames for text in variants(frame, count, demo_texts.BURST_SLOTS, rng)]
    rng.shuffle(texts)
    return list(dict.fromkeys(texts))


def write(folder: Path, name: str, texts: Sequence[str]) -> None:
    (folder / f"{name}.txt").write_text("\n".join(texts) + "\n", encoding="utf-8")
    words = [len(text.split()) for text in texts]
    print(f"{name}: {len(texts)} texts of {min(words)} to {max(words)} words", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model-jar", type=Path, required=True, help="the jar with the ONNX model and its tokenizer")
    parser.add_argument("--scratch", type=Path, required=True, help="folder outside the repository")
    parser.add_argument("--demo", type=Path, required=True, help="folder with sae/; texts/ is written")
    args = parser.parse_args()
    folder = args.demo / "texts"
    folder.mkdir(parents=True, exist_ok=True)
    sae = files.load(args.demo / "sae")
    layer = json.loads((args.demo / "sae" / "training.json").read_text(encoding="utf-8"))["layer"]
    model = TappedModel(args.model_jar, args.scratch / "work", layer)

    ordinary = draw(demo_texts.ORDINARY, ORDINARY_SINGLE)
    rng = random.Random(SEED)
    ordinary += [" ".join(rng.sample(ordinary, 2)) for _ in range(ORDINARY_DOUBLE)]
    write(folder, "ordinary", ordinary)
    write(folder, "bridge", draw(demo_texts.BRIDGE, 5))

    chosen = selection.texts("phishing", SEED)
    choice = watch.choose(sae, *(model.rows(texts) for texts in (chosen.positive, chosen.hard, chosen.ordinary)))
    signal = watch.feature_signal(sae, choice.features)

    def signals(texts: Sequence[str]) -> list[np.ndarray]:
        return [signal(rows) for rows in model.rows(texts)]

    fires_above = watch.fires_above(signals(ordinary))
    burst = draw(demo_texts.BURST, 40)
    ranked = sorted(zip(map(score_ema_max, signals(burst)), burst), reverse=True)[:BURST_TEXTS]
    ceiling = BURST_MARGIN * ranked[-1][0]
    print(f"features {choice.features}, fires above {fires_above}, burst from {ranked[-1][0]:.3f}")
    write(folder, "burst", [text for _, text in ranked])
    phishing = draw(demo_texts.PHISHING, 20)
    scored = zip(map(score_ema_max, signals(phishing)), phishing)
    write(folder, "phishing", [t for score, t in scored if PHISHING_MARGIN * fires_above < score < ceiling])
    spike = draw(demo_texts.SPIKE, 60)
    peaks = [(score_max(s), t) for s, t in zip(signals(spike), spike) if score_ema_max(s) < SPIKE_MARGIN * fires_above]
    write(folder, "spike", [text for _, text in sorted(peaks, reverse=True)[:SPIKE_TEXTS]])
    print(f"spikes peak at {sorted(peaks, reverse=True)[0][0]:.3f}")


if __name__ == "__main__":
    main()
