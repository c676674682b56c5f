"""What a declaration would have cost, had it said what was found: line by line, by the kernel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from clearway.assessment import queries as assessed
from clearway.assessment.models import Charge
from clearway.audit.actor import Actor
from clearway.declarations.models import Declaration
from clearway.declarations.queries import bearer_of, current_version
from clearway.events.service import Act
from clearway.intake import reading_ahead
from clearway.intake.amending import GRANT
from clearway.intake.submission import JSON, Submission
from clearway.kernel.decisions import Decision, Severity, TaxLine
from clearway.payments import departing
from clearway.post_clearance import changing
from clearway.post_clearance.changing import Change
from clearway.vocabulary.errors import DataRefused, StateForbids


class Line(msgspec.Struct, frozen=True):
    """A tax on an item (0: on none of its own), as it stands and as it should. Minor units."""

    item: int
    tax: str
    before: int
    after: int

    @property
    def difference(self) -> int:
        """What is owed more; negative is owed back."""
        return self.after - self.before


class Found(msgspec.Struct, frozen=True):
    """A declaration judged again: its message as it should be, and every line that differs."""

    message: bytes
    currency: str
    lines: tuple[Line, ...]

    @property
    def difference(self) -> int:
        """What is owed more in all."""
        return sum(line.difference for line in self.lines)


def found(doing: Act, declaration: Declaration, changes: Sequence[Change]) -> Found:
    """Return what changes to a declaration would come to, by the law of its own day.

    Raises:
        DataRefused: a change cannot be made, or the declaration would have errors.
        StateForbids: the declaration is not live, or what was charged is not known.
    """
    version = current_version(declaration)
    body = changing.message(bytes(version.message), version.media_type, changes)
    before = assessed.newest(declaration.pk)
    if before is None or before.payable is None:
        raise _unknown()
    was = _summed(assessed.charges(before.pk))
    now = _summed(_judged(submission(doing.actor, declaration, body, "", doing)).charges)
    was, now = _with_departures(declaration, was), _with_departures(declaration, now)
    lines = tuple(
        Line(item, tax, was.get((item, tax), 0), now.get((item, tax), 0))
        for item, tax in sorted(was.keys() | now.keys())
    )
    differing = tuple(line for line in lines if line.difference)
    return Found(body, before.currency, differing)


def submission(
    actor: Actor, declaration: Declaration, body: bytes, reason: str, doing: Act
) -> Submission:
    """Return a version of customs' own making as it goes to the line."""
    return Submission(
        actor=actor,
        door="grant",
        media_type=JSON,
        body=body,
        received_at=doing.at,
        purpose=GRANT,
        declaration=declaration.mrn or "",
        reason=reason,
    )


def _judged(wanted: Submission) -> Decision:
    piece = reading_ahead.looked_at(wanted)
    if piece.decision is None:
        raise StateForbids(
            "The declaration cannot be judged again as it stands.",
            remedy="Read it again, then decide.",
        )
    errors = [one for one in piece.decision.findings if one.severity == Severity.ERROR]
    if not piece.decision.accepted:
        raise DataRefused(
            "With these changes the declaration would have errors.",
            faults=[(one.pointer or "/changes", one.rule) for one in errors],
            remedy="Change what they name as well.",
        )
    return piece.decision


def _summed(lines: Iterable[Charge | TaxLine]) -> dict[tuple[int, str], int]:
    total: dict[tuple[int, str], int] = {}
    for line in lines:
        if line.payable is None:
            raise _unknown()
        total[line.item, line.tax] = total.get((line.item, line.tax), 0) + line.payable
    return total


def _with_departures(
    declaration: Declaration, lines: dict[tuple[int, str], int]
) -> dict[tuple[int, str], int]:
    """Return what is charged with what is left of earlier decisions: a determined value, a refund.

    What was decided on no item stands with item 0.
    """
    bears = bearer_of(declaration).pk
    now = departing.charged_by((item, tax, amount) for (item, tax), amount in lines.items())
    found = dict(lines)
    for one in departing.left(bears, now):
        found[one.item, one.tax] = found.get((one.item, one.tax), 0) + one.amount
    return found


def _unknown() -> StateForbids:
    return StateForbids(
        "What is charged cannot be worked out.",
        remedy="Read the findings of the newest assessment.",
    )
