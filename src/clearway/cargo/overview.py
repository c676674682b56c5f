"""How the cargo reports that concern somebody stand, as he sees it when he begins his day."""

from __future__ import annotations

from typing import Final

from django.db.models import Q, QuerySet

from clearway.cargo.models import Conveyance, TransportDocument

MOST: Final = 5_000
"""Transport documents that are looked through, the latest."""
CALLING: Final = ("rfi", "rfs", "do_not_load", "short", "excess", "overdue")
"""States in which a document wants something of its reporter or of the terminal."""


def calling(condition: Q, most: int = MOST) -> QuerySet[TransportDocument]:
    """Return those of the latest documents that want something done, the last first."""
    rows = TransportDocument.objects.filter(condition).order_by("-id")
    first = next(iter(rows.values_list("id", flat=True)[most - 1 : most]), 0)
    return rows.filter(id__gte=first, state__in=CALLING)


def expected(condition: Q) -> QuerySet[Conveyance]:
    """Return the conveyances that are on their way, the first to come first."""
    return Conveyance.objects.filter(condition, state="expected").order_by("expected_at", "id")
