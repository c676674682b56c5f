"""What open pages are told: the stream, and how it and the parts of pages are refused."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client

from clearway.accounts.models import User
from clearway.events import stream
from clearway.vocabulary.problem_details import MEDIA_TYPE

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def officer(signed):
    return signed("officer")


@pytest.fixture
def stranger():
    return Client(headers={"host": "localhost"})


def is_refused(answer, status, retry_after=""):
    assert (answer.status_code, answer["Content-Type"]) == (status, MEDIA_TYPE)
    assert answer.headers.get("Retry-After", "") == retry_after
    assert answer["HX-Reswap"] == "none"
    assert answer.json()["status"] == status


def test_one_stream_too_many_is_no_page(officer, monkeypatch):
    name = f"user:{User.objects.get(email='officer@demo.example').pk}"
    monkeypatch.setitem(stream._open, name, stream.MOST_OF_ONE)
    is_refused(officer.get("/live/stream"), 429, "30")


def test_whose_session_ended_is_not_led_to_the_sign_in(border, stranger):
    is_refused(stranger.get("/live/stream"), 401)
    is_refused(stranger.get("/declarations/?part=list", headers=PART), 401)
    assert stranger.get("/declarations/").status_code == 302


def test_while_the_record_is_away_one_is_asked_to_come_again(officer, monkeypatch):
    def away(actor):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(stream, "admit", away)
    is_refused(officer.get("/live/stream"), 503, "5")


def test_a_part_that_is_refused_replaces_nothing(officer):
    is_refused(officer.get("/log/?part=list", headers=PART), 403)


def test_the_stream_is_one(officer):
    answer = officer.get("/live/stream")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/event-stream")
    answer.close()
