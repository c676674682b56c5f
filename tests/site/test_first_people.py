"""An empty installation gets its first registrars by one command."""

import pytest
from django.test import Client

from clearway.accounts.models import Membership, Organisation
from clearway.site import first_people
from clearway.vocabulary.errors import InputUnusable

PASSWORD = "a long and quiet river 7"
PEOPLE = ["Ana@customs.example", "ben@customs.example"]


@pytest.fixture(autouse=True)
def _tables_are_ready(db, monkeypatch):
    monkeypatch.setattr(first_people, "make_ready_or_say_why", lambda: None)


def test_they_choose_a_password_once_and_come_in():
    made = first_people.make("Customs of Portolan", "XP", PEOPLE)
    assert [email for email, _ in made] == ["ana@customs.example", "ben@customs.example"]
    assert Membership.objects.filter(role="registrar").count() == 2
    address = "/" + made[0][1].split("/", 3)[3]
    client = Client(headers={"host": "localhost"})
    form = client.get(address, follow=True).redirect_chain[-1][0]
    twice = {"password1": PASSWORD, "password2": PASSWORD}
    assert client.post(form, {"password1": "short", "password2": "short"}).status_code == 200
    assert client.post(form, twice).status_code == 302
    client.post("/accounts/login/", {"login": "ana@customs.example", "password": PASSWORD})
    assert client.get("/api/v1/me").json()["roles"] == ["registrar"]
    again = Client(headers={"host": "localhost"}).get(address, follow=True)
    assert not again.redirect_chain  # the address has served


def test_only_an_empty_installation_has_first_people():
    first_people.make("Customs of Portolan", "XP", PEOPLE)
    with pytest.raises(InputUnusable, match="already"):
        first_people.make("Others", "XP", ["c@customs.example", "d@customs.example"])


@pytest.mark.parametrize(
    ("name", "country", "people"),
    [
        ("Customs", "XP", ["ana@customs.example", "ANA@customs.example"]),
        ("Customs", "xp", PEOPLE),
        (" ", "XP", PEOPLE),
        ("Customs", "XP", ["ana@customs.example", "nobody"]),
    ],
)
def test_what_cannot_be_used_makes_nothing(name, country, people):
    with pytest.raises(InputUnusable):
        first_people.make(name, country, people)
    assert not Organisation.objects.exists()
