"""Cursors: they lead on, they lead round, and a forged one is refused in words."""

from __future__ import annotations

import base64
import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearway.vocabulary.errors import DataRefused
from clearway.vocabulary.pages import cursor_of, key_of


@settings(deadline=None)
@given(st.one_of(st.integers(-(2**63) + 1, 2**63 - 1), st.text("aZ0:é中-_ /", max_size=60)))
def test_a_cursor_leads_back_to_its_key(key: int | str) -> None:
    assert key_of(cursor_of(key)) == key


@settings(deadline=None)
@given(st.text(max_size=80))
def test_no_text_does_worse_than_be_refused(text: str) -> None:
    with suppress(DataRefused):
        assert cursor_of(key_of(text)) == text


def forged(told: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "cursor",
    [
        forged([1, 2]),
        forged([True]),
        forged([None]),
        forged({"a": 1}),
        forged([2**63]),
        forged([1.5]),
        forged(["a\0b"]),
        forged(["\ud800"]),
        forged([[]]),
        cursor_of(41) + "=",
        cursor_of(41) + "\n",
        "W" * 5000,
        cursor_of("a" * 5000),
        "%%%",
        "é",
        "1",
    ],
)
def test_a_forged_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(DataRefused):
        key_of(cursor)
