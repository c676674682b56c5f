"""What a model's reasons are about: from a column of its matrix to a datum that is declared."""

from __future__ import annotations

from typing import Final

import numpy as np

from clearway.risk.learning.goods_items import Row, items_of
from clearway.selectivity.generaliser import Generaliser

DATUM: Final = {
    "price": "value", "price_band": "value", "value": "value", "value_band": "value",
    "price_size": "value", "value_size": "value", "duty": "value", "net_mass": "mass",
    "mass_band": "mass", "mass_class": "mass", "mass_size": "mass", "quantity": "quantity",
    "origin": "origin", "preference": "origin", "direct": "origin", "departure": "transport",
    "mode": "transport", "commodity": "commodity", "subheading": "commodity",
    "heading": "commodity", "position": "commodity", "subposition": "commodity",
    "chapter": "commodity", "rate_band": "commodity", "tax_rate": "commodity",
    "procedure": "procedure", "importer": "parties", "seller": "parties", "declarant": "parties",
}  # fmt: skip
"""Which datum a trader looks at again, for each column of learning (``kernel.TRADER_DATA``)."""
_PARTIES: Final = "parties"


def columns_of(name: str) -> tuple[str, ...]:
    """Return the columns that a name of the model's matrix is made of.

    >>> columns_of("recent evidence importer+chapter, inspections"), columns_of("log net_mass")
    (('importer', 'chapter'), ('net_mass',))
    >>> columns_of("oddness price by heading")
    ('price',)
    """
    told = name.partition(", ")[0]
    for start in ("recent evidence ", "evidence ", "log "):
        if told.startswith(start):
            return tuple(told.removeprefix(start).split("+"))
    if told.startswith("oddness "):
        return (told.split()[1],)
    return (told,)


def datum_of(model: Generaliser, row: Row) -> str:
    """Return the datum that speaks most for a violation, of those that a trader declares.

    What is known of parties tells nobody what to mend, and would tell a trader that he is watched:
    it is passed over wherever anything else speaks for a violation too. Empty where nothing does.
    """
    added = model.contributions(items_of([row]))[0][:-1]
    weight: dict[str, float] = {}
    for name, own in zip(model.encoding.names, added, strict=True):
        columns = [one for one in columns_of(name) if DATUM.get(one, _PARTIES) != _PARTIES]
        for one in columns:
            weight[DATUM[one]] = weight.get(DATUM[one], 0.0) + float(own) / len(columns)
    best = max(weight, key=lambda one: weight[one], default="")
    return best if best and np.isfinite(weight[best]) and weight[best] > 0 else ""
