"""Sums of days that are over say what the record says, whatever happened to a day since."""

from __future__ import annotations

import pytest
from tests.supervision.conftest import say
from tests.supervision.test_tally import PROFILE, WEIGHT, year

from clearway.audit import sequencer
from clearway.declarations.models import Declaration
from clearway.inspection import concluding
from clearway.inspection.models import Opening
from clearway.post_clearance import correcting
from clearway.post_clearance.changing import Change
from clearway.supervision import days, statements, tally
from clearway.supervision.days import together
from clearway.supervision.ledger import ledger
from clearway.supervision.models import DrawSum, LineSum, SummedDay, SummedUntil
from clearway.supervision.statements import DRAW, LINE, These


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """A border of a few declarations is large enough here."""
    monkeypatch.setattr(days, "LEAST", 0)


def sequenced():
    """Give what was announced its place in the news, as the sequencer does."""
    while sequencer.place():
        pass


def rounded(border):
    """Let the day end and the round go."""
    border.later(days=1)
    sequenced()
    days.forget()
    days.go_round()


def from_the_record(scope):
    spans = ((scope.period.begins, scope.period.ends),)
    these = These(spans, scope.office, scope.direction)
    return sorted(statements.draws(these), key=repr), sorted(statements.lines(these))


def as_read(scope):
    found = days.read(scope)
    return (
        sorted((tuple(row) for row in found.draws()), key=repr),
        sorted(tuple(row) for row in found.lines()),
    )


def scopes():
    office = Declaration.objects.first().office
    return [year(), year(office=office), year(direction="IM"), year(office=office, direction="EX")]


def test_a_round_keeps_what_the_record_says_by_office_and_direction(looked_at, border):
    say(looked_at("12000.00"), "profile:3 random:3", drawn=True, hits=[PROFILE, WEIGHT])
    say(looked_at(), "profile:3", hits=[PROFILE])
    say(border.lodged(document="HBL-D", lrn="D-1"), "profile:2", hits=[WEIGHT])
    assert not days.read(year()).summed
    rounded(border)
    (day,) = SummedDay.objects.all()
    assert day.lodged == 3
    for scope in scopes():
        assert days.read(scope).summed == (day.day,)
        assert as_read(scope) == from_the_record(scope)
    assert ledger(year()).as_of is None


def test_what_is_announced_of_a_day_since_is_counted_from_the_record(
    looked_at, border, people, monkeypatch
):
    """A discrepancy waits for its second person while the sums are made; then he approves."""
    mrn = looked_at("12000.00", confirm=False)
    say(mrn, "profile:3", hits=[PROFILE])
    rounded(border)
    assert tally.counted(year()).whole.found == 0
    concluding.approve(people.supervisor, Opening.objects.get().pk, confirmed=True)
    sequenced()
    # more than a reader can wait for: the sums stand, and he is told of when
    found = ledger(year())
    assert (found.whole.found, found.as_of) == (0, SummedUntil.objects.get().at)
    monkeypatch.setattr(days, "LEAST", 10)
    found = ledger(year())
    assert (found.whole.found, found.as_of) == (1, None)
    assert as_read(year()) == from_the_record(year())
    monkeypatch.setattr(days, "LEAST", 0)
    rounded(border)
    assert days.read(year()).summed
    assert tally.counted(year()).whole.found == 1
    assert as_read(year()) == from_the_record(year())


def test_a_correction_after_release_is_news_of_the_day_of_its_declaration(
    looked_at, border, people, monkeypatch
):
    """A correction is announced about itself; its declaration was lodged on another day."""
    mrn = border.lodged(document="HBL-C", lrn="C-1")
    say(mrn, "")
    Declaration.objects.filter(mrn=mrn).update(
        state="released", lane=0, goods_state="released", released_at=border.clock.now()
    )
    border.later(minutes=1)
    rounded(border)
    row = correcting.propose(
        people.officers[0], mrn, [Change(1, "price", "12000.00")], "The price was another."
    )
    correcting.confirm(people.officers[1], row.pk, confirmed=True)
    sequenced()
    monkeypatch.setattr(days, "LEAST", 10)
    assert tally.counted(year()).whole.later == 1
    assert as_read(year()) == from_the_record(year())


def test_a_year_is_read_from_its_days_and_what_lies_beside_them():
    assert list(days._besides((0, 100), [(30, 40), (10, 20), (20, 30)])) == [(0, 10), (40, 100)]
    assert list(days._besides((0, 40), [(0, 20), (20, 40)])) == []
    assert list(days._besides((0, 40), [])) == [(0, 40)]


def test_rows_of_one_key_are_added_and_of_the_greatest_the_greatest_counts():
    names = ("found", "largest")
    rows = [("a", 1, 2, 50), ("b", 1, 7, 1), ("a", 1, 3, 40)]
    assert together(rows, 2, names) == [("a", 1, 5, 50), ("b", 1, 7, 1)]


def test_the_tables_hold_the_columns_that_are_counted():
    for table, columns in ((DrawSum, DRAW), (LineSum, LINE)):
        assert [one.name for one in table._meta.fields][-len(columns) :] == list(columns)


def test_a_small_border_has_no_sums(looked_at, border, monkeypatch):
    monkeypatch.setattr(days, "LEAST", 5_000)
    looked_at()
    rounded(border)
    assert not SummedDay.objects.exists()
    assert not SummedUntil.objects.exists()
