"""How many records of each kind stand in which state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db.models import Count, Model

from clearway.audit.models import Leaf
from clearway.cargo.models import Conveyance, TransportDocument
from clearway.clearance.models import Hold
from clearway.declarations.models import ActRequest, Declaration
from clearway.events.models import Event
from clearway.gate.models import Passage, Token
from clearway.inspection.models import Opening, ValueDoubt
from clearway.kernel.decisions import Lane
from clearway.payments.ledger_models import Entry
from clearway.payments.models import (
    BankLine,
    Guarantee,
    GuaranteeUse,
    Notice,
    Refund,
    Security,
    Statement,
)
from clearway.permits.models import Case, Need, Permit
from clearway.post_clearance.models import Appeal, Audit, Correction, Draw

Counts = Mapping[str, int]

_BY_STATE: Final[tuple[tuple[str, type[Model], str], ...]] = (
    ("declarations", Declaration, "state"),
    ("goods", Declaration, "goods_state"),
    ("debts", Declaration, "debt_state"),
    ("kinds", Declaration, "kind"),
    ("requests", ActRequest, "state"),
    ("conveyances", Conveyance, "state"),
    ("transport documents", TransportDocument, "state"),
    ("permit cases", Case, "state"),
    ("permits", Permit, "state"),
    ("papers asked for", Need, "state"),
    ("inspections", Opening, "state"),
    ("value doubts", ValueDoubt, "state"),
    ("notices", Notice, "state"),
    ("bank lines", BankLine, "state"),
    ("refunds", Refund, "state"),
    ("guarantees", Guarantee, "state"),
    ("guarantee uses", GuaranteeUse, "state"),
    ("securities", Security, "state"),
    ("statements", Statement, "state"),
    ("gate tokens", Token, "state"),
    ("passages", Passage, "verdict"),
    ("selected after release", Draw, "channel"),
    ("audits", Audit, "state"),
    ("corrections", Correction, "state"),
    ("appeals", Appeal, "state"),
)


def figures() -> dict[str, Counts]:
    """Return the counts by state of every kind of record there is any of, kinds in their order."""
    found = {name: _counted(model, column) for name, model, column in _BY_STATE}
    lanes = Declaration.objects.exclude(lane=None).order_by().values_list("lane")
    found["lanes"] = {
        Lane(lane).name.lower(): count for lane, count in lanes.annotate(number=Count("pk"))
    }
    held = Hold.objects.filter(lifted_at=None).count()
    found["holds"] = {"open": held, "lifted": Hold.objects.count() - held}
    found["record"] = {
        "events": Event.objects.count(),
        "leaves": Leaf.objects.count(),
        "ledger entries": Entry.objects.count(),
    }
    return {name: counts for name, counts in found.items() if any(counts.values())}


def _counted(model: type[Model], column: str) -> Counts:
    rows = model._default_manager.order_by(column).values_list(column)  # noqa: SLF001
    return {str(state): count for state, count in rows.annotate(number=Count("pk"))}
