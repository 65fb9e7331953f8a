"""Processes of Seismo on this machine: a broker, its topics, all roles. Bounded, and stopped with the block."""
from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any, Callable, Iterator, List, Optional

ROOT = Path(__file__).resolve().parents[4]
LAUNCHER = os.environ.get("SEISMO", str(ROOT / "seismo"))


def schema() -> Any:
    """The generated classes of schemas/, as one namespace by module."""
    from grpc_tools import protoc

    out = tempfile.mkdtemp()
    names = ["activation", "feature", "score", "alert"]
    if protoc.main(["protoc", f"-I{ROOT / 'schemas'}", f"--python_out={out}", *(f"{name}.proto" for name in names)]):
        raise SystemExit("schemas/ does not compile")
    sys.path.insert(0, out)
    import importlib

    return {name: importlib.import_module(f"{name}_pb2") for name in names}


def seismo(*arguments: str, timeout: float = 240) -> str:
    """Runs a command to its end and gives what it said."""
    done = subprocess.run([LAUNCHER, *arguments], capture_output=True, text=True, timeout=timeout, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"seismo {' '.join(arguments)} gave {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


class Process:
    """A command that runs until it is stopped, and says in one line of JSON when it serves."""

    def __init__(self, *arguments: str, log: Path, timeout: float = 240) -> None:
        self._log = log.open("w")
        self._process = subprocess.Popen(
            [LAUNCHER, *arguments, "--json"], stdout=subprocess.PIPE, stderr=self._log, text=True, cwd=ROOT)
        assert self._process.stdout is not None
        ready = select.select([self._process.stdout], [], [], timeout)[0]
        line = self._process.stdout.readline() if ready else ""
        if not line:
            self.stop()
            raise SystemExit(f"seismo {arguments[0]} did not start:\n{log.read_text()[-2000:]}")
        self.said = json.loads(line)

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._log.close()


def await_ready(url: str, timeout: float = 120) -> None:
    """Waits until every role processes."""
    until = time.monotonic() + timeout
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            pass
        time.sleep(0.25)
    raise SystemExit("the roles did not become ready")


def read(bootstrap: str, topic: str, kind: Any, seconds: float, idle: Optional[float] = None,
         stopped: Callable[[], bool] = lambda: False) -> Iterator[Any]:
    """Committed records of a topic from its beginning, as they come: for so long at most, until none came for `idle` seconds,
    or until `stopped`."""
    from confluent_kafka import Consumer, TopicPartition

    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "proof", "enable.auto.commit": False,
                         "isolation.level": "read_committed", "fetch.wait.max.ms": 20})
    partitions: List[int] = list(consumer.list_topics(topic, timeout=15).topics[topic].partitions)
    consumer.assign([TopicPartition(topic, partition, 0) for partition in partitions])
    until = last = time.monotonic()
    until += seconds
    try:
        while time.monotonic() < until and not stopped() and (idle is None or time.monotonic() < last + idle):
            message = consumer.poll(0.2)
            if message is not None and message.error() is None and message.value() is not None:
                last = time.monotonic()
                yield kind.FromString(message.value())
    finally:
        consumer.close()
