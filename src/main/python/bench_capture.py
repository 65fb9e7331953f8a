"""What capture costs: `generate` with and without it, and the client against bare confluent-kafka on the same broker, in turns.

    python src/main/python/bench_capture.py --bootstrap HOST:PORT      a broker such as `./seismo broker`; topics are made
    python src/main/python/bench_capture.py                            generate only, into a sink that forgets
"""
from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from seismo_capture import Bits, CaptureClient, KafkaSink, Options, Rows, Source  # noqa: E402
from seismo_capture.sink import settings  # noqa: E402

D_IN, ROWS = 4_096, 100
TOPIC = "seismo.bench.activations"


class Forgets:
    """A sink that takes everything at once."""

    def partitions(self) -> int:
        return 1

    def send(self, partition: int, value: bytes, headers: Any, done: Callable[[Optional[str]], None]) -> None:
        done(None)

    def poll(self, seconds: float) -> None:
        pass

    def flush(self, seconds: float) -> int:
        return 0

    def close(self) -> None:
        pass


def median(values: List[float]) -> float:
    return float(np.median(values))


def generation(runs: int) -> Dict[str, float]:
    """Tokens/s of a Llama of stories15M's shape, median over runs taken in turns."""
    import torch
    from seismo_capture.hf import attach
    from seismo_proof import decoder as decoders

    model = decoders.fallback().model
    model.generation_config.eos_token_id = None
    ids = torch.tensor([[1, *range(100, 115)]] * 16)
    kinds: Dict[str, List[str]] = {
        "without": [], "one layer": ["blocks.3.resid_post"], "all layers": [f"blocks.{n}.resid_post" for n in range(6)]}
    rates: Dict[str, List[float]] = {name: [] for name in kinds}
    for run in range(runs + 1):
        for name, points in kinds.items():
            client = CaptureClient(Forgets(), Source("bench", "m", "1"), Options(policy="block"))
            tap = attach(model, points, client) if points else None
            started = time.perf_counter()
            model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=32, do_sample=False, pad_token_id=0)
            client.flush()
            if run:  # the first warms up
                rates[name].append(16 * 32 / (time.perf_counter() - started))
            if tap is not None:
                tap.detach()
            client.close()
    return {f"generate, {name}: tokens/s": round(median(values), 1) for name, values in rates.items()}


def transport(bootstrap: str, frames: int, runs: int) -> Dict[str, float]:
    """MB/s of frames of 100 rows of 4,096 in bf16, through the client and through bare produce of as many bytes."""
    from confluent_kafka import Producer
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": bootstrap})
    if TOPIC not in admin.list_topics(timeout=15).topics:
        admin.create_topics([NewTopic(TOPIC, 1, 1, config={"max.message.bytes": str(2 << 20)})])[TOPIC].result(30)
        time.sleep(1.0)
    bits = Bits(np.random.default_rng(0).integers(0, 2**14, (ROWS, D_IN), dtype=np.uint16))
    properties = settings(bootstrap, 64 << 20, {})
    payload = bits.array.tobytes()
    bare, client_rates = [], []
    for run in range(runs + 1):
        producer = Producer(dict(properties))
        producer.list_topics(TOPIC, timeout=15)
        started = time.perf_counter()
        for _ in range(frames):
            while True:
                try:
                    producer.produce(TOPIC, value=payload, partition=0)
                    break
                except BufferError:
                    producer.poll(0.05)
            producer.poll(0)
        producer.flush(60)
        bare.append(frames * len(payload) / 1e6 / (time.perf_counter() - started))
        del producer
        client = CaptureClient(KafkaSink(TOPIC, properties), Source("bench", "m", "1"), Options(policy="block"))
        started = time.perf_counter()
        for n in range(frames):
            client.capture({"blocks.12.resid_post": bits}, [Rows(f"r{n}", ROWS)])
        client.flush(60)
        client_rates.append(frames * len(payload) / 1e6 / (time.perf_counter() - started))
        client.close()
    return {"bare confluent-kafka: MB/s": round(median(bare[1:]), 1), "client: MB/s": round(median(client_rates[1:]), 1),
            "client: frames/s": round(median(client_rates[1:]) * 1e6 / len(payload), 1),
            "client / bare": round(median([c / b for c, b in zip(client_rates[1:], bare[1:])]), 2)}


def call(times: int) -> Dict[str, float]:
    """What one call of `capture` keeps the caller, for 16 rows of 4,096 in bf16."""
    bits = Bits(np.zeros((16, D_IN), np.uint16))
    client = CaptureClient(Forgets(), Source("bench", "m", "1"))
    took = []
    for n in range(times):
        started = time.perf_counter()
        client.capture({"h": bits}, [Rows(f"r{n % 100}", 1) for _ in range(16)])
        took.append(1e6 * (time.perf_counter() - started))
    client.close()
    return {"capture of 16 rows, 128 KiB: p50 us": round(float(np.percentile(took, 50)), 1),
            "p99 us": round(float(np.percentile(took, 99)), 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap")
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    for part in (lambda: call(2_000), lambda: transport(args.bootstrap, args.frames, args.runs) if args.bootstrap else {},
                 lambda: generation(args.runs)):
        print(json.dumps(part()), flush=True)


if __name__ == "__main__":
    main()
