"""The life of a container of three houses, one of them red, which a freight station takes apart.

CIF, at 25,000 VND for a dollar; VAT of 10 % on value and duty:

=======  =========  =========  =============  ===========  ===========  ===========
house    code       USD        value, VND     duty         VAT          together
=======  =========  =========  =============  ===========  ===========  ===========
HBL-1    85044090   24,000.00    600,000,000   60,000,000   66,000,000  126,000,000
HBL-2    85043499   16,000.00    400,000,000   40,000,000   44,000,000   84,000,000
HBL-3    85437090   43,215.00  1,080,375,000  162,056,250  124,243,125  286,299,375
=======  =========  =========  =============  ===========  ===========  ===========

Duty is 10 %, of HBL-3 15 %; a profile sends apparatus of 8543.70 to control. Duties together
262,056,250, VAT 234,243,125, all together 496,299,375.
"""

from __future__ import annotations

import pytest
from tests.lives.conftest import one_item
from tests.lives.living import (
    BOX,
    TERMINAL,
    accounts,
    arrived,
    asked,
    at,
    billed,
    looked_at,
    paid,
    refused,
    reported,
    stands,
)

from clearway.messages import write_json

HOUSES = (
    ("HBL-1", "85044090", "24000.00", 126_000_000),
    ("HBL-2", "85043499", "16000.00", 84_000_000),
    ("HBL-3", "85437090", "43215.00", 286_299_375),
)
CONTAINER = {"kind": "container", "number": BOX, "terminal": TERMINAL}


def lot(number):
    return {"kind": "packages", "number": number, "terminal": TERMINAL}


@pytest.fixture
def declared(lives, news):
    """Report a container of three houses that has arrived, and declare each: their MRNs."""
    ship = reported(lives, "2026-03-02T16:00")
    billed(lives, ship, "MBL-1", 30, "3000")
    for number, *_ in HOUSES:
        billed(lives, None, number, 10, "1000", master_number="MBL-1", containers=[])
    at(lives, "2026-03-02T16:00")
    arrived(lives, ship, "2026-03-02T16:00")
    news()
    mrns = []
    for number, code, price, _ in HOUSES:
        made = one_item(lrn=f"L-{number}", document=number, code=code, price=price, quantity="500")
        mrns.append(lives.lodged("rhumb", message=write_json(made)))
    news()
    assert [stands(lives, mrn)[0] for mrn in mrns] == ["assessed", "assessed", "under_control"]
    return mrns


def pays(lives, news, mrn, amount):
    """Let the importer pay the one notice of a declaration, to the đồng that was worked out."""
    rows = asked(lives, "rhumb", "get", "/notices")["items"]
    (notice,) = [row for row in rows if row["mrn"] == mrn]
    assert notice["amount"] == amount
    paid(lives, f"B-{notice['number']}", notice, amount)
    news()


def fetched(lives, gate, wanted, unit):
    """Show a token for a unit at the gate; return whether the barrier opened."""
    token = asked(lives, "rhumb", "post", "/gate-tokens", wanted, 201)
    shown = {"code": token["code"], "direction": "out", "unit": unit}
    return asked(lives, "terminal", "post", f"/gates/{gate}/passages", shown, 201)["verdict"]


def ends(lives, mrns):
    """Look at every end: all cleared and out, and what the three owed is in the books."""
    assert [stands(lives, mrn) for mrn in mrns] == [("cleared", "gated_out", "final")] * 3
    held = accounts()
    assert held[("revenue", "NK", "VND")] == -262_056_250
    assert held[("revenue", "VAT", "VND")] == -234_243_125
    assert held[("bank", "VN-TREASURY", "VND")] == 496_299_375
    assert len(held) == 3


def test_two_houses_leave_the_station_and_the_red_one_when_it_was_looked_at(lives, news, declared):
    one, two, red = declared
    gate = asked(lives, "terminal", "post", "/gates", {"code": "G1"}, 201)["id"]
    why = refused(lives, "rhumb", "post", "/gate-tokens", CONTAINER)
    assert "not released" in why
    at(lives, "2026-03-03T09:00")
    move = asked(lives, "supervisor", "post", "/moves", {
        "kind": "container", "number": BOX, "station": TERMINAL, "place": "CFS-1",
        "seals": "CU-1", "reason": "Three houses",
    }, 201)["id"]  # fmt: skip
    pays(lives, news, one, 126_000_000)
    assert stands(lives, one) == ("cleared", "released", "final")
    assert fetched(lives, gate, CONTAINER, BOX) == "accepted"
    news()
    assert stands(lives, one)[1] == "released", "it moves under control and has not left"
    refused(lives, "rhumb", "post", "/gate-tokens", lot("HBL-1"))
    asked(lives, "terminal", "post", f"/moves/{move}/arrival")

    at(lives, "2026-03-03T13:00")
    pays(lives, news, two, 84_000_000)
    for number in ("HBL-1", "HBL-2"):
        assert fetched(lives, gate, lot(number), number) == "accepted"
    news()
    assert [stands(lives, mrn)[1] for mrn in declared] == ["gated_out", "gated_out", "arrived"]

    pays(lives, news, red, 286_299_375)
    assert stands(lives, red) == ("under_control", "arrived", "paid")
    refused(lives, "rhumb", "post", "/gate-tokens", lot("HBL-3"))
    at(lives, "2026-03-04T10:00")
    looked_at(lives, news, red)
    assert stands(lives, red) == ("cleared", "released", "final")
    assert fetched(lives, gate, lot("HBL-3"), "HBL-3") == "accepted"
    news()
    ends(lives, declared)


def test_the_container_leaves_whole_when_all_its_houses_are_released(lives, news, declared):
    gate = asked(lives, "terminal", "post", "/gates", {"code": "G1"}, 201)["id"]
    for mrn, (*_, amount) in zip(declared, HOUSES, strict=True):
        why = refused(lives, "rhumb", "post", "/gate-tokens", CONTAINER)
        assert "not released" in why
        pays(lives, news, mrn, amount)
    assert [stands(lives, mrn)[1] for mrn in declared] == ["released", "released", "arrived"]
    unit = asked(lives, "terminal", "get", f"/units?kind=container&number={BOX}")
    assert unit["reasons"] == [{"why": "not_released", "about": declared[2]}]
    looked_at(lives, news, declared[2])
    assert fetched(lives, gate, CONTAINER, BOX) == "accepted"
    news()
    ends(lives, declared)
