"""The public summary of a year: nothing small in it, nothing from which something small follows."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from tests.supervision.conftest import say

from clearway.supervision import summary as summaries
from clearway.supervision.estimating import Interval, Missed, wilson
from clearway.supervision.ledger import Base, Ledger, in_order, lines
from clearway.supervision.summary import of, summary
from clearway.supervision.tally import Drawn, Tally, Whole
from clearway.vocabulary.errors import NotThere

END = datetime(2027, 1, 1, tzinfo=UTC)


def told(*tallies, **changed):
    """Return a ledger of a year with these channels; 400 drawn, 20 of them bad."""
    base = Base(400, 400, 20, wilson(20, 400))
    whole = Whole(
        declarations=8_000, inspected=655, found=71, checked=0, on_paper=0, revenue=1_234_567,
        officer_time=0, later=0, later_revenue=0, without_chance=0, largest=90_000, hits=71,
    )._replace(**changed)  # fmt: skip
    drawn = Tally("random", selected=400, inspected=400, found=20, revenue=200_000, largest=30_000,
                  red=400, red_inspected=400, red_found=20)  # fmt: skip
    channels = lines(in_order([*tallies, drawn]), base)
    missed = Missed(
        Interval(380.0, 246.4, 583.9), Interval(3_800_000.0, 2_444_444.0, 5_155_555.0), None, 400
    )
    alone = (Drawn(500, 8_000, 400, 400, 20, 2e5, 1e10, 20, 2e5),)
    return Ledger("2026", "", "", "XPR", whole, base, channels, (), missed, alone)


PROFILE = Tally(
    "profile", selected=250, inspected=245, found=49, revenue=900_000, largest=90_000, red=245,
    red_inspected=240, red_found=48,
)  # fmt: skip
WATCHED = Tally(
    "watchlist", selected=15, inspected=15, found=3, revenue=99_000, largest=80_000, red=15,
    red_inspected=15, red_found=3,
)  # fmt: skip


def by_channel(found):
    return {one.channel: one for one in found.channels}


def test_a_whole_year_is_told_exactly_but_for_what_is_small():
    found = of(told(PROFILE, WATCHED), END, under_way=False)
    lines = by_channel(found)
    watched, profile, drawn = lines["watchlist"], lines["profile"], lines["random"]
    assert (watched.selected, watched.inspected) == (15, 15)
    assert (watched.found, watched.rate, watched.lift, watched.revenue) == (None, None, None, None)
    assert (drawn.found, drawn.rate, drawn.revenue) == (None, None, None)  # the next smallest
    assert (profile.selected, profile.inspected, profile.found) == (250, 240, 48)
    assert profile.rate == wilson(48, 240)
    assert profile.revenue == 900_000
    assert (profile.lift, found.base, found.missed, found.caught) == (None, None, None, None)
    assert found.whole.revenue == 1_200_000  # to two digits
    assert found.whole.found == 71


def test_where_nothing_is_small_every_figure_is_told():
    found = of(told(PROFILE), END, under_way=False)
    lines = by_channel(found)
    assert found.base == wilson(20, 400)
    assert lines["profile"].lift.value == pytest.approx(4.0)
    assert lines["random"].lift is None
    assert found.missed == Interval(380.0, 250.0, 580.0)
    assert found.missed_revenue == Interval(3_800_000.0, 2_400_000.0, 5_200_000.0)
    assert found.caught == Interval(0.16, 0.11, 0.22)  # 71 of 451; of 654.9; of 317.4
    assert (lines["watchlist"].selected, lines["watchlist"].revenue) == (0, 0)


def test_a_revenue_that_one_declaration_made_is_not_told():
    one = PROFILE._replace(revenue=100_000, largest=86_000)
    found = by_channel(of(told(one), END, under_way=False))
    assert found["profile"].found == 48
    assert found["profile"].revenue is None
    just = PROFILE._replace(revenue=100_000, largest=85_000)
    assert by_channel(of(told(just), END, under_way=False))["profile"].revenue == 100_000


def test_a_year_under_way_is_rounded_before_anything_is_derived():
    """One more look changes nothing that is told, but at every tenth."""
    before = of(told(PROFILE), END, under_way=True)
    after = of(
        told(PROFILE._replace(selected=251, red_inspected=241, red_found=49)), END, under_way=True
    )
    assert before == after
    assert by_channel(before)["profile"].rate == wilson(50, 240)
    assert before.base == wilson(20, 400)


def test_what_is_public_names_no_profile_and_ends_with_yesterday(looked_at, border):
    say(looked_at("12000.00"), "profile:3", hits=[("SECRET-1", 2, 3, 0, "profile")])
    assert summary().whole.selected == 0  # it was lodged today
    border.later(minutes=60 * 24)
    found = summary()
    assert found.whole.selected is None  # one declaration is a small number
    assert found.under_way
    assert found.year == 2026
    now = border.clock.now()
    assert now - timedelta(days=1) < found.until <= now
    assert not re.search("SECRET", repr(found))


def test_the_year_is_counted_once_for_all_who_ask(border, monkeypatch):
    times = []
    whole = summaries.whole.ledger
    monkeypatch.setattr(summaries.whole, "ledger", lambda scope: times.append(1) or whole(scope))
    assert summary() is summary(2026)
    assert len(times) == 1


@pytest.mark.parametrize("year", [1969, 2025, 2027, 99_999])
def test_a_year_without_a_record_has_no_summary(border, year):
    border.lodged()
    with pytest.raises(NotThere):
        summary(year)
