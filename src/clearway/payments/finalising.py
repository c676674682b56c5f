"""Final determination: what was released against security is settled, or demanded."""

from __future__ import annotations

from clearway.audit.actor import Actor
from clearway.declarations import debt as debts
from clearway.declarations.access import declaration_for
from clearway.declarations.life_cycle import AFTER_RELEASE
from clearway.declarations.models import Declaration
from clearway.declarations.queries import locked
from clearway.declarations.service import needed_reason
from clearway.events.service import Act, act
from clearway.payments import events, notices, queries, settling, using
from clearway.payments.models import Notice
from clearway.payments.queries import Debt
from clearway.payments.terms import terms_at
from clearway.vocabulary.errors import StateForbids


def finalise(actor: Actor, mrn: str, reason: str) -> tuple[Declaration, Debt]:
    """Determine finally what is owed on released goods (TFA 7.3), within an officer's act.

    Where nothing is outstanding the debt becomes final and every security goes back. Where
    something is, security is kept for just that, the notices are due anew, and the debt becomes
    final with its payment; a guarantee that is not followed by payment is then called.

    Raises:
        NotThere: no such declaration for this officer.
        StateForbids: the goods are not released, or the debt is final already.
        DataRefused: there is no reason.
    """
    found = declaration_for(actor, mrn, to="decide")
    reason = needed_reason(reason)
    with act(actor) as doing:
        declaration = locked(found.pk)
        if declaration.state not in AFTER_RELEASE:
            raise StateForbids(
                "What is owed becomes final after release.", remedy="Release the goods first."
            )
        notices.bring(doing, declaration)
        settling.settle(doing, declaration)
        debt = queries.debt_of(declaration.pk)
        if debt.payable is None or debt.outstanding:
            if not queries.open_notices(declaration.pk):
                raise StateForbids(
                    "What is owed cannot be computed yet.", remedy="Correct the declaration first."
                )
            using.draw(doing, declaration)
            _demand(doing, declaration, reason)
        else:
            debts.move(doing, declaration, "finalise", reason=reason)
            using.fit(doing, declaration, 0)
        return declaration, queries.debt_of(declaration.pk)


def _demand(doing: Act, declaration: Declaration, reason: str) -> None:
    terms = terms_at(doing.at)
    due = terms.due("payments.due_days", notices.DUE_DAYS)
    for notice in queries.open_notices(declaration.pk):
        Notice.objects.filter(pk=notice.pk).update(due=due, reminded_at=doing.at, overdue_at=None)
        told = {"code": events.REMINDER_CODE, "open": notice.open, "due": due, "reason": reason}
        notices.tell(doing, notice, declaration, events.NOTICE_REMINDED, **told)
