"""How what an organisation lodged stands, as its people see it when they begin their day.

Every read is bounded by the latest declarations of that organisation, found by the index on
``organisation``; nobody's page grows with everybody's record.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from clearway.declarations.kinds import SIMPLIFIED
from clearway.declarations.life_cycle import BEFORE_RELEASE
from clearway.declarations.models import ActRequest, Declaration
from clearway.declarations.queries import LIVE

MOST: Final = 5_000
"""Declarations that are looked through, the latest."""


class Standing(NamedTuple):
    """How many of the latest declarations stand where.

    ``first`` is the lowest row number among them, and ``whole`` tells whether there are no others.
    """

    counted: int
    whole: bool
    first: int
    states: dict[str, int]
    goods: dict[str, int]
    lanes: dict[int, int]


def standing(organisation: int, most: int = MOST) -> Standing:
    """Count the latest declarations of an organisation by state, goods' state and lane."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, goods_state, lane, COUNT(*), MIN(id) FROM ("
            "SELECT id, state, goods_state, lane FROM declarations_declaration "
            "WHERE organisation = %s ORDER BY id DESC LIMIT %s) AS latest "
            "GROUP BY state, goods_state, lane",
            [organisation, most],
        )
        rows = cursor.fetchall()
    states: dict[str, int] = {}
    goods: dict[str, int] = {}
    lanes: dict[int, int] = {}
    for state, goods_state, lane, number, _ in rows:
        states[state] = states.get(state, 0) + number
        if state in BEFORE_RELEASE:
            goods[goods_state] = goods.get(goods_state, 0) + number
        if lane is not None:
            lanes[lane] = lanes.get(lane, 0) + number
    counted = sum(states.values())
    first = min((row[4] for row in rows), default=0)
    return Standing(counted, counted < most, first, states, goods, lanes)


def latest(organisation: int, first: int = 0) -> QuerySet[Declaration]:
    """Return the declarations of an organisation from a row number on, the last first."""
    rows = Declaration.objects.filter(organisation=organisation, id__gte=first)
    return rows.order_by("-id")


def to_supplement(organisation: int, first: int = 0) -> QuerySet[Declaration]:
    """Return simplified declarations that wait for their supplementary one, the first due first."""
    completed = Declaration.objects.filter(supplements=OuterRef("mrn"), state__in=LIVE)
    rows = latest(organisation, first).filter(
        ~Exists(completed),
        kind=SIMPLIFIED,
        supplementary_due__isnull=False,
        state__in=LIVE - {"received"},
    )
    return rows.order_by("supplementary_due", "id")


def decided_requests(organisation: int, since: datetime) -> QuerySet[ActRequest]:
    """Return the requests of an organisation that officers decided since, the last first."""
    rows = ActRequest.objects.filter(
        declaration__organisation=organisation,
        state__in=("granted", "refused"),
        decided_at__gte=since,
    )
    return rows.select_related("declaration").order_by("-decided_at")
