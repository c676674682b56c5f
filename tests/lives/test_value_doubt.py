"""The life of a declared value that customs doubted, and what they determined instead.

Converters CIF at 25,000 VND for a dollar: 20,000.00 USD are 500,000,000 VND; duty of 10 %
50,000,000, VAT 55,000,000, together 105,000,000. Determined by Article 3 at 600,000,000 VND they
owe 60,000,000 and 66,000,000, together 126,000,000: 10,000,000 and 11,000,000 more, which is the
security too.
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
    paid,
    refused,
    reported,
    stands,
)

from clearway.messages import write_json

DECLARED, DETERMINED, MORE = 105_000_000, 600_000_000, 21_000_000


@pytest.fixture
def doubted(lives, news):
    """Declare, and let an officer doubt the value: the MRN and the doubt's address."""
    ship = reported(lives, "2026-03-02T16:00")
    billed(lives, ship, "HBL-1", 10, "1000")
    at(lives, "2026-03-02T16:00")
    arrived(lives, ship, "2026-03-02T16:00")
    made = one_item(lrn="VAL-1", document="HBL-1", code="85044090", price="20000.00", quantity="10")
    mrn = lives.lodged("rhumb", message=write_json(made))
    news()
    told = {"item": 1, "reasons": "Identical goods cost a fifth more last month."}
    number = asked(lives, "ann", "post", f"/declarations/{mrn}/value-doubts", told, 201)["id"]
    news()
    return mrn, f"/value-doubts/{number}"


def secured(lives, news, mrn, doubt):
    """Let him pay what he declared, explain, and leave against the security that is fixed."""
    (notice,) = asked(lives, "rhumb", "get", "/notices")["items"]
    assert notice["amount"] == DECLARED
    paid(lives, "B-1", notice, DECLARED)
    news()
    assert stands(lives, mrn) == ("assessed", "arrived", "paid"), "the doubt keeps the goods"
    asked(lives, "rhumb", "post", f"{doubt}/reply", {"text": "A last lot, at a discount."})
    fixed = asked(lives, "ann", "post", f"{doubt}/security", {"value": DETERMINED})
    assert fixed["security"] == MORE
    number = fixed["deposit_number"]
    assert "Less was deposited" in refused(
        lives, "ann", "post", f"{doubt}/coverage", {"reference": number}
    )
    paid(lives, "D-1", {"reference": number}, MORE)
    asked(lives, "ann", "post", f"{doubt}/coverage", {"reference": number})
    news()
    assert stands(lives, mrn) == ("released", "released", "paid"), "not final while it is doubted"


def test_what_a_determined_value_adds_is_asked_for_and_paid(lives, news, doubted):
    mrn, doubt = doubted
    secured(lives, news, mrn, doubt)
    at(lives, "2026-03-05T09:00")
    asked(lives, "ann", "post", f"{doubt}/grounds", {"grounds": "No discount is in the contract."})
    decision = {
        "accept": False, "decision": "Article 3: identical goods.", "method": "3",
        "value": DETERMINED,
    }  # fmt: skip
    assert "still explain" in refused(lives, "ann", "post", f"{doubt}/decision", decision)
    asked(lives, "rhumb", "post", f"{doubt}/reply", {"text": "It was by word of mouth."})
    told = asked(lives, "ann", "post", f"{doubt}/decision", decision)
    assert (told["state"], told["difference"]) == ("determined", MORE)
    news()
    news()
    # What was deposited pays what the determined value adds.
    assert stands(lives, mrn) == ("cleared", "released", "final")
    rows = asked(lives, "rhumb", "get", "/notices")["items"]
    (notice,) = [row for row in rows if row["kind"] == "adjustment"]
    assert (notice["amount"], notice["open"]) == (MORE, 0)
    assert [line["amount"] for line in notice["lines"]] == [10_000_000, 11_000_000]
    assert accounts() == {
        ("bank", "VN-TREASURY", "VND"): DECLARED + MORE,
        ("revenue", "NK", "VND"): -60_000_000,
        ("revenue", "VAT", "VND"): -66_000_000,
    }


def test_a_value_that_is_accepted_after_all_costs_nothing(lives, news, doubted):
    mrn, doubt = doubted
    secured(lives, news, mrn, doubt)
    decision = {"accept": True, "decision": "The contract says so."}
    asked(lives, "ann", "post", f"{doubt}/decision", decision)
    news()
    assert stands(lives, mrn) == ("cleared", "released", "final")
    assert accounts() == {
        ("bank", "VN-TREASURY", "VND"): DECLARED + MORE,
        ("refundable", IMPORTER, "VND"): -MORE,
        ("revenue", "NK", "VND"): -50_000_000,
        ("revenue", "VAT", "VND"): -55_000_000,
    }
    (refund,) = asked(lives, "rhumb", "get", "/refunds")["items"]
    assert (refund["kind"], refund["amount"]) == ("deposit", MORE)
    asked(lives, "cashier", "post", f"/refunds/{refund['id']}/approval")
    asked(lives, "cashier2", "post", f"/refunds/{refund['id']}/payment")
    assert accounts()["bank", "VN-TREASURY", "VND"] == DECLARED


def test_told_twice_it_is_asked_for_once(lives, news, doubted):
    from clearway.audit.actor import system
    from clearway.payments.determining import collect

    mrn, _ = doubted
    from clearway.payments.departing import Part

    taxes = [Part("NK", 10_000_000, 1), Part("VAT", 11_000_000, 1)]
    assert [collect(system("test"), mrn, 7, taxes) for _ in range(2)] == [True, False]
    debt = asked(lives, "rhumb", "get", f"/declarations/{mrn}/debt")
    assert debt["payable"] == DECLARED + MORE
