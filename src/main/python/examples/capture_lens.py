"""Sends the residual stream that TransformerLens caches: `client.capture` takes its tensors as they are.

    pip install transformer-lens ./src/main/python/seismo_capture
    python src/main/python/examples/capture_lens.py MODEL kafka:9092 DEPLOYMENT "a prompt"
"""
from __future__ import annotations

import sys
from typing import Any, Sequence

from seismo_capture import CaptureClient, Outcome, Phase, Rows, Source, connect


def send(client: CaptureClient, bridge: Any, ids: Any, blocks: Sequence[int], request: str) -> None:
    """Runs tokens [1, positions] through a TransformerBridge and sends the output of these blocks.

    A bridge computes what the model itself computes; after `enable_compatibility_mode()` norms are folded into weights, and
    the rows are not those of a server. What TransformerLens calls hook_resid_post is blocks.N.resid_post here, of the last
    block too, without the final norm.
    """
    cached = {f"blocks.{n}.resid_post": f"blocks.{n}.hook_resid_post" for n in blocks}
    _, cache = bridge.run_with_cache(ids, names_filter=list(cached.values()))
    tensors = {hook: cache[name][0] for hook, name in cached.items()}
    client.capture(tensors, [Rows(request, ids.shape[1], phase=Phase.PROMPT, outcome=Outcome.COMPLETED)])


def main() -> None:
    name, bootstrap, deployment, prompt = sys.argv[1:]
    from transformer_lens.model_bridge import TransformerBridge

    bridge = TransformerBridge.boot_transformers(name)
    with connect(bootstrap, Source("lens-0", model=name, revision="1"), deployment=deployment) as client:
        send(client, bridge, bridge.to_tokens(prompt), [3], "lens-request-1")


if __name__ == "__main__":
    main()
