"""Who may do what in this room. Unknown and forbidden answer alike.

A payer, and who lodged for him, see the notices of their declarations; a holder his guarantees and
deferred accounts. Cashiers, customs and auditors see all of them; cashiers and supervisors move
money, each on what another began. Nobody decides in his own matter.
"""

from __future__ import annotations

from typing import Final, TypeVar

from django.db.models import Model, Q, QuerySet

from clearway.accounts.permission import CUSTOMS, Operations
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.payments import queries
from clearway.payments.models import (
    BankLine,
    DeferredAccount,
    Guarantee,
    GuaranteeUse,
    Notice,
    Order,
    Refund,
)
from clearway.payments.online_models import OnlinePayment
from clearway.payments.rules import quoted
from clearway.vocabulary.errors import NotThere

_CASHIER: Final = frozenset({Role.CASHIER})
_DESK: Final = frozenset({Role.CASHIER, Role.SUPERVISOR})
_PAYERS: Final = frozenset({Role.TRADER, Role.BROKER, Role.PLATFORM})
_SEE_ALL: Final = CUSTOMS | {Role.CASHIER, Role.AUDITOR}
_READERS: Final = _PAYERS | _SEE_ALL
_BOOKS: Final = frozenset({Role.CASHIER, Role.SUPERVISOR, Role.AUDITOR})

OPERATIONS: Final[Operations] = {
    "listNotices": _READERS,
    "getNotice": _READERS,
    "payOnline": _PAYERS,
    "listGuarantees": _READERS,
    "getGuarantee": _READERS,
    "enterGuarantee": _CASHIER,
    "releaseGuarantee": _DESK,
    "callGuarantee": _CASHIER,
    "listCalls": _BOOKS,
    "confirmCall": _DESK,
    "listDeferredAccounts": _READERS,
    "getDeferredAccount": _READERS,
    "openDeferredAccount": _CASHIER,
    "uploadBankFile": _CASHIER,
    "listBankFiles": _BOOKS,
    "listBankLines": _BOOKS,
    "assignBankLine": _CASHIER,
    "returnBankLine": _CASHIER,
    "listRefunds": _READERS,
    "approveRefund": _DESK,
    "payRefund": _DESK,
    "refuseRefund": _DESK,
    "getLedger": _BOOKS,
    "getDebt": _PAYERS | CUSTOMS | {Role.AUDITOR},
    "secureDebt": _PAYERS,
    "finaliseDebt": CUSTOMS,
}
"""The roles that have each operation."""

_Row = TypeVar("_Row", bound=Model)


def visible_notices(actor: Actor) -> QuerySet[Notice]:
    """Return the notices that an actor may read."""
    rows = queries.notices()
    if actor.has(*_SEE_ALL):
        return rows
    mine = Q(organisation=actor.organisation) if actor.organisation else Q(pk__in=[])
    return rows.filter(mine | Q(payer=actor.identifier)) if actor.identifier else rows.filter(mine)


def visible_guarantees(actor: Actor) -> QuerySet[Guarantee]:
    """Return the guarantees that an actor may read."""
    return _held(queries.guarantees(), actor)


def visible_accounts(actor: Actor) -> QuerySet[DeferredAccount]:
    """Return the deferred accounts that an actor may read."""
    return _held(queries.accounts(), actor)


def _held(rows: QuerySet[_Row], actor: Actor) -> QuerySet[_Row]:
    if actor.has(*_SEE_ALL):
        return rows
    return rows.filter(holder=actor.identifier) if actor.identifier else rows.none()


def visible_refunds(actor: Actor) -> QuerySet[Refund]:
    """Return the refunds that an actor may read; parked money concerns customs alone."""
    rows = queries.refunds()
    if actor.has(*_SEE_ALL):
        return rows
    mine = Q(declaration__organisation=actor.organisation)
    if actor.identifier:
        mine |= Q(payer=actor.identifier)
    return rows.filter(mine, declaration__isnull=False)


def notice_for(actor: Actor, number: str, *, to: str = "read") -> Notice:
    """Return a notice for somebody who may ``read`` or ``pay`` it.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    named = quoted(number) if len(number) <= _LONGEST else None
    row = named[1] if named is not None and named[0] == "notice" else 0
    rows = visible_notices(actor)
    if to == "pay":
        rows = rows.filter(_own(actor))
    found = rows.filter(pk=row).first()
    if found is None:
        raise _refused(actor, f"notice:{row or '~'}", to, "tax notice")
    if found.organisation != actor.organisation and found.payer != actor.identifier:
        audit.note("read", actor, f"notice:{found.pk}", to)
    return found


def _own(actor: Actor) -> Q:
    own = Q(organisation=actor.organisation)
    return own | Q(payer=actor.identifier) if actor.identifier else own


_LONGEST: Final = 35


def guarantee_for(actor: Actor, number: str, *, to: str = "read") -> Guarantee:
    """Return a guarantee for somebody who may ``read`` or ``change`` it.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    known = len(number) <= _LONGEST and "\0" not in number
    found = visible_guarantees(actor).filter(number=number).first() if known else None
    if found is None or (to == "change" and found.holder == actor.identifier):
        raise _refused(actor, f"guarantee:{found.pk if found else '~'}", to, "guarantee")
    if found.holder != actor.identifier:
        audit.note("read", actor, f"guarantee:{found.pk}", to)
    return found


def account_for(actor: Actor, number: str) -> DeferredAccount:
    """Return a deferred account for somebody who may read it.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    known = len(number) <= _LONGEST and "\0" not in number
    found = visible_accounts(actor).filter(number=number).first() if known else None
    if found is None:
        raise _refused(actor, "account:~", "read", "deferred account")
    if found.holder != actor.identifier:
        audit.note("read", actor, f"account:{found.pk}", "read")
    return found


def line_for(actor: Actor, number: int) -> BankLine:
    """Return a bank line for a cashier.

    Raises:
        NotThere: there is none, or he is none; the refusal is logged.
    """
    found = queries.lines().filter(pk=number).first() if _small(number) else None
    if found is None or not actor.has(*_CASHIER):
        raise _refused(actor, f"bank_line:{number if _small(number) else '~'}", "settle", "line")
    return found


def refund_for(actor: Actor, number: int, *, to: str = "read") -> Refund:
    """Return a refund for somebody who may ``read`` it or ``decide`` on it: never his own.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    found = visible_refunds(actor).filter(pk=number).first() if _small(number) else None
    if found is not None and to == "decide":
        own = bool(actor.identifier) and found.payer == actor.identifier
        if own or not actor.has(*_DESK):
            found = None
    if found is None:
        raise _refused(actor, f"refund:{number if _small(number) else '~'}", to, "refund")
    return found


def use_for(actor: Actor, number: int) -> GuaranteeUse:
    """Return what a guarantee holds for a declaration, for a cashier who may call it.

    Raises:
        NotThere: there is none, or he is none; the refusal is logged.
    """
    found = queries.use(number)
    if found is None or not actor.has(*_CASHIER):
        raise _refused(actor, f"use:{number if _small(number) else '~'}", "call", "use")
    return found


def call_for(actor: Actor, number: int, *, to: str = "decide") -> Order:
    """Return a call on a guarantee for somebody who may decide on it, or ``read`` it.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    found = queries.calls().filter(pk=number).first() if _small(number) else None
    if found is None or not actor.has(*(_BOOKS if to == "read" else _DESK)):
        raise _refused(actor, f"call:{number if _small(number) else '~'}", to, "call")
    return found


def online_for(actor: Actor, token: str) -> OnlinePayment:
    """Return an online payment for those who may pay its notice.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    found = queries.online(token)
    if found is not None:
        own = found.notice.organisation == actor.organisation
        if own or (actor.identifier and found.notice.payer == actor.identifier):
            return found
    raise _refused(actor, "online:~", "read", "payment")


def _small(number: int) -> bool:
    return 0 < number <= queries.LARGEST


def _refused(actor: Actor, subject: str, to: str, what: str) -> NotThere:
    audit.note("refusal", actor, subject, to)
    return NotThere(f"There is no such {what}.", remedy="Check its number.")
