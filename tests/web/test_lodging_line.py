"""The form and the running line, on either database: what is sent at one moment is lodged once."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from tests.intake.conftest import NOW, line, make_trader, message, patterns, reference  # noqa: F401
from tests.web.by_hand import Hand, form_of

from clearway.accounts.models import Membership, Organisation, User
from clearway.declarations.models import Declaration, Version
from clearway.intake import running
from clearway.vocabulary.clock import SimulatedClock
from clearway.web import writing
from clearway.web.lodging import fields, pages, shown
from clearway.web.models import Draft


@pytest.fixture
def hand(line, reference, settings, monkeypatch):  # noqa: F811 - fixtures
    settings.ALLOWED_HOSTS = ["*"]
    settings.CLOCK = SimulatedClock(NOW)
    monkeypatch.setattr(running, "line", lambda: line)
    for module in (fields, shown, pages, writing):
        monkeypatch.setattr(module, "reference_at", lambda _: reference)
    actor = make_trader()
    person = User.objects.create_user("trader@demo.example", "a-long-password")
    Membership.objects.create(
        user=person, organisation=Organisation.objects.get(pk=actor.organisation), role="trader",
        valid_from=date(2026, 1, 1), granted_by="user:0",
    )  # fmt: skip
    made = Hand("trader")
    made.actor = actor
    return made


def test_a_copy_that_is_sent_from_two_windows_at_once_is_lodged_once(hand, line, message):  # noqa: F811
    from clearway.intake.submission import JSON, Submission

    submission = Submission(
        actor=hand.actor, door="api", media_type=JSON, body=message(1), received_at=NOW,
        idempotency_key="k",
    )  # fmt: skip
    assert line.submit(submission).result(60).status == 201
    mrn = Declaration.objects.get().mrn
    draft = hand.client.post(f"/declarations/{mrn}/copy")["Location"].split("/")[2]
    check = f"/drafts/{draft}/check"
    given = form_of(hand.get(check).content.decode())
    given |= {
        "ucr": "6XP000000777",
        "document": "NEW-1",
        "invoice": "INV-9",
        "containers": "CSQU3054383",
    }
    assert hand.client.post(f"{check}?part=save", given).status_code == 200
    given = form_of(hand.get(check).content.decode())
    answers = []

    def send():
        client = Client(headers={"accept-language": "en"})
        client.cookies = hand.client.cookies
        answers.append(client.post(f"/drafts/{draft}/lodge", given))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {303}, answers[0].content.decode()
    assert len({answer["Location"] for answer in answers}) == 1
    assert Declaration.objects.count() == 2
    newest = Version.objects.order_by("-id")[0]
    assert (newest.door, newest.declaration.state != "rejected") == ("form", True)
    assert Draft.objects.get().lodged == newest.declaration.mrn
