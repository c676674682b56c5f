"""First start: ready sign-ins, tour and samples are a demonstration's, and nobody else's."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client

from clearway.accounts import seeding
from clearway.accounts.ready import READY
from clearway.kernel.texts import LANGUAGES
from clearway.web import queries
from clearway.web.starting.ready_people import OFFERED
from clearway.web.starting.samples import NAMES


@pytest.fixture
def demo(settings):
    settings.DEMO = True
    settings.SAMPLES = "clearway.simulators.samples.sample"


@pytest.fixture
def client(db):
    cache.clear()
    return Client(headers={"host": "localhost"})


def who(client):
    return client.get("/api/v1/me").json().get("email", "")


def test_without_a_demonstration_nothing_of_it_is_there(client):
    assert "demo.example" not in client.get("/accounts/login/").content.decode()
    assert client.get("/tour").status_code == 404
    assert client.get("/samples/declarations.csv").status_code == 404
    for path in ("/demo/sign-in", "/tour/go"):
        assert client.post(path, {"name": "trader", "step": "0"}).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sign_in_page_offers_each_role_once(client, demo, language):
    text = client.get("/accounts/login/", {"lang": language}).content.decode()
    offered = re.findall(r'name="name" value="(\w+)"', text)
    assert offered == [one.name for one in OFFERED]
    roles = {role for one in READY for role in one.roles}
    assert {role for one in OFFERED for role in one.roles} == roles
    for second in ("supervisor2", "cashier2", "registrar2", "tariff2"):
        assert f"{second}@demo.example" in text, "who decides after the first of his kind"


def test_one_click_signs_in_and_leads_to_the_desk(client, demo):
    seeding.seed_demo()
    answer = client.post("/demo/sign-in", {"name": "trader"})
    assert (answer.status_code, answer["Location"]) == (302, "/desk")
    assert client.get("/desk")["Location"] == "/dashboard"
    answer = client.post("/demo/sign-in", {"name": "officer", "next": "/queue/"})
    assert answer["Location"] == "/queue/"
    assert client.get("/desk")["Location"] == "/queue/"
    evil = client.post("/demo/sign-in", {"name": "officer", "next": "https://elsewhere.example/"})
    assert evil["Location"] == "/desk"
    assert client.post("/demo/sign-in", {"name": "nobody"}).status_code == 404
    assert client.get("/demo/sign-in").status_code == 405


def test_a_second_factor_is_asked_for_all_the_same(client, demo):
    from allauth.mfa.totp.internal.auth import TOTP
    from django.contrib.auth import get_user_model

    seeding.seed_demo()
    TOTP.activate(get_user_model().objects.get(email="trader@demo.example"), "JBSWY3DPEHPK3PXP")
    answer = client.post("/demo/sign-in", {"name": "trader"})
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert "_auth_user_id" not in client.session


def test_a_click_without_its_token_is_refused(db, demo):
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    assert strict.post("/demo/sign-in", {"name": "trader"}).status_code == 403


def test_the_tour_says_when_there_is_nothing_to_show(client, demo):
    text = client.get("/tour").content.decode()
    assert "The border has brought no such consignment yet" in text
    assert all(name in text for name in NAMES)
    assert client.post("/tour/go", {"step": "0"})["Location"] == "/tour"


@pytest.fixture
def consignment(monkeypatch):
    """A consignment for the tour; its pages are not opened here."""
    declaration = queries.Declaration(mrn="26XP0000000000001A", office="XP000210")
    found = queries.Consignment(declaration, 5, 7, "airline")
    monkeypatch.setattr(queries, "shown_consignment", lambda _="": found)
    return found


def test_the_tour_changes_persons_and_remembers_where_one_is(client, demo, consignment):
    seeding.seed_demo()
    text = client.get("/tour").content.decode()
    assert text.count('name="step"') == 7
    people = []
    for step in range(6):
        client.post("/tour/go", {"step": str(step)})
        assert client.session["tour"] == {"at": step, "mrn": consignment.declaration.mrn}
        people.append(client.get("/help/").content.decode())
        assert "tour/go" in people[-1]
    names = [re.search(r"<summary><bdi>(\w+)@demo", one)[1] for one in people]
    assert names == ["airline", "airline", "trader", "trader", "officer2", "auditor"]
    assert "Step 6 of 6" in people[-1]
    client.post("/tour/go", {"step": "end"})
    assert "tour" not in client.session
    assert "tour/go" not in client.get("/help/").content.decode()


def test_a_consignment_is_found_only_where_its_whole_way_can_be_shown(db):
    assert queries.shown_consignment() is None


@pytest.mark.parametrize("name", NAMES)
def test_each_sample_comes_as_a_file(client, demo, monkeypatch, name):
    from clearway import packs
    from clearway.web.starting import samples

    law = packs.load(packs.demo_pack())
    monkeypatch.setattr(samples, "reference_at", lambda _: law)
    answer = client.get(f"/samples/{name}")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert len(answer.content) > 1000
    assert client.get("/samples/other.csv").status_code == 404
