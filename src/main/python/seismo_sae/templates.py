"""A small text grammar: `{a|b|c}` picks one alternative (may nest), `<name>` inserts an expanded word list entry."""
from __future__ import annotations

import random
import re
from typing import Mapping, Sequence

_INNERMOST = re.compile(r"\{([^{}]*)\}")
_SLOT = re.compile(r"<([a-z_]+)>")


def expand(template: str, slots: Mapping[str, Sequence[str]], rng: random.Random) -> str:
    """One text of the template; the first letter is made upper case."""
    text = template
    while True:
        slot = _SLOT.search(text)
        if slot:
            text = text[: slot.start()] + rng.choice(slots[slot.group(1)]) + text[slot.end() :]
            continue
        choice = _INNERMOST.search(text)
        if not choice:
            break
        text = text[: choice.start()] + rng.choice(choice.group(1).split("|")) + text[choice.end() :]
    text = re.sub(r"\s+([.,;:?!])", r"\1", re.sub(r"\s+", " ", text).strip())
    return text[:1].upper() + text[1:]


def variants(
    template: str, count: int, slots: Mapping[str, Sequence[str]], rng: random.Random, tries: int = 60
) -> list[str]:
    """Up to `count` distinct texts of one template."""
    found: dict[str, None] = {}
    for _ in range(tries):
        if len(found) == count:
            break
        found.setdefault(expand(template, slots, rng))
    return list(found)
