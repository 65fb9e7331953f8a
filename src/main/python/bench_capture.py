"""What capture costs: `generate` with and without it, sparse frames against dense ones, and the client against bare
confluent-kafka on the same broker. Whatever is compared runs in turns, and every turn begins with another one.

    python src/main/python/bench_capture.py --bootstrap HOST:PORT      a broker such as `./seismo broker`; topics are made
    python src/main/python/bench_capture.py                            generate only, into a sink that forgets

A line of JSON each: medians, and of ratios the median, smallest and largest of the turns. From `generate` to a breach record
is measured by prove_decoder.py.
"""
from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
# Threads of OpenMP that spin while they wait slow each other down on a machine that is busy, and speed up when there are more.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from seismo_capture import Bits, CaptureClient, EncodedRows, KafkaSink, Options, Rows, Source  # noqa: E402
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


def ratio(values: List[float], base: List[float]) -> List[float]:
    """Median, smallest and largest over the turns."""
    found = [value / other for value, other in zip(values, base)]
    return [round(number, 3) for number in (median(found), min(found), max(found))]


def turns(names: Sequence[str], run: int) -> List[str]:
    """The names, beginning with another one each time, forwards and backwards."""
    at = run % len(names)
    return [*names[at:], *names[:at]][::1 if run // len(names) % 2 == 0 else -1]


def sparse_encoder(d_in: int, fired: int) -> Any:
    """A topk SAE of 8 d random features, of which as many fire on every row."""
    from seismo_capture.sae import Sae, SaeEncoder

    W = np.random.default_rng(0).normal(size=(d_in, 8 * d_in)).astype(np.float32)
    return SaeEncoder(Sae("bench", W, np.zeros(8 * d_in, np.float32), "none", "topk", None, fired, "0" * 64, "", ""))


def generation(runs: int, tokens: int, threads: int) -> Dict[str, Any]:
    """Tokens/s of a Llama of stories15M's shape, 16 sequences, and bytes of a frame's rows."""
    import torch
    from seismo_capture.hf import attach
    from seismo_proof import decoder as decoders

    torch.set_num_threads(threads)
    model = decoders.fallback().model
    model.generation_config.eos_token_id = None
    ids = torch.tensor([[1, *range(100, 115)]] * 16)
    layers = [f"blocks.{n}.resid_post" for n in range(6)]
    encoder = sparse_encoder(model.config.hidden_size, 32)
    kinds: Dict[str, Any] = {"without": None, "one layer": (layers[3:4], None), "all layers": (layers, None),
                             "one layer, sparse": (layers[3:4], encoder)}
    rates: Dict[str, List[float]] = {name: [] for name in kinds}
    sent: Dict[str, int] = {}
    for run in range(runs + 1):
        for name in turns(list(kinds), run):
            client = CaptureClient(Forgets(), Source("bench", "m", "1"), Options(policy="block"))
            tap = attach(model, kinds[name][0], client, encode=kinds[name][1]) if kinds[name] else None
            started = time.perf_counter()
            model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=tokens, do_sample=False, pad_token_id=0)
            client.flush()
            if run:  # the first warms up
                rates[name].append(16 * tokens / (time.perf_counter() - started))
            if tap is not None:
                assert tap.errors == 0 and client.stats().errors == 0
                tap.detach()
            sent[name] = client.stats().bytes_sent
            client.close()
    found: Dict[str, Any] = {"threads of torch": threads}
    found.update({f"generate, {name}: tokens/s": round(median(values), 1) for name, values in rates.items()})
    for name in list(kinds)[1:]:
        found[f"{name} / without"] = ratio(rates[name], rates["without"])
        found[f"{name}: bytes sent"] = sent[name]
    return found


def sizes() -> Dict[str, Any]:
    """How many times smaller sparse frames are than dense ones in bf16, by d and features that fire: records of 512 rows."""
    found = {}
    for d_in in (384, 2_304, 4_096, 8_192):
        dense = record_bytes(Bits(np.zeros((512, d_in), np.uint16)))
        for fired in (32, 50, 100):
            indices = np.tile(np.arange(fired, dtype=np.uint32), 512)
            rows = EncodedRows("0" * 64, "activation", 16_384, np.full(512, fired), indices, np.ones(512 * fired), np.ones(512))
            found[f"d {d_in}, L0 {fired}"] = round(dense / record_bytes(rows), 1)
    return {"dense / sparse": found}


def record_bytes(rows: Any) -> int:
    client = CaptureClient(Forgets(), Source("bench", "m", "1"), Options(policy="block"))
    client.capture({"blocks.12.resid_post": rows}, [Rows("r", 512)])
    client.flush()
    client.close()
    return client.stats().bytes_sent


def transport(bootstrap: str, frames: int, runs: int) -> Dict[str, Any]:
    """Frames of 100 rows of 4,096 in bf16, through the client and through bare produce of as many bytes."""
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": bootstrap})
    if TOPIC not in admin.list_topics(timeout=15).topics:
        admin.create_topics([NewTopic(TOPIC, 1, 1, config={"max.message.bytes": str(2 << 20)})])[TOPIC].result(30)
        time.sleep(1.0)
    bits = Bits(np.random.default_rng(0).integers(0, 2**14, (ROWS, D_IN), dtype=np.uint16))
    properties = settings(bootstrap, 64 << 20, {})
    payload = bits.array.tobytes()
    rates: Dict[str, List[float]] = {"bare": [], "client": []}
    ways = {"bare": lambda: bare(properties, payload, frames), "client": lambda: through_client(properties, bits, frames)}
    for run in range(runs + 1):
        for name in turns(list(ways), run):
            seconds = ways[name]()
            if run:
                rates[name].append(frames / seconds)
    megabytes = len(payload) / 1e6
    return {"bare confluent-kafka: frames/s": round(median(rates["bare"]), 1), "client: frames/s": round(median(rates["client"]), 1),
            "bare confluent-kafka: MB/s": round(megabytes * median(rates["bare"]), 1),
            "client: MB/s": round(megabytes * median(rates["client"]), 1), "client / bare": ratio(rates["client"], rates["bare"])}


def bare(properties: Dict[str, Any], payload: bytes, frames: int) -> float:
    """Seconds for as many records of as many bytes, with the client's own settings."""
    from confluent_kafka import Producer

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
    assert producer.flush(60) == 0
    return time.perf_counter() - started


def through_client(properties: Dict[str, Any], bits: Bits, frames: int) -> float:
    client = CaptureClient(KafkaSink(TOPIC, properties), Source("bench", "m", "1"), Options(policy="block"))
    started = time.perf_counter()
    for n in range(frames):
        client.capture({"blocks.12.resid_post": bits}, [Rows(f"r{n}", ROWS)])
    assert client.flush(60)
    seconds = time.perf_counter() - started
    client.close()
    assert client.stats().frames_acknowledged == frames
    return seconds


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


def machine() -> Dict[str, Any]:
    """Where it runs, and how busy that is: before and after."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        model = next((line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")), model)
    return {"machine": model, "cores": os.cpu_count(), "load": [round(load, 1) for load in os.getloadavg()],
            "python": platform.python_version()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap")
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--runs", type=int, default=8)
    parser.add_argument("--threads", type=int, default=1, help="of torch, so that the client's thread has a core")
    parser.add_argument("--tokens", type=int, default=32, help="new tokens a sequence")
    args = parser.parse_args()
    parts = [machine, lambda: call(2_000), sizes, lambda: generation(args.runs, args.tokens, args.threads)]
    if args.bootstrap:
        parts.append(lambda: transport(args.bootstrap, args.frames, args.runs))
    for part in (*parts, machine):
        print(json.dumps(part()), flush=True)


if __name__ == "__main__":
    main()
