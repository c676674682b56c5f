"""Electronic seals: opened at an approved place they alarm nobody, elsewhere all. Card C14."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.gate.conftest import CONTAINER, TERMINAL

from clearway.audit import sequencer
from clearway.clearance.models import Move
from clearway.declarations.models import Declaration
from clearway.events.models import Event
from clearway.gate import rules, sealing
from clearway.gate.models import SealSignal
from clearway.inspection.models import Opening
from clearway.vocabulary.errors import StateForbids

OFFICE = "XP000110"
TOLD_AT, RECEIVED = "2026-03-04T10:02:00Z", datetime(2026, 3, 4, 10, 2, 20, tzinfo=UTC)


@pytest.fixture
def seal(terminal):
    """Return ``told(kind, **more)``: what the terminal passes on of a seal armed on 4 March."""
    border, numbers = terminal.border, iter(range(1, 99))
    mrn = terminal.boxed()
    border.clock.advance(datetime(2026, 3, 4, 9, tzinfo=UTC))

    def told(what, status=201, who="terminal", **more):
        body = {
            "event_id": f"EV-{next(numbers)}", "device": "ES4411", "kind": what,
            "unit": CONTAINER, "seal_class": "H", "at": TOLD_AT, **more,
        }  # fmt: skip
        answer = border.ask(who, "post", "/seal-events", body)
        assert answer.status == status, answer.json
        return answer.json

    told("armed", at="2026-03-04T08:30:00Z")
    border.clock.advance(RECEIVED)
    told.mrn = mrn
    return told


def look(mrn, **how):
    """Let a look at the container be under way at the office since ten."""
    told = {
        "containers": f"MSCU0000060 {CONTAINER}", "office": OFFICE, "ordered_at": RECEIVED,
        "state": "started", "started_at": datetime(2026, 3, 4, 10, tzinfo=UTC),
    }  # fmt: skip
    return Opening.objects.create(declaration=Declaration.objects.get(mrn=mrn), **{**told, **how})


def heard(border, who):
    """Return the news that reach somebody once the sequencer has placed them."""
    while sequencer.place():
        pass
    return border.ask(who, "get", "/events?limit=200").json["items"]


def alarms():
    return [json.loads(bytes(row.body)) for row in Event.objects.filter(kind="seal.alarm")]


def test_opened_elsewhere_it_alarms_within_sixty_seconds_of_receipt(terminal, seal):
    """Opened at 10:02:00, received at 10:02:20: the alarm stands by 10:03:20."""
    told = seal("opened", place="XPLOD")
    assert told["alarm"]
    row = SealSignal.objects.get(alarm=True)
    assert row.received_at == RECEIVED
    event = Event.objects.get(kind="seal.alarm")
    assert event.subject == f"unit:container-{CONTAINER}"
    for instant in (row.alarmed_at, event.system_time):
        assert timedelta(0) <= instant - row.received_at <= sealing.ALARM_WITHIN
    (body,) = alarms()
    assert (body["office"], body["place"], body["unit"]) == (OFFICE, "XPLOD", CONTAINER)
    (told,) = [one for one in heard(terminal.border, "terminal") if one["kind"] == "seal.alarm"]
    assert told["subject"] == event.subject
    assert not [one for one in heard(terminal.border, "trader") if "seal" in one["kind"]]


@pytest.mark.parametrize("kind", ["opened", "disarmed"])
def test_opened_by_the_order_where_the_look_is_under_way_it_alarms_nobody(seal, kind):
    look(seal.mrn)
    assert not seal(kind, place=OFFICE)["alarm"]
    assert alarms() == []


@pytest.mark.parametrize(
    ("how", "place"),
    [
        ({}, "XP000210"),  # another office
        ({}, ""),  # nowhere told
        ({"state": "assigned", "started_at": None}, OFFICE),  # not begun
        ({"ended_at": datetime(2026, 3, 4, 10, 1, tzinfo=UTC)}, OFFICE),  # over
        ({"state": "cancelled"}, OFFICE),
        ({"containers": "MSCU0000060"}, OFFICE),  # at another container
        ({"unit": "MSCU0000060"}, OFFICE),
    ],
)
def test_no_other_look_approves_it(seal, how, place):
    look(seal.mrn, **how)
    assert seal("opened", place=place)["alarm"]


@pytest.mark.parametrize(("state", "alarm"), [("arrived", False), ("under_way", True)])
def test_the_station_it_came_to_under_control_is_approved(terminal, seal, state, alarm):
    Move.objects.create(
        unit_kind="container", unit_number=CONTAINER, keeper=terminal.clerk.organisation,
        station=TERMINAL, state=state, authorised_by="user:0", authorised_at=RECEIVED,
        arrived_at=RECEIVED - timedelta(hours=1) if state == "arrived" else None,
    )  # fmt: skip
    assert seal("opened", place=TERMINAL)["alarm"] is alarm


def test_what_cannot_be_right_is_kept_marked_and_alarms_nobody(seal):
    def mark(kind="opened", **more):
        told = seal(kind, **more)
        assert not told["alarm"]
        return told["mark"]

    assert mark(device="ES9999") == "not_armed"
    assert mark(at="2026-03-04T08:29:59Z") == "before_arming"
    assert mark(unit="MSCU0000060") == "not_bound"
    assert mark(who="carrier") == "not_bound"
    assert seal("opened")["alarm"]
    assert mark() == "alarmed_already"
    assert len(alarms()) == 1
    seal("armed")
    assert seal("opened")["alarm"], "armed anew, it alarms anew"
    assert {row.mark for row in SealSignal.objects.exclude(mark="")} == set(sealing.MARKS)


def test_disarmed_at_an_approved_place_it_is_silent_afterwards(seal):
    look(seal.mrn)
    seal("disarmed", place=OFFICE)
    assert seal("opened", at="2026-03-04T10:02:10Z")["mark"] == "not_armed"
    assert seal("opened", at="2026-03-04T10:01:00Z")["alarm"], "it was armed at that instant"


def test_an_event_told_twice_is_one_event(seal):
    first = seal("opened", event_id="EV-A")
    assert seal("opened", event_id="EV-A") == first
    assert len(alarms()) == 1
    refused = seal("opened", 422, event_id="EV-A", place="XPLOD")
    assert [one["pointer"] for one in refused["errors"]] == ["/body/event_id"]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"unit": "CSQU3054384"}, "/body/unit"),
        ({"at": "2026-03-04T10:07:21Z"}, "/body/at"),
        ({"kind": "cut"}, "/body/kind"),
        ({"seal_class": "X"}, "/body/seal_class"),
        ({"event_id": ""}, "/body/event_id"),
        ({"device": "ES\n1"}, "/body/device"),
    ],
)
def test_bad_input_is_refused_with_its_pointer(seal, wrong, pointer):
    refused = seal("opened", 422, **wrong)
    assert [one["pointer"] for one in refused["errors"]] == [pointer]
    assert SealSignal.objects.count() == 1


def test_somebody_looks_once_and_each_sees_what_is_his(terminal, seal):
    border = terminal.border
    number = seal("opened")["id"]

    def waiting(who):
        answer = border.ask(who, "get", "/seal-events?alarms=true")
        return [row["id"] for row in answer.json["items"]] if answer.status == 200 else None

    for who, seen in (
        ("terminal", [number]), ("officer", [number]), ("auditor", [number]),
        ("officer2", []), ("carrier", []), ("trader", None),
    ):  # fmt: skip
        assert waiting(who) == seen, who
    assert border.ask("officer2", "post", f"/seal-alarms/{number}/seen").status == 404
    assert border.ask("officer", "post", f"/seal-alarms/{number}/seen").status == 200
    assert waiting("terminal") == []
    with pytest.raises(StateForbids):
        sealing.see(terminal.clerk, SealSignal.objects.get(pk=number))
    listed = border.ask("terminal", "get", f"/seal-events?unit={CONTAINER.lower()}").json["items"]
    assert [row["kind"] for row in listed] == ["opened", "armed"]
    assert rules.key_of(CONTAINER.lower()) == CONTAINER
