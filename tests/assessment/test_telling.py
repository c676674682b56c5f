"""What is told of an assessment: all of it to customs, what he may know to the trader."""

import json
from datetime import UTC, datetime

import pytest
from django.test import RequestFactory

from clearway.accounts.models import Organisation
from clearway.assessment import api, queries
from clearway.assessment.models import Assessment, Hit
from clearway.audit.actor import Actor, Role
from clearway.audit.models import Leaf
from clearway.declarations.models import Declaration
from clearway.intake.line import Line
from clearway.intake.submission import JSON, Submission
from clearway.vocabulary.errors import NotPermitted, NotThere

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def reference():
    from clearway import packs

    return packs.load(packs.demo_pack())


@pytest.fixture(scope="session")
def messages():
    from clearway.proving.synthetic_messages import Messages

    return Messages(1, "told")[:]


@pytest.fixture
def trader(transactional_db):
    made = Organisation.objects.create(
        identifier="XP1000000001", name="Meridiana", kind="trader", country="XP", state="active",
        registered_at=NOW,
    )  # fmt: skip
    return Actor(
        name="key:1", organisation=made.pk, identifier="XP1000000001",
        roles=frozenset({Role.TRADER}),
    )  # fmt: skip


@pytest.fixture
def lodged(trader, reference, messages, monkeypatch):
    monkeypatch.setattr(queries, "reference_at", lambda _at: reference)
    line = Line(lambda _at: reference)
    line.start()
    answer = line.submit(
        Submission(actor=trader, door="api", media_type=JSON, body=messages[0], received_at=NOW,
                   idempotency_key="k")
    ).result(60)  # fmt: skip
    line.stop()
    assert answer.status == 201
    return json.loads(answer.body)


def asked(actor, mrn, language="en"):
    request = RequestFactory().get("/", headers={"Accept-Language": language})
    request.actor = actor
    return api.get_assessment(request, mrn)


def test_a_trader_reads_what_he_was_answered_and_nothing_of_the_risk(trader, lodged):
    told = asked(trader, lodged["mrn"])
    for name in ("lane", "reasons", "currency", "payable"):
        assert told[name] == lodged[name]
    assert len(told["charges"]) == len(lodged["charges"])
    assert [one["message"] for one in told["findings"]] == [
        one["message"] for one in lodged["findings"]
    ]
    assert told["officer"] is None
    api.AssessmentTold.model_validate(told)


def test_an_officer_reads_every_channel_and_the_read_is_logged(lodged):
    officer = Actor(name="user:2", organisation=99, roles=frozenset({Role.OFFICER}))
    before = Leaf.objects.filter(kind="read").count()
    told = asked(officer, lodged["mrn"])
    stored = Assessment.objects.get()
    assert told["officer"]["draw"] == stored.draw
    assert told["officer"]["reference_hash"] == stored.reference_hash
    rows = Hit.objects.values_list("profile", "items")
    stored_hits = {(profile, int(item)) for profile, items in rows for item in items.split(",")}
    assert {(hit["profile"], hit["item"]) for hit in told["officer"]["hits"]} == stored_hits
    assert len(told["officer"]["hits"]) == len(stored_hits) > 0
    assert {one["channel"] for one in told["officer"]["channels"]} >= {"random"}
    assert Leaf.objects.filter(kind="read").count() == before + 1
    api.AssessmentTold.model_validate(told)


def test_another_trader_reads_like_one_who_asks_for_nothing(lodged):
    other = Actor(
        name="key:9", organisation=77, identifier="XP7777777777", roles=frozenset({Role.TRADER})
    )
    for mrn in (lodged["mrn"], "26XP0000000000000"):
        with pytest.raises(NotThere):
            asked(other, mrn)
    with pytest.raises(NotPermitted):
        asked(Actor(name="user:3", roles=frozenset({Role.OPERATOR})), lodged["mrn"])


def test_the_stored_selection_is_the_kernels_whole(lodged):
    found = queries.newest(Declaration.objects.get().pk)
    selection = queries.selection(found)
    assert int(selection.lane) == found.lane
    assert (selection.draw, selection.score) == (found.draw, found.score)
    assert len(selection.channels) >= 5 or selection.channels == ()
