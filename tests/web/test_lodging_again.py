"""What was lodged, lodged again by the form: copied for the next consignment, or amended."""

from __future__ import annotations

import copy
import json
import re

import pytest
from tests.declarations.conftest import a_message, border  # noqa: F401 - fixtures
from tests.web.by_hand import (
    Hand,
    begin_to_amend,
    form_of,
    tree_of,
)

from clearway.declarations.models import ActRequest, Declaration, Version
from clearway.kernel.decisions import Lane
from clearway.messages import read_json, write_xml
from clearway.web.models import Draft
from clearway.web.words import words


@pytest.fixture
def trader(border):  # noqa: F811
    return Hand("trader")


def copied(hand, mrn):
    answer = hand.client.post(f"/declarations/{mrn}/copy")
    assert answer.status_code == 303, answer.content
    return re.fullmatch(r"/drafts/(\d+)/check", answer["Location"])[1]


@pytest.mark.parametrize("form", ["application/json", "application/xml"])
def test_a_copy_keeps_what_the_form_does_not_show(trader, border, form):  # noqa: F811
    told = {"Declaration": json.loads(a_message())}
    told["Declaration"]["AcceptanceDateTime"] = {"value": "20260301", "formatCode": "102"}
    told["Declaration"]["GoodsShipment"]["AEOMutualRecognitionParty"] = [
        {"ID": "US77", "RoleCode": "CS"}
    ]
    item = told["Declaration"]["GoodsShipment"]["GovernmentAgencyGoodsItem"][0]
    item["Commodity"]["DangerousGoods"] = [{"UNDGID": "1263"}]
    body = json.dumps(told).encode()
    if form == "application/xml":
        body = write_xml(read_json(body).record)
    headers = {"Idempotency-Key": "api-1"}
    first = border.ask("trader", "post", "/declarations", body, headers=headers, content_type=form)
    assert first.status == 201, first.json
    draft = copied(trader, first.json["mrn"])
    tree = tree_of(draft)
    assert tree["FunctionalReferenceID"] != "LRN-1"
    assert "AcceptanceDateTime" not in tree
    answer = trader.lodge(
        draft, document="HBL-2", invoice="INV-2", **{"items-1-gross": "110", "items-1-net": "99"}
    )
    assert answer.status_code == 303, answer.content.decode()
    second = Version.objects.order_by("-id")[0]
    message = json.loads(bytes(second.message))["Declaration"]
    del told["Declaration"]["AcceptanceDateTime"]
    measure = item["Commodity"]["GoodsMeasure"]
    measure["GrossMassMeasure"]["value"] = "110"
    measure["NetNetWeightMeasure"]["value"] = "99"
    item["AdditionalDocument"][0]["ID"] = "INV-2"
    told["Declaration"]["GoodsShipment"]["PreviousDocument"][0]["ID"] = "HBL-2"
    told["Declaration"]["TotalGrossMassMeasure"]["value"] = "110"
    told["Declaration"]["FunctionalReferenceID"] = tree["FunctionalReferenceID"]
    assert message == told["Declaration"]


def test_a_copy_asks_again_for_what_names_the_consignment(trader, border):  # noqa: F811
    told = json.loads(a_message())
    shipment = told["GoodsShipment"]
    shipment["PreviousDocument"] += [
        {"CategoryCode": "X", "TypeCode": "704", "ID": "MASTER-1"},
        {"CategoryCode": "Z", "TypeCode": "821", "ID": "TRANSIT-1"},
    ]
    shipment["UCR"] = {"TraderAssignedReferenceID": "6XP000000001"}
    shipment["Consignment"] = {
        "ContainerCode": "1", "TransportEquipment": [{"SequenceNumeric": 1, "ID": "CSQU3054383"}]
    }  # fmt: skip
    again = copy.deepcopy(told["GoodsShipment"]["GovernmentAgencyGoodsItem"])
    told["GoodsShipment"]["GovernmentAgencyGoodsItem"] += again
    again[0]["SequenceNumeric"] = 2
    again[0]["AdditionalDocument"][0]["ID"] = "INV-1-SECOND"
    for total in ("GoodsItemQuantity", "TotalPackageQuantity", "InvoiceAmount"):
        if total in told:
            told[total]["value"] = str(2 * float(told[total]["value"])).removesuffix(".0")
    told.get("TotalGrossMassMeasure", {})["value"] = "200"
    body = json.dumps({"Declaration": told}).encode()
    first = border.ask(
        "trader", "post", "/declarations", body, headers={"Idempotency-Key": "api-1"}
    )
    assert first.status == 201, first.json
    draft = copied(trader, first.json["mrn"])
    shown = trader.get(f"/drafts/{draft}/check").content.decode()
    assert words("en")["lodge_copy_asks"] in shown
    assert 'class="errors"' not in shown  # nobody has done anything wrong yet
    assert shown.count(" autofocus id=") == 1
    assert '<input autofocus id="f-document"' in shown
    given = form_of(shown)
    names = ("document", "containers", "ucr", "invoice", "items-2-papers-1")
    assert [given[name] for name in names] == [""] * 5
    assert (given["document-type"], given["items-1-gross"]) == ("705", "100")
    for number in ("MASTER-1", "TRANSIT-1", "HBL-1", "INV-1", "6XP000000001", "CSQU"):
        assert number not in json.dumps(tree_of(draft)), number
    # Sending it as it is costs nobody a reference: what is still asked for is told, and linked.
    refused = trader.lodge(draft)
    assert refused.status_code == 422
    assert 'href="#f-document"' in refused.content.decode()
    assert Declaration.objects.count() == 1
    answer = trader.lodge(
        draft, document="HBL-2", invoice="INV-2", containers="CSQU3054383", ucr="6XP000000002"
    )
    assert answer.status_code == 303, answer.content.decode()
    assert Declaration.objects.exclude(state="rejected").count() == 2
    goods = tree_of(draft)["GoodsShipment"]["GovernmentAgencyGoodsItem"]
    assert [item["AdditionalDocument"][0]["ID"] for item in goods] == ["INV-2", "INV-2"]


def test_only_what_one_has_lodged_can_be_copied_or_amended(trader, border):  # noqa: F811
    mrn = border.lodged()
    stranger = Hand("trader2")
    for act in ("copy", "amend"):
        assert stranger.client.post(f"/declarations/{mrn}/{act}").status_code == 404
        assert trader.client.get(f"/declarations/{mrn}/{act}").status_code == 405
    assert not Draft.objects.exists()
    page = trader.get(f"/declarations/{mrn}").content.decode()
    assert f'action="/declarations/{mrn}/copy"' in page
    assert 'data-key="c"' in page


def test_before_selection_an_amendment_is_made_at_once(trader, border):  # noqa: F811
    mrn = border.lodged(type_code="IMD")
    draft = begin_to_amend(trader, mrn)
    shown = trader.get(f"/drafts/{draft}/check").content.decode()
    assert words("en")["lodge_amends_now"] in shown
    assert 'name="lrn"' not in shown  # what names it stays
    assert trader.lodge(draft).status_code == 422  # without a reason
    answer = trader.lodge(draft, reason="Weighed again", **{"items-1-gross": "120"})
    assert answer.status_code == 303, answer.content.decode()
    version = Version.objects.order_by("-number")[0]
    assert (version.number, version.reason, version.door) == (2, "Weighed again", "form")
    found = Declaration.objects.get()
    assert (found.mrn, found.lane) == (mrn, None)


def test_an_amendment_of_an_older_version_undoes_nothing(trader, border):  # noqa: F811
    mrn = border.lodged(type_code="IMD")
    older, newer = begin_to_amend(trader, mrn), begin_to_amend(trader, mrn)
    answer = trader.lodge(newer, reason="Weighed", **{"items-1-gross": "110"})
    assert answer.status_code == 303
    refused = trader.lodge(older, reason="Weighed again", **{"items-1-gross": "120"})
    assert refused.status_code == 409
    assert words("en")["lodge_amended_since"] in refused.content.decode()
    assert Declaration.objects.get().version == 2


def test_after_selection_an_amendment_is_asked_for(trader, border):  # noqa: F811
    mrn = border.lodged()
    assert Declaration.objects.get().lane in list(Lane)
    draft = begin_to_amend(trader, mrn)
    assert (
        words("en")["lodge_amends_by_request"]
        in trader.get(f"/drafts/{draft}/check").content.decode()
    )
    answer = trader.lodge(draft, reason="Weighed again", **{"items-1-gross": "120"})
    assert answer.status_code == 303, answer.content.decode()
    request = ActRequest.objects.get()
    assert (request.kind, request.state) == ("amendment", "open")
    # Another one while that waits is refused, and the draft stays.
    other = trader.client.post(f"/declarations/{mrn}/amend")["Location"].split("/")[2]
    refused = trader.lodge(other, reason="Once more", **{"items-1-gross": "130"})
    assert refused.status_code == 409
    assert words("en")["lodge_nothing_lost"] in refused.content.decode()


def test_what_identifies_a_declaration_cannot_be_amended_by_hand(trader, border):  # noqa: F811
    draft = begin_to_amend(trader, border.lodged(type_code="IMD"))
    page = f"/drafts/{draft}/parties"
    given = form_of(trader.get(page).content.decode())
    forged = given | {"lrn": "OTHER", "type": "EXA", "declarant-id": "XP1"}
    assert trader.client.post(page, forged).status_code == 303
    tree = tree_of(draft)
    assert (tree["FunctionalReferenceID"], tree["TypeCode"]) == ("LRN-1", "IMD")
    assert tree["Declarant"]["ID"] == "XP1000000001"
