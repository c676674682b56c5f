"""What a quota is, what goods count for it, and what a decided declaration draws.

The pack's list of quotas (``quota_order``) says each one's amount, unit and period. A quota is
served first come, first served: an item draws all that it declares, or nothing and is told what
is left, since a rate for part of an item would leave two rates on one (decision 0015).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from clearway.kernel.decisions import TaxLine
from clearway.kernel.lodgement import Item, Lodgement
from clearway.kernel.reference import Reference
from clearway.kernel.tariff.quantities import quantity_of

LIST: Final = "quota_order"
SCALE: Final = 1_000_000
"""Quantities are kept in millionths of the quota's unit."""
LIMITLESS: Final = 2**62 - 1
"""More than any quota has: what was drawn once comes back whatever the law says meanwhile."""
CRITICAL: Final = Decimal("0.1")
"""The share of a quota below which what is left of it is shown as nearly used up."""


class Key(NamedTuple):
    """One period of one quota: its order number and first day since 1970-01-01."""

    order: str
    opens: int


class Quota(NamedTuple):
    """A quota in one of its periods, as the pack has it. ``closes`` is the first day after it.

    ``amount`` is in millionths of ``unit``. Only quotas with both are kept here: of any other the
    kernel's question stays a question for whoever keeps its balance.
    """

    order: str
    opens: int
    closes: int
    name: str
    amount: int
    unit: str
    areas: str
    legal_basis: str

    @property
    def key(self) -> Key:
        """What its balance is kept under."""
        return Key(self.order, self.opens)


class Wanted(NamedTuple):
    """A quantity of a quota in millionths of its unit, and the most that may be drawn of it."""

    key: Key
    quantity: int
    most: int


class Owner(NamedTuple):
    """The declaration that draws: its row number, its MRN, and the organisation that lodged it."""

    declaration: int
    mrn: str
    organisation: int


def quota_of(reference: Reference, order: str, day: int) -> Quota | None:
    """Return the quota of an order number that is open on a day, or None."""
    return next((one for one in quotas(reference, order) if one.opens <= day < one.closes), None)


def quotas(reference: Reference, order: str = "") -> Iterator[Quota]:
    """Give the periods of one quota that is kept here, or of all, in the order of the pack."""
    known = reference.code_lists.get(LIST)
    if known is None:
        return
    wanted = {order: known.entries.get(order, ())} if order else known.entries
    for code, entries in wanted.items():
        for entry in entries:
            told = entry.properties
            amount, unit = told.get("amount", ""), told.get("unit", "")
            if not (amount and unit):
                continue
            yield Quota(
                code,
                entry.period.valid_from,
                entry.period.valid_to,
                entry.name,
                int(Decimal(amount) * SCALE),
                unit,
                told.get("areas", ""),
                told.get("legal_basis", ""),
            )


def counted(item: Item, quota: Quota) -> int | None:
    """Return what an item counts for a quota; None where it declares no quantity in its unit."""
    found = quantity_of(item, "", quota.unit)
    return None if found is None else -(-found[0] // found[1])


def claimed(lodgement: Lodgement, reference: Reference) -> dict[int, Quota]:
    """Return the quota open on its day for each item that claims one, by the item's position."""
    day = lodgement.legal_date
    if day is None:
        return {}
    found = {}
    for number, item in enumerate(lodgement.items, 1):
        quota = quota_of(reference, item.quota_order, day) if item.quota_order else None
        if quota is not None:
            found[number] = quota
    return found


def drawn_by(
    lodgement: Lodgement, charges: Iterable[TaxLine], reference: Reference
) -> tuple[Wanted, ...]:
    """Return what a decided version draws of each quota, in the order in which rows are taken.

    Only what is charged by a quota's measure counts: a quota that does not serve the goods, or
    whose preference was not proved, is not touched.
    """
    charged = {line.item for line in charges if line.quota_order}
    sums: dict[Key, int] = {}
    most: dict[Key, int] = {}
    for number, quota in claimed(lodgement, reference).items():
        item = lodgement.items[number - 1]
        if item.quota_granted and number in charged:
            most[quota.key] = quota.amount
            sums[quota.key] = sums.get(quota.key, 0) + (counted(item, quota) or 0)
    return tuple(Wanted(key, sums[key], most[key]) for key in sorted(sums))


def shown(quantity: int) -> str:
    """Return a quantity as plain decimal text.

    >>> shown(12_500_000), shown(8_000_000_000_000)
    ('12.5', '8000000')
    """
    return f"{(Decimal(quantity) / SCALE).normalize():f}"
