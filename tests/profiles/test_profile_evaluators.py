"""The two evaluators and the naive oracle agree, whatever the profile and whatever the item."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearway.kernel.columns import encode_rows
from clearway.kernel.profiles import ProfileSet
from clearway.proving.generated_profiles import SMALL_SCHEMA, condition, item, profile
from clearway.proving.naive_profiles import is_hit, named_values


def compare(seed: int, profiles: int, items: int) -> int:
    rng = random.Random(seed)
    texts = [condition(rng) for _ in range(profiles)]
    rows = [item(rng, wide=seed % 2 == 0) for _ in range(items)]
    compiled = ProfileSet.compile((profile(t, i) for i, t in enumerate(texts)), SMALL_SCHEMA)
    found = compiled.hits_bulk(encode_rows(rows, SMALL_SCHEMA))
    bulk: list[list[int]] = [[] for _ in rows]
    for place, hit_rows in enumerate(found.rows):
        assert list(hit_rows) == sorted(set(hit_rows.tolist()))
        for row in hit_rows:
            bulk[row].append(place)
    starts, by_item = found.by_item()
    for position, row in enumerate(rows):
        values = named_values(row, SMALL_SCHEMA)
        naive = [i for i, text in enumerate(texts) if is_hit(text, values, SMALL_SCHEMA)]
        single = compiled.hits(row)
        assert single == naive, [texts[i] for i in set(single) ^ set(naive)]
        assert bulk[position] == naive, [texts[i] for i in set(bulk[position]) ^ set(naive)]
        assert by_item[starts[position] : starts[position + 1]].tolist() == naive
    return profiles * items


@pytest.mark.parametrize("seed", range(20))
def test_three_evaluators_agree_on_a_thousand_pairs_and_more(seed):
    assert compare(seed, 40, 30) == 1_200  # twenty times: 24,000 pairs


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 25), st.integers(0, 12))
def test_three_evaluators_agree_on_any_sizes(seed, profiles, items):
    compare(seed, profiles, items)
