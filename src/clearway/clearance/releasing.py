"""Release: every guard of the table is tested, the write-off becomes final, exits are watched."""

from __future__ import annotations

from typing import Final

import msgspec
from django.db import connection, transaction

from clearway.cargo import stock
from clearway.clearance import exits, facts
from clearway.declarations import events, queries
from clearway.declarations.guards import Facts, take
from clearway.declarations.kinds import EXPORT
from clearway.declarations.life_cycle import (
    DECLARATION,
    DECLARATION_STATES,
    GOODS,
    WAITING,
)
from clearway.declarations.models import Declaration
from clearway.declarations.service import announce
from clearway.events.service import Act
from clearway.inspection.queries import open_looks
from clearway.kernel.decisions import Lane
from clearway.payments import covering
from clearway.payments import events as payments
from clearway.vocabulary.errors import StateForbids

OWING: Final = frozenset({"assessed", "adjusted"})
"""The states of a debt in which something is payable that nothing covers."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer says when he releases.

    ``documents_checked``: he has seen the documents that a yellow lane asked for.
    ``goods_controlled``: the goods that a red lane sent to control were found in order; it
    includes the documents. ``security`` names a guarantee or a deferred account that covers the
    debt where it is not paid; without it, what the declaration cites or its payer keeps does.
    """

    documents_checked: bool = False
    goods_controlled: bool = False
    security: str = ""
    reason: str = ""


def release(doing: Act, declaration: Declaration, order: Order) -> None:
    """Release the goods of a declaration within an officer's act.

    Args:
        doing: the officer's act.
        declaration: locked.
        order: what he has seen.

    Raises:
        StateForbids: a guard does not hold; the answer names every one that does not.
    """
    refuse_while_asked(declaration)
    satisfy(doing, declaration, order)
    secure(doing, declaration, order.security)
    carry_out(doing, declaration, order.reason)


def accept(doing: Act, declaration: Declaration, order: Order) -> bool:
    """Find what the lane asked for in order, within an act, and release what is ready for it.

    Args:
        doing: the officer's act.
        declaration: locked.
        order: what he has seen.

    Returns:
        Whether it was released; if not it is assessed and waits for its goods or its payment.

    Raises:
        StateForbids: a request waits, the lane asks for what the order does not say was done, or
            all was found in order before and it still cannot be released.
    """
    refuse_while_asked(declaration)
    waited = declaration.state != "assessed"
    satisfy(doing, declaration, order)
    secure(doing, declaration, order.security)
    if waited and declaration.state == "assessed" and facts.in_the_way(declaration):
        declaration.save(update_fields=["state", "debt_state", "security"])
        return False
    carry_out(doing, declaration, order.reason)
    return True


def ask_for_documents(doing: Act, declaration: Declaration, wanted: str) -> None:
    """Ask the trader for documents, within an officer's act; asking again adds to it.

    Raises:
        StateForbids: the goods are under control, or nothing can be asked any more.
    """
    refuse_while_asked(declaration)
    if declaration.state != "documents_requested":
        declaration.state = take(
            DECLARATION, declaration.state, "ask_documents", facts.facts_of(declaration)
        )
        declaration.save(update_fields=["state"])
    code = DECLARATION_STATES["documents_requested"]
    announce(doing, declaration, events.DOCUMENTS_REQUESTED, code=code, wanted=wanted)


def control(doing: Act, declaration: Declaration, reason: str) -> None:
    """Send the goods to control, within an officer's act. The lane becomes red: it never softens.

    Raises:
        StateForbids: they are there already, or were released.
    """
    refuse_while_asked(declaration)
    declaration.state = take(DECLARATION, declaration.state, "control", facts.facts_of(declaration))
    declaration.lane = Lane.RED
    declaration.save(update_fields=["state", "lane"])
    code = DECLARATION_STATES["under_control"]
    announce(doing, declaration, events.UNDER_CONTROL, code=code)
    told = {"mrn": declaration.mrn, "reason": reason}
    doing.announce(events.CONTROL_REASON, events.subject(declaration.mrn, declaration.pk), told)


def refuse_while_asked(declaration: Declaration) -> None:
    """Refuse to decide while a trader's request about the declaration is open.

    Raises:
        StateForbids: one is.
    """
    if queries.open_request(declaration) is not None:
        raise StateForbids(
            "A request about this declaration waits for its decision.",
            remedy="Decide the request first.",
        )


def satisfied(declaration: Declaration, order: Order) -> str:
    """Return the state to which what an officer found in order leads: the same, if not to another.

    Raises:
        StateForbids: the goods are being looked at; nobody finds them in order before the look.
    """
    enough = {
        "documents_requested": order.documents_checked or order.goods_controlled,
        "under_control": order.goods_controlled,
    }
    if not enough.get(declaration.state, False):
        return str(declaration.state)
    seen = not open_looks(declaration.pk)
    by_officer = Facts(selected=True, decided_by_officer=True, inspected=seen)
    return take(DECLARATION, declaration.state, "satisfy", by_officer)


def satisfy(doing: Act, declaration: Declaration, order: Order) -> None:
    """Take note of what an officer found in order, where the lane asked for just that.

    Raises:
        StateForbids: the goods are being looked at.
    """
    state = satisfied(declaration, order)
    if state == declaration.state:
        return
    what = "goods" if order.goods_controlled else "documents"
    declaration.state = state
    announce(doing, declaration, events.LANE_SATISFIED, found_in_order=what)
    announce(doing, declaration, events.ASSESSED, code=DECLARATION_STATES["assessed"])


def secure(doing: Act, declaration: Declaration, named: str = "") -> None:
    """Cover the debt of a locked declaration as far as anything covers it, within an act.

    Args:
        doing: put it within ``telling_shortfall``.
        declaration: locked.
        named: the guarantee or deferred account that an officer names; without it, what the
            declaration cites or its payer keeps. What of those falls short is announced (code
            14) and leaves the debt uncovered.

    Raises:
        GuaranteeShort: what is named falls short.
        StateForbids: what is named is unknown or another's.
    """
    if declaration.debt_state not in OWING:
        return
    if named:
        covering.cover(doing, declaration, named)
        return
    try:
        with transaction.atomic():
            trying = Act(doing.actor, doing.at)
            covering.cover(trying, declaration)
    except covering.GuaranteeShort as short:
        declaration.refresh_from_db()
        announce(doing, declaration, payments.GUARANTEE_SHORT, **short_of(short))
    else:
        doing.announcements.extend(trying.announcements)


def short_of(short: covering.GuaranteeShort) -> dict[str, object]:
    """Return what is told of a guarantee that falls short: notification 14."""
    return {
        "code": payments.SHORT_CODE,
        "number": short.guarantee.number,
        "needed": short.needed,
        "available": short.available,
        "shortfall": short.shortfall,
    }


def carry_out(doing: Act, declaration: Declaration, reason: str) -> None:
    """Release a locked declaration within an act: its goods are free, its write-off is final.

    Args:
        doing: an officer's act, or the platform's own where the pack lets it.
        declaration: locked.
        reason: as the officer gave it.

    Raises:
        StateForbids: a guard does not hold; the answer names every one that does not.
    """
    if declaration.state in WAITING:
        raise StateForbids(
            "What the lane asked for was not done yet.",
            remedy="Check the documents (documents_checked) or control the goods "
            "(goods_controlled) and say so with the release.",
        )
    now = facts.facts_of(declaration)
    declaration.state = take(DECLARATION, declaration.state, "release", now)
    if declaration.goods_state != "none":
        declaration.goods_state = take(GOODS, declaration.goods_state, "release", now)
    declaration.released_at = doing.at
    declaration.save(
        update_fields=["state", "goods_state", "debt_state", "security", "released_at"]
    )
    with connection.cursor() as cursor:
        written_off = stock.finalise(cursor, [declaration.pk], doing.at)
    if declaration.direction == EXPORT and declaration.goods_state == "released":
        exits.begin(declaration, doing.at)
    announce(
        doing,
        declaration,
        events.RELEASED,
        code=DECLARATION_STATES["released"],
        debt_state=declaration.debt_state,
        reason=reason,
    )
    doing.announcements.extend(written_off)
    covering.draw(doing, declaration)
