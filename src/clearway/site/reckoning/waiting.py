"""Every record that is not at its end, with the one who has to act and until when.

An *orphan* is a record at which nobody has to act any more, or whose day is past without the
clock that watches it having said so. There is none where the platform works as it should.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef
from msgspec import Struct

from clearway.cargo.life_cycle import states_for
from clearway.cargo.models import TransportDocument
from clearway.clearance import queries as clearance
from clearway.clearance.models import Assignment, Exit, Hold, Proposal
from clearway.clearance.standing import balls
from clearway.declarations import queries as declarations
from clearway.declarations.kinds import days_setting
from clearway.declarations.life_cycle import BEFORE_RELEASE, WAITING
from clearway.declarations.models import ActRequest, Declaration
from clearway.declarations.rules import local_day
from clearway.gate.models import Token
from clearway.inspection.life_cycle import DOUBT_OPEN, OPEN
from clearway.inspection.models import Member, Opening, ValueDoubt
from clearway.kernel.reference import Reference
from clearway.payments import queries as payments
from clearway.payments import stated
from clearway.payments.models import (
    BankLine,
    Guarantee,
    GuaranteeUse,
    Notice,
    Refund,
    Security,
    Statement,
)
from clearway.payments.securities import OPEN as OPEN_SECURITY
from clearway.permits import clocks, life_cycle
from clearway.permits.models import Case, Need, Permit
from clearway.post_clearance.life_cycle import OPEN_APPEALS, OPEN_AUDITS
from clearway.post_clearance.models import Appeal, Audit, Correction
from clearway.vocabulary.clock import microseconds
from clearway.vocabulary.dates import date_of

OVER: Final = ("rejected", "invalidated", "exited")
"""States of a declaration at which nothing is to be done about it."""
_AT_REST: Final = frozenset({"none", "gated_out", "exit_confirmed"})
_SETTLED: Final = frozenset({"none", "final", "refunded"})


class Waiting(Struct, frozen=True):
    """A record that is not at its end.

    ``holder`` is who has to act and ``what`` he has to do, both empty where nobody has to; ``due``
    until when, as far as the law sets a time. ``fault`` says why it is an orphan, empty where it
    is none.
    """

    kind: str
    subject: str
    state: str
    holder: str = ""
    what: str = ""
    due: str = ""
    fault: str = ""


def waiting(now: datetime, reference: Reference) -> Iterator[Waiting]:
    """Yield every record that is not at its end at an instant, by the law in force then."""
    yield from _declarations(now, reference)
    yield from _of_clearance()
    yield from _of_cargo(now)
    yield from _of_permits(now, reference)
    yield from _of_inspection()
    yield from _of_payments(now, reference)
    yield from _of_gate(now)
    yield from _after_release()


def _declarations(now: datetime, reference: Reference) -> Iterator[Waiting]:
    today = local_day(now, reference)
    late = {
        **dict.fromkeys(_keys(declarations.overdue(today)), "its supplementary is late, not told"),
        **dict.fromkeys(_keys(clearance.late_exits(now)), "its exit is late, and nobody asked"),
    }
    days = days_setting(reference, "declarations.prelodged_days", 30)
    limit = now - timedelta(days=days)
    for row in Declaration.objects.exclude(state__in=OVER).order_by("id").iterator():
        held = balls(row)
        states = f"{row.state}, {row.goods_state}, {row.debt_state}"
        if not held and _ended(row):
            continue
        first = held[0] if held else None
        fault = "" if first else "nobody has to act"
        if row.state == "received" and row.received_at < limit:
            fault = "it was never presented, and did not lapse"
        yield Waiting(
            "declaration",
            row.mrn or row.lrn,
            states,
            "" if first is None else f"{first.holder} {first.about}".strip(),
            "" if first is None else first.what,
            "" if first is None or first.due is None else _minute(first.due),
            fault or late.get(row.pk, ""),
        )


def _ended(row: Declaration) -> bool:
    return row.state == "cleared" and row.goods_state in _AT_REST and row.debt_state in _SETTLED


def _keys(rows: Any) -> list[int]:
    return list(rows.values_list("pk", flat=True))


def _of_clearance() -> Iterator[Waiting]:
    for hold in Hold.objects.filter(lifted_at=None).select_related("declaration"):
        gone = hold.declaration is not None and hold.declaration.state in OVER
        about = hold.unit_number or (hold.declaration.mrn if hold.declaration else "")
        owner = hold.owner or "head office"
        yield Waiting("hold", str(about), "open", owner, "lift_hold", "", _over(gone=gone))
    for proposal in Proposal.objects.filter(state="open").select_related("declaration"):
        yield _about(proposal, "proposal", "customs, another officer", "confirm")
    for taken in Assignment.objects.filter(ended_at=None).select_related("declaration"):
        fault = "" if taken.declaration.state in WAITING else "it waits for no officer any more"
        mrn = str(taken.declaration.mrn)
        yield Waiting("assignment", mrn, "open", taken.officer, "decide", "", fault)
    for request in ActRequest.objects.filter(state="open").select_related("declaration"):
        yield _about(request, "request", "customs", "decide_request")


def _about(row: Any, kind: str, holder: str, what: str) -> Waiting:
    gone = row.declaration.state in ("rejected", "invalidated")
    return Waiting(kind, str(row.declaration.mrn), row.state, holder, what, "", _over(gone=gone))


def _over(*, gone: bool) -> str:
    return "its declaration is over" if gone else ""


def _of_cargo(now: datetime) -> Iterator[Waiting]:
    """Yield the documents that something is to happen with: the carrier's, then the keeper's."""
    expires = set(states_for("expire"))
    rows = TransportDocument.objects.exclude(state__in=("closed", "cancelled"))
    rows = rows.filter(houses=0).order_by("id").select_related("conveyance", "master__conveyance")
    for row in rows.iterator():
        due = "" if row.due_at is None else _minute(row.due_at)
        if row.arrived_at is None:
            journey = row.conveyance or (row.master.conveyance if row.master else None)
            due = _minute(journey.expected_at) if journey else ""
            fault = "" if journey else "it is on no conveyance, so that it never arrives"
            yield Waiting("cargo", row.number, row.state, "carrier", "bring_goods", due, fault)
        elif row.state == "fully_written_off":
            yield Waiting("cargo", row.number, row.state, "terminal", "close")
        else:
            fault = ""
            if row.state in expires and row.due_at is not None and row.due_at < now:
                fault = "it has lain too long, and is not marked so"
            short = row.state == "short"
            holder, what = ("customs", "close") if short else ("trader", "declare_or_collect")
            yield Waiting("cargo", row.number, row.state, holder, what, due, fault)


def _of_permits(now: datetime, reference: Reference) -> Iterator[Waiting]:
    for case in Case.objects.filter(state__in=life_cycle.OPEN).select_related("application"):
        late = case.due_at is not None and case.due_at < now
        watched = case.state == "info" or (case.state == "applied" and case.silent)
        holder = "trader" if case.state == "info" else f"agency {case.agency}"
        yield Waiting(
            "permit case",
            case.application.reference,
            case.state,
            holder,
            "answer" if case.state == "info" else "decide_permit",
            "" if case.due_at is None else _minute(case.due_at),
            "its time is over, and no clock has settled it" if late and watched else "",
        )
    today = clocks.today(now, reference)
    for permit in Permit.objects.filter(state__in=("valid", "used"), valid_to__lte=today):
        yield Waiting("permit", permit.number, permit.state, "", "", "", "it is over, not expired")
    over = Declaration.objects.filter(pk=OuterRef("declaration"), state__in=OVER)
    before = Declaration.objects.filter(pk=OuterRef("declaration"), state__in=BEFORE_RELEASE)
    rows = Need.objects.filter(state__in=("paper", "inspect", "lacking", "refused"))
    rows = rows.annotate(over=Exists(over), before=Exists(before)).order_by("id")
    mrns = dict(Declaration.objects.values_list("pk", "mrn"))
    for need in rows:
        asked = need.state in ("paper", "inspect")
        if not asked and not need.before:
            continue  # of what is over, what was lacking is history
        holder = f"agency {need.agency}" if asked else "trader"
        what = "decide_permit" if asked else "get_permit"
        gone = _over(gone=need.over)
        yield Waiting("paper", str(mrns[need.declaration]), need.state, holder, what, "", gone)


def _of_inspection() -> Iterator[Waiting]:
    there = Member.objects.filter(opening=OuterRef("pk"), left_at=None)
    rows = Opening.objects.filter(state__in=sorted(OPEN)).select_related("declaration")
    for one in rows.annotate(team=Exists(there)):
        fault = _over(gone=one.declaration.state in OVER)
        if not fault and one.state != "ordered" and not one.team:
            fault = "nobody is on its team"
        second = one.state == "discrepancy"
        if second:
            holder = "customs, another officer"
        else:
            holder = "customs" if one.state == "ordered" else "its team"
        due = "" if one.due_at is None else _minute(one.due_at)
        what = "approve" if second else "inspect"
        yield Waiting("inspection", str(one.declaration.mrn), one.state, holder, what, due, fault)
    for doubt in ValueDoubt.objects.filter(state__in=sorted(DOUBT_OPEN)).select_related(
        "declaration"
    ):
        mine = doubt.state in ("asked", "grounds_told")
        holder = "trader" if mine else "customs"
        due = _minute(doubt.reply_by)
        fault = _over(gone=doubt.declaration.state in OVER)
        mrn = str(doubt.declaration.mrn)
        yield Waiting("value doubt", mrn, doubt.state, holder, "reply", due, fault)


def _of_payments(now: datetime, reference: Reference) -> Iterator[Waiting]:
    today = date_of(local_day(now, reference))
    untold = set(_keys(payments.newly_overdue(today)))
    rows = Notice.objects.filter(state__in=payments.OPEN_NOTICE).select_related("declaration")
    for notice in rows.order_by("id"):
        fault = _over(gone=notice.declaration.state in ("rejected", "invalidated"))
        if notice.pk in untold:
            fault = fault or "it is overdue, and is not marked so"
        mrn = str(notice.declaration.mrn)
        due = notice.due.isoformat()
        yield Waiting("notice", mrn, notice.state, f"payer {notice.payer}", "pay", due, fault)
    for security in Security.objects.filter(state__in=OPEN_SECURITY).select_related("declaration"):
        fault = _over(gone=security.declaration.state in OVER)
        holder, what = ("payer", "secure") if security.state == "asked" else ("customs", "decide")
        mrn = str(security.declaration.mrn)
        yield Waiting("security", mrn, security.state, holder, what, "", fault)
    for use in GuaranteeUse.objects.filter(state__in=payments.OPEN_USE, subject="").select_related(
        "declaration", "guarantee"
    ):
        row = use.declaration
        done = row.state in OVER or row.debt_state in ("paid", "final", "refunded")
        fault = "nothing is owed any more that it could answer for" if done else ""
        subject = f"{use.guarantee.number} for {row.mrn}"
        yield Waiting("guarantee use", subject, use.state, "payer", "pay", "", fault)
    for guarantee in Guarantee.objects.filter(state__in=("open", "used"), valid_to__lt=today):
        number, state = guarantee.number, guarantee.state
        yield Waiting("guarantee", number, state, "", "", "", "it is over, not expired")
    for line in BankLine.objects.filter(state="suspended"):
        yield Waiting("bank line", line.reference, line.state, "cashier", "assign or return")
    for refund in Refund.objects.filter(state__in=("requested", "approved")):
        yield Waiting("refund", str(refund.pk), refund.state, "another cashier", "settle_payment")
    late_ones = set(_keys(stated.overdue(today)))
    for statement in Statement.objects.exclude(state="paid").select_related("account"):
        late = statement.pk in late_ones
        fault = "it is overdue, and is not marked so" if late else ""
        number, due = statement.account.number, statement.due.isoformat()
        yield Waiting("statement", number, statement.state, "its holder", "pay", due, fault)


def _of_gate(now: datetime) -> Iterator[Waiting]:
    """Yield the tokens that a gate would still let through."""
    live = Token.objects.filter(state="live", expires_at__gt=microseconds(now))
    for token in live.prefetch_related("declarations__declaration").order_by("id"):
        states = {one.declaration.state for one in token.declarations.all()}
        gone = bool(states) and states <= {"rejected", "invalidated"}
        due = _minute(token.expires_at)
        fault = "it opens the gate for what is over" if gone else ""
        yield Waiting("gate token", token.serial, token.state, "haulier", "come", due, fault)
    for way in Exit.objects.filter(ended="").select_related("declaration"):
        if way.declaration.state in OVER:
            mrn = str(way.declaration.mrn)
            yield Waiting("exit", mrn, "open", "", "", "", _over(gone=True))


def _after_release() -> Iterator[Waiting]:
    for audit in Audit.objects.filter(state__in=OPEN_AUDITS):
        yield Waiting("audit", str(audit.pk), audit.state, "customs", "audit")
    for correction in Correction.objects.filter(state="proposed").select_related("declaration"):
        yield _about(correction, "correction", "customs, another officer", "confirm")
    for appeal in Appeal.objects.filter(state__in=OPEN_APPEALS):
        days = appeal.admit_due if appeal.state == "lodged" else appeal.decide_due
        due = "" if days is None else date_of(days).isoformat()
        yield Waiting("appeal", str(appeal.pk), appeal.state, "customs", "decide", due)


def _minute(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M")
