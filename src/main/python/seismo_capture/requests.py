"""What the client remembers of requests that have not ended: where their next row is, and how many it was given."""
from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import Tuple

from seismo_capture.rows import Rows

MAX_OPEN = 65_536


class OpenRequests:
    """At most `limit` requests; above, the one that began first is forgotten. Callers hold a lock."""

    def __init__(self, limit: int = MAX_OPEN) -> None:
        self._limit = limit
        self._open: "OrderedDict[str, Tuple[int, int]]" = OrderedDict()

    def __len__(self) -> int:
        return len(self._open)

    def place(self, rows: Rows) -> Rows:
        """The same rows with their start, and with the rows expected when they end the request."""
        following, count = self._open.get(rows.request_id, (rows.cached_prefix, 0))
        start = following if rows.start is None else rows.start
        count += rows.rows
        if rows.outcome is not None:
            self._open.pop(rows.request_id, None)
            return replace(rows, start=start, rows_expected=count if rows.rows_expected is None else rows.rows_expected)
        self._open[rows.request_id] = (start + rows.rows, count)
        if len(self._open) > self._limit:
            self._open.popitem(last=False)
        return rows if rows.start is not None else replace(rows, start=start)
