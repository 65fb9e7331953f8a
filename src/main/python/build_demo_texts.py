"""Draws the demo's traffic from `seismo_sae/demo_texts.py` and writes `texts/*.txt`.

ordinary and bridge are drawn as they come. phishing, spike and burst are searched: they are kept because of their scores,
so they are a stage set for the demo and must never be used to judge a detector.

Example:

    python build_demo_texts.py --model-jar $WORK/model/*.jar --scratch $WORK --demo ../resources/demo
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
BURST_TEXTS, BURST_PAIRS, SPIKE_TEXTS = 12, 60, 8
PHISHING_MARGIN = 1.1  # a phishing text scores at least this multiple of fires_above
BURST_MARGIN = 0.92  # and at most this share of the weakest burst text
PHISHING_PER_FRAME = 10
SPIKE_MARGIN = 0.95  # a spike text scores at most this share of fires_above, and its largest token lies above it
SPIKE_PER_FRAME = 3


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
    notices = draw(demo_texts.PHISHING, 12)
    loudest = [text for _, text in sorted(zip(map(score_ema_max, signals(notices)), notices), reverse=True)[:24]]
    burst = draw(demo_texts.BURST, 40) + [" ".join(rng.sample(loudest, 2)) for _ in range(BURST_PAIRS)]
    ranked = sorted(zip(map(score_ema_max, signals(burst)), burst), reverse=True)[:BURST_TEXTS]
    ceiling = BURST_MARGIN * ranked[-1][0]
    print(f"features {choice.features}, fires above {fires_above}, burst from {ranked[-1][0]:.3f}")
    write(folder, "burst", [text for _, text in ranked])
    phishing: list[str] = []
    for frame in demo_texts.PHISHING:
        drawn = draw([frame], 40)
        scores = map(score_ema_max, signals(drawn))
        loud = [t for score, t in zip(scores, drawn) if PHISHING_MARGIN * fires_above < score < ceiling]
        phishing += loud[:PHISHING_PER_FRAME]
    rng.shuffle(phishing)
    write(folder, "phishing", phishing)
    spikes: list[tuple[float, str]] = []
    for frame in demo_texts.SPIKE:
        drawn = draw([frame], 60)
        peaks = [
            (score_max(s), text)
            for s, text in zip(signals(drawn), drawn)
            if score_max(s) > fires_above > score_ema_max(s) / SPIKE_MARGIN
        ]
        spikes += sorted(peaks, reverse=True)[:SPIKE_PER_FRAME]
    spikes.sort(reverse=True)
    write(folder, "spike", [text for _, text in spikes[:SPIKE_TEXTS]])
    print(f"largest tokens of the spikes: {[round(peak, 2) for peak, _ in spikes[:SPIKE_TEXTS]]}")


if __name__ == "__main__":
    main()
