"""What this room asks of the accounts: what was paid, what is owed more, what is owed back."""

from __future__ import annotations

from clearway.assessment import queries as assessed
from clearway.declarations.models import Declaration
from clearway.vocabulary.errors import StateForbids

_PAID = frozenset({"paid", "final", "adjusted"})


def paid_of(declaration: Declaration) -> int:
    """Return what was paid for a declaration, in minor units."""
    newest = assessed.newest(declaration.pk)
    if newest is None or declaration.debt_state not in _PAID:
        return 0
    return newest.payable or 0


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
