"""The life of a declaration whose lane was red when its trader would rather have declared less.

Apparatus of 8543.70, 43,215.00 USD CIF at 25,000 VND: 1,080,375,000 VND; duty of 15 % 162,056,250,
VAT of 10 % 124,243,125, together 286,299,375. At 40,000.00 USD it would have been 150,000,000 and
115,000,000, together 265,000,000: he would have spared 21,299,375.
"""

from __future__ import annotations

from tests.lives.conftest import one_item
from tests.lives.living import (
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

TOTAL = 286_299_375


def message(price, **changes):
    return write_json(one_item(
        lrn="RED-1", document="HBL-1", code="85437090", price=price, quantity="500", **changes
    ))  # fmt: skip


def test_an_amendment_after_a_red_lane_is_refused_and_what_was_declared_is_paid(lives, news):
    ship = reported(lives, "2026-03-02T16:00")
    billed(lives, ship, "HBL-1", 10, "1000")
    at(lives, "2026-03-02T16:00")
    arrived(lives, ship, "2026-03-02T16:00")
    news()
    mrn = lives.lodged("rhumb", message=message("43215.00"))
    news()
    assert stands(lives, mrn) == ("under_control", "arrived", "assessed")
    assert asked(lives, "rhumb", "get", f"/declarations/{mrn}")["lane"] == "red"
    path = f"/declarations/{mrn}"

    at(lives, "2026-03-03T09:00")
    wanted = asked(
        lives, "rhumb", "post", f"{path}/amendments?reason=Wrong+price",
        message("40000.00", mrn=mrn), 202, headers={"Idempotency-Key": "amend-1"},
    )  # fmt: skip
    assert (wanted["kind"], wanted["state"]) == ("amendment", "open")
    estimate = asked(lives, "rhumb", "post", "/estimates", message("40000.00"))
    assert estimate["payable"] == 265_000_000 == TOTAL - 21_299_375
    news()
    assert asked(lives, "rhumb", "get", path)["version"] == 1
    accept = {"decision": "accept", "goods_controlled": True}
    assert "request" in refused(lives, "ann", "post", f"{path}/decision", accept)
    refused(lives, "rhumb", "post", f"/requests/{wanted['id']}/decision",
            {"grant": True, "reason": "Mine"}, status=403)  # fmt: skip

    at(lives, "2026-03-03T10:00")
    decided = asked(lives, "ann", "post", f"/requests/{wanted['id']}/decision",
                    {"grant": False, "reason": "The goods are being opened"})  # fmt: skip
    assert decided["state"] == "refused"
    news()
    assert stands(lives, mrn) == ("under_control", "arrived", "assessed")
    told = asked(lives, "rhumb", "get", path)
    assert (told["version"], told["lane"]) == (1, "red")
    assert len(asked(lives, "rhumb", "get", f"{path}/versions")["items"]) == 1
    (notice,) = asked(lives, "rhumb", "get", "/notices")["items"]
    assert (notice["amount"], notice["state"]) == (TOTAL, "due")
    refused(lives, "ben", "post", f"/requests/{wanted['id']}/decision",
            {"grant": True, "reason": "After all"})  # fmt: skip

    at(lives, "2026-03-03T14:00")
    looked_at(lives, news, mrn)
    assert stands(lives, mrn) == ("assessed", "arrived", "assessed")
    paid(lives, "B-1", notice, TOTAL)
    news()
    assert stands(lives, mrn) == ("cleared", "released", "final")
    assert accounts() == {
        ("bank", "VN-TREASURY", "VND"): TOTAL,
        ("revenue", "NK", "VND"): -162_056_250,
        ("revenue", "VAT", "VND"): -124_243_125,
    }
