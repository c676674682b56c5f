"""A program over a platform's data: models in the states that a check wants to meet.

It takes JSON from standard input: a list of pairs, the state of each model and the number of the
one that served when it was back-tested. No check has the hundreds of inspections that a model
takes, so its card says what a good one would say, and nothing of it is ever measured.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from clearway.site.preparing import prepare


def keep(wanted: list[tuple[str, int]]) -> None:
    """Write one model for each state wanted, numbered after those that are there."""
    from django.db.models import Max

    from clearway.audit import clock
    from clearway.risk.learning import cards, serving
    from clearway.risk.learning.models import ModelVersion

    content = _content()
    first = (ModelVersion.objects.aggregate(newest=Max("number"))["newest"] or 0) + 1
    for number, (state, beside) in enumerate(wanted, first):
        ModelVersion.objects.create(
            number=number,
            state=state,
            content=content,
            digest=serving.digest_of(content),
            card=cards.packed(_card(beside)),
            made_by="system:check",
            made_at=clock.now(),
        )
    serving.renew()


def _content() -> bytes:
    import numpy as np

    from clearway.risk.learning.goods_items import Row, items_of
    from clearway.selectivity.generaliser import Recipe, train
    from clearway.selectivity.layout import BORDER

    draw = np.random.default_rng(1)
    words: dict[str, Any] = dict.fromkeys(BORDER.text, "")
    rows = [
        Row(**{**words, "importer": str(one % 10)}, tax_rate=5.0, net_mass=1.0, quantity=1.0,
            value=1.0, duty=1.0)
        for one in range(200)
    ]  # fmt: skip
    found = (draw.random(200) < 0.2).astype(np.float64)
    return train(items_of(rows), found, np.arange(200), BORDER, recipe=Recipe(trees=5)).to_bytes()


def _card(serving: int) -> Any:
    from clearway.risk.learning.cards import BackTest, Card, Compared, Data, Labels
    from clearway.risk.learning.figures import Figure

    data = Data(400, 40, 20, 300, 30, 20_000, 20_040, ("XP000110",))
    compared = tuple(Compared(one, Figure(5.0, 1.0, 9.0), 0.99) for one in ("importer", "profiles"))
    labels = Labels(1, 100, 1, 100, serving=False, worse=False)
    test = BackTest(data, data, (), compared, (), (), labels, serving=serving)
    return Card(data, ("importer",), (), {}, 0, 0, limits=("inspected_only",), back_test=test)


if __name__ == "__main__":
    prepare()
    keep([(str(state), int(beside)) for state, beside in json.load(sys.stdin)])
