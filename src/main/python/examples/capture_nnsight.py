"""Sends the residual stream that nnsight saves: `client.capture` takes its tensors as they are.

    pip install nnsight ./src/main/python/seismo_capture
    python src/main/python/examples/capture_nnsight.py MODEL kafka:9092 DEPLOYMENT "a prompt"
"""
from __future__ import annotations

import sys
from typing import Any

from seismo_capture import CaptureClient, Outcome, Phase, Rows, Source, connect


def send(client: CaptureClient, model: Any, ids: Any, block: int, request: str) -> None:
    """Traces tokens [1, positions] through an nnsight model of a Llama's shape and sends the output of a block.

    A block gives a tensor [1, positions, d], in older versions of transformers a tuple that begins with it. What is
    saved is copied by `capture` at once, so the trace may be left.
    """
    with model.trace(ids):
        output = model.model.layers[block].output.save()
    rows = output[0] if isinstance(output, tuple) else output
    client.capture({f"blocks.{block}.resid_post": rows[0]},
                   [Rows(request, ids.shape[1], phase=Phase.PROMPT, outcome=Outcome.COMPLETED)])


def main() -> None:
    name, bootstrap, deployment, prompt = sys.argv[1:]
    from nnsight import TransformersModel

    model = TransformersModel(name, task="text-generation", dispatch=True)
    ids = model.tokenizer(prompt, return_tensors="pt").input_ids
    with connect(bootstrap, Source("nnsight-0", model=name, revision="1"), deployment=deployment) as client:
        send(client, model, ids, 3, "nnsight-request-1")


if __name__ == "__main__":
    main()
