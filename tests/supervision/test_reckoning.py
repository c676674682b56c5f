"""The statements beside a plain count over a month of 2,000 declarations, on both databases."""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from clearway.assessment.models import Assessment, Hit
from clearway.declarations.models import Declaration
from clearway.inspection.models import Member, Opening, Order
from clearway.supervision import days, tally
from clearway.supervision.models import SummedUntil
from clearway.supervision.periods import period
from clearway.supervision.tally import Scope

COUNT = 2_000
START = datetime(2026, 3, 1, 6, tzinfo=UTC)
SCOPE = Scope(period("2026-03", "UTC"))


def month():
    """Write a month of declarations of which some were selected and looked at; return them."""
    chance = random.Random(7)
    told, hits, openings, orders, members = [], [], [], [], []
    declarations, assessments = [], []
    for n in range(1, COUNT + 1):
        at = START + timedelta(minutes=20 * n)
        drawn = chance.random() < 0.1
        codes = [code for code, share in (("A-1", 0.05), ("B-2", 0.08)) if chance.random() < share]
        scored = chance.random() < 0.05
        red = drawn or bool(codes)
        looked = red and chance.random() < 0.9
        found = looked and chance.random() < 0.2
        stake = chance.randrange(1_000, 90_000) if found else 0
        told.append((drawn, codes, scored, looked, found, stake))
        declarations.append(
            Declaration(
                id=n, declarant="XP1", lrn=f"L{n}", mrn=f"26XP{n:012}A1", organisation=1,
                direction="IM", kind="standard", state="released", goods_state="released",
                debt_state="paid", lane=3 if red else 0, office="XP000110", importer="XP2",
                exporter="", transport_document=f"T{n}", fingerprint=n.to_bytes(16, "big"),
                consignment_key="", draw_day=0, received_at=at, accepted_at=at,
                released_at=at + timedelta(days=1),
            )
        )  # fmt: skip
        asked = ["profile:3"] * bool(codes) + ["score:2"] * scored + ["random:3"] * drawn
        assessments.append(
            Assessment(
                id=n, declaration=n, version=1, occasion="lodgement", at=at, kernel_version="1",
                reference_hash="0", accepted=True, lane=3 if red else 0, channel="profile",
                drawn=drawn, asked=" ".join(asked), random_rate=1_000, currency="XPR",
            )
        )  # fmt: skip
        hits += [
            Hit(assessment_id=n, items="1", profile=code, version=1, lane=3, contribution=0,
                channel="profile")
            for code in codes
        ]  # fmt: skip
        if looked:
            openings.append(
                Opening(
                    id=n,
                    declaration_id=n,
                    office="XP000110",
                    state="closed",
                    ordered_at=at,
                    started_at=at,
                    ended_at=at + timedelta(hours=1),
                    outcome="discrepancy" if found else "satisfactory",
                    at_stake=stake,
                )
            )
            orders.append(
                Order(opening_id=n, look_at="goods", ordered_by="x", ordered_at=at,
                      state="answered", outcome="discrepancy" if found else "satisfactory")
            )  # fmt: skip
            members += [Member(opening_id=n, person=f"user:{m}", since=at) for m in (1, 2)]
    for table, rows in (
        (Declaration, declarations), (Assessment, assessments), (Hit, hits), (Opening, openings),
        (Order, orders), (Member, members),
    ):  # fmt: skip
        table.objects.bulk_create(rows, batch_size=500)
    return told


@pytest.mark.django_db(transaction=True)
def test_a_month_is_counted_rightly_and_fast_on_both(both_databases):
    told = month()
    wanted, by_code = defaultdict(Counter), defaultdict(Counter)
    for drawn, codes, scored, looked, found, stake in told:
        channels = ["profile"] * bool(codes) + ["score"] * scored + ["random"] * drawn
        for name in channels:
            wanted[name] += Counter(
                selected=1, inspected=looked, found=found, revenue=stake,
                alone=found and len(channels) == 1,
                officer_time=2 * 3_600_000_000 * looked,
            )  # fmt: skip
        for code in codes:
            others = len(codes) + scored + drawn
            by_code[code] += Counter(
                selected=1, inspected=looked, found=found, alone=found and others == 1
            )
    channels = tally.tallied(SCOPE).channels
    assert {one.channel for one in channels} == {"profile", "score", "random"}
    for one in channels:
        assert {name: getattr(one, name) for name in wanted[one.channel]} == wanted[one.channel]
    profiles = tally.tallied(SCOPE).profiles
    assert {one.profile for one in profiles} == {"A-1", "B-2"}
    for one in profiles:
        assert {name: getattr(one, name) for name in by_code[one.profile]} == by_code[one.profile]
    lonely = [row for row in told if not row[1]]
    (drawn,) = tally.counted(SCOPE).alone
    seen = [row for row in lonely if row[0] and row[3]]
    assert (drawn.size, drawn.looked) == (len(lonely), len(seen))
    assert drawn.squares == sum(row[5] ** 2 for row in seen)
    assert tally.counted(SCOPE).whole.declarations == COUNT
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as databases do by themselves
    begun = time.process_time()
    for count in (tally.counted, tally.tallied):
        count(SCOPE)
    assert time.process_time() - begun < 1.0


@pytest.mark.django_db(transaction=True)
def test_the_sums_of_days_say_the_same_on_both(both_databases, monkeypatch):
    """Every figure is a whole number there as here, though PostgreSQL sums to decimals."""
    month()
    zone = ZoneInfo("UTC")
    monkeypatch.setattr(days, "LEAST", 0)
    monkeypatch.setattr(days, "reference_at", lambda _: SimpleNamespace(time_zone="UTC"))
    counted, tallied = tally.counted(SCOPE), tally.tallied(SCOPE)
    assert not days.read(SCOPE).summed
    first = (START.date() - date(1970, 1, 1)).days
    for day in range(first, first + 20):
        days._sum(day, zone)
    SummedUntil.objects.create(position=-1, at=START + timedelta(days=40))
    assert len(days.read(SCOPE).summed) == 20
    assert (tally.counted(SCOPE), tally.tallied(SCOPE)) == (counted, tallied)
    kinds = {type(one) for row in days.read(SCOPE).lines() for one in row if one is not None}
    assert kinds <= {int, str}
