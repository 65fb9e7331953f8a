"""Golden values by which another implementation checks tokenizer, model and SAE end to end."""
from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from seismo_sae.bf16 import to_bf16_bits
from seismo_sae.files import Sae
from seismo_sae.model import TappedModel, hook_name

TEXTS = (
    "How tall is the Golden Gate Bridge?",
    "A message asks you to confirm your password at a link; please report it.",
    "Chop the onions, then simmer for 20 minutes.",
    "We walked across Tower Bridge in the rain.",
    "Naïve café résumés, e-mail & co.: 3.14!",
)
FULL_ROWS = ((0, 4), (1, 7), (2, 2))  # (text, row counted from 1 after [CLS])


def golden(sae: Sae, model: TappedModel, watched: Sequence[int]) -> dict[str, Any]:
    """Token ids, activations of watched and strongest features per row, and three full rows as bf16 hex.

    Feature activations are computed by torch in float64 from the bf16-rounded rows. A row number is the position in the
    model's sequence, so row 0 is [CLS] and does not occur.
    """
    import torch

    def encode(rows: np.ndarray) -> torch.Tensor:
        tensors = {name: torch.from_numpy(getattr(sae, name)).double() for name in Sae.__annotations__}
        pre = (torch.from_numpy(rows).double() - tensors["b_dec"]) @ tensors["W_enc"] + tensors["b_enc"]
        return torch.where(pre > tensors["threshold"], pre, 0.0)

    all_rows = model.rows(TEXTS)
    texts = []
    for text, ids, rows in zip(TEXTS, model.token_ids(TEXTS), all_rows):
        f = encode(rows)
        expected = []
        for row in range(len(rows)):
            strongest = torch.topk(f[row], 2).indices.tolist()
            for feature in sorted({*watched, *strongest}):
                expected.append({"row": row + 1, "feature": feature, "activation": round(float(f[row, feature]), 9)})
        texts.append({"text": text, "token_ids": ids, "l0": (f > 0).sum(1).tolist(), "expected": expected})
    full = []
    for text, row in FULL_ROWS:
        values = all_rows[text][row - 1]
        f = encode(values[None, :])[0]
        active = {str(i): round(float(f[i]), 9) for i in f.nonzero().flatten().tolist()}
        bits = to_bf16_bits(values).astype("<u2").tobytes().hex()
        full.append({"text": text, "row": row, "bf16_little_endian_hex": bits, "active": active})
    return {
        "hook_name": hook_name(model.layer),
        "note": "rows count from [CLS] = 0; activations by torch in float64 from bf16-rounded rows; the SAE check on the "
        "full rows is exact to rounding, the check from text also depends on ONNX Runtime (allow 2 percent or 0.02)",
        "watched": list(watched),
        "texts": texts,
        "full_rows": full,
    }
