"""The register's pages: who sees what, what is done there, and what comes back to be mended."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from clearway.accounts.models import Membership, Organisation, User
from clearway.audit import sequencer
from clearway.audit.models import Leaf
from clearway.traders.models import Authorisation, Mandate
from clearway.web.words import LANGUAGES, words


def organisation_of(who):
    return Membership.objects.filter(user__email=f"{who}@demo.example").first().organisation


def page_of(who):
    return reverse("organisation", args=[organisation_of(who).pk])


def test_the_register_is_searched_by_name_in_any_way_of_writing(visit):
    registrar = visit("registrar")
    text = registrar.get("/organisations/", organisation_name="ATLAS trading").text
    assert "Atlas Trading SA" in text
    assert "Cedar Foods" not in text
    assert "/organisations/new" in text
    assert "/organisations/new" not in visit("officer").get("/organisations/").text
    visit("trader").get("/organisations/", status=403)
    file = registrar.get("/organisations/", format="csv", organisation_kind="broker")
    rows = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
    assert sum("Customs Brokers" in row for row in rows) == 2


def test_an_organisation_is_registered_and_goes_its_way(visit):
    registrar = visit("registrar", "fr")
    made = {"name": "Nouvelle Étoile", "kind": "trader", "country": "xp", "identifier": "no number"}
    text = registrar.post("/organisations/new", status=422, **made).text
    assert 'href="#id_identifier"' in text
    assert words("fr")["asks_identifier_wrong"] in text
    assert 'value="Nouvelle Étoile"' in text
    shown = registrar.follow("/organisations/new", **{**made, "identifier": ""})
    found = Organisation.objects.get(name="Nouvelle Étoile")
    assert words("fr")["organisation_applied"] in shown.text
    at = reverse("set_organisation_state", args=[found.pk])
    assert registrar.post(at, status=422, state="verified", reason="").text.count('id="id_reason"')
    registrar.post(at, state="verified", reason="Papiers vus")
    registrar.post(at, state="active", reason="Bon")
    sequencer.place()
    assert "Papiers vus" in registrar.get(reverse("organisation", args=[found.pk])).text
    found.refresh_from_db()
    assert found.state == "active"


def test_nobody_changes_his_own_organisation(visit):
    text = visit("registrar").get(page_of("registrar")).text
    assert "Change the state" not in text


def test_people_are_made_by_granting_and_lose_it_again(visit):
    registrar, atlas = visit("registrar"), organisation_of("trader")
    at = reverse("grant_role", args=[atlas.pk])
    wanted = {"email": "new@atlas.example", "role": "trader", "valid_from": "2026-03-01"}
    text = registrar.post(at, status=422, **wanted, valid_to="2026-02-01").text
    assert words("en")["asks_valid_to_wrong"] in text
    assert 'value="new@atlas.example"' in text
    assert "new@atlas.example" in registrar.follow(at, **wanted).text
    assert User.objects.filter(email="new@atlas.example").exists()
    assert words("en")["cannot_be_done_now"] in registrar.post(at, status=422, **wanted).text
    member = Membership.objects.get(user__email="new@atlas.example")
    at = reverse("revoke_role", args=[atlas.pk, member.pk])
    assert "new@atlas.example" not in registrar.follow(at).text
    visit("trader").post(at, status=403)


def test_whose_people_one_may_see_and_that_it_is_logged(visit):
    atlas = page_of("trader")
    assert "trader@demo.example</th>" in visit("trader").get(atlas).text
    before = Leaf.objects.count()
    assert "trader@demo.example</th>" in visit("auditor").get(atlas).text
    assert Leaf.objects.count() == before + 1
    assert "trader@demo.example</th>" not in visit("officer").get(atlas).text
    visit("trader2").get(atlas, status=404)


def test_a_mandate_is_asked_for_answered_and_ended(visit):
    broker, principal = visit("broker2"), visit("trader", "ar")
    wanted = {"way": "ask", "party": "xp1000000001", "direction": "", "procedures": "40, 42",
              "valid_from": "2026-03-03", "valid_to": ""}  # fmt: skip
    text = broker.post("/mandates/new", status=422, **{**wanted, "party": "XP2000000002"}).text
    assert 'href="#id_party"' in text
    assert "40 42" in broker.follow("/mandates/new", **wanted).text
    found = Mandate.objects.latest("id")
    at = reverse("mandate", args=[found.pk])
    assert "answer_mandate" not in broker.get(at).text
    assert reverse("answer_mandate", args=[found.pk]) in principal.get(at).text
    assert "Vega Customs Brokers" in principal.get("/dashboard").text
    answer = reverse("answer_mandate", args=[found.pk])
    broker.post(answer, status=404, decision="grant")
    assert words("ar")["mandate_granted"] in principal.follow(answer, decision="grant").text
    end = reverse("end_mandate", args=[found.pk])
    principal.post(end, status=422, reason=" ")
    assert "Enough" in broker.follow(end, reason="Enough").text
    visit("trader2").get(at, status=404)
    before = Leaf.objects.count()
    visit("officer").get(at)
    visit("officer").get("/mandates/")
    assert Leaf.objects.count() == before + 2


def test_an_authorisation_is_granted_and_suspended(visit):
    registrar = visit("registrar", "vi")
    wanted = {"holder": "XP1000000003", "type": "DPO", "reference": "XP DPO 1",
              "valid_from": "2026-03-03", "valid_to": ""}  # fmt: skip
    text = registrar.post("/authorisations/new", status=422, **wanted).text
    assert words("vi")["asks_reference_wrong"] in text
    registrar.follow("/authorisations/new", **{**wanted, "reference": "XPDPO26-1"})
    found = Authorisation.objects.get(reference="XPDPO26-1")
    at = reverse("set_authorisation_state", args=[found.pk])
    registrar.post(at, status=422, state="granted", reason="no such step")
    assert "Late" in registrar.follow(at, state="suspended", reason="Late").text
    own = reverse("authorisation", args=[found.pk])
    assert "Late" in visit("trader3").get(own).text
    visit("trader").get(own, status=404)
    visit("trader3").post(at, status=403, state="granted", reason="mine")
    assert "XPDPO26-1" in visit("trader3").get("/authorisations/").text
    assert "XPDPO26-1" not in visit("trader").get("/authorisations/").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_speaks_its_language_alone(visit, language):
    """No word of another language's file stands where this one's should."""
    registrar = visit("registrar", language)
    authorisation = reverse("authorisation", args=[Authorisation.objects.first().pk])
    mandate = reverse("mandate", args=[Mandate.objects.first().pk])
    pages = ["/organisations/", "/organisations/new", page_of("trader"), "/mandates/", mandate,
             "/authorisations/", "/authorisations/new", authorisation]  # fmt: skip
    english, own = words("en"), words(language)
    distinct = [
        key
        for key in ("register", "grant_role", "change_state", "mandates_hint", "enter_mandate",
                    "grant_authorisation", "people", "authorisation_state_hint", "what_happened")
        if english[key] != own[key]
    ]  # fmt: skip
    assert (language == "en") == (not distinct)
    for page in pages:
        text = re.sub(r"<[^>]+>", " ", registrar.get(page).text)
        assert not [key for key in distinct if english[key] in text], page


@pytest.mark.parametrize("page", ["/organisations/", "/mandates/", "/authorisations/"])
def test_lists_ask_no_question_for_each_row(visit, page, django_assert_max_num_queries):
    registrar = visit("registrar")
    registrar.get(page)
    with django_assert_max_num_queries(16):
        registrar.get(page)
