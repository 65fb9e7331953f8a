"""Chooses the watched features, evaluates them beside simple baselines, and writes the card, golden values, probe.

Features, probe and keyword rule come from the selection texts only; every figure comes from the evaluation texts, which
share no watched keyword with them. Thresholds come from the demo's ordinary traffic (`texts/ordinary.txt`).

Example:

    python evaluate_sae.py --model-jar $WORK/model/*.jar --scratch $WORK --demo ../resources/demo
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, Callable, Sequence

import numpy as np
from safetensors.numpy import save_file

from seismo_sae import corpus_train, evaluation, files, keywords, selection, watch
from seismo_sae.card import render
from seismo_sae.golden import golden
from seismo_sae.model import TappedModel, hook_name, lines
from seismo_sae.scoring import auroc, frame_bootstrap, score_ema_max, score_max, share_above, threshold_at_fpr

SEED = 7
WRITTEN_DRAWS = 90_000  # as train_sae.py
RANDOM_FEATURES = 20
SHINGLE = 9
Scorer = Callable[[str, np.ndarray], float]


def check_texts(
    named: bool, chosen: selection.Labelled, judged: evaluation.Evaluation, training: list[str]
) -> list[str]:
    """Refuses evaluation texts that leak; returns the watched keywords, which only a `named` set may contain."""
    watched = keywords.watched_keywords(chosen.positive, chosen.ordinary)
    broken = [] if named else keywords.violations(judged.positive.texts, watched)
    seen = training + chosen.positive + chosen.hard + chosen.ordinary
    all_judged = judged.positive.texts + judged.hard.texts + judged.ordinary.texts
    shared = keywords.shared_shingles(all_judged, seen, SHINGLE)
    if broken or shared:
        raise SystemExit(f"evaluation texts leak: {broken[:5]} {sorted(shared)[:5]}")
    return sorted(watched)


class Judge:
    """Figures of one scorer on the evaluation texts of one concept."""

    def __init__(self, judged: evaluation.Evaluation, model: TappedModel) -> None:
        self.judged = judged
        self.rows = {name: model.rows(getattr(judged, name).texts) for name in ("positive", "hard", "ordinary")}

    def scores(self, scorer: Scorer) -> dict[str, np.ndarray]:
        return {
            name: np.array([scorer(t, r) for t, r in zip(getattr(self.judged, name).texts, rows)])
            for name, rows in self.rows.items()
        }

    def figures(self, scorer: Scorer) -> dict[str, Any]:
        s = self.scores(scorer)
        negative = np.concatenate([s["hard"], s["ordinary"]])
        cut = threshold_at_fpr(negative, 0.01)
        low, high = frame_bootstrap(s["positive"], self.judged.positive.frames, cut, SEED)
        return rounded(
            {
                "auroc": auroc(s["positive"], negative),
                "auroc_against_hard": auroc(s["positive"], s["hard"]),
                "auroc_against_ordinary": auroc(s["positive"], s["ordinary"]),
                "tpr_at_1_percent_fpr": share_above(s["positive"], cut),
                "tpr_interval_95": [low, high],
                "threshold_at_1_percent_fpr": cut,
            }
        )

    def at(self, scorer: Scorer, threshold: float) -> dict[str, Any]:
        """Shares of texts above a fixed threshold, with frame bootstrap intervals."""
        result = {}
        for name, scores in self.scores(scorer).items():
            frames = getattr(self.judged, name).frames
            result[name] = {
                "share": share_above(scores, threshold),
                "interval_95": frame_bootstrap(scores, frames, threshold, SEED),
            }
        return rounded(result)


def rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(inner) for inner in value]
    return round(float(value), 4) if isinstance(value, (float, np.floating)) else value


def by_signal(signal: watch.Signal, aggregate: Callable[[np.ndarray], float]) -> Scorer:
    return lambda text, rows: aggregate(signal(rows))


def density(signal: watch.Signal, requests: Sequence[np.ndarray]) -> dict[str, float]:
    """Share of tokens above 0 and share of requests with at least one such token."""
    active = [signal(rows) > 0 for rows in requests]
    return rounded(
        {"per_token": float(np.concatenate(active).mean()), "per_request": float(np.mean([a.any() for a in active]))}
    )


def strongest_tokens(
    signal: watch.Signal, model: TappedModel, texts: Sequence[str], requests: watch.Rows, most: int = 8
) -> dict[str, float]:
    """Word pieces on which the signal lives: their shares of its sum over `texts`."""
    total: dict[str, float] = {}
    for text, rows in zip(texts, requests):
        for token, value in zip(model.tokens(text), signal(rows)):
            total[token] = total.get(token, 0.0) + float(value)
    ranked = sorted(total.items(), key=lambda item: (-item[1], item[0]))[:most]
    return rounded({token: value / sum(total.values()) for token, value in ranked})


def random_baseline(sae: files.Sae, judge: Judge, wanted: float) -> dict[str, Any]:
    """Median figures of the features whose token density on the evaluation negatives is closest to `wanted`."""
    tokens = np.concatenate([*judge.rows["hard"], *judge.rows["ordinary"]])
    densities = (sae.encode(tokens) > 0).mean(0)
    nearest = np.argsort(np.abs(densities - wanted), kind="stable")[1 : 4 * RANDOM_FEATURES]
    drawn = np.random.default_rng(SEED).choice(nearest, RANDOM_FEATURES, replace=False)
    found = [judge.figures(by_signal(watch.feature_signal(sae, [int(i)]), score_ema_max)) for i in drawn]
    keys = ("auroc", "auroc_against_hard", "auroc_against_ordinary", "tpr_at_1_percent_fpr")
    return rounded({key: float(np.median([f[key] for f in found])) for key in keys}) | {"features": RANDOM_FEATURES}


def evaluate(
    concept: str, sae: files.Sae, model: TappedModel, traffic: watch.Rows, training: list[str]
) -> tuple[dict[str, Any], watch.Probe]:
    """Everything the card says about one concept, and the difference-of-means probe."""
    base = concept.split(" ")[0]
    chosen = selection.texts(base, SEED)
    judged = evaluation.texts(concept, SEED)
    watched = check_texts(concept != base, chosen, judged, training)
    positive, hard, ordinary = (model.rows(t) for t in (chosen.positive, chosen.hard, chosen.ordinary))
    choice = watch.choose(sae, positive, hard, ordinary)
    signal = watch.feature_signal(sae, choice.features)
    judge = Judge(judged, model)
    means = watch.difference_of_means(positive, [*hard, *ordinary])
    logistic = watch.logistic_regression(positive, [*hard, *ordinary])
    scorer = by_signal(signal, score_ema_max)
    quiet = [signal(rows) for rows in traffic]
    threshold = watch.fires_above(quiet)
    quiet_scores = np.array([score_ema_max(values) for values in quiet])
    negatives = [*judge.rows["hard"], *judge.rows["ordinary"]]
    means_of_tokens = [float(signal(np.concatenate(rows)).mean()) for rows in (positive, hard, ordinary)]
    result = {
        "features": choice.features,
        "selection": rounded(
            {
                "auroc_as_features_were_added": choice.selection_auroc,
                "effect_of_each_feature": choice.effect,
                "share_of_activation_by_token": strongest_tokens(signal, model, chosen.positive, positive),
                "mean_token_value": dict(zip(("positive", "hard", "ordinary"), means_of_tokens)),
                "density_on_positives": density(signal, positive),
            }
        ),
        "watched_keywords": watched,
        "evaluation_texts": {
            name: {"texts": len(getattr(judged, name).texts), "frames": len(set(getattr(judged, name).frames))}
            for name in ("positive", "hard", "ordinary")
        },
        "sae_ema_max": judge.figures(scorer),
        "sae_max": judge.figures(by_signal(signal, score_max)),
        "single_features_ema_max": {
            str(i): judge.figures(by_signal(watch.feature_signal(sae, [i]), score_ema_max)) for i in choice.features
        },
        "difference_of_means": judge.figures(by_signal(means.signal, score_ema_max)),
        "logistic_regression": judge.figures(by_signal(logistic.signal, score_ema_max)),
        "keyword_rule": judge.figures(lambda text, rows: float(len(keywords.stems(text) & set(watched)))),
        "hand_made_keywords": judge.figures(lambda text, rows: float(keywords.hand_made_score(base, text))),
        "random_feature_of_equal_density": random_baseline(sae, judge, density(signal, negatives)["per_token"]),
        "density_on_evaluation": {name: density(signal, rows) for name, rows in judge.rows.items()},
        "fires_above": threshold,
        "fires_on_ordinary_demo_traffic": rounded(share_above(quiet_scores, threshold)),
        "at_fires_above": judge.at(scorer, threshold),
    }
    return result, means


def traffic_figures(card: dict[str, Any], sae: files.Sae, model: TappedModel, demo: Path) -> dict[str, Any]:
    """Quantiles and fire shares of both watched scores on the demo's own texts."""
    result: dict[str, Any] = {}
    for path in sorted((demo / "texts").glob("*.txt")):
        requests = model.rows(lines(path))
        result[path.stem] = {"texts": len(requests)}
        for concept in selection.CONCEPTS:
            signal = watch.feature_signal(sae, card["watched"][concept]["features"])
            scores = np.array([score_ema_max(signal(rows)) for rows in requests])
            result[path.stem][concept] = rounded(
                {
                    "fires": share_above(scores, card["watched"][concept]["fires_above"]),
                    "score_min": scores.min(),
                    "score_median": np.median(scores),
                    "score_max": scores.max(),
                    "token_max": max(score_max(signal(rows)) for rows in requests),
                }
            )
    return result


def cap(traffic: dict[str, Any]) -> float:
    """Halfway between the largest score of ordinary and phishing traffic and the smallest of the burst."""
    usual = max(traffic[name]["phishing"]["score_max"] for name in traffic if name != "burst")
    burst = traffic["burst"]["phishing"]["score_min"]
    if burst <= usual:
        raise SystemExit(f"no cap separates the burst ({burst}) from the other texts ({usual})")
    return round((usual + burst) / 2, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model-jar", type=Path, required=True, help="the jar with the ONNX model and its tokenizer")
    parser.add_argument("--scratch", type=Path, required=True, help="folder outside the repository")
    parser.add_argument("--demo", type=Path, required=True, help="folder with sae/ and texts/")
    args = parser.parse_args()
    sae = files.load(args.demo / "sae")
    training = json.loads((args.demo / "sae" / "training.json").read_text(encoding="utf-8"))
    model = TappedModel(args.model_jar, args.scratch / "work", training["layer"])
    card: dict[str, Any] = {"training": training, "watched": {}}
    traffic = model.rows(lines(args.demo / "texts" / "ordinary.txt"))
    training_texts, _ = corpus_train.generate(WRITTEN_DRAWS, SEED)
    for concept in (*selection.CONCEPTS, "golden-gate-bridge (named)"):
        card["watched"][concept], probe = evaluate(concept, sae, model, traffic, training_texts)
        if concept == "phishing":
            metadata = {"kind": "linear", "method": "difference of means", "hook_name": hook_name(model.layer)}
            tensors = {"weight": probe.weight, "bias": np.array([probe.bias], np.float32)}
            save_file(tensors, str(args.demo / "phishing.safetensors"), metadata)
        print(concept, json.dumps(card["watched"][concept]["sae_ema_max"]), flush=True)
    card["demo_texts"] = traffic_figures(card, sae, model, args.demo)
    card["watched"]["phishing"]["cap_above"] = cap(card["demo_texts"])
    watched = [i for concept in selection.CONCEPTS for i in card["watched"][concept]["features"]]
    (args.demo / "sae" / "golden.json").write_text(json.dumps(golden(sae, model, watched), indent=1) + "\n")
    (args.demo / "sae" / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    (args.demo / "sae" / "README.md").write_text(render(card), encoding="utf-8")


if __name__ == "__main__":
    main()
