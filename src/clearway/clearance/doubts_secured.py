"""Security for a doubted value: the step of the doubt and its cover in the ledger, or neither.

The doubt is inspection's, guarantees and deposits are payments'; rooms of one floor do not know
each other. How a security ends follows from the decision's news (``payments.determining``).
"""

from __future__ import annotations

from django.db import transaction

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.declarations.queries import locked
from clearway.events.service import act
from clearway.inspection import access, doubting
from clearway.inspection.models import ValueDoubt
from clearway.payments import securities
from clearway.payments.using import telling_shortfall


def fix(actor: Actor, number: int, value: int) -> ValueDoubt:
    """Fix the security by the value that is suspected; its payer may deposit it from now on.

    Raises:
        NotThere, DataRefused, StateForbids: as ``doubting.fix_security``.
    """
    with transaction.atomic():
        row = doubting.fix_security(actor, number, value)
        _ask(row)
    return row


def cover(actor: Actor, number: int, named: str) -> ValueDoubt:
    """Cover the security by a guarantee, or by what was deposited: the goods may leave.

    Args:
        actor: an officer.
        number: the doubt's.
        named: number of a guarantee of the parties, or of the security where money was deposited.

    Raises:
        NotThere, DataRefused, StateForbids: as ``doubting.secure``.
        GuaranteeShort: the guarantee does not suffice; that is announced.
        StateForbids: no such guarantee, or too little was deposited.
    """
    access.doubt_for(actor, number, to="decide")
    with telling_shortfall(actor), transaction.atomic():
        row = doubting.secure(actor, number, named)
        _ask(row)
        with act(actor) as doing:
            declaration = locked(row.declaration_id)
            securities.cover(doing, declaration, subject(row), row.secured_by)
    return row


def _ask(row: ValueDoubt) -> None:
    assert row.security is not None
    declaration = locked(row.declaration_id)
    securities.ask(declaration, subject(row), row.security, row.currency, clock.now())


def subject(row: ValueDoubt) -> str:
    """Return what the security of a doubt depends on."""
    return f"value_doubt:{row.pk}"
