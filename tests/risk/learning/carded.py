"""A card with something in every part of it, more of it the greater the number."""

from __future__ import annotations

from clearway.risk.learning.cards import (
    BackTest,
    Card,
    Compared,
    Data,
    Figures,
    Group,
    Labels,
    Track,
)
from clearway.risk.learning.figures import Figure

SOME = Figure(0.5, 0.4, 0.6)


def a_card(number: int = 1, **changes) -> Card:
    offices = tuple(f"XPCRT{place}" for place in range(number))
    data = Data(400, 40, 20, 300, 30, 20_000, 20_040, offices)
    figures = tuple(
        Figures(name, SOME, SOME, SOME, SOME, SOME, SOME if name == "model" else Figure())
        for name in ("model", "importer", "profiles", "chance")
    )
    test = BackTest(
        trained=data,
        window=data,
        tracks=(Track("all", 100, 10, figures), Track("unseen", 50, 5, figures)),
        compared=tuple(
            Compared(name, Figure(5.0, 1.0, 9.0), 0.99) for name in ("importer", "profiles")
        ),
        offices=tuple(Group(one, 10, 0.1, 0.1, 0.1, None) for one in offices),
        sizes=(Group("small", 50, 0.1, 0.1, 0.1, 0.2), Group("large", 50, 0.1, 0.1, 0.1, 0.2)),
        labels=Labels(1, 100, 1, 100, serving=False, worse=False),
    )
    given = {
        "data": data, "layout": ("office", "importer"), "keys": ("heading + origin",) * number,
        "recipe": {"trees": 200.0}, "seed": 0, "size": 1000, "limits": ("inspected_only", "twin"),
        "back_test": test,
    }  # fmt: skip
    return Card(**{**given, **changes})
