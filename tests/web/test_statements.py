"""No page asks the database once for each of its rows: every page is asked with few and with more.

A page that is not asked says here why; a new address that is neither asked nor excused fails.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.web.growing import Growing

from clearway.accounts import actors
from clearway.accounts.models import ApiKey, Organisation
from clearway.audit.models import Leaf
from clearway.cargo.models import Conveyance, Interchange, PreLoading, TransportDocument
from clearway.clearance import port
from clearway.clearance.models import Hold, Proposal
from clearway.declarations.models import Declaration
from clearway.events.models import ParkedEvent, Webhook
from clearway.gate.models import Booking, Passage, Receipt, SealSignal, Token
from clearway.inspection.models import Opening, ValueDoubt
from clearway.intake.models import Alarm, BulkJob, Quarantined
from clearway.intelligence.models import Case as TargetingCase
from clearway.intelligence.models import Entry, Match, Piece
from clearway.payments.models import (
    BankFile,
    BankLine,
    DeferredAccount,
    Guarantee,
    Notice,
    Order,
    Refund,
    Statement,
)
from clearway.permits.models import Application, Case, Need, Permit
from clearway.post_clearance.models import Appeal, Audit, Claim, Correction
from clearway.reference import in_force
from clearway.reference.models import PublishedPack
from clearway.traders.models import Authorisation, Mandate
from clearway.web.urls import urlpatterns

MOST = 54
"""Statements of any page, those of the session, the reader's rights and the log of his reading
among them. The most has the page of a declaration, which asks every room what stands in its way."""

ACTS = """save_view forget_view cancel_declaration decide_request lodge_draft delete_draft
    print_declaration
    draft_items_act copy_declaration amend_declaration take_next take hand_back accept ask control
    ready_sign_in tour_go resolve_quarantined approve_pack withdraw_pack revoke_key switch_webhook
    rotate_webhook remove_webhook replay_webhook set_organisation_state grant_role revoke_role
    answer_mandate end_mandate set_authorisation_state notify_arrival cancel_document close_document
    pay_notice secure_debt finalise_debt release_guarantee call_guarantee assign_line return_line
    tally_document answer_agency revoke_permit agency_next_case agency_decide agency_ask
    agency_inspect agency_next_paper receive_move
    show_token recall_token issue_order accept_booking give_slot move_booking
    start_inspection check_inspection find_inspection withdraw_finding photo_inspection
    seal_inspection sample_inspection lab_result inspection_result approve_inspection
    draw_inspectors reply_doubt doubt_grounds doubt_security doubt_cover decide_doubt
    notify_audit drop_audit begin_audit draft_findings answer_audit close_hearing decide_audit
    confirm_correction admit_appeal hear_appeal decide_appeal withdraw_appeal
    decide_claim withdraw_claim
    check_condition try_profile shadow_profile propose_profile approve_profile refuse_profile
    retire_profile set_capacity decide_watch_entry end_watch_entry
    order_model test_model shadow_model propose_model promote_model refuse_model retire_model"""
LEFT_OUT = {
    **dict.fromkeys(ACTS.split(), "changes something: it answers no GET with rows"),
    **dict.fromkeys(("border",), "counts without rows, and remembered for a second"),
    **dict.fromkeys(
        ("selection_summary", "selection_year", "selection_csv", "selection_json"),
        "sums without rows, and remembered for ten minutes",
    ),
    "selection_ledger_file": "the ledger's page as a file: the same figures",
    "online_return": "takes a provider's answer, and leads to another page",
    "test_provider": "plays a bank in a demonstration: one payment",
    "verify": "holds one document as one row",
    "name_search": "shows rows where a name is sent; tests/web/intelligence counts them",
    "station": "asks of each lot what a gate asks of it; at most twenty containers are shown",
    **dict.fromkeys(("desk", "document_by_number"), "leads to another page"),
    **dict.fromkeys(("live",), "a stream; it has its own tests"),
    **dict.fromkeys(("gate_worker",), "a script of ours, from no table"),
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
        ("apply_for_permit", "attach", "make_key", "make_webhook", "sandbox", "register",
         "new_mandate", "grant_authorisation", "open_gate", "ask_token", "book_direct",
         "make_receipt", "report_conveyance", "propose_pack", "lodge_pre_loading", "tour",
         "enter_guarantee", "open_account",
         "place_hold", "exit_word", "loading", "order_inspection", "doubt_value",
         "declare_interest", "end_interest", "open_audit", "pass_over_selection", "disclose_error",
         "correct_declaration", "lodge_appeal", "lodge_claim", "new_watchlist",
         "propose_watch_entry", "import_list_version", "new_piece", "amend_piece", "link_piece",
         "close_piece"),
        "a form without rows",
    ),
    **dict.fromkeys(
        ("attached", "file_errors", "file_to_mend", "file_accepted", "cargo_given_back",
         "inspection_photo", "print_data", "print_file"),
        "one file, streamed as it was kept",
    ),
}  # fmt: skip


@pytest.fixture
def record(border, people, waiting, signed, monkeypatch):
    # Once in a page, however busy the machine is.
    for memory in (actors, in_force):
        monkeypatch.setattr(memory, "FRESH_FOR", 600.0)
    return Growing(border, people, waiting, signed)


def visits(record):
    """Return whose page is asked at which address, by its name, as the record stands now."""

    def at(name, *parts, **query):
        asked = "&".join(f"{key}={value}" for key, value in query.items())
        return reverse(name, args=parts) + (f"?{asked}" if asked else "")

    first = {
        model: model.objects.order_by("pk").first().pk
        for model in (Alarm, Authorisation, BulkJob, Conveyance, Interchange, Mandate, ParkedEvent,
                      PreLoading, Proposal, PublishedPack, Quarantined, Webhook, Application,
                      Permit, Case, Need, Hold, Notice,
                      Guarantee, Order, DeferredAccount, Statement, BankFile, BankLine, Refund,
                      Opening, ValueDoubt, Audit, Correction, Claim, Appeal)
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
        "quotas": ("officer", at("quotas")),
        "quota": ("officer", at("quota", "091001")),
        "queue": ("supervisor", at("queue")),
        "queue_declaration": ("officer", at("queue_declaration", taken.mrn)),
        "inspections": ("supervisor", at("inspections")),
        "inspection": ("supervisor", at("inspection", first[Opening])),
        "value_doubts": ("officer", at("value_doubts")),
        "value_doubt": ("officer", at("value_doubt", first[ValueDoubt])),
        "interests": ("supervisor", at("interests")),
        "holds": ("officer", at("holds")),
        "lift_hold": ("officer", at("lift_hold", first[Hold])),
        "port": ("officer", at("port")),
        "port_here": ("officer", at("port_here")),
        **{f"port_{name}": ("officer", at(f"port_{name}")) for name in port.LISTS},
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
        "models": ("analyst", at("models")),
        "model": ("analyst", at("model", 1)),
        "profiles": ("analyst", at("profiles")),
        "capacity": ("supervisor", at("capacity")),
        "profile": ("analyst", at("profile", "UV-001")),
        "profile_columns": ("analyst", at("profile_columns")),
        "new_profile": ("analyst", at("new_profile")),
        "write_profile": ("analyst", at("write_profile", "UV-001")),
        "selection_ledger": ("analyst", at("selection_ledger")),
        "packs": ("tariff", at("packs")),
        "pack": ("tariff", at("pack", first[PublishedPack])),
        "dashboard": ("trader", at("dashboard")),
        "files": ("trader", at("files")),
        "requirements": ("trader", at("requirements", commodity="10019910", direction="IM",
                                      other_country="US")),
        "applications": ("officer", at("applications")),
        "application": ("trader", at("application", first[Application])),
        "permits": ("officer", at("permits")),
        "permit": ("trader", at("permit", first[Permit])),
        "agency_cases": ("agency", at("agency_cases")),
        "agency_case": ("agency", at("agency_case", first[Case])),
        "agency_papers": ("agency", at("agency_papers")),
        "agency_paper": ("agency", at("agency_paper", first[Need])),
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
        "notices": ("trader", at("notices")),
        "notice": ("trader", at("notice", first[Notice])),
        "overdue_notices": ("cashier", at("overdue_notices")),
        "guarantees": ("cashier", at("guarantees")),
        "guarantee": ("trader", at("guarantee", first[Guarantee])),
        "guarantee_calls": ("cashier", at("guarantee_calls")),
        "guarantee_call": ("cashier", at("guarantee_call", first[Order])),
        "deferred_accounts": ("trader", at("deferred_accounts")),
        "deferred_account": ("trader", at("deferred_account", first[DeferredAccount])),
        "account_statement": ("trader", at("account_statement", first[Statement])),
        "bank": ("cashier", at("bank")),
        "bank_files": ("cashier", at("bank_files")),
        "bank_file": ("cashier", at("bank_file", first[BankFile])),
        "bank_line": ("cashier", at("bank_line", first[BankLine])),
        "refunds": ("cashier", at("refunds")),
        "refund": ("cashier", at("refund", first[Refund])),
        "audits": ("officer", at("audits")),
        "audit": ("officer", at("audit", first[Audit])),
        "selections": ("officer", at("selections")),
        "corrections": ("officer", at("corrections")),
        "correction": ("trader", at("correction", first[Correction])),
        "claims": ("officer", at("claims")),
        "claim": ("officer", at("claim", first[Claim])),
        "appeals": ("officer", at("appeals")),
        "appeal": ("supervisor", at("appeal", first[Appeal])),
        "prints": ("officer", at("prints")),
        "pre_loadings": ("carrier", at("pre_loadings")),
        "pre_loading": ("carrier", at("pre_loading", first[PreLoading])),
        **at_the_gate(at),
        **of_intelligence(at),
    }  # fmt: skip


def of_intelligence(at):
    """Return whose page of intelligence is asked at which address."""
    entry = Entry.objects.order_by("pk").first().pk
    case = TargetingCase.objects.order_by("pk").first().pk
    return {
        "watchlists": ("analyst", at("watchlists")),
        "watchlist": ("analyst", at("watchlist", "sanctions1")),
        "watch_entry": ("analyst", at("watch_entry", entry)),
        "list_version": ("analyst", at("list_version", "sanctions1", 1)),
        "watch_matches": ("analyst", at("watch_matches")),
        "decide_watch_matches": ("analyst", at("decide_watch_matches")),
        "watch_match": ("analyst", at("watch_match", Match.objects.order_by("pk").first().pk)),
        "targeting_cases": ("analyst", at("targeting_cases")),
        "targeting_case": ("analyst", at("targeting_case", case)),
        "intelligence_register": ("analyst", at("intelligence_register")),
        "piece": ("analyst", at("piece", Piece.objects.order_by("pk").first().pk)),
        # Its second step goes on from six of the first at most, by two statements each.
        "party_links": ("analyst", at("party_links", key="id:G1")),
    }  # fmt: skip


def at_the_gate(at):
    """Return whose page of the gate is asked at which address."""
    booking = Booking.objects.order_by("pk").first()
    token = Token.objects.filter(state="live").order_by("pk").first()
    alarm = Passage.objects.filter(alarm=True).order_by("pk").first()
    opened = SealSignal.objects.filter(alarm=True).order_by("pk").first()
    return {
        "gates": ("officer", at("gates")),
        "gate": ("officer", at("gate", alarm.gate_id)),
        "gate_alarms": ("officer", at("gate_alarms")),
        "gate_alarm": ("officer", at("gate_alarm", alarm.pk)),
        "seal_alarm": ("officer", at("seal_alarm", opened.pk)),
        "gate_tokens": ("officer", at("gate_tokens")),
        "gate_token": ("trader", at("gate_token", token.serial)),
        "bookings": ("officer", at("bookings")),
        "booking": ("trader", at("booking", booking.number)),
        "equipment_receipts": ("auditor", at("equipment_receipts")),
        "equipment_receipt": (
            "auditor", at("equipment_receipt", Receipt.objects.order_by("pk").first().number),
        ),
        "released_not_gated": ("officer", at("released_not_gated")),
        "gated_not_released": ("officer", at("gated_not_released")),
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
