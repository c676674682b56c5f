"""What a value that customs determined adds to a debt, asked for once."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from clearway.audit.actor import Actor
from clearway.declarations.models import Declaration
from clearway.declarations.queries import LIVE, bearer_of, by_key, locked
from clearway.events.service import act
from clearway.payments.models import NoticeLine
from clearway.payments.notices import Line, adjust


def collect(actor: Actor, mrn: str, doubt: int, taxes: Mapping[str, int]) -> bool:
    """Ask for what the determined value of a goods item adds by tax, or take back what it lowers.

    Told twice, it is asked for once; nothing is asked of a declaration that is void.

    Args:
        actor: the platform's own.
        mrn: of the declaration.
        doubt: number of the doubt that was decided.
        taxes: what each tax differs by, in minor units.

    Returns:
        Whether something was written.
    """
    found = by_key(mrn)
    if found is None or not taxes:
        return False
    with transaction.atomic():
        declaration = locked(bearer_of(found).pk)
        reason = f"Value determined, doubt {doubt}"
        if declaration.state not in LIVE or _is_asked(declaration, reason):
            return False
        with act(actor) as doing:
            adjust(doing, declaration, [Line(*one) for one in sorted(taxes.items())], reason)
    return True


def _is_asked(declaration: Declaration, reason: str) -> bool:
    rows = NoticeLine.objects.filter(notice__declaration=declaration, reason=reason)
    return rows.exclude(notice__state="cancelled").exists()
