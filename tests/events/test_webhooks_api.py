"""The operations on webhooks, called as ninja calls them."""

from __future__ import annotations

import pytest
from ninja.testing import TestClient

from clearway.audit.actor import Actor, Role
from clearway.audit.models import Leaf
from clearway.events.api_webhooks import router
from clearway.vocabulary.errors import DataRefused, NotPermitted, NotThere

pytestmark = pytest.mark.django_db
TRADER = Actor(name="key:7", organisation=3, roles=frozenset({Role.TRADER}))
OTHER = Actor(name="key:8", organisation=4, roles=frozenset({Role.BROKER}))
OFFICER = Actor(name="user:1", organisation=1, roles=frozenset({Role.OFFICER}))
HOOK = {"url": "https://example.com/in", "kinds": ["declaration."], "description": "ours"}


@pytest.fixture
def client():
    return TestClient(router)


def test_a_webhook_from_making_to_removal(client):
    made = client.post("/webhooks", json=HOOK, actor=TRADER)
    assert made.status_code == 201
    told = made.json()
    assert told["secret"].startswith("whsec_")
    number = told["id"]
    assert client.get("/webhooks", actor=TRADER).json()["items"][0]["url"] == HOOK["url"]
    assert "secret" not in client.get(f"/webhooks/{number}", actor=TRADER).json()
    change = {"kinds": [], "state": "disabled"}
    changed = client.patch(f"/webhooks/{number}", json=change, actor=TRADER).json()
    assert (changed["kinds"], changed["state"]) == ([], "disabled")
    assert client.get(f"/webhooks/{number}/deliveries", actor=TRADER).json()["items"] == []
    client.patch(f"/webhooks/{number}", json={"state": "active"}, actor=TRADER)
    span = {"since": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"}
    again = client.post(f"/webhooks/{number}/replay", json=span, actor=TRADER)
    assert (again.status_code, again.json()) == (202, {"events": 0})
    rotated = client.post(f"/webhooks/{number}/secret", actor=TRADER)
    assert rotated.status_code == 201
    assert rotated.json()["secret"] not in {told["secret"], ""}
    assert rotated.json()["former_until"] is not None
    assert client.delete(f"/webhooks/{number}", actor=TRADER).status_code == 204
    with pytest.raises(NotThere):
        client.get(f"/webhooks/{number}", actor=TRADER)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "", None),
        ("patch", "", {}),
        ("delete", "", None),
        ("get", "/deliveries", None),
        ("post", "/replay", {"delivery": 1}),
        ("post", "/secret", None),
    ],
)
def test_anothers_webhook_answers_like_an_absent_one(client, method, path, body):
    number = client.post("/webhooks", json=HOOK, actor=TRADER).json()["id"]
    said = []
    for asked in (number, 10**6):
        with pytest.raises(NotThere) as refused:
            getattr(client, method)(f"/webhooks/{asked}{path}", json=body, actor=OTHER)
        said.append(refused.value.what)
    assert said[0] == said[1]
    assert Leaf.objects.filter(kind="refusal", actor="key:8").count() == 2


@pytest.mark.parametrize(
    "wrong",
    [{"delivery": 1, "since": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"}, {},
     {"since": "2026-01-01T00:00:00Z"}],
)  # fmt: skip
def test_a_replay_is_of_one_or_of_a_span(client, wrong):
    number = client.post("/webhooks", json=HOOK, actor=TRADER).json()["id"]
    with pytest.raises(DataRefused):
        client.post(f"/webhooks/{number}/replay", json=wrong, actor=TRADER)


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": ""}, {"url": "x" * 2001}, {"kinds": ["Declaration"]}, {"kinds": ["a"]},
        {"kinds": ["a."] * 11}, {"description": "x" * 201}, {"description": "a\0"}, {"more": 1},
    ],
)  # fmt: skip
def test_wrong_data_of_a_webhook(client, wrong):
    assert client.post("/webhooks", json={**HOOK, **wrong}, actor=TRADER).status_code == 422


def test_who_has_no_such_role(client):
    for method, path in (
        ("get", "/webhooks"),
        ("post", "/webhooks"),
        ("post", "/webhooks/1/secret"),
    ):
        with pytest.raises(NotPermitted):
            getattr(client, method)(path, json=HOOK, actor=OFFICER)
