"""What `seismo sae import` writes is read as it was written, and SAELens directories fold to the same bits. Needs no torch."""
from __future__ import annotations

import numpy as np
import pytest
from conftest import needs_seismo, seismo
from seismo_capture.sae import load
from test_sae_weights import DEMO, FAMILIES

pytestmark = needs_seismo


@pytest.mark.parametrize("name", ["standard-layer-norm", "gated", "topk-rescaled", "matryoshka-scaled"])
def test_should_fold_bit_for_bit_as_the_import_does_and_state_its_digest(name, tmp_path):
    seismo("sae", "import", str(FAMILIES / name), "--out", str(tmp_path / "imported"), "--copy")
    own, imported = load(FAMILIES / name), load(tmp_path / "imported")
    assert own.digest == imported.digest == seismo("sae", "inspect", str(tmp_path / "imported"))["digest"]
    assert (own.norm, own.function, own.k, own.hook) == (imported.norm, imported.function, imported.k, imported.hook)
    assert np.array_equal(own.W, imported.W) and np.array_equal(own.c, imported.c)
    assert (own.theta is None and imported.theta is None) or np.array_equal(own.theta, imported.theta)


def test_should_read_an_import_that_leaves_the_matrix_where_it_lies(tmp_path):
    seismo("sae", "import", str(DEMO), "--out", str(tmp_path / "imported"))
    own, imported = load(DEMO), load(tmp_path / "imported")
    assert not (tmp_path / "imported" / "weights.bin").stat().st_size > own.W.nbytes
    assert np.array_equal(own.W, imported.W) and np.array_equal(own.c, imported.c) and np.array_equal(own.theta, imported.theta)
    assert own.digest == imported.digest
