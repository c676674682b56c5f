"""Buckets: what goes through in any span never exceeds burst and rate, and nobody else pays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearway.api import rate_limits
from clearway.api.rate_limits import Allowance, Buckets
from clearway.vocabulary.errors import TooMuch


def passes(buckets, name, now):
    try:
        buckets.spend(name, now=now)
    except TooMuch:
        return False
    return True


def test_who_is_refused_is_told_when_to_come_back():
    buckets = Buckets(per_second=1, burst=1)
    buckets.spend("a", now=0.0)
    with pytest.raises(TooMuch) as refused:
        buckets.spend("a", now=0.0)
    assert refused.value.retry_after == 1


@settings(deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=80))
def test_no_span_lets_through_more_than_burst_and_rate(pauses):
    buckets = Buckets(per_second=2, burst=5)
    now, passed = 0.0, []
    for pause in pauses:
        now += pause / 10
        if passes(buckets, "a", now):
            passed.append(now)
    for place, first in enumerate(passed):
        for count, last in enumerate(passed[place:], 1):
            assert count <= 5 + 2 * (last - first) + 1e-9


def test_who_waits_is_let_through():
    buckets = Buckets(per_second=2, burst=5)
    assert [passes(buckets, "a", 0.0) for _ in range(7)] == [True] * 5 + [False] * 2
    assert passes(buckets, "a", 0.5)
    assert not passes(buckets, "a", 0.5)


def test_nobody_pays_for_another():
    buckets = Buckets(per_second=1, burst=1)
    assert passes(buckets, "a", 0.0)
    assert passes(buckets, "b", 0.0)
    assert not passes(buckets, "a", 0.0)


def test_a_clock_that_stands_still_fills_nothing():
    buckets = Buckets(per_second=1000, burst=1)
    assert passes(buckets, "a", 5.0)
    assert not passes(buckets, "a", 5.0)


def test_old_buckets_are_forgotten(monkeypatch):
    monkeypatch.setattr(rate_limits, "_MOST_BUCKETS", 10)
    buckets = Buckets(per_second=1, burst=1)
    for place in range(100):
        buckets.spend(f"actor {place}", now=0.0)
    assert len(buckets._filled) == 10


@pytest.mark.parametrize(("left", "until_full"), [(400, 0), (399, 1), (0, 4)])
def test_what_is_left_is_told(left, until_full):
    told = Allowance(burst=400, per_second=100, left=left).headers()
    assert told["RateLimit"] == f'"actor";r={left};t={until_full}'
    assert told["RateLimit-Policy"] == '"actor";q=400;w=4'
