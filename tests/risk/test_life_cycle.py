"""The table of states: every act in every state, and who may do which."""

import itertools
from datetime import date, timedelta

import msgspec
import pytest
from tests.risk.conftest import TODAY, WRITTEN

from clearway.accounts.models import User
from clearway.audit.actor import Actor, Role
from clearway.audit.models import Leaf
from clearway.events.models import Event
from clearway.reference import in_force as packs
from clearway.risk.profiles import back_testing, life_cycle, queries, service
from clearway.risk.profiles.life_cycle import (
    ACTS,
    APPROVED,
    DRAFT,
    PROPOSED,
    RETIRED,
    RETIRING,
    SHADOW,
    STATES,
    TESTED,
    TRANSITIONS,
)
from clearway.risk.profiles.models import ProfileText, ProfileVersion
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids

CODE = "UV-017"
REACHED_BY = {
    DRAFT: (),
    TESTED: ("test",),
    SHADOW: ("test", "shadow"),
    PROPOSED: ("test", "propose"),
    APPROVED: ("test", "propose", "approve"),
    RETIRING: ("test", "propose", "approve", "retire"),
    RETIRED: ("test", "propose", "approve", "retire", "approve"),
}


def do(office, act):
    """Do an act as whoever may: the writer, or the second person; a retirement is ann's too."""
    version = ProfileVersion.objects.get(code=CODE)
    seen = queries.text_of(version).digest
    if act == "amend":
        count = ProfileText.objects.count()
        changed = msgspec.structs.replace(WRITTEN, reasons=f"Written anew, {count}.")
        return service.amend(office.ann, CODE, changed, seen=seen)
    if act in {"test", "fail"}:
        since = TODAY if act == "test" else TODAY - timedelta(days=400)
        until = TODAY if act == "test" else since  # nothing was lodged then
        return back_testing.try_out(office.ann, CODE, since, until, seen=seen)
    if act == "shadow":
        return service.put_on_trial(office.ann, CODE, seen=seen)
    if act == "propose":
        return service.propose(office.ann, CODE, seen=seen)
    if act == "retire":
        return service.retire(office.ann, CODE, "It finds nothing.")
    return getattr(service, act)(office.ben, CODE, "Seen.", seen=seen)


@pytest.mark.parametrize(("state", "act"), [*itertools.product(STATES, ACTS)])
def test_every_act_in_every_state_is_as_the_table_says(office, lodged, state, act):
    office.draft()
    for step in REACHED_BY[state]:
        do(office, step)
    assert ProfileVersion.objects.get().state == state
    before = Event.objects.count()
    wanted = TRANSITIONS[state].get(act)
    if wanted is None:
        with pytest.raises(StateForbids):
            do(office, act)
        assert ProfileVersion.objects.get().state == state
        assert Event.objects.count() == before
    else:
        do(office, act)
        assert ProfileVersion.objects.get().state == wanted
        assert Event.objects.filter(subject=f"profile:{CODE}").count() == len(REACHED_BY[state]) + 2


def test_the_table_names_known_states_and_acts_only():
    assert set(TRANSITIONS) == set(STATES)
    assert {act for acts in TRANSITIONS.values() for act in acts} == set(ACTS)
    assert {state for acts in TRANSITIONS.values() for state in acts.values()} <= set(STATES)


@pytest.mark.parametrize(
    ("state", "today", "standing"),
    [
        ("approved", date(2026, 3, 2), "approved"),
        ("approved", date(2026, 3, 3), "live"),
        ("approved", date(2026, 8, 30), "live"),
        ("approved", date(2026, 8, 31), "expired"),
        ("retiring", date(2026, 8, 30), "retiring"),
        ("retiring", date(2026, 8, 31), "expired"),
        ("draft", date(2026, 9, 1), "draft"),
    ],
)
def test_live_and_expired_are_read_off_the_day(state, today, standing):
    begins, ends = date(2026, 3, 3), date(2026, 8, 31)
    assert life_cycle.standing_of(state, begins, ends, today) == standing


def test_nobody_approves_what_he_wrote_nor_a_version_of_which_he_wrote_an_earlier_text(
    office, lodged
):
    office.draft()
    earlier = msgspec.structs.replace(WRITTEN, reasons="Ben's own words.")
    service.amend(office.ben, CODE, earlier, seen=office.digest(CODE))
    service.amend(office.ann, CODE, WRITTEN, seen=office.digest(CODE))
    office.try_out()
    service.propose(office.ann, CODE, seen=office.digest(CODE))
    for one in (office.ann, office.ben):
        with pytest.raises(StateForbids, match="second person"):
            service.approve(one, CODE, "Fine.", seen=office.digest(CODE))
        with pytest.raises(StateForbids, match="second person"):
            service.refuse(one, CODE, "No.", seen=office.digest(CODE))
    assert Leaf.objects.filter(kind="refusal", subject=f"profile:{CODE}").count() == 4
    assert service.approve(office.head, CODE, "Fine.", seen=office.digest(CODE)).state == APPROVED


def test_a_second_account_of_the_author_is_the_author(office, lodged):
    office.tested()
    service.propose(office.ann, CODE, seen=office.digest(CODE))
    person = User.objects.get(email="analyst@demo.example")
    person.person = "staff-7"
    person.save()
    other = User.objects.create(email="ann@elsewhere.example", person="staff-7")
    again = Actor(f"user:{other.pk}", office.ann.organisation, roles=frozenset({Role.ANALYST}))
    with pytest.raises(StateForbids, match="second person"):
        service.approve(again, CODE, "Fine.", seen=office.digest(CODE))


def test_whoever_asked_for_a_retirement_does_not_decide_on_it(office, lodged):
    version = office.approved()
    seen = queries.text_of(version).digest
    service.retire(office.ben, CODE, "It finds nothing.")
    with pytest.raises(StateForbids, match="second person"):
        service.approve(office.ben, CODE, "Yes.", seen=seen)
    assert service.approve(office.ann, CODE, "Yes.", seen=seen).state == RETIRED
    assert ProfileVersion.objects.get().reason == "Yes."


def test_what_was_written_anew_is_not_what_was_seen(office, lodged):
    office.tested()
    seen = office.digest(CODE)
    service.propose(office.ann, CODE, seen=seen)
    changed = msgspec.structs.replace(WRITTEN, condition="origin = 'VN'")
    service.amend(office.ann, CODE, changed, seen=seen)
    office.try_out()
    service.propose(office.ann, CODE, seen=office.digest(CODE))
    with pytest.raises(StateForbids, match="anew"):
        service.approve(office.ben, CODE, "Fine.", seen=seen)
    with pytest.raises(StateForbids, match="anew"):
        service.amend(office.ann, CODE, WRITTEN, seen=seen)


def test_a_trial_of_another_text_approves_nothing(office, lodged):
    """Were the table ever wrong: approval itself asks for a trial of the very text."""
    office.draft()
    ProfileVersion.objects.update(state=PROPOSED)
    with pytest.raises(StateForbids, match="No trial"):
        service.approve(office.ben, CODE, "Fine.", seen=office.digest(CODE))


def test_one_version_is_written_at_a_time_and_the_next_one_counts_on(office, lodged):
    office.draft()
    with pytest.raises(StateForbids, match="already"):
        office.draft()
    office.try_out()
    service.propose(office.ann, CODE, seen=office.digest(CODE))
    service.approve(office.ben, CODE, "Fine.", seen=office.digest(CODE))
    assert office.draft().number == 2
    of_pack = packs.reference_at(office.border.clock.now()).profiles[0]
    assert office.draft(of_pack.code).number == of_pack.version + 1


def test_what_nobody_approved_may_be_given_up_alone_and_the_texts_stay(office):
    office.draft()
    assert service.retire(office.ann, CODE, "Not needed.").state == RETIRED
    assert ProfileText.objects.count() == 1
    with pytest.raises(StateForbids):
        service.retire(office.ann, CODE, "Again.")
    with pytest.raises(NotThere):
        service.retire(office.ann, "NO-1", "Why not.")


@pytest.mark.parametrize(
    ("changes", "datum"),
    [
        ({"name": " "}, "name"),
        ({"owner": ""}, "owner"),
        ({"reasons": ""}, "reasons"),
        ({"reasons": "x" * 4001}, "reasons"),
        ({"condition": "origi = 'CN'"}, "condition"),
        ({"condition": ""}, "condition"),
        ({"lane": 0}, "lane"),
        ({"weight": 101}, "weight"),
        ({"weight": -1}, "weight"),
        ({"lane": None, "weight": 0}, "weight"),
        ({"channel": "random"}, "channel"),
        ({"trader_text": "profiles.trader.secret"}, "trader_text"),
        ({"valid_to": WRITTEN.valid_from}, "valid_to"),
        ({"valid_from": date(2026, 1, 1), "valid_to": TODAY}, "valid_to"),
        ({"valid_to": TODAY + timedelta(days=732)}, "valid_to"),
    ],
)
def test_a_text_with_a_fault_is_refused_by_the_name_of_its_datum(office, changes, datum):
    with pytest.raises(DataRefused) as refused:
        office.draft(**changes)
    assert [one for one, _ in refused.value.faults] == [datum]
    assert not ProfileVersion.objects.exists()


def test_an_error_in_a_condition_names_its_place_and_the_nearest_column(office):
    with pytest.raises(DataRefused) as refused:
        office.draft(condition="net_mass > 1 AND origi = 'CN'")
    ((datum, told),) = refused.value.faults
    assert datum == "condition"
    assert told == "column 18: there is no column origi. Did you mean origin?"


@pytest.mark.parametrize("code", ["", "uv-1", "UV 1", "UV--1", "1A", "U" * 33, "UV-1\n"])
def test_what_is_no_code_is_refused(office, code):
    with pytest.raises(DataRefused):
        office.draft(code)
    assert not ProfileVersion.objects.exists()
