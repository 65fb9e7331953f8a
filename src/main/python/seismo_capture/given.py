"""What a caller gives for one forward pass, held against each other."""
from __future__ import annotations

from typing import Any, List, Mapping, Sequence, Tuple

from seismo_capture.encoded import Deferred, EncodedRows
from seismo_capture.frames import Batch, Piece
from seismo_capture.rows import Rows, require_id
from seismo_capture.tensors import Staged, stage


def batch_of(tensors: Mapping[str, Any], rows: Sequence[Rows], timestamp_ms: int) -> Batch:
    """A batch of these, whose rows have no place yet.

    A hook point's value is a tensor, which is copied, rows that were encoded, by one encoder or several, or deferred ones.
    Raises ValueError when they are not as many as the requests have.
    """
    staged: List[Tuple[str, Staged]] = []
    encoded: List[Tuple[str, EncodedRows]] = []
    deferred: List[Tuple[str, Deferred]] = []
    for hook, value in tensors.items():
        require_id("hook", hook)
        if isinstance(value, Deferred):
            deferred.append((hook, value))
        elif isinstance(value, EncodedRows):
            encoded.append((hook, value))
        elif isinstance(value, (list, tuple)) and value and all(isinstance(part, EncodedRows) for part in value):
            encoded += [(hook, part) for part in value]
        else:
            staged.append((hook, stage(value)))
    found = [(hook, tensor.rows, tensor.width) for hook, tensor in staged]
    found += [(hook, part.rows, part.width) for hook, part in encoded]
    found += [(hook, part.staged.rows, part.staged.width) for hook, part in deferred]
    count = sum(piece.rows for piece in rows)
    if any(own != count for _, own, _ in found) or (count and not found):
        raise ValueError(f"the requests have {count} rows, the tensors {dict((hook, shape) for hook, *shape in found)}")
    return Batch(staged, placed(rows), timestamp_ms, encoded, deferred)


def placed(rows: Sequence[Rows]) -> List[Piece]:
    """Where in the tensors each request's rows begin."""
    pieces, at = [], 0
    for piece in rows:
        pieces.append(Piece(piece, at))
        at += piece.rows
    return pieces
