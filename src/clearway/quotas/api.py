"""The room's operations: what is left of each tariff quota, and who has drawn on it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from clearway.audit import clock
from clearway.audit.forms import Cursor, Day, Limit, permitted
from clearway.kernel.measures import OPEN_END
from clearway.quotas import access, queries
from clearway.quotas.queries import Standing
from clearway.quotas.rules import SCALE
from clearway.reference import in_force
from clearway.reference.queries import day_at
from clearway.vocabulary.dates import date_of, days_of
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["tariff quotas"])
_QUANTITY = Field(description="in the quota's unit", examples=["7999820"])
Order = Annotated[str, Path(max_length=32, description="WCO 401", examples=["091001"])]
OnDay = Annotated[Day | None, Query(description="today in the pack's country if left out")]


class TariffQuotaTold(Schema):
    """A tariff quota as it stands."""

    order: str = Field(description="order number (WCO 401)", examples=["091001"])
    name: str
    amount: Decimal = _QUANTITY
    drawn: Decimal = _QUANTITY
    left: Decimal = _QUANTITY
    unit: str = Field(description="UN/ECE Rec 20", examples=["KGM"])
    state: Literal["open", "critical", "exhausted"] = Field(
        description="critical: less than a tenth is left"
    )
    areas: str = Field(description="the pack's code of the countries of origin that it serves")
    legal_basis: str
    valid_from: dt.date | None
    valid_to: dt.date | None = Field(description="the first day after it")


class TariffQuotas(Schema):
    """Every quota that is open on a day."""

    day: dt.date
    items: list[TariffQuotaTold]


class QuotaDrawTold(Schema):
    """What one declaration has drawn."""

    mrn: str
    quantity: Decimal = _QUANTITY
    at: dt.datetime


class QuotaDrawPage(Schema):
    """Some draws on a quota, the newest first."""

    items: list[QuotaDrawTold]
    next: str | None


@router.get(
    "/tariff-quotas",
    response=TariffQuotas,
    operation_id="listTariffQuotas",
    summary="What is left of every tariff quota",
)
def list_tariff_quotas(request: HttpRequest, date: OnDay = None) -> Any:
    """Return the quotas that are open on a day. A quota is served first come, first served."""
    permitted(request, "listTariffQuotas", access.OPERATIONS)
    reference = in_force.reference_at(clock.now())
    day = _day(date)
    return {"day": date_of(day), "items": [_told(x) for x in queries.standings(reference, day)]}


@router.get(
    "/tariff-quotas/{order}",
    response=TariffQuotaTold,
    operation_id="getTariffQuota",
    summary="What is left of a tariff quota",
)
def get_tariff_quota(request: HttpRequest, order: Order, date: OnDay = None) -> Any:
    """Return how a quota stands."""
    permitted(request, "getTariffQuota", access.OPERATIONS)
    return _told(queries.standing(in_force.reference_at(clock.now()), order, _day(date)))


@router.get(
    "/tariff-quotas/{order}/draws",
    response=QuotaDrawPage,
    operation_id="listQuotaDraws",
    summary="Who has drawn on a tariff quota",
)
def list_quota_draws(
    request: HttpRequest,
    order: Order,
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
) -> Any:
    """Return what declarations have drawn; a trader sees his own. What came back has no row."""
    actor = permitted(request, "listQuotaDraws", access.OPERATIONS)
    page = page_of(
        access.draws_for(actor, in_force.reference_at(clock.now()), order),
        "-declaration",
        cursor,
        limit,
    )
    items = [
        {"mrn": row.mrn, "quantity": Decimal(row.quantity) / SCALE, "at": row.at}
        for row in page.items
    ]
    return {"items": items, "next": page.next}


def _day(given: dt.date | None) -> int:
    now = clock.now()
    return day_at(now, in_force.reference_at(now)) if given is None else days_of(given)


def _told(one: Standing) -> dict[str, Any]:
    quota = one.quota
    return {
        "order": quota.order,
        "name": quota.name,
        "amount": Decimal(quota.amount) / SCALE,
        "drawn": Decimal(one.drawn) / SCALE,
        "left": Decimal(one.left) / SCALE,
        "unit": quota.unit,
        "state": one.state,
        "areas": quota.areas,
        "legal_basis": quota.legal_basis,
        "valid_from": date_of(quota.opens) if quota.opens else None,
        "valid_to": date_of(quota.closes) if quota.closes < OPEN_END else None,
    }
