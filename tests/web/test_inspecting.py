"""Pages of inspections: three keys from the list to found in order; both sides of a doubt."""

from __future__ import annotations

import hashlib
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.inspection.test_looking import picture
from tests.web.conftest import text_of

from clearway.accounts.models import Membership
from clearway.audit.actor import Role
from clearway.declarations.models import Declaration
from clearway.inspection import ordering
from clearway.inspection.models import Finding, Interest, Opening, Photo, ValueDoubt
from clearway.web.words import LANGUAGES, words


@pytest.fixture
def looked(border, waiting):
    """An opening for which the demonstration's officer was drawn, alone."""

    def make():
        others = Membership.objects.filter(role=Role.OFFICER, office="XP000110")
        others.exclude(user__email="officer@demo.example").delete()
        mrn = waiting("under_control")
        return ordering.order_by_officer(
            border.actors["officer"], mrn, look_at=["goods"], reason="Price"
        )

    return make


def keyed(page, key):
    """Return where a key leads: a link's address, or that of the form of its button."""
    whole = page.content.decode()
    link = re.search(rf'<a [^>]*href="([^"]+)"[^>]*data-key="{key}"', whole)
    if link:
        return "get", link[1], {}
    form = next(
        one
        for one in re.findall(r"<form.*?</form>", whole, re.DOTALL)
        if f'data-key="{key}"' in one
    )
    fields = dict(re.findall(r'<input type="hidden" name="(?!csrf)(\w+)" value="(\w*)"', form))
    fields |= dict(re.findall(r'<button[^>]*name="(\w+)" value="(\w+)"', form))
    return "post", re.search(r'action="([^"]+)"', form)[1], fields


def test_three_keys_lead_from_the_list_to_found_in_order(signed, looked):
    opening = looked()
    client = signed("officer")
    page = client.get(reverse("inspections"))
    for key in "nsa":
        method, address, fields = keyed(page, key)
        page = getattr(client, method)(address, fields, follow=True)
        assert page.status_code == 200
    opening.refresh_from_db()
    assert (opening.state, opening.outcome) == ("closed", "satisfactory")
    assert "Found in order" in text_of(page)


def test_a_discrepancy_step_by_step_and_its_approval(signed, looked):
    opening = looked()
    client, boss = signed("officer"), signed("supervisor")

    def at(name, *more):
        return reverse(name, args=[opening.pk, *more])

    client.post(at("start_inspection"))
    given = {"answer-quantity": "no", "note-quantity": "Two more", "answer-nonsense": "yes"}
    assert client.post(at("check_inspection"), given).status_code == 303
    page = client.get(at("inspection"))
    assert "Two more" in page.content.decode()
    wrong = {"code": "value", "item": "1", "found": "much", "note": "List of prices"}
    refused = client.post(at("find_inspection"), wrong)
    assert refused.status_code == 422
    assert "What was found cannot be read." in text_of(refused)
    assert 'value="List of prices"' in refused.content.decode(), "nothing typed is lost"
    assert client.post(at("find_inspection"), {**wrong, "found": "12000"}).status_code == 303
    assert Finding.objects.get().declared == "10000 XPR"
    content = picture()
    file = SimpleUploadedFile("a.png", content, "image/png")
    assert client.post(at("photo_inspection"), {"file": file}).status_code == 303
    digest = hashlib.sha256(content).hexdigest()
    assert digest in client.get(at("inspection")).content.decode()
    kept = client.get(at("inspection_photo", Photo.objects.get().pk))
    assert kept.content == content
    assert kept["Content-Type"] == "application/octet-stream"
    assert client.post(at("photo_inspection")).status_code == 422
    assert client.post(at("seal_inspection"), {"what": "set", "seal": ""}).status_code == 422
    assert client.post(at("seal_inspection"), {"what": "set", "seal": "XP1"}).status_code == 303
    drawn = {"item": "1", "what": "Nylon", "seal": "S1", "laboratory": "Central"}
    assert client.post(at("sample_inspection"), drawn).status_code == 303
    assert client.post(at("inspection_result"), {"outcome": "discrepancy"}).status_code == 409
    number = opening.samples.get().pk
    told = {"conclusion": "conforms", "report": "CL-1", "text": "Polyamide"}
    assert client.post(at("lab_result", number), told).status_code == 303
    done = client.post(at("inspection_result"), {"outcome": "discrepancy", "rest": "yes"})
    assert done.status_code == 303
    assert 'id="approval"' not in client.get(at("inspection")).content.decode()
    assert client.post(at("approve_inspection"), {"decision": "confirm"}).status_code == 403
    page = boss.get(at("inspection"))
    method, address, fields = keyed(page, "a")
    assert (method, fields["decision"]) in {("post", "confirm"), ("post", "send_back")}
    assert boss.post(address, {"decision": "send_back", "reason": ""}).status_code == 422
    assert boss.post(address, {"decision": "confirm"}).status_code == 303
    assert Opening.objects.get().state == "closed"
    assert "Discrepancy" in text_of(
        signed("trader").get(reverse("declaration", args=[opening.declaration.mrn]))
    )


def test_what_was_withdrawn_is_gone_and_what_another_may_not_is_refused(signed, looked):
    opening = looked()
    client = signed("officer")
    client.post(reverse("start_inspection", args=[opening.pk]))
    client.post(reverse("find_inspection", args=[opening.pk]), {"code": "ipr"})
    number = Finding.objects.get().pk
    client.post(reverse("withdraw_finding", args=[opening.pk, number]))
    assert "Nothing was noted." in text_of(client.get(reverse("inspection", args=[opening.pk])))
    for who, status in {"trader": 403, "officer2": 404, "agency": 404}.items():
        answer = signed(who).get(reverse("inspection", args=[opening.pk]))
        assert answer.status_code == status, who
    boss = signed("supervisor")
    draw = reverse("draw_inspectors", args=[opening.pk])
    assert boss.post(draw, {"asked_by": "", "reason": "Ill"}).status_code == 409, "nobody is left"
    proof = boss.get(reverse("inspection", args=[opening.pk]))
    assert "The same come out" in text_of(proof)
    assert "The same come out" not in text_of(client.get(reverse("inspection", args=[opening.pk])))


def test_an_officer_orders_from_the_declarations_page(signed, waiting):
    mrn = waiting("under_control")
    client = signed("officer")
    page = client.get(reverse("declaration", args=[mrn]))
    assert reverse("order_inspection", args=[mrn]) in page.content.decode()
    order = reverse("order_inspection", args=[mrn])
    assert client.get(order).status_code == 200
    assert client.post(order, {"reason": "Weight"}).status_code == 422
    done = client.post(order, {"look_at": ["goods", "weight"], "reason": "Weight"})
    assert done.status_code == 303
    again = client.post(order, {"look_at": ["goods"], "reason": "Weight"})
    assert again.status_code == 422
    assert (
        reverse("order_inspection", args=[mrn])
        not in signed("trader").get(reverse("declaration", args=[mrn])).content.decode()
    )


def test_interests(signed, border):
    client, boss = signed("officer"), signed("supervisor")
    new = reverse("declare_interest")
    assert client.post(new, {"interest_in": "NOBODY", "reason": "x"}).status_code == 422
    body = {"interest_in": "xp1000000001", "reason": "Shares"}
    assert client.post(new, body).status_code == 303
    assert client.post(new, body).status_code == 422
    assert "Shares" in text_of(client.get(reverse("interests")))
    end = reverse("end_interest", args=[Interest.objects.get().pk])
    assert end not in client.get(reverse("interests")).content.decode()
    assert end in boss.get(reverse("interests")).content.decode()
    assert client.get(end).status_code == 403
    assert boss.get(end).status_code == 200
    assert boss.post(end, {"reason": "Sold"}).status_code == 303
    assert boss.post(end, {"reason": "Sold"}).status_code == 422


def test_both_sides_of_a_doubt(signed, waiting, border):
    mrn = waiting("documents_requested")
    officer, trader = signed("officer"), signed("trader")
    new = reverse("doubt_value", args=[mrn])
    assert officer.post(new, {"doubted_item": "x", "reasons": "Low"}).status_code == 422
    assert (
        officer.post(new, {"doubted_item": "1", "reasons": "Twice this price"}).status_code == 303
    )
    row = ValueDoubt.objects.get()

    def at(name):
        return reverse(name, args=[row.pk])

    assert trader.post(new, {"doubted_item": "1", "reasons": "x"}).status_code == 403
    page = trader.get(at("value_doubt"))
    assert "Twice this price" in text_of(page)
    assert at("reply_doubt") in page.content.decode()
    assert at("decide_doubt") not in page.content.decode()
    assert officer.post(at("doubt_grounds"), {"grounds": "Still"}).status_code == 409
    assert trader.post(at("reply_doubt"), {"text": " "}).status_code == 422
    assert trader.post(at("reply_doubt"), {"text": "See the contract"}).status_code == 303
    for amount in ("", "much", "0", "1.001", "NaN"):
        assert officer.post(at("doubt_security"), {"suspected": amount}).status_code == 422
    assert officer.post(at("doubt_security"), {"suspected": "20000.00"}).status_code == 303
    page = text_of(trader.get(at("value_doubt")))
    assert f"To deposit it, quote VD{row.pk:08d}" in page
    # Nothing was deposited, and no guarantee has that number.
    for nothing in (f"VD{row.pk:08d}", "GRN-9"):
        assert officer.post(at("doubt_cover"), {"reference": nothing}).status_code == 409
    assert officer.post(at("doubt_cover"), {"reference": "GRN-1"}).status_code == 303
    page = text_of(trader.get(reverse("declaration", args=[mrn])))
    assert f"VD{row.pk:08d} Doubt about a value: Security Covered" in page
    assert "Where the security stands Covered" in text_of(officer.get(at("value_doubt")))
    assert officer.post(at("doubt_grounds"), {"grounds": "An old list"}).status_code == 303
    early = {"how": "determine", "decision": "Art. 3", "method": "3", "value": "15000"}
    assert officer.post(at("decide_doubt"), early).status_code == 409
    assert trader.post(at("reply_doubt"), {"text": "In force"}).status_code == 303
    assert "An old list" in text_of(officer.get(at("value_doubt")))
    assert officer.post(at("decide_doubt"), early).status_code == 303
    page = text_of(trader.get(at("value_doubt")))
    assert "Value determined" in page
    assert "It may be appealed without penalty." in page
    second = waiting("documents_requested")
    officer.post(reverse("doubt_value", args=[second]), {"doubted_item": "1", "reasons": "Low"})
    row = ValueDoubt.objects.latest("pk")
    accepted = officer.post(at("decide_doubt"), {"how": "accept", "decision": "Seen"})
    assert accepted.status_code == 303
    assert signed("officer2").get(at("value_doubt")).status_code == 404
    assert Declaration.objects.get(mrn=second).state == "documents_requested"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_stand_in_every_language(signed, looked, language):
    opening = looked()
    client, told = signed("officer"), words(language)
    page = client.get(reverse("inspection", args=[opening.pk]), {"lang": language})
    assert told["check_quantity"] in page.content.decode().replace("&#x27;", "'")
    client.post(reverse("start_inspection", args=[opening.pk]))
    page = client.get(reverse("inspection", args=[opening.pk])).content.decode()
    assert told["inspect_in_order"] in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    labels = set(re.findall(r'<label[^>]* for="([^"]+)"', page))
    assert labels <= set(ids)


def test_each_answer_is_kept_as_it_is_given(signed, looked):
    opening = looked()
    client = signed("officer")
    client.post(reverse("start_inspection", args=[opening.pk]))
    save = f"{reverse('check_inspection', args=[opening.pk])}?part=save"
    told = client.post(save, {"answer-quantity": "yes"}, headers={"HX-Request-Type": "partial"})
    assert told.status_code == 200
    assert 'id="checklist-kept"' in told.content.decode()
    assert opening.checklist.get().answer == "yes"
    lost = client.post(save, {}, headers={"HX-Request-Type": "partial"})
    assert lost.status_code == 422
    assert "problem" in lost["Content-Type"]
