"""Proves the way from a decoder to a page, on this machine, in two minutes or so:

generation with a KV cache through the capture client; an SAE trained on the rows that came through it; a watched feature; a
breach and an alert; `seismo replay verify`. Fails loudly when anything on the way is not as it should be.

    pip install torch transformers safetensors grpcio-tools ./src/main/python/seismo_capture
    python src/main/python/prove_decoder.py --models ~/.cache/seismo --report report.json
"""
from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, Dict, List, Tuple

import numpy as np
import torch
from safetensors.torch import save_file

sys.path.insert(0, str(Path(__file__).resolve().parent))

from seismo_capture import CaptureClient, Options, Source, connect  # noqa: E402
from seismo_capture.hf import Request, attach  # noqa: E402
from seismo_proof import decoder as decoders  # noqa: E402
from seismo_proof.deployment import Process, await_ready, read, schema, seismo  # noqa: E402
from seismo_proof.small_sae import trained  # noqa: E402
from seismo_sae import files  # noqa: E402
from seismo_sae.bf16 import from_bf16_bits  # noqa: E402

HOOK = "blocks.3.resid_post"
NEW_TOKENS = 16

Taken = Dict[str, np.ndarray]


class Keeping:
    """A sink that keeps the rows of each request, to train on what came through the client."""

    def __init__(self, record: Any) -> None:
        self._record, self.rows = record, {}

    def partitions(self) -> int:
        return 1

    def send(self, partition: int, value: bytes, headers: Any, done: Any) -> None:
        frame = self._record.FromString(value).frame
        at = 0
        for segment in frame.segments:
            width = frame.tensors[0].shape[1] * 2 if segment.rows else 0
            own = frame.tensors[0].data[at * width:(at + segment.rows) * width] if segment.rows else b""
            self.rows.setdefault(segment.request_id, []).append(own)
            at += segment.rows
        done(None)

    def poll(self, seconds: float) -> None:
        pass

    def flush(self, seconds: float) -> int:
        return 0

    def close(self) -> None:
        pass

    def taken(self, d_in: int) -> Taken:
        """bf16 bits [rows, d_in] by request."""
        return {name: np.frombuffer(b"".join(parts), np.uint16).reshape(-1, d_in) for name, parts in self.rows.items()}


def generate(model: Any, prompts: List[List[int]], names: List[str]) -> None:
    """Continues prompts with sampled tokens, padded left, in one batch."""
    longest = max(map(len, prompts))
    ids = torch.tensor([[0] * (longest - len(p)) + p for p in prompts])
    mask = torch.tensor([[0] * (longest - len(p)) + [1] * len(p) for p in prompts])
    model.generate(ids, attention_mask=mask, max_new_tokens=NEW_TOKENS, do_sample=True, top_k=50, pad_token_id=0,
                   seismo_requests=[Request(name, account_key=f"account-{n % 7}") for n, name in enumerate(names)])


def batches(model: Any, prompts: List[List[int]], kind: str, count: int, size: int = 32) -> None:
    for batch in range(count):
        chosen = [prompts[n % len(prompts)] for n in range(size)]
        generate(model, chosen, [f"{kind}-{batch}-{n}" for n in range(size)])


def collected(decoder: decoders.Decoder, record: Any, counts: Tuple[int, int], seed: int) -> Taken:
    """Rows of so many batches of ordinary and of special requests."""
    torch.manual_seed(seed)
    sink = Keeping(record)
    with CaptureClient(sink, Source("collect", decoder.name, "1"), Options(policy="block")) as client:
        with attach(decoder.model, [HOOK], client) as tap:
            batches(decoder.model, decoder.ordinary, "ordinary", counts[0])
            batches(decoder.model, decoder.special, "special", counts[1])
    assert tap.errors == 0 and client.stats().rows_dropped == 0
    return sink.taken(decoder.model.config.hidden_size)


def scores(sae: files.Sae, taken: Taken, features: Any = slice(None)) -> Dict[str, np.ndarray]:
    """ema(0.5).max of each feature over each request, without its first row: what Seismo computes, in numpy."""
    out = {}
    for name, bits in taken.items():
        signal = sae.encode(from_bf16_bits(bits[1:]), features)
        ema, best = np.zeros(signal.shape[1], np.float32), np.full(signal.shape[1], 0, np.float32)
        for row in signal:
            ema = np.float32(0.5) * row + np.float32(0.5) * ema
            best = np.maximum(best, ema)
        out[name] = best
    return out


def choose(sae: files.Sae, taken: Taken) -> Tuple[int, float, float]:
    """The feature whose scores of special requests lie highest above those of ordinary ones; its cap; its AUROC."""
    found = scores(sae, taken)
    special = np.stack([s for name, s in found.items() if name.startswith("special")])
    ordinary = np.stack([s for name, s in found.items() if name.startswith("ordinary")])
    above = np.median(special, 0) / np.maximum(ordinary.max(0), 1e-3 * special.max())
    feature = int(np.argmax(above))
    cap = float(np.sqrt(max(ordinary[:, feature].max(), 0.25 * np.median(special[:, feature])) * np.median(special[:, feature])))
    wins = (special[:, feature][:, None] > ordinary[:, feature]).mean() + (special[:, feature][:, None] == ordinary[:, feature]).mean() / 2
    return feature, cap, float(wins)


def spec(folder: Path, decoder: decoders.Decoder, feature: int, cap: float) -> Path:
    text = f"""\
seismo: 1
deployment: proof
model: {{ name: "{decoder.name}", revision: "1" }}
taps:
  mid: {{ hook: {HOOK}, d_in: {decoder.model.config.hidden_size}, dtype: bf16, skip: [special, padding, first] }}
encoders:
  found: {{ sae: "{folder / 'sae'}", tap: mid, full: every request }}
watch:
  special: {{ read: found/{feature}, aggregate: ema(0.5).max, fires_above: {cap:.6f}, severity: page, team: safety, label_from: contrast }}
detectors:
  never: {{ watch: [special], method: cap, above: {cap:.6f}, set_by: "prove_decoder.py" }}
  blind: {{ source: coverage, method: floor, below: 98%, false_pages_per_week: 0.1 }}
alerts:
  Special: {{ from: [never], keep_firing_for: 1m }}
  MonitorBlind: {{ from: [blind], for: 5m, severity: page, team: platform }}
receivers:
  log: {{ log: text }}
time: {{ pane: 5s, grace: 5s, lead: 5s }}
partitions: {{ activations: 2, watch: 2 }}
"""
    path = folder / "monitor.yaml"
    path.write_text(text)
    return path


class Live:
    """What a running deployment said, collected while it runs."""

    def __init__(self, bootstrap: str, pb: Any) -> None:
        self.breaches: Dict[str, float] = {}
        self.fired: List[Any] = []
        self._firing, self._stopped = threading.Event(), threading.Event()
        self._threads = [threading.Thread(target=self._watch, args=args, daemon=True) for args in (
            (bootstrap, "breaches", pb["score"].Breach, self._breach),
            (bootstrap, "alert-log", pb["alert"].AlertTransition, self._alert))]
        for thread in self._threads:
            thread.start()

    def _watch(self, bootstrap: str, topic: str, kind: Any, take: Any) -> None:
        for record in read(bootstrap, f"seismo.proof.{topic}", kind, 600, stopped=self._stopped.is_set):
            take(record)

    def _breach(self, breach: Any) -> None:
        self.breaches.setdefault(breach.request_id, time.time() - breach.timestamp_ms / 1000)

    def _alert(self, transition: Any) -> None:
        labels = {label.name: label.value for label in transition.core.labels}
        if transition.core.to == 3:
            self.fired.append((labels.get("alertname"), transition))
            self._firing.set()

    def stop(self) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join(10)

    def await_firing(self, seconds: float) -> None:
        if not self._firing.wait(seconds):
            raise SystemExit(f"no alert within {seconds:.0f} s of the special requests; breaches: {sorted(self.breaches)}")


def prove(folder: Path, decoder: decoders.Decoder, pb: Any) -> Dict[str, Any]:
    started = time.monotonic()
    taken = collected(decoder, pb["activation"].ActivationRecord, (3, 2), seed=1)
    rows = np.concatenate([bits[1:] for bits in taken.values()])
    print(f"{len(rows)} rows of {len(taken)} requests, {time.monotonic() - started:.0f} s", flush=True)
    sae, fidelity = trained(rows)
    feature, cap, auroc = choose(sae, taken)
    files.save(folder / "sae", sae, {"model_name": decoder.name, "hook_name": HOOK}, fidelity.fire_rate)
    print(f"SAE of {len(rows)} rows: FVU {fidelity.fvu:.3f}, L0 {fidelity.l0:.1f}; feature {feature}, AUROC {auroc:.3f}, cap {cap:.3f}; "
          f"{time.monotonic() - started:.0f} s", flush=True)
    monitor = str(spec(folder, decoder, feature, cap))
    broker = Process("broker", "--port", "0", "--dir", str(folder / "broker"), log=folder / "broker.log")
    try:
        result = live(folder, decoder, pb, (broker.said["bootstrap"], monitor, sae, feature, cap))
    finally:
        broker.stop()
    return {"model": decoder.name, "training_rows": len(rows), "fvu": round(fidelity.fvu, 3), "feature": feature,
            "auroc": round(auroc, 3), **result, "seconds": round(time.monotonic() - started, 1)}


def live(folder: Path, decoder: decoders.Decoder, pb: Any, given: Any) -> Dict[str, Any]:
    bootstrap, monitor, sae, feature, cap = given
    seismo("topics", "create", "--spec", monitor, "--bootstrap", bootstrap)
    roles = Process("run", "--spec", monitor, "--bootstrap", bootstrap, "--state-dir", str(folder / "state"),
                    "--http", "127.0.0.1:0", log=folder / "run.log")
    try:
        await_ready(roles.said["http"])
        await_tick(bootstrap, pb)
        print("the deployment runs", flush=True)
        watched = Live(bootstrap, pb)
        kept = Keeping(pb["activation"].ActivationRecord)
        torch.manual_seed(2)
        with connect(bootstrap, Source("decoder-0", decoder.name, "1", lanes=2), deployment="proof",
                     options=Options(heartbeat_seconds=1.0)) as client:
            also_keep(client, kept)
            with attach(decoder.model, [HOOK], client) as tap:
                batches(decoder.model, decoder.ordinary, "ordinary", 2)
                # Few at a time, so that breaches come in many frames and not in one.
                batches(decoder.model, decoder.special, "special", 16, size=2)
            assert tap.errors == 0
            client.flush()
            watched.await_firing(90)
        stats = client.stats()
        taken = {**kept.taken(decoder.model.config.hidden_size), **ingested(folder, decoder, bootstrap, monitor)}
        expected = scores(sae, taken, [feature])
        served = {score.request_id: score for score in read(
            bootstrap, "seismo.proof.request-scores", pb["score"].RequestScore, 30, idle=3)}
        watched.stop()
    finally:
        roles.stop()
    checked = check(watched, stats, expected, served, cap)
    verdict = json.loads(seismo("replay", "verify", "--bootstrap", bootstrap, "--json"))
    assert verdict["verify"] == "equal" and verdict["transitions"] > 0, verdict
    again = json.loads(seismo("replay", "verify", "--bootstrap", bootstrap, "--source", "activations", "--json"))
    assert again["verify"] == "equal", again
    return {**checked, "replay_panes": verdict["panes"], "verify": "equal", "verify_encoded_again": "equal"}


def ingested(folder: Path, decoder: decoders.Decoder, bootstrap: str, monitor: str) -> Taken:
    """Two prompts as transformers exports their hidden states, sent by `seismo ingest`, twice: the second time nothing goes."""
    exports = folder / "exports"
    exports.mkdir()
    longest = max(len(prompt) for prompt in decoder.ordinary[:2])
    ids = torch.tensor([prompt + [0] * (longest - len(prompt)) for prompt in decoder.ordinary[:2]])
    mask = (ids != 0).long()
    with torch.no_grad():
        states = torch.stack(decoder.model(ids, attention_mask=mask, output_hidden_states=True).hidden_states)
    path = exports / "prompts.safetensors"
    save_file({"hidden_states": states.contiguous(), "attention_mask": mask}, str(path))
    command = ("ingest", "safetensors", str(exports), "--from", "transformers", "--spec", monitor, "--bootstrap", bootstrap,
               "--ledger", str(folder / "ledger"), "--json")
    first, second = json.loads(seismo(*command)), json.loads(seismo(*command))
    assert (first["files_sent"], first["rows"], first["refused"]) == (1, int(mask.sum()), {}), first
    assert (second["files_sent"], second["files_known"], second["frames"]) == (0, 1, 0), second
    name = "ingest-" + hashlib.sha256(path.read_bytes()).hexdigest()[:24]
    rows = states[4].view(torch.int16).numpy().view(np.uint16)  # index 4 is the output of block 3
    return {f"{name}-{n}": rows[n][:int(mask[n].sum())] for n in range(2)}


def also_keep(client: CaptureClient, kept: Keeping) -> None:
    """Looks at what is sent, so that Seismo's scores can be computed beside it."""
    send = client._sink.send

    def both(partition: int, value: bytes, headers: Any, done: Any) -> None:
        send(partition, value, headers, done)
        kept.send(partition, value, headers, lambda failure: None)

    client._sink.send = both  # type: ignore[method-assign]


def await_tick(bootstrap: str, pb: Any) -> None:
    """Frames before the first tick would be refused as ahead."""
    for record in read(bootstrap, "seismo.proof.activations", pb["activation"].ActivationRecord, 60):
        if record.HasField("tick"):
            return
    raise SystemExit("no tick within a minute")


def check(watched: Live, stats: Any, expected: Dict[str, np.ndarray], served: Dict[str, Any], cap: float) -> Dict[str, Any]:
    """Every request scored once, with the score of numpy; breaches are those above the cap, and all special."""
    assert stats.rows_dropped == 0 and stats.errors == 0, stats
    assert set(served) == set(expected), f"{len(served)} of {len(expected)} requests were scored"
    rows = sum(score.rows for score in served.values())
    captured = sum(score.rows for name, score in served.items() if not name.startswith("ingest-"))
    assert captured == stats.rows_served and rows == sum(score.rows_expected for score in served.values()), (rows, stats)
    off = max(abs(float(score.scores[0].score) - float(expected[name][0])) for name, score in served.items())
    assert off <= 1e-4 * cap + 1e-5, f"a score is off by {off}"
    above = {name for name, score in expected.items() if score[0] > cap}
    assert set(watched.breaches) == above, (sorted(watched.breaches), sorted(above))
    names = {name for name, _ in watched.fired}
    assert names == {"Special"}, names
    special = sum(name.startswith("special") for name in above)
    # The cap was set on other requests; a handful of ordinary ones may cross it, most of what crosses is special.
    assert special and special >= 0.9 * len(above), sorted(above)
    latency = np.array(sorted(watched.breaches.values())) * 1000
    return {"requests": len(served), "rows": rows, "breaches": len(above), "breaches_special": special,
            "worst_score_difference": off, "capture_to_breach_ms": {
                "p50": round(float(np.percentile(latency, 50))), "p99": round(float(np.percentile(latency, 99))),
                "max": round(float(latency[-1]))}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=Path.home() / ".cache" / "seismo", help="where the download is kept")
    parser.add_argument("--fallback", action="store_true", help="random weights, without a download")
    parser.add_argument("--report", type=Path, help="where to write the figures as JSON")
    args = parser.parse_args()
    decoder = decoders.fallback() if args.fallback else decoders.load(args.models)
    print(f"decoder: {decoder.name}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        try:
            report = prove(Path(folder), decoder, schema())
        except BaseException:
            for log in sorted(Path(folder).glob("*.log")):
                print(f"--- {log.name}\n{log.read_text()[-1500:]}", file=sys.stderr)
            raise
    print(json.dumps(report))
    if args.report:
        args.report.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
