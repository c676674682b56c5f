"""The operations on the budget of inspections."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router

from clearway.accounts.forms import permitted
from clearway.audit import clock
from clearway.risk.scoring import forms, service, telling
from clearway.risk.scoring.access import OPERATIONS
from clearway.risk.scoring.service import Shares

router = Router(tags=["inspection capacity"])
OfficeCode = Annotated[str, Path(max_length=17, description="office", examples=["XPCRT1"])]


@router.get(
    "/inspection-capacities",
    response=forms.Capacities,
    operation_id="listInspectionCapacities",
    summary="What each office can inspect, and today's plan",
)
def list_capacities(request: HttpRequest) -> Any:
    """Return each office's capacity and the cuts by which its newest plan spends it."""
    permitted(request, "listInspectionCapacities", OPERATIONS)
    return {"items": telling.offices()}


@router.put(
    "/inspection-capacities/{office}",
    response=forms.CapacityTold,
    operation_id="setInspectionCapacity",
    summary="Say what an office can inspect",
)
def set_capacity(request: HttpRequest, office: OfficeCode, form: forms.CapacityForm) -> Any:
    """Set what an office can inspect on a day. It counts from the next day's plan on."""
    actor = permitted(request, "setInspectionCapacity", OPERATIONS)
    shares = Shares(form.chance, form.stake, form.new)
    service.set_capacity(actor, office, form.per_day, shares, form.reason, clock.now())
    return next(one for one in telling.offices() if one["office"] == office)
