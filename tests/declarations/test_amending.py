"""Amending: free before selection, by decision after it, by application after release."""

from __future__ import annotations

import pytest
from tests.declarations.conftest import a_message

from clearway.declarations.models import ActRequest, Consignment, Declaration, Version
from clearway.kernel.decisions import Lane


def amend(border, mrn, who="trader", reason="Wrong price", **changes):
    path = f"/declarations/{mrn}/amendments?reason={reason}"
    return border.ask(who, "post", path, a_message(**changes))


def decide(border, request, *, grant=True, who="officer"):
    body = {"grant": grant, "reason": "As the invoice shows"}
    return border.ask(who, "post", f"/requests/{request}/decision", body)


def asked(border, mrn, **changes):
    answer = amend(border, mrn, **changes)
    assert answer.status == 202, answer.json
    return answer.json["id"]


def stock_of(document):
    document.refresh_from_db()
    return document.drawn_packages, document.final_packages


def test_an_amendment_before_selection_is_free_and_keeps_what_was(border):
    mrn = border.lodged(type_code="IMD", lrn="L-1")
    answer = amend(border, mrn, lrn="L-1", type_code="IMD", price="12000.00")
    assert answer.status == 200, answer.json
    assert (answer.json["mrn"], answer.json["version"], answer.json["lane"]) == (mrn, 2, None)
    told = border.ask("trader", "get", f"/declarations/{mrn}").json
    assert (told["state"], told["version"]) == ("received", 2)
    assert told["items"][0]["value"] == 1_200_000
    first = border.ask("trader", "get", f"/declarations/{mrn}/versions/1").json
    assert first["items"][0]["value"] == 1_000_000
    original = border.ask("trader", "get", f"/declarations/{mrn}/versions/1/original")
    assert original.content == a_message(lrn="L-1", type_code="IMD")
    assert border.events(mrn)[-1] == "amended"


def test_a_repeat_of_what_an_officer_decides_gets_the_same_answer(border):
    mrn = border.lodged(lrn="L-1")
    path = f"/declarations/{mrn}/amendments?reason=Wrong price"

    def ask(**changes):
        message = a_message(lrn="L-1", **changes)
        return border.ask("trader", "post", path, message, headers={"Idempotency-Key": "k"})

    first, again = ask(price="12000.00"), ask(price="12000.00")
    assert (first.status, again.status, again.content) == (202, 202, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert ask(price="13000.00").status == 422
    assert decide(border, first.json["id"]).status == 200
    assert ask(price="12000.00").content == first.content
    assert ActRequest.objects.count() == 1


def test_a_repeat_is_no_new_request_where_a_lane_was_told_meanwhile(border):
    mrn = border.lodged(type_code="IMD", lrn="L-1")
    path = f"/declarations/{mrn}/amendments?reason=Wrong price"
    message = a_message(lrn="L-1", type_code="IMD", price="12000.00")
    headers = {"Idempotency-Key": "k"}
    first = border.ask("trader", "post", path, message, headers=headers)
    assert first.status == 200
    border.ask("trader", "post", f"/declarations/{mrn}/presentation")
    again = border.ask("trader", "post", path, message, headers=headers)
    assert (again.status, again.content) == (200, first.content)
    assert not ActRequest.objects.exists()


def test_after_a_lane_an_officer_decides(border):
    mrn = border.lodged(lrn="L-1")
    request = asked(border, mrn, lrn="L-1", price="12000.00")
    assert Declaration.objects.get(mrn=mrn).version == 1
    assert amend(border, mrn, lrn="L-1", price="13000.00").status == 409
    assert decide(border, request, who="trader").status == 403
    granted = decide(border, request)
    assert granted.status == 200, granted.json
    assert granted.json["state"] == "granted"
    declaration = Declaration.objects.get(mrn=mrn)
    assert declaration.version == 2
    assert decide(border, request).status == 409
    assert border.events(mrn)[-3:] == ["amendment_requested", "request_decided", "amended"]


def test_an_officer_of_another_office_sees_no_request(border):
    mrn = border.lodged(lrn="L-1")
    request = asked(border, mrn, lrn="L-1", price="12000.00")
    assert decide(border, request, who="officer2").status == 404
    assert border.ask("officer2", "get", f"/declarations/{mrn}").status == 404
    assert decide(border, request, who="supervisor").status == 200


def test_nobody_decides_in_his_own_matter(border):
    mrn = border.lodged(lrn="L-1")
    request = asked(border, mrn, lrn="L-1", price="12000.00")
    Declaration.objects.filter(mrn=mrn).update(organisation=border.actors["officer"].organisation)
    assert decide(border, request).status == 404
    assert ActRequest.objects.get(pk=request).state == "open"


def test_a_refused_request_changes_nothing(border):
    mrn = border.lodged(lrn="L-1")
    request = asked(border, mrn, lrn="L-1", price="12000.00")
    assert decide(border, request, grant=False).json["state"] == "refused"
    assert Version.objects.filter(declaration__mrn=mrn).count() == 1
    assert asked(border, mrn, lrn="L-1", price="12500.00") != request


def test_a_trader_takes_his_request_back(border):
    mrn = border.lodged(lrn="L-1")
    request = asked(border, mrn, lrn="L-1", price="12000.00")
    assert border.ask("trader2", "post", f"/requests/{request}/withdrawal").status == 404
    assert border.ask("trader", "post", f"/requests/{request}/withdrawal").status == 200
    assert decide(border, request).status == 409


@pytest.mark.parametrize("lane", [Lane.YELLOW, Lane.RED])
def test_no_version_lightens_a_communicated_lane(border, lane):
    mrn = border.lodged(lrn="L-1")
    state = {Lane.YELLOW: "documents_requested", Lane.RED: "under_control"}[lane]
    Declaration.objects.filter(mrn=mrn).update(lane=int(lane), state=state)
    request = asked(border, mrn, lrn="L-1", price="12000.00")
    assert decide(border, request).status == 200
    declaration = Declaration.objects.get(mrn=mrn)
    assert (declaration.lane, declaration.state) == (lane, state)


def test_a_version_that_asks_for_more_gets_the_severer_lane(border, monkeypatch):
    from clearway.intake import amending

    mrn = border.lodged(lrn="L-1")
    request = asked(border, mrn, lrn="L-1", price="12000.00")
    # A doubt about the amended data asks for documents, whatever was told before.
    complete = amending._complete

    def doubtful(piece, reference):
        from clearway.declarations.findings import told
        from clearway.kernel.decisions import Severity

        complete(piece, reference)
        doubt = told("CLW4312", document="HBL-1", severity=Severity.DOUBT)
        piece.lodgement.form_findings += (doubt,)

    monkeypatch.setattr(amending, "_complete", doubtful)
    assert decide(border, request).status == 200
    declaration = Declaration.objects.get(mrn=mrn)
    assert (declaration.lane, declaration.state) == (Lane.YELLOW, "documents_requested")
    assert border.events(mrn)[-2:] == ["laned", "documents_requested"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"lrn": "L-2"}, "42A:D026"),
        ({"lrn": "L-1", "declarant": "XP1000000002"}, "42A/57B:R123"),
        ({"lrn": "L-1", "type_code": "IMA"}, "42A:D013"),
    ],
)
def test_what_names_a_declaration_stays(border, changes, pointer):
    mrn = border.lodged(type_code="IMD", lrn="L-1")
    answer = amend(border, mrn, **{"type_code": "IMD", **changes})
    assert answer.status == 422
    wrong = [one for one in answer.json["findings"] if one["code"] == "CLW4313"]
    assert [one["pointer"] for one in wrong] == [pointer]
    assert Version.objects.filter(declaration__mrn=mrn).count() == 1


def test_a_request_with_errors_is_refused_at_once(border):
    mrn = border.lodged(lrn="L-1")
    answer = amend(border, mrn, lrn="L-1", origin="XX")
    assert answer.status == 422
    assert not ActRequest.objects.exists()
    assert "lane" not in answer.json
    broken = border.ask(
        "trader", "post", f"/declarations/{mrn}/amendments?reason=x", b"{", headers={}
    )
    assert broken.status == 400


def test_an_amendment_may_not_become_anothers_consignment(border):
    border.lodged(lrn="L-1", document="HBL-1")
    mrn = border.lodged(lrn="L-2", document="HBL-2", type_code="IMD")
    answer = amend(border, mrn, lrn="L-2", type_code="IMD", document="HBL-1")
    assert answer.status == 422
    assert "CLW4302" in answer.rules


def test_lodging_the_amended_consignment_again_inherits_the_draw(border):
    mrn = border.lodged(lrn="L-1", type_code="IMD", document="HBL-1")
    assert amend(border, mrn, lrn="L-1", type_code="IMD", document="HBL-9").status == 200
    declaration = Declaration.objects.get(mrn=mrn)
    kept = Consignment.objects.get(fingerprint=declaration.fingerprint)
    assert (kept.first_mrn, kept.first_day) == (mrn, declaration.draw_day)
    body = {"reason": "Sold to another"}
    assert border.ask("trader", "post", f"/declarations/{mrn}/cancellation", body).status == 200
    again = border.lodged(lrn="L-2", document="HBL-9")
    assert Declaration.objects.get(mrn=again).consignment_key == mrn


def test_what_was_written_off_follows_the_amendment(border):
    document = border.report("HBL-1", packages=10)
    mrn = border.lodged(lrn="L-1")
    assert stock_of(document) == (10, 0)
    assert decide(border, asked(border, mrn, lrn="L-1", packages=8, gross="80")).status == 200
    assert stock_of(document) == (8, 0)


def test_an_amendment_beyond_the_stock_is_not_granted(border):
    document = border.report("HBL-1", packages=10)
    mrn = border.lodged(lrn="L-1", packages=8, gross="80")
    request = asked(border, mrn, lrn="L-1", packages=11, gross="90")
    answer = decide(border, request)
    assert answer.status == 422
    assert "CLW4311" in answer.rules
    assert stock_of(document) == (8, 0)
    assert ActRequest.objects.get(pk=request).state == "open"
    assert Declaration.objects.get(mrn=mrn).version == 1


def test_after_release_a_correction_adds_to_the_record(border):
    document = border.report("HBL-1", packages=10, arrived=True)
    mrn = border.lodged(lrn="L-1")
    body = {"security": "GRN-1"}
    released = border.ask("officer", "post", f"/declarations/{mrn}/release", body)
    assert released.status == 200, released.json
    request = asked(border, mrn, lrn="L-1", packages=9, gross="90")
    assert ActRequest.objects.get(pk=request).kind == "correction"
    assert decide(border, request).status == 200
    declaration = Declaration.objects.get(mrn=mrn)
    assert (declaration.state, declaration.version) == ("released", 2)
    assert declaration.goods_state == "released"
    assert stock_of(document) == (9, 9)


def test_what_is_cancelled_is_not_amended(border):
    mrn = border.lodged(type_code="IMD", lrn="L-1")
    border.ask("trader", "post", f"/declarations/{mrn}/cancellation", {"reason": "Sold"})
    assert amend(border, mrn, type_code="IMD", lrn="L-1").status == 409


def test_a_repeat_under_one_key_gets_the_first_answer(border):
    mrn = border.lodged(type_code="IMD", lrn="L-1")
    path, key = f"/declarations/{mrn}/amendments?reason=Price", {"Idempotency-Key": "amend-1"}

    def send(price):
        message = a_message(lrn="L-1", type_code="IMD", price=price)
        return border.ask("trader", "post", path, message, headers=key)

    first, again = send("12000.00"), send("12000.00")
    assert (first.status, again.json) == (200, first.json)
    assert send("13000.00").status == 422
    assert Version.objects.filter(declaration__mrn=mrn).count() == 2


def test_for_another_importer_a_mandate_is_needed(border):
    mrn = border.lodged("broker", type_code="IMD", lrn="L-1", declarant="XP2000000001")
    asked_for = {"lrn": "L-1", "type_code": "IMD", "declarant": "XP2000000001"}
    refused = amend(border, mrn, who="broker", importer="XP1000000003", **asked_for)
    assert refused.status == 422
    assert "CLW4303" in refused.rules
    assert amend(border, mrn, who="broker", importer="XP1000000002", **asked_for).status == 200


def test_a_supplementary_declaration_keeps_what_it_completes(border):
    mrn = border.lodged(type_code="IMC", lrn="L-1")
    other = border.lodged(type_code="IMC", lrn="L-2", document="HBL-2")
    made = border.lodge(type_code="IMY", lrn="L-3", previous=(mrn,), document="").json["mrn"]
    plain = {"lrn": "L-3", "type_code": "IMY", "document": ""}
    moved = amend(border, made, previous=(other,), **plain)
    assert moved.status == 422
    assert moved.rules == ["CLW4313"]
    assert amend(border, made, previous=(mrn,), price="11000.00", **plain).status == 202


def test_anothers_declaration_is_not_there(border):
    mrn = border.lodged(type_code="IMD", lrn="L-1")
    assert amend(border, mrn, who="trader2", type_code="IMD", lrn="L-1").status == 404
    assert amend(border, "26XP0000000000000A1", lrn="L-1").status == 404
