"""Terms by the pack's calendar (card C07)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from clearway import packs
from clearway.kernel.reference import WorkingCalendar
from clearway.kernel.working_time import after_hours, end_of_days

VND = Path(__file__).parents[1] / "packs_data" / "vnd"
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def law(tmp_path_factory):
    return packs.load(VND, tmp_path_factory.mktemp("cache"))


def test_documents_complete_at_half_past_four_are_due_at_half_past_nine(law):
    """Card C07: 2 working hours at 08:00-12:00/13:00-17:00 from 16:30 end the next day at 09:30.

    30 minutes are left of Tuesday 3 March 2026; 90 more end on Wednesday at 09:30.
    """
    complete = datetime(2026, 3, 3, 16, 30, tzinfo=HANOI)
    assert after_hours(complete, 120, law).astimezone(HANOI) == datetime(
        2026, 3, 4, 9, 30, tzinfo=HANOI
    )


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-03-03T11:30", 2, "2026-03-03T14:30"),  # the pause at noon does not count
        ("2026-03-03T12:10", 1, "2026-03-03T14:00"),
        ("2026-03-03T08:00", 8, "2026-03-03T17:00"),  # a whole day ends when the office closes
        ("2026-03-06T16:30", 2, "2026-03-09T09:30"),  # Friday to Monday
        ("2026-03-07T10:00", 8, "2026-03-09T17:00"),  # from a Saturday
        ("2026-03-03T05:00", 0, "2026-03-03T08:00"),
    ],
)
def test_only_working_hours_count(law, start, hours, due):
    begin = datetime.fromisoformat(start).replace(tzinfo=HANOI)
    end = datetime.fromisoformat(due).replace(tzinfo=HANOI)
    assert after_hours(begin, hours * 60, law) == end


def test_working_days_end_when_the_last_of_them_closes(law):
    begin = datetime(2026, 3, 5, 10, tzinfo=HANOI)  # a Thursday
    assert end_of_days(begin, 2, law) == datetime(2026, 3, 9, 17, tzinfo=HANOI)


def test_a_calendar_without_work_is_refused(law):
    never = structs.replace(law, calendar=WorkingCalendar(weekdays=()))
    with pytest.raises(ValueError, match="no working hours"):
        after_hours(datetime(2026, 3, 3, tzinfo=UTC), 1, never)
    with pytest.raises(ValueError, match="too few"):
        end_of_days(datetime(2026, 3, 3, tzinfo=UTC), 1, never)


@given(
    start=st.integers(0, 525_600).map(lambda minute: NEW_YEAR + timedelta(minutes=minute)),
    first=st.integers(0, 2_000),
    second=st.integers(0, 2_000),
)
def test_two_terms_one_after_the_other_are_one(law, start, first, second):
    begin = start
    halfway = after_hours(begin, first, law)
    whole = after_hours(begin, first + second, law)
    again = after_hours(halfway, second, law)
    # At a closing hour the next opening is the same moment of work.
    assert again == whole or after_hours(whole, 1, law) - after_hours(again, 1, law) == timedelta()
    assert whole >= begin
