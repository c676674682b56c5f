"""What a profile in the shadow would have hit, and what was found of it by those who looked."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q

from clearway.assessment.models import ShadowHit
from clearway.declarations.models import Declaration
from clearway.risk.outcomes.models import Outcome
from clearway.risk.outcomes.queries import looked_at

SHOWN: Final = 50
"""Declarations that are listed, the newest."""


def counted(code: str) -> dict[int, dict[str, int]]:
    """Return what each version of a profile hit in the shadow, in declarations, by its number.

    ``hits``, how many of them were ``inspected``, for whatever reason, and in how many something
    was ``found``. Others chose what was looked at: ``risk.profiles.worth`` weighs only fair looks.
    """
    looked = Outcome.objects.filter(declaration=OuterRef("assessment__declaration"))
    rows = (
        ShadowHit.objects.filter(profile=code)
        .annotate(looked=Exists(looked), differs=Exists(looked.filter(differs=True)))
        .values("version")
        .annotate(
            hits=Count("assessment__declaration", distinct=True),
            inspected=Count("assessment__declaration", distinct=True, filter=Q(looked=True)),
            found=Count("assessment__declaration", distinct=True, filter=Q(differs=True)),
        )
    )
    return {
        row["version"]: {name: row[name] for name in ("hits", "inspected", "found")} for row in rows
    }


def newest(code: str, version: int) -> list[dict[str, Any]]:
    """Return the newest declarations that a version hit in the shadow, each with what became of it.

    ``lane`` is the one that was selected without it; ``inspected`` and ``found`` as in ``counted``.
    """
    hits = ShadowHit.objects.filter(profile=code, version=version).order_by("-id")
    items: dict[int, str] = {}
    for number, told in hits.values_list("assessment__declaration", "items")[: 2 * SHOWN]:
        items.setdefault(number, told)
    wanted = list(items)[:SHOWN]
    shown = looked_at(wanted)
    rows = Declaration.objects.filter(pk__in=wanted).order_by("-received_at", "-id")
    return [
        {
            "mrn": row.mrn,
            "received_at": row.received_at,
            "office": row.office,
            "lane": row.lane,
            "items": items[row.pk].replace(",", ", "),
            "inspected": row.pk in shown,
            "found": shown.get(row.pk, False),
        }
        for row in rows
    ]
