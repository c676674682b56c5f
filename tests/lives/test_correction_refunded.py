"""The life of a declaration that was released and paid, corrected afterwards, and refunded.

Converters, 24,000.00 USD CIF at 25,000 VND: 600,000,000 VND; duty of 10 % 60,000,000, VAT of 10 %
66,000,000, together 126,000,000. The credit note makes it 20,000.00 USD: 500,000,000; 50,000,000
and 55,000,000, together 105,000,000. 21,000,000 go back, 10,000,000 of duty and 11,000,000 of VAT.
Half of the credit note was none, customs find later: 22,000.00 USD are 550,000,000; 55,000,000 and
60,500,000, together 115,500,000, so that 10,500,000 are owed again.
"""

from __future__ import annotations

import pytest
from tests.lives.conftest import IMPORTER, one_item
from tests.lives.living import (
    accounts,
    arrived,
    asked,
    at,
    billed,
    codes,
    paid,
    refused,
    reported,
    stands,
)

from clearway.messages import write_json

BEFORE, AFTER, BACK = 126_000_000, 105_000_000, 21_000_000
BANK = ("bank", "VN-TREASURY", "VND")
DUTY, VAT = ("revenue", "NK", "VND"), ("revenue", "VAT", "VND")


def message(price, **changes):
    return write_json(one_item(
        lrn="COR-1", document="HBL-1", code="85044090", price=price, quantity="10", **changes
    ))  # fmt: skip


def entries():
    """Return what the ledger recorded, in its order: the kind of entry and each side of it."""
    from clearway.payments.models import Entry, EntryLine

    told = []
    for entry in Entry.objects.order_by("id"):
        lines = EntryLine.objects.filter(entry=entry).select_related("account").order_by("id")
        assert sum(line.debit - line.credit for line in lines) == 0
        sides = {}
        for line in lines:
            kind = f"{line.account.kind} {line.account.key}"
            sides[kind] = sides.get(kind, 0) + line.debit - line.credit
        told.append((entry.kind, {kind: amount for kind, amount in sides.items() if amount}))
    return told


@pytest.fixture
def cleared(lives, news):
    """Declare, pay and clear the converters: the MRN."""
    ship = reported(lives, "2026-03-02T16:00")
    billed(lives, ship, "HBL-1", 10, "1000")
    at(lives, "2026-03-02T16:00")
    arrived(lives, ship, "2026-03-02T16:00")
    news()
    mrn = lives.lodged("rhumb", message=message("24000.00"))
    news()
    (notice,) = asked(lives, "rhumb", "get", "/notices")["items"]
    assert notice["amount"] == BEFORE
    paid(lives, "B-1", notice, BEFORE)
    news()
    assert stands(lives, mrn) == ("cleared", "released", "final")
    return mrn


def credited(lives, news, mrn):
    """Let the trader ask for the correction and an officer grant it: the claim that follows."""
    at(lives, "2026-03-20T09:00")
    path = f"/declarations/{mrn}"
    wanted = asked(
        lives, "rhumb", "post", f"{path}/amendments?reason=Credit+note",
        message("20000.00", mrn=mrn),
        202, headers={"Idempotency-Key": "correct-1"},
    )  # fmt: skip
    assert (wanted["kind"], wanted["state"]) == ("correction", "open")
    assert asked(lives, "rhumb", "get", "/refunds")["items"] == []
    decision = {"grant": True, "reason": "The credit note is sound"}
    refused(lives, "rhumb", "post", f"/requests/{wanted['id']}/decision", decision, status=403)
    granted = asked(lives, "ann", "post", f"/requests/{wanted['id']}/decision", decision)
    assert granted["state"] == "granted"
    news()
    assert asked(lives, "rhumb", "get", path)["version"] == 2
    assert stands(lives, mrn) == ("cleared", "released", "final")
    debt = asked(lives, "rhumb", "get", f"{path}/debt")
    assert (debt["payable"], debt["paid"], debt["outstanding"]) == (AFTER, AFTER, 0)

    (claim,) = asked(lives, "rhumb", "get", "/refunds")["items"]
    assert (claim["amount"], claim["state"], claim["mrn"]) == (BACK, "requested", mrn)
    return claim


def corrected_again(lives, news, mrn):
    """Let customs correct it once more, two of them, and the importer pay what he owes then."""
    at(lives, "2026-04-01T09:00")
    change = {"item": 1, "datum": "price", "value": "22000.00"}
    made = asked(lives, "ann", "post", f"/declarations/{mrn}/corrections",
                 {"changes": [change], "reason": "Half of it was none"}, 201)  # fmt: skip
    assert (made["state"], made["difference"]) == ("proposed", 10_500_000)
    confirmation = f"/corrections/{made['id']}/confirmation"
    refused(lives, "ann", "post", confirmation, {"confirm": True})
    asked(lives, "ben", "post", confirmation, {"confirm": True})
    news()
    assert stands(lives, mrn) == ("cleared", "released", "adjusted")
    debt = asked(lives, "rhumb", "get", f"/declarations/{mrn}/debt")
    assert (debt["payable"], debt["paid"], debt["outstanding"]) == (115_500_000, AFTER, 10_500_000)
    rows = asked(lives, "rhumb", "get", "/notices")["items"]
    (notice,) = [row for row in rows if row["open"]]
    assert notice["open"] == 10_500_000
    paid(lives, "B-2", notice, 10_500_000, "2026-04-01")
    news()


def test_what_was_paid_too_much_goes_back_by_two_persons(lives, news, cleared):
    mrn = cleared
    claim = credited(lives, news, mrn)
    approval, payment = (f"/refunds/{claim['id']}/{what}" for what in ("approval", "payment"))
    refused(lives, "ann", "post", approval, status=403)
    assert "requested" in refused(lives, "cashier2", "post", payment)
    assert asked(lives, "cashier", "post", approval)["state"] == "approved"
    assert "Another person" in refused(lives, "cashier", "post", payment)
    assert accounts()[BANK] == BEFORE
    done = asked(lives, "cashier2", "post", payment)
    assert done["state"] == "refunded"
    refused(lives, "cashier2", "post", payment)
    news()

    assert accounts() == {BANK: AFTER, DUTY: -50_000_000, VAT: -55_000_000}
    owed, refundable = f"receivable {IMPORTER}", f"refundable {IMPORTER}"
    bank = "bank VN-TREASURY"
    assert entries() == [
        ("notice", {owed: BEFORE, "revenue NK": -60_000_000, "revenue VAT": -66_000_000}),
        ("payment", {bank: BEFORE, owed: -BEFORE}),
        ("cancelled", {owed: -BEFORE, "revenue NK": 60_000_000, "revenue VAT": 66_000_000}),
        ("notice", {owed: AFTER, "revenue NK": -50_000_000, "revenue VAT": -55_000_000}),
        ("carried", {}),
        ("excess", {owed: BACK, refundable: -BACK}),
        ("refund", {refundable: BACK, bank: -BACK}),
    ]
    assert stands(lives, mrn) == ("cleared", "released", "refunded")
    assert codes(mrn) == ["02", "01", "13", "08", "09", "11", "07"]
    corrected_again(lives, news, mrn)
    assert stands(lives, mrn) == ("cleared", "released", "final")
    assert accounts() == {BANK: 115_500_000, DUTY: -55_000_000, VAT: -60_500_000}
