"""What no database can hold is refused at the door, on both databases: 4xx, never 500."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from clearway.accounts.ready import demo_secret
from clearway.accounts.seeding import seed_demo

DEEP = b"[" * 200_000
HUGE = "9" * 30
PARCEL = {"house_number": "H1", "pieces": 1, "gross_mass": "1", "departure_at": ""}
ORGANISATION = {"name": "N", "kind": "trader", "country": "XP", "identifier": ""}


@pytest.fixture
def ask(both_databases, kept):
    kept(seed_demo)
    client = Client(raise_request_exception=False, headers={"host": "localhost"})

    def asked(method, path, who="registrar", body=b"", kind="application/json", **headers):
        headers["Authorization"] = f"Bearer {demo_secret(who)}"
        return client.generic(method, path, body, content_type=kind, headers=headers)

    return asked


def organisation(**changes):
    return json.dumps(ORGANISATION | changes).encode()


def test_no_request_makes_a_server_err(ask):
    put_in = [
        organisation(name="a\0b"),
        organisation(name="\ud800"),
        organisation(name=7),
        organisation(country="é" * 3),
        organisation(identifier="x" * 10_000),
        organisation(more="x"),
        organisation(name=None),
        organisation(name="x" * 100_000),
        DEEP,
        b"{" * 100_000,
        b"\xff",
        b"null",
        b"[]",
        b'"x"',
        HUGE.encode(),
        b'{"name": 1e999}',
    ]
    requests = [("POST", "/api/v1/organisations", body) for body in put_in]
    for query in ("a%00b", "%ff", "%ed%a0%80", HUGE, "-1", "x" * 5000, "W10", "WyJcdWQ4MDAiXQ"):
        requests += [
            ("GET", f"/api/v1/organisations?cursor={query}", b""),
            ("GET", f"/api/v1/organisations?limit={query}", b""),
            ("GET", f"/api/v1/api-keys?organisation={query}", b""),
            ("GET", f"/api/v1/organisations/{query}", b""),
            ("GET", f"/api/v1/mandates/{query}", b""),
            ("DELETE", f"/api/v1/api-keys/{query}", b""),
        ]
    for method, path, body in requests:
        answer = ask(method, path, body=body)
        assert 400 <= answer.status_code < 500, (method, path[:80], body[:40], answer.content)
        assert answer["Content-Type"] == "application/problem+json"


def test_odd_names_and_paths_find_nothing(ask):
    for query in ("a%00b", "%ff", HUGE, "x" * 5000, "%f0%9f%92%a9"):
        for path in (f"/api/v1/declarations/{query}", f"/api/v1/tariff/{query}"):
            assert 400 <= ask("GET", path, who="trader").status_code < 500, path
    assert ask("GET", "/api/v1/organisations?name=%ff%F0%9F%92%A9").status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data", "x"])
def test_another_media_type_is_refused(ask, kind):
    answer = ask("POST", "/api/v1/organisations", body=organisation(), kind=kind)
    assert answer.status_code == 415


def test_a_form_without_its_boundary_is_unreadable(ask):
    path = "/api/v1/declarations/26XP000000000000A1/documents"
    for kind in ("multipart/form-data", "multipart/form-data; boundary=é"):
        answer = ask("POST", path, who="trader", body=b"x", kind=kind)
        assert answer.status_code == 400, kind
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("day", [0, 1772409600, "0", "1772409600", "2026-03-02T08:00:00Z", True])
def test_a_number_is_no_day(ask, day):
    body = json.dumps({"agent": "XP2000000001", "valid_from": day}).encode()
    answer = ask("POST", "/api/v1/mandates", who="trader", body=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/body/valid_from"


@pytest.mark.parametrize("told", ["0", "1772409600", "2026-03-02", "2026-03-02T08:00:00"])
def test_a_number_is_no_instant(ask, told):
    answer = ask("GET", f"/api/v1/declarations?received_from={told}", who="trader")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].endswith("/received_from")


@pytest.mark.parametrize(
    "told", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2200-01-01T00:00:00Z"]
)
def test_an_instant_that_no_calendar_in_utc_has_is_refused(ask, told):
    body = json.dumps(PARCEL | {"departure_at": told}).encode()
    answer = ask("POST", "/api/v1/pre-loading", who="carrier", body=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/body/departure_at"
    query = told.replace("+", "%2B")
    answer = ask("GET", f"/api/v1/declarations?received_from={query}", who="trader")
    assert answer.status_code == 422


@pytest.mark.parametrize("told", ["9999-12-31", "0001-01-01"])
def test_a_day_at_an_end_of_the_calendar_harms_nothing(ask, told):
    for name in ("valid_from", "valid_to"):
        body = json.dumps({"agent": "XP2000000001", name: told}).encode()
        assert ask("POST", "/api/v1/mandates", who="trader", body=body).status_code < 500
    assert ask("GET", "/api/v1/mandates", who="trader").status_code == 200
    assert ask("GET", "/api/v1/mandates", who="broker").status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/mandates/1/answer", {"grant": "yes"}),
        ("/api/v1/mandates/1/answer", {"grant": 1}),
        ("/api/v1/api-keys", {"organisation": "3", "name": "x", "roles": ["trader"]}),
        ("/api/v1/api-keys", {"organisation": True, "name": "x", "roles": ["trader"]}),
        ("/api/v1/webhooks/1/replay", {"delivery": 1.0}),
    ],
)
def test_numbers_and_truth_values_are_taken_as_json_writes_them(ask, path, body):
    answer = ask("POST", path, who="trader", body=json.dumps(body).encode())
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [f"/body/{next(iter(body))}"]


def test_a_body_that_is_missing_is_told_so(ask):
    assert ask("POST", "/api/v1/organisations", body=b"").status_code == 422


def test_methods_that_are_not_there_are_told(ask):
    answer = ask("PATCH", "/api/v1/organisations")
    assert answer.status_code == 405
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}


def test_keys_that_are_none_are_not_looked_up(ask):
    client = Client(raise_request_exception=False, headers={"host": "localhost"})
    for told in ("Bearer", "Bearer ", "Basic eDp5", "Bearer \xff", "Bearer cw_trader_" + "é" * 43,
                 "Bearer " + "x" * 8000, demo_secret("trader")):  # fmt: skip
        answer = client.get("/api/v1/me", headers={"Authorization": told})
        assert answer.status_code == 401, told
        assert answer["WWW-Authenticate"] == 'Bearer realm="clearway"'


def test_a_session_needs_the_token_of_its_page_for_writes(ask):
    from clearway.accounts.models import User

    client = Client(
        raise_request_exception=False, enforce_csrf_checks=True, headers={"host": "localhost"}
    )
    client.force_login(
        User.objects.get(email="registrar@demo.example"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    assert client.get("/api/v1/me").status_code == 200
    answer = client.post("/api/v1/organisations", ORGANISATION, content_type="application/json")
    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/forged"
