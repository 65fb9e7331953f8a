"""Encodes beside the model: an SAE in torch that gives the features which Seismo's own encoder gives.

    encoder = SaeEncoder.load("sae/")
    client.capture({"blocks.12.resid_post": encoder.encode(tensor)}, [Rows("request-1", rows=len(tensor))])

`sae/` is a directory of SAELens, or what `seismo sae import` wrote; the latter for every other family. Both are brought to
one form, `act(norm(x) @ W + c)`, by the arithmetic that Java uses, so that W, c and thresholds are the same bit for bit
(a gated SAE's to one rounding of its exponentials). The multiplication is torch's own, in float32: a feature may differ
from Java's only where its pre-activation lies within 8·√d·2⁻²⁴·(‖x‖·‖w‖ + |c|) of its threshold. torch is needed to encode,
not to load.
"""
from seismo_capture.sae.choose import Encode, encoders_of
from seismo_capture.sae.encoder import SaeEncoder
from seismo_capture.sae.probe import ProbeEncoder
from seismo_capture.sae.weights import Sae, load
from seismo_capture.unsupported import Unsupported

__all__ = ["Encode", "ProbeEncoder", "Sae", "SaeEncoder", "Unsupported", "encoders_of", "load"]
