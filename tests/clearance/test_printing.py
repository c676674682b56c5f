"""Golden case of card C21: one item's quantity 100 → 98; three documents regenerate, old ones void.

Worked by hand: 100 pieces at 100.00 each are 10,000.00; 98 are 9,800.00. No freight is added (CIF),
so the customs value is the price. Duty on 3926 90 00 from the United States and value added tax on
both fall in proportion. What each document says of value and charges must be the same in all.
"""

from __future__ import annotations

import json

import pytest
from django.test import Client
from tests.declarations.conftest import a_message, border  # noqa: F401 - fixtures

from clearway.audit.actor import system
from clearway.clearance import printing
from clearway.declarations.models import Declaration
from clearway.documents.models import IssuedDocument
from clearway.documents.rules import read
from clearway.events.models import Event
from clearway.payments import notices
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids

PRINTED = ("declaration_print", "tax_notice", "release_note")
ME = system("test")


def message(pieces, lrn="L-1"):
    """One declaration of so many pieces at 100.00 each."""
    told = json.loads(a_message(lrn=lrn, price=f"{pieces * 100}.00"))
    quantity = {"value": str(pieces), "unitCode": "NAR"}

    def give(tree):
        if isinstance(tree, dict):
            if "GoodsMeasure" in tree:
                tree["GoodsMeasure"]["TariffQuantity"] = quantity
            tree = [*tree.values()]
        for each in tree if isinstance(tree, list) else ():
            give(each)

    give(told)
    return json.dumps(told).encode()


@pytest.fixture
def lodged(border):  # noqa: F811
    border.report("HBL-1", arrived=True)
    answer = border.lodge(message=message(100))
    assert answer.status == 201, answer.json
    notices.follow(ME, answer.json["mrn"])
    return answer.json["mrn"]


def printed(border, mrn, *kinds):  # noqa: F811
    return [printing.print_one(border.actors["trader"], mrn, kind, "fr") for kind in kinds]


def contents(rows):
    return {row.kind: read(row.kind, row.data) for row in rows}


def corrected(border, mrn, pieces):  # noqa: F811
    path = f"/declarations/{mrn}/amendments?reason=Two pieces less"
    asked = border.ask("trader", "post", path, message(pieces))
    assert asked.status == 202, asked.json
    body = {"grant": True, "reason": "As the invoice shows"}
    decided = border.ask("officer", "post", f"/requests/{asked.json['id']}/decision", body)
    assert decided.status == 200, decided.json
    notices.follow(ME, mrn)


def agree(told, pieces):
    """Hold the totals of all documents to each other, and to what was worked by hand."""
    declared = told["declaration_print"]
    notice = told["tax_notice"]
    assert declared.totals.value == notice.value == pieces * 100_00
    assert declared.payable == notice.payable == sum(one.payable for one in notice.lines)
    assert notice.payable == sum(one.payable for one in notice.by_tax)
    quantities = {declared.goods[0].quantity, *(one.quantity for one in notice.lines)}
    if "release_note" in told:
        note = told["release_note"]
        assert (note.totals, note.payable) == (declared.totals, declared.payable)
        quantities.add(note.goods[0].quantity)
    assert quantities == {pieces * 1_000_000}


def test_one_quantity_changes_and_three_documents_with_it(border, lodged):  # noqa: F811
    done = border.ask("officer", "post", f"/declarations/{lodged}/release", {"security": "GRN-1"})
    assert done.status == 200, done.json
    old = printed(border, lodged, *PRINTED)
    agree(contents(old), 100)
    corrected(border, lodged, 98)
    printing.follow(lodged)
    for row in old:
        row.refresh_from_db()
        assert (row.state, row.reason) == ("void", "data_changed"), row.kind
        page = Client().get(f"/verify/{row.token}").content.decode()
        assert 'class="notice alarm"' in page, "the old one is void by its code"
    new = list(IssuedDocument.objects.filter(state="valid").order_by("id"))
    assert [row.kind for row in new] == list(PRINTED)
    assert {row.language for row in new} == {"fr"}
    agree(contents(new), 98)
    for row in new:
        page = Client().get(f"/verify/{row.token}").content.decode()
        assert 'class="notice well"' in page


def test_news_told_twice_change_nothing(border, lodged):  # noqa: F811
    printed(border, lodged, "declaration_print", "tax_notice")
    corrected(border, lodged, 98)
    printing.follow(lodged)
    before = (IssuedDocument.objects.count(), Event.objects.count())
    printing.follow(lodged)
    assert (IssuedDocument.objects.count(), Event.objects.count()) == before
    agree(contents(IssuedDocument.objects.filter(state="valid")), 98)


def test_a_notice_that_is_late_brings_its_print_back(border, lodged):  # noqa: F811
    """Amended: the old notice is void at once; the new print comes with the new notice."""
    printed(border, lodged, "tax_notice")
    with_old_notice = notices.follow
    notices.follow = lambda *_: None
    try:
        corrected(border, lodged, 98)
    finally:
        notices.follow = with_old_notice
    printing.follow(lodged)
    assert [row.state for row in IssuedDocument.objects.all()] == ["void"]
    notices.follow(ME, lodged)
    printing.follow(lodged)
    assert [row.state for row in IssuedDocument.objects.order_by("id")] == ["void", "valid"]


def test_what_is_cancelled_is_printed_no_more(border, lodged):  # noqa: F811
    (row,) = printed(border, lodged, "declaration_print")
    Declaration.objects.filter(mrn=lodged).update(state="invalidated")
    printing.follow(lodged)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("void", "withdrawn")
    with pytest.raises(StateForbids):
        printed(border, lodged, "declaration_print")


def test_what_is_not_there_yet_is_not_printed(border, lodged):  # noqa: F811
    declaration = Declaration.objects.get(mrn=lodged)
    assert printing.printable(declaration) == ["declaration_print", "tax_notice"]
    for kind in ("receipt", "release_note", "inspection_report"):
        with pytest.raises(StateForbids):
            printed(border, lodged, kind)
    with pytest.raises(NotThere):
        printing.print_one(border.actors["trader2"], lodged, "declaration_print", "en")


def test_a_missing_datum_is_named(border, lodged, monkeypatch):  # noqa: F811
    Declaration.objects.filter(mrn=lodged).update(lrn="")
    with pytest.raises(DataRefused) as refused:
        printed(border, lodged, "declaration_print")
    assert refused.value.faults[0][0] == "/lrn"


def test_the_consumer_passes_by_what_was_never_printed(border, lodged):  # noqa: F811
    assert printing.printed([lodged, "26XP0000000000000A1", ""]) == set()
    printed(border, lodged, "declaration_print")
    assert printing.printed([lodged, "26XP0000000000000A1", ""]) == {lodged}
