"""The room's operations: the ledger of selection, and its public summary of a year."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from clearway.audit.forms import permitted
from clearway.supervision import forms, telling
from clearway.supervision.access import OPERATIONS
from clearway.supervision.ledger import ledger, scope_of
from clearway.supervision.summary import summary

router = Router(tags=["ledger of selection"])


@router.get(
    "/selection-ledger",
    response=forms.SelectionLedger,
    operation_id="getSelectionLedger",
    summary="What each channel of selection was worth, and what was missed",
)
def get_selection_ledger(
    request: HttpRequest,
    period: forms.Span = "",
    office: forms.OfOffice = "",
    direction: forms.OfDirection = None,
) -> Any:
    """Return what was selected, inspected, found and missed, by channel and by profile.

    A channel counts what it asked for, whoever decided; the random draw is made for all, so that
    its rate is the base rate of all others. Intervals are of 95 %.
    """
    permitted(request, "getSelectionLedger", OPERATIONS)
    return telling.ledger_told(ledger(scope_of(period, office, direction or "")))


@router.get(
    "/selection-summary",
    response=forms.SelectionSummary,
    operation_id="getSelectionSummary",
    summary="What selection was worth in a year, as the public may read it",
)
def get_selection_summary(request: HttpRequest, year: forms.OfYear = None) -> Any:
    """Return the public summary of a year: sums over the country, without small counts."""
    permitted(request, "getSelectionSummary", OPERATIONS)
    return telling.summary_told(summary(year))
