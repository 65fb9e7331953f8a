"""An SAE for a model of a few hundred dimensions, trained in seconds on a few thousand rows: small, and good enough to watch."""
from __future__ import annotations

from typing import Tuple

import numpy as np

from seismo_sae.fidelity import Fidelity, measure, with_threshold
from seismo_sae.files import Sae
from seismo_sae.training import Recipe, Rows, train

RECIPE = Recipe(d_sae=512, k=16, groups=(64, 512), batch=512, rows=40_000, dead_after=20_000, aux_k=64, warm_up=10)
CALIBRATION_ROWS = 8_192


def trained(bits: np.ndarray) -> Tuple[Sae, Fidelity]:
    """From bf16 bits [rows, d_in], with its thresholds and how well it explains them."""
    sae = with_threshold(train(Rows([bits], 7), RECIPE), bits[:CALIBRATION_ROWS], RECIPE.k)
    return sae, measure(sae, bits[:CALIBRATION_ROWS])
