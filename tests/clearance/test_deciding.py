"""What officers decide, alone and as two persons."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec import structs
from tests.clearance.conftest import MUCH, OFFICE, amended, officer_of

from clearway.accounts.models import ApiKey, Membership
from clearway.audit.actor import Actor, Role
from clearway.clearance import deciding, queries, service
from clearway.clearance.models import Proposal
from clearway.clearance.releasing import Order
from clearway.declarations import service as declarations
from clearway.declarations.models import Declaration
from clearway.intake import deciding as requests
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids

SEEN = Order(documents_checked=True, goods_controlled=True, security="GRN-1", reason="As declared")


def test_what_is_ready_is_released_and_leaves_the_desk(people, waiting, border):
    mrn = waiting()
    service.take(people.ann, mrn)
    assert deciding.accept(people.ann, mrn, SEEN).what == "released"
    assert not queries.in_hand(people.ann.name)
    assert border.events(mrn)[-4:] == ["lane_satisfied", "assessed", "secured", "released"]
    with pytest.raises(StateForbids):
        deciding.accept(people.ann, mrn, SEEN)


def test_what_is_in_order_waits_for_its_goods_and_is_not_accepted_twice(people, waiting):
    mrn = waiting(arrived=False)
    assert deciding.accept(people.ann, mrn, SEEN).what == "assessed"
    with pytest.raises(StateForbids, match="cannot be done yet"):
        deciding.accept(people.ann, mrn, SEEN)


def test_what_another_has_is_left_to_him(people, waiting):
    mrn = waiting()
    service.take(people.ann, mrn)
    for act in (
        lambda: deciding.accept(people.ben, mrn, SEEN),
        lambda: deciding.release(people.ben, mrn, SEEN),
        lambda: deciding.ask_for_documents(people.supervisor, mrn, "The invoice"),
        lambda: deciding.control(people.ben, mrn, "Weight"),
    ):
        with pytest.raises(StateForbids, match="Another officer"):
            act()


def test_who_asks_for_documents_keeps_it(people, waiting, border):
    mrn = waiting()
    with pytest.raises(DataRefused):
        deciding.ask_for_documents(people.ann, mrn, " ")
    with pytest.raises(DataRefused):
        deciding.ask_for_documents(people.ann, mrn, "x" * 600)
    assert deciding.ask_for_documents(people.ann, mrn, "The invoice").what == "asked"
    assert [one.declaration.mrn for one in queries.in_hand(people.ann.name)] == [mrn]
    assert border.events(mrn)[-1] == "documents_requested"


def test_control_makes_the_lane_red_and_anybody_may_take_it(people, waiting):
    mrn = waiting()
    service.take(people.ann, mrn)
    assert deciding.control(people.ann, mrn, "Weight").what == "controlled"
    assert service.take_next(people.ben, lane=3).mrn == mrn


def test_goods_of_great_value_need_two_persons(people, waiting, border):
    mrn = waiting("under_control", MUCH)
    with pytest.raises(StateForbids, match="two persons"):
        deciding.release(people.ann, mrn, SEEN)
    service.take(people.ann, mrn)
    assert deciding.accept(people.ann, mrn, SEEN).what == "proposed"
    assert not queries.in_hand(people.ann.name)
    number = Proposal.objects.get().pk
    for act in (
        lambda: service.take(people.ben, mrn),
        lambda: service.reassign(people.supervisor, mrn, people.ben.name),
        lambda: deciding.accept(people.ben, mrn, SEEN),
        lambda: deciding.release(people.supervisor, mrn, SEEN),
    ):
        with pytest.raises(StateForbids, match="second person"):
            act()
    assert service.take_next(people.ben) is None
    for stranger in (people.ann, people.far, people.trader):
        with pytest.raises(NotThere):
            deciding.confirm(stranger, number, confirmed=True, reason="")
    assert deciding.confirm(people.ben, number, confirmed=True, reason="").what == "released"
    row = Proposal.objects.get()
    assert (row.state, row.decided_by) == ("confirmed", people.ben.name)
    assert border.events(mrn)[-5:] == [
        "decision_proposed", "lane_satisfied", "assessed", "secured", "released",
    ]  # fmt: skip


@pytest.mark.parametrize("value", [MUCH - 1, None])
def test_one_is_enough_up_to_that_value(people, waiting, value):
    mrn = waiting("under_control", value)
    assert deciding.accept(people.ann, mrn, SEEN).what == "released"


def test_documents_are_checked_by_one_whatever_the_value(people, waiting):
    mrn = waiting("documents_requested", MUCH)
    assert deciding.accept(people.ann, mrn, SEEN).what == "released"


def test_a_key_is_no_second_person_to_its_maker(people, waiting, border):
    mrn = waiting("under_control", MUCH)
    deciding.accept(people.ann, mrn, SEEN)
    key = ApiKey.objects.create(
        organisation_id=people.ann.organisation, maker_id=int(people.ann.name[5:]), name="k",
        prefix="k", digest=b"k" * 32, roles="officer", made_at=border.clock.now(),
    )  # fmt: skip
    hers = Actor(f"key:{key.pk}", people.ann.organisation, roles=people.ann.roles)
    assert not queries.proposals(hers)
    assert queries.proposals(people.ben).count() == 1


def head_of(people, office):
    there = officer_of(people.ann.organisation, "head@customs.example", office)
    Membership.objects.filter(user=int(there.name[5:])).update(role=Role.SUPERVISOR)
    return structs.replace(there, roles=frozenset({Role.SUPERVISOR}))


def alone_at_the_office(*but):
    """Take their roles from everybody who may decide there, but from some."""
    stay = [int(actor.name[5:]) for actor in but]
    there = Membership.objects.filter(role__in=("officer", "supervisor"), office__in=("", OFFICE))
    there.exclude(user__in=stay).update(revoked_at=datetime(2026, 3, 1, tzinfo=UTC))
    ApiKey.objects.exclude(maker__in=stay).filter(roles__regex="officer|supervisor").update(
        revoked_at=datetime(2026, 3, 1, tzinfo=UTC)
    )


def test_a_supervisor_elsewhere_confirms_where_nobody_else_is(people, waiting):
    mrn = waiting("under_control", MUCH)
    deciding.accept(people.ann, mrn, SEEN)
    head = head_of(people, "XP000210")
    assert not queries.proposals(head), "Ben is there"
    alone_at_the_office(people.ann, head)
    assert not queries.proposals(people.far), "he is no supervisor"
    assert not queries.proposals(people.ann), "it is her own"
    number = Proposal.objects.get().pk
    assert [row.pk for row in queries.proposals(head)] == [number]
    stranger = structs.replace(head, organisation=people.trader.organisation)
    assert not queries.proposals(stranger), "of another administration"
    assert deciding.confirm(head, number, confirmed=True, reason="").what == "released"


def test_his_own_key_is_not_somebody_else(people, waiting, border):
    mrn = waiting("under_control", MUCH)
    deciding.accept(people.ann, mrn, SEEN)
    head = head_of(people, "XP000210")
    alone_at_the_office(people.ann, head)
    ApiKey.objects.create(
        organisation_id=people.ann.organisation, maker_id=int(people.ann.name[5:]), name="k",
        prefix="k", digest=b"k" * 32, roles="officer", made_at=border.clock.now(),
    )  # fmt: skip
    assert queries.proposals(head).count() == 1
    # She left: it still is one of this administration.
    Membership.objects.filter(user=int(people.ann.name[5:])).update(revoked_at=border.clock.now())
    assert queries.proposals(head).count() == 1


def test_what_is_sent_back_waits_again_with_the_reason(people, waiting, border):
    mrn = waiting("under_control", MUCH)
    deciding.accept(people.ann, mrn, SEEN)
    number = Proposal.objects.get().pk
    with pytest.raises(DataRefused):
        deciding.confirm(people.ben, number, confirmed=False, reason="")
    done = deciding.confirm(people.ben, number, confirmed=False, reason="Weigh it again")
    assert done.what == "sent_back"
    assert border.events(mrn)[-1] == "decision_sent_back"
    assert service.take_next(people.ann).mrn == mrn
    with pytest.raises(NotThere):
        deciding.confirm(people.ben, number, confirmed=True, reason="")


def test_what_was_amended_since_can_be_sent_back_only(people, waiting):
    mrn = waiting("under_control", MUCH)
    deciding.accept(people.ann, mrn, SEEN)
    number = Proposal.objects.get().pk
    Declaration.objects.filter(mrn=mrn).update(version=2)
    with pytest.raises(StateForbids, match="amended"):
        deciding.confirm(people.ben, number, confirmed=True, reason="")
    assert deciding.confirm(people.ben, number, confirmed=False, reason="Anew").what == "sent_back"


def test_a_lower_value_by_amendment_still_needs_the_second_person(people, waiting):
    mrn = waiting("under_control", MUCH)
    amended(mrn, 1_000)
    with pytest.raises(StateForbids, match="two persons"):
        deciding.release(people.ann, mrn, SEEN)
    assert deciding.accept(people.ann, mrn, SEEN).what == "proposed"


def test_a_cancelled_declaration_takes_its_proposal_along(people, waiting, border):
    mrn = waiting("under_control", MUCH)
    deciding.accept(people.ann, mrn, SEEN)
    asked = declarations.cancel(people.trader, mrn, "Sold to another")
    number = Proposal.objects.get().pk
    with pytest.raises(StateForbids, match="request"):
        deciding.confirm(people.ben, number, confirmed=True, reason="")
    requests.decide(people.ben, asked.request.pk, grant=True, reason="Yes", at=border.clock.now())
    assert Proposal.objects.get().state == "lapsed"


def test_nothing_is_proposed_while_a_trader_asks(people, waiting):
    mrn = waiting("under_control", MUCH)
    declarations.cancel(people.trader, mrn, "Sold to another")
    with pytest.raises(StateForbids, match="request"):
        deciding.accept(people.ann, mrn, SEEN)
    assert not Proposal.objects.exists()
