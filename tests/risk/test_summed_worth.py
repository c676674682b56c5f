"""What profiles' hits showed, summed by a round: the same as read from the record, at any time."""

import pytest

from clearway.assessment.models import Assessment, Hit
from clearway.audit import clock
from clearway.risk.outcomes import queries, summing
from clearway.risk.outcomes.models import Outcome, ProfileWorth, WorthUntil
from clearway.risk.outcomes.queries import Worth


@pytest.fixture(autouse=True)
def small(monkeypatch, both_databases):
    monkeypatch.setattr(summing, "LEAST", 0)


def hit(number, profile, *, lane=3, drawn=False):
    head, _ = Assessment.objects.get_or_create(
        id=number, defaults={
            "declaration": number, "version": 1, "occasion": "lodgement", "at": clock.now(),
            "kernel_version": "1", "reference_hash": "0", "accepted": True, "channel": "",
            "drawn": drawn, "currency": "XPR",
        },
    )  # fmt: skip
    Hit.objects.create(
        assessment=head, items="1", profile=profile, version=1, lane=lane, contribution=0,
        channel="profile",
    )  # fmt: skip


def showed(number, *, differs, item=1):
    Outcome.objects.create(
        declaration=number, item=item, differs=differs, at_stake=0, at=clock.now()
    )


def rounded():
    summing.forget()
    summing.go_round()


def test_what_was_shown_since_the_round_counts_and_nobody_counts_twice():
    for number in range(1, 7):
        hit(number, "A-1")
    hit(1, "B-1")
    hit(2, "Y-1", lane=2)  # asks for no look: judged by the draw alone
    showed(1, differs=False)
    showed(1, differs=False, item=2)
    showed(2, differs=True)
    before = queries.worth_by_profile()
    assert before == {("A-1", 1): Worth(2, 1), ("B-1", 1): Worth(1, 0)}
    rounded()
    assert WorthUntil.objects.get().outcome == Outcome.objects.latest("id").pk
    assert queries.worth_by_profile() == before
    showed(3, differs=True)  # a new look
    showed(1, differs=True)  # another look at the same declaration finds something
    showed(2, differs=False)  # and one finds nothing more
    now = {("A-1", 1): Worth(3, 3), ("B-1", 1): Worth(1, 1)}
    assert queries.worth_by_profile() == now
    rounded()
    assert queries.worth_by_profile() == now
    assert {(one.profile, one.inspected, one.found) for one in ProfileWorth.objects.all()} == {
        ("", 0, 0), ("A-1", 3, 3), ("B-1", 1, 1)
    }  # fmt: skip


def test_what_the_draw_chose_is_summed_with_its_revenue():
    for number in (1, 2, 3):
        hit(number, "A-1", drawn=number < 3)
    Outcome.objects.create(declaration=1, item=1, differs=True, at_stake=700, at=clock.now())
    rounded()
    assert queries.worth_of_random() == Worth(1, 1, 700)
    showed(2, differs=False)
    showed(3, differs=True)
    Outcome.objects.create(declaration=1, item=2, differs=True, at_stake=50, at=clock.now())
    assert queries.worth_of_random() == Worth(2, 1, 750)


def test_where_more_was_shown_since_than_can_be_looked_up_the_record_is_read(monkeypatch):
    hit(1, "A-1")
    hit(2, "A-1")
    showed(1, differs=False)
    rounded()
    showed(2, differs=True)
    monkeypatch.setattr(queries, "_AT_ONCE", 0)
    assert queries.worth_by_profile() == {("A-1", 1): Worth(2, 1)}


def test_few_inspections_have_no_sums(monkeypatch):
    monkeypatch.setattr(summing, "LEAST", 5_000)
    hit(1, "A-1")
    showed(1, differs=False)
    rounded()
    assert not WorthUntil.objects.exists()
    assert queries.worth_by_profile() == {("A-1", 1): Worth(1, 0)}
