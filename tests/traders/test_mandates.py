from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import connection
from django.test import Client

from clearway.accounts.ready import demo_secret
from clearway.audit.models import Leaf
from clearway.events.models import Event
from clearway.traders import service
from clearway.traders.authorisations import aeo_among, authorised_many
from clearway.traders.mandates import mandated_many
from clearway.traders.models import Authorisation, Mandate
from clearway.traders.seeding import seed_demo
from clearway.vocabulary.dates import day_from_iso
from clearway.vocabulary.errors import DataRefused, StateForbids

TRADER, BROKER, STRANGER = "XP1000000001", "XP2000000001", "XP2000000002"
MARCH_2, MARCH_3, MARCH_4 = (day_from_iso(f"2026-03-0{day}") for day in (2, 3, 4))
ABSENT = 2**62


@pytest.fixture
def actors(simulated_clock, db, kept):
    made = kept(seed_demo)
    Mandate.objects.all().delete()
    Authorisation.objects.all().delete()
    return made


def _calls(name):
    client = Client(headers={"Authorization": f"Bearer {demo_secret(name)}"})

    def call(method, path, body=None):
        return getattr(client, method)(f"/api/v1{path}", data=body, content_type="application/json")

    return call


def _may(*asked):
    with connection.cursor() as cursor:
        return mandated_many(cursor, list(asked))


def test_seeding_twice_changes_nothing(db):
    assert seed_demo() == seed_demo()
    assert Mandate.objects.count() == 4
    assert Authorisation.objects.filter(type="AEOC").count() == 1


def test_a_mandate_ends_before_its_last_day_exclusive(actors):
    """Card C10: it ends on 03-03 (exclusive of 03-04), lodging on 03-04 is refused."""
    service.ask(
        actors["trader"],
        principal=TRADER,
        agent=BROKER,
        direction="IM",
        procedures=["40"],
        valid_from=date(2026, 3, 2),
        valid_to=date(2026, 3, 4),
    )
    days = (MARCH_2 - 1, MARCH_2, MARCH_3, MARCH_4)
    assert _may(*((BROKER, TRADER, "IM", "40", day) for day in days)) == [False, True, True, False]
    assert _may(
        (BROKER, TRADER, "EX", "40", MARCH_3),
        (BROKER, TRADER, "IM", "42", MARCH_3),
        (TRADER, BROKER, "IM", "40", MARCH_3),
        (STRANGER, TRADER, "IM", "40", MARCH_3),
        (STRANGER, STRANGER, "IM", "40", MARCH_3),
        ("", "", "IM", "40", MARCH_3),
    ) == [False, False, False, False, True, False]


@pytest.mark.parametrize("strange", ["%", "_0", "4%", " ", "40\0", "', '"])
def test_a_declared_procedure_is_data_not_a_pattern(actors, strange):
    service.ask(
        actors["trader"],
        principal=TRADER,
        agent=BROKER,
        procedures=["40"],
        valid_from=date(2026, 1, 1),
    )
    assert _may((BROKER, TRADER, "IM", strange, MARCH_3)) == [False]
    assert _may((BROKER, TRADER, "IM", "40", MARCH_3), ("\0", TRADER, "IM", "40", MARCH_3)) == [
        True,
        False,
    ]


def test_an_agent_asks_and_the_principal_grants(actors):
    asked = _calls("broker")("post", "/mandates/requests", {"principal": TRADER, "procedures": []})
    assert asked.status_code == 201
    assert asked.json()["state"] == "asked"
    number = asked.json()["id"]
    assert _may((BROKER, TRADER, "IM", "40", MARCH_2)) == [False]
    path = f"/mandates/{number}/answer"
    assert _calls("broker")("post", path, {"grant": True}).status_code == 404
    assert _calls("trader2")("post", path, {"grant": True}).status_code == 404
    assert _calls("registrar")("post", path, {"grant": True}).status_code == 403
    granted = _calls("trader")("post", path, {"grant": True})
    assert granted.json()["state"] == "granted"
    assert _may((BROKER, TRADER, "IM", "40", MARCH_2)) == [True]
    assert _calls("trader")("post", path, {"grant": False}).status_code == 409
    told = Event.objects.get(subject=f"mandate:{number}", kind="mandate.granted")
    assert told.concerns == f",{actors['trader'].organisation},{actors['broker'].organisation},"
    assert json.loads(bytes(told.body))["principal"] == TRADER


@pytest.mark.parametrize(
    ("who", "status"), [("trader", 200), ("broker", 200), ("registrar", 200), ("broker2", 404)]
)
def test_either_side_or_a_registrar_ends_a_mandate(actors, who, status):
    given = _calls("trader")("post", "/mandates", {"agent": BROKER})
    path = f"/mandates/{given.json()['id']}/revocation"
    assert _calls(who)("post", path, {"reason": "parted"}).status_code == status
    assert _may((BROKER, TRADER, "IM", "40", MARCH_2)) == [status != 200]
    assert _calls(who)("post", path, {"reason": " "}).status_code == 422


def test_anothers_mandate_answers_like_an_absent_one(actors):
    number = _calls("trader")("post", "/mandates", {"agent": BROKER}).json()["id"]
    other, absent = (_calls("trader2")("get", f"/mandates/{each}") for each in (number, ABSENT))
    assert other.status_code == absent.status_code == 404
    assert other.json()["detail"] == absent.json()["detail"]
    assert _calls("trader2")("get", "/mandates").json()["items"] == []
    assert _calls("officer")("get", f"/mandates/{number}").status_code == 200
    assert Leaf.objects.filter(kind="read", subject=f"mandate:{number}").count() == 1
    assert _calls("carrier")("post", "/mandates", {"agent": BROKER}).status_code == 201
    assert _calls("operator")("get", "/mandates").status_code == 403


@pytest.mark.parametrize(
    ("second", "refused"),
    [
        ({}, True),
        ({"direction": "EX"}, False),
        ({"procedures": ["51"]}, False),
        ({"procedures": ["51", "40"]}, True),
        ({"valid_from": "2026-06-01"}, False),
        ({"valid_from": "2026-05-31"}, True),
        ({"valid_from": "2026-01-01", "valid_to": "2026-03-02"}, False),
        ({"valid_from": "2026-01-01", "valid_to": "2026-03-03"}, True),
    ],
)
def test_mandates_of_two_parties_never_overlap(actors, second, refused):
    first = {
        "agent": BROKER,
        "direction": "IM",
        "procedures": ["40", "42"],
        "valid_from": "2026-03-02",
        "valid_to": "2026-06-01",
    }
    trader = _calls("trader")
    assert trader("post", "/mandates", first).status_code == 201
    answer = trader("post", "/mandates", {**first, "valid_to": None, **second})
    assert answer.status_code == (409 if refused else 201)


@pytest.mark.parametrize(
    "body",
    [
        {"agent": TRADER},
        {"agent": "XP9999999999"},
        {"agent": BROKER, "procedures": ["4"]},
        {"agent": BROKER, "procedures": ["４０"]},
        {"agent": BROKER, "direction": "CO"},
        {"agent": BROKER, "valid_from": "2026-03-02", "valid_to": "2026-03-02"},
        {"agent": BROKER, "valid_from": "2026-02-30"},
        {"agent": BROKER, "principal": "XP1000000002"},
        {"agent": BROKER * 2},
    ],
)
def test_wrong_mandates_are_refused_whole(actors, body):
    assert _calls("trader")("post", "/mandates", body).status_code == 422
    assert not Mandate.objects.exists()


def test_a_suspended_principal_or_agent_has_no_mandate(actors):
    from clearway.accounts import service as accounts

    _calls("trader")("post", "/mandates", {"agent": BROKER})
    accounts.set_state(actors["registrar"], actors["broker"].organisation, "suspended", "x")
    assert _may((BROKER, TRADER, "IM", "40", MARCH_2)) == [False]
    accounts.set_state(actors["registrar"], actors["broker"].organisation, "active", "x")
    assert _may((BROKER, TRADER, "IM", "40", MARCH_2)) == [True]
    accounts.set_state(actors["registrar"], actors["trader"].organisation, "closed", "x")
    assert _may((BROKER, TRADER, "IM", "40", MARCH_2)) == [False]


def test_an_ended_period_is_marked_and_told(actors):
    service.ask(
        actors["trader"],
        principal=TRADER,
        agent=BROKER,
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 3, 4),
    )
    assert service.expire(actors["registrar"], date(2026, 3, 3)) == 0
    assert service.expire(actors["registrar"], date(2026, 3, 4)) == 1
    assert Mandate.objects.get().state == "expired"
    assert Event.objects.filter(kind="mandate.expired").count() == 1


def test_an_authorisation_counts_from_its_state_of_now(actors):
    """Card C15: suspended at ten, the next decision already has no AEO factor."""
    registrar = _calls("registrar")
    body = {"holder": TRADER, "type": "AEOC", "reference": "XPAEOC1", "valid_from": "2026-01-01"}
    made = registrar("post", "/authorisations", body)
    assert made.status_code == 201
    assert registrar("post", "/authorisations", body).status_code == 409
    with connection.cursor() as cursor:
        assert aeo_among(cursor, {TRADER, BROKER}, MARCH_2) == {TRADER}
        assert authorised_many(
            cursor,
            [
                (TRADER, "AEOC", "XPAEOC1", MARCH_2),
                (TRADER, "AEOC", "other", MARCH_2),
                (TRADER, "SDE", "", MARCH_2),
                (TRADER, "AEOC", "", day_from_iso("2025-12-31")),
                (TRADER, "AEOC", "\0", MARCH_2),
                (TRADER, "%", "", MARCH_2),
            ],
        ) == [True, False, False, False, False, False]
    path = f"/authorisations/{made.json()['id']}/state"
    step = {"state": "suspended", "reason": "inquiry"}
    assert _calls("trader")("post", path, step).status_code == 403
    assert registrar("post", path, step).status_code == 200
    with connection.cursor() as cursor:
        assert aeo_among(cursor, {TRADER}, MARCH_2) == set()
    assert registrar("post", path, {"state": "granted", "reason": "cleared"}).status_code == 200
    with connection.cursor() as cursor:
        assert aeo_among(cursor, {TRADER}, MARCH_2) == {TRADER}
    assert registrar("post", path, {"state": "revoked", "reason": "fraud"}).status_code == 200
    assert registrar("post", path, {"state": "granted", "reason": "no"}).status_code == 409
    assert _calls("trader2")("get", "/authorisations").json()["items"] == []
    assert len(_calls("trader")("get", "/authorisations").json()["items"]) == 1


def test_no_official_authorises_his_own_and_no_unknown_holder(actors):
    with pytest.raises(DataRefused):
        service.authorise(
            actors["registrar"],
            holder="XP0",
            type_code="SDE",
            reference="X",
            valid_from=date(2026, 1, 1),
        )
    with pytest.raises(StateForbids):
        service.authorise(
            actors["trader"],
            holder=TRADER,
            type_code="SDE",
            reference="X",
            valid_from=date(2026, 1, 1),
        )


def test_a_batch_is_judged_alike_on_both_databases(both_databases):
    seed_demo()
    asked = [
        (BROKER, TRADER, "IM", "40", MARCH_2),
        (BROKER, "XP1000000003", "EX", "10", MARCH_2),
        (BROKER, "XP1000000002", "IM", "40", MARCH_2),
        (TRADER, TRADER, "IM", "40", MARCH_2),
        (BROKER, TRADER, "IM", "", MARCH_2),
    ] * 40
    assert _may(*asked) == [True, False, True, True, True] * 40


def test_a_type_that_the_pack_does_not_list_is_not_granted(actors, monkeypatch):
    from types import SimpleNamespace

    listed = SimpleNamespace(entries={"SDE": None})
    law = SimpleNamespace(code_lists={"authorisation": listed})
    monkeypatch.setattr(service.in_force, "snapshot_rules", lambda _: True)
    monkeypatch.setattr(service.in_force, "reference_at", lambda _: law)
    wanted = {"holder": TRADER, "reference": "A1", "valid_from": date(2026, 1, 1)}
    with pytest.raises(DataRefused) as refused:
        service.authorise(actors["registrar"], type_code="ZZZ", **wanted)
    assert [pointer for pointer, _ in refused.value.faults] == ["/type"]
    assert service.authorise(actors["registrar"], type_code="SDE", **wanted).type == "SDE"
