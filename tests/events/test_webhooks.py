"""Webhooks: queued with the news, signed, tried again, given up, sent again."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from clearway.audit import sequencer
from clearway.audit.actor import Actor, Role
from clearway.events import courier, webhooks
from clearway.events.dispatch import Dispatcher
from clearway.events.models import Delivery, Event, Webhook
from clearway.events.service import act
from clearway.vocabulary.clock import SystemClock
from clearway.vocabulary.errors import DataRefused, StateForbids

TRADER = Actor(name="key:7", organisation=3, roles=frozenset({Role.TRADER}))


@pytest.fixture(autouse=True)
def demo(settings):
    settings.DEMO = True


def happen(*kinds, concerns=(3,)):
    with act(TRADER) as doing:
        for kind in kinds:
            doing.announce(kind, "declaration:1", {"kind": kind}, concerns=concerns)


def queue():
    while sequencer.place():
        pass
    subscription = webhooks.subscription()
    dispatcher = Dispatcher([subscription])
    while dispatcher.step(subscription):
        pass


def deliver():
    queue()
    while courier.step():
        pass


def later(**span):
    """Let that much time pass for all that waits."""
    for row in Delivery.objects.filter(state="waiting"):
        Delivery.objects.filter(pk=row.pk).update(due_at=row.due_at - timedelta(**span))


def test_an_event_reaches_those_it_concerns_signed(both_databases, receiver):
    _, secret = webhooks.make(TRADER, receiver.url, ["declaration."])
    happen("declaration.accepted", "cargo.reported")
    happen("declaration.laned", concerns=(4,))
    deliver()
    ((_, headers, body),) = receiver.came
    told = Verifier(secret).verify(body, headers)
    assert told["type"] == "declaration.accepted"
    assert told["data"]["body"] == {"kind": "declaration.accepted"}
    assert told["data"]["actor"] is None
    row = Delivery.objects.get()
    assert (row.state, row.status, row.attempts) == ("delivered", 204, 1)
    assert headers["webhook-id"] == f"event_{row.event_id}"
    assert secret.encode() not in bytes(Webhook.objects.get().secret)
    assert Event.objects.filter(kind="webhook.made").exists()


def test_what_fails_is_tried_again_with_growing_pauses_and_then_fails(both_databases, receiver):
    receiver.answer = lambda handler: handler.send_error(500)
    webhooks.make(TRADER, receiver.url, [])
    Delivery.objects.all().delete()
    happen("declaration.accepted")
    queue()
    Delivery.objects.exclude(event__kind="declaration.accepted").delete()
    pauses = []
    for _ in courier.PAUSES:
        before = SystemClock().now()
        assert courier.step() == 1
        row = Delivery.objects.get()
        assert row.state == "waiting"
        pauses.append((row.due_at - before).total_seconds())
        assert courier.step() == 0
        Delivery.objects.update(due_at=before)
    for pause, least in zip(pauses, courier.PAUSES, strict=True):
        assert least <= pause < least * 1.2 + 5
    assert courier.step() == 1
    row = Delivery.objects.get()
    assert (row.state, row.status, row.error, row.attempts) == ("failed", 500, "refused", 10)
    ids = {headers["webhook-id"] for _, headers, _ in receiver.came}
    assert len(ids) == 1
    assert len(receiver.came) == 10


def test_days_of_failure_disable_and_a_success_forgives(both_databases, receiver):
    hook, _ = webhooks.make(TRADER, receiver.url, ["declaration."])
    happen("declaration.accepted")
    receiver.answer = lambda handler: handler.send_error(500)
    deliver()
    hook.refresh_from_db()
    assert hook.failing_since is not None
    receiver.answer = lambda handler: (handler.send_response(200), handler.end_headers())
    later(days=1)
    deliver()
    hook.refresh_from_db()
    assert (hook.failing_since, hook.state) == (None, "active")
    receiver.answer = lambda handler: handler.send_error(500)
    happen("declaration.laned")
    deliver()
    Webhook.objects.update(failing_since=SystemClock().now() - courier.DISABLE_AFTER)
    later(days=1)
    deliver()
    hook.refresh_from_db()
    assert hook.state == "disabled"
    assert Event.objects.get(kind="webhook.disabled").concerns == ",3,"
    happen("declaration.released")
    deliver()
    assert Delivery.objects.count() == 2
    webhooks.change(TRADER, hook, {"state": "active"})
    hook.refresh_from_db()
    assert hook.failing_since is None


def test_gone_disables_at_once(both_databases, receiver):
    receiver.answer = lambda handler: handler.send_error(410)
    hook, _ = webhooks.make(TRADER, receiver.url, [])
    happen("declaration.accepted")
    deliver()
    hook.refresh_from_db()
    assert hook.state == "disabled"


def test_a_crash_between_sending_and_recording_sends_again(both_databases, receiver, monkeypatch):
    webhooks.make(TRADER, receiver.url, ["declaration."])
    happen("declaration.accepted")
    queue()
    with monkeypatch.context() as crash:

        def die(*_):
            raise KeyboardInterrupt

        crash.setattr(courier, "_record", die)
        with pytest.raises(KeyboardInterrupt):
            courier.step()
    assert courier.step() == 0
    later(minutes=2)
    assert courier.step() == 1
    assert Delivery.objects.get().state == "delivered"
    assert len({headers["webhook-id"] for _, headers, _ in receiver.came}) == 1


def test_a_slow_receiver_holds_back_only_its_own(both_databases, receiver):
    for number in range(2):
        webhooks.make(Actor(name="key:8", organisation=10 + number), receiver.url, ["a."])
    for _ in range(30):
        happen("a.one", concerns=(10,))
    happen("a.one", concerns=(11,))
    queue()
    assert courier.step() == 11
    assert Delivery.objects.filter(webhook__organisation=11, state="delivered").count() == 1


def test_replay_of_one_and_of_a_span(both_databases, receiver):
    hook, _ = webhooks.make(TRADER, receiver.url, ["declaration."])
    before = SystemClock().now()
    for _ in range(3):
        happen("declaration.accepted")
    deliver()
    until = SystemClock().now()
    one = Delivery.objects.first()
    span = {"delivery": None, "since": before, "until": until}
    assert webhooks.replay(TRADER, hook, delivery=one.pk, since=None, until=None) == 1
    assert webhooks.replay(TRADER, hook, **span) == 3
    deliver()
    assert len(receiver.came) == 7
    assert Delivery.objects.filter(replay=True, state="delivered").count() == 4
    assert webhooks.replay(TRADER, hook, delivery=10**9, since=None, until=None) == 0
    webhooks.change(TRADER, hook, {"state": "disabled"})
    with pytest.raises(StateForbids):
        webhooks.replay(TRADER, hook, **span)


def test_a_removed_webhook_gets_nothing_and_has_no_secret(both_databases, receiver):
    hook, _ = webhooks.make(TRADER, receiver.url, ["declaration."])
    happen("declaration.accepted")
    queue()
    webhooks.remove(TRADER, hook)
    deliver()
    assert receiver.came == []
    assert bytes(Webhook.objects.get().secret) == b""


def test_after_a_rotation_both_secrets_sign_for_a_day(both_databases, receiver):
    hook, first = webhooks.make(TRADER, receiver.url, ["declaration."])

    def signed_by():
        happen("declaration.accepted")
        deliver()
        _, headers, body = receiver.came[-1]
        assert headers["webhook-signature"].count("v1,") == len(
            headers["webhook-signature"].split()
        )
        found = []
        for secret in secrets:
            with contextlib.suppress(WebhookVerificationError):
                Verifier(secret).verify(body, headers)
                found.append(secret)
        return found

    secrets = [first]
    assert signed_by() == [first]
    secrets.append(webhooks.rotate(TRADER, hook)[1])
    assert signed_by() == secrets
    secrets.append(webhooks.rotate(TRADER, hook)[1])
    assert signed_by() == secrets[1:]
    Webhook.objects.update(former_until=SystemClock().now())
    assert signed_by() == secrets[2:]
    told = Event.objects.filter(kind="webhook.rotated")
    assert told.count() == 2
    assert not any(secret.encode() in bytes(each.body) for each in told for secret in secrets)


def test_how_many_and_whose(both_databases, settings):
    for _ in range(webhooks.MOST):
        webhooks.make(TRADER, "https://example.com/in", [])
    with pytest.raises(StateForbids):
        webhooks.make(TRADER, "https://example.com/in", [])
    with pytest.raises(StateForbids):
        webhooks.make(Actor(name="system:x"), "https://example.com/in", [])
    with pytest.raises(DataRefused):
        webhooks.make(Actor(name="key:9", organisation=9), "https://10.0.0.1/", [])
    settings.DEMO = False
    hook = Webhook.objects.first()
    with pytest.raises(DataRefused):
        webhooks.change(TRADER, hook, {"url": "http://example.com/"})
