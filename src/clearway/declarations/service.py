"""Every write of the room, but for the line's bulk rows (``storing``): cancelling and requests.

Release stands in ``releasing``, documents in ``documents``, cargo's news in ``matching``.
"""

from __future__ import annotations

import msgspec
from django.db import connection

from clearway.audit.actor import Actor
from clearway.cargo import stock
from clearway.declarations import access, events, queries
from clearway.declarations.guards import Facts, take
from clearway.declarations.life_cycle import (
    AFTER_RELEASE,
    BEFORE_RELEASE,
    DEBT,
    DECLARATION,
    DECLARATION_STATES,
    GOODS,
)
from clearway.declarations.models import ActRequest, Declaration
from clearway.events.service import Act, act
from clearway.vocabulary.errors import DataRefused, StateForbids

AMENDMENT, CANCELLATION, CORRECTION = "amendment", "cancellation", "correction"


class Cancelled(msgspec.Struct, frozen=True):
    """What became of a wish to cancel: done at once, or a request that an officer decides."""

    declaration: Declaration
    request: ActRequest | None = None


def cancel(actor: Actor, key: str, reason: str) -> Cancelled:
    """Cancel a declaration, or ask for it where a lane was communicated or goods released.

    Raises:
        NotThere: no such declaration of this actor's.
        StateForbids: it is rejected or cancelled already, or a request is open.
        DataRefused: no reason is given.
    """
    found = access.declaration_for(actor, key, to="cancel")
    reason = needed_reason(reason)
    with act(actor) as doing:
        declaration = queries.locked(found.pk)
        if declaration.state in BEFORE_RELEASE and declaration.lane is None:
            invalidate(doing, declaration, reason)
            return Cancelled(declaration)
        return Cancelled(declaration, ask(doing, declaration, CANCELLATION, reason))


def refuse_while_asked(declaration: Declaration) -> None:
    """Refuse an act that waits for the decision on what the trader asks for.

    Raises:
        StateForbids: a request about the declaration is open.
    """
    if queries.open_request(declaration) is not None:
        raise StateForbids(
            "A request about this declaration waits for its decision already.",
            remedy="Withdraw it first, or wait for the decision.",
        )


def ask(
    doing: Act,
    declaration: Declaration,
    kind: str,
    reason: str,
    *,
    message: bytes = b"",
    media_type: str = "",
    by_customs: bool = False,
) -> ActRequest:
    """Put a request before the officers, within an act; what customs itself asks is not told.

    Raises:
        StateForbids: nothing can be asked in this state, or another request is open.
    """
    if declaration.state not in BEFORE_RELEASE | AFTER_RELEASE:
        raise StateForbids(
            f"The declaration is {declaration.state}; nothing about it can change.",
            remedy="Lodge a new declaration under a new reference.",
        )
    refuse_while_asked(declaration)
    request = ActRequest.objects.create(
        declaration=declaration,
        kind=kind,
        reason=reason,
        message=message or None,
        media_type=media_type,
        asked_by=doing.actor.name,
        asked_at=doing.at,
    )
    if by_customs:
        return request
    cancelling = kind == CANCELLATION
    announce(
        doing,
        declaration,
        events.CANCELLATION_REQUESTED if cancelling else events.AMENDMENT_REQUESTED,
        request=request.pk,
        request_kind=kind,
        **({} if cancelling else {"code": "11"}),
    )
    return request


def withdraw(actor: Actor, number: int) -> ActRequest:
    """Take back a request that is not decided.

    Raises:
        NotThere: no such request of this actor's.
        StateForbids: it is decided already.
    """
    found = access.request_for(actor, number, to="withdraw")
    with act(actor) as doing:
        declaration = queries.locked(found.declaration_id)
        request = still_open(number)
        close(doing, request, "withdrawn", "")
        announce(doing, declaration, events.REQUEST_WITHDRAWN, request=request.pk)
    return request


def still_open(number: int) -> ActRequest:
    """Return a request, within an act that has locked its declaration.

    Raises:
        StateForbids: it was decided or withdrawn.
    """
    request = ActRequest.objects.select_related("declaration").get(pk=number)
    refuse_unless_open(request)
    return request


def refuse_unless_open(request: ActRequest) -> None:
    """Refuse what is decided already.

    Raises:
        StateForbids: it was decided or withdrawn.
    """
    if request.state != "open":
        raise StateForbids(
            f"The request is {request.state} already.", remedy="Read the request again."
        )


def close(doing: Act, request: ActRequest, state: str, reason: str) -> None:
    """Decide a request, within an act."""
    request.state, request.decision_reason = state, reason
    request.decided_by, request.decided_at = doing.actor.name, doing.at
    request.save(update_fields=["state", "decision_reason", "decided_by", "decided_at"])


def decide(doing: Act, request: ActRequest, *, grant: bool, reason: str) -> None:
    """Write and announce an officer's decision on a request, within his act.

    What was granted is carried out by the caller in the same act.
    """
    close(doing, request, "granted" if grant else "refused", reason)
    announce(
        doing,
        request.declaration,
        events.REQUEST_DECIDED,
        request=request.pk,
        request_kind=request.kind,
        granted=grant,
        reason=reason,
    )


def invalidate(
    doing: Act,
    declaration: Declaration,
    reason: str,
    *,
    by_officer: bool = False,
    act_name: str = "invalidate",
) -> None:
    """Make a locked declaration ineffective within an act; its stock and its debt go back.

    A request about it that is still open is closed with the reason: what was to be cancelled is,
    and there is nothing left to amend.

    Raises:
        StateForbids: the table or the goods do not allow it, e.g. they have left the gate.
    """
    facts = Facts(selected=declaration.lane is not None, decided_by_officer=by_officer)
    declaration.state = take(DECLARATION, declaration.state, act_name, facts)
    if declaration.goods_state != "none":
        declaration.goods_state = take(GOODS, declaration.goods_state, "withdraw", facts)
    declaration.debt_state = _debt_given_up(declaration.debt_state, facts)
    declaration.save(update_fields=["state", "goods_state", "debt_state"])
    with connection.cursor() as cursor:
        returned = stock.give_back(cursor, [declaration.pk], doing.at)
    announce(
        doing,
        declaration,
        events.INVALIDATED,
        code=DECLARATION_STATES["invalidated"],
        reason=reason,
        debt_state=declaration.debt_state,
    )
    doing.announcements.extend(returned)
    request = queries.open_request(declaration)
    if request is not None:
        request.declaration = declaration
        decide(doing, request, grant=request.kind == CANCELLATION, reason=reason)


def _debt_given_up(state: str, facts: Facts) -> str:
    act_name = "refund" if state in {"paid", "final", "adjusted"} else "owe_nothing"
    return state if state == "refunded" else take(DEBT, state, act_name, facts)


def announce(doing: Act, declaration: Declaration, kind: str, **body: object) -> None:
    """Announce a fact about a declaration to everybody whom it concerns."""
    doing.announce(
        kind,
        events.subject(declaration.mrn, declaration.pk),
        {
            "mrn": declaration.mrn,
            "lrn": declaration.lrn,
            "state": declaration.state,
            "goods_state": declaration.goods_state,
            **body,
        },
        concerns=queries.concerned(declaration),
    )


def needed_reason(reason: str) -> str:
    """Return a reason without blanks around it.

    Raises:
        DataRefused: there is none.
    """
    if not reason.strip():
        raise DataRefused(
            "This act needs a reason.",
            faults=(("/body/reason", "must not be empty"),),
            remedy="Say why in a few words; the record keeps it.",
        )
    return reason.strip()
