"""What a permit gets back of goods that were released and never left: short-shipped exports."""

from __future__ import annotations

from clearway.accounts.queries import active_identifiers
from clearway.declarations.models import Declaration
from clearway.events.service import Act
from clearway.permits import balances, events
from clearway.permits.balances import Held, Taking


def give_back_part(doing: Act, declaration: Declaration, short: int, released: int) -> int:
    """Give back the share of a declaration's write-offs that was left behind, within an act.

    The ledger is never changed: it returns the whole and takes the rest anew.

    Args:
        doing: the act.
        declaration: locked.
        short: packages left behind; the share is short of released, rounded down.
        released: packages that were released, more than 0.

    Returns:
        How many permits got something back.
    """
    count = 0
    for key, held in sorted(balances.held_by(declaration.pk).items()):
        back = Held(held.quantity * short // released, held.value * short // released, final=True)
        if not (back.quantity or back.value):
            continue
        rest = Taking(held.quantity - back.quantity, held.value - back.value)
        permit = balances.give_back(key[0], back)
        balances.record(doing, declaration, key, "returned", held)
        balances.record(doing, declaration, key, "reserved", rest)
        balances.record(doing, declaration, key, "final", rest)
        told = {
            "number": permit.number,
            "mrn": declaration.mrn,
            "quantity": back.quantity,
            "value": back.value,
            "left_quantity": permit.left_quantity,
            "left_value": permit.left_value,
            "state": permit.state,
        }
        holders = tuple(active_identifiers([permit.holder]).values())
        subject = events.permit_subject(permit.number)
        doing.announce(events.GIVEN_BACK, subject, told, concerns=holders)
        count += 1
    return count
