"""What falls due is found by the round of every minute; one failing job stops no other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from clearway.events.models import Event
from clearway.site import rounds
from clearway.vocabulary.clock import SimulatedClock


def test_a_round_chases_what_is_late(border):
    border.lodged(type_code="IMC")
    border.later(days=11)
    rounds.go_round()
    rounds.go_round()
    assert Event.objects.filter(kind="supplementary.overdue").count() == 1


def test_one_job_that_fails_keeps_no_other_from_its_own(monkeypatch):
    done = []

    def fails():
        raise RuntimeError

    monkeypatch.setattr(rounds, "ROUND", (fails, lambda: done.append(1)))
    monkeypatch.setattr(rounds.connection, "close", lambda: None)
    rounds.go_round()
    assert done == [1]


def test_it_ends_when_it_is_told_to():
    part = rounds.Rounds()
    part.start()
    part.stop()
    assert not part._thread.is_alive()


def test_a_demonstration_goes_round_with_each_hour_of_its_own_time(settings, monkeypatch):
    """Its month takes minutes: by the machine's minutes most days would end without a round."""
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    settings.CLOCK = known = SimulatedClock(start)
    seen = []
    monkeypatch.setattr(rounds, "go_round", lambda: seen.append(known.now()))
    part = rounds.Rounds()
    part.start()
    assert not part._thread.is_alive()
    part.stop()
    for minutes in (0, 59, 60, 61, 119, 120, 500):
        known.advance(start + timedelta(minutes=minutes))
        known.ring()
    assert [(at - start).seconds // 60 for at in seen] == [60, 120, 500]
