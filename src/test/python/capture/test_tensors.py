"""Tensors become bytes without a changed bit."""
from __future__ import annotations

import numpy as np
import pytest
from seismo_capture import Bits, Rows, RowKind, stage


def test_should_copy_so_that_later_writes_do_not_show():
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    staged = stage(array)
    array[:] = 0
    assert bytes(staged.view()) == np.arange(6, dtype=np.float32).tobytes()


def test_should_keep_every_pattern_of_bf16_and_count_through_leading_dimensions():
    bits = np.arange(2**16, dtype=np.uint16).reshape(4, 4, -1)
    staged = stage(Bits(bits))
    assert (staged.rows, staged.width, staged.size) == (16, 4096, 2**17)
    assert bytes(staged.view()) == bits.tobytes()


def test_should_follow_strides():
    array = np.arange(24, dtype=np.float16).reshape(4, 6)[::2, ::-1]
    assert bytes(stage(array).view()) == np.ascontiguousarray(array).tobytes()


@pytest.mark.parametrize("wrong", [np.zeros((2, 2)), np.zeros((2, 2), np.int32), np.zeros((2, 2), ">f4"),
                                   Bits(np.zeros((2, 2), np.float32)), [[1.0]]])
def test_should_refuse_what_would_have_to_be_converted(wrong):
    with pytest.raises(TypeError):
        stage(wrong)


@pytest.mark.parametrize("wrong", [
    dict(request_id=""), dict(request_id="x" * 129), dict(rows=-1), dict(kinds=b"\0"), dict(kinds=b"\3\0"),
    dict(token_ids=[1]), dict(token_ids=[-1, 0]), dict(attributes={"k": "v" * 65}), dict(traceparent="00-1-2-3"),
    dict(attributes={str(n): "" for n in range(9)}), dict(start=2**31 - 2), dict(account_key="ä" * 65)])
def test_should_refuse_what_the_contract_cannot_carry(wrong):
    with pytest.raises(ValueError):
        Rows(**{"request_id": "r", "rows": 2, **wrong})


def test_should_take_kinds_as_numbers():
    assert Rows("r", 2, kinds=[RowKind.SPECIAL, RowKind.ORDINARY]).kinds == b"\1\0"
