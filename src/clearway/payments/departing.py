"""What decisions make of a tax beside the kernel's assessment, and what a later one leaves of it.

A value that customs determined, a refund granted, an appeal that changes a decision: each *departs*
from the assessment that it was decided upon. A later assessment that moves the same tax the same
way counts first against the departure, so that nothing is charged or taken back twice; one that
does not leaves it whole. What is left depends on the assessment alone and not on the way to it: a
version that says again what the former one said owes again what that one owed.

=================================  =======  =======  ========  ==========
charged, A, when 100 were granted  A later  left     is owed   why
=================================  =======  =======  ========  ==========
1,000                              1,000    −100     900       it stands
1,000                              1,200    −100     1,100     it stands
1,000                              960      −60      900       40 are in A
1,000                              850      0        850       all is in A
=================================  =======  =======  ========  ==========
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from clearway.assessment.models import Assessment
from clearway.assessment.queries import charges, charging
from clearway.declarations.models import Declaration
from clearway.declarations.queries import supplement_of
from clearway.events.service import Act
from clearway.payments.decision_models import Departure

Key = tuple[int, str]
"""A goods item's position, 0 for the whole declaration, and a tax."""


class Part(NamedTuple):
    """By how much a decision departs from what was assessed on a tax, in minor units.

    ``item`` is a goods item's position, or 0 for the whole declaration; ``charged`` what was
    assessed there when it was decided, None for what the newest assessment charges.
    """

    tax: str
    amount: int
    item: int = 0
    charged: int | None = None


class Left(NamedTuple):
    """What is left of departures under an assessment, with the words of the last decision."""

    item: int
    tax: str
    amount: int
    reason: str


def ruling(declaration: Declaration) -> Assessment | None:
    """Return the decision of the kernel by which a declaration's goods owe."""
    return charging((supplement_of(declaration) or declaration).pk)


def charged(decided: Assessment) -> Mapping[Key, int]:
    """Return what an assessment charges by item and tax, and by tax in all (item 0)."""
    return charged_by((one.item, one.tax, one.payable or 0) for one in charges(decided.pk))


def charged_by(lines: Iterable[tuple[int, str, int]]) -> Mapping[Key, int]:
    """Return charges by item and tax, and by tax in all (item 0)."""
    found: dict[Key, int] = {}
    for item, tax, amount in lines:
        for key in ((item, tax), (0, tax)):
            found[key] = found.get(key, 0) + amount
    return found


def record(
    doing: Act, declaration: Declaration, subject: str, parts: Sequence[Part], reason: str
) -> bool:
    """Write what a decision departs from the assessment by, within an act on a locked declaration.

    A value that was determined again for an item takes the place of the one before.

    Args:
        doing: the act.
        declaration: locked; it bears the debt.
        subject: the decision, with its kind before a colon (``claim:3``).
        parts: by tax.
        reason: why, as the payer reads it.

    Returns:
        Whether it was new: a decision departs once.
    """
    rows = Departure.objects.filter(declaration=declaration, ended_at=None)
    if rows.filter(subject=subject).exists():
        return False
    decided = ruling(declaration)
    now = {} if decided is None else charged(decided)
    if subject.startswith(DETERMINED):
        items = {part.item for part in parts} - {0}
        rows.filter(subject__startswith=DETERMINED, item__in=items).update(ended_at=doing.at)
    Departure.objects.bulk_create(
        Departure(
            declaration=declaration,
            subject=subject,
            item=part.item,
            tax=part.tax,
            amount=part.amount,
            charged=now.get((part.item, part.tax), 0) if part.charged is None else part.charged,
            reason=reason[:512],
            at=doing.at,
        )
        for part in parts
        if part.amount
    )
    return True


DETERMINED = "value_doubt:"


def latest(declaration: int) -> int:
    """Return the number of the last departure from a declaration's assessment; 0 if there is none.

    Who worked something out before sees by it whether another decision was made since.
    """
    row = Departure.objects.filter(declaration=declaration).order_by("id").last()
    return 0 if row is None else int(row.pk)


def left(declaration: int, now: Mapping[Key, int]) -> list[Left]:
    """Return what is left of a declaration's departures where an assessment charges ``now``.

    Decisions made upon the same amount are taken together: one that takes back what another
    asked for leaves nothing of it.
    """
    together: dict[tuple[int, str, int], int] = {}
    reasons: dict[tuple[int, str, int], str] = {}
    for row in Departure.objects.filter(declaration=declaration, ended_at=None).order_by("id"):
        key = row.item, row.tax, row.charged
        together[key] = together.get(key, 0) + row.amount
        reasons[key] = row.reason
    return [
        Left(item, tax, kept, reasons[item, tax, then])
        for (item, tax, then), amount in together.items()
        if (kept := kept_of(amount, now.get((item, tax), 0) - then))
    ]


def kept_of(amount: int, moved: int) -> int:
    """Return what is left of a departure where the assessment moved by an amount since.

    >>> [kept_of(-100, moved) for moved in (0, 200, -40, -150)]
    [-100, -100, -60, 0]
    >>> [kept_of(100, moved) for moved in (0, -200, 40, 150)]
    [100, 100, 60, 0]
    """
    if amount < 0:
        return -max(0, -amount - max(0, -moved))
    return max(0, amount - max(0, moved))


def by_tax(parts: Iterable[Left]) -> dict[str, int]:
    """Return what is left by tax."""
    found: dict[str, int] = {}
    for one in parts:
        found[one.tax] = found.get(one.tax, 0) + one.amount
    return found


def lines(declaration: int, decided: Assessment) -> list[tuple[str, int, str, str]]:
    """Return what is owed under an assessment: tax, amount, legal basis, and why beside it.

    By each tax first what is assessed, then what is left of departures, as far as no tax falls
    below nothing.
    """
    found: dict[str, tuple[int, str]] = {}
    for line in charges(decided.pk):
        amount, basis = found.get(line.tax, (0, ""))
        found[line.tax] = amount + (line.payable or 0), basis or line.legal_basis
    told = [(tax, amount, basis, "") for tax, (amount, basis) in found.items() if amount]
    totals = {tax: amount for tax, amount, _, _ in told}
    # What adds comes first, so that what is taken back has all of it to be taken from.
    for one in sorted(left(declaration, charged(decided)), key=lambda one: one.amount < 0):
        amount = max(one.amount, -totals.get(one.tax, 0))
        totals[one.tax] = totals.get(one.tax, 0) + amount
        if amount:
            told.append((one.tax, amount, "", one.reason))
    return told


def payable(declaration: int, decided: Assessment) -> int | None:
    """Return what is owed under an assessment in all; None where it cannot be computed."""
    if decided.payable is None:
        return None
    if not Departure.objects.filter(declaration=declaration, ended_at=None).exists():
        return int(decided.payable)
    return sum(amount for _, amount, _, _ in lines(declaration, decided))
