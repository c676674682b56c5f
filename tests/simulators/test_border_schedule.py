"""One sender, in the order of simulated time, at the chosen pace."""

import datetime as dt

import pytest

from clearway.simulators.border.schedule import Pace, Schedule

NOON = dt.datetime(2026, 3, 3, 12, tzinfo=dt.UTC)


def run(schedule, before=None):
    while (step := schedule.next(before)) is not None:
        step.act(step.at)


def test_acts_come_by_time_and_those_of_one_instant_as_they_were_planned():
    schedule, done = Schedule(), []

    def note(name, at):
        done.append((name, at))
        if name == "first":
            schedule.plan(at, note, "planned meanwhile")

    schedule.plan(NOON + dt.timedelta(hours=1), note, "later")
    schedule.plan(NOON, note, "first")
    schedule.plan(NOON, note, "second")
    run(schedule)
    assert [name for name, _ in done] == ["first", "second", "planned meanwhile", "later"]
    assert done[0][1] == NOON


def test_what_lies_beyond_the_end_is_left():
    schedule, done = Schedule(), []
    schedule.plan(NOON, done.append)
    schedule.plan(NOON + dt.timedelta(days=1), done.append)
    run(schedule, before=NOON + dt.timedelta(days=1))
    assert done == [NOON]
    assert len(schedule) == 1


class Wall:
    def __init__(self):
        self.now = 0.0

    def sleep(self, seconds):
        assert seconds > 0
        self.now += seconds


@pytest.fixture
def wall():
    return Wall()


def pace(rate, wall):
    return Pace(rate, clock=lambda: wall.now, sleep=wall.sleep)


def test_the_rate_is_of_wall_time(wall):
    held = pace(5, wall)
    for _ in range(50):
        held.wait(1)
        held.wait(0)  # an act that lodges nothing waits for nothing
    assert wall.now == pytest.approx(49 / 5)


def test_a_file_takes_as_long_as_its_rows(wall):
    held = pace(10, wall)
    held.wait(30)
    held.wait(1)
    assert wall.now == pytest.approx(3)


def test_a_short_delay_is_made_up_for_and_a_long_one_is_not(wall):
    held = pace(10, wall)
    held.wait(1)
    wall.now += 100
    before = wall.now
    for _ in range(40):
        held.wait(1)
    assert wall.now - before == pytest.approx(2, abs=0.2)


def test_without_a_rate_nobody_waits(wall):
    held = pace(0, wall)
    for _ in range(1000):
        held.wait(1)
    assert wall.now == 0
