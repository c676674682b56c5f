"""Pure rules: what is looked at, what may be found, and the draw of those who look."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Mapping
from typing import Final

CUSTOMS: Final = ""
"""For whom a customs officer inspects; a partner agency's stands by its code."""
SATISFACTORY: Final = "satisfactory"
DISCREPANCY: Final = "discrepancy"
LOOK_AT: Final = ("documents", "goods", "seals", "sample", "weight")

CHECKLIST: Final[Mapping[str, tuple[str, ...]]] = {
    "documents": ("documents_agree",),
    "goods": (
        "marks_and_packages", "description", "quantity", "classification", "origin_marks",
        "nothing_undeclared",
    ),
    "seals": ("seals_intact",),
    "sample": ("sample_drawn",),
    "weight": ("weight",),
}  # fmt: skip
"""The questions of each part of a look, in the order in which one works."""
ANSWERS: Final = ("yes", "no", "not_applicable")

FINDINGS: Final = (
    "quantity_excess", "quantity_short", "classification", "origin", "value", "undeclared_goods",
    "ipr", "prohibited", "seal_broken",
)  # fmt: skip
OF_QUANTITY: Final = frozenset({"quantity_excess", "quantity_short"})
OF_ITEM: Final = frozenset({*OF_QUANTITY, "classification", "origin", "value"})
"""They say how one declared item differs; the kernel recomputes what it owes."""


def questions(look_at: Iterable[str]) -> tuple[str, ...]:
    """Return the questions of some parts of a look, each once, in the order of work.

    >>> questions(["seals", "documents"])
    ('documents_agree', 'seals_intact')
    """
    wanted = set(look_at)
    return tuple(code for part in LOOK_AT if part in wanted for code in CHECKLIST[part])


def together(*parts: str) -> str:
    """Return words of ``LOOK_AT`` from several texts, each once, in their order.

    >>> together("seals goods", "goods documents")
    'documents goods seals'
    """
    wanted = {word for part in parts for word in part.split()}
    return " ".join(word for word in LOOK_AT if word in wanted)


def place_in_draw(secret: str, key: str, person: str) -> bytes:
    """Return what orders the persons of a draw: the least come first.

    Args:
        secret: the secret of the day; who does not know it cannot guess the order.
        key: what is drawn for.
        person: his name as an actor.
    """
    return hmac.digest(secret.encode(), f"{key}|{person}".encode(), "sha256")


def drawn(secret: str, key: str, pool: Collection[str], size: int) -> tuple[str, ...]:
    """Return who is drawn, in the draw's order. The order of the pool changes nothing.

    >>> drawn("s", "26XP1", ["user:1", "user:2"], 1) == drawn("s", "26XP1", ["user:2", "user:1"], 1)
    True
    """
    order = sorted(set(pool), key=lambda one: (place_in_draw(secret, key, one), one))
    return tuple(order[:size])
