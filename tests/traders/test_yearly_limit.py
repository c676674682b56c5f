"""Two racing parcels can never overdraw a buyer's year, on either database."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.db import connection, transaction

from clearway.traders.models import YearlyUse
from clearway.traders.yearly_limit import give_back, use_yearly_limit, used_many


def _use(buyer, amount, limit, year=2026):
    with transaction.atomic(), connection.cursor() as cursor:
        return use_yearly_limit(cursor, buyer, year, amount, limit)


def test_the_last_penny_fits_and_the_next_does_not(both_databases):
    assert _use("b", 25_700, 26_000)
    assert not _use("b", 519, 26_000)
    assert _use("b", 300, 26_000)
    assert not _use("b", 1, 26_000)
    assert _use("b", 0, 26_000)
    assert _use("b", 26_000, 26_000, year=2027)
    assert not _use("new", 26_001, 26_000)
    with connection.cursor() as cursor:
        assert used_many(cursor, ["b", "new"], 2026) == {"b": 26_000, "new": 0}
        assert used_many(cursor, [], 2026) == {}


def test_a_single_item_above_the_limit_counts_all_the_same(both_databases):
    assert _use("b", 5_200, None)
    assert not _use("b", 1, 5_200)


def test_what_is_cancelled_is_given_back_and_never_more(both_databases):
    _use("b", 500, 1_000)
    with transaction.atomic(), connection.cursor() as cursor:
        give_back(cursor, "b", 2026, 200)
        assert used_many(cursor, ["b"], 2026) == {"b": 300}
        give_back(cursor, "b", 2026, 900)
        give_back(cursor, "nobody", 2026, 900)
        assert used_many(cursor, ["b", "nobody"], 2026) == {"b": 0, "nobody": 0}


@pytest.mark.parametrize("amount", [-1, 2**62, 2**70])
def test_what_cannot_be_counted_is_refused(both_databases, amount):
    with pytest.raises(ValueError, match="counted"):
        _use("b", amount, None)


def test_a_buyer_of_any_script_and_length(both_databases):
    name = "買\0\ud800" + "é" * 20_000
    assert _use(name, 1, 1)
    assert not _use(name, 1, 1)


def test_racing_parcels_never_overdraw(both_databases):
    """Eight threads, two buyers; each counts what was granted to it. Some roll back."""
    limit, start = 10_000, threading.Barrier(8)

    def race(seed):
        rng, granted = Random(seed), {"a": 0, "b": 0}
        start.wait()
        try:
            for _ in range(40):
                buyer, amount = rng.choice("ab"), rng.randint(1, 400)
                with transaction.atomic(), connection.cursor() as cursor:
                    won = use_yearly_limit(cursor, buyer, 2026, amount, limit)
                    kept = rng.random() < 0.8
                    transaction.set_rollback(not kept)
                granted[buyer] += amount if won and kept else 0
        finally:
            connection.close()
        return granted

    with ThreadPoolExecutor(8) as threads:
        shares = list(threads.map(race, range(8)))
    granted = {buyer: sum(share[buyer] for share in shares) for buyer in "ab"}
    with connection.cursor() as cursor:
        assert used_many(cursor, ["a", "b"], 2026) == granted
    assert all(limit - 400 < used <= limit for used in granted.values())
    assert YearlyUse.objects.count() == 2
