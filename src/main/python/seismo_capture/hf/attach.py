"""Captures while a model of transformers runs, and leaves it as it was afterwards.

Three things are wrapped, on the instance only: `forward`, which is one pass; `generate`, which is the life of a batch of
requests; and the making of its stopping criteria, which alone know when a sequence has ended. The modules of hook points
get ordinary hooks. Whatever fails in here is counted and told once; it never reaches the caller.
"""
from __future__ import annotations

import functools
import logging
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Sequence, Set

from seismo_capture.client import CaptureClient
from seismo_capture.encoded import RowEncoder
from seismo_capture.hf.modules import Point, find
from seismo_capture.hf.passes import Placed, Request, Sequences
from seismo_capture.rows import Outcome
from seismo_capture.sae import Encode, encoders_of
from seismo_capture.unsupported import Unsupported

_LOG = logging.getLogger("seismo_capture")
_WRAPPED = ("forward", "generate", "_get_stopping_criteria")


class _Thread(threading.local):
    """What this thread's call of the model is in the midst of."""

    sequences: Optional[Sequences] = None
    placed: Optional[Placed] = None


@dataclass(frozen=True)
class _Sent:
    """What goes along with rows, and what goes instead of them, by hook point."""

    special: Set[int]
    token_ids: bool
    encoders: Dict[str, List[RowEncoder]]


class Attached:
    """A model that is being captured. Use as a context, or call `detach`."""

    def __init__(self, model: Any, points: List[Point], client: CaptureClient, sent: "_Sent") -> None:
        self._model, self._points, self._client, self._sent = model, points, client, sent
        self._here = _Thread()
        self._originals = {name: getattr(model, name) for name in _WRAPPED if hasattr(model, name)}
        self._own = {name: model.__dict__[name] for name in _WRAPPED if name in model.__dict__}
        self._handles = [self._hook(point) for point in points]
        self._wrap()
        self.errors = 0
        self.unattributed = 0

    def detach(self) -> None:
        """Restores the model; safe to call twice."""
        for handle in self._handles:
            handle.remove()
        self._handles = []
        for name in _WRAPPED:
            self._model.__dict__.pop(name, None)
        self._model.__dict__.update(self._own)

    def __enter__(self) -> "Attached":
        return self

    def __exit__(self, *_: object) -> None:
        self.detach()

    @contextmanager
    def requests(self, requests: Iterable[Request]) -> Iterator[Callable[..., None]]:
        """Names the sequences of your own loop over `model(...)` in this thread: one request a sequence of the batch.

        Gives a function that ends one early, by its index and outcome. The others end with the block, as aborted when it
        raises.
        """
        sequences = Sequences(list(requests))

        def ended(index: int, outcome: Outcome = Outcome.COMPLETED) -> None:
            self._end(sequences, index, outcome)

        with self._serving(sequences):
            yield ended

    # --- wrapping

    def _wrap(self) -> None:
        forward, generate = self._originals["forward"], self._originals.get("generate")

        @functools.wraps(forward)
        def capturing_forward(*args: Any, **kwargs: Any) -> Any:
            return self._forward(forward, args, kwargs)

        capturing_forward.seismo_capture = True  # type: ignore[attr-defined]
        self._model.__dict__["forward"] = capturing_forward
        if generate is None or "_get_stopping_criteria" not in self._originals:
            return
        criteria = self._originals["_get_stopping_criteria"]

        @functools.wraps(generate)
        def capturing_generate(*args: Any, seismo_requests: Optional[Sequence[Request]] = None, **kwargs: Any) -> Any:
            return self._generate(generate, seismo_requests, args, kwargs)

        @functools.wraps(criteria)
        def watched_criteria(*args: Any, **kwargs: Any) -> Any:
            made = criteria(*args, **kwargs)
            sequences = self._here.sequences
            return made if sequences is None else _watched(made, functools.partial(self._stopped, sequences))

        self._model.__dict__["generate"] = capturing_generate
        self._model.__dict__["_get_stopping_criteria"] = watched_criteria

    def _hook(self, point: Point) -> Any:
        encoders = self._sent.encoders.get(point.name, ())

        def take(value: Any) -> None:
            placed = self._here.placed
            if placed is not None:
                tensor = value[0] if isinstance(value, (tuple, list)) else value
                self._guarded(lambda: placed.take(point.name, tensor, encoders))

        if point.of_input:
            return point.module.register_forward_pre_hook(lambda module, args: take(args))
        return point.module.register_forward_hook(lambda module, args, output: take(output))

    # --- the life of a batch

    def _generate(self, generate: Any, requests: Optional[Sequence[Request]], args: Any, kwargs: Any) -> Any:
        self._refuse(kwargs, args)
        inputs = args[0] if args else kwargs.get("inputs", kwargs.get("input_ids"))
        if inputs is None:
            inputs = kwargs.get("inputs_embeds")
        if inputs is None:
            raise Unsupported("generate without input_ids or inputs_embeds begins with no rows to name")
        count = int(inputs.shape[0]) * int(self._setting("num_return_sequences", kwargs) or 1)
        named = [Request() for _ in range(count)] if requests is None else list(requests)
        if len(named) != count:
            raise ValueError(f"{len(named)} requests for {count} sequences")
        mask = kwargs.get("attention_mask")
        columns = int(inputs.shape[1]) if mask is None else int(mask.shape[1])
        with self._serving(Sequences(named, columns, mask)):
            return generate(*args, **kwargs)

    def _setting(self, name: str, kwargs: Any) -> Any:
        for place in (kwargs, getattr(kwargs.get("generation_config"), "__dict__", {}), vars(self._model.generation_config)):
            if place.get(name) is not None:
                return place[name]
        return None

    def _refuse(self, kwargs: Any, args: Any) -> None:
        if len(args) > 1:
            raise Unsupported("pass generate's arguments after the first by name, so that they can be looked at")
        if (self._setting("num_beams", kwargs) or 1) > 1:
            raise Unsupported("beam search moves beams between rows after each pass, so a row belongs to no one request; use num_beams=1")
        if kwargs.get("assistant_model") is not None or self._setting("prompt_lookup_num_tokens", kwargs):
            raise Unsupported("assisted generation computes rows of tokens that are then rejected; capture without an assistant")
        if self._setting("penalty_alpha", kwargs) and (self._setting("top_k", kwargs) or 0) > 1:
            raise Unsupported("contrastive search computes rows of candidates that are then rejected")
        if self._setting("cache_implementation", kwargs) and not self._setting("disable_compile", kwargs):
            raise Unsupported("a fixed cache is compiled on a GPU, and a compiled graph does not call hooks; pass disable_compile=True")
        if kwargs.get("custom_generate") is not None:
            raise Unsupported("custom_generate may order rows in any way; use requests() around your own loop")

    @contextmanager
    def _serving(self, sequences: Sequences) -> Iterator[None]:
        before, self._here.sequences = self._here.sequences, sequences
        outcome = Outcome.ABORTED
        try:
            yield
            outcome = Outcome.COMPLETED
        finally:
            self._here.sequences = before
            for index in range(len(sequences.requests)):
                self._end(sequences, index, outcome)

    def _stopped(self, sequences: Sequences, done: Any) -> None:
        if done.dim() == 1 and len(done) == len(sequences.requests):
            for index, ended in enumerate(done.tolist()):
                if ended:
                    self._end(sequences, index, Outcome.COMPLETED)

    def _end(self, sequences: Sequences, index: int, outcome: Outcome) -> None:
        if not sequences.ended[index]:
            sequences.ended[index] = True
            self._guarded(lambda: self._client.end(sequences.requests[index].request_id, outcome))

    # --- one pass

    def _forward(self, forward: Any, args: Any, kwargs: Any) -> Any:
        if self._here.placed is not None:
            return forward(*args, **kwargs)
        inputs = kwargs.get("input_ids", args[0] if args else None)
        shaped = inputs if inputs is not None else kwargs.get("inputs_embeds")
        first = _cached(kwargs)
        sequences = self._here.sequences
        packed = any(name.startswith(("cu_seq", "cu_len")) for name in kwargs)
        if shaped is None or (sequences is None and (first or packed)):
            # A cache whose requests nobody has named, or many requests in one row, as continuous batching packs them.
            self.unattributed += 1
            return forward(*args, **kwargs)
        if sequences is not None:
            return self._pass(sequences, forward, args, kwargs, (inputs, shaped, first))
        with self._serving(Sequences([Request() for _ in range(int(shaped.shape[0]))])) as _:
            current = self._here.sequences
            assert current is not None
            return self._pass(current, forward, args, kwargs, (inputs, shaped, first))

    def _pass(self, sequences: Sequences, forward: Any, args: Any, kwargs: Any, given: Any) -> Any:
        inputs, shaped, first = given
        self._guarded(lambda: self._place(sequences, shaped, first, kwargs.get("attention_mask")))
        placed = self._here.placed
        try:
            result = forward(*args, **kwargs)
        finally:
            self._here.placed = None
        if placed is not None and placed.count and not self._guarded(lambda: self._send(placed, inputs)):
            for run in placed.runs:
                self._client.missed(run.request.request_id, len(run.columns))
        return result

    def _place(self, sequences: Sequences, shaped: Any, first: int, mask: Any) -> None:
        if int(shaped.shape[0]) != len(sequences.requests):
            raise ValueError(f"{len(sequences.requests)} requests for a batch of {int(shaped.shape[0])}")
        columns = int(shaped.shape[1])
        sequences.begin(first, columns, mask)
        self._here.placed = sequences.place(first, columns)

    def _send(self, placed: Placed, inputs: Any) -> None:
        lacking = [point.name for point in self._points if point.name not in placed.tensors]
        if lacking:
            raise RuntimeError(f"the pass gave nothing at {lacking}")
        sent = self._sent
        ids = inputs.tolist() if inputs is not None and (sent.special or sent.token_ids) else None
        self._client.capture(placed.tensors, placed.rows(ids, sent.special, sent.token_ids))

    def _guarded(self, work: Callable[[], Any]) -> bool:
        try:
            work()
            return True
        except Exception:
            self.errors += 1
            _LOG.warning("capture of a pass failed", exc_info=self.errors <= 3)
            return False


def attach(model: Any, hook_points: Sequence[str], client: CaptureClient, *, special_ids: Optional[Iterable[int]] = None,
           token_ids: bool = False, encode: Optional[Encode] = None) -> Attached:
    """Captures hook points of a transformers decoder from now on.

    `special_ids` are tokens whose rows are counted but never scored; left out, those that the model's configuration names.
    Give the tokenizer's `all_special_ids`, which has those of the chat template too. `token_ids` sends the tokens along:
    they are user text.

    `encode` sends what an SAE makes of the rows, and never the rows: a directory of SAELens, or one that `seismo sae import`
    wrote. Where a spec reads a hook point by several encoders, give all of them: a list of directories, `.safetensors`
    files of linear probes and encoders, or a mapping from hook points to such. It happens in the client's thread.

    Raises Unsupported when a hook point or an encoder is not to be had; `generate` raises it for beam search and other ways
    of decoding whose rows belong to no one request.
    """
    points = find(model, list(hook_points))
    if getattr(model.__dict__.get("forward"), "seismo_capture", False):
        raise Unsupported("this model is attached already; name all hook points in one call, since a frame carries them all")
    special = set(_special(model) if special_ids is None else special_ids)
    encoders = {} if encode is None else encoders_of(encode, hook_points)
    width = getattr(model.config, "hidden_size", None)
    for hook, encoder in ((hook, encoder) for hook, own in encoders.items() for encoder in own):
        if width not in (None, encoder.d_in):
            raise Unsupported(f"{hook}: the model's rows are {width} wide, the encoder reads {encoder.d_in}; is it this model's?")
    return Attached(model, points, client, _Sent(special, token_ids, encoders))


def _special(model: Any) -> Iterator[int]:
    for name in ("bos_token_id", "eos_token_id", "pad_token_id"):
        for config in (model.config, getattr(model, "generation_config", None)):
            value = getattr(config, name, None)
            yield from value if isinstance(value, (list, tuple)) else () if value is None else (value,)


def _cached(kwargs: Any) -> int:
    """How many columns lie in the cache of keys and values that a pass was given; transformers 5.24 has renamed it."""
    cache = kwargs.get("past_key_values")
    if cache is None:
        cache = kwargs.get("cache")
    if cache is None:
        return 0
    if hasattr(cache, "get_seq_length"):
        return int(cache.get_seq_length())
    return int(cache[0][0].shape[-2])


def _watched(criteria: Any, told: Callable[[Any], None]) -> Any:
    """The same criteria, whose answers are looked at."""
    base = type(criteria)

    class Watched(base):  # type: ignore[misc, valid-type]
        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            done = super().__call__(*args, **kwargs)
            told(done)
            return done

    return Watched(criteria)
