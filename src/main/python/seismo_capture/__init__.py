"""Sends a model's activations to Seismo.

    client = connect("kafka:9092", Source("replica-0", model="my-model", revision="1"))
    client.capture({"blocks.12.resid_post": tensor}, [Rows("request-1", rows=len(tensor), phase=Phase.PROMPT)])
    client.end("request-1")

Tensors are [rows, width] of torch or numpy in bf16, f16 or f32, and reach Seismo bit for bit. For models of Hugging Face
transformers, `seismo_capture.hf.attach` does the rest; `seismo_capture.sae` encodes beside the model, and
`seismo_capture.vllm` sends what a vLLM server writes.
"""
from seismo_capture.canary import Canary, Recorder
from seismo_capture.client import CaptureClient, Options, Source, Stats, connect
from seismo_capture.encoded import EncodedRows, RowEncoder
from seismo_capture.files import FileSink, to_file
from seismo_capture.frames import Limits, lane_of, partition_of
from seismo_capture.rows import Outcome, Phase, Role, RowKind, Rows
from seismo_capture.signals import flush_on_signals
from seismo_capture.sink import KafkaSink, Sink
from seismo_capture.tensors import Bits, Staged, stage
from seismo_capture.unsupported import Unsupported
from seismo_capture.version import VERSION as __version__

__all__ = [
    "Bits", "Canary", "CaptureClient", "EncodedRows", "FileSink", "KafkaSink", "Limits", "Options", "Outcome", "Phase", "Recorder",
    "Role", "RowEncoder", "RowKind", "Rows", "Sink", "Source", "Staged", "Stats", "Unsupported", "connect", "flush_on_signals",
    "lane_of", "partition_of", "stage", "to_file", "__version__",
]
