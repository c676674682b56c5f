"""The lists that reconcile one room with another, each line with what explains it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct

from clearway.audit.actor import Actor, Role
from clearway.cargo.models import TransportDocument
from clearway.clearance.models import Exit
from clearway.declarations.models import Declaration
from clearway.gate import comparing
from clearway.gate.models import Passage
from clearway.inspection.life_cycle import OPEN
from clearway.inspection.models import Opening
from clearway.intake.models import Alarm, Quarantined
from clearway.payments.models import BankLine, GuaranteeUse, Notice
from clearway.payments.queries import OPEN_NOTICE, OPEN_USE
from clearway.permits.models import Need
from clearway.vocabulary.clock import microseconds
from clearway.vocabulary.dates import iso_of

_ME: Final = Actor("system:reckoning", roles=frozenset({Role.AUDITOR}))
_AT_THE_GATE: Final[Mapping[str, str]] = {
    "no_token": "nobody has asked for a gate token yet",
    "token_waits": "its token waits for the lorry",
    "token_expired": "its token ran out before anybody came",
    "token_recalled": "its token was recalled",
    "refused_at_gate": "the gate refused whoever came",
    "in_part": "a part has left, and the rest waits",
    "overdue": "nobody has come for it in the time that the pack sets",
    "still_here": "the declaration says that the goods are still here",
    "invalidated": "the declaration was invalidated afterwards",
    "replayed": "the token was shown a second time",
    "recalled": "the token was recalled",
    "expired": "the token had run out",
    "forged": "the token is not one of ours",
    "unknown": "the token is not known",
    "other_unit": "another unit than the token's",
    "other_plate": "another lorry than the token's",
    "other_gate": "another gate than the token's",
    "other_direction": "the other direction than the token's",
    "other_quantity": "another quantity than the token's",
}
_PARKED: Final[Mapping[str, str]] = {
    "unknown_notice": "the payer named no notice that is known",
    "notice_cancelled": "the notice was cancelled",
    "notice_paid": "the notice is paid already",
    "wrong_currency": "another currency than the notice's",
    "more_than_due": "more than is due",
    "reference_reused": "the bank's reference was used before",
    "wrong_iban": "the payer's account number is wrong",
    "statement_paid": "the statement is paid already",
    "unknown_return": "the bank took back a payment that is not known",
    "return_differs": "the bank took back another amount than was paid",
    "return_done": "the payment was taken back or sent back before",
    "return_other": "what the payment set going is not undone by itself",
    "security_over": "the security is covered already, or over",
}


class Line(Struct, frozen=True):
    """A line of a list: what it is about, and what explains it (empty where nothing does)."""

    subject: str
    reason: str


def lists(now: datetime) -> dict[str, list[Line]]:
    """Return every list at an instant, by name; those that are empty too."""
    return {
        "released, not out of the gate": list(_released(now)),
        "exports released, not confirmed out": list(_exits(now)),
        "out of the gate, not released": list(_gated()),
        "refused at the gate": list(_refused()),
        "declared, not in a cargo report": list(_unmatched()),
        "reported and here, not declared": list(_undeclared(now)),
        "landed short or over": list(_short()),
        "money in suspense": list(_suspense()),
        "overdue debts": list(_overdue()),
        "overdue supplementary declarations": list(_supplementary()),
        "waiting for a paper": list(_papers()),
        "inspections past their hour": list(_inspections(now)),
        "in quarantine": list(_quarantined()),
        "open alarms": list(_alarms()),
    }


def _released(now: datetime) -> Iterator[Line]:
    for row in comparing.released(_ME).iterator():
        why = comparing.explain(row, now)["why"]
        yield Line(str(row.mrn), _AT_THE_GATE.get(why, ""))


def _exits(now: datetime) -> Iterator[Line]:
    rows = Exit.objects.filter(ended="").select_related("declaration").order_by("pk")
    for way in rows.iterator():
        state = way.declaration.goods_state
        if way.enquired_at is not None:
            reason = "customs asked where it is; the exporter has to answer"
        elif way.due_at < now:
            reason = ""
        elif state == "released":
            reason = f"not brought to the gate yet; to be out by {way.due_at:%Y-%m-%d}"
        elif state in {"gated_in", "loaded", "departed"}:
            reason = f"{state.replace('_', ' ')}; to be out by {way.due_at:%Y-%m-%d}"
        elif state in {"recalled", "held"}:
            reason = "somebody holds it"
        else:
            reason = ""
        yield Line(str(way.declaration.mrn), reason)


def _gated() -> Iterator[Line]:
    for row in comparing.gated(_ME).iterator():
        told = comparing.explain_passage(row)
        yield Line(told["mrn"] or told["unit"], _AT_THE_GATE.get(told["why"], ""))


def _refused() -> Iterator[Line]:
    for row in Passage.objects.filter(verdict="refused").order_by("id"):
        yield Line(row.unit, _AT_THE_GATE.get(row.reason, row.reason.replace("_", " ")))


def _unmatched() -> Iterator[Line]:
    known = set(TransportDocument.objects.exclude(state="cancelled").values_list("key", flat=True))
    for row in Declaration.objects.filter(goods_state="unmatched").order_by("id").iterator():
        document = row.transport_document
        there = document in known
        # A report that is there and does not match stops the goods for a reason of its own.
        reason = (
            f"the report of {document} says something else, or is drawn on by another"
            if there
            else f"nobody has reported {document or 'its goods'} yet"
        )
        yield Line(str(row.mrn), reason)


def _undeclared(now: datetime) -> Iterator[Line]:
    rows = TransportDocument.objects.filter(
        state__in=("arrived", "discharged", "overdue"), houses=0, drawn_packages=0, drawn_mass=0
    )
    for row in rows.order_by("id").iterator():
        due = row.due_at
        if row.state == "overdue":
            reason = "nobody declared it in time; it is marked as lying too long"
        elif due is not None and due >= now:
            reason = f"nobody has declared it; it may lie until {due:%Y-%m-%d}"
        else:
            reason = ""
        yield Line(row.number, reason)


def _short() -> Iterator[Line]:
    rows = TransportDocument.objects.exclude(tallied_packages=None).order_by("id")
    for row in rows.iterator():
        found = int(row.tallied_packages or 0) - row.packages
        if found:
            word = "missing" if found < 0 else "over"
            state = row.state.replace("_", " ")
            reason = f"{abs(found)} of {row.packages} packages {word} by the tally; {state}"
            yield Line(row.number, reason)


def _suspense() -> Iterator[Line]:
    for line in BankLine.objects.filter(state="suspended").order_by("id"):
        yield Line(line.reference, _PARKED.get(line.why, ""))


def _overdue() -> Iterator[Line]:
    """Yield the notices that are late: what was done about each, and what secures it."""
    rows = Notice.objects.filter(state__in=OPEN_NOTICE, overdue_at__isnull=False)
    secured = dict(
        GuaranteeUse.objects.filter(state__in=OPEN_USE, subject="").values_list(
            "declaration_id", "guarantee__number"
        )
    )
    for notice in rows.select_related("declaration").order_by("due", "id"):
        paid = "paid in part" if notice.paid else "not paid"
        kept = secured.get(notice.declaration_id)
        goods = notice.declaration.goods_state
        what = f"secured by {kept}" if kept else f"goods {goods.replace('_', ' ')}"
        reminded = "" if notice.reminded_at is None else f", reminded {notice.reminded_at:%m-%d}"
        reason = f"{paid} since {notice.due:%Y-%m-%d}{reminded}; {what}"
        yield Line(str(notice.declaration.mrn), reason)


def _supplementary() -> Iterator[Line]:
    rows = Declaration.objects.filter(overdue_at__isnull=False, state="released").order_by("id")
    lodged = dict(Declaration.objects.exclude(supplements="").values_list("supplements", "state"))
    for row in rows:
        found = lodged.get(str(row.mrn), "")
        due = "" if row.supplementary_due is None else iso_of(row.supplementary_due)
        told = f"the one that was lodged is {found}" if found else "none was lodged"
        yield Line(str(row.mrn), f"due {due}, and its declarant was told; {told}")


def _papers() -> Iterator[Line]:
    rows = Need.objects.filter(state__in=("paper", "inspect", "lacking", "refused"))
    mrns = dict(Declaration.objects.filter(state="assessed").values_list("pk", "mrn"))
    words = {
        "paper": "its agency has not looked at the paper yet",
        "inspect": "its agency wants to see the goods",
        "lacking": "the trader has not brought it",
        "refused": "its agency refused it",
    }
    for need in rows.order_by("id"):
        if need.declaration in mrns:
            name = f"{mrns[need.declaration]} {need.requirement}"
            yield Line(name, f"{words[need.state]} ({need.agency})")


def _inspections(now: datetime) -> Iterator[Line]:
    rows = Opening.objects.filter(state__in=sorted(OPEN), due_at__lt=microseconds(now))
    for one in rows.select_related("declaration").order_by("due_at"):
        reason = f"{one.state} since {one.ordered_at:%Y-%m-%d}; its service time is over"
        yield Line(str(one.declaration.mrn), reason)


def _quarantined() -> Iterator[Line]:
    for kept in Quarantined.objects.filter(state="held").order_by("id"):
        yield Line(str(kept.pk), f"{kept.failure} at {kept.step}")


def _alarms() -> Iterator[Line]:
    for alarm in Alarm.objects.filter(acknowledged_at=None).order_by("id"):
        yield Line(str(alarm.pk), "nobody has looked at it")
