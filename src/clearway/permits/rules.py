"""Pure rules: the joint status of several agencies, and whether a permit fits what is declared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

import msgspec

APPROVED, PENDING, HOLD, REFUSED = "approved", "pending", "hold", "refused"
WORST_FIRST: Final = (REFUSED, HOLD, PENDING, APPROVED)
"""Card C08: the joint status is the worst of the mandatory agencies."""

WORD_OF_NEED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "waived": APPROVED,
        "covered": APPROVED,
        "paper": PENDING,
        "inspect": HOLD,
        "lacking": HOLD,
        "refused": REFUSED,
    }
)
"""What each state of a need says about its agency."""

REASONS: Final = (
    "other_holder",
    "other_agency",
    "other_document",
    "other_commodity",
    "other_unit",
    "not_yet_valid",
    "expired",
    "revoked",
    "used_up",
    "not_enough",
    "not_enough_value",
    "too_little",
    "agency",
)
"""Why a permit is not written off, or an agency does not accept a document."""


def worst(words: Iterable[str]) -> str:
    """Return the worst of some agencies' words; approved where none is concerned.

    >>> worst(["approved", "hold", "pending"]), worst([])
    ('hold', 'approved')
    """
    return min(words, key=WORST_FIRST.index, default=APPROVED)


class Granted(msgspec.Struct, frozen=True):
    """What is read of a permit. ``models.Permit`` says what each part means."""

    agency: str
    document: str
    holder: str
    commodities: tuple[str, ...]
    unit: str
    quantity: int | None
    value: int | None
    used_quantity: int
    used_value: int
    valid_from: date
    valid_to: date
    revoked: bool


class Wanted(msgspec.Struct, frozen=True):
    """What a declaration wants of a permit.

    ``quantity`` is in millionths of ``unit``, None where the goods have none in the permit's
    unit; ``value`` in minor units of the pack's currency, None where it is not known.
    """

    agency: str
    documents: tuple[str, ...]
    holder: str
    commodity: str
    unit: str
    quantity: int | None
    value: int | None
    day: date


def misfit(permit: Granted, wanted: Wanted) -> str:
    """Return why a permit does not fit what is wanted, empty where it does, balance apart."""
    unmeasured = wanted.quantity is None or wanted.unit != permit.unit
    tests = (
        ("other_agency", permit.agency != wanted.agency),
        ("other_document", permit.document not in wanted.documents),
        ("other_holder", permit.holder != wanted.holder),
        ("other_commodity", not wanted.commodity.startswith(permit.commodities)),
        ("revoked", permit.revoked),
        ("not_yet_valid", wanted.day < permit.valid_from),
        ("expired", wanted.day >= permit.valid_to),
        ("other_unit", permit.quantity is not None and unmeasured),
    )
    return next((reason for reason, holds in tests if holds), "")


def shortfall(permit: Granted, wanted: Wanted) -> str:
    """Return why a permit that fits has too little left, empty where it has enough."""
    if permit.quantity is not None:
        left = permit.quantity - permit.used_quantity
        if (wanted.quantity or 0) > left:
            return "not_enough" if left else "used_up"
    if permit.value is not None:
        left = permit.value - permit.used_value
        if wanted.value is None or wanted.value > left:
            return "not_enough_value" if left else "used_up"
    return ""
