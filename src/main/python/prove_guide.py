"""Follows a guide as its reader would, on this machine: pastes its blocks into a shell, and fails where one does not see what
it says. Needs `./seismo` (built at its first start) and a Python with what the guide installs.

    pip install torch transformers safetensors ./src/main/python/seismo_capture
    python src/main/python/prove_guide.py src/site/markdown/first-alert.md
"""
from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from seismo_proof import guide  # noqa: E402

ROOT = Path(__file__).resolve().parents[3]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("guide", type=Path, nargs="?", default=ROOT / "src/site/markdown/first-alert.md")
    parser.add_argument("--seconds", type=float, default=300, help="how long a block may take (default 300)")
    args = parser.parse_args()
    # A broker and roles run below: whoever ends this ends them.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        try:
            guide.run(args.guide.read_text(encoding="utf-8"), Path(folder), ROOT, args.seconds, lambda line: print(line, flush=True))
        except guide.Broken as broken:
            raise SystemExit(f"{args.guide.name}: {broken}") from None
    print(f"{args.guide.name}: all of it happened, in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
