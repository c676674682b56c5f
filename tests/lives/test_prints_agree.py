"""Card C21, **Accept**: an item's quantity is 98 and not 100, and three documents are made anew.

A hundred converters at 240.00 USD, 24,000.00 USD CIF at 25,000 VND: 600,000,000 VND; duty
60,000,000, VAT 66,000,000, together 126,000,000. Ninety-eight are 23,520.00 USD: 588,000,000;
58,800,000 and 64,680,000, together 123,480,000, and 2,520,000 go back.
"""

from __future__ import annotations

from tests.lives.conftest import one_item
from tests.lives.living import arrived, asked, at, billed, paid, reported

from clearway.messages import write_json

KINDS = ("declaration_print", "tax_notice", "release_note")


def printed(lives, mrn):
    """Print the three documents; return each as it is told, by its kind."""
    return {
        kind: asked(lives, "rhumb", "post", f"/declarations/{mrn}/prints", {"kind": kind}, 201)
        for kind in KINDS
    }


def verified(lives, told):
    """Return what the address in a document's code says of it."""
    token = told["verification"].rstrip("/").rsplit("/", 1)[1]
    return asked(lives, "rhumb", "get", f"/document-verification/{token}")


def data(lives, told):
    return asked(lives, "rhumb", "get", f"/documents/{told['number']}")["data"]


def test_a_changed_quantity_makes_three_documents_anew_and_their_totals_agree(lives, news):
    ship = reported(lives, "2026-03-02T16:00")
    billed(lives, ship, "HBL-1", 10, "1000")
    at(lives, "2026-03-02T16:00")
    arrived(lives, ship, "2026-03-02T16:00")
    made = one_item(
        lrn="PRI-1", document="HBL-1", code="85044090", price="24000.00", quantity="100"
    )
    mrn = lives.lodged("rhumb", message=write_json(made))
    news()
    (notice,) = asked(lives, "rhumb", "get", "/notices")["items"]
    paid(lives, "B-1", notice, 126_000_000)
    news()
    before = printed(lives, mrn)
    assert printed(lives, mrn) == before, "where nothing changed, the same holds"
    assert {verified(lives, one)["state"] for one in before.values()} == {"valid"}

    at(lives, "2026-03-05T09:00")
    changes = [
        {"item": 1, "datum": "quantity", "value": "98"},
        {"item": 1, "datum": "price", "value": "23520.00"},
    ]
    correction = asked(lives, "ann", "post", f"/declarations/{mrn}/corrections",
                       {"changes": changes, "reason": "Two were missing"}, 201)  # fmt: skip
    assert correction["difference"] == -2_520_000
    confirmation = f"/corrections/{correction['id']}/confirmation"
    asked(lives, "ben", "post", confirmation, {"confirm": True})
    news()
    for kind, one in before.items():
        old = verified(lives, one)
        assert (kind, old["state"], old["reason"]) == (kind, "void", "data_changed")
        assert old["replaced_by"]
    after = printed(lives, mrn)
    assert {one["number"] for one in after.values()}.isdisjoint(
        one["number"] for one in before.values()
    )
    for kind, one in after.items():
        assert verified(lives, one)["state"] == "valid"
        assert verified(lives, before[kind])["replaced_by"] == one["number"]
    told = {kind: data(lives, one) for kind, one in after.items()}
    assert {(one["version"], one["payable"]) for one in told.values()} == {(2, 123_480_000)}
    declared, notice, note = (told[kind] for kind in KINDS)
    assert declared["totals"] == note["totals"]
    assert {declared["totals"]["value"], notice["value"]} == {588_000_000}
    assert [goods["quantity"] for goods in (*declared["goods"], *note["goods"])] == [98_000_000] * 2
    assert [tax["payable"] for tax in notice["by_tax"]] == [58_800_000, 64_680_000]
