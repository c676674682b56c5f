"""A trial on a long history: ordered, done by a child, kept or told why not; and damaged texts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.risk.conftest import TODAY

from clearway.audit import clock
from clearway.declarations.models import Declaration
from clearway.events.models import Event
from clearway.intake.models import Alarm
from clearway.risk import child
from clearway.risk.outcomes import service as recording
from clearway.risk.outcomes.service import Shown
from clearway.risk.profiles import health, in_force, queries, service, shadowing, trials
from clearway.risk.profiles.back_testing import result_of
from clearway.risk.profiles.health import Damaged
from clearway.risk.profiles.models import BackTest, ProfileText, TrialOrder
from clearway.site import rounds
from clearway.vocabulary.clock import microseconds
from clearway.vocabulary.errors import StateForbids

CODE = "UV-017"
PERIOD = (TODAY - timedelta(days=30), TODAY)


@pytest.fixture
def long(office, lodged, monkeypatch):
    """Two declarations are a long history here; the child's work is done in this process."""
    monkeypatch.setattr(trials, "AT_ONCE", 1)
    office.draft(condition="origin = 'US'", weight=10)
    in_force.forget()
    return office


def ordered(office):
    return trials.order(office.ann, CODE, *PERIOD, seen=office.digest(CODE))


def inline(tmp_path, told=None):
    """Return a stand-in for the child that does its very work here."""

    def in_child(number, what, until, note):
        assert what == trials.TRIAL
        file = tmp_path / "made"
        made = trials.compute(number, until, child.progress_of(file))
        note(int(child.progress_of(file).read_text()))
        if told is not None:
            told(TrialOrder.objects.get(pk=number))
        return made

    return in_child


def carried_out(order):
    trials.carry_out.func(order.pk, microseconds(clock.now()))
    return TrialOrder.objects.get(pk=order.pk)


def kinds():
    rows = Event.objects.filter(subject=f"profile:{CODE}").order_by("id")
    return [kind.removeprefix("profile.") for kind in rows.values_list("kind", flat=True)]


def test_a_short_history_is_run_over_at_once(office, lodged):
    office.draft(condition="origin = 'US'")
    assert isinstance(ordered(office), BackTest)
    assert not TrialOrder.objects.exists()


def test_a_long_one_is_ordered_and_says_how_far_it_is(long, tmp_path, monkeypatch):
    order = ordered(long)
    assert (order.state, order.seen, order.total) == ("waiting", 0, 2)
    assert not BackTest.objects.exists()
    with pytest.raises(StateForbids, match="on a trial already"):
        ordered(long)
    seen = []
    monkeypatch.setattr(trials.child, "in_child", inline(tmp_path, seen.append))
    done = carried_out(order)
    assert [(one.state, one.seen) for one in seen] == [("working", 2)]
    assert (done.state, done.seen, done.trouble) == ("done", 2, "")
    found = result_of(done.kept)
    assert (found.declarations, found.hits) == (2, 2)
    assert done.kept.by == long.ann.name
    assert not done.kept.passed, "it hits all there is"
    assert kinds() == ["drafted", "trial_ordered", "tested", "trial_done"]


def test_a_job_that_is_begun_again_keeps_one_trial(long, tmp_path, monkeypatch):
    order = ordered(long)
    TrialOrder.objects.update(state="working", seen=1)  # as when the machine stopped
    monkeypatch.setattr(trials.child, "in_child", inline(tmp_path))
    assert carried_out(order).state == "done"
    assert carried_out(order).state == "done"
    assert BackTest.objects.count() == 1


def test_what_is_written_anew_meanwhile_is_not_let_through(long, tmp_path, monkeypatch):
    order = ordered(long)

    def amend(_):
        from tests.risk.conftest import WRITTEN

        service.amend(long.ann, CODE, WRITTEN, seen=long.digest(CODE))

    monkeypatch.setattr(trials.child, "in_child", inline(tmp_path, amend))
    done = carried_out(order)
    assert done.state == "failed"
    assert done.trouble.startswith("The profile was written anew")
    assert queries.open_version(CODE).state == "draft"
    assert not BackTest.objects.exists()
    assert kinds()[-1] == "trial_failed"
    assert ordered(long).state == "waiting", "and it can be tried again"


def test_a_child_that_fails_is_told_and_another_order_is_possible(long, monkeypatch):
    order = ordered(long)
    monkeypatch.setattr(child.sys, "executable", "/bin/false")
    done = carried_out(order)
    assert (done.state, done.trouble, done.kept) == ("failed", child.FAILED, None)
    assert ordered(long).pk != order.pk


def test_a_text_that_breaks_the_trial_is_told(long, tmp_path, monkeypatch):
    order = ordered(long)
    ProfileText.objects.update(condition="origin = ")
    monkeypatch.setattr(trials.child, "in_child", inline(tmp_path))
    assert carried_out(order).trouble == child.FAILED
    assert kinds()[-1] == "trial_failed"


def test_what_it_hits_in_the_shadow_is_listed_with_what_was_found(office, lodged):
    office.tested()
    service.put_on_trial(office.ann, CODE, seen=office.digest(CODE))
    mrns = [
        office.border.lodged(origin=origin, document=f"NEW-{place}")
        for place, origin in enumerate(("CN", "DE", "CN", "CN"))
    ]
    hit = [mrns[0], mrns[2], mrns[3]]
    numbers = dict(Declaration.objects.filter(mrn__in=hit).values_list("mrn", "id"))
    now = office.border.clock.now()
    recording.record(numbers[hit[0]], [Shown(1, True, 100)], now)
    recording.record(numbers[hit[1]], [Shown(1, False, 0)], now)
    assert shadowing.counted(CODE) == {1: {"hits": 3, "inspected": 2, "found": 1}}
    assert [(one["mrn"], one["inspected"], one["found"])
            for one in shadowing.newest(CODE, 1)] == [
        (hit[2], False, False), (hit[1], True, False), (hit[0], True, True),
    ]  # fmt: skip
    assert shadowing.counted("UV-099") == {}


@pytest.mark.parametrize(
    ("damage", "how"),
    [
        ({"condition": "origin = "}, "unreadable"),
        ({"condition": "orogin = 'CN'"}, "unreadable"),
        ({"lane": 77}, "unreadable"),
        ({"channel": "nonsense"}, "unreadable"),
        ({"condition": "origin = 'XX'"}, "altered"),
        ({"weight": 99}, "altered"),
    ],
)
def test_a_damaged_row_raises_an_alarm_once(office, lodged, damage, how):
    office.approved()
    assert health.damaged() == []
    ProfileText.objects.update(**damage)
    assert health.damaged() == [Damaged(CODE, 1, "approved", how)]
    rounds.look_at_profiles()
    rounds.look_at_profiles()
    (alarm,) = Alarm.objects.filter(kind="profile_damaged")
    assert (alarm.subject, alarm.count) == (f"{CODE} 1: approved, {how}", 1)
    office.border.later(hours=1)
    rounds.look_at_profiles()
    assert Alarm.objects.get(kind="profile_damaged").count == 2


def test_one_in_the_shadow_and_one_without_its_text_are_told_too(office, lodged):
    office.tested()
    assert health.damaged() == []
    service.put_on_trial(office.ann, CODE, seen=office.digest(CODE))
    ProfileText.objects.update(condition="((")
    assert [one.state for one in health.damaged()] == ["shadow"]
    queries.versions_of(CODE)[0].__class__.objects.update(text=9)
    assert health.damaged() == [Damaged(CODE, 1, "shadow", "unreadable")]


def test_what_is_over_is_nobodys_alarm(office, lodged):
    office.approved()
    ProfileText.objects.update(condition="((", valid_to=TODAY)
    assert health.damaged() == []
