"""What falls due is found by the round of every minute; one failing job stops no other."""

from __future__ import annotations

from clearway.events.models import Event
from clearway.site import rounds


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
