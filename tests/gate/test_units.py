"""Every kind of unit at the gate, both ways: air containers, lorries, exports that come in."""

from __future__ import annotations

import json

import pytest
from tests.gate.conftest import TERMINAL

from clearway.cargo.models import Container, Conveyance
from clearway.clearance import deciding
from clearway.clearance.models import DeclaredUnit
from clearway.clearance.queries import packages_entered_with
from clearway.clearance.releasing import Order
from clearway.declarations.models import Declaration
from clearway.events.models import Event
from clearway.gate import issuing, passing
from clearway.gate.rules import Shown, plate_of
from clearway.vocabulary.errors import StateForbids


def goods_of(mrn):
    return Declaration.objects.get(mrn=mrn).goods_state


def passed(terminal, token, **how):
    shown = Shown(token.code, token.direction, token.number, "", **how)
    return passing.present(terminal.clerk, terminal.one, shown)


def test_an_air_container_and_a_lorry(terminal):
    trader, border = terminal.actors["trader"], terminal.border
    mrn = terminal.boxed("AWB-1", "AKE12345XP")
    terminal.release(mrn)
    wanted = issuing.Wanted("out", "uld", "AKE 12345 XP", TERMINAL)
    assert passed(terminal, issuing.issue(trader, wanted)).verdict == "accepted"
    assert goods_of(mrn) == "gated_out"
    document = border.report("CMR-1", arrived=True)
    document.conveyance = Conveyance.objects.create(
        reference="L1", organisation=document.organisation, mode="3", means="XP12AB34",
        carrier="XP3000000001", place="XPLOD", state="arrived", arrived_at=border.clock.now(),
        expected_at=border.clock.now(), reported_at=border.clock.now(),
    )  # fmt: skip
    document.save()
    mrn = border.lodged(document="CMR-1", lrn="CMR")
    wanted = issuing.Wanted("out", "vehicle", "xp 12 ab 34", TERMINAL, plate="XP-12-AB-34")
    with pytest.raises(StateForbids, match="not released"):
        issuing.issue(trader, wanted)
    terminal.release(mrn)
    token = issuing.issue(trader, wanted)
    assert token.key == plate_of("XP 12 AB 34")
    shown = Shown(token.serial, "out", "XP12AB34", "XP12AB34")
    assert passing.present(terminal.clerk, terminal.two, shown).verdict == "accepted"
    assert goods_of(mrn) == "gated_out"


@pytest.fixture
def export(terminal):
    answer = terminal.border.lodge(type_code="EXA", document="", importer="XP1000000001")
    mrn = answer.json["mrn"]
    Declaration.objects.filter(mrn=mrn).update(state="assessed", debt_state="none")
    return mrn


def test_goods_for_export_come_in_once_and_never_out_again(terminal, export):
    """直装: released before gate-in; what was declared as leaving may not go back inland."""
    trader = terminal.actors["trader"]
    coming = issuing.Wanted("in", "packages", export, TERMINAL)
    with pytest.raises(StateForbids, match="not released"):
        issuing.issue(trader, coming)
    deciding.release(terminal.people.ann, export, Order())
    with pytest.raises(StateForbids, match="export"):
        issuing.issue(trader, issuing.Wanted("out", "packages", export, TERMINAL))
    sly = terminal.signed(export, kind="packages", packages=10, plate="")
    refused = passed(terminal, sly)
    assert (refused.verdict, refused.reason, refused.alarm) == ("refused", "held", True)
    token = issuing.issue(trader, coming)
    assert passed(terminal, token).verdict == "accepted"
    assert goods_of(export) == "gated_in"
    told = Event.objects.filter(kind="gate.passed").latest("id")
    assert json.loads(bytes(told.body))["code"] == "GTIN"
    with pytest.raises(StateForbids, match="came in"):
        issuing.issue(trader, coming)


def test_an_exports_lot_comes_in_by_several_lorries_and_no_package_twice(terminal, export):
    """Ten packages: four by one lorry, six by another; no token is given for an eleventh."""
    trader = terminal.actors["trader"]
    deciding.release(terminal.people.ann, export, Order())

    def coming(packages=None):
        return issuing.Wanted("in", "packages", export, TERMINAL, packages=packages)

    first = issuing.issue(trader, coming(4))
    second = issuing.issue(trader, coming())
    assert (first.packages, second.packages) == (4, 6)
    with pytest.raises(StateForbids, match="0 are released"):
        issuing.issue(trader, coming(1))
    assert passed(terminal, first).reason == ""
    assert (goods_of(export), packages_entered_with([row_of(export)])) == ("gated_in", 4)
    assert passed(terminal, first).reason == "replayed"
    assert passed(terminal, second).verdict == "accepted"
    assert packages_entered_with([row_of(export)]) == 10
    kinds = Event.objects.filter(subject=f"declaration:{export}", kind__endswith=".gated_in")
    assert [json.loads(bytes(one.body))["packages"] for one in kinds.order_by("id")] == [4, 6]
    with pytest.raises(StateForbids, match="came in"):
        issuing.issue(trader, coming())


def test_the_second_container_of_an_export_comes_in_as_the_first_did(terminal, export):
    trader, boxes = terminal.actors["trader"], ("CSQU3054383", "MSCU6639870")
    for number in boxes:
        DeclaredUnit.objects.create(declaration_id=row_of(export), kind="container", number=number)
    deciding.release(terminal.people.ann, export, Order())
    for number in boxes:
        token = issuing.issue(trader, issuing.Wanted("in", "container", number, TERMINAL))
        assert passed(terminal, token).verdict == "accepted"
        with pytest.raises(StateForbids, match="came in"):
            issuing.issue(trader, issuing.Wanted("in", "container", number, TERMINAL))
    assert goods_of(export) == "gated_in"


def row_of(mrn):
    return Declaration.objects.get(mrn=mrn).pk


def test_imported_goods_do_not_come_in_by_the_gate(terminal):
    terminal.release(terminal.boxed())
    with pytest.raises(StateForbids, match="import"):
        issuing.issue(terminal.actors["trader"], terminal.wanted(direction="in"))


def test_a_container_is_no_air_container(terminal):
    """A token is for the kind that it names: another's number does not pass as it."""
    token = terminal.token()
    shown = Shown(token.code, "out", "AKE12345XP", token.plate)
    assert passing.present(terminal.clerk, terminal.one, shown).reason == "other_unit"
    assert Container.objects.count() == 1
