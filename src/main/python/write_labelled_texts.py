"""Writes the labelled texts of a concept, one a line: those to choose a feature on and those to measure it on.

The selection texts are a generator apart from the evaluation texts, and share no watched keyword with their positives; see
`resources/demo/sae/README.md`. Needs nothing but Python.

Example:

    python write_labelled_texts.py --concept phishing --out texts
"""
from __future__ import annotations

import argparse
import re
from pathlib import Path

from seismo_sae import evaluation, keywords, selection

SEED = 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--concept", required=True, choices=selection.CONCEPTS)
    parser.add_argument("--out", required=True, type=Path)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    chosen = selection.texts(given.concept, SEED)
    judged = evaluation.texts(given.concept, SEED)
    for name in ("positive", "hard", "ordinary"):
        write(given.out / f"choose-{name}.txt", getattr(chosen, name))
        write(given.out / f"measure-{name}.txt", getattr(judged, name).texts)
    patterns = keywords.HAND_MADE[given.concept].split("|")
    write(given.out / "keywords.txt", [word for pattern in patterns for word in words(pattern)])


def words(pattern: str) -> list[str]:
    """The hand-made pattern as words, with `*` where any ending will do: `log-?in` is `log-in*` and `login*`."""
    bare = pattern.replace(r"\b", "")
    ending = "" if pattern.endswith(r"\b") else "*"
    both = [bare.replace("?", ""), re.sub(r".\?", "", bare)]
    return [word + ending for word in dict.fromkeys(both)]


def write(file: Path, lines: list[str]) -> None:
    file.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    print(f"{file}: {len(lines)} lines")


if __name__ == "__main__":
    main()
