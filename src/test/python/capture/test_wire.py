"""Records against the generated classes, byte for byte, and against a checksum that is written out."""
from __future__ import annotations

import random

import numpy as np
import pytest
from seismo_capture import Bits, Outcome, Phase, Role, Rows, frames, stage, wire
from seismo_capture.frames import Batch, Limits, Piece

HEAD = (("replica-0/1", 1_790_000_000_000, 7), 1_790_000_000_123, ("model", "rev"), "tool 1")


def crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 & -(crc & 1))
    return crc ^ 0xFFFFFFFF


def segment(pb, rows: Rows):
    made = pb.Segment(
        request_id=rows.request_id, start_position=rows.start or 0, rows=rows.rows, role=int(rows.role),
        phase=int(rows.phase), cached_prefix=rows.cached_prefix, session_key=rows.session_key,
        account_key=rows.account_key, tenant_key=rows.tenant_key,
        attributes=[pb.Attribute(key=k, value=v) for k, v in sorted(rows.attributes.items())],
        row_kinds=bytes(rows.kinds), token_ids=list(rows.token_ids), token_text=list(rows.token_text))
    if rows.outcome is not None:
        made.end.CopyFrom(pb.End(rows_expected=rows.rows_expected or 0, outcome=int(rows.outcome)))
    return made


def some_rows(rng: random.Random, number: int) -> Rows:
    count = rng.choice([0, 1, 2, 200])
    return Rows(
        f"r{number}ü", count, rng.choice([0, 1, 127, 128, 300, 2**20]), Role(rng.randrange(5)), Phase(rng.randrange(3)),
        rng.choice([0, 5]), rng.choice(["", "s"]), "a" * rng.randrange(128), "", {"k": "", "ä": "v"} if number % 2 else {},
        rng.choice([None, *Outcome]), rng.choice([None, 0, 1, 3000]), bytes(rng.randrange(3) for _ in range(count)),
        [rng.randrange(2**32) for _ in range(count)], rng.choice([(), tuple("x" * (n % 3) for n in range(count))]))


@pytest.mark.parametrize("seed", range(20))
def test_should_write_what_the_generated_classes_write(pb, seed):
    rng = random.Random(seed)
    pieces, at = [], 0
    for number in range(rng.randrange(1, 6)):
        pieces.append(Piece(some_rows(rng, number), at))
        at += pieces[-1].rows.rows
    bits = np.random.default_rng(seed).integers(0, 2**16, (at, 8), dtype=np.uint16)
    wide = np.random.default_rng(seed).normal(size=(at, 3)).astype(np.float32)
    batch = Batch([("blocks.3.resid_post", stage(Bits(bits))), ("x", stage(wide))], pieces, 0)

    value = frames.frame(batch, pieces, wire.frame_head(*HEAD))

    tensors = [pb.Tensor(hook="blocks.3.resid_post", dtype=1, shape=[at, 8], data=bits.tobytes(), crc32c=crc32c(bits.tobytes())),
               pb.Tensor(hook="x", dtype=3, shape=[at, 3], data=wide.tobytes(), crc32c=crc32c(wide.tobytes()))]
    expected = pb.ActivationRecord(schema_version=1, frame=pb.Frame(
        source_id="replica-0/1", source_epoch=1_790_000_000_000, source_seq=7, timestamp_ms=1_790_000_000_123,
        model="model", revision="rev", capture_tool="tool 1", tensors=tensors if at else [],
        segments=[segment(pb, piece.rows) for piece in pieces]))
    assert value == expected.SerializeToString(deterministic=True)


def test_should_write_heartbeats_as_the_generated_classes_do(pb):
    for counters in ((0, 0, 0), (1, 2, 3), (2**40, 0, 2**62)):
        expected = pb.ActivationRecord(schema_version=1, heartbeat=pb.Heartbeat(
            source_id="s/0", source_epoch=9, timestamp_ms=8, frames_sent=counters[0], frames_dropped=counters[1],
            rows_served=counters[2]))
        assert wire.heartbeat("s/0", 9, 8, counters) == expected.SerializeToString(deterministic=True)


@pytest.mark.parametrize("seed", range(12))
def test_should_lose_no_row_and_keep_every_bound_when_cutting(pb, seed):
    rng = random.Random(seed)
    width = rng.choice([2, 64, 700])
    pieces, at = [], 0
    for number in range(rng.randrange(1, 40)):
        count = rng.choice([0, 1, 3, 50])
        trace = f"00-{rng.randrange(2):032x}-0000000000000001-01" if seed % 3 == 0 else ""
        pieces.append(Piece(Rows(f"r{number}", count, 5, token_ids=range(count), outcome=Outcome.COMPLETED, rows_expected=1,
                                 traceparent=trace), at))
        at += count
    bits = np.arange(at * width, dtype=np.uint32).astype(np.uint16).reshape(at, width)
    batch, limits = Batch([("h", stage(Bits(bits)))], pieces, 0), Limits(record_bytes=8_192, rows=rng.choice([1, 7, 512]))

    groups = list(frames.cut(batch, pieces, limits))
    seen, ends = {}, []
    for group in groups:
        value = frames.frame(batch, group, wire.frame_head(*HEAD))
        assert len(value) <= limits.record_bytes
        assert len({piece.rows.traceparent for piece in group}) == 1
        frame = pb.ActivationRecord.FromString(value).frame
        rows = np.frombuffer(frame.tensors[0].data, np.uint16).reshape(-1, width) if frame.tensors else bits[:0]
        assert 0 <= len(rows) <= limits.rows
        low = 0
        for part in frame.segments:
            assert part.request_id not in ends, "rows after the end"
            chunks = seen.setdefault(part.request_id, [])
            assert part.start_position == 5 + sum(map(len, chunks))
            assert list(part.token_ids) == list(range(part.start_position - 5, part.start_position - 5 + part.rows))
            chunks.append(rows[low:low + part.rows])
            low += part.rows
            if part.HasField("end"):
                ends.append(part.request_id)
        assert low == len(rows)
    assert ends == [piece.rows.request_id for piece in pieces]
    assert np.array_equal(np.concatenate([chunk for chunks in seen.values() for chunk in chunks]), bits)


def test_should_refuse_a_row_that_no_frame_holds():
    batch = Batch([(f"h{n}", stage(np.zeros((1, 4096), np.float32))) for n in range(3)], [Piece(Rows("r", 1, 0), 0)], 0)
    with pytest.raises(ValueError, match="does not fit a frame"):
        frames.require_fit(batch, Limits(record_bytes=40_000))
    with pytest.raises(ValueError, match="17 hook points"):
        frames.require_fit(Batch([(f"h{n}", batch.tensors[0][1]) for n in range(17)], batch.pieces, 0), Limits())
    frames.require_fit(batch, Limits())


def test_should_hash_as_the_demo_does():
    # FNV-1a 32, test vectors of the authors.
    assert frames.partition_hash("") == 0x811C9DC5
    assert frames.partition_hash("a") == 0xE40C292C
    assert frames.partition_hash("foobar") == 0xBF9CF968
    assert frames.partition_of(3, 1, 2, 5) == 2
