"""Which rows of a forward pass belong to which request, and at what position.

A batch keeps one column a position, so that sequences of different length are padded, left or right, and go on as padding
after they have ended. Rows of padding and of sequences that have ended are not captured: nobody was served by them. The last
token of a sequence has no row, for it is never fed back.
"""
from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Sequence, Set

from seismo_capture.encoded import Deferred, RowEncoder
from seismo_capture.rows import Phase, Role, RowKind, Rows
from seismo_capture.tensors import stage


@dataclass(frozen=True)
class Request:
    """Who is served by a sequence of a batch. Keys are pseudonyms."""

    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    session_key: str = ""
    account_key: str = ""
    tenant_key: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    traceparent: str = ""


class Sequences:
    """The sequences of one batch, from the first pass over their prompt to their end."""

    def __init__(self, requests: Sequence[Request], prompt_columns: Optional[int] = None, mask: Any = None) -> None:
        self.requests = list(requests)
        self.ended = [False] * len(self.requests)
        self._prompt_columns = prompt_columns
        self._mask = mask
        self._real: List[List[bool]] = []
        self._columns = 0
        self._next = [0] * len(self.requests)
        self._cached = [0] * len(self.requests)
        self._begun = False

    def begin(self, first_column: int, columns: int, mask: Any) -> None:
        """Looks at the padding once, in the first pass; `first_column` positions lie in a cache already."""
        if self._begun:
            return
        self._begun = True
        end = first_column + columns
        for known in (mask, self._mask):
            if known is not None and known.dim() == 2 and known.shape[1] >= end and known.shape[0] == len(self.requests):
                self._real = [[bool(real) for real in row] for row in known.tolist()]
                break
        if self._prompt_columns is None:
            self._prompt_columns = end
        self._columns = first_column
        self._cached = [sum(self._is_real(b, c) for c in range(first_column)) for b in range(len(self.requests))]
        self._next = list(self._cached)

    def place(self, first_column: int, columns: int) -> "Placed":
        """The new rows of a pass over these columns; those that were fed before are left out."""
        first, end = max(first_column, self._columns), first_column + columns
        placed = Placed(len(self.requests), columns, first - first_column)
        for b, request in enumerate(self.requests):
            if self.ended[b]:
                continue
            real = [c for c in range(first, end) if self._is_real(b, c)]
            for phase in (Phase.PROMPT, Phase.GENERATED):
                chosen = [c - first_column for c in real if (c < (self._prompt_columns or 0)) == (phase == Phase.PROMPT)]
                if chosen:
                    placed.add(b, chosen, request, self._next[b], self._cached[b], phase)
                    self._next[b] += len(chosen)
        self._columns = max(self._columns, end)
        return placed

    def _is_real(self, b: int, column: int) -> bool:
        return not self._real or column >= len(self._real[b]) or self._real[b][column]


@dataclass
class _Run:
    sequence: int
    columns: List[int]
    request: Request
    start: int
    cached: int
    phase: Phase


class Placed:
    """Rows of one pass, in the order of the batch, with what was captured of them."""

    def __init__(self, sequences: int, columns: int, first_new: int) -> None:
        self._sequences, self._columns, self._first_new = sequences, columns, first_new
        self.runs: List[_Run] = []
        self.tensors: Dict[str, Any] = {}
        self._index: Any = None

    def add(self, sequence: int, columns: List[int], request: Request, start: int, cached: int, phase: Phase) -> None:
        self.runs.append(_Run(sequence, columns, request, start, cached, phase))

    @property
    def count(self) -> int:
        return sum(len(run.columns) for run in self.runs)

    def take(self, name: str, tensor: Any, encoders: Sequence[RowEncoder] = ()) -> None:
        """Copies these rows of a hook point's tensor [sequences, columns, width] at once, before the model goes on.

        With encoders the copy stays where it is, and what they make of it is sent instead.
        """
        if not self.count:
            return
        if name in self.tensors:
            raise RuntimeError(f"{name} was called twice in one pass")
        new = self._columns - self._first_new
        if tensor.numel() // tensor.shape[-1] != self._sequences * self._columns:
            raise RuntimeError(f"{name} gave {list(tensor.shape)} for {self._sequences} sequences of {self._columns}")
        rows = tensor.detach().reshape(self._sequences, self._columns, tensor.shape[-1])[:, self._first_new:]
        whole = self.count == self._sequences * new
        if not whole:
            rows = rows.reshape(-1, rows.shape[-1]).index_select(0, self._rows(tensor.device))
        staged = stage(rows, owned=not whole, resident=bool(encoders))
        self.tensors[name] = Deferred(staged, encoders) if encoders else staged

    def _rows(self, device: Any) -> Any:
        if self._index is None:
            import torch

            new = self._columns - self._first_new
            flat = [run.sequence * new + c - self._first_new for run in self.runs for c in run.columns]
            self._index = torch.tensor(flat, device=device)
        return self._index.to(device)

    def rows(self, ids: Optional[List[List[int]]], special: Set[int], with_ids: bool) -> List[Rows]:
        """Whose rows they are; `ids` are the pass's tokens, when it was given tokens."""
        out = []
        for run in self.runs:
            tokens = [ids[run.sequence][c] for c in run.columns] if ids is not None else []
            kinds = [RowKind.SPECIAL if token in special else RowKind.ORDINARY for token in tokens]
            request = run.request
            out.append(Rows(
                request.request_id, len(run.columns), run.start,
                Role.ASSISTANT if run.phase == Phase.GENERATED else Role.UNSPECIFIED, run.phase, run.cached,
                request.session_key, request.account_key, request.tenant_key, request.attributes,
                kinds=kinds if any(kinds) else b"", token_ids=tokens if with_ids else (), traceparent=request.traceparent))
        return out


