"""A small model that learnt one thing: what the importer XP7 brings is wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import numpy as np

from clearway.risk.learning.goods_items import Row, items_of
from clearway.risk.learning.models import ModelVersion
from clearway.risk.learning.serving import digest_of
from clearway.selectivity.generaliser import Generaliser, Recipe, train
from clearway.selectivity.layout import BORDER

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)


def an_item(**changes):
    plain = {
        "office": "XPCRT1", "declarant": "XP1", "importer": "XP2", "seller": "S", "origin": "CN",
        "commodity": "39269000", "departure": "CN", "procedure": "40", "mode": "1", "payment": "",
        "preference": "100", "tax_rate": 27.8, "net_mass": 90.0, "quantity": 1.0,
        "value": 10_000.0, "duty": 2_780.0,
    }  # fmt: skip
    return Row(**{**plain, **changes})


def rows(count=400, seed=1):
    """Return items, violations and days; every tenth importer, XP7, is wrong nine times in ten."""
    draw = np.random.default_rng(seed)
    importers = draw.integers(0, 10, count)
    found = np.where(importers == 7, draw.random(count) < 0.9, draw.random(count) < 0.05)
    made = [
        an_item(importer=f"XP{one}", net_mass=float(mass))
        for one, mass in zip(importers, draw.integers(1, 10_000, count), strict=True)
    ]
    return made, found.astype(np.float64), np.arange(count) // 10 + 20_000


@cache
def content():
    made, found, day = rows()
    return train(items_of(made), found, day, BORDER, recipe=Recipe(trees=20)).to_bytes()


def a_model():
    return Generaliser.from_bytes(content())


def kept(model, state, **more):
    """Keep a model in the record, in a state, with the next number."""
    packed = model.to_bytes()
    number = ModelVersion.objects.count() + 1
    return ModelVersion.objects.create(
        number=number, state=state, content=packed, digest=digest_of(packed),
        made_by="user:1", made_at=NOW, **more,
    )  # fmt: skip
