"""Where every page can be looked at: found by following the links that people follow.

Each role comes in and goes from the places of its head onwards, breadth first, through links in
lists, menus and buttons; of each page the first address counts. What stands behind an act only is
made before (``make_what_is_made``).
"""

from __future__ import annotations

import re
from collections import deque
from urllib.parse import quote, urljoin, urlsplit

from django.urls import Resolver404, resolve
from lxml import html

from clearway.proving import api_after_release, api_gate, api_intelligence, api_payments
from clearway.proving.api_objects import TRADER, Objects
from clearway.proving.shown_border import Visitor
from clearway.web.lodging.fields import PAGES as STEPS
from clearway.web.urls import urlpatterns

ROLES = ("", "trader", TRADER, "broker", "platform", "carrier", "airline", "terminal", "officer",
         "supervisor", "registrar", "tariff", "analyst", "auditor", "operator", "agency", "cashier",
         "cashier2")  # fmt: skip
"""Who looks; a stranger first, so that the pages for everybody are shown as he sees them."""
FOR_ALL = frozenset({"border", "help", "findings", "finding", "glossary", "components", "problems",
                     "problem", "selection_summary", "selection_year", "tour",
                     "api:openapi-view", "account_login",
                     "account_reset_password"})  # fmt: skip
"""The same for everybody: looked at once."""
ACCOUNT = frozenset({"account_login", "account_reset_password", "account_change_password",
                     "account_reauthenticate", "mfa_index"})  # fmt: skip
"""The pages of signing in that are not ours, in our look."""
ACTS = frozenset({
    "accept", "agency_ask", "agency_decide", "agency_inspect", "agency_next_case",
    "agency_next_paper", "amend_declaration", "answer_agency", "answer_mandate", "approve_pack",
    "ask", "cancel_declaration", "cancel_document", "close_document", "control",
    "copy_declaration", "delete_draft", "draft_items_act", "end_mandate", "forget_view",
    "grant_role", "hand_back", "lodge_draft", "notify_arrival", "ready_sign_in",
    "print_declaration",
    "approve_inspection", "check_inspection", "decide_doubt", "doubt_cover", "doubt_grounds",
    "doubt_security", "draw_inspectors", "find_inspection", "inspection_result", "lab_result",
    "photo_inspection", "reply_doubt", "sample_inspection", "seal_inspection", "start_inspection",
    "withdraw_finding",
    "admit_appeal", "answer_audit", "begin_audit", "close_hearing", "confirm_correction",
    "decide_appeal", "decide_audit", "draft_findings", "drop_audit", "hear_appeal",
    "notify_audit", "pass_over_selection", "withdraw_appeal", "decide_claim", "withdraw_claim",
    "approve_profile", "propose_profile", "refuse_profile", "retire_profile", "shadow_profile",
    "try_profile", "set_capacity", "decide_watch_entry", "end_watch_entry", "order_model",
    "promote_model", "propose_model", "refuse_model", "retire_model", "shadow_model", "test_model",
    "remove_webhook", "replay_webhook", "resolve_quarantined", "revoke_key", "revoke_permit",
    "revoke_role", "rotate_webhook", "save_view", "set_authorisation_state",
    "set_organisation_state", "switch_webhook", "take", "take_next", "tally_document",
    "tour_go", "withdraw_pack", "show_token", "recall_token", "issue_order", "accept_booking",
    "give_slot", "move_booking",
    "assign_line", "call_guarantee", "decide_proposal", "exit_word", "finalise_debt", "lift_hold",
    "online_return", "pay_notice", "receive_move", "release_guarantee", "return_line",
    "secure_debt",
})  # fmt: skip
"""Addresses that take a form and lead on."""
MODELS = ("-m", "clearway.proving.shown_models")
"""A program that lays models in the states that it is given."""
FILES = frozenset({"attached", "cargo_given_back", "cargo_sample", "file_accepted", "file_to_mend",
                   "gate_worker", "inspection_photo", "live", "print_data", "print_file", "sample",
                   "selection_csv", "selection_json", "selection_ledger_file",
                   "verify"})  # fmt: skip
"""Addresses that give something else than a page."""
LEADING_ON = frozenset({"desk", "document_by_number", "draft"})
"""Addresses that lead to another page."""
PARTS = frozenset({"check_condition", "commodities"})
"""Addresses that answer with a part of a page."""
OLDEST_LEAF = "/log/1"
SEVERAL = {
    "dashboard": ("trader", "carrier"),
    "declaration": ("trader", "officer", "auditor"),
    "document": ("carrier", "officer"),
    "permit": ("trader", "agency"),
    "documents": ("carrier", "officer"),
    "gate": ("terminal", "officer"),
    "inspection": ("officer", "supervisor"),
    "mandate": ("trader", "broker"),
    "organisation": ("trader", "registrar"),
    "pack": ("tariff", "auditor"),
    "queue_declaration": ("officer", "supervisor"),
}
"""Pages that differ much from one role to another."""


def names():
    """Return the names of all pages: those of the address table, each step, the account's."""
    ours = {pattern.name for pattern in urlpatterns} - ACTS - FILES - LEADING_ON - PARTS
    steps = {f"draft_step {step}" for step in STEPS}
    return sorted((ours - {"draft_step"}) | steps | ACCOUNT | {"api:openapi-view"})


def name_of(address):
    """Return the name of the page at an address; empty for what is none of the platform's."""
    try:
        found = resolve(urlsplit(address).path)
    except Resolver404:
        return ""
    if found.view_name == "draft_step":
        return f"draft_step {found.kwargs['name']}"
    return found.view_name


def links(address, text, server):
    """Return the addresses of the platform to which a page leads, in its order."""
    page = html.fromstring(text)
    told = page.xpath("//a/@href | //form[not(@method) or @method = 'get']/@action")
    whole = [urlsplit(urljoin(server + address, one)) for one in told if not one.startswith("?")]
    home = urlsplit(server).netloc
    return [
        one.path + (f"?{one.query}" if one.query else "") for one in whole if one.netloc == home
    ]


def find(server, asked):
    """Return ``{page: {role: address}}`` of all that the roles can reach by links.

    Args:
        server: its address.
        asked: ``{role: addresses}`` that it looks at first: what was made for it, and stands
            behind an act or deep in a list.
    """
    found = {}
    for who in ROLES:
        with Visitor(server, who) as visitor:
            first = list(asked.get(who, ()))
            if who == "officer":  # what waits leads to more than what was released
                waiting = visitor.get("/declarations/?state=documents_requested").text
                first = [f"/declarations/{mrn}" for mrn in mrns(waiting)[:1]]
            follow(visitor, who, found, first)
    # The newest lines of the log tell of this very search and stand in no other copy of the record
    found["leaf"] = dict.fromkeys(found["leaf"], OLDEST_LEAF)
    return found


def follow(visitor, who, found, first):
    """Add the pages that one visitor reaches."""
    todo = deque([*first, *(["/desk"] if who else ["/", "/accounts/login/"])])
    seen = set()
    while todo:
        address = todo.popleft()
        name = name_of(address)
        if not name or name in seen or name in ACTS | FILES:
            continue
        if name in found and name in FOR_ALL | ACCOUNT:
            continue
        answer = visitor.get(address)
        if answer.is_redirect:
            todo.append(urlsplit(answer.headers["Location"]).path)
            continue
        seen.add(name)
        assert answer.status_code == 200, (who, address, answer.status_code)
        if answer.headers["Content-Type"].startswith("text/html"):
            found.setdefault(name, {})[who] = address
            todo += links(address, answer.text, visitor.url)


TROUBLE = """
from clearway.site.preparing import prepare
prepare()
from clearway.audit import clock
from clearway.events.models import Event, ParkedEvent
from clearway.intake.models import Quarantined
from clearway.intake.service import alarm
now = clock.now()
event = Event.objects.order_by("id")[0]
Quarantined.objects.create(
    organisation=1, actor="key:1", door="api", purpose="lodge", media_type="application/json",
    body=b"{}", size=2, step="decode", failure="ValueError", at=now,
)
ParkedEvent.objects.create(
    consumer="declarations.cargo", event=event, attempts=6, error="ValueError", parked_at=now,
)
alarm("stalled", "batch 7")
"""
"""A message that the line could not take, an event that a consumer could not, an alarm."""

MONTH = """
from clearway.site.preparing import prepare
prepare()
from datetime import timedelta
from clearway.audit.actor import system
from clearway.payments import guarantees, timing
from clearway.payments.models import GuaranteeUse, Order
from clearway.payments.queries import OPEN_USE
from clearway.payments.terms import terms_at
terms = terms_at(GuaranteeUse.objects.exclude(account=None).latest("at").at)
next_month = (terms.today.replace(day=28) + timedelta(days=4)).replace(day=1)
assert timing.close_months(system("rounds"), terms._replace(today=next_month))
used = GuaranteeUse.objects.filter(state__in=OPEN_USE, amount__gt=0, account=None).latest("at")
Order.objects.create(
    use=used, reason="Overdue for a month", proposed_by="user:~", proposed_at=used.at
)
"""
"""The month of a deferred account, over before its time; a call on a guarantor, likewise."""


VOYAGE = {
    "reference": "ARM-031E", "mode": "1", "means": "9074729", "means_name": "EVER MERIDIAN",
    "nationality": "pa", "journey": "031E", "carrier": "XP3000000001", "place": "XPLOD",
    "expected_at": "2026-03-20T06:00", "departed_at": "",
}  # fmt: skip


APPLICATION = {
    "direction": "IM", "other_country": "US", "commodity": "10019910", "description": "Wheat",
    "quantity": "500", "unit": "KGM", "goods_value": "", "more_goods": "04069090;Cheese;20;KGM",
    "holder": "", "procedure": "", "end_use": "", "remarks": "For milling",
}  # fmt: skip


def make_what_is_made(server):
    """Do once, by forms, what pages wait for: drafts, files, a webhook, a request, a voyage.

    Args:
        server: the address of a running server of a demonstration that has lived.

    Returns:
        ``{role: addresses}`` of what was made and is to be looked at first.
    """
    with Visitor(server, "trader") as trader:
        released = [
            mrn
            for state in ("released", "cleared")
            for mrn in mrns(trader.get(f"/declarations/?state={state}").text)
        ]
        first = f"/declarations/{released[0]}"
        trader.send(f"{first}/copy", {}, form=first)
        one = withdraw_one(trader, released)
        hook = {"url": "https://hooks.example.com/in", "description": "Our stock"}
        assert trader.post("/connections/webhooks/new", hook).status_code == 201
        wrong = trader.get("/samples/declarations-with-errors.csv").content
        trader.send("/files/", {}, file=("march.csv", wrong))
        trader.send("/applications/new", APPLICATION)
        trader.send("/applications/new", APPLICATION)
    with Visitor(server, "agency") as agency:
        opened = agency.send("/agency/cases/next", {}, form="/agency/cases/")
        agency.send(f"{opened}/decide", {"decision": "approve"}, form=opened)
    with Visitor(server, "officer") as officer:
        waits = mrns(officer.get("/declarations/?state=documents_requested").text)[0]
        doubt = f"/declarations/{waits}/value-doubts/new"
        officer.send(doubt, {"doubted_item": "1", "reasons": "Twice this price last month"})
        officer.send("/interests/new", {"interest_in": "XP1000000003", "reason": "Shares"})
    with Visitor(server, "carrier") as carrier:
        manifest = carrier.get("/samples/manifest.edi").content
        carrier.send("/cargo/upload", {"function": "original"}, file=("ship.edi", manifest))
        under_way = carrier.first_of("/cargo/", r"/cargo/\d+")
        carrier.send("/conveyances/new", VOYAGE)
    begun = begin_to_pay(server)
    appealing, deep = do_by_programs(server)
    # One who has something in hand is led to it: the officer's queue is seen with empty hands.
    with Visitor(server, "officer") as officer:
        while (answer := officer.get("/queue/")).is_redirect:
            taken = answer.headers["Location"]
            officer.send(f"{taken}/back", {}, form=taken)
    with Visitor(server, "supervisor") as supervisor:
        supervisor.send("/queue/next", {}, form="/queue/")
    return {
        "analyst": deep,
        "carrier": [under_way],
        "supervisor": [one],
        "trader": [begun, f"{one}/disclosure"],
        TRADER: [appealing],
    }


def look_for(objects):
    """Keep lists, and let somebody be found by name; return what stands deep in a list."""
    own = api_intelligence.own_list(objects)
    sanctions = api_intelligence.sanctions_list(objects)
    found = api_intelligence.found_match(objects)
    case = api_intelligence.found_case(objects)
    piece = api_intelligence.piece(objects)
    return [
        f"/watchlists/{sanctions}/versions/1",
        f"/watchlists/{sanctions}/versions/new",
        f"/watchlists/{own}/entries/new",
        f"/watch-entries/{found['entry']['id']}",
        f"/watch-matches/{found['id']}",
        f"/targeting-cases/{case}",
        f"/links?key={quote(found['key'])}&steps=2",
        f"/intelligence/{piece}",
    ]


class Served:
    """What ``Objects`` needs to know of a server: its port."""

    def __init__(self, address):
        self.port = int(address.rsplit(":", 1)[1])


def do_by_programs(server):
    """Let something pass a gate with its receipt, something be refused, something be booked.

    Let a trader's released declaration be audited, others be corrected, and one correction be
    appealed against. Let more be paid than is due.

    Returns:
        the address where the trader of the other correction may appeal too, and those of what
        stands deep in the lists of intelligence.
    """
    objects = Objects(Served(server))
    try:
        api_gate.receipt(objects)
        api_gate.alarm(objects)
        api_gate.seal_alarm(objects)
        api_gate.booking(objects)
        api_after_release.audit(objects)
        api_after_release.appeal(objects)
        api_after_release.claim(objects)
        other = api_after_release.corrected(objects)
        api_payments.overpaid(objects)
        deep = look_for(objects)
    finally:
        objects.close()
    return f"/appeals/new?against=correction&number={other}", deep


def withdraw_one(trader, released):
    """Ask that a released declaration is cancelled, one whose goods are here; return its page."""
    wish = {"reason": "The buyer has withdrawn"}
    for mrn in released:
        page = f"/declarations/{mrn}"
        if trader.post(f"{page}/cancel", wish, form=page).status_code == 303:
            return page
    raise AssertionError("nothing that is released is here still")


def begin_to_pay(server):
    """Begin to pay a notice on line, and return the address where the provider asks."""
    with Visitor(server, "trader") as trader:
        notice = trader.first_of("/payments/?state=open", r"/payments/\d+")
        return trader.send(f"{notice}/pay", {}, form=notice)


def mrns(text):
    """Return the numbers of a list of declarations, in its order."""
    return list(dict.fromkeys(re.findall(r'href="/declarations/(\d\dXP\w{14})"', text)))
