"""Encoding: every way into codes gives the same codes."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from clearway.kernel.columns import encode_booleans, encode_numbers, encode_text

SHORT = st.integers(1, 3).flatmap(
    lambda width: st.lists(
        st.text(st.characters(max_codepoint=126), min_size=width, max_size=width)
    )
)


@given(st.one_of(st.lists(st.one_of(st.none(), st.text(max_size=4))), SHORT), st.integers(0, 3))
def test_text_comes_back_whatever_form_it_had(texts, skipped):
    texts = [text if text is None or text.isprintable() else "x" for text in texts]
    for form in (
        texts,
        pa.array(texts, pa.string()),
        pa.array([*["zz"] * skipped, *texts], pa.string()).slice(skipped),
        pa.array(texts, pa.string()).dictionary_encode(),
        pa.chunked_array([texts[:2], texts[2:]], pa.string()),
    ):
        encoded = encode_text(form)
        assert encoded.values == sorted(set(texts) - {None})
        words = [*encoded.values, None]
        assert [words[code] for code in encoded.codes.tolist()] == texts


def test_a_dictionary_with_repeated_words_is_counted_afresh():
    odd = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, None]), pa.array(["b", "a", "b"]))
    encoded = encode_text(odd)
    assert (encoded.values, encoded.codes.tolist()) == (["a", "b"], [1, 0, 1, 2])


def test_numbers_beyond_64_bits_stay_whole():
    encoded = encode_numbers([2**63, None, -5])
    assert encoded.values.tolist() == [2**63, 0, -5]
    assert encoded.present.tolist() == [True, False, True]
    assert encode_numbers([1, 2]).present is None
    assert encode_booleans([True, None, False]).codes.tolist() == [1, 2, 0]
