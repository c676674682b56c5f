"""What a declaration is told of a transport document it cannot draw on, early and late."""

from __future__ import annotations

import json

import pytest
from tests.declarations.conftest import a_message

from clearway.assessment.models import Finding
from clearway.declarations.models import Declaration
from clearway.events.models import Event
from clearway.intake import matching

_ENDED = {
    "CLW4317": {"houses": 1},
    "CLW4318": {"state": "closed"},
    "CLW4319": {
        "state": "fully_written_off", "drawn_packages": 10, "drawn_mass": 100_000_000,
        "final_packages": 10, "final_mass": 100_000_000,
    },
}  # fmt: skip


def vary(document, **varied):
    type(document).objects.filter(pk=document.pk).update(**varied)


@pytest.mark.parametrize("rule", _ENDED)
def test_each_reason_has_a_finding_of_its_own(border, rule):
    vary(border.report("HBL-1"), **_ENDED[rule])
    answer = border.lodge()
    assert (answer.status, answer.rules) == (422, [rule])
    (finding,) = answer.json["findings"]
    assert "HBL-1" in finding["message"]
    assert finding["remedy"]


def test_too_little_left_says_how_much(border):
    border.report("HBL-1", packages=9)
    answer = border.lodge()
    assert answer.rules == ["CLW4311"]
    assert "9 / 100 kg" in answer.json["findings"][0]["message"]
    assert "10 / 100 kg" in answer.json["findings"][0]["message"]


def test_anothers_document_answers_like_one_that_nobody_reported(border):
    border.report("HBL-1", consignee="XP1000000002")
    hers = border.lodge(lrn="A", document="HBL-1")
    absent = border.lodge(lrn="B", document="HBL-2")
    assert (hers.status, hers.rules) == (absent.status, absent.rules) == (201, ["CLW4312"])
    told = [json.dumps(one.json["findings"]).replace("HBL-2", "HBL-1") for one in (hers, absent)]
    assert told[0] == told[1]
    assert hers.json.keys() == absent.json.keys()
    assert border.events(hers.json["mrn"]) == border.events(absent.json["mrn"])


def test_officers_alone_learn_that_a_document_is_anothers(border):
    mrn = border.lodged()
    border.report("HBL-1", consignee="XP1000000002")
    assert matching.on_document_reported("HBL-1") == 0
    told = Event.objects.get(kind="declaration.document_of_another")
    assert (told.subject, told.concerns) == (f"declaration:{mrn}", "")
    assert not Finding.objects.filter(rule__startswith="CLW431").exclude(rule="CLW4312").exists()


@pytest.mark.parametrize("rule", ["CLW4311", *_ENDED])
def test_what_turns_out_late_is_a_finding_too_and_the_goods_stay(border, rule):
    mrn = border.lodged()
    document = border.report("HBL-1", packages=9 if rule == "CLW4311" else 10, arrived=True)
    vary(document, **_ENDED.get(rule, {}))
    assert matching.on_document_reported("HBL-1") == 0
    found = border.ask("trader", "get", f"/declarations/{mrn}/assessment").json["findings"]
    assert [one["code"] for one in found] == [rule], "reported it is, by now"
    kind = "stock_short" if rule == "CLW4311" else "not_drawn"
    assert border.events(mrn)[-1] == kind
    matching.on_document_reported("HBL-1")
    assert border.events(mrn).count(kind) == 1, "told twice, noted once"
    release = {"documents_checked": True, "goods_controlled": True, "security": "GRN-1"}
    assert border.ask("officer", "post", f"/declarations/{mrn}/release", release).status == 409
    assert Declaration.objects.get(mrn=mrn).goods_state == "unmatched"


def cargo_findings(border, mrn):
    found = border.ask("trader", "get", f"/declarations/{mrn}/assessment").json["findings"]
    return [(one["code"], one["message"]) for one in found if one["code"].startswith("CLW431")]


def test_a_late_shortage_changes_with_the_report_and_goes_when_the_goods_are_there(border):
    mrn = border.lodged()
    document = border.report("HBL-1", packages=7)
    matching.on_document_reported("HBL-1")
    ((rule, words),) = cargo_findings(border, mrn)
    assert (rule, "7 / 100 kg" in words) == ("CLW4311", True)
    vary(document, packages=9)  # the report is corrected, and still too little
    assert matching.on_document_reported("HBL-1") == 0
    ((rule, words),) = cargo_findings(border, mrn)
    assert (rule, "9 / 100 kg" in words) == ("CLW4311", True)
    vary(document, packages=10)
    assert matching.on_document_reported("HBL-1") == 1
    assert cargo_findings(border, mrn) == []
    assert border.events(mrn).count("stock_short") == 2, "what was told stays told"
    assert Declaration.objects.get(mrn=mrn).goods_state == "reported"


def test_what_has_left_is_not_amended_to_a_document_of_another(border):
    border.report("HBL-1", arrived=True)
    border.report("HBL-2", consignee="XP1000000002", arrived=True)
    mrn = border.lodged(lrn="A")
    assert (
        border.ask("officer", "post", f"/declarations/{mrn}/release", {"security": "GRN-1"}).status
        == 200
    )
    path = f"/declarations/{mrn}/amendments?reason=Number"
    asked = border.ask("trader", "post", path, a_message(lrn="A", document="HBL-2"))
    assert asked.status == 202
    decision = f"/requests/{asked.json['id']}/decision"
    refused = border.ask("officer", "post", decision, {"grant": True, "reason": "So"})
    assert (refused.status, refused.rules) == (422, ["CLW4312"])


def test_the_ledger_is_untouched_by_a_refusal(border):
    document = border.report("HBL-1", consignee="XP1000000002")
    border.lodge()
    document.refresh_from_db()
    assert (document.drawn_packages, document.drawn_mass) == (0, 0)
