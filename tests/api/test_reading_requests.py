"""Requests are read strictly: nothing that no database can hold comes through the parser."""

from __future__ import annotations

import json

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from clearway.api.parsing import StrictParser, refuse_unkeepable
from clearway.vocabulary.errors import DataRefused, InputUnusable, WrongMediaType

PARSER = StrictParser()


def body(told, kind="application/json"):
    return RequestFactory().post("/api/v1/x", data=told, content_type=kind)


@pytest.mark.parametrize(
    "told",
    [
        b"{",
        b"\xff\xfe",
        b"nul",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1e999}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'"\x00"',
        b'{"a": "\xed\xa0\x80"}',
        b'\xef\xbb\xbf{"a": 1}',
    ],
    ids=lambda told: repr(told[:20]),
)
def test_what_is_no_json_is_unreadable(told):
    with pytest.raises(InputUnusable):
        PARSER.parse_body(body(told))


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        (b'{"a": {"b/c": ["x", "y\\u0000"]}}', "/body/a/b~1c/1"),
        (b'{"a": "\\ud800"}', "/body/a"),
        (b'{"a": "\\udc00\\ud800"}', "/body/a"),
        (b'{"a\\u0000": 1}', "/body"),
        (b'{"\\ud83d": 1}', "/body"),
        (b'{"a": 9223372036854775808}', "/body/a"),
        (b'{"a": 1, "b": 2, "a": 1}', "/body/a"),
        (b'[{"a": {"b/c": 1, "b/c": [{}]}}]', "/body/0/a/b~1c"),
        (b"-9223372036854775808", "/body"),
    ],
)
def test_what_no_record_can_keep_is_refused_by_pointer(told, pointer):
    with pytest.raises(DataRefused) as refused:
        PARSER.parse_body(body(told))
    assert [place for place, _ in refused.value.faults] == [pointer]


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "", "application/json-seq"])
def test_another_media_type_is_not_read(kind):
    with pytest.raises(WrongMediaType):
        PARSER.parse_body(body(b"{}", kind))


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(st.characters(exclude_characters="\0", codec="utf-8")), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(json_values)
def test_all_other_json_comes_through_as_it_is(told):
    assert PARSER.parse_body(body(json.dumps(told).encode())) == told


@settings(deadline=None)
@given(st.recursive(st.text() | st.integers(), st.lists, max_leaves=6))
def test_what_comes_through_can_be_kept(told):
    try:
        refuse_unkeepable("/body", told)
    except DataRefused:
        return
    text = json.dumps(told, ensure_ascii=False)
    assert "\0" not in text
    text.encode()


def test_a_parameter_is_given_once():
    request = RequestFactory().get("/x?a=1&a=2&b=3&b=4")
    with pytest.raises(DataRefused) as refused:
        PARSER.parse_querydict(request.GET, ["b"], request)
    assert refused.value.faults == (("/query/a", "given more than once"),)
    assert PARSER.parse_querydict(QueryDict("a=1&b=3&b=4"), ["b"], request) == {
        "a": "1",
        "b": ["3", "4"],
    }


@pytest.mark.parametrize("query", ["a=%00", "b=x&b=%00y"])
def test_a_parameter_is_text(query):
    request = RequestFactory().get(f"/x?{query}")
    with pytest.raises(DataRefused):
        PARSER.parse_querydict(request.GET, ["b"], request)
