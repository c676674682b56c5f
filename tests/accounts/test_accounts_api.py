from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from clearway.accounts import actors
from clearway.accounts.models import ApiKey, Membership, Organisation, User
from clearway.accounts.ready import READY, demo_secret
from clearway.audit.models import Leaf
from clearway.events.models import Event

ABSENT = 2**62


class Caller:
    def __init__(self, name: str = "", secret: str = "") -> None:
        self.client = Client(headers={"Authorization": f"Bearer {secret or demo_secret(name)}"})

    def __call__(self, method: str, path: str, body=None):
        return getattr(self.client, method)(
            f"/api/v1{path}", data=body, content_type="application/json"
        )


@pytest.fixture
def as_(demo):
    return Caller


def test_everybody_learns_who_he_is(as_, demo):
    for ready in READY:
        told = as_(ready.name)("get", "/me").json()
        assert told["roles"] == sorted(ready.roles)
        assert told["organisation"] == demo[ready.name].organisation
        assert told["office"] == ready.office


def test_a_key_is_shown_once_and_ends_at_once(as_, demo):
    trader = as_("trader")
    made = trader("post", "/api-keys", {"name": "till", "roles": ["trader"]})
    assert made.status_code == 201
    secret, number = made.json()["secret"], made.json()["id"]
    assert as_(secret=secret)("get", "/me").json()["name"] == f"key:{number}"
    listed = trader("get", "/api-keys").json()["items"]
    assert number in {key["id"] for key in listed}
    assert all("secret" not in key for key in listed)
    assert trader("delete", f"/api-keys/{number}").status_code == 200
    actors.forget()
    assert as_(secret=secret)("get", "/me").status_code == 401
    assert trader("delete", f"/api-keys/{number}").status_code == 409


@pytest.mark.parametrize(
    ("who", "whose", "status"),
    [
        ("officer", "officer", 200),
        ("officer", "officer2", 404),  # of another office
        ("officer", "supervisor", 404),
        ("supervisor", "officer", 404),
        ("registrar", "supervisor", 200),
        ("operator", "operator", 200),
        ("operator", "auditor", 404),
    ],
)
def test_who_could_make_a_key_of_his_organisation_may_end_it(as_, demo, who, whose, status):
    wanted = {"name": "tablet", "roles": [whose.rstrip("2")]}
    made = as_(whose)("post", "/api-keys", wanted).json()["id"]
    assert as_(who)("delete", f"/api-keys/{made}").status_code == status


@pytest.mark.parametrize(
    ("roles", "pointer"), [(["officer"], "/roles"), (["trader", "broker"], "/roles")]
)
def test_no_key_may_do_more_than_its_maker(as_, roles, pointer):
    answer = as_("trader")("post", "/api-keys", {"name": "x", "roles": roles})
    assert answer.status_code == 422
    assert pointer in answer.content.decode()


def test_a_key_made_by_a_key_ends_no_later(as_, demo):
    trader = as_("trader")
    end = "2090-01-01T00:00:00Z"
    made = trader("post", "/api-keys", {"name": "a", "roles": ["trader"], "expires_at": end})
    child = as_(secret=made.json()["secret"])
    late = child("post", "/api-keys", {"name": "b", "roles": ["trader"]})
    assert late.status_code == 422
    same = child("post", "/api-keys", {"name": "b", "roles": ["trader"], "expires_at": end})
    assert same.status_code == 201
    past = trader(
        "post",
        "/api-keys",
        {"name": "c", "roles": ["trader"], "expires_at": "2001-01-01T00:00:00Z"},
    )
    assert past.status_code == 422


def test_anothers_organisation_and_keys_answer_like_absent_ones(as_, demo):
    other = demo["trader2"].organisation
    key = ApiKey.objects.get(prefix="trader2").pk
    for path in ("/organisations/{}", "/organisations/{}/members"):
        own = as_("trader")("get", path.format(other))
        absent = as_("trader")("get", path.format(ABSENT))
        assert own.status_code == absent.status_code == 404
        assert own.json()["detail"] == absent.json()["detail"]
    assert as_("trader")("delete", f"/api-keys/{key}").status_code == 404
    assert as_("trader")("get", f"/api-keys?organisation={other}").status_code == 404
    assert as_("registrar")("get", f"/api-keys?organisation={other}").status_code == 200
    assert ApiKey.objects.get(pk=key).revoked_at is None


def test_a_refusal_and_a_read_of_people_are_logged(as_, demo):
    before = Leaf.objects.count()
    assert as_("trader")("get", "/organisations").status_code == 403
    assert Leaf.objects.filter(kind="refusal", subject="operation:listOrganisations").count() == 1
    as_("auditor")("get", f"/organisations/{demo['trader'].organisation}/members")
    assert Leaf.objects.filter(kind="read").count() == 1
    as_("trader")("get", f"/organisations/{demo['trader'].organisation}/members")
    assert Leaf.objects.count() == before + 2


def test_an_organisation_is_registered_verified_and_active_before_it_acts(as_, demo):
    registrar = as_("registrar")
    body = {"name": "Société Ｎouvelle", "kind": "trader", "country": "XP", "identifier": "XP5"}
    made = registrar("post", "/organisations", body)
    assert made.status_code == 201
    number = made.json()["id"]
    assert registrar("post", "/organisations", body).status_code == 409
    skip = registrar("post", f"/organisations/{number}/state", {"state": "active", "reason": "x"})
    assert skip.status_code == 409
    for state in ("verified", "active"):
        step = {"state": state, "reason": "papers seen"}
        told = registrar("post", f"/organisations/{number}/state", step)
        assert told.json()["state"] == state
    found = as_("officer")("get", "/organisations?name=NOUVELLE").json()["items"]
    assert [one["id"] for one in found] == [number]


@pytest.mark.parametrize(
    "body",
    [
        {"name": "A", "kind": "trader", "country": "ZZ", "identifier": "XP5"},
        {"name": "A", "kind": "trader", "country": "XP", "identifier": "QQ5"},
        {"name": "A", "kind": "trader", "country": "XP", "identifier": "ＸＰ５"},
        {"name": "--", "kind": "trader", "country": "XP"},
        {"name": "A\u200f\nB", "kind": "trader", "country": "XP"},
        {"name": "A" * 201, "kind": "trader", "country": "XP"},
        {"name": "A", "kind": "king", "country": "XP"},
        {"name": "A", "kind": "trader", "country": "XP", "state": "active"},
        {"name": "A\0", "kind": "trader", "country": "XP"},
    ],
)
def test_wrong_data_are_refused_with_pointers(as_, body):
    before = Organisation.objects.count()
    answer = as_("registrar")("post", "/organisations", body)
    assert answer.status_code == 422
    assert Organisation.objects.count() == before


def test_nobody_grants_himself_a_role(as_, demo):
    registrar = as_("registrar")
    customs = demo["registrar"].organisation
    body = {"email": "registrar@demo.example", "role": "supervisor"}
    assert registrar("post", f"/organisations/{customs}/members", body).status_code == 409
    body["email"] = "REGISTRAR@Demo.example"
    assert registrar("post", f"/organisations/{customs}/members", body).status_code == 409
    assert as_("registrar2")("post", f"/organisations/{customs}/members", body).status_code == 201
    assert as_("officer")("post", f"/organisations/{customs}/members", body).status_code == 403


def test_a_role_fits_the_organisation_the_office_and_the_time(as_, demo):
    registrar, customs = as_("registrar"), demo["registrar"].organisation
    trader = demo["trader"].organisation
    path = "/organisations/{}/members"
    wrong = (
        (trader, {"role": "officer"}, 422),
        (customs, {"role": "trader"}, 422),
        (customs, {"role": "auditor", "office": "XP000110"}, 422),
        (customs, {"role": "officer", "valid_from": "2026-03-02", "valid_to": "2026-03-02"}, 422),
        (customs, {"role": "officer", "valid_from": "2026-02-30"}, 422),
    )
    for organisation, body, status in wrong:
        answer = registrar("post", path.format(organisation), {"email": "n@x.example", **body})
        assert answer.status_code == status, body
    assert not User.objects.filter(email="n@x.example").exists()
    mine = {"email": "n@x.example", "role": "officer", "office": "XP000110"}
    assert registrar("post", path.format(customs), mine).status_code == 201
    assert registrar("post", path.format(customs), mine).status_code == 409
    elsewhere = {**mine, "role": "supervisor", "office": "XP000210"}
    assert registrar("post", path.format(customs), elsewhere).status_code == 409


def test_a_role_revoked_ends_sessions_and_keys_at_once(as_, demo):
    person = User.objects.get(email="trader@demo.example")
    browser = Client()
    browser.force_login(person)
    assert browser.get("/api/v1/me").status_code == 200
    member = Membership.objects.get(user=person)
    path = f"/organisations/{demo['trader'].organisation}/members/{member.pk}"
    assert as_("trader2")("delete", path).status_code == 403
    assert as_("registrar")("delete", path).status_code == 200
    actors.forget()
    assert browser.get("/api/v1/me").status_code == 401
    assert as_("trader")("get", "/me").status_code == 401
    assert ApiKey.objects.get(prefix="trader").revoked_at is not None
    told = Event.objects.get(kind="role.revoked")
    assert str(ApiKey.objects.get(prefix="trader").pk).encode() in bytes(told.body)
    assert as_("registrar")("delete", path).status_code == 404


@pytest.mark.parametrize("state", ["suspended", "closed"])
def test_a_suspended_or_closed_organisation_stops_at_once(as_, demo, state):
    person = User.objects.get(email="trader@demo.example")
    number = demo["trader"].organisation
    step = {"state": state, "reason": "court order"}
    path = f"/organisations/{number}/state"
    assert as_("registrar")("post", path, step).status_code == 200
    actors.forget()
    assert as_("trader")("get", "/me").status_code == 401
    person.refresh_from_db()
    assert actors.actor_of_user(person).roles == frozenset()
    again = as_("registrar")("post", path, {"state": "active", "reason": "lifted"})
    assert again.status_code == (200 if state == "suspended" else 409)
    actors.forget()
    alive = as_("trader")("get", "/me").status_code
    assert alive == (200 if state == "suspended" else 401)


def test_no_registrar_changes_his_own_organisation(as_, demo):
    path = f"/organisations/{demo['registrar'].organisation}/state"
    answer = as_("registrar")("post", path, {"state": "suspended", "reason": "coup"})
    assert answer.status_code == 409


def test_where_auditing_fails_the_act_fails(demo, monkeypatch):
    """One transaction holds change, event and leaf: none of them stays without the others."""
    from clearway.accounts import service
    from clearway.events import service as events

    def broken(*_):
        raise OSError("no space left")

    monkeypatch.setattr(events, "store_leaves", broken)
    tables = (Organisation, ApiKey, Membership, Event, Leaf)
    before = [table.objects.count() for table in tables]
    for attempt in (
        lambda: service.register(demo["registrar"], name="A", kind="trader", country="XP"),
        lambda: service.revoke_key(demo["registrar"], ApiKey.objects.get(prefix="trader").pk),
        lambda: service.set_state(
            demo["registrar"], demo["trader"].organisation, "closed", "court order"
        ),
    ):
        with pytest.raises(OSError, match="no space"), transaction.atomic():
            attempt()
    assert [table.objects.count() for table in tables] == before
    assert ApiKey.objects.get(prefix="trader").revoked_at is None
    assert Organisation.objects.get(pk=demo["trader"].organisation).state == "active"
