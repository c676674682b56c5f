"""The life cycles of an audit, a correction, a claim and an appeal as tables (cards C18 and C19).

A table maps (state, act) to the next state. An act that a table does not hold for a state is
refused there, and a test walks every pair. None of them undoes anything: each adds to the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clearway.vocabulary.errors import StateForbids

Table = Mapping[tuple[str, str], str]
NOTHING: Final = ""
"""The state before the first act."""

AUDIT: Final[Table] = {
    (NOTHING, "select"): "selected",
    ("selected", "disclose"): "selected",
    ("selected", "notify"): "notified",
    ("selected", "drop"): "closed",
    ("notified", "begin"): "field",
    ("field", "draft"): "draft",
    ("draft", "draft"): "draft",
    ("draft", "hear"): "heard",
    ("heard", "draft"): "draft",
    ("heard", "decide"): "decided",
    ("decided", "collect"): "collected",
    ("decided", "refund"): "refunded",
    ("decided", "close"): "closed",
}
"""An audit after release, from the day a declaration is selected."""

CORRECTION: Final[Table] = {
    (NOTHING, "propose"): "proposed",
    (NOTHING, "carry_out"): "done",
    ("proposed", "confirm"): "done",
    ("proposed", "send_back"): "sent_back",
    ("proposed", "withdraw"): "withdrawn",
}
"""A correction that customs makes of its own motion."""

APPEAL: Final[Table] = {
    (NOTHING, "lodge"): "lodged",
    ("lodged", "admit"): "admitted",
    ("lodged", "refuse"): "refused",
    ("lodged", "withdraw"): "withdrawn",
    ("admitted", "hear"): "heard",
    ("admitted", "withdraw"): "withdrawn",
    ("heard", "decide"): "decided",
    ("heard", "withdraw"): "withdrawn",
}
"""An appeal against a decision."""

CLAIM: Final[Table] = {
    (NOTHING, "lodge"): "lodged",
    ("lodged", "grant"): "granted",
    ("lodged", "refuse"): "refused",
    ("lodged", "withdraw"): "withdrawn",
}
"""A payer's claim to have money back."""

TABLES: Final[Mapping[str, Table]] = {
    "audit": AUDIT,
    "correction": CORRECTION,
    "appeal": APPEAL,
    "claim": CLAIM,
}
OPEN_AUDITS: Final = ("selected", "notified", "field", "draft", "heard")
"""States of an audit that is not decided: a declaration has one such audit at a time."""
OPEN_APPEALS: Final = ("lodged", "admitted", "heard")
"""States of an appeal that waits for somebody."""


def states(table: Table) -> tuple[str, ...]:
    """Return the states of a table in the order in which they are first reached.

    >>> states(CORRECTION)
    ('proposed', 'done', 'sent_back', 'withdrawn')
    """
    return tuple(dict.fromkeys(table.values()))


def taken(table: Table, state: str, act: str) -> str:
    """Return the state after an act.

    >>> taken(AUDIT, "heard", "decide")
    'decided'

    Raises:
        StateForbids: the state does not know the act.
    """
    found = table.get((state, act))
    if found is None:
        raise StateForbids(
            f"What is {state or 'not begun'} does not allow this now: {act.replace('_', ' ')}.",
            remedy="Read it again, then decide.",
        )
    return found
