"""What this room asks of the accounts: what was paid, what is owed more, what is owed back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clearway.declarations.models import Declaration
from clearway.declarations.queries import bearer_of, locked
from clearway.events.service import Act
from clearway.payments.adjusting import adjust, depart
from clearway.payments.departing import Part
from clearway.payments.notices import INTEREST, PENALTY, Line
from clearway.payments.queries import debt_of, taxes_besides
from clearway.vocabulary.errors import StateForbids


def paid_of(declaration: Declaration) -> int:
    """Return what was paid for a declaration's goods, in minor units."""
    return debt_of(bearer_of(declaration).pk).paid


def refuse_beyond_paid(declaration: Declaration, refund: int) -> None:
    """Refuse to give back more than was paid.

    Raises:
        StateForbids: it is more.
    """
    if refund > paid_of(declaration):
        raise StateForbids(
            "More would be refunded than was paid.",
            remedy="Look what was paid and refunded for this declaration.",
        )


def by_tax(lines: Iterable[tuple[str, int]]) -> list[Line]:
    """Return differences of taxes, each once and none of nothing."""
    total: dict[str, int] = {}
    for tax, amount in lines:
        total[tax] = total.get(tax, 0) + amount
    return [Line(tax, amount) for tax, amount in sorted(total.items()) if amount]


def post(
    doing: Act,
    declaration: Declaration,
    taxes: Sequence[Line],
    reason: str,
    *,
    interest: int = 0,
    penalty: int = 0,
    departs: str = "",
) -> None:
    """Ask for more, or give back, by a decision after release; nothing where nothing differs.

    Args:
        doing: the act of the decision.
        declaration: locked.
        taxes: what each tax differs by (``by_tax``).
        reason: as the payer reads it.
        interest: in minor units; below zero it is taken back.
        penalty: likewise.
        departs: the decision (``claim:3``) where it departs from the assessment, and later
            versions charge what is left of it. Where it is left out, another version of the
            declaration follows that charges just these taxes.
    """
    more = [Line("INTEREST", interest, kind=INTEREST)] if interest else []
    more += [Line("PENALTY", penalty, kind=PENALTY)] if penalty else []
    if taxes or more:
        bears = bearer_of(declaration)
        bears = declaration if bears == declaration else locked(bears.pk)
        if departs:
            # A penalty or interest that is lowered is of no assessment.
            besides = taxes_besides(bears.pk)
            parts = [Part(one.tax, one.amount) for one in taxes if one.tax not in besides]
            depart(doing, bears, departs, parts, reason[:512])
            taxes = [one for one in taxes if one.tax in besides]
        if taxes or more:
            ahead = bool(taxes) and not departs
            adjust(doing, bears, [*taxes, *more], reason[:512], ahead=ahead)
