"""Writes the golden frames of schemas/examples: the smallest producer that keeps the input contract.

    pip install grpcio-tools
    python src/main/python/make_golden_frames.py
"""

import hashlib
import pathlib
import struct
import sys
import tempfile

from grpc_tools import protoc

ROOT = pathlib.Path(__file__).resolve().parents[3]
OUT = ROOT / "schemas" / "examples"
HOOK, D = "blocks.3.resid_post", 8
NOW = 1_790_000_000_000


def schema():
    """Compiles activation.proto and imports the result."""
    out = tempfile.mkdtemp()
    if protoc.main(["protoc", f"-I{ROOT / 'schemas'}", f"--python_out={out}", "activation.proto"]):
        raise SystemExit("schemas/activation.proto does not compile")
    sys.path.insert(0, out)
    import activation_pb2

    return activation_pb2


def crc32c(data):
    """CRC-32C (Castagnoli), bit by bit; a real producer uses a library."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 & -(crc & 1))
    return crc ^ 0xFFFFFFFF


def encode(dtype, values):
    """Little-endian elements; every value used here is exact in all three dtypes."""
    if dtype == pb.DTYPE_BF16:
        return b"".join(struct.pack("<f", v)[2:] for v in values)
    return struct.pack(f"<{len(values)}{'e' if dtype == pb.DTYPE_F16 else 'f'}", *values)


def frame(seq, dtype, segments):
    """Element i of row r is (r + 1) + i / 4, less 4."""
    rows = sum(s.rows for s in segments)
    data = encode(dtype, [(r + 1) + i / 4 - 4 for r in range(rows) for i in range(D)])
    tensor = pb.Tensor(hook=HOOK, dtype=dtype, shape=[rows, D], data=data, crc32c=crc32c(data))
    return pb.ActivationRecord(schema_version=1, frame=pb.Frame(
        source_id="replica-0/lane-0", source_epoch=1_789_999_999_000, source_seq=seq, timestamp_ms=NOW + seq,
        model="all-MiniLM-L6-v2", revision="demo-1", capture_tool="make_golden_frames 1", tensors=[tensor],
        segments=segments))


def encoded(seq, segments, codes):
    """Rows encoded beside the model: row r fires the features of codes[r]; its norm is 10 + r."""
    weights = hashlib.sha256(b"an SAE").hexdigest()
    counts = struct.pack(f"<{len(codes)}H", *[len(row) for row in codes])
    indices = b"".join(struct.pack("<I", feature) for row in codes for feature in sorted(row))
    values = b"".join(struct.pack("<f", row[feature]) for row in codes for feature in sorted(row))
    norms = struct.pack(f"<{len(codes)}d", *[10.0 + r for r in range(len(codes))])
    rows = pb.EncodedRows(hook=HOOK, weights=weights, units="activation", rows=len(codes), width=64, counts=counts,
                          indices=indices, values=values, norms=norms,
                          crc32c=crc32c(counts + indices + values + norms))
    return pb.ActivationRecord(schema_version=1, frame=pb.Frame(
        source_id="replica-0/lane-0", source_epoch=1_789_999_999_000, source_seq=seq, timestamp_ms=NOW + seq,
        model="all-MiniLM-L6-v2", revision="demo-1", capture_tool="make_golden_frames 1", segments=segments,
        encoded=[rows]))


pb = schema()
prompt = pb.Segment(
    request_id="request-1", start_position=0, rows=3, role=pb.ROLE_USER, phase=pb.PHASE_PROMPT, session_key="s-1",
    account_key="a-1", tenant_key="t-1", attributes=[pb.Attribute(key="route", value="chat")],
    row_kinds=bytes([1, 0, 0]), token_ids=[101, 7592, 2088], token_text=["[CLS]", "hello", "world"])
generated = pb.Segment(
    request_id="request-1", start_position=3, rows=1, role=pb.ROLE_ASSISTANT, phase=pb.PHASE_GENERATED,
    end=pb.End(rows_expected=4, outcome=pb.OUTCOME_COMPLETED))
cached = pb.Segment(
    request_id="request-2", start_position=16, rows=2, phase=pb.PHASE_PROMPT, cached_prefix=16,
    row_kinds=bytes([0, 2]), end=pb.End(rows_expected=2, outcome=pb.OUTCOME_REFUSED))
records = {
    "tick": pb.ActivationRecord(schema_version=1, tick=pb.Tick(time_ms=NOW, partitions=2, epoch=1)),
    "prefill-bf16": frame(1, pb.DTYPE_BF16, [prompt]),
    "batch-f16": frame(2, pb.DTYPE_F16, [generated, cached]),
    "batch-f32": frame(3, pb.DTYPE_F32, [generated, cached]),
    "encoded": encoded(4, [generated, cached], [{3: 0.5, 17: 2.0}, {}, {63: 1.25}]),
    "heartbeat": pb.ActivationRecord(schema_version=1, heartbeat=pb.Heartbeat(
        source_id="replica-0/lane-0", source_epoch=1_789_999_999_000, timestamp_ms=NOW + 9, frames_sent=3,
        frames_dropped=1, rows_served=10)),
}
OUT.mkdir(parents=True, exist_ok=True)
for name, record in records.items():
    (OUT / f"{name}.bin").write_bytes(record.SerializeToString(deterministic=True))
