"""Who holds the ball and until when, and the notification codes of a life."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec import structs
from tests.clearance.test_holds import LAW, inside  # noqa: F401

from clearway.clearance import deciding, holds
from clearway.clearance.releasing import Order
from clearway.clearance.standing import at_a_glance, balls
from clearway.declarations import documents, service
from clearway.declarations.models import Declaration

SEEN = Order(documents_checked=True, goods_controlled=True, security="GRN-1")


def told(mrn):
    return [(one.holder, one.what) for one in balls(Declaration.objects.get(mrn=mrn))]


def test_from_the_cargo_report_to_collecting(border, people):
    mrn = border.lodged(document="HBL-1")
    assert told(mrn) == [("trader", "pay"), ("carrier", "report_cargo")]
    Declaration.objects.filter(mrn=mrn).update(goods_state="reported", debt_state="paid")
    assert told(mrn) == [("carrier", "bring_goods")]
    Declaration.objects.filter(mrn=mrn).update(goods_state="arrived")
    assert told(mrn) == [("customs", "release")]
    Declaration.objects.filter(mrn=mrn).update(
        goods_state="released", state="released", released_at=border.clock.now()
    )
    (ball,) = balls(Declaration.objects.get(mrn=mrn))
    assert (ball.holder, ball.what, ball.since) == ("trader", "collect", border.clock.now())
    Declaration.objects.filter(mrn=mrn).update(goods_state="gated_out")
    assert told(mrn) == []


def test_a_request_for_documents_throws_the_ball_to_the_trader_and_they_throw_it_back(
    border, people, waiting
):
    from clearway.audit import sequencer

    mrn = waiting()
    Declaration.objects.filter(mrn=mrn).update(debt_state="paid")
    assert told(mrn) == [("customs", "check_documents")]
    deciding.ask_for_documents(people.ann, mrn, "The price list")
    sequencer.place()
    assert told(mrn) == [("trader", "give_documents")]
    border.later(minutes=5)
    documents.attach(border.actors["trader"], mrn, "N380", "a.pdf", b"%PDF-1.4\n%%EOF", "")
    assert told(mrn) == [("customs", "check_documents")]


def test_each_holder_has_his_own(border, people, inside):  # noqa: F811
    mrn = inside("HBL-1")
    holds.place(people.ann, mrn, LAW)
    service.cancel(border.actors["trader"], mrn, "Sold")
    found = balls(Declaration.objects.get(mrn=mrn))
    assert [(one.holder, one.what, one.about) for one in found[:2]] == [
        ("customs", "decide_request", "XP000110"),
        ("customs", "lift_hold", "XP000110"),
    ]
    assert ("trader", "pay", "") in [(one.holder, one.what, one.about) for one in found]


def test_what_must_be_completed_has_its_day(border):
    mrn = border.lodged(document="HBL-1")
    Declaration.objects.filter(mrn=mrn).update(
        state="released", goods_state="gated_out", debt_state="paid", supplementary_due=20_515
    )
    (ball,) = balls(Declaration.objects.get(mrn=mrn))
    assert ball.what == "complete"
    assert ball.due > datetime(2026, 3, 3, tzinfo=UTC)


def test_a_simplified_one_that_is_completed_waits_for_nobody(border):
    mrn = border.lodged(type_code="IMC")
    moved = {"state": "released", "goods_state": "gated_out", "debt_state": "paid"}
    Declaration.objects.filter(mrn=mrn).update(**moved)
    assert told(mrn) == [("trader", "complete")]
    assert border.lodge(type_code="IMY", previous=(mrn,), document="").status == 201
    assert told(mrn) == []


def test_customs_is_not_said_to_hold_what_waits_for_money(border, people, inside):  # noqa: F811
    mrn = inside("HBL-1")
    Declaration.objects.filter(mrn=mrn).update(state="assessed", debt_state="assessed")
    assert told(mrn) == [("trader", "pay")]
    Declaration.objects.filter(mrn=mrn).update(debt_state="paid")
    assert told(mrn) == [("customs", "release")]


@pytest.mark.parametrize("who", ["trader", "officer", "auditor"])
def test_the_api_tells_it(border, people, inside, who):  # noqa: F811
    mrn = inside("HBL-1")
    holds.place(people.ann, mrn, structs.replace(LAW, note="An informer said so"))
    answer = border.ask(who, "get", f"/declarations/{mrn}/standing")
    assert answer.status == 200
    assert answer.json["in_the_way"] == [
        "nobody holds the goods",
        "nothing is payable, or it is paid or secured",
    ]
    assert answer.json["to_do"][0]["holder"] == "customs"
    assert answer.json["holds"][0]["legal_reason"] == "Customs Act, section 12"
    assert "informer" not in answer.content.decode()
    assert {"kind": "container", "number": "CSQU3054383"} in answer.json["units"]


def test_holds_through_the_api(border, people, inside):  # noqa: F811
    mrn = inside("HBL-1")
    law = {"legal_reason": "Plant Protection Act, section 4"}
    made = border.ask("agency", "post", f"/declarations/{mrn}/holds", law)
    assert (made.status, made.json["owner"]) == (201, "PHI")
    on_unit = {"kind": "container", "number": "csqu 305438-3", **law}
    box = border.ask("officer", "post", "/holds", on_unit)
    assert (box.status, box.json["unit_number"]) == (201, "CSQU3054383")
    assert len(border.ask("agency", "get", "/holds").json["items"]) == 1
    assert len(border.ask("auditor", "get", "/holds").json["items"]) == 2
    shown = border.ask("terminal", "get", "/units?kind=container&number=CSQU3054383")
    assert shown.json["reasons"][0] == {"why": "held", "about": "XP000110"}
    assert shown.json["may_leave"] is False
    for bad in ({"reason": "x" * 600}, {}, {"reason": "Seen", "court_order": "x" * 71}):
        path = f"/holds/{made.json['id']}/lifting"
        assert border.ask("agency", "post", path, bad).status == 422, bad
    assert border.ask("agency2", "post", path, {"reason": "Seen"}).status == 404
    assert border.ask("supervisor", "post", path, {"reason": "Seen"}).status == 409
    ordered = {"reason": "By order", "court_order": "Court of Cartouche 26/114"}
    done = border.ask("supervisor", "post", path, ordered)
    assert done.json["court_order"] == "Court of Cartouche 26/114"
    assert len(border.ask("agency", "get", "/holds?lifted=true").json["items"]) == 1


@pytest.mark.parametrize(
    ("state", "goods", "debt", "ball"),
    [
        ("received", "unmatched", "none", ("carrier", "report_cargo")),
        ("documents_requested", "arrived", "assessed", ("customs", "check_documents")),
        ("under_control", "arrived", "paid", ("customs", "control_goods")),
        ("assessed", "reported", "paid", ("carrier", "bring_goods")),
        ("assessed", "arrived", "assessed", ("trader", "pay")),
        ("assessed", "arrived", "paid", ("customs", "release")),
        ("assessed", "held", "paid", ("customs", "lift_hold")),
        ("released", "recalled", "paid", ("customs", "lift_hold")),
        ("released", "released", "secured", ("trader", "collect")),
        ("cleared", "loaded", "final", ("terminal", "load")),
        ("cleared", "gated_out", "final", None),
        ("invalidated", "none", "none", None),
    ],
)
def test_at_a_glance_the_states_alone_say_it(state, goods, debt, ball):
    row = Declaration(state=state, goods_state=goods, debt_state=debt, direction="IM", office="X")
    found = at_a_glance(row)
    assert (None if found is None else (found.holder, found.what)) == ball
