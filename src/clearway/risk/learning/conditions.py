"""What a model must have shown before anybody may let it serve: one list, the figures beside it.

The rules are those of cards C06 and C29. "Beats" is a matter of evidence: a tenth of the window is
inspected by the model and by the baseline, and the chance that the model finds more, over draws of
the window's declarations, must be nine in ten. With few inspections nothing can be shown, and a
model of which nothing can be shown does not serve.
"""

from __future__ import annotations

from typing import Final

import msgspec

from clearway.risk.learning.cards import Card
from clearway.selectivity.guard import MOST_LOST
from clearway.selectivity.scoring import LEAST_TO_TRAIN

BUDGET: Final = 0.10
"""The part of the window that is inspected when rankings are compared."""
SURE: Final = 0.90
LEAST_VIOLATIONS: Final = 10
LEAST_IN_WINDOW: Final = 50
"""Inspections in the window, below which no figure says anything."""


class Condition(msgspec.Struct, frozen=True):
    """One condition: its key (``condition_<key>``), whether it is met, and the figures.

    ``found`` and ``needed`` are numbers as they stand in the sentence that tells them.
    """

    key: str
    met: bool
    found: str
    needed: str


WHAT: Final[dict[str, tuple[str, str]]] = {
    "enough": (
        "There are too few inspections to learn from.",
        "Wait until there are 200 inspected items, ten of them with and ten without a violation.",
    ),
    "back_test": (
        "It was not back-tested beside the model that serves now.",
        "Back-test it, then propose it again.",
    ),
    "window": (
        "The window of the back-test holds too few inspections to say anything.",
        "Wait for more inspections, then back-test it again.",
    ),
    "importer": (
        "It does not find more than the importers' past does, at the same number of inspections.",
        "Keep it in the shadow, inspect more at random, and train it anew.",
    ),
    "profiles": (
        "It does not find more than the profiles in force do, at the same number of inspections.",
        "Keep it in the shadow, inspect more at random, and train it anew.",
    ),
    "labels": (
        "Inspections of the same goods contradict each other more often than they used to.",
        "Have the contradicting results looked at before anything learns from them.",
    ),
    "recall": (
        "It finds fewer violations than the model that serves, at the same number of inspections.",
        "Wait for inspections later than the model that serves, then back-test it again.",
    ),
}
"""What is wrong where a condition is not met, and what to do."""


def conditions(card: Card | None, serving: int) -> list[Condition]:
    """Return every condition of a promotion with its figures, in their order.

    Args:
        card: of the model; None before it is trained.
        serving: the number of the model that serves now, 0 for none.
    """
    if card is None:
        return [Condition("enough", met=False, found="0", needed=str(LEAST_TO_TRAIN))]
    data = card.data
    found = [
        Condition("enough", card.enough, f"{data.rows} / {data.violations}",
                  f"{LEAST_TO_TRAIN} / {LEAST_VIOLATIONS}")
    ]  # fmt: skip
    test = card.back_test
    if test is None or test.serving != serving:
        told = "-" if test is None else str(test.serving or "-")
        found.append(Condition("back_test", met=False, found=told, needed=str(serving or "-")))
        return found
    window = test.window
    found += [
        Condition("back_test", met=True, found=str(serving or "-"), needed=str(serving or "-")),
        Condition(
            "window",
            window.rows >= LEAST_IN_WINDOW and window.violations >= LEAST_VIOLATIONS,
            f"{window.rows} / {window.violations}",
            f"{LEAST_IN_WINDOW} / {LEAST_VIOLATIONS}",
        ),
    ]
    for one in test.compared:
        if one.name in {"importer", "profiles"}:
            enough = one.more.value is not None and one.more.value > 0 and one.better >= SURE
            found.append(Condition(one.name, enough, f"{one.better:.3f}", f"{SURE:.2f}"))
    labels = test.labels
    found.append(
        Condition("labels", not labels.worse, _share(labels.odd, labels.compared),
                  _share(labels.odd_before, labels.compared_before))
    )  # fmt: skip
    if test.recall is not None and test.recall_serving is not None:
        least = test.recall_serving - MOST_LOST
        met = test.recall >= least
        found.append(Condition("recall", met, f"{test.recall:.3f}", f"{max(least, 0):.3f}"))
    return found


def _share(odd: int, compared: int) -> str:
    return f"{odd / compared:.3f}" if compared else "-"
