"""The work of training and of back-testing: a job, done by a process of its own.

A model of 45,000 inspections takes seconds of computing and as many of reading: ``risk.child`` has
a process of its own do it, and the one short act that keeps what it made is the job's own.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from django.db.models import Max

from clearway.declarations.models import Version
from clearway.risk.child import Made
from clearway.risk.learning import back_testing, cards, drift, queries, serving
from clearway.risk.learning.conditions import LEAST_VIOLATIONS, WHAT
from clearway.risk.learning.gathering import CHUNK, Inspected, gather, judged
from clearway.risk.learning.goods_items import Row, items_of
from clearway.selectivity.generaliser import Generaliser
from clearway.selectivity.scoring import LEAST_TO_TRAIN

TRAIN, TEST = "train", "test"
SEEN: Final = 2_000
"""Declarations, the newest, by which a model's inputs are known again (``drift``)."""
NOTHING_EARLIER: Final = "The earlier inspections are of one outcome only."


def compute(number: int, what: str, until: int) -> Made:
    """Do the work here: read the record, train or measure; nothing is written."""
    try:
        return _train(until) if what == TRAIN else _test(number, until)
    except serving.ModelUnusable as broken:
        return Made(trouble=f"{broken.what} {broken.remedy}")


def _train(until: int) -> Made:
    found = gather(until)
    if found is None or not back_testing.enough(found):
        return Made(trouble=too_few(found))
    model, card = back_testing.learn(found)
    card = msgspec.structs.replace(card, shares=shares_of(model))
    return Made(model.to_bytes(), cards.packed(card))


def _test(number: int, until: int) -> Made:
    row = queries.model(number)
    card = queries.card_of(row)
    found = gather(until)
    if found is None or card is None:
        return Made(trouble=too_few(found))
    live = serving.live()
    own = live is not None and live.number == number
    beside = queries.serves()
    test = back_testing.back_test(
        found, row.until, None if own else live,
        learnt_until=0 if beside is None or own else beside.until, seed=card.seed,
    )  # fmt: skip
    if test is None:
        return Made(trouble=NOTHING_EARLIER)
    return Made(card=msgspec.json.encode(test))


def too_few(found: Inspected | None) -> str:
    """Return why nothing can be learnt, with what there is: items, and violations among them."""
    rows, bad = (0, 0) if found is None else (len(found), int(found.violation.sum()))
    needed = f"{LEAST_TO_TRAIN} / {LEAST_VIOLATIONS}"
    what, remedy = WHAT["enough"]
    return f"{what} {remedy} Found: {rows} / {bad}; needed: {needed}."


def shares_of(model: Generaliser) -> tuple[cards.Share, ...]:
    """Return what the newest declarations look like to a model: all of them, inspected or not."""
    rows = newest_rows(SEEN)
    items = items_of(rows)
    return drift.shares(items, model.chances(items))


def newest_rows(most: int, since: Any = None) -> list[Row]:
    """Return the goods items of the newest accepted declarations, ``most`` declarations at most."""
    known = Version.objects.filter(declaration__mrn__isnull=False)
    if since is not None:
        known = known.filter(at__gte=since)
    numbers = list(known.order_by("-id").values_list("id", flat=True)[:most])
    rows: list[Row] = []
    for first in range(0, len(numbers), CHUNK):
        for one in judged(numbers[first : first + CHUNK]):
            rows += one.rows
    return rows


def newest_version() -> int:
    """Return the number of the newest version of any declaration, 0 where there is none."""
    return Version.objects.aggregate(newest=Max("id"))["newest"] or 0
