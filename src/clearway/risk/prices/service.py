"""Every write of prices: what was accepted is seen, and once a day it is learnt from.

Both are done by a round, outside of any decision. A round reads a portion of what was accepted
since the last one; the first of a day learns medians and deviations over the pack's window, which
count from the next day on. Goods in which inspectors found something teach nothing: what was
declared of them is not what such goods cost. Neither does what was rejected or cancelled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

import numpy as np
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from clearway.assessment.models import Assessment
from clearway.audit import bulk, clock
from clearway.audit.actor import system
from clearway.declarations.models import Declaration, GoodsItem, Version
from clearway.declarations.queries import decoded
from clearway.events.service import act, subject_of
from clearway.kernel.reference import Reference
from clearway.reference.in_force import reference_at
from clearway.reference.queries import day_at
from clearway.risk.outcomes.models import Outcome
from clearway.risk.prices import events, rules
from clearway.risk.prices.law import PriceLaw, price_law
from clearway.risk.prices.models import PriceReference, PriceRound, PriceSeen
from clearway.risk.prices.rules import Spread

PORTION: Final = 2_000
"""Versions of declarations that one round reads."""
CHUNK: Final = 500
_NEVER: Final = ("rejected", "invalidated")
_ME: Final = system("prices")
_REFERENCE: Final = "key, day, median, deviation, prices"
_SEEN: Final = "declaration, item, direction, subheading, commodity, origin, unit, price, day"


def go_round() -> None:
    """Read what was accepted since, and learn once a day."""
    reference = reference_at(clock.now())
    day = day_at(clock.now(), reference)
    due = not _is_learnt(day + 1)
    while see(reference) == PORTION and due:
        pass  # the first round of a day makes up for all before it
    if due:
        learn(day, price_law(reference.settings))


def see(reference: Reference, most: int = PORTION) -> int:
    """Keep the unit prices of the next versions that were accepted; return how many were read.

    Args:
        reference: the law in force, for the country's days.
        most: versions.
    """
    with transaction.atomic():
        state = _state()
        numbers = list(
            Version.objects.filter(id__gt=state.seen_to).order_by("id")
            .values_list("id", flat=True)[:most]
        )  # fmt: skip
        for first in range(0, len(numbers), CHUNK):
            _keep(numbers[first : first + CHUNK], reference)
        if numbers:
            state.seen_to = numbers[-1]
            state.save(update_fields=["seen_to"])
    return len(numbers)


def _keep(numbers: Sequence[int], reference: Reference) -> None:
    declarations = Version.objects.filter(id__in=numbers).values("declaration_id")
    said = Assessment.objects.filter(declaration__in=declarations, version__in=numbers)
    accepted = set(said.filter(accepted=True).values_list("version", flat=True))
    values: dict[int, dict[int, int | None]] = defaultdict(dict)
    known = GoodsItem.objects.filter(version__in=accepted)
    for version, item, value in known.values_list("version_id", "item", "value"):
        values[version][item] = value
    rows: dict[int, list[tuple[Any, ...]]] = {}
    kept = Version.objects.filter(id__in=accepted).order_by("id")
    for version, declaration, at, packed in kept.values_list(
        "id", "declaration_id", "at", "lodgement"
    ):
        lodgement = decoded(packed)
        day = lodgement.observed_on or day_at(at, reference)
        exponent = reference_at(at).exponent
        # The newest version of a declaration is heard.
        rows[declaration] = [
            (declaration, place, goods.direction, goods.commodity[:6], goods.commodity,
             goods.origin, goods.unit, price, day)
            for place, item in enumerate(lodgement.items, 1)
            if (goods := rules.goods_of(lodgement.direction, item)) is not None
            and (price := rules.price_of(values[version].get(place), item, exponent)) is not None
        ]  # fmt: skip
    PriceSeen.objects.filter(declaration__in=rows).delete()
    with connection.cursor() as cursor:
        bulk.insert(cursor, "risk_priceseen", _SEEN, [row for own in rows.values() for row in own])


def learn(day: int, law: PriceLaw) -> int:
    """Learn the references that count from the day after; return how many rows are new.

    Two processes that learn at once do it once: the second one finds it done.

    Args:
        day: today, in days since 1970-01-01.
        law: the window, and how many prices there must be.
    """
    with transaction.atomic():
        state = _state()
        if state.learnt_for > day:
            return 0
        PriceSeen.objects.filter(day__lte=day - law.window).delete()
        rows, prices = _changed(day + 1, law)
        with act(_ME) as doing, connection.cursor() as cursor:
            bulk.insert(cursor, "risk_pricereference", _REFERENCE, rows)
            state.learnt_for = day + 1
            state.save(update_fields=["learnt_for"])
            body = {"day": day + 1, "references": len(rows), "prices": prices}
            doing.announce(events.LEARNT, subject_of("prices", str(day + 1)), body)
    return len(rows)


def _changed(day: int, law: PriceLaw) -> tuple[list[tuple[Any, ...]], int]:
    """Return the references that differ from what counts now, and how many prices there are."""
    now = _standing()
    rows: list[tuple[Any, ...]] = []
    count = 0
    for prices, spreads in _learnt():
        count += prices
        for key, found in spreads:
            enough = found.prices >= law.least
            new = (found.median, found.deviation) if enough else (None, None)
            if now.pop(key, (None, None)) != new:
                rows.append((key, day, *new, found.prices))
    # What nobody has brought for a whole window is known no more.
    rows += [(key, day, None, None, 0) for key, (median, _) in now.items() if median is not None]
    return rows, count


def _learnt() -> Iterator[tuple[int, list[tuple[str, Spread]]]]:
    """Yield for each subheading how many prices there are, and what they are like by key."""
    never = Declaration.objects.filter(pk=OuterRef("declaration"), state__in=_NEVER)
    wrong = Outcome.objects.filter(
        declaration=OuterRef("declaration"), item=OuterRef("item"), differs=True
    )
    seen = PriceSeen.objects.filter(~Exists(never), ~Exists(wrong))
    told = seen.order_by("direction", "unit", "subheading").values_list(
        "direction", "unit", "subheading", "commodity", "origin", "price"
    )
    for _, alike in groupby(told.iterator(CHUNK * 10), key=lambda row: row[:3]):
        by_key: dict[str, list[int]] = defaultdict(list)
        count = 0
        for direction, unit, _subheading, commodity, origin, price in alike:
            count += 1
            for key in rules.keys_of(rules.Goods(direction, commodity, origin, unit)).values():
                by_key[key].append(price)
        yield count, [
            (key, rules.spread(np.array(prices, dtype=np.int64)))
            for key, prices in by_key.items()
        ]  # fmt: skip


def _standing() -> dict[str, tuple[int | None, int | None]]:
    """Return median and MAD of every key as they were learnt last."""
    newest = PriceReference.objects.filter(key=OuterRef("key"), day__gt=OuterRef("day"))
    rows = PriceReference.objects.filter(~Exists(newest))
    return {
        key: (median, mad) for key, median, mad in rows.values_list("key", "median", "deviation")
    }


def _is_learnt(day: int) -> bool:
    return PriceRound.objects.filter(learnt_for__gte=day).exists()


def _state() -> PriceRound:
    """Return how far was read and learnt, locked: one process at a time is at it."""
    PriceRound.objects.bulk_create([PriceRound(pk=1)], ignore_conflicts=True)
    return PriceRound.objects.select_for_update().get(pk=1)
