"""The life of an authorised trader's goods that were declared in advance and picked up directly.

The goods are those of GOLD-01: 43,215 USD at 25,000 are 1,080,375,000 VND; duty 108,037,500, VAT
118,841,250, together 226,878,750. Their importer is an authorised operator (AEOC), whose guarantee
holds half of his debt: 113,439,375. It is of 150,000,000, so that only the reduction lets it cover
him, and 36,560,625 are left of it. Discharge 18:30, lorry 18:10 to 19:10, out 18:52: it stood 22
minutes, where GOLD-01 stood from 18:30 until 08:20 two days on, 37 h 50 min (card C23).
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs
from tests.lives.conftest import IMPORTER, gold_record, local
from tests.lives.living import (
    BOX,
    TERMINAL,
    accounts,
    arrived,
    asked,
    at,
    billed,
    instant,
    paid,
    refused,
    reported,
    stands,
)

from clearway.messages import records, write_json

TOTAL, HALF, GIVEN = 226_878_750, 113_439_375, 150_000_000
PLATE = "51C-123.45"


def authorised(lives, kind="AEOC", given=GIVEN):
    """Let customs authorise the importer and enter his guarantee."""
    for who, path, body in (
        ("registrar", "/authorisations", {
            "holder": IMPORTER, "type": kind, "reference": f"VN{kind}1", "valid_from": "2026-01-01",
        }),
        ("cashier", "/guarantees", {
            "number": "GRN-AEO", "holder": IMPORTER, "guarantor": "Bank of the Bund",
            "reference_amount": given, "valid_from": "2026-01-01", "valid_to": "2026-12-31",
        }),
    ):  # fmt: skip
        asked(lives, who, "post", path, body, 201)


def message(type_code):
    """GOLD-01 as a message that cites the guarantee."""
    made = gold_record(type_code=type_code)
    guarantee = records.ObligationGuarantee(reference_id="GRN-AEO", security_details_code="1")
    return write_json(structs.replace(made, obligation_guarantees=(guarantee,)))


def held(lives):
    told = asked(lives, "rhumb", "get", "/guarantees/GRN-AEO")
    return told["used"], told["available"], [use["state"] for use in told["uses"]]


def booked(lives):
    """Book the box for direct pick-up; carrier and terminal accept it and it has its slot."""
    number = asked(lives, "rhumb", "post", "/bookings", {
        "unit": BOX, "terminal": TERMINAL, "plate": PLATE,
        "planned_at": instant("2026-03-02T18:30"),
    }, 201)["booking"]  # fmt: skip
    for who in ("carrier", "terminal"):
        asked(lives, who, "post", f"/bookings/{number}/acceptance")
    slot = {"slot_from": instant("2026-03-02T18:10"), "slot_to": instant("2026-03-02T19:10")}
    asked(lives, "terminal", "post", f"/bookings/{number}/slot", slot)
    return number


def out(lives, booking):
    """Fetch the box: its token, the delivery order, the lorry in its slot, out at 18:52."""
    wanted = {"kind": "container", "number": BOX, "terminal": TERMINAL, "plate": PLATE}
    token = asked(lives, "rhumb", "post", "/gate-tokens", wanted, 201)
    order = asked(lives, "terminal", "post", f"/gate-tokens/{token['serial']}/delivery-order")
    assert order["state"] == "valid"
    gate = asked(lives, "terminal", "post", "/gates", {"code": "G1"}, 201)["id"]
    at(lives, "2026-03-02T18:10")
    moves = f"/bookings/{booking}/moves"
    asked(lives, "terminal", "post", moves, {"act": "come", "plate": PLATE})
    at(lives, "2026-03-02T18:30")
    asked(lives, "terminal", "post", moves, {"act": "handle"})
    at(lives, "2026-03-02T18:52")
    shown = {"code": token["code"], "direction": "out", "unit": BOX, "plate": PLATE}
    passed = asked(lives, "terminal", "post", f"/gates/{gate}/passages", shown, 201)
    assert (passed["verdict"], passed["at"]) == ("accepted", instant("2026-03-02T18:52"))
    used = asked(lives, "rhumb", "get", f"/gate-tokens/{token['serial']}")
    assert used["state"] == "used"


def ends(lives, news, ship, mrn, booking):
    """Look at every end of it: measured, paid, final, the guarantee free, the books even."""
    told = asked(lives, "rhumb", "get", f"/bookings/{booking}")
    assert (told["state"], told["dwell_minutes"]) == ("out", 22)
    by_yard = local("2026-03-04T08:20") - local("2026-03-02T18:30")
    assert by_yard == timedelta(hours=37, minutes=50)
    share = asked(lives, "carrier", "get", f"/conveyances/{ship}/direct-share")
    assert share == {"direct": 1, "containers": 1, "percent": 100}
    assert stands(lives, mrn) == ("released", "gated_out", "secured")
    assert held(lives) == (HALF, GIVEN - HALF, ["drawn"])
    owed = ("receivable", IMPORTER, "VND")
    assert accounts() == {
        owed: TOTAL,
        ("revenue", "NK", "VND"): -108_037_500,
        ("revenue", "VAT", "VND"): -118_841_250,
    }

    at(lives, "2026-03-10T10:00")
    (notice,) = asked(lives, "rhumb", "get", "/notices")["items"]
    paid(lives, "B-1", notice, TOTAL, "2026-03-10")
    news()
    assert stands(lives, mrn) == ("cleared", "gated_out", "final")
    assert held(lives) == (0, GIVEN, ["discharged"])
    assert owed not in accounts()
    debt = asked(lives, "rhumb", "get", f"/declarations/{mrn}/debt")
    assert (debt["paid"], debt["outstanding"], debt["secured"]) == (TOTAL, 0, 0)


def test_an_authorised_trader_picks_up_directly_what_he_lodged_in_advance(lives, news):
    """Type D: received before the vessel, accepted, secured and released by its arrival notice."""
    authorised(lives)
    ship = reported(lives, "2026-03-02T16:00")
    billed(lives, ship)
    news()
    mrn = lives.lodged("rhumb", message=message("IMD"))
    news()
    assert stands(lives, mrn)[0] == "received"
    assessed = asked(lives, "rhumb", "get", f"/declarations/{mrn}/assessment")
    assert (assessed["occasion"], assessed["payable"]) == ("lodgement", TOTAL)
    booking = booked(lives)
    told = asked(lives, "rhumb", "get", f"/bookings/{booking}")
    assert (told["state"], told["lacking"]) == ("booked", ["at_arrival"])
    wanted = {"kind": "container", "number": BOX, "terminal": TERMINAL, "plate": PLATE}
    refused(lives, "rhumb", "post", "/gate-tokens", wanted)
    assert held(lives) == (0, GIVEN, [])

    at(lives, "2026-03-02T16:00")
    arrived(lives, ship, "2026-03-02T16:00")
    news()
    assert stands(lives, mrn) == ("released", "released", "secured")
    released = asked(lives, "rhumb", "get", f"/declarations/{mrn}")["released_at"]
    assert released == instant("2026-03-02T16:00")
    told = asked(lives, "rhumb", "get", f"/bookings/{booking}")
    assert (told["state"], told["lacking"]) == ("slot", [])
    out(lives, booking)
    news()
    ends(lives, news, ship, mrn, booking)


def test_he_secures_before_the_vessel_what_he_lodged_for_goods_that_are_reported(lives, news):
    """Type A, lodged before the arrival: assessed and secured at once, released by the arrival."""
    authorised(lives)
    ship = reported(lives, "2026-03-02T16:00")
    billed(lives, ship)
    news()
    mrn = lives.lodged("rhumb", message=message("IMA"))
    news()
    assert stands(lives, mrn) == ("assessed", "reported", "assessed")
    booking = booked(lives)
    assert asked(lives, "rhumb", "get", f"/bookings/{booking}")["lacking"] == ["debt"]
    asked(lives, "rhumb", "post", f"/declarations/{mrn}/security", {})
    news()
    assert stands(lives, mrn) == ("assessed", "reported", "secured")
    assert held(lives) == (HALF, GIVEN - HALF, ["reserved"])
    assert asked(lives, "rhumb", "get", f"/bookings/{booking}")["state"] == "slot"
    assert "goods are here" in refused(
        lives, "supervisor", "post", f"/declarations/{mrn}/release", {}
    )

    at(lives, "2026-03-02T16:00")
    arrived(lives, ship, "2026-03-02T16:00")
    news()
    assert stands(lives, mrn) == ("released", "released", "secured")
    out(lives, booking)
    news()
    ends(lives, news, ship, mrn, booking)


@pytest.mark.parametrize(
    ("kind", "given", "state", "used"),
    [
        ("AEOF", 1, "released", 0),  # waived: whatever the guarantee is of, it holds nothing
        ("AEOC", HALF, "released", HALF),  # to the last đồng
        ("AEOC", HALF - 1, "assessed", 0),  # one đồng short
        ("SDE", TOTAL - 1, "assessed", 0),  # authorised for something else: no reduction
    ],
)
def test_what_an_authorisation_takes_off_the_guarantee(lives, news, kind, given, state, used):
    authorised(lives, kind, given)
    ship = reported(lives, "2026-03-02T16:00")
    billed(lives, ship)
    mrn = lives.lodged("rhumb", message=message("IMD"))
    at(lives, "2026-03-02T16:00")
    arrived(lives, ship, "2026-03-02T16:00")
    news()
    assert stands(lives, mrn)[0] == state
    assert held(lives)[:2] == (used, given - used)
    short = [event for event in lives.events(mrn) if event.endswith("short")]
    assert bool(short) == (state == "assessed")
