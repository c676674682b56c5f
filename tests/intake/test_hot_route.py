"""The hot route, asked as an ASGI server asks it."""

import asyncio
import json

import pytest
from django.db import OperationalError
from tests.intake.conftest import NOW

from clearway.audit.actor import Actor, Role
from clearway.declarations.models import Declaration
from clearway.intake import hot_route, running
from clearway.intake.headers import language_of
from clearway.intake.submission import JSON, Submission
from clearway.vocabulary.errors import TooMuch

USUAL = {
    "authorization": "Bearer cw_x_y",
    "content-type": "application/json",
    "idempotency-key": "k1",
}


@pytest.fixture
def ask(line, trader, monkeypatch):
    monkeypatch.setattr(running, "_running", line)
    known = {"cw_x_y": trader, "cw_officer": Actor(name="key:2", roles=frozenset({Role.OFFICER}))}
    monkeypatch.setattr(hot_route, "known_actor", known.get)

    def asked(body, spend=None, leave=False, **changes):
        headers = {**USUAL, **{name.replace("_", "-"): text for name, text in changes.items()}}
        scope = {
            "type": "http", "method": "POST", "path": "/api/v1/declarations",
            "headers": [(k.encode(), v.encode()) for k, v in headers.items() if v is not None],
        }  # fmt: skip
        halves = [body[:10], body[10:]]
        sent = []

        async def receive():
            if leave:
                return {"type": "http.disconnect"}
            part = halves.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(halves)}

        async def send(message):
            sent.append(message)

        asyncio.run(hot_route.HotRoute(spend)(scope, receive, send))
        if not sent:
            return None
        told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], told, json.loads(sent[1]["body"])

    return asked


def test_a_lodgement_is_answered_when_it_is_on_record(ask, message):
    status, headers, body = ask(message(1))
    assert status == 201
    assert headers["location"] == f"/api/v1/declarations/{body['mrn']}"
    assert headers["x-request-id"]
    assert Declaration.objects.get().mrn == body["mrn"]
    status, headers, again = ask(message(1))
    assert (status, again, headers["idempotency-replayed"]) == (201, body, "true")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"idempotency_key": None}, 400),
        ({"idempotency_key": "x" * 129}, 400),
        ({"idempotency_key": "with blank"}, 400),
        ({"content_type": "text/plain"}, 415),
        ({"content_type": "application/json; charset=latin-1"}, 415),
        ({"content_type": None}, 415),
        ({"authorization": None}, 401),
        ({"authorization": "Basic eDp5"}, 401),
        ({"authorization": "Bearer nobody"}, 401),
        ({"authorization": "Bearer cw_officer"}, 403),
        ({"clearway_simulated_time": "2026-03-02T08:15:00Z"}, 422),
    ],
)
def test_what_is_refused_leaves_nothing(ask, message, changes, status):
    answer = ask(message(1), **changes)
    assert answer[0] == status
    assert answer[1]["content-type"] == "application/problem+json"
    assert answer[2]["status"] == status
    assert not Declaration.objects.exists()


def test_findings_come_in_the_language_asked_for(ask, message):
    def spoil(declaration):
        declaration["TotalPackageQuantity"]["value"] = "9999"

    told = {}
    for number, language in enumerate(("en", "fr", "zh", "vi", "ar")):
        body = message(number, change=spoil)
        status, _, problem = ask(body, accept_language=language, idempotency_key=language)
        assert status == 422
        told[language] = problem["findings"][0]["message"]
    assert len(set(told.values())) == 5


def test_who_has_used_up_his_rate_is_turned_away(ask, message):
    def spend(_name):
        raise TooMuch("Too fast.", retry_after=3)

    status, headers, _ = ask(message(1), spend=spend)
    assert (status, headers["retry-after"]) == (429, "3")


def test_where_the_queue_is_full_nobody_reads_the_message(ask, line, message):
    line._queue.capacity = 0
    status, headers, _ = ask(message(1), leave=True)  # who reads it would see that he has left
    assert status == 429
    assert int(headers["retry-after"]) > 0
    assert line.counters.turned_away == 1


def test_many_answers_of_one_batch_reach_their_waiters(line, trader, message):
    async def lodge_all():
        coming = hot_route._Coming(asyncio.get_running_loop())
        waiting = [coming.of(line.submit(submission(n))) for n in range(40)]
        waiting[3].cancel()
        answers = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 60)
        return [getattr(answer, "status", type(answer)) for answer in answers]

    def submission(n):
        return Submission(
            actor=trader, door="api", media_type=JSON, body=message(n), received_at=NOW,
            idempotency_key=f"k{n}",
        )  # fmt: skip

    statuses = asyncio.run(lodge_all())
    assert statuses.pop(3) is asyncio.CancelledError
    assert set(statuses) == {201}
    assert Declaration.objects.count() == 40


def test_who_leaves_before_the_end_of_his_message_lodges_nothing(ask, message):
    assert ask(message(1), leave=True) is None
    assert ask(message(2))[0] == 201


def test_the_language_wanted_most_is_taken():
    assert language_of("de;q=0.5, fr-FR;q=0.9, *;q=0.1") == "fr-FR"
    assert language_of("") == language_of("*") == ""
    assert language_of("vi;q=x, zh") == "zh"


def test_a_database_that_is_gone_is_no_defect(ask, message, monkeypatch):
    def lost(_secret):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(hot_route, "known_actor", lambda _secret: None)
    monkeypatch.setattr(hot_route, "actor_of_key", lost)
    status, headers, problem = ask(message(1))
    assert (status, problem["type"]) == (503, "/problems/storage-fails")
    assert int(headers["retry-after"]) > 0
