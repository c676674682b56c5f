"""How a declaration's debt is covered before its goods go: what the room of release asks for."""

from __future__ import annotations

from collections.abc import Iterator

from clearway.audit.actor import Actor
from clearway.declarations.access import declaration_for
from clearway.declarations.models import Declaration
from clearway.declarations.queries import current_version, locked, lodgement_of
from clearway.events.service import Act, act
from clearway.payments import notices, queries, settling, using
from clearway.payments.models import DeferredAccount, Guarantee
from clearway.payments.queries import Debt
from clearway.payments.using import GuaranteeShort, telling_shortfall
from clearway.vocabulary.errors import StateForbids

__all__ = ["GuaranteeShort", "cover", "draw", "secure", "telling_shortfall"]
draw = using.draw


def cover(doing: Act, declaration: Declaration, named: str = "") -> Debt:
    """Cover what is outstanding: by the named guarantee, the declared one, a deferred account.

    What is paid or secured already is counted; where nothing is outstanding nothing is done. The
    debt's state follows. Release then asks ``queries.debt_of(…).covered``, and calls ``draw``.

    Args:
        doing: the act; put it within ``telling_shortfall``, so that a shortfall is announced.
        declaration: locked.
        named: number of a guarantee or of a deferred account that the officer names.

    Returns:
        What is owed and secured afterwards. It is not covered where nothing is named, declared or
        kept for the payer.

    Raises:
        GuaranteeShort: what is named, or the only one there is, falls short.
        StateForbids: what is named is unknown or another's.
    """
    notices.bring(doing, declaration)
    debt = queries.debt_of(declaration.pk)
    missing = debt.outstanding - debt.secured
    if debt.payable is None or missing <= 0:
        settling.settle(doing, declaration)
        return debt
    short: GuaranteeShort | None = None
    for guarantee, account in _candidates(declaration, named):
        try:
            using.reserve(doing, guarantee, declaration, missing, account)
        except GuaranteeShort as refused:
            short = short or refused
            continue
        settling.settle(doing, declaration)
        return queries.debt_of(declaration.pk)
    if short is not None:
        raise short
    return debt


def secure(actor: Actor, mrn: str, named: str) -> Declaration:
    """Let a trader secure what his declaration owes by a guarantee or his deferred account.

    Args:
        actor: who lodged it, or one of its parties.
        mrn: of the declaration.
        named: number of a guarantee or an account; empty for the declared one or his account.

    Raises:
        NotThere: no such declaration of this actor's.
        GuaranteeShort: it falls short; that is announced.
        StateForbids: nothing is owed, it is secured already, or there is nothing to secure it by.
    """
    found = declaration_for(actor, mrn)
    with telling_shortfall(actor), act(actor) as doing:
        declaration = locked(found.pk)
        debt = queries.debt_of(declaration.pk)
        if not debt.outstanding or debt.covered or declaration.accepted_at is None:
            raise StateForbids(
                "Nothing is to be secured on this declaration.", remedy="Look at what is owed."
            )
        if not cover(doing, declaration, named).covered:
            raise StateForbids(
                "There is no guarantee that covers it.", remedy="Name a guarantee, or pay."
            )
    return declaration


def _candidates(
    declaration: Declaration, named: str
) -> Iterator[tuple[Guarantee, DeferredAccount | None]]:
    """Give what may cover a declaration's debt, in the order in which it is tried."""
    if named:
        yield named_by(declaration, named)
        return
    for number in _declared(declaration):
        found = _find(number)
        if found is not None and found[0].holder in _parties(declaration):
            yield found
    for account in queries.accounts_of(notices.payer_of(declaration)):
        yield account.guarantee, account


def named_by(declaration: Declaration, number: str) -> tuple[Guarantee, DeferredAccount | None]:
    """Return the guarantee of a declaration's parties that has a number, or their account's.

    Raises:
        StateForbids: there is none.
    """
    found = _find(number)
    if found is None or found[0].holder not in _parties(declaration):
        raise StateForbids(
            "No guarantee of the parties to this declaration has this number.",
            remedy="Check its number, or let them pay.",
        )
    return found


def _find(number: str) -> tuple[Guarantee, DeferredAccount | None] | None:
    account = queries.account_called(number)
    if account is not None and account.state == "open":
        return account.guarantee, account
    guarantee = queries.guarantee_called(number)
    return None if guarantee is None else (guarantee, None)


def _declared(declaration: Declaration) -> list[str]:
    """Return the numbers of the guarantees that the declaration itself cites."""
    lodgement = lodgement_of(current_version(declaration))
    return [number for _, number in lodgement.guarantees if number]


def _parties(declaration: Declaration) -> set[str]:
    return {declaration.importer, declaration.exporter, declaration.declarant} - {""}
