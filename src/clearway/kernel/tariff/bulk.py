"""Many items priced at once: the same law as ``pricing``, over encoded columns.

``price_bulk`` resolves every tax of the pack for all items in a few NumPy passes and computes
in scaled 64-bit integers. Whatever the columns cannot say exactly (a finding is due, a quota is
claimed, a rate is not understood, a number is too large) marks the item *rare*: the whole item
then goes through ``pricing``, so that both paths agree to the last minor unit by design.
``lines`` turns one item's charges into ``TaxLine`` rows when somebody wants to see them.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec
import numpy as np

from clearway.kernel.reference import Reference
from clearway.kernel.tariff.bulk_columns import (
    ChargeColumn,
    EncodedItems,
    Flags,
    Ints,
    Places,
    PricedColumns,
)
from clearway.kernel.tariff.bulk_duty import Asked, duty_rows, first_rows, first_rows_of_all
from clearway.kernel.tariff.bulk_encode import encode
from clearway.kernel.tariff.bulk_history import (
    LAST_DAY,
    NO_ENTRY,
    NOT_PLAIN,
    moments,
    plain_of,
    rows_of,
)
from clearway.kernel.tariff.bulk_index import BulkIndex, bulk_index_of
from clearway.kernel.tariff.bulk_lines import lines
from clearway.kernel.tariff.bulk_one_each import one_each_rows
from clearway.kernel.tariff.bulk_rates import (
    LARGEST,
    Programs,
    percentage,
    round_columns,
    run_programs,
)
from clearway.kernel.tariff.plan import TaxStage, stages
from clearway.vocabulary.errors import DefectFound
from clearway.vocabulary.money import RATE_SCALE, divide

__all__ = ["bulk_index_of", "encode", "lines", "price_bulk"]


def price_bulk(encoded: EncodedItems, reference: Reference) -> PricedColumns:
    """Price a batch of goods items.

    Args:
        encoded: the items; ``bulk.encode`` makes it of declarations, and anybody may fill it
            from columns.
        reference: the pack.

    Returns:
        Charges as columns in the order of the pack's taxes, and small-path answers by position
        for the rare items. ``lines(priced, position, reference)`` reads one item's charges.

    Raises:
        DefectFound: an item is rare and ``encoded.small`` is not given.
    """
    batch = _Batch(encoded, bulk_index_of(reference))
    charges = [column for stage in stages(reference) for column in batch.stage(stage)]
    rare = batch.rare & ~encoded.exempt
    small = {}
    places = np.flatnonzero(rare).tolist()
    if places and encoded.small is None:
        raise DefectFound("an item needs the small path and the batch has no way to it")
    if encoded.small is not None:
        small = {place: encoded.small(place) for place in places}
    return PricedColumns(tuple(charges), rare, small, encoded)


class _Batch:
    """One batch being priced: which items have become rare, and what is charged so far."""

    def __init__(self, encoded: EncodedItems, index: BulkIndex) -> None:
        self.index = index
        self.programs = _programs(index)
        self.rare: Flags = encoded.rare | encoded.exempt
        commodity = self._held(encoded.commodity, (0, len(index.table.commodities) - 1))
        day = self._held(encoded.day, (0, LAST_DAY))
        self._held(encoded.value, (-LARGEST, LARGEST))
        if commodity is not encoded.commodity or day is not encoded.day:
            encoded = msgspec.structs.replace(encoded, commodity=commodity, day=day)
        self.items = encoded
        self.asked = Asked(index, encoded, moments(day), self.rare)
        self.charged: list[Ints | None] = []

    def _held(self, column: Ints | Places, limits: tuple[int, int]) -> Ints | Places:
        """Return a column held to its limits; items beyond them become rare."""
        least, most = limits
        if not len(column) or (least <= column.min() and column.max() <= most):
            return column
        self.rare |= (column < least) | (column > most)
        return np.clip(column, min(least, most), most)

    def stage(self, stage: TaxStage) -> list[ChargeColumn]:
        """Charge one tax on all items that owe it, and remember the sum for later bases."""
        family = stage.family
        types = [
            place
            for place, measure_type in enumerate(self.index.small.types)
            if measure_type.tax == stage.rule.code
        ]
        if family in ("remedy", "excise", "fee"):
            columns = [
                column for kind in types if (column := self._of_type(stage, kind)) is not None
            ]
        elif family == "vat":
            columns = [self._for_all(stage, *self._vat(types))]
        else:
            columns = [self._for_all(stage, *duty_rows(self.asked, types))]
        self._remember(columns)
        return columns

    def _remember(self, columns: list[ChargeColumn]) -> None:
        if not columns:
            self.charged.append(None)
            return
        if len(columns) == 1 and columns[0].items is None:
            self.charged.append(columns[0].amount)
            return
        total = np.zeros(len(self.items), np.int64)
        for column in columns:
            total[slice(None) if column.items is None else column.items] += column.amount
        self.charged.append(total)

    # -- which measure ------------------------------------------------------------------------

    def _vat(self, types: list[int]) -> tuple[Ints, None]:
        """Return each item's VAT entry: the lowest rate of several, or by additional code."""
        index, items = self.index, self.items
        choice, any_choice, plain = index.vat_plan(tuple(types))
        if len(plain) == 1 and not any_choice and bool(plain[0][1].all()):
            return first_rows_of_all(self.asked, plain[0][0]), None
        found = np.full(len(items), NO_ENTRY, np.int64)
        if any_choice:
            at = np.flatnonzero(choice[items.commodity] & ~self.rare)
            chosen = one_each_rows(index, items, at, types, self.rare, by_rate=True)
            found[at] = index.entries_of(chosen)
        for kind, having in plain:
            at = np.flatnonzero(having[items.commodity] & ~self.rare)
            found[at] = first_rows(self.asked, [kind], at, items.origin)
        return found, None

    def _of_type(self, stage: TaxStage, kind: int) -> ChargeColumn | None:
        """Charge one measure type on the items whose commodity and origin it meets."""
        index, items = self.index, self.items
        having = index.has_type[:, kind]
        if not having.any():
            return None
        at = np.flatnonzero(having[items.commodity] & ~self.rare)
        if not len(at):
            return None
        row = one_each_rows(index, items, at, [kind], self.rare)
        met = (row >= 0) & ~self.rare[at]
        at, row = at[met], row[met]
        if not len(at):
            return None
        base = self._base(stage, at)
        base, amount = self._amounts(stage, index.entries_of(row), base, at)
        return ChargeColumn(stage.rule.code, at, row, base, amount)

    # -- how much -----------------------------------------------------------------------------

    def _for_all(self, stage: TaxStage, found: Ints, claimed: Flags | None) -> ChargeColumn:
        """Charge a tax that every item owes; rare items hold amounts that nobody reads."""
        if int(found.min(initial=0)) < 0:
            none = found < 0
            self.rare[none] = True
            found[none] = 0  # row 0, free: nothing is looked up for them
        base, amount = self._amounts(stage, found, self._base(stage, None), None)
        return ChargeColumn(stage.rule.code, None, rows_of(found), base, amount, claimed)

    def _base(self, stage: TaxStage, at: Places | None) -> Ints:
        """Return the taxable amounts: whole minor units, because every part is rounded."""
        everything = slice(None) if at is None else at
        items = self.items
        if stage.on_value:
            base = items.value[everything]
            if self.rare.any():
                base = base * ~self.rare[everything]  # nobody knows how large theirs are
        else:
            base = np.zeros(len(items) if at is None else len(at), np.int64)
        for position in stage.on_taxes:
            charged = self.charged[position]
            if charged is not None:
                base = base + charged[everything]
        return base

    def _amounts(
        self, stage: TaxStage, found: Ints, base: Ints, at: Places | None
    ) -> tuple[Ints, Ints]:
        """Return (base, amount) of each entry; those that cannot be computed become rare."""
        plain = plain_of(found)
        if int(plain.max(initial=0)) < NOT_PLAIN:
            return self._plain(stage, base, plain, at)
        places = np.flatnonzero(plain == NOT_PLAIN)
        plain[places] = 0
        base, amount = self._plain(stage, base, plain, at)
        where = places if at is None else at[places]
        if stage.rule.method == "inclusive":
            self.rare[where] = True
            return base, amount
        rate = self.index.rate.take(rows_of(found[places])).astype(np.intp)
        which = self.programs.places(rate, self.items.quantity_unit[where], self.items.day, where)
        if int(which.min()) < 0:
            self.rare[where[which < 0]] = True
            places, where, which = places[which >= 0], where[which >= 0], which[which >= 0]
        if len(places):
            numerator, denominator, bad = run_programs(
                self.programs, which, self.items, where, base[places]
            )
            owed = round_columns(numerator, denominator, stage.rule.rounding)
            bad |= np.abs(owed) > LARGEST
            self.rare[where[bad]] = True
            owed[bad] = 0
            amount[places] = owed
        return base, amount

    def _plain(
        self, stage: TaxStage, base: Ints, rate: Ints, at: Places | None
    ) -> tuple[Ints, Ints]:
        """Charge one percentage, on the base or (price-inclusive) in the base."""
        rule = stage.rule
        if rule.method != "inclusive":
            amount, too_large = percentage(base, rate, rule.rounding)
            if too_large is not None:
                self.rare[too_large if at is None else at[too_large]] = True
            return base, amount
        where = np.arange(len(base)) if at is None else at
        grossed = np.zeros(len(base), np.int64)
        amount = np.zeros(len(base), np.int64)
        # Excise meets few items: exact whole numbers of Python are quick enough and never wrap.
        for place, (net, part) in enumerate(zip(base.tolist(), rate.tolist(), strict=True)):
            if part >= RATE_SCALE:
                self.rare[where[place]] = True
                continue
            above, below = net * RATE_SCALE, RATE_SCALE - part
            shown = divide(above, below, rule.base_rounding)
            owed = (
                divide(shown * part, RATE_SCALE, rule.rounding)
                if rule.round_base
                else divide(net * part, below, rule.rounding)
            )
            if max(abs(shown), abs(owed)) > LARGEST:
                self.rare[where[place]] = True
                continue
            grossed[place], amount[place] = shown, owed
        return grossed, amount


@lru_cache(maxsize=4)
def _programs(index: BulkIndex) -> Programs:
    """Return the rate programs of an index, made as they are needed and kept with it."""
    return Programs(index)
