"""What every request meets, whatever it asks: its number, its bounds, its form, its instant."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pytest
from django.test import Client

from clearway.api.body_limits import MEBIBYTE, USUAL_LIMIT, bounded, limit_of
from clearway.audit import clock
from clearway.vocabulary.clock import SimulatedClock


@pytest.fixture
def ask():
    return Client(raise_request_exception=False, headers={"host": "localhost"})


def is_problem(answer, status):
    told = json.loads(answer.content)
    return (
        answer.status_code == told["status"] == status
        and answer["Content-Type"] == "application/problem+json"
        and told["instance"] == f"urn:clearway:request:{answer['X-Request-Id']}"
    )


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/", "/api/v2/me", "/api/v1/a%00b", "/api/v1/%ed%a0%80/%ff"]
)
def test_an_unknown_address_is_a_problem(ask, path):
    answer = ask.get(path)
    assert is_problem(answer, 404)
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_outside_the_api_a_page_is_shown(ask):
    answer = ask.get("/nothing")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_requests_have_different_numbers(ask):
    numbers = {
        ask.get("/api/v1/nothing", headers={"X-Request-Id": "x"})["X-Request-Id"] for _ in "ab"
    }
    assert len(numbers) == 2
    assert "x" not in numbers


@pytest.mark.parametrize("length", ["1048577", "9" * 18, "9" * 400, "-1", "1e3", "x", "\u0661"])
def test_a_message_beyond_its_bounds_is_not_read(ask, length):
    answer = ask.generic("POST", "/api/v1/me", b"", CONTENT_LENGTH=length)
    assert is_problem(answer, 413)


def test_an_unknown_host_is_told_nothing(ask):
    answer = ask.get("/api/v1/nothing", headers={"host": "elsewhere.example"})
    assert is_problem(answer, 400)


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/api/v1/me", USUAL_LIMIT),
        ("/api/v1/declarations", 32 * MEBIBYTE),
        ("/api/v1/declarations/26XP1/amendments", 32 * MEBIBYTE),
        ("/api/v1/declarations/26XP1/documents", 24 * MEBIBYTE),
        ("/api/v1/bulk", 2048 * MEBIBYTE),
        ("/api/v1/bulk/7", USUAL_LIMIT),
        ("/api/v1/packs", 64 * MEBIBYTE),
        ("/api/v1/packs/7/approval", USUAL_LIMIT),
        ("/api/v1/watchlists/ofac/versions", 65 * MEBIBYTE),
        ("/watchlists/ofac/versions/new", 65 * MEBIBYTE),
        ("/watchlists/ofac/entries/new", USUAL_LIMIT),
        ("/accounts/login/", USUAL_LIMIT),
    ],
)
def test_each_door_has_its_limit(path, limit):
    assert limit_of(path) == limit


async def _takes_all(scope, receive, send):
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def _sent_in_pieces(path, pieces, headers=()):
    sent = []
    waiting = [{"type": "http.request", "body": b"x" * size, "more_body": True} for size in pieces]
    waiting.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive():
        return waiting.pop(0)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": path, "headers": headers}
    asyncio.run(bounded(_takes_all)(scope, receive, send))
    return sent[0]["status"], waiting


def test_a_body_of_untold_length_is_counted_while_it_comes():
    status, waiting = _sent_in_pieces("/api/v1/me", [USUAL_LIMIT // 2] * 40)
    assert status == 413
    assert len(waiting) > 30, "the rest was not even taken"
    assert _sent_in_pieces("/api/v1/me", [USUAL_LIMIT // 2] * 2)[0] == 200


def test_a_told_length_beyond_the_limit_is_refused_before_a_byte_came():
    for told, status in ((USUAL_LIMIT + 1, 413), (10**30, 413), (USUAL_LIMIT, 200), ("x", 200)):
        length = [(b"content-length", str(told).encode())]
        came, waiting = _sent_in_pieces("/api/v1/me", [10], length)
        assert came == status, told
        assert len(waiting) == (2 if status == 413 else 0)


NOON = "2026-03-02T12:00:00+01:00"


def test_simulated_time_is_for_demonstrations(ask, settings):
    settings.CLOCK = SimulatedClock(datetime(2026, 3, 2, tzinfo=UTC))
    settings.DEMO = False
    assert is_problem(ask.get("/api/v1/x", headers={"Clearway-Simulated-Time": NOON}), 422)
    settings.DEMO = True
    assert is_problem(ask.get("/api/v1/x", headers={"Clearway-Simulated-Time": NOON}), 404)
    assert clock.now() == datetime(2026, 3, 2, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "told", ["", "noon", "2026-03-02", "2026-03-02T12:00:00", "1999-12-31T00:00:00Z", "2026-13-01"]
)
def test_a_time_that_is_none_is_refused(ask, settings, told):
    settings.CLOCK = SimulatedClock(datetime(2026, 3, 2, tzinfo=UTC))
    settings.DEMO = True
    assert is_problem(ask.get("/api/v1/x", headers={"Clearway-Simulated-Time": told}), 422)
