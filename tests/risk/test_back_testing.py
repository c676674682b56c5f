"""A text tried on history: what is counted, by hand, and what it lets through."""

from datetime import timedelta

import pytest
from tests.risk.conftest import TODAY

from clearway.declarations.models import Declaration
from clearway.risk.outcomes import queries as outcomes
from clearway.risk.outcomes import service as recording
from clearway.risk.outcomes.queries import Worth
from clearway.risk.outcomes.service import Shown
from clearway.risk.profiles import back_testing, queries
from clearway.risk.profiles.back_testing import Load, Overlap, result_of
from clearway.risk.profiles.models import BackTest, ProfileVersion
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids

CODE = "UV-017"


@pytest.fixture
def history(office):
    """Ten declarations of two days; three of Chinese goods, one of them of two items."""
    border, mrns = office.border, {}
    for place, (origin, items) in enumerate(
        [("CN", 2), ("DE", 1), ("DE", 1), ("CN", 1), ("FR", 1), ("DE", 1)]
    ):
        answer = border.lodge(origin=origin, items=items, document=f"HBL-{place}")
        mrns[place] = answer.json["mrn"]
    border.later(days=1)
    for place, origin in enumerate(["CN", "US", "US", "US"], 6):
        answer = border.lodge(origin=origin, document=f"HBL-{place}")
        mrns[place] = answer.json["mrn"]
    return {place: Declaration.objects.get(mrn=mrn).pk for place, mrn in mrns.items()}


def period(office):
    return TODAY - timedelta(days=30), TODAY + timedelta(days=1)


def tried(office, condition, code=CODE, **more):
    office.draft(code, condition=condition, **more)
    return office.try_out(code, *period(office))


def test_what_is_counted(office, history):
    kept = tried(office, "origin = 'CN'")
    found = result_of(kept)
    assert (found.declarations, found.hits, found.items, found.item_hits) == (10, 3, 11, 4)
    assert found.share == 3_000
    (load,) = found.loads
    assert load == Load("XP000110", declarations=10, hits=3, days=2, busiest=2)
    assert found.whole
    assert (kept.since, kept.until) == period(office)


def test_the_overlap_with_what_is_in_force(office, history):
    office.approved(condition="origin = 'CN' AND item_count = 2")
    office.border.later(seconds=1)
    found = result_of(tried(office, "origin IN ('CN', 'FR')", "UV-018"))
    assert found.hits == 4
    assert Overlap(CODE, hits=1, both=1) in found.overlaps
    # a profile of the pack that only adds to the score hits them all, this one's hits as well
    assert Overlap("TR-001", hits=10, both=4) in found.overlaps
    assert found.alone == 0


def test_what_inspections_found_among_the_hits(office, history):
    now = office.border.clock.now()
    recording.record(history[0], [Shown(1, True, 700), Shown(2, True, 300)], now)
    recording.record(history[3], [Shown(1, False, 0)], now)
    recording.record(history[1], [Shown(1, True, 50)], now)
    found = result_of(tried(office, "origin = 'CN'"))
    assert found.among_hits == Worth(inspected=2, found=1, at_stake=1_000)
    assert found.among_all == Worth(inspected=3, found=2, at_stake=1_050)


def test_more_than_the_allowed_share_is_kept_and_not_let_through(office, history):
    kept = tried(office, "origin = 'CN'")  # three of ten; the pack allows a fifth
    assert (kept.passed, kept.most) == (False, 2_000)
    assert ProfileVersion.objects.get().state == "draft"
    assert BackTest.objects.count() == 1


def test_just_the_allowed_share_is_let_through(office, history):
    kept = tried(office, "origin = 'CN' AND item_count = 1")  # two of ten
    assert (result_of(kept).share, kept.passed) == (2_000, True)
    assert ProfileVersion.objects.get().state == "tested"


def test_a_period_without_declarations_lets_nothing_through(office, history):
    office.draft(condition="origin = 'CN'")
    kept = office.try_out(CODE, TODAY - timedelta(days=60), TODAY - timedelta(days=30))
    assert (kept.passed, result_of(kept).declarations, result_of(kept).share) == (False, 0, 0)


def test_the_history_is_that_of_then(office, history):
    """The importer had lodged nothing before the first declaration, and nine before the last."""
    found = result_of(tried(office, "importer_declarations_365d = 0"))
    assert found.hits == 6  # the first day's: history counts from the day before


def test_the_newest_are_taken_and_it_is_said(office, history, monkeypatch):
    monkeypatch.setattr(back_testing, "MOST", 4)
    found = result_of(tried(office, "origin = 'US'"))
    assert (found.declarations, found.hits, found.whole) == (4, 3, False)


@pytest.mark.parametrize(("since", "until"), [(0, -1), (-367, 0)])
def test_a_period_that_is_none_is_refused(office, since, until):
    office.draft()
    with pytest.raises(DataRefused):
        office.try_out(CODE, TODAY + timedelta(days=since), TODAY + timedelta(days=until))


def test_what_is_not_written_cannot_be_tried(office, lodged):
    with pytest.raises(NotThere):
        back_testing.try_out(office.ann, "NO-1", TODAY, TODAY, seen="")
    office.approved()
    with pytest.raises(StateForbids):
        back_testing.try_out(office.ann, CODE, TODAY, TODAY, seen="")


def test_a_text_written_anew_while_it_ran_gets_no_trial(office, lodged):
    office.draft()
    with pytest.raises(StateForbids, match="anew"):
        back_testing.try_out(office.ann, CODE, TODAY, TODAY, seen="0" * 64)
    assert not BackTest.objects.exists()


def test_what_live_profiles_have_been_worth_is_read_off_their_hits(office, lodged):
    office.approved()
    numbers = []
    for place, origin in enumerate(("CN", "CN", "DE")):
        answer = office.border.lodge(origin=origin, document=f"HBL-W{place}")
        numbers.append(Declaration.objects.get(mrn=answer.json["mrn"]).pk)
    now = office.border.clock.now()
    recording.record(numbers[0], [Shown(1, True, 10)], now)
    recording.record(numbers[1], [Shown(1, False, 0)], now)
    recording.record(numbers[2], [Shown(1, True, 10)], now)
    assert outcomes.worth_by_profile()[CODE, 1] == Worth(inspected=2, found=1)
    assert queries.known_profile(CODE).standing == "live"
