"""The two evaluators and the naive oracle agree, whatever the profile and whatever the item."""

from __future__ import annotations

import inspect
import random
import sys
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.effort import examples

from clearway.kernel.columns import encode_rows
from clearway.kernel.profiles import (
    ProfileSet,
    axes,
    bitmaps,
    bulk,
    endpoints,
    lookup,
    rules,
    scales,
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
    return agree(texts, [make(rng, wide=seed % 2 == 0) for _ in range(items)])


def agree(texts: list[str], rows: list[tuple]) -> int:
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
    return len(texts) * len(rows)


QUOTIENTS = (
    "c / d", "d / c", "d / c", "(c - d) / c", "(d - c) / d", "c * d", "c - d", "a / b / (c / d)",
)  # fmt: skip
THIRD = "0.333333333333333333"  # rounds to the same binary number as 1 / 3
TIES = ["-1", "-0.5", "0", "0.25", "0.5", "1", "2", "50", "300", THIRD, f"-{THIRD}"]


def compare_ties(seed: int) -> None:
    """Hold quotients against the very numbers that they can be, whatever the signs."""
    rng = random.Random(seed)
    texts = [
        f"{rng.choice(QUOTIENTS)} {rng.choice(['<', '<=', '=', '<>', '>=', '>'])} "
        f"{rng.choice(TIES)}"
        for _ in range(70)
    ]
    whole = [None, -3, -2, -1, 0, 1, 2, 3]
    rows = []
    for _ in range(60):
        a, b, c, d = (rng.choice(whole) for _ in range(4))
        d = d if d is None else d * rng.choice([1, 50, 100])
        rows.append((a, b, c, d, "CN", None, True, None, None))
    agree(texts, rows)


@pytest.mark.parametrize("seed", range(6))
def test_quotients_that_equal_a_literal_stand_on_the_right_side(seed):
    compare_ties(seed)


@pytest.mark.parametrize(
    "seed", [*range(8), *(pytest.param(one, marks=pytest.mark.long) for one in range(8, 20))]
)
def test_three_evaluators_agree_on_a_thousand_pairs_and_more(seed):
    assert compare(seed, 40, 30) == 1_200  # 9,600 pairs, in a long run 24,000


@settings(max_examples=examples(40), deadline=None)
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
    monkeypatch.setattr(bitmaps, "LED", 1 + 5 * (seed % 4))
    monkeypatch.setattr(bitmaps, "ROWS", 9)
    monkeypatch.setattr(scales, "FIRST_SHIFT", 40 if seed % 2 else 50)
    monkeypatch.setattr(bitmaps, "SAMPLE", 3 if seed % 2 else 2_048)
    compare(seed, 90, 20, usual_condition)
    compare(seed + 1, 20, 20)


MUTANTS = [
    (bitmaps.Matches, "spread", "below & ~bits", "below & bits"),
    (bitmaps.Matches, "spread", "bits = bits & below", "bits = bits & np.uint64(0)"),
    (bitmaps.Bitmaps, "_by_numbers", "codes = codes + starts", "codes = codes + 0 * starts"),
    (bitmaps.Bitmaps, "_by_numbers", "wanting = (bits & asked", "wanting = (bits & ~asked"),
    (bitmaps.Bitmaps, "_tables", "all_of[word] & ~asked[place]", "np.uint64(0)"),
    (bitmaps.Bitmaps, "_tables", "xor.at(edges, high", "xor.at(edges, low"),
    (bitmaps.Bitmaps, "_places", "bisect_left(column.values, word)", "1"),
    (scales.Scale, "intervals", "column.present is not None", "False"),
    (scales.Scale, "intervals", "absent | void", "absent"),
    (scales.Scale, "_searched", "* np.sign(below)", "* 1"),
    (scales.Scale, "_searched", ">= self._behind", "> self._behind"),
    (scales.Scale, "_buckets", "self._table[counts > 0] = DOUBT", "pass"),
    (scales.Scale, "fits", "bound is not None and bound < EXACT", "True"),
    (axes, "_from", "whole - HALF", "whole + HALF"),
    (axes, "_against", "floor(bound) + 1", "floor(bound)"),
    (axes, "_against", 'operator == "<=" else before', 'operator == "<" else before'),
    (axes.Axes, "_sign", "if content > 0", "if True"),
    (axes.Axes, "_sign", "set(leaf.divisors) != asked or", ""),
    (axes.Axes, "_spans", "complement(union(inner), START, PAST)", "union(inner)"),
    (rules.RuleBook, "_choices", "for choices in inner", "for choices in inner[:1]"),
    (axes, "text_spans", "complement(spans, START, ABSENT)", "complement(spans, START, PAST)"),
    (axes, "text_spans", '{"<=", ">"}', '{"<", ">="}'),
    (endpoints, "_only", 'word + "\\0"', 'word + "a"'),
    (lookup.Lookup, "__init__", "{START, ABSENT, PAST}", "{START, PAST}"),
    (bulk._Piece, "_sifted", "~self.mask(plan", "self.mask(plan"),
    (bulk.Evaluator, "run", "keys[1:] != keys[:-1]", "keys[1:] == keys[1:]"),
    (signs.Signs, "_compared", "turned & (denominator < 0)", "turned & (denominator > 0)"),
    (signs.Signs, "_compared", "!= 0)", "> 0)"),
    (signs.Signs, "_where_present", "mask & (present", "mask | (present"),
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
            compare_ties(seed)

    with pytest.raises(Exception):  # noqa: B017, PT011 - a wrong answer, or none at all
        look()
