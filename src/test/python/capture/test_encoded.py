"""Rows that were encoded: the bytes of the contract, the bounds of a frame, and what is refused."""
from __future__ import annotations

import random

import numpy as np
import pytest
from seismo_capture import Bits, EncodedRows, Outcome, Rows, frames, stage, wire
from seismo_capture.encoded import Deferred
from seismo_capture.frames import Batch, Limits, Piece
from seismo_capture.given import placed
from test_client import client
from test_wire import HEAD, crc32c, segment

WIDTH = 500


def encoded(rng: np.random.Generator, rows: int, most: int, **more) -> EncodedRows:
    counts = rng.integers(0, most + 1, rows)
    indices = [np.sort(rng.choice(WIDTH, count, replace=False)) for count in counts]
    values = rng.random(int(counts.sum()), dtype=np.float32) + 0.25
    given = dict(weights="ab" * 32, units="activation", width=WIDTH, counts=counts, values=values, norms=rng.random(rows) + 1,
                 indices=np.concatenate(indices) if rows else np.zeros(0))
    return EncodedRows(**{**given, **more})


def some(seed: int):
    rng, draw = random.Random(seed), np.random.default_rng(seed)
    rows = [Rows(f"r{n}", rng.choice([0, 1, 2, 60]), rng.choice([0, 7]), outcome=Outcome.COMPLETED, rows_expected=9)
            for n in range(rng.randrange(1, 9))]
    total = sum(piece.rows for piece in rows)
    return rows, [encoded(draw, total, 40), encoded(draw, total, 3, norms=np.zeros(0), weights="cd")], total


@pytest.mark.parametrize("seed", range(10))
def test_should_write_what_the_generated_classes_write(pb, seed):
    rows, both, total = some(seed)
    bits = np.arange(total * 4, dtype=np.uint16).reshape(total, 4)
    batch = Batch([("x", stage(Bits(bits)))], placed(rows), 0, [("blocks.3.resid_post", part) for part in both])

    value = frames.frame(batch, batch.pieces, wire.frame_head(*HEAD))

    def message(part):
        parts = [part.counts.tobytes(), part.indices.tobytes(), part.values.tobytes(), part.norms.tobytes()]
        return pb.EncodedRows(hook="blocks.3.resid_post", weights=part.weights, units="activation", rows=total, width=WIDTH,
                              counts=parts[0], indices=parts[1], values=parts[2], norms=parts[3], crc32c=crc32c(b"".join(parts)))

    tensor = pb.Tensor(hook="x", dtype=1, shape=[total, 4], data=bits.tobytes(), crc32c=crc32c(bits.tobytes()))
    expected = pb.ActivationRecord(schema_version=1, frame=pb.Frame(
        source_id="replica-0/1", source_epoch=1_790_000_000_000, source_seq=7, timestamp_ms=1_790_000_000_123, model="model",
        revision="rev", capture_tool="tool 1", tensors=[tensor] if total else [], segments=[segment(pb, piece) for piece in rows],
        encoded=[message(part) for part in both] if total else []))
    assert value == expected.SerializeToString(deterministic=True)


def pairs(part, low: int, high: int):
    """Rows of encoded rows, message or not, as tuples."""
    counts = np.frombuffer(part.counts, "<u2")
    ends = np.concatenate(([0], np.cumsum(counts, dtype=int)))
    indices, values = np.frombuffer(part.indices, "<u4"), np.frombuffer(part.values, "<f4")
    norms = np.frombuffer(part.norms, "<f8")
    return [(tuple(indices[ends[r]:ends[r + 1]]), tuple(values[ends[r]:ends[r + 1]]), norms[r] if len(norms) else None)
            for r in range(low, high)]


@pytest.mark.parametrize("seed", range(12))
def test_should_lose_no_pair_and_keep_every_bound_when_cutting(pb, seed):
    rows, both, total = some(seed)
    batch = Batch([], placed(rows), 0, [("h", part) for part in both])
    limits = Limits(record_bytes=8_192, rows=random.Random(seed).choice([1, 7, 512]))
    frames.require_fit(batch, limits)

    found = [[], []]
    for group in frames.cut(batch, batch.pieces, limits):
        value = frames.frame(batch, group, wire.frame_head(*HEAD))
        assert len(value) <= limits.record_bytes
        frame = pb.ActivationRecord.FromString(value).frame
        count = sum(part.rows for part in frame.segments)
        assert count <= limits.rows and len(frame.encoded) == (2 if count else 0)
        for n, part in enumerate(frame.encoded):
            assert part.rows == count and part.crc32c == crc32c(part.counts + part.indices + part.values + part.norms)
            found[n] += pairs(part, 0, count)
    assert found == [pairs(part, 0, total) for part in both]


def test_should_keep_what_fired_within_the_record_that_seismo_writes(pb):
    rows = 400
    full = encoded(np.random.default_rng(0), rows, 1, counts=np.full(rows, 300), indices=np.tile(np.arange(300), rows),
                   values=np.ones(rows * 300))
    batch = Batch([], [Piece(Rows("r", rows, 0), 0)], 0, [("h", full)])
    groups = list(frames.cut(batch, batch.pieces, Limits()))
    assert max(sum(piece.rows.rows for piece in group) for group in groups) == (448 << 10) // (2 + 8 * 300 + 8)
    assert sum(piece.rows.rows for group in groups for piece in group) == rows


@pytest.mark.parametrize("wrong, word", [
    (dict(counts=[1]), "count 1 pairs"), (dict(indices=[5, 3, 2]), "ascend"), (dict(indices=[3, 3, 2]), "ascend"),
    (dict(indices=[3, 8, 2]), "feature 8"), (dict(values=[1, 0, 1]), "above 0"), (dict(values=[1, np.inf, 1]), "not finite"),
    (dict(norms=[1]), "1 norms"), (dict(norms=[1, np.nan]), "not finite"), (dict(units="decoder_norm"), "units are"),
    (dict(units="logit"), "every output"), (dict(counts=[2**16 - 1, 0]), "at most 65534")])
def test_should_refuse_what_seismo_would_refuse(wrong, word):
    sound = dict(weights="w", units="activation", width=8, counts=[2, 1], indices=[3, 5, 2], values=[1, 2, 3], norms=[1, 2])
    assert EncodedRows(**sound).rows == 2
    with pytest.raises(ValueError, match=word):
        EncodedRows(**{**sound, **wrong})


def test_should_take_encoded_rows_in_the_place_of_a_tensor(sink, read):
    some = encoded(np.random.default_rng(1), 3, 5)
    with client(sink) as c:
        assert c.capture({"a": some, "b": np.zeros((3, 2), np.float32), "c": [some, encoded(np.random.default_rng(2), 3, 5)]},
                         [Rows("r", 3)])
        with pytest.raises(ValueError, match="the requests have 2 rows"):
            c.capture({"a": some}, [Rows("r", 2)])
    frame, = read()
    assert [part.hook for part in frame.encoded] == ["a", "c", "c"] and [t.hook for t in frame.tensors] == ["b"]
    assert pairs(frame.encoded[0], 0, 3) == pairs(some, 0, 3)


class Doubling:
    """An encoder of two features, that can break."""

    d_in = 2
    broken = False

    def encode(self, staged) -> EncodedRows:
        if self.broken:
            raise RuntimeError("broken")
        rows = np.frombuffer(staged.view(), np.float32).reshape(-1, 2)
        return EncodedRows("w", "activation", 2, np.full(len(rows), 2), np.tile([0, 1], len(rows)), 2 * rows)


def test_should_encode_in_its_own_thread_and_send_no_row(sink, read):
    with client(sink) as c:
        c.capture({"h": Deferred(stage(np.array([[1, 2], [3, 4]], np.float32)), [Doubling()])}, [Rows("r", 2)])
    frame, = read()
    assert not frame.tensors and np.frombuffer(frame.encoded[0].values, "<f4").tolist() == [2, 4, 6, 8]
    with pytest.raises(ValueError, match="rows are 3 wide"):
        Deferred(stage(np.zeros((1, 3), np.float32)), [Doubling()])


def test_should_count_rows_that_could_not_be_encoded_and_still_end_the_request(sink, read):
    encoder = Doubling()
    with client(sink) as c:
        encoder.broken = True
        c.capture({"h": Deferred(stage(np.ones((2, 2), np.float32)), [encoder])}, [Rows("r", 2, outcome=Outcome.COMPLETED)])
        c.flush()
        encoder.broken = False
        c.capture({"h": Deferred(stage(np.ones((1, 2), np.float32)), [encoder])}, [Rows("q", 1)])
    assert (c.stats().rows_dropped, c.stats().rows_served, c.stats().errors) == (2, 3, 1)
    assert [[(s.request_id, s.rows, s.HasField("end")) for s in f.segments] for f in read()] == [
        [("r", 0, True)], [("q", 1, False)]]
    assert read("heartbeat")[-1].rows_served == 3 and read("heartbeat")[-1].frames_dropped == 1
