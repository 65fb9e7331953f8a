"""Which encoders read which hook point."""
from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Mapping, Sequence, Union

from seismo_capture.encoded import RowEncoder
from seismo_capture.sae.encoder import SaeEncoder
from seismo_capture.sae.probe import ProbeEncoder
from seismo_capture.unsupported import Unsupported

One = Union[str, Path, RowEncoder]
Encode = Union[One, Sequence[One], Mapping[str, Union[One, Sequence[One]]]]


def encoders_of(encode: Encode, hook_points: Sequence[str]) -> Dict[str, List[RowEncoder]]:
    """Encoders by hook point, loaded.

    Of a mapping, those it names. Else each goes to the hook point that its files name, or to the only one; Unsupported when
    that is not to be told, or is another one. Hook points without an encoder are sent as tensors.
    """
    chosen: Dict[str, List[RowEncoder]] = {}
    if isinstance(encode, Mapping):
        for hook, given in encode.items():
            if hook not in hook_points:
                raise Unsupported(f"encode names {hook}, which is not among {list(hook_points)}")
            chosen[hook] = [_held(hook, _loaded(one)) for one in _several(given)]
        return chosen
    for one in _several(encode):
        encoder = _loaded(one)
        hook = _home(encoder, hook_points)
        chosen.setdefault(hook, []).append(encoder)
    return chosen


def _several(given: Any) -> Sequence[One]:
    return list(given) if isinstance(given, (list, tuple)) else [given]


def _loaded(one: One) -> Any:
    if not isinstance(one, (str, Path)):
        return one
    return ProbeEncoder.load(one) if str(one).endswith(".safetensors") else SaeEncoder.load(one)


def _named(hook: str) -> str:
    """TransformerLens writes hook_resid_post."""
    return hook.replace(".hook_", ".")


def _held(hook: str, encoder: Any) -> Any:
    own = getattr(encoder, "hook", "")
    if own and _named(own) != _named(hook):
        raise Unsupported(f"the encoder was trained on {own}, not on {hook}; its features would mean nothing there")
    return encoder


def _home(encoder: Any, hook_points: Sequence[str]) -> str:
    own = getattr(encoder, "hook", "")
    fitting = [hook for hook in hook_points if _named(hook) == _named(own)] if own else list(hook_points)
    if len(fitting) != 1:
        raise Unsupported(
            f"the encoder was trained on {own or 'a hook point that no file names'}, the hook points are {list(hook_points)}; "
            "say which with encode={HOOK: ENCODER}")
    return fitting[0]
