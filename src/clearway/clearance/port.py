"""The port at a glance: what is held, free to leave, recalled, aboard or late, as lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from clearway.audit import clock
from clearway.audit.actor import Actor, Role
from clearway.cargo.models import TransportDocument
from clearway.clearance.models import Exit, Move
from clearway.declarations.access import visible
from clearway.declarations.models import AtPort, Declaration
from clearway.vocabulary.clock import microseconds

STATES: Final[Mapping[str, str]] = {
    "held": "held",
    "recalled": "recalled",
    "leaving": "released",
    "gated_in": "gated_in",
    "loaded": "loaded",
}
"""The goods' states that a port watches, by the name of their figure."""
LISTS: Final = (*STATES, "late", "enquired")


def goods(actor: Actor, name: str) -> QuerySet[Declaration]:
    """Return the declarations behind a figure of ``LISTS`` that an actor may see.

    A terminal keeps everybody's goods and sees where they stand; officials see their office's.
    """
    seen = actor.has(Role.TERMINAL)
    rows = Declaration.objects.all() if seen else visible(actor)
    if name in STATES:
        return rows.filter(AtPort("goods_state"), goods_state=STATES[name])
    exits = Exit.objects.filter(declaration=OuterRef("pk"), ended="")
    if name == "enquired":
        return rows.filter(Exists(exits.filter(enquired_at__isnull=False)))
    now = microseconds(clock.now())
    return rows.filter(Exists(exits.filter(enquired_at=None, due_at__lt=now)))


def here() -> QuerySet[TransportDocument]:
    """Return the transport documents whose goods are here, until they are closed."""
    rows = TransportDocument.objects.filter(arrived_at__isnull=False, houses=0)
    return rows.exclude(state__in=("closed", "cancelled"))


def figures(actor: Actor) -> list[tuple[str, int]]:
    """Return how many declarations' goods stand behind each figure."""
    return [(name, goods(actor, name).count()) for name in LISTS]


def moves(actor: Actor) -> QuerySet[Move]:
    """Return the movements under control that are not over, those of one's station for a keeper."""
    rows = Move.objects.filter(state__in=["authorised", "under_way"]).order_by("-id")
    return rows.filter(keeper=actor.organisation) if actor.has(Role.TERMINAL) else rows
