"""Interchange receipts: agreed, or disputed with both statements; and the gate's papers."""

from __future__ import annotations

import json

import pytest

from clearway.cargo.models import Container, TransportDocument
from clearway.documents import queries as documents
from clearway.gate import exchanging, papers, passing
from clearway.gate.exchanging import Condition, Handed, Stated
from clearway.gate.models import Statement
from clearway.vocabulary.errors import DataRefused, StateForbids

SOUND = Stated(conditions=(Condition("OK"),), seals=("SL4411",))
DENTED = Stated(conditions=(Condition("DT", "left side"),), seals=("SL4411",), remarks="Fresh")


@pytest.fixture
def passed(terminal):
    token = terminal.token()
    return passing.present(terminal.clerk, terminal.one, terminal.shown(token))


def test_both_say_the_same(terminal, passed):
    receipt = exchanging.open_receipt(terminal.clerk, passed, Handed(size_type="22G1"), SOUND)
    assert receipt.state == "open"
    first = documents.valid(papers.RECEIPT, f"interchange_receipt:{receipt.number}")
    receipt = exchanging.state(terminal.actors["trader"], receipt, SOUND)
    assert receipt.state == "agreed"
    second = documents.valid(papers.RECEIPT, f"interchange_receipt:{receipt.number}")
    assert first.pk != second.pk, "the paper says what both state"
    with pytest.raises(StateForbids, match="already"):
        exchanging.state(terminal.actors["trader"], receipt, DENTED)
    with pytest.raises(StateForbids, match="receipt already"):
        exchanging.open_receipt(terminal.clerk, passed, Handed(), SOUND)


def test_damage_is_disputed_and_two_statements_are_kept(terminal, passed):
    receipt = exchanging.open_receipt(terminal.clerk, passed, Handed(), DENTED)
    receipt = exchanging.state(terminal.actors["trader"], receipt, SOUND)
    assert receipt.state == "disputed"
    ours, theirs = Statement.objects.order_by("id")
    assert (ours.side, ours.conditions) == ("terminal", [{"code": "DT", "place": "left side"}])
    assert (theirs.side, theirs.conditions) == ("other", [{"code": "OK", "place": ""}])
    assert exchanging.is_proved(ours)
    assert exchanging.is_proved(theirs)
    theirs.content = theirs.content.replace("OK", "DT")
    assert not exchanging.is_proved(theirs)


def test_size_type_and_masses_are_signed_and_printed(terminal, passed):
    """A 22G1 of 2,230 kg tare that weighs 24,380 kg: both statements are signed over it."""
    handed = Handed(size_type="22G1", full=True, gross_mass=24_380_000_000, tare_mass=2_230_000_000)
    receipt = exchanging.open_receipt(terminal.clerk, passed, handed, SOUND)
    exchanging.state(terminal.actors["trader"], receipt, SOUND)
    for one in Statement.objects.all():
        told = json.loads(one.content)
        assert (told["size_type"], told["tare_mass"], told["gross_mass"], told["full"]) == (
            "22G1", 2_230_000_000, 24_380_000_000, True,
        )  # fmt: skip
        assert exchanging.is_proved(one)
    told = terminal.border.ask("terminal", "get", f"/interchange-receipts/{receipt.number}").json
    assert (told["tare_mass"], told["gross_mass"]) == ("2230", "24380")
    paper = documents.valid(papers.RECEIPT, f"interchange_receipt:{receipt.number}")
    data = json.loads(bytes(paper.data))
    assert (data["size_type"], data["tare_mass"]) == ("22G1", 2_230_000_000)


@pytest.mark.parametrize(
    ("handed", "pointer"),
    [
        (Handed(size_type="20FT"), "/body/size_type"),
        (Handed(size_type="22g1"), "/body/size_type"),
        (Handed(gross_mass=2_229_000_000, tare_mass=2_230_000_000), "/body/tare_mass"),
    ],
)
def test_what_no_plate_can_say_is_refused(terminal, passed, handed, pointer):
    with pytest.raises(DataRefused) as told:
        exchanging.open_receipt(terminal.clerk, passed, handed, SOUND)
    assert [one for one, _ in told.value.faults] == [pointer]


def test_the_cargo_report_says_the_size_and_type_where_nobody_does(terminal, passed):
    document = TransportDocument.objects.first()
    Container.objects.create(document=document, number=passed.token.key, size_type="45R1")
    assert exchanging.open_receipt(terminal.clerk, passed, Handed(), SOUND).size_type == "45R1"


def test_only_what_passed_changes_hands_and_only_by_known_codes(terminal):
    token = terminal.token()
    refused = passing.present(terminal.clerk, terminal.one, terminal.shown(token, unit="X"))
    with pytest.raises(StateForbids, match="Nothing changed hands"):
        exchanging.open_receipt(terminal.clerk, refused, Handed(), SOUND)
    passed = passing.present(terminal.clerk, terminal.one, terminal.shown(token))
    for codes in ((), ("XX",), ("OK", "DT")):
        stated = Stated(conditions=tuple(Condition(code) for code in codes))
        with pytest.raises(DataRefused):
            exchanging.open_receipt(terminal.clerk, passed, Handed(), stated)


def test_the_delivery_order_is_void_once_its_token_is_used(terminal):
    token = terminal.token()
    order = papers.delivery_order(terminal.actors["trader"], token)
    assert papers.delivery_order(terminal.clerk, token).pk == order.pk
    assert order.number.startswith("DO-")
    passing.present(terminal.clerk, terminal.one, terminal.shown(token))
    order.refresh_from_db()
    assert order.state == "void"


def test_the_delivery_order_is_void_once_its_token_is_recalled(terminal):
    token = terminal.token()
    order = papers.delivery_order(terminal.actors["trader"], token)
    terminal.token(plate="XP 77")
    order.refresh_from_db()
    assert order.state == "void"
