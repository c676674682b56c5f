"""What guarantees hold: reserved, drawn, given back. One conditional statement for each draw.

``reserve`` is the only statement that takes from a guarantee; whoever loses the race against
another draw is refused by it, whatever he had read before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db.models import F

from clearway.accounts.queries import active_identifiers
from clearway.audit.actor import Actor
from clearway.declarations.models import Declaration
from clearway.declarations.queries import concerned
from clearway.events.service import Act, act
from clearway.payments import events, queries
from clearway.payments.models import DeferredAccount, Guarantee, GuaranteeUse, Notice
from clearway.payments.rules import held_amount
from clearway.payments.terms import terms_at
from clearway.traders.queries import authorisations
from clearway.vocabulary.errors import StateForbids


class GuaranteeShort(StateForbids):
    """A guarantee that cannot answer for what is asked of it. Amounts in minor units."""

    def __init__(
        self, guarantee: Guarantee, needed: int, declaration: Declaration, what: str, remedy: str
    ) -> None:
        self.guarantee = guarantee
        self.needed = needed
        self.available = guarantee.available
        self.shortfall = max(0, needed - guarantee.available)
        self.mrn = declaration.mrn
        self.concerns = concerned(declaration)
        super().__init__(what, remedy=remedy)


@contextmanager
def telling_shortfall(actor: Actor) -> Iterator[None]:
    """Announce that funds are short (code 14) where what stands within is refused for it.

    The refused act is undone with all it announced; this fact is told in an act of its own. Put
    it around the act: ``with telling_shortfall(actor), act(actor) as doing``.
    """
    try:
        yield
    except GuaranteeShort as short:
        with act(actor) as doing:
            body = {
                "number": short.guarantee.number,
                "mrn": short.mrn,
                "code": events.SHORT_CODE,
                "needed": short.needed,
                "available": short.available,
                "shortfall": short.shortfall,
            }
            named = f"declaration:{short.mrn}" if short.mrn else subject_of(short.guarantee)
            doing.announce(events.GUARANTEE_SHORT, named, body, concerns=short.concerns)
        raise


def reserve(
    doing: Act,
    guarantee: Guarantee,
    declaration: Declaration,
    liability: int,
    account: DeferredAccount | None = None,
    *,
    subject: str = "",
) -> GuaranteeUse:
    """Let a guarantee answer for a debt, within an act on a locked declaration.

    A use of the same guarantee for the same declaration grows; the holder's reduction counts.

    Args:
        doing: the act.
        guarantee: as read; the statement itself asks what is left.
        declaration: locked.
        liability: the debt to be covered, in minor units, above nothing.
        account: the deferred account that it is charged to.
        subject: what the debt depends on where it may yet arise (``securities``).

    Raises:
        GuaranteeShort: it is over, or holds less than is needed; the shortfall is told.
    """
    terms = terms_at(doing.at)
    share = terms.share(types_of(guarantee.holder, terms.today))
    held = queries.open_uses(declaration.pk, subject).filter(guarantee=guarantee).first()
    before = 0 if held is None else held.amount
    whole = liability + (0 if held is None else held.liability)
    amount = held_amount(whole, share) - before
    if not take_from(guarantee, amount, terms.today):
        raise _short(guarantee, amount, declaration, terms.today)
    if held is None:
        held = GuaranteeUse(
            guarantee=guarantee,
            declaration=declaration,
            account=account,
            subject=subject,
            actor=doing.actor.name,
            at=doing.at,
        )
    held.liability, held.amount = whole, before + amount
    held.save()
    tell_use(doing, held, declaration, events.GUARANTEE_RESERVED)
    if account is not None:
        # What is on the account is due by its statement.
        rows = Notice.objects.filter(declaration=declaration, state__in=queries.OPEN_NOTICE)
        rows.update(due=terms.statement_due())
        body = {"number": account.number, "mrn": declaration.mrn, "amount": liability}
        concerns = concerned(declaration)
        doing.announce(events.ACCOUNT_CHARGED, f"account:{account.pk}", body, concerns=concerns)
    return held


def take_from(guarantee: Guarantee, amount: int, today: date) -> bool:
    """Take from a guarantee what is left of it, or nothing: one statement."""
    rows = Guarantee.objects.filter(queries.usable(today), pk=guarantee.pk)
    if guarantee.kind == "single":
        rows = rows.filter(used=0)
    taken = rows.filter(used__lte=F("reference_amount") - amount)
    return taken.update(used=F("used") + amount, state="used") == 1


def _short(
    guarantee: Guarantee, needed: int, declaration: Declaration, today: date
) -> GuaranteeShort:
    now = Guarantee.objects.get(pk=guarantee.pk)
    if not queries.guarantees().filter(queries.usable(today), pk=now.pk).exists():
        return GuaranteeShort(
            now,
            needed,
            declaration,
            f"The guarantee {now.number} cannot be used: it is over.",
            "Name another guarantee, or pay.",
        )
    if now.kind == "single" and now.used:
        return GuaranteeShort(
            now,
            needed,
            declaration,
            f"The guarantee {now.number} is for one declaration, which has it.",
            "Name another guarantee, or pay.",
        )
    shortfall = needed - now.available
    return GuaranteeShort(
        now,
        needed,
        declaration,
        f"The guarantee {now.number} falls short by {shortfall}.",
        "Raise the guarantee, name another one, or pay.",
    )


def types_of(holder: str, day: date) -> frozenset[str]:
    """Return the types of authorisation that a holder has in force on a day."""
    rows = authorisations().filter(holder__identifier=holder, state="granted", valid_from__lte=day)
    return frozenset(row.type for row in rows if row.valid_to is None or day < row.valid_to)


def draw(doing: Act, declaration: Declaration) -> None:
    """Mark what guarantees reserved for a declaration as drawn: its goods have gone, within an act.

    Doing it again changes nothing.
    """
    for use in queries.open_uses(declaration.pk).filter(state="reserved"):
        use.state = "drawn"
        use.save(update_fields=["state"])
        tell_use(doing, use, declaration, events.GUARANTEE_DRAWN)


def fit(doing: Act, declaration: Declaration, outstanding: int) -> None:
    """Give back what guarantees hold for a declaration beyond what is outstanding."""
    left = outstanding
    for use in queries.open_uses(declaration.pk):
        keep = min(use.liability, left)
        left -= keep
        fit_one(doing, use, declaration, keep)


def fit_one(doing: Act, use: GuaranteeUse, declaration: Declaration, keep: int) -> None:
    """Give back what one use holds beyond a part of its liability, and end it where that is none.

    A waiver's use, which takes nothing of its guarantee, ends as well.
    """
    if keep == use.liability:
        return
    kept = _scaled(use, keep)
    give_back(use.guarantee_id, use.amount - kept)
    if keep:
        use.liability, use.amount = keep, kept
    else:
        use.state, use.ended_at = "discharged", doing.at
    use.save()
    tell_use(doing, use, declaration, events.GUARANTEE_DISCHARGED, kept=keep)


def _scaled(use: GuaranteeUse, keep: int) -> int:
    """Return what is held for a part of a liability, by the same share, in favour of customs."""
    return int(-(-use.amount * keep // use.liability))


def give_back(guarantee: int, amount: int) -> None:
    """Return to a guarantee what it held; it is open again when nothing is left of it."""
    rows = Guarantee.objects.filter(pk=guarantee)
    rows.update(used=F("used") - amount)
    rows.filter(used=0, state="used").update(state="open")


def tell_use(
    doing: Act, use: GuaranteeUse, declaration: Declaration, kind: str, **body: object
) -> None:
    """Announce a fact about a use, to those whom the declaration concerns and to the holder."""
    holders = set(active_identifiers([use.guarantee.holder]).values())
    told = {
        "number": use.guarantee.number,
        "mrn": declaration.mrn,
        "amount": use.amount,
        "liability": use.liability,
        **body,
    }
    concerns = tuple(dict.fromkeys((*concerned(declaration), *sorted(holders))))
    doing.announce(kind, subject_of(use.guarantee), told, concerns=concerns)


def subject_of(guarantee: Guarantee) -> str:
    """Return the subject of a guarantee in the record."""
    return f"guarantee:{guarantee.pk}"
