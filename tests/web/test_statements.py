"""No page asks the database once for each of its rows: every page is asked with few and with more.

A page that is not asked says here why; a new address that is neither asked nor excused fails.
"""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.clearance.conftest import MUCH
from tests.web.cargo.test_conveyance_pages import FORM
from tests.web.cargo.test_uploads import a_table, row
from tests.web.cargo.test_worklists import EIGHT

from clearway.accounts import actors
from clearway.accounts.actors import actor_of_user
from clearway.accounts.models import ApiKey, Membership, Organisation, User
from clearway.audit import sequencer
from clearway.audit.models import Leaf
from clearway.cargo.models import (
    CargoFinding,
    Container,
    Conveyance,
    ConveyanceVersion,
    DocumentVersion,
    Interchange,
    PreLoading,
    Tally,
    TransportDocument,
)
from clearway.clearance import deciding, service
from clearway.clearance.models import Proposal
from clearway.declarations import service as declarations
from clearway.declarations.models import Declaration
from clearway.declarations.releasing import Order
from clearway.events.models import Delivery, Event, ParkedEvent, Webhook
from clearway.intake.models import Alarm, BulkJob, BulkRow, Quarantined
from clearway.reference import in_force
from clearway.reference.models import PublishedPack
from clearway.traders.models import Authorisation, Mandate
from clearway.web.models import Draft, SavedView
from clearway.web.urls import urlpatterns

MOST = 28
"""Statements of any page, those of the session, the reader's rights and the log of his reading
among them."""
SEEN = Order(goods_controlled=True, security="GRN-1", reason="Counted twice")

ACTS = """save_view forget_view cancel_declaration decide_request lodge_draft delete_draft
    draft_items_act copy_declaration amend_declaration take_next take hand_back accept ask control
    ready_sign_in tour_go resolve_quarantined approve_pack withdraw_pack revoke_key switch_webhook
    rotate_webhook remove_webhook replay_webhook set_organisation_state grant_role revoke_role
    answer_mandate end_mandate set_authorisation_state notify_arrival cancel_document close_document
    tally_document"""
LEFT_OUT = {
    **dict.fromkeys(ACTS.split(), "changes something: it answers no GET with rows"),
    **dict.fromkeys(("border",), "counts without rows, and remembered for a second"),
    **dict.fromkeys(("desk", "document_by_number"), "leads to another page"),
    **dict.fromkeys(("live",), "a stream; it has its own tests"),
    **dict.fromkeys(
        ("help", "findings", "finding", "glossary", "components", "problems", "problem"),
        "words of ours, from no table",
    ),
    **dict.fromkeys(("sample", "cargo_sample"), "files of ours, from no table"),
    **dict.fromkeys(
        ("new_draft", "commodities", "draft", "draft_items", "draft_item", "draft_check",
         "draft_step"), "hold one draft as one row; tests/web/test_lodging.py counts them",
    ),
    **dict.fromkeys(
        ("attach", "make_key", "make_webhook", "sandbox", "register", "new_mandate",
         "grant_authorisation", "report_conveyance", "propose_pack", "lodge_pre_loading", "tour"),
        "a form without rows",
    ),
    **dict.fromkeys(
        ("attached", "file_errors", "file_to_mend", "file_accepted", "cargo_given_back"),
        "one file, streamed as it was kept",
    ),
}  # fmt: skip


@pytest.fixture
def record(border, people, waiting, signed):
    """A small record that grows by one of everything at each call of ``more``."""
    vars(border.line).update(
        counters=border.line.assembly.counters, running=True, depth=0, capacity=50
    )
    made = SimpleNamespace(count=0)
    users = {name: User.objects.get(email=f"{name}@demo.example")
             for name in ("trader", "carrier", "officer", "supervisor")}  # fmt: skip
    trader, carrier = (border.actors[who].organisation for who in ("trader", "carrier"))
    officer = actor_of_user(users["officer"])
    customs, day = officer.organisation, border.clock.now().date()

    def declared(number, now):
        service.take(people.ann, waiting())
        service.take(officer, waiting())
        waiting("under_control")
        deciding.accept(people.ann, waiting("under_control", MUCH), SEEN)
        declarations.cancel(people.trader, waiting(), "Sold to another")
        border.lodge(packages=0)
        made.mrn = border.lodged(items=number, document="", lrn=f"ITEMS-{number}")
        sequencer.place()

    def registered(number, now):
        firm = Organisation.objects.create(
            name=f"Firm {number}", name_key=f"firm {number}", kind="trader", country="XP",
            identifier=f"XP900000000{number}", state="active", registered_at=now,
        )  # fmt: skip
        person = User.objects.create(email=f"person{number}@firm.example")
        for organisation, role in ((trader, "trader"), (customs, "officer")):
            Membership.objects.create(
                user=person, organisation_id=organisation, role=role, valid_from=day,
                granted_by="user:0",
            )  # fmt: skip
        mandate = {"principal_id": trader, "agent": firm, "valid_from": day, "changed_at": now}
        Mandate.objects.create(asked_by="user:0", **mandate)
        Authorisation.objects.create(
            holder_id=trader, type="AEOC", reference=f"AEO-{number}", valid_from=day,
            granted_by="user:0", changed_at=now,
        )  # fmt: skip

    def connected(number, now):
        ApiKey.objects.create(
            organisation_id=trader, maker=users["trader"], name=f"k{number}", roles="trader",
            prefix=f"p{number}", digest=bytes([number]) * 32, made_at=now,
        )  # fmt: skip
        Webhook.objects.create(
            organisation=trader, url="https://hooks.example.com/in", secret=b"s", made_at=now,
            made_by="user:0",
        )  # fmt: skip
        first = Webhook.objects.order_by("id").first()
        event = Event.objects.order_by("-id")[number - 1]
        Delivery.objects.create(webhook=first, event=event, due_at=now, made_at=now)
        BulkJob.objects.create(
            organisation=trader, actor="user:0", door="screen", name=f"{number}.csv", form="csv",
            size=9, sha256=f"{number:064d}", state="finished", received_at=now, rejected=1, done=1,
        )  # fmt: skip
        first_job = BulkJob.objects.order_by("id").first()
        BulkRow.objects.create(
            job=first_job, row=number, code="CLW3103", severity="error", parameters=b"{}"
        )
        Draft.objects.create(
            organisation_id=trader, made_by="user:0", made_at=now, saved_at=now, answers=b"{}"
        )
        SavedView.objects.create(
            user=users["officer"], page="declarations", name=f"v{number}", query="lane=RED"
        )

    def carried(number, now):
        reported = {**FORM, "reference": f"V{number}", "expected_at": "2026-03-04T06:00"}
        assert clients["carrier"].post("/conveyances/new", reported).status_code == 303
        first = Conveyance.objects.order_by("id").first()
        again = ConveyanceVersion.objects.order_by("id").first()
        again.pk, again.number = None, number + 9
        again.save(force_insert=True)
        common = {
            "author": "carrier", "organisation": carrier, "consignor_name": "Sender",
            "consignee": "XP1000000001", "consignee_name": "Atlas", "description": "Shirts",
            "packages": 10, "gross_mass": 10**8, "mass_allowance": 10**8, "reported_at": now,
        }  # fmt: skip
        boxes = []
        for name, varied in {
            "M": {"level": "master", "state": "ok", "conveyance": first},
            "D": {"level": "master", "state": "asked", "conveyance": first},
            "S": {"level": "master", "state": "short", "tallied_packages": 9, "arrived_at": now},
            "A": {"level": "master", "state": "arrived", "arrived_at": now, "conveyance": first,
                  "due_at": now - timedelta(days=1)},
        }.items():  # fmt: skip
            key = f"{name}{number}"
            boxes.append(TransportDocument.objects.create(number=key, key=key, **common, **varied))
        master = TransportDocument.objects.get(key="M1")
        key = f"H{number}"
        TransportDocument.objects.create(
            number=key, key=key, level="house", master=master, **common, state="ok"
        )
        master.houses = number
        master.save(update_fields=["houses"])
        for at, box in enumerate((master, *boxes)):
            Container.objects.create(document=box, number=f"CSQU30{number}{at}383")
        CargoFinding.objects.create(
            document=master, rule="CLW5104", severity="doubt", pointer="", parameters={}
        )
        Tally.objects.create(
            document=master, packages=9, organisation=carrier, actor="user:0", at=now
        )
        table = a_table(row(f"U{number}", conveyance=f"V{number}"))
        answer = clients["carrier"].post(
            "/cargo/upload",
            {"file": SimpleUploadedFile("m.csv", table), "function": "original"},
        )
        assert answer.status_code == 303, answer.content.decode()
        sent = {"document": master, "actor": "user:0", "at": now}
        before = DocumentVersion.objects.order_by("id").first()
        DocumentVersion.objects.create(number=number, content=bytes(before.content), **sent)
        eight = {**EIGHT, "house_number": f"P{number}"}
        assert clients["carrier"].post("/cargo/pre-loading/new", eight).status_code == 303

    def troubled(number, now):
        Quarantined.objects.create(
            organisation=1, actor="key:1", door="api", purpose="lodge", size=6, body=b"SECRET",
            media_type="application/json", step="decode", failure="ValueError", at=now,
        )  # fmt: skip
        Alarm.objects.create(kind="stalled", subject=f"{number}", first_at=now, last_at=now)
        event = Event.objects.order_by("id")[number]
        ParkedEvent.objects.create(
            consumer="declarations.cargo", event=event, attempts=6, error="E: x", parked_at=now
        )
        pack = PublishedPack.objects.order_by("id").first()
        pack.pk, pack.version, pack.state = None, f"{number}", "withdrawn"
        pack.proposed_by = people.ann.name
        pack.save(force_insert=True)

    clients = {name: signed(name) for name in
               ("trader", "carrier", "officer", "supervisor", "registrar", "auditor", "operator",
                "tariff")}  # fmt: skip

    def more():
        made.count += 1
        for part in (declared, registered, connected, carried, troubled):
            part(made.count, border.clock.now())

    made.more, made.clients = more, clients
    return made


def visits(record):
    """Return whose page is asked at which address, by its name, as the record stands now."""

    def at(name, *parts, **query):
        asked = "&".join(f"{key}={value}" for key, value in query.items())
        return reverse(name, args=parts) + (f"?{asked}" if asked else "")

    first = {
        model: model.objects.order_by("pk").first().pk
        for model in (Alarm, Authorisation, BulkJob, Conveyance, Interchange, Mandate, ParkedEvent,
                      PreLoading, Proposal, PublishedPack, Quarantined, Webhook)
    }  # fmt: skip
    master = TransportDocument.objects.get(key="M1").pk
    taken = Declaration.objects.filter(assignment__ended_at=None).exclude(assignment=None).first()
    key = ApiKey.objects.get(name="k1").pk
    trader = Organisation.objects.get(identifier="XP1000000001").pk
    mrn = record.mrn
    return {
        "search": ("officer", at("search", q="26XP")),
        "notifications": ("trader", at("notifications")),
        "declarations": ("officer", at("declarations")),
        "declaration": ("officer", at("declaration", mrn)),
        "explanation": ("officer", at("explanation", mrn)),
        "versions": ("officer", at("versions", mrn)),
        "requests": ("officer", at("requests")),
        "drafts": ("trader", at("drafts")),
        "queue": ("supervisor", at("queue")),
        "queue_declaration": ("officer", at("queue_declaration", taken.mrn)),
        "team": ("supervisor", at("team")),
        "hands": ("supervisor", at("hands")),
        "reassign": ("supervisor", at("reassign")),
        "proposals": ("supervisor", at("proposals")),
        "decide_proposal": ("supervisor", at("decide_proposal", first[Proposal])),
        "log": ("auditor", at("log")),
        "leaf": ("auditor", at("leaf", Leaf.objects.order_by("pk").first().pk)),
        "line": ("operator", at("line")),
        "quarantine": ("operator", at("quarantine")),
        "quarantined": ("operator", at("quarantined", first[Quarantined])),
        "alarms": ("operator", at("alarms")),
        "alarm": ("operator", at("alarm", first[Alarm])),
        "parked": ("operator", at("parked")),
        "parked_event": ("operator", at("parked_event", first[ParkedEvent])),
        "packs": ("tariff", at("packs")),
        "pack": ("tariff", at("pack", first[PublishedPack])),
        "dashboard": ("trader", at("dashboard")),
        "files": ("trader", at("files")),
        "file": ("trader", at("file", first[BulkJob])),
        "keys": ("trader", at("keys")),
        "key": ("trader", at("key", key)),
        "webhook": ("trader", at("webhook", first[Webhook])),
        "deliveries": ("trader", at("deliveries", first[Webhook])),
        "organisations": ("registrar", at("organisations")),
        "organisation": ("registrar", at("organisation", trader)),
        "mandates": ("registrar", at("mandates")),
        "mandate": ("registrar", at("mandate", first[Mandate])),
        "authorisations": ("registrar", at("authorisations")),
        "authorisation": ("registrar", at("authorisation", first[Authorisation])),
        "conveyances": ("carrier", at("conveyances")),
        "conveyance": ("carrier", at("conveyance", first[Conveyance])),
        "correct_conveyance": ("carrier", at("correct_conveyance", first[Conveyance])),
        "documents": ("officer", at("documents")),
        "document": ("carrier", at("document", master)),
        "report_document": ("carrier", at("report_document")),
        "correct_document": ("carrier", at("correct_document", master)),
        "cargo_waiting": ("officer", at("cargo_waiting")),
        "cargo_undeclared": ("officer", at("cargo_undeclared")),
        "cargo_doubted": ("officer", at("cargo_doubted")),
        "cargo_untallied": ("officer", at("cargo_untallied")),
        "cargo_discrepancies": ("officer", at("cargo_discrepancies")),
        "cargo_overdue": ("officer", at("cargo_overdue")),
        "cargo_upload": ("carrier", at("cargo_upload")),
        "cargo_uploaded": ("carrier", at("cargo_uploaded", first[Interchange])),
        "pre_loadings": ("carrier", at("pre_loadings")),
        "pre_loading": ("carrier", at("pre_loading", first[PreLoading])),
    }  # fmt: skip


def count(record):
    """Return how many statements each page takes, asked for the second time."""
    taken, wrong = {}, {}
    for name, (who, address) in visits(record).items():
        client = record.clients[who]
        client.get(address)
        for memory in (actors, in_force):  # what is looked up by the clock is looked up each time
            memory.forget()
        with CaptureQueriesContext(connection) as met:
            answer = client.get(address)
        rows = 'id="list"' not in answer.content.decode() or b"<tbody>" in answer.content
        if answer.status_code != 200 or not rows:
            wrong[name] = answer.status_code, address
        taken[name] = len(met)
    assert not wrong
    return taken


def test_no_page_asks_for_each_row(record):
    record.more()
    record.more()
    few = count(record)
    for _ in range(3):
        record.more()
    many = count(record)
    assert {name: (few[name], many[name]) for name in few if few[name] != many[name]} == {}
    assert {name: told for name, told in many.items() if told > MOST} == {}
    asked, known = set(many), {pattern.name for pattern in urlpatterns}
    assert known - asked - set(LEFT_OUT) == set(), "neither asked nor excused"
    assert (asked | set(LEFT_OUT)) - known == set(), "no such page any more"
    assert asked & set(LEFT_OUT) == set()
