"""A day of the border is drawn from the seed, and what is drawn looks like a border."""

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from clearway import packs
from clearway.kernel.assess import Batch, assess
from clearway.messages import to_lodgement, write_json
from clearway.messages.records import MetaData
from clearway.simulators.border.calendar import Day, office_hours_after
from clearway.simulators.border.firms import BROKERS, firms_of
from clearway.simulators.border.plan import Planner
from clearway.simulators.market import Market

TUESDAY = dt.date(2026, 3, 3)
DAYS = (TUESDAY - dt.date(1970, 1, 1)).days


@pytest.fixture(scope="module")
def reference():
    return packs.load(packs.demo_pack())


@pytest.fixture(scope="module")
def firms(reference):
    return firms_of(Market(reference, DAYS), 7)


@pytest.fixture(scope="module")
def plan(reference, firms):
    return Planner(reference, firms, 7).plan(day_of(reference), 400)


def day_of(reference, on=TUESDAY):
    return Day(on, ZoneInfo(reference.time_zone))


def shape(plan):
    """Everything that a plan holds, as text."""
    return repr([
        [(journey, journey.cargo) for journey in plan.journeys],
        plan.late,
        [(at, one.lodger, one.kind, write_json(MetaData(declaration=one.declaration)))
         for at, one in plan.lodgements],
        [(at, [write_json(MetaData(declaration=one)) for one in some])
         for at, some in plan.parcels],
    ])  # fmt: skip


def test_a_seed_gives_the_same_day_and_another_seed_another(reference, firms, plan):
    again = Planner(reference, firms, 7).plan(day_of(reference), 400)
    other = Planner(reference, firms, 8).plan(day_of(reference), 400)
    assert shape(again) == shape(plan)
    assert shape(other) != shape(plan)


def test_a_day_has_everything_that_a_border_has(plan):
    kinds = Counter(one.kind for _, one in plan.lodgements)
    behaviours = Counter(name for _, one in plan.lodgements for name in one.behaviours)
    assert set(kinds) == {"standard", "prelodged", "simplified", "export"}
    assert set(behaviours) >= {"lodged twice", "concealed"}
    assert any(one.mistakes for _, one in plan.lodgements)
    assert {one.means.mode for one in plan.journeys} == {"1", "3", "4"}
    assert any(cargo.master for one in plan.journeys for cargo in one.cargo)
    assert any(cargo.fate for one in plan.journeys for cargo in one.cargo)
    assert plan.late
    assert len(plan.parcels) == 4
    assert {one.lodger for _, one in plan.lodgements} > set(BROKERS)


def test_references_and_documents_are_unique(plan):
    references = [one.lrn for _, one in plan.lodgements]
    references += [one.functional_reference_id for _, some in plan.parcels for one in some]
    documents = [cargo.number for journey in plan.journeys for cargo in journey.cargo]
    assert len(set(references)) == len(references)
    assert len(set(documents)) == len(documents)


def test_what_is_sound_is_accepted_and_most_mistakes_are_not(reference, plan):
    sound = [one.sound for _, one in plan.lodgements]
    mistaken = [one.declaration for _, one in plan.lodgements if one.mistakes]
    assert share_accepted(reference, sound) > 0.99
    assert share_accepted(reference, mistaken) < 0.35


def share_accepted(reference, declarations):
    lodgements = []
    for declaration in declarations:
        lodgement, problems = to_lodgement(declaration, observed_on=DAYS, legal_date=DAYS)
        assert not problems
        lodgements.append(lodgement)
    decisions = list(assess(Batch(lodgements), reference))
    return sum(one.accepted for one in decisions) / len(decisions)


def test_nothing_that_is_sent_says_what_somebody_hides(plan):
    for _, shipment in plan.lodgements:
        sent = write_json(MetaData(declaration=shipment.declaration)).decode().lower()
        for word in (*shipment.behaviours, *shipment.mistakes):
            assert word.replace("_", " ") not in sent
            assert word not in sent


def test_a_weekend_is_quiet(reference, firms, plan):
    sunday = Planner(reference, firms, 7).plan(day_of(reference, dt.date(2026, 3, 8)), 400)
    assert 0 < len(sunday.lodgements) < len(plan.lodgements) / 2


def test_offices_work_in_office_hours():
    zone = ZoneInfo("Europe/Lisbon")
    friday = dt.datetime(2026, 3, 6, 17, 50, tzinfo=zone)
    assert office_hours_after(friday, 30, zone) == friday + dt.timedelta(minutes=30)
    late = dt.datetime(2026, 3, 6, 18, 1, tzinfo=zone)
    assert office_hours_after(late, 30, zone) == dt.datetime(2026, 3, 9, 8, 30, tzinfo=zone)
    early = dt.datetime(2026, 3, 9, 3, 0, tzinfo=zone)
    assert office_hours_after(early, 5, zone) == dt.datetime(2026, 3, 9, 8, 5, tzinfo=zone)
