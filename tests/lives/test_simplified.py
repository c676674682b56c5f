"""The life of a simplified declaration, and of the supplementary one that makes its debt final.

Converters CIF at 25,000 VND for a dollar, the rate of 3 March; on 4 March it is 25,100. Duty 10 %,
VAT 10 % on value and duty:

===============  =========  ===========  ==========  ==========  ===========
declared         USD        value, VND   duty        VAT         together
===============  =========  ===========  ==========  ==========  ===========
on the way       20,000.00  500,000,000  50,000,000  55,000,000  105,000,000
in the end       24,000.00  600,000,000  60,000,000  66,000,000  126,000,000
or in the end    18,000.00  450,000,000  45,000,000  49,500,000   94,500,000
===============  =========  ===========  ==========  ==========  ===========

The supplementary one is due ten days after the acceptance, on 13 March. It has the law of the first
day, and one debt with the simplified one: 21,000,000 more are asked for, or 10,500,000 go back.
"""

from __future__ import annotations

import pytest
from msgspec import structs
from tests.lives.conftest import IMPORTER, one_item
from tests.lives.living import (
    accounts,
    arrived,
    asked,
    at,
    billed,
    paid,
    reported,
    stands,
)

from clearway.audit.actor import system
from clearway.declarations.models import Declaration
from clearway.messages import goods, records, write_json
from clearway.payments import notices

FIRST, MORE, LESS = 105_000_000, 126_000_000, 94_500_000
BANK = ("bank", "VN-TREASURY", "VND")


def message(price, *, security=""):
    made = one_item(lrn="SIM-1", type_code="IMC", document="HBL-1", code="85044090", price=price,
                    quantity="10")  # fmt: skip
    if security:
        guarantee = records.ObligationGuarantee(reference_id=security, security_details_code="1")
        made = structs.replace(made, obligation_guarantees=(guarantee,))
    return write_json(made)


def supplement(price, mrn, lrn="SUP-1"):
    made = one_item(lrn=lrn, type_code="IMY", code="85044090", price=price, quantity="10")
    named = goods.PreviousDocument(category_code="Y", id=mrn, type_code="MRN")
    shipment = structs.replace(made.goods_shipment, previous_documents=(named,))
    return write_json(structs.replace(made, goods_shipment=shipment))


def chased(lives):
    """Do what the rounds do about what is late; return how many were found overdue."""
    from clearway.declarations.chasing import chase
    from clearway.reference.in_force import reference_at

    return chase(reference_at(lives.clock.now())).overdue


def lodged(lives, news, **how):
    """Let the holder of an authorisation declare in short what has arrived: the MRN."""
    asked(lives, "registrar", "post", "/authorisations", {
        "holder": IMPORTER, "type": "SDE", "reference": "VNSDE1", "valid_from": "2026-01-01",
    }, 201)  # fmt: skip
    ship = reported(lives, "2026-03-02T16:00")
    billed(lives, ship, "HBL-1", 10, "1000")
    at(lives, "2026-03-02T16:00")
    arrived(lives, ship, "2026-03-02T16:00")
    at(lives, "2026-03-03T09:15")
    news()
    mrn = lives.lodged("rhumb", message=message("20000.00", **how))
    news()
    return mrn


def open_notices(lives):
    return [row for row in asked(lives, "rhumb", "get", "/notices")["items"] if row["open"]]


@pytest.fixture
def short(lives, news):
    """Declare in short, pay and have released: the MRN of what waits for its supplement."""
    mrn = lodged(lives, news)
    (notice,) = open_notices(lives)
    assert notice["amount"] == FIRST
    paid(lives, "B-1", notice, FIRST)
    news()
    assert stands(lives, mrn) == ("released", "released", "paid"), "it waits for its supplement"
    told = asked(lives, "rhumb", "get", f"/declarations/{mrn}")
    assert told["supplementary_due"] == "2026-03-13"
    return mrn


def completed(lives, news, mrn, price):
    """Lodge the supplementary declaration; return its MRN."""
    other = lives.lodged("rhumb", message=supplement(price, mrn))
    news()
    told = asked(lives, "rhumb", "get", f"/declarations/{other}")
    assert (told["supplements"], told["legal_date"]) == (mrn, "2026-03-03")
    assert stands(lives, other) == ("cleared", "none", "none")
    assert "CLW4310" in lives.lodge("rhumb", message=supplement(price, mrn, "SUP-2")).rules
    return other


def test_a_supplement_asks_for_what_was_declared_too_little_and_makes_the_debt_final(
    lives, news, short
):
    at(lives, "2026-03-13T16:00")
    assert chased(lives) == 0, "the last day is in time"
    at(lives, "2026-03-14T09:00")
    assert (chased(lives), chased(lives)) == (1, 0)
    assert asked(lives, "rhumb", "get", f"/declarations/{short}")["overdue_at"]
    other = completed(lives, news, short, "24000.00")
    assert stands(lives, short) == ("released", "released", "adjusted")
    debt = asked(lives, "rhumb", "get", f"/declarations/{short}/debt")
    assert (debt["payable"], debt["paid"], debt["outstanding"]) == (MORE, FIRST, 21_000_000)
    (notice,) = open_notices(lives)
    assert (notice["mrn"], notice["open"]) == (short, 21_000_000)
    assert [line["amount"] for line in notice["lines"]] == [60_000_000, 66_000_000]
    own = asked(lives, "rhumb", "get", f"/declarations/{other}/debt")
    assert (own["payable"], own["outstanding"]) == (0, 0)

    paid(lives, "B-2", notice, 21_000_000, "2026-03-14")
    news()
    assert stands(lives, short) == ("cleared", "released", "final")
    assert accounts() == {
        BANK: MORE, ("revenue", "NK", "VND"): -60_000_000, ("revenue", "VAT", "VND"): -66_000_000,
    }  # fmt: skip
    at(lives, "2026-04-30T09:00")
    assert chased(lives) == 0


def test_a_supplement_gives_back_what_was_declared_too_much(lives, news, short):
    at(lives, "2026-03-12T09:00")
    completed(lives, news, short, "18000.00")
    assert stands(lives, short) == ("cleared", "released", "final")
    assert open_notices(lives) == []
    (claim,) = asked(lives, "rhumb", "get", "/refunds")["items"]
    assert (claim["amount"], claim["mrn"]) == (10_500_000, short)
    asked(lives, "cashier", "post", f"/refunds/{claim['id']}/approval")
    asked(lives, "cashier2", "post", f"/refunds/{claim['id']}/payment")
    news()
    assert stands(lives, short) == ("cleared", "released", "refunded")
    assert accounts() == {
        BANK: LESS, ("revenue", "NK", "VND"): -45_000_000, ("revenue", "VAT", "VND"): -49_500_000,
    }  # fmt: skip
    at(lives, "2026-03-14T09:00")
    assert chased(lives) == 0


def test_a_supplement_as_declared_changes_nothing_but_that_it_is_final(lives, news, short):
    completed(lives, news, short, "20000.00")
    assert stands(lives, short) == ("cleared", "released", "final")
    assert asked(lives, "rhumb", "get", "/refunds")["items"] == []
    assert accounts()[BANK] == FIRST


def test_what_was_released_against_security_is_paid_by_the_supplement(lives, news):
    asked(lives, "cashier", "post", "/guarantees", {
        "number": "GRN-S", "holder": IMPORTER, "guarantor": "Bank of the Bund",
        "reference_amount": MORE, "valid_from": "2026-01-01", "valid_to": "2026-12-31",
    }, 201)  # fmt: skip
    mrn = lodged(lives, news, security="GRN-S")
    assert stands(lives, mrn) == ("released", "released", "secured")
    assert asked(lives, "rhumb", "get", "/guarantees/GRN-S")["used"] == FIRST
    completed(lives, news, mrn, "24000.00")
    assert stands(lives, mrn) == ("released", "released", "assessed")
    (notice,) = open_notices(lives)
    assert notice["open"] == MORE
    paid(lives, "B-1", notice, MORE)
    news()
    assert stands(lives, mrn) == ("cleared", "released", "final")
    assert asked(lives, "rhumb", "get", "/guarantees/GRN-S")["used"] == 0
    assert accounts()[BANK] == MORE


def test_a_supplement_that_is_invalidated_leaves_what_the_simplified_one_owed(lives, news, short):
    """The simplified one's own decision is noticed again, and takes what was paid on it."""
    other = completed(lives, news, short, "24000.00")
    assert asked(lives, "rhumb", "get", f"/declarations/{short}/debt")["outstanding"] == 21_000_000
    Declaration.objects.filter(mrn=other).update(state="invalidated")
    assert notices.follow(system("test"), other)
    assert not notices.follow(system("test"), other)
    debt = asked(lives, "rhumb", "get", f"/declarations/{short}/debt")
    assert (debt["payable"], debt["paid"], debt["outstanding"]) == (FIRST, FIRST, 0)
    assert open_notices(lives) == []
    assert sum(accounts().values()) == 0


def test_a_later_version_of_the_simplified_one_opens_nothing_that_the_supplement_settled(
    lives, news, short
):
    """The supplementary one determines the debt: an amendment of the other leaves it paid."""
    completed(lives, news, short, "20000.00")
    Declaration.objects.filter(mrn=short).update(debt_state="adjusted")  # as any amendment does
    assert notices.follow(system("test"), short)
    assert stands(lives, short) == ("cleared", "released", "paid")
    assert not notices.follow(system("test"), short)
    news()
    assert stands(lives, short) == ("cleared", "released", "final")
    assert accounts()[BANK] == FIRST
