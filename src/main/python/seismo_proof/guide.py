"""Runs what a guide tells its reader to paste, and looks for what it says one will see.

A guide is Markdown. Its `sh` blocks are pasted, in order, into one shell; the `text` blocks that follow one say what appears
then. The lines of each must appear in order (what runs in the background speaks when it likes, so it has a block of its own), and
as they stand, but for three things that differ from run to run: any number stands for any number (0 only for itself), `…` for
anything, and a run of spaces for another. A block behind a comment `<!-- not run: REASON -->` is left out.
"""
from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Dict, List, Optional

_FENCE = re.compile(r"^(?:<!-- not run: (?P<why>[^\n]+) -->\n)?```(?P<kind>[a-z]*)\n(?P<body>.*?)^```$", re.M | re.S)
_PORT = re.compile(r"(?<=[:\s=])(9092|8484)\b")


@dataclass(frozen=True)
class Step:
    """One block to paste, and the blocks of lines that one sees."""

    commands: str
    sees: List[List[str]]
    not_run: str = ""


class Broken(Exception):
    """The guide promises what does not happen."""


def steps(markdown: str) -> List[Step]:
    """The blocks of a guide; Broken for what is neither `sh` nor what one sees after it."""
    found: List[Step] = []
    for fence in _FENCE.finditer(markdown):
        if fence["kind"] == "sh":
            found.append(Step(fence["body"], [], fence["why"] or ""))
        elif fence["kind"] == "text" and found:
            found[-1].sees.append([line for line in fence["body"].splitlines() if line.strip()])
        else:
            raise Broken(f"a block of kind {fence['kind']!r} is neither pasted nor seen: {fence['body'][:60]!r}")
    return found


def pattern(line: str) -> "re.Pattern[str]":
    """What a line of a guide stands for."""
    text, parts = line.strip(), []
    for part in re.split(r"(…|[ \t]+|\d+(?:[.,]\d+)*)", text):
        if part == "…":
            parts.append(".*")
        elif part.strip() == "" and part:
            parts.append(r"\s+")
        elif re.fullmatch(r"\d+(?:[.,]\d+)*", part) and part != "0":
            parts.append(r"\d+(?:[.,]\d+)*")
        else:
            parts.append(re.escape(part))
    # Whole words: "unequal" is not what "equal" promises.
    before, after = r"(?<!\w)" if text[0].isalnum() else "", r"(?!\w)" if text[-1].isalnum() else ""
    return re.compile(before + "".join(parts) + after)


def missing(sees: List[str], output: List[str]) -> Optional[str]:
    """The first line that does not appear behind the one before it."""
    at = 0
    for line in sees:
        wanted = pattern(line)
        while at < len(output) and not wanted.search(output[at]):
            at += 1
        if at == len(output):
            return line
        at += 1
    return None


def with_free_ports(text: str) -> str:
    """Another broker may run here: the ports of the guide become free ones."""
    chosen: Dict[str, str] = {}
    with ExitStack() as held:
        for port in sorted(set(_PORT.findall(text))):
            probe = held.enter_context(socket.socket())
            probe.bind(("127.0.0.1", 0))
            chosen[port] = str(probe.getsockname()[1])
    return _PORT.sub(lambda found: chosen[found[1]], text)


class Shell:
    """One shell that takes a block after the other, and what it and its background jobs say."""

    def __init__(self, folder: Path, home: Path) -> None:
        self._home, self.lines = home, []
        self._done: List[int] = []
        environment = {**os.environ, "TMPDIR": str(folder), "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        self._process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"], cwd=home, env=environment, start_new_session=True, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self._mark = f"--- pasted {os.urandom(8).hex()} "
        self._folder, self._count = folder, 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(self._mark):
                self._done.append(int(line[len(self._mark):]))
            else:
                self.lines.append(line.rstrip("\n"))

    def paste(self, commands: str) -> None:
        assert self._process.stdin is not None
        self._count += 1
        block = self._folder / f"block-{self._count}.sh"
        block.write_text(commands)
        self._process.stdin.write(f"source '{block}' </dev/null\nprintf '\\n%s%s\\n' '{self._mark}' $?\n")
        self._process.stdin.flush()

    def status(self) -> Optional[int]:
        """What the block that was pasted last came to; None while it runs."""
        if len(self._done) < self._count:
            if self._process.poll() is not None:
                raise Broken(f"the shell ended with {self._process.returncode}")
            return None
        return self._done[-1]

    def close(self) -> None:
        """Ends the shell and whatever it left running."""
        for how in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, how)
            except ProcessLookupError:
                break
            self._reader.join(30)
        self._process.wait(10)


def run(markdown: str, folder: Path, home: Path, seconds: float = 300, say: Callable[[str], None] = print) -> None:
    """Pastes every block; Broken where one fails, or where what it should show does not come within `seconds`."""
    shell = Shell(folder, home)
    try:
        for number, step in enumerate(steps(with_free_ports(markdown)), 1):
            first = step.commands.splitlines()[0]
            if step.not_run:
                say(f"{number}. left out ({step.not_run}): {first}")
                continue
            started, seen = time.monotonic(), len(shell.lines)
            shell.paste(step.commands)
            _await(shell, step, seen, started + seconds)
            say(f"{number}. {time.monotonic() - started:5.1f} s  {first}")
    except Broken as broken:
        raise Broken(f"{broken}\n--- the last lines:\n" + "\n".join(shell.lines[-40:])) from None
    finally:
        shell.close()


def _await(shell: Shell, step: Step, seen: int, until: float) -> None:
    while True:
        status = shell.status()
        lacking = next(filter(None, (missing(block, shell.lines[seen:]) for block in step.sees)), None)
        if status is not None and status != 0:
            raise Broken(f"exit code {status} of a block:\n{step.commands}")
        if status == 0 and lacking is None:
            return
        if time.monotonic() > until:
            raise Broken(f"not there in time: {lacking or 'the end of the block'}\n--- after:\n{step.commands}")
        time.sleep(0.1)
