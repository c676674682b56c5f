"""Tariff quotas: what is left of each, and who has drawn on one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.kernel.measures import OPEN_END
from clearway.quotas import access, queries
from clearway.quotas.queries import Standing
from clearway.reference import in_force
from clearway.reference.queries import day_at
from clearway.vocabulary.dates import date_of
from clearway.vocabulary.pages import page_of
from clearway.web.visitors import page

_PAGE = 50


@require_safe
@page("listTariffQuotas", access.OPERATIONS)
def quotas(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show every quota that is open today."""
    del actor
    reference, day = _today()
    rows = [_told(one) for one in queries.standings(reference, day)]
    return render(request, "web/oversight/quotas.html", {"rows": rows, "day": date_of(day)})


@require_safe
@page("getTariffQuota", access.OPERATIONS)
def quota(request: HttpRequest, actor: Actor, order: str) -> HttpResponseBase:
    """Show one quota, and the draws on it that its reader may see."""
    reference, day = _today()
    context: dict[str, Any] = {"quota": _told(queries.standing(reference, order, day))}
    if actor.has(*access.OPERATIONS["listQuotaDraws"]):
        rows = access.draws_for(actor, reference, order)
        draws = page_of(rows, "-declaration", request.GET.get("cursor", ""), _PAGE)
        told = [(row.mrn, row.quantity, row.at) for row in draws.items]
        context |= {"sees_draws": True, "draws": told, "next": draws.next}
    return render(request, "web/oversight/quota.html", context)


def _today() -> tuple[Any, int]:
    now = clock.now()
    reference = in_force.reference_at(now)
    return reference, day_at(now, reference)


def _told(one: Standing) -> dict[str, Any]:
    quota = one.quota
    return {
        "order": quota.order,
        "name": quota.name,
        "areas": quota.areas,
        "legal_basis": quota.legal_basis,
        "unit": quota.unit,
        "amount": quota.amount,
        "drawn": one.drawn,
        "left": one.left,
        "share": 0 if not quota.amount else round(100 * one.drawn / quota.amount),
        "state": one.state,
        "opens": date_of(quota.opens) if quota.opens else None,
        "closes": date_of(quota.closes) if quota.closes < OPEN_END else None,
    }
