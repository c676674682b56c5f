"""The supervisor's pages: desks, giving a declaration to another, second decisions."""

from __future__ import annotations

import pytest
from tests.clearance.conftest import MUCH
from tests.web.conftest import text_of

from clearway.accounts.models import User
from clearway.audit.models import Leaf
from clearway.clearance import deciding, queries, service
from clearway.clearance.models import Proposal
from clearway.clearance.releasing import Order
from clearway.declarations.models import Declaration
from clearway.intake.service import alarm
from clearway.web.words import LANGUAGES

SEEN = Order(goods_controlled=True, security="GRN-1", reason="Counted twice")


@pytest.fixture
def supervisor(signed):
    return signed("supervisor")


def test_the_team_shows_each_desk_what_waits_and_alarms(supervisor, people, waiting):
    service.take(people.ann, waiting())
    waiting("under_control")
    alarm("engine", "kernel: ValueError")
    told = text_of(supervisor.get("/team"))
    assert "ann@customs.example XP000110 1" in told
    assert "Inspection 1 Documents 0" in told
    assert "kernel: ValueError" in told
    assert "<html" not in supervisor.get("/team?part=desks").content.decode()


def test_lists_call_people_what_people_call_them(supervisor, signed, people, waiting):
    mrn = waiting("under_control", MUCH)
    listed = text_of(signed("officer").get("/declarations/"))
    assert f"{mrn}" in listed
    assert "Atlas Trading SA XP1000000001" in listed
    deciding.accept(people.ann, mrn, SEEN)
    assert f"ann@customs.example {people.ann.name}" in text_of(supervisor.get("/proposals/"))
    service.take(people.ben, waiting())
    for asked in (people.ben.name, "ben@customs.example"):
        listed = text_of(supervisor.get("/team/hands/", {"officer": asked}))
        assert f"ben@customs.example {people.ben.name}" in listed
    assert "XP1000000001" not in text_of(supervisor.get("/team/hands/", {"officer": "a@b.example"}))
    file = supervisor.get("/team/hands/", {"format": "csv"}).getvalue().decode()
    assert f",{people.ben.name}," in file, "a file keeps the code, by which programs join"
    # The law is everybody's; who made it so is not.
    assert "system:" in text_of(supervisor.get("/packs/"))
    assert "system:" not in text_of(signed("trader").get("/packs/"))
    assert "@" not in text_of(signed("trader").get("/packs/1")).replace("trader@demo.example", "")


def test_a_declaration_is_given_to_another(supervisor, people, waiting):
    mrn = waiting()
    service.take(people.ann, mrn)
    listed = supervisor.get("/team/hands/", {"officer": people.ann.name}).content.decode()
    assert f"/team/reassign?mrn={mrn}" in listed
    assert f'value="{mrn}"' in supervisor.get("/team/reassign", {"mrn": mrn}).content.decode()
    done = supervisor.post("/team/reassign", {"mrn": mrn, "officer": people.ben.name})
    assert (done.status_code, done["Location"]) == (303, "/team")
    assert [one.declaration.mrn for one in queries.in_hand(people.ben.name)] == [mrn]


@pytest.mark.parametrize(("field", "wrong"), [("mrn", "26XP0"), ("officer", "user:999999")])
def test_a_wrong_datum_of_the_form_can_be_mended(supervisor, people, waiting, field, wrong):
    mrn = waiting()
    given = {"mrn": mrn, "officer": people.ben.name} | {field: wrong}
    answer = supervisor.post("/team/reassign", given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'<a href="#{field}">' in page
    assert f'id="{field}-why"' in page
    assert given["mrn"] in page, "what was typed stays"


def test_a_second_person_confirms_with_the_declaration_before_him(supervisor, people, waiting):
    mrn = waiting("under_control", MUCH)
    deciding.accept(people.ann, mrn, SEEN)
    number = Proposal.objects.get().pk
    assert mrn in text_of(supervisor.get("/proposals/"))
    page = text_of(supervisor.get(f"/proposals/{number}"))
    for told in ("ann@customs.example", "GRN-1", "Counted twice", "Cable ties of nylon"):
        assert told in page
    assert Leaf.objects.filter(kind="read", subject=f"declaration:{mrn}").exists()
    done = supervisor.post(f"/proposals/{number}", {"decision": "confirm"})
    assert done.status_code == 303
    assert Declaration.objects.get(mrn=mrn).state == "released"


def test_sending_back_needs_a_reason_and_keeps_it(supervisor, people, waiting):
    mrn = waiting("under_control", MUCH)
    deciding.accept(people.ann, mrn, SEEN)
    number = Proposal.objects.get().pk
    answer = supervisor.post(f"/proposals/{number}", {"decision": "send_back", "reason": " "})
    assert answer.status_code == 422
    assert 'href="#reason"' in answer.content.decode()
    given = {"decision": "send_back", "reason": "Weigh it again"}
    assert supervisor.post(f"/proposals/{number}", given).status_code == 303
    assert Proposal.objects.get().reason == "Weigh it again"


def test_what_was_amended_since_offers_no_confirmation(supervisor, people, waiting):
    mrn = waiting("under_control", MUCH)
    deciding.accept(people.ann, mrn, SEEN)
    number = Proposal.objects.get().pk
    Declaration.objects.filter(mrn=mrn).update(version=2)
    from clearway.declarations.models import Version

    row = Version.objects.get(declaration__mrn=mrn)
    row.pk, row.number = 10**9, 2
    row.save(force_insert=True)
    assert 'value="confirm"' not in supervisor.get(f"/proposals/{number}").content.decode()
    assert supervisor.post(f"/proposals/{number}", {"decision": "confirm"}).status_code == 409


def test_who_proposed_it_does_not_find_it(signed, people, waiting):
    deciding.accept(people.ann, waiting("under_control", MUCH), SEEN)
    number = Proposal.objects.get().pk
    ann = signed(User.objects.get(email="ann@customs.example"))
    assert ann.get(f"/proposals/{number}").status_code == 404
    assert "nothing here yet" in text_of(ann.get("/proposals/"))


@pytest.mark.parametrize("who", ["officer", "trader", "auditor", "operator"])
def test_the_team_is_the_supervisors_alone(signed, who):
    client = signed(who)
    for address in ("/team", "/team/hands/", "/team/reassign"):
        assert client.get(address).status_code == 403, address


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_speak_every_language(supervisor, people, waiting, language):
    deciding.accept(people.ann, waiting("under_control", MUCH), SEEN)
    service.take(people.ben, waiting())
    number = Proposal.objects.get().pk
    for address in ("/team", "/team/hands/", "/team/reassign", f"/proposals/{number}"):
        answer = supervisor.get(address, {"lang": language})
        assert answer.status_code == 200, address
        assert f'<html lang="{language}"' in answer.content.decode()


def test_no_page_asks_the_database_for_each_row(
    supervisor, people, waiting, django_assert_max_num_queries
):
    for _ in range(6):
        service.take(people.ann, waiting())
    for address, most in (("/team", 26), ("/team/hands/", 24)):
        supervisor.get(address)
        with django_assert_max_num_queries(most):
            supervisor.get(address)
