"""The two evaluators and the naive oracle agree, whatever the profile and whatever the item."""

from __future__ import annotations

import inspect
import random
import sys
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearway.kernel.columns import encode_rows
from clearway.kernel.profiles import (
    ProfileSet,
    bitmaps,
    bounds,
    bulk,
    endpoints,
    lookup,
    rules,
    signs,
)
from clearway.kernel.profiles.single import Generator
from clearway.kernel.profiles.single_leaves import LeafCode
from clearway.proving.generated_profiles import (
    SMALL_SCHEMA,
    condition,
    item,
    profile,
    usual_condition,
    usual_item,
)
from clearway.proving.naive_profiles import is_hit, named_values


def compare(seed: int, profiles: int, items: int, write=condition) -> int:
    rng = random.Random(seed)
    texts = [write(rng) for _ in range(profiles)]
    make = item if write is condition else usual_item
    rows = [make(rng, wide=seed % 2 == 0) for _ in range(items)]
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


@pytest.mark.parametrize(("seed", "profiles"), [(0, 65), (1, 64), (2, 340), (3, 200)])
def test_three_evaluators_agree_on_sets_of_usual_profiles(monkeypatch, seed, profiles):
    monkeypatch.setattr(bitmaps, "COMMON", 0.99)
    compare(seed, profiles, 25, usual_condition)


@pytest.mark.parametrize("seed", range(6))
def test_it_does_not_matter_how_the_work_is_cut(monkeypatch, seed):
    monkeypatch.setattr(bulk, "CHUNK", 7)
    monkeypatch.setattr(bulk, "PAIRS", 5)
    monkeypatch.setattr(bitmaps, "COMMON", 0.99 if seed % 2 else 0.3)
    monkeypatch.setattr(bitmaps, "MANY_WORDS", 3 if seed % 3 else 2_000)
    monkeypatch.setattr(bitmaps, "INDEX_FROM", 1 + seed % 4)
    monkeypatch.setattr(bitmaps, "SAMPLE", 3 if seed % 2 else 2_048)
    compare(seed, 90, 20, usual_condition)
    compare(seed + 1, 20, 20)


MUTANTS = [
    (bitmaps, "_spread", "below & ~bits", "below & bits"),
    (bitmaps, "_spread", "bits = bits & below", "bits = bits & np.uint64(0)"),
    (bitmaps.Bitmaps, "_tables", "all_of[word] & ~asked[place]", "np.uint64(0)"),
    (bitmaps.Bitmaps, "_tables", "xor.at(edges, high", "xor.at(edges, low"),
    (bitmaps.Bitmaps, "_places", "bisect_left(words, word)", "bisect_left(words, word, 1)"),
    (bounds.Bounds, "kept", "values >= self.low", "values > self.low"),
    (bounds.Bounds, "kept", "values <= self.high", "values < self.high"),
    (bounds.Bounds, "kept", "column.present is not None", "False"),
    (rules, "bounds_of", "max(low, INT64_MIN)", "INT64_MIN"),
    (endpoints, "_leaf", "complement(spans, START, ABSENT)", "complement(spans, START, PAST)"),
    (lookup, "spans_of", "complement(union(inner), START, PAST)", "union(inner)"),
    (endpoints, "_leaf", '{"<=", ">"}', '{"<", ">="}'),
    (endpoints, "_only", 'word + "\\0"', 'word + "a"'),
    (lookup.Lookup, "__init__", "{START, ABSENT, PAST}", "{START, PAST}"),
    (bulk._Piece, "_sifted", "~self.mask(plan", "self.mask(plan"),
    (bulk._Piece, "ruled", "keys[1:] != keys[:-1]", "keys[1:] == keys[1:]"),
    (bulk._Piece, "_judge_family", "compress(~found)", "compress(found)"),
    (bulk.Evaluator, "_families", "enumerate(members)", "enumerate(reversed(members))"),
    (signs.Signs, "_compared", "turned & (denominator < 0)", "turned & (denominator > 0)"),
    (signs.Signs, "_compared", "!= 0)", "> 0)"),
    (signs.Signs, "_where_present", "mask & (present", "mask | (present"),
    (signs.Signs, "compare_family", "if total > INT64_MAX", "if total < 0"),
    (signs.Signs, "_bound", "if bounds[part] > INT64_MAX", "if bounds[part] < 0"),
    (LeafCode, "_signs", "if {denominator} > 0", "if {denominator} >= 5"),
    (LeafCode, "_member", "(*members, None)", "(*members,)"),
    (Generator, "_dispatch", "v = v[s{length}]", "v = v[s{length}][:-1]"),
    (Generator, "_tests", "if shared not in entry.parts", "if False"),
    (Generator, "build", "repeated |= len(parts) > 1", "repeated |= False"),
]


def broken(owner, name, old, new):
    """Return the function with one small fault in it."""
    function = getattr(owner, name)
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(old) == 1, (name, old)
    home = sys.modules[function.__module__]
    space = dict(vars(home))
    exec(compile(source.replace(old, new), f"<broken {name}>", "exec"), space)
    return space[name]


@pytest.mark.parametrize(("owner", "name", "old", "new"), MUTANTS)
def test_a_broken_evaluator_is_noticed(monkeypatch, owner, name, old, new):
    monkeypatch.setattr(owner, name, broken(owner, name, old, new))
    monkeypatch.setattr(bitmaps, "COMMON", 0.99)  # few words, so every test is a common one

    def look() -> None:
        for seed in range(4):
            compare(seed, 150, 25, usual_condition)
        for seed in range(3):
            compare(seed, 40, 30)

    with pytest.raises(Exception):  # noqa: B017, PT011 - a wrong answer, or none at all
        look()
