"""Where the hook points of a transformer lie among its modules.

`resid_pre` and `resid_post` are the residual stream before and after a block; `attn_out` and `mlp_out` are what the block
adds to it, so that resid_post = resid_pre + attn_out + mlp_out. `hook_resid_post`, TransformerLens's spelling, is the same.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, List, Tuple

from seismo_capture.unsupported import Unsupported

_NAME = re.compile(r"blocks\.(\d+)\.(?:hook_)?(resid_pre|resid_post|attn_out|mlp_out)")
_LAYERS = ("model.layers", "transformer.h", "gpt_neox.layers", "model.decoder.layers", "model.language_model.layers",
           "language_model.model.layers", "layers", "h")
_ATTENTION = ("self_attn", "attn", "attention", "self_attention")
_MLP = ("mlp", "feed_forward", "block_sparse_moe")


@dataclass(frozen=True)
class Point:
    """A hook point: its name in frames, the module, and whether its input or its output is meant."""

    name: str
    module: Any
    of_input: bool


def find(model: Any, names: List[str]) -> List[Point]:
    """The modules of these hook points; Unsupported when one is not to be had."""
    if getattr(getattr(model, "config", None), "is_encoder_decoder", False):
        raise Unsupported("an encoder-decoder has two streams of tokens; only decoders are captured")
    if hasattr(model, "_orig_mod"):
        raise Unsupported("this model is compiled, and a compiled graph does not call hooks: attach to the model it was made of")
    if not names or len(set(names)) != len(names):
        raise Unsupported("name each hook point once, and at least one")
    layers = _layers(model)
    return [_point(model, layers, name) for name in names]


def _layers(model: Any) -> Any:
    for path in _LAYERS:
        found = model
        for part in path.split("."):
            found = getattr(found, part, None)
        if found is not None and type(found).__name__ == "ModuleList" and len(found):
            return found
    raise Unsupported(f"{type(model).__name__} has its layers under none of {', '.join(_LAYERS)}; send tensors with capture()")


def _point(model: Any, layers: Any, name: str) -> Point:
    match = _NAME.fullmatch(name)
    if match is None:
        raise Unsupported(f"{name} is not blocks.N.resid_pre, resid_post, attn_out or mlp_out")
    index, kind = int(match[1]), match[2]
    if index >= len(layers):
        raise Unsupported(f"{name}: the model has {len(layers)} blocks, counted from 0")
    layer = layers[index]
    if kind in ("resid_pre", "resid_post"):
        return Point(name, layer, kind == "resid_pre")
    return Point(name, _branch(model, layer, name, kind), False)


def _branch(model: Any, layer: Any, name: str, kind: str) -> Any:
    if getattr(model.config, "residual_multiplier", 1.0) not in (None, 1.0):
        raise Unsupported(f"{name}: this model scales what it adds to the residual stream, and no module gives the scaled value")
    if hasattr(layer, "post_feedforward_layernorm"):
        # Gemma 2, OLMo 2 and their kin normalise a branch before it is added.
        own: Tuple[str, ...] = ("post_attention_layernorm",) if kind == "attn_out" else ("post_feedforward_layernorm",)
    else:
        own = _ATTENTION if kind == "attn_out" else _MLP
    for attribute in own:
        if hasattr(layer, attribute):
            return getattr(layer, attribute)
    raise Unsupported(f"{name}: {type(layer).__name__} has none of {', '.join(own)}")
