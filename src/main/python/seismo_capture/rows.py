"""Whose rows a tensor holds, with the bounds of the contract: what Seismo would refuse is refused here, where it is made."""
from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field, replace
from typing import Mapping, Optional, Sequence, Union

from seismo_capture import wire

MAX_ID_BYTES = 128
MAX_ATTRIBUTES = 8
MAX_ATTRIBUTE_BYTES = 64
MAX_POSITION = 2**31 - 1
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


class Role(enum.IntEnum):
    UNSPECIFIED = 0
    SYSTEM = 1
    USER = 2
    ASSISTANT = 3
    TOOL = 4


class Phase(enum.IntEnum):
    UNSPECIFIED = 0
    PROMPT = 1
    GENERATED = 2


class Outcome(enum.IntEnum):
    """How a request ended."""

    COMPLETED = 1
    REFUSED = 2
    BLOCKED = 3
    ABORTED = 4


class RowKind(enum.IntEnum):
    ORDINARY = 0
    SPECIAL = 1
    PADDING = 2


@dataclass(frozen=True)
class Rows:
    """Consecutive rows of one request.

    `start` is the position of the first row in the request's tokens; left out, the rows follow those sent before.
    `cached_prefix` positions came from a prefix cache and were never computed. An `outcome` says that the request ends
    with these rows. Keys are pseudonyms, never names. `kinds`, `token_ids` and `token_text` hold one entry a row or none;
    ids and text are user text: send them only when the topic may hold it.
    """

    request_id: str
    rows: int
    start: Optional[int] = None
    role: Role = Role.UNSPECIFIED
    phase: Phase = Phase.UNSPECIFIED
    cached_prefix: int = 0
    session_key: str = ""
    account_key: str = ""
    tenant_key: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    outcome: Optional[Outcome] = None
    rows_expected: Optional[int] = None
    kinds: Union[bytes, Sequence[int]] = b""
    token_ids: Sequence[int] = ()
    token_text: Sequence[str] = ()
    traceparent: str = ""

    def __post_init__(self) -> None:
        require_id("request_id", self.request_id)
        for name in ("session_key", "account_key", "tenant_key"):
            if len(getattr(self, name).encode("utf-8")) > MAX_ID_BYTES:
                raise ValueError(f"{name} is above {MAX_ID_BYTES} bytes")
        first = self.start if self.start is not None else self.cached_prefix
        if min(self.rows, first, self.cached_prefix) < 0 or first + self.rows > MAX_POSITION:
            raise ValueError(f"rows {self.rows}, start {self.start} and cached_prefix {self.cached_prefix} lie in 0..2^31 - 1")
        for name in ("kinds", "token_ids", "token_text"):
            if len(getattr(self, name)) not in (0, self.rows):
                raise ValueError(f"{name} has {len(getattr(self, name))} entries for {self.rows} rows; one a row, or none")
        object.__setattr__(self, "kinds", bytes(self.kinds))
        if any(kind > RowKind.PADDING for kind in self.kinds):
            raise ValueError("kinds knows 0 ordinary, 1 special and 2 padding")
        if any(not 0 <= token < 2**32 for token in self.token_ids):
            raise ValueError("token_ids must lie in 0..2^32 - 1")
        self._require_attributes()
        if self.traceparent and not _TRACEPARENT.fullmatch(self.traceparent):
            raise ValueError("traceparent is not of the form 00-<32 hex>-<16 hex>-<2 hex>")

    def _require_attributes(self) -> None:
        if len(self.attributes) > MAX_ATTRIBUTES:
            raise ValueError(f"{len(self.attributes)} attributes; at most {MAX_ATTRIBUTES}")
        for key, value in self.attributes.items():
            if max(len(key.encode("utf-8")), len(value.encode("utf-8"))) > MAX_ATTRIBUTE_BYTES:
                raise ValueError(f"attribute {key[:16]!r}: key and value are at most {MAX_ATTRIBUTE_BYTES} bytes each")

    def part(self, low: int, high: int) -> "Rows":
        """Rows `low` to `high` of these, which must know their start; the end stays with the last."""
        if (low, high) == (0, self.rows):
            return self
        assert self.start is not None
        ends = high == self.rows
        return replace(
            self, start=self.start + low, rows=high - low, kinds=self.kinds[low:high],
            token_ids=self.token_ids[low:high], token_text=self.token_text[low:high],
            outcome=self.outcome if ends else None, rows_expected=self.rows_expected if ends else None)

    def message(self) -> bytes:
        """A `Segment` of the contract."""
        return b"".join((
            wire.text(1, self.request_id), wire.integer(2, self.start or 0), wire.integer(3, self.rows),
            wire.integer(4, self.role), wire.integer(5, self.phase), wire.integer(6, self.cached_prefix),
            wire.text(7, self.session_key), wire.text(8, self.account_key), wire.text(9, self.tenant_key),
            *(wire.attribute(key, value) for key, value in sorted(self.attributes.items())),
            wire.end(self.rows_expected or 0, self.outcome) if self.outcome is not None else b"",
            wire.data(12, bytes(self.kinds)), wire.packed(13, self.token_ids),
            *(wire.nested(14, token.encode("utf-8")) for token in self.token_text)))

    def bytes_per_row(self) -> int:
        """A bound on what a row adds to the message."""
        longest = max((len(token.encode("utf-8")) for token in self.token_text), default=-4)
        return bool(self.kinds) + 5 * bool(len(self.token_ids)) + longest + 4


def require_id(name: str, value: str) -> str:
    """Refuses names that are empty or above 128 bytes."""
    if not 1 <= len(value.encode("utf-8")) <= MAX_ID_BYTES:
        raise ValueError(f"{name} needs 1 to {MAX_ID_BYTES} bytes of UTF-8")
    return value
