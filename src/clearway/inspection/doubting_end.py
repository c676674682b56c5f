"""How a doubt about a value ends with its declaration."""

from __future__ import annotations

from clearway.declarations.models import Declaration
from clearway.events.service import Act
from clearway.inspection import events
from clearway.inspection.life_cycle import DOUBT, DOUBT_OPEN, after
from clearway.inspection.models import ValueDoubt
from clearway.inspection.telling import announce


def any_open(declaration: int) -> bool:
    """Tell whether a declaration's value is doubted."""
    return ValueDoubt.objects.filter(declaration=declaration, state__in=DOUBT_OPEN).exists()


def lapse(doing: Act, declaration: Declaration) -> int:
    """End the open doubts about a declaration that was cancelled; return how many."""
    rows = ValueDoubt.objects.select_for_update().filter(
        declaration=declaration, state__in=DOUBT_OPEN
    )
    count = 0
    for row in rows.order_by("id"):
        row.state, row.closed_at = after(DOUBT, row.state, "lapse"), doing.at
        row.save(update_fields=["state", "closed_at"])
        announce(doing, declaration, None, events.DOUBT_LAPSED, doubt=row.pk, item=row.item)
        count += 1
    return count
