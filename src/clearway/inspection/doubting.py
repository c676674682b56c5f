"""The procedure about a declared value that customs have reason to doubt.

WTO Valuation Agreement: Decision 6.1 (reasons in writing, a reasonable time to explain; before a
final decision the grounds, and a time to respond; the decision and its grounds in writing),
Article 11 (appeal without penalty), Article 13 (the goods may leave against security), Article 16
(how a value was determined is explained in writing), Article 17.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import structs

from clearway.audit.actor import Actor, system
from clearway.declarations import queries as declarations
from clearway.declarations.access import declaration_for
from clearway.declarations.kinds import days_setting
from clearway.declarations.life_cycle import BEFORE_RELEASE
from clearway.declarations.models import Declaration
from clearway.events.service import Act, act
from clearway.inspection import access, events, queries, stake
from clearway.inspection.life_cycle import DOUBT, NOTHING, after
from clearway.inspection.models import ValueDoubt
from clearway.inspection.telling import announce
from clearway.kernel.assess import estimate
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference
from clearway.kernel.working_time import end_of_days
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import DataRefused, StateForbids

METHODS: Final = ("2", "3", "5", "6", "7")
"""Articles by which a value is determined where it cannot be by Article 1."""
LONGEST: Final = 4_000
_AT_ONCE: Final = 500
_THOUSANDTHS: Final = 3


class Step(msgspec.Struct, frozen=True):
    """An act about a doubt in progress: the row and its declaration, both locked."""

    doing: Act
    row: ValueDoubt
    declaration: Declaration

    def announce(self, kind: str, **body: Any) -> None:
        """Announce a fact about the doubt to everybody whom the declaration concerns."""
        row = self.row
        announce(self.doing, self.declaration, None, kind, doubt=row.pk, item=row.item,
                 doubt_state=row.state, **body)  # fmt: skip


def ask(actor: Actor, mrn: str, item: int, reasons: str) -> ValueDoubt:
    """Doubt the declared value of an item: ask the trader in writing to explain it.

    Raises:
        NotThere: no such declaration for this officer.
        DataRefused: there are no reasons, or no such item.
        StateForbids: it was released, or its value is doubted already.
    """
    found = declaration_for(actor, mrn, to="decide")
    reasons = _written(reasons, "reasons")
    with act(actor) as doing:
        declaration = declarations.locked(found.pk)
        if declaration.state not in BEFORE_RELEASE - {"received"}:
            raise StateForbids(
                "The value of this declaration cannot be doubted now.",
                remedy="Look where it stands now.",
            )
        values = {one.item: one.value for one in declarations.items(declaration)}
        if item not in values:
            raise DataRefused(
                "The declaration has no such goods item.",
                faults=(("/body/item", "not declared"),),
                remedy="Mend what is marked and send it again.",
            )
        if queries.open_doubts(declaration.pk).filter(item=item).exists():
            raise StateForbids(
                "The value of this item is doubted already.", remedy="Look where it stands now."
            )
        law = reference_at(doing.at)
        row = ValueDoubt.objects.create(
            declaration=declaration, item=item, state=after(DOUBT, NOTHING, "ask"),
            reasons=reasons, asked_by=actor.name, asked_at=doing.at,
            reply_by=end_of_days(doing.at, _days(law, "reply_days", 10), law),
            declared=values[item], currency=law.currency,
        )  # fmt: skip
        Step(doing, row, declaration).announce(
            events.DOUBT_ASKED, reasons=reasons, reply_by=row.reply_by.isoformat()
        )
    return row


def reply(actor: Actor, number: int, text: str) -> ValueDoubt:
    """Explain a doubted value, or respond to the grounds, as who lodged the declaration.

    A reply that comes late is taken as long as the next step was not done.

    Raises:
        NotThere: no such doubt of this actor's.
        DataRefused: there is no text.
        StateForbids: nothing is asked now.
    """
    access.doubt_for(actor, number, to="reply")
    text = _written(text, "text")
    with _step(actor, number, "reply") as step:
        row = step.row
        if row.state == "replied":
            row.reply, row.replied_at = text, step.doing.at
            step.announce(events.DOUBT_REPLIED)
        else:
            row.response, row.responded_at = text, step.doing.at
            step.announce(events.DOUBT_HEARD)
    return row


def tell_grounds(actor: Actor, number: int, grounds: str) -> ValueDoubt:
    """Tell the trader in writing why the value is still doubted, and let him respond.

    Raises:
        NotThere: no such doubt for this officer.
        DataRefused: there are no grounds.
        StateForbids: he may still explain it.
    """
    access.doubt_for(actor, number, to="decide")
    grounds = _written(grounds, "grounds")
    with _step(actor, number, "tell_grounds") as step:
        row, at = step.row, step.doing.at
        if row.replied_at is None:
            _refuse_within(row.reply_by, at)
        law = reference_at(at)
        row.grounds, row.grounds_at = grounds, at
        row.heard_by = end_of_days(at, _days(law, "reply_days", 10), law)
        step.announce(events.DOUBT_GROUNDS_TOLD, grounds=grounds, reply_by=row.heard_by.isoformat())
    return row


def fix_security(actor: Actor, number: int, value: int) -> ValueDoubt:
    """Fix the security against which the goods may leave: what the suspected value would add.

    Args:
        actor: an officer.
        number: the doubt's.
        value: the customs value that customs suspect, in minor units of the pack's currency.

    Raises:
        NotThere: no such doubt for this officer.
        DataRefused: the value is not above the declared one.
        StateForbids: it is decided, secured already, or cannot be computed.
    """
    access.doubt_for(actor, number, to="decide")
    with _step(actor, number, "fix_security") as step:
        row = step.row
        if row.secured_at is not None:
            raise StateForbids("A security covers it already.", remedy="Look where it stands now.")
        dearer = value > (row.declared or 0)
        row.security = sum(one.amount for one in _differences(step, value)) if dearer else 0
        if row.security <= 0:
            raise DataRefused(
                "This value would add nothing to what is payable.",
                faults=(("/body/value", "not above the declared one"),),
                remedy="Mend what is marked and send it again.",
            )
        row.suspected = value
        step.announce(
            events.DOUBT_SECURITY_FIXED, amount=row.security, currency=row.currency, value=value
        )
    return row


def secure(actor: Actor, number: int, reference: str) -> ValueDoubt:
    """Record what covers the security: the doubt keeps the goods no longer (Article 13).

    ``clearance.doubts_secured`` does so together with the cover itself.

    Raises:
        NotThere: no such doubt for this officer.
        DataRefused: no guarantee or deposit is named.
        StateForbids: no security is fixed, or one covers it already.
    """
    access.doubt_for(actor, number, to="decide")
    reference = _written(reference, "reference")[:70]
    with _step(actor, number, "secure") as step:
        row = step.row
        if row.security is None or row.secured_at is not None:
            raise StateForbids(
                "No security is waited for.", remedy="Fix the security before it is covered."
            )
        row.secured_by, row.secured_at = reference, step.doing.at
        step.announce(
            events.DOUBT_SECURED, amount=row.security, currency=row.currency, security=reference
        )
    return row


def accept(actor: Actor, number: int, decision: str) -> ValueDoubt:
    """Accept the declared value; the doubt is over.

    Raises:
        NotThere: no such doubt for this officer.
        DataRefused: the decision says nothing.
        StateForbids: it is decided already.
    """
    access.doubt_for(actor, number, to="decide")
    decision = _written(decision, "decision")
    with _step(actor, number, "accept") as step:
        row = step.row
        row.value, row.method, row.difference = row.declared, "1", 0
        _decide(step, decision)
        row.state, row.closed_at = after(DOUBT, row.state, "close"), step.doing.at
    return row


def determine(actor: Actor, number: int, *, decision: str, method: str, value: int) -> ValueDoubt:
    """Determine the value by another method, with the reasons in writing and the right of appeal.

    Args:
        actor: an officer.
        number: the doubt's.
        decision: the reasons, as the trader reads them.
        method: of ``METHODS``.
        value: the customs value, in minor units of the pack's currency.

    Raises:
        NotThere: no such doubt for this officer.
        DataRefused: the decision says nothing, or the method is none.
        StateForbids: the trader was not told the grounds, or may still respond.
    """
    access.doubt_for(actor, number, to="decide")
    decision = _written(decision, "decision")
    if method not in METHODS:
        raise DataRefused(
            "The value is determined by one of the articles 2, 3, 5, 6 and 7.",
            faults=(("/body/method", f"one of {', '.join(METHODS)}"),),
            remedy="Take the first of them that can be used.",
        )
    with _step(actor, number, "determine") as step:
        row, at = step.row, step.doing.at
        if row.responded_at is None and row.heard_by is not None:
            _refuse_within(row.heard_by, at)
        row.value, row.method = value, method
        taxes = _differences(step, value)
        row.difference = sum(one.amount for one in taxes)
        _decide(step, decision, taxes)
    return row


def close_those_past_appeal(now: datetime) -> int:
    """Close the decided doubts whose period of appeal is over; return how many.

    A periodic job calls it; doing it again, or in two processes at once, changes nothing.
    """
    count = 0
    for number in list(queries.doubts_past_appeal(now)[:_AT_ONCE]):
        try:
            with _step(system("rounds"), number, "close") as step:
                step.row.closed_at = step.doing.at
                step.announce(events.DOUBT_CLOSED)
        except StateForbids:
            continue  # another process closed it between the look and the lock
        count += 1
    return count


def payable_at(
    lodgement: Lodgement, item: int, value: int, law: Reference
) -> dict[str, int] | None:
    """Return what an item owes by tax at a customs value; None where it cannot be told.

    The item is priced by itself, at the cost boundary of the pack, without anything to add.
    """
    declared = lodgement.items[item - 1]
    amount = value * 10 ** (_THOUSANDTHS - law.exponent)
    alone = structs.replace(
        lodgement,
        items=(
            structs.replace(
                declared, item_amount=amount, item_currency=law.currency, charges=(),
                customs_value_amount=None, statistical_amount=None,
            ),
        ),
        documents=tuple(
            structs.replace(one, item=min(one.item, 1))
            for one in lodgement.documents
            if one.item in {0, item}
        ),
        item_count=1,
        incoterm=law.valuation.cost_boundary,
        freight_amount=None,
        charges=(),
        invoice_amount=amount,
        invoice_currency=law.currency,
    )  # fmt: skip
    decision = estimate(alone, law)
    if [one.value for one in decision.values] != [value]:
        return None
    found: dict[str, int] = {}
    for (_, tax), payable in stake.payable_of(decision).items():
        if payable is None:
            return None
        found[tax] = found.get(tax, 0) + payable
    return found


@contextmanager
def _step(actor: Actor, number: int, act_name: str) -> Iterator[Step]:
    """Do something with a doubt whose access was asked for; the state follows the table."""
    row = ValueDoubt.objects.get(pk=number)
    with act(actor) as doing:
        declaration = declarations.locked(row.declaration_id)
        row = ValueDoubt.objects.select_for_update().get(pk=number)
        row.state = after(DOUBT, row.state, act_name)
        yield Step(doing, row, declaration)
        row.save()


class _Tax(NamedTuple):
    """What a value adds by a tax to what was charged on the item, in minor units."""

    tax: str
    amount: int
    charged: int


def _decide(step: Step, decision: str, taxes: Sequence[_Tax] = ()) -> None:
    row, at = step.row, step.doing.at
    law = reference_at(at)
    row.decision, row.decided_by, row.decided_at = decision, step.doing.actor.name, at
    row.appeal_until = end_of_days(at, _days(law, "appeal_days", 30), law)
    step.announce(
        events.DOUBT_DECIDED,
        outcome=row.state,
        decision=decision,
        method=row.method,
        value=row.value,
        difference=row.difference,
        taxes=[one._asdict() for one in taxes],
        currency=row.currency,
        appeal_until=row.appeal_until.isoformat(),
    )


def _differences(step: Step, value: int) -> list[_Tax]:
    """Return what a value adds by tax to what is payable for the item; nothing that is the same.

    Raises:
        StateForbids: the kernel cannot tell what is payable at that value.
    """
    declared, law = stake.declared_of(step.declaration)
    before = {tax: payable for (item, tax), payable in declared.items() if item == step.row.item}
    lodgement = declarations.lodgement_of(declarations.current_version(step.declaration))
    now = payable_at(lodgement, step.row.item, value, law)
    if now is None or None in before.values():
        raise StateForbids(
            "What is payable at this value cannot be computed.",
            remedy="Have the declaration amended first.",
        )
    taxes = sorted(now.keys() | before.keys())
    was = {tax: before.get(tax) or 0 for tax in taxes}
    added = [_Tax(tax, now.get(tax, 0) - was[tax], was[tax]) for tax in taxes]
    return [one for one in added if one.amount]


def _refuse_within(until: datetime, now: datetime) -> None:
    if now <= until:
        raise StateForbids(
            "The trader may still explain the value.", remedy="Wait until his period is over."
        )


def _days(law: Reference, name: str, default: int) -> int:
    return max(1, days_setting(law, f"inspection.{name}", default))


def _written(text: str, field: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise DataRefused(
            f"This needs a text of 1 to {LONGEST} characters.",
            faults=((f"/body/{field}", "empty, or too long"),),
            remedy="The other side reads it: say why, in plain words.",
        )
    return text
