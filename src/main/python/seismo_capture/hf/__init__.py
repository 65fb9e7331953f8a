"""Activations of Hugging Face transformers, captured where the model runs.

    with attach(model, ["blocks.12.resid_post"], client):
        model.generate(**inputs, seismo_requests=[Request("request-1", account_key="a-9")])
"""
from seismo_capture.hf.attach import Attached, attach
from seismo_capture.hf.passes import Request
from seismo_capture.unsupported import Unsupported

__all__ = ["Attached", "Request", "Unsupported", "attach"]
