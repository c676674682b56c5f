"""Release by an officer, cancellation, and what they do to stock, goods and debt."""

from __future__ import annotations

import pytest

from clearway.declarations.models import Declaration
from clearway.kernel.decisions import Lane


def release(border, mrn, who="officer", **order):
    return border.ask(who, "post", f"/declarations/{mrn}/release", order)


def cancel(border, mrn, who="trader", reason="Sold to another"):
    return border.ask(who, "post", f"/declarations/{mrn}/cancellation", {"reason": reason})


def stock_of(document):
    document.refresh_from_db()
    return document.drawn_packages, document.final_packages


def test_a_green_lane_is_released_when_the_debt_is_secured(border):
    document = border.report("HBL-1", arrived=True)
    mrn = border.lodged()
    refused = release(border, mrn)
    assert refused.status == 409
    assert "payable" in refused.json["detail"]
    done = release(border, mrn, security="GRN-1")
    assert done.status == 200, done.json
    assert (done.json["state"], done.json["goods_state"]) == ("released", "released")
    assert done.json["released_at"] == "2026-03-03T09:15:00Z"
    assert stock_of(document) == (10, 10)
    assert border.events(mrn)[-2:] == ["secured", "released"]
    assert release(border, mrn, security="GRN-1").status == 409


@pytest.mark.parametrize(
    ("arrived", "reported", "word"), [(False, True, "here"), (False, False, "cargo report")]
)
def test_goods_that_are_not_here_are_not_released(border, arrived, reported, word):
    if reported:
        border.report("HBL-1", arrived=arrived)
    mrn = border.lodged()
    refused = release(border, mrn, security="GRN-1")
    assert refused.status == 409
    assert word in refused.json["detail"]
    assert Declaration.objects.get(mrn=mrn).debt_state == "assessed"  # nothing was half done


@pytest.mark.parametrize(
    ("lane", "state", "enough", "too_little"),
    [
        (Lane.YELLOW, "documents_requested", {"documents_checked": True}, {}),
        (Lane.RED, "under_control", {"goods_controlled": True}, {"documents_checked": True}),
    ],
)
def test_what_the_lane_asked_for_comes_first(border, lane, state, enough, too_little):
    border.report("HBL-1", arrived=True)
    mrn = border.lodged()
    Declaration.objects.filter(mrn=mrn).update(lane=int(lane), state=state)
    assert release(border, mrn, security="GRN-1", **too_little).status == 409
    assert release(border, mrn, security="GRN-1", **enough).status == 200
    assert border.events(mrn)[-4:] == ["lane_satisfied", "assessed", "secured", "released"]


def test_an_open_request_stops_the_release(border):
    border.report("HBL-1", arrived=True)
    mrn = border.lodged()
    assert cancel(border, mrn).status == 202
    assert release(border, mrn, security="GRN-1").status == 409


def test_who_may_release(border):
    border.report("HBL-1", arrived=True)
    mrn = border.lodged()
    for who, status in (
        ("trader", 403), ("auditor", 403), ("officer2", 404), ("supervisor", 200),
    ):  # fmt: skip
        assert release(border, mrn, who, security="GRN-1").status == status, who


def test_before_selection_a_declaration_is_cancelled_at_once(border):
    mrn = border.lodged(type_code="IMD")
    answer = cancel(border, mrn)
    assert answer.status == 200
    assert (answer.json["state"], answer.json["goods_state"]) == ("invalidated", "none")
    assert answer.json["debt_state"] == "none"
    assert cancel(border, mrn).status == 409


def test_after_a_lane_an_officer_decides_on_the_cancellation_and_stock_returns(border):
    document = border.report("HBL-1")
    mrn = border.lodged()
    assert stock_of(document) == (10, 0)
    request = cancel(border, mrn).json["id"]
    body = {"grant": True, "reason": "Returned to sender"}
    answer = border.ask("officer", "post", f"/requests/{request}/decision", body)
    assert answer.json["state"] == "granted"
    assert stock_of(document) == (0, 0)
    assert Declaration.objects.get(mrn=mrn).state == "invalidated"
    assert border.lodge(lrn="again").status == 201


def test_a_released_declaration_is_cancelled_by_application(border):
    document = border.report("HBL-1", arrived=True)
    mrn = border.lodged()
    assert release(border, mrn, security="GRN-1").status == 200
    request = cancel(border, mrn).json["id"]
    body = {"grant": True, "reason": "Re-exported unopened"}
    assert border.ask("officer", "post", f"/requests/{request}/decision", body).status == 200
    assert stock_of(document) == (0, 0)


def test_what_has_left_the_gate_is_not_undone(border):
    border.report("HBL-1", arrived=True)
    mrn = border.lodged()
    assert release(border, mrn, security="GRN-1").status == 200
    Declaration.objects.filter(mrn=mrn).update(goods_state="gated_out")
    request = cancel(border, mrn).json["id"]
    body = {"grant": True, "reason": "Too late"}
    assert border.ask("officer", "post", f"/requests/{request}/decision", body).status == 409
    assert Declaration.objects.get(mrn=mrn).state == "released"


def test_a_cancellation_says_why(border):
    mrn = border.lodged(type_code="IMD")
    for body in ({}, {"reason": ""}, {"reason": " "}, {"reason": "x", "more": 1}, {"reason": 5}):
        path = f"/declarations/{mrn}/cancellation"
        assert border.ask("trader", "post", path, body).status == 422, body
    assert Declaration.objects.get(mrn=mrn).state == "received"
