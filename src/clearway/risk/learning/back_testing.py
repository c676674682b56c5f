"""Training, and the back-test on the latest window in time: pure, from what was inspected.

The model that may serve learns from all inspections there are. How good it is can only be told by
a twin of the same recipe that learnt from the earlier part and is asked about the later one; that
is what the card shows, and it says so.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

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
from clearway.risk.learning.conditions import BUDGET, LEAST_VIOLATIONS
from clearway.risk.learning.figures import (
    Figure,
    Ranking,
    calibration_error,
    draws,
    figure,
    history,
)
from clearway.risk.learning.gathering import Inspected
from clearway.risk.learning.serving import Serving
from clearway.selectivity.evidence import Floats
from clearway.selectivity.generaliser import Generaliser, Recipe, train
from clearway.selectivity.guard import contradictions, worse_than
from clearway.selectivity.hashing import Hasher
from clearway.selectivity.layout import BORDER
from clearway.selectivity.scoring import LEAST_TO_TRAIN

WINDOW: Final = 0.25
"""The part of the inspections, the latest, on which a model is measured."""
FEW_RANDOM: Final = 0.05
_OFFICES: Final = 20
_SIZES: Final = (("small", 5), ("medium", 50), ("large", 2**62))
"""Importers by the goods items of theirs that were inspected: up to five, up to fifty, more."""


def enough(found: Inspected | None) -> bool:
    """Tell whether there is anything to generalise from."""
    if found is None:
        return False
    violations = float(found.violation.sum())
    clean = len(found) - violations
    return len(found) >= LEAST_TO_TRAIN and min(violations, clean) >= LEAST_VIOLATIONS


def learn(found: Inspected, seed: int = 0) -> tuple[Generaliser, Card]:
    """Train a model on all that was inspected, and begin its card.

    Raises:
        ValueError: there are inspections of one outcome only.
    """
    recipe = Recipe()
    model = train(found.items, found.violation, found.day, BORDER, seed=seed, recipe=recipe)
    data = data_of(found)
    limits = ["inspected_only", "twin"]
    if data.random < FEW_RANDOM * data.rows:
        limits.append("few_random")
    if data.until - data.since < 56:
        limits.append("short_period")
    if len(data.offices) == 1:
        limits.append("one_office")
    card = Card(
        data=data,
        layout=(*BORDER.text, *BORDER.number),
        keys=tuple(" + ".join(one.key) for one in model.encoding.keys),
        recipe=msgspec.to_builtins(recipe),
        seed=seed,
        size=len(model.to_bytes()),
        limits=tuple(limits),
        enough=enough(found),
    )
    return model, card


def data_of(found: Inspected) -> Data:
    """Return what some inspections are, for the card."""
    importers = found.items.text["importer"]
    offices = found.items.text["office"]
    return Data(
        rows=len(found),
        violations=int(found.violation.sum()),
        random=int(found.drawn.sum()),
        declarations=len(np.unique(found.declaration)),
        importers=len(np.unique(importers.codes)),
        since=int(found.day.min()) if len(found) else 0,
        until=int(found.day.max()) if len(found) else 0,
        offices=tuple(sorted({offices.words[code] for code in np.unique(offices.codes)})),
    )


def split(found: Inspected) -> tuple[Inspected, Inspected] | None:
    """Cut inspections in time: the earlier part, and the latest window; None without both.

    No day is cut: what became known on one day is on one side.
    """
    first = int(np.sort(found.day)[int(len(found) * (1 - WINDOW))])
    late = found.day >= first
    earlier = found.take(~late)
    if not len(earlier) or not 0 < earlier.violation.sum() < len(earlier):
        return None
    return earlier, found.take(late)


def back_test(
    found: Inspected,
    until: int,
    serving: Serving | None = None,
    learnt_until: int = 0,
    seed: int = 0,
) -> BackTest | None:
    """Measure a recipe on the latest window; None where the earlier part teaches nothing.

    Args:
        found: all that was inspected.
        until: the first day whose inspections the model has not learnt from, 0 for none.
        serving: the model that serves, if one does.
        learnt_until: the same day of that one.
        seed: of the model.
    """
    parts = split(found)
    if parts is None:
        return None
    earlier, window = parts
    twin = train(earlier.items, earlier.violation, earlier.day, BORDER, seed=seed)
    known, asked = Hasher(earlier.items), Hasher(window.items)
    scores = {
        "model": twin.chances(window.items, asked),
        "importer": history(known.key(("importer",)), earlier.violation, asked.key(("importer",))),
        "profiles": window.profiles,
        "chance": np.zeros(len(window)),
    }
    if serving is not None:
        scores["serving"] = serving.model.chances(window.items, asked)
    goods = np.isin(asked.key(BORDER.fingerprint), known.key(BORDER.fingerprint))
    whole = _track("all", window, scores)
    tracks = [whole[0]]
    if (~goods).any():
        unseen = {name: score[~goods] for name, score in scores.items()}
        tracks.append(_track("unseen", window.take(~goods), unseen)[0])
    fresh, recalls = _recalls(window, scores, learnt_until)
    chance = scores["model"]
    return BackTest(
        trained=data_of(earlier),
        window=data_of(window),
        tracks=tuple(tracks),
        compared=whole[1],
        offices=_groups(window, chance, _by_office(window)),
        sizes=_groups(window, chance, _by_size(found, window)),
        labels=_labels(found, until, learnt_until if serving else 0, earlier),
        serving=0 if serving is None else serving.number,
        fresh=fresh,
        recall=recalls[0],
        recall_serving=recalls[1],
    )


def _track(
    name: str, window: Inspected, scores: dict[str, Floats]
) -> tuple[Track, tuple[Compared, ...]]:
    """Return the figures of every ranking, and how the model stands beside each other one."""
    drawn = draws(window.declaration)
    each = {one: _Drawn(window, score, drawn) for one, score in scores.items()}
    model = each["model"]
    figures = tuple(
        one.figures(key, chances=key in {"model", "serving"}) for key, one in each.items()
    )
    compared = tuple(model.beside(key, one) for key, one in each.items() if one is not model)
    return Track(name, len(window), int(window.violation.sum()), figures), compared


class _Drawn:
    """One ranking's figures: on the window, and on every draw of its declarations."""

    def __init__(self, window: Inspected, score: Floats, drawn: list[Floats]) -> None:
        self.window = window
        self.score = score
        self.ranking = Ranking(score)
        self.weights = [np.ones(len(window)), *drawn]
        self.caught = [self._caught(weight) for weight in self.weights]

    def _caught(self, weight: Floats) -> tuple[float | None, ...]:
        """Return precision at 5 % and at 10 %, recall, revenue, and violations found at 10 %."""
        found, stake, rows = self.window.violation, self.window.at_stake, float(weight.sum())
        (few,) = self.ranking.caught(BUDGET / 2, weight, found)
        more, money = self.ranking.caught(BUDGET, weight, found, stake)
        bad, all_money = float((weight * found).sum()), float((weight * stake).sum())
        return (
            few / (BUDGET / 2 * rows) if rows else None,
            more / (BUDGET * rows) if rows else None,
            more / bad if bad else None,
            money / all_money if all_money > 0 else None,
            more,
        )

    def _figure(self, place: int) -> Figure:
        return figure(self.caught[0][place], [one[place] for one in self.caught[1:]])

    def figures(self, name: str, *, chances: bool) -> Figures:
        """Return all figures with their intervals; what gives no chances has no calibration."""
        found = self.window.violation
        areas = [self.ranking.area(found, weight) for weight in self.weights]
        errors: list[float | None] = [None]
        if chances:
            errors = [calibration_error(found, self.score, weight) for weight in self.weights]
        few, more, recall, revenue = (self._figure(place) for place in range(4))
        return Figures(
            name=name,
            area=figure(areas[0], areas[1:]),
            precision_5=few,
            precision_10=more,
            recall=recall,
            revenue=revenue,
            error=figure(errors[0], errors[1:]),
        )

    def beside(self, name: str, other: _Drawn) -> Compared:
        """Return how many more violations this ranking finds, drawn in pairs."""
        pairs = zip(self.caught, other.caught, strict=True)
        more = [(own[4] or 0) - (one[4] or 0) for own, one in pairs]
        drawn = np.array(more[1:])
        better = float(np.mean(drawn > 0) + np.mean(drawn == 0) / 2)
        return Compared(name, figure(more[0], list(more[1:])), better)


def _recalls(
    window: Inspected, scores: dict[str, Floats], learnt_until: int
) -> tuple[int, tuple[float | None, float | None]]:
    """Return the recalls of the model and of the one that serves, on what the latter never saw."""
    fresh = window.day >= learnt_until
    violations = int(window.violation[fresh].sum())
    if "serving" not in scores:
        return violations, (None, None)
    which = fresh if violations >= LEAST_VIOLATIONS else np.ones(len(window), dtype=np.bool_)
    found = window.violation[which]
    if not found.sum():
        return violations, (None, None)
    even = np.ones(len(found))
    recalls = [
        Ranking(scores[name][which]).caught(BUDGET, even, found)[0] / float(found.sum())
        for name in ("model", "serving")
    ]
    return violations, (recalls[0], recalls[1])


def _labels(found: Inspected, until: int, learnt_until: int, earlier: Inspected) -> Labels:
    """Hold the labels that the model learnt from against those of the one that serves."""
    learnt = found.take(found.day < until) if until else found
    before = found.take(found.day < learnt_until) if learnt_until else earlier
    now = contradictions(Hasher(learnt.items).key(BORDER.fingerprint), learnt.violation)
    then = contradictions(Hasher(before.items).key(BORDER.fingerprint), before.violation)
    return Labels(
        odd=now.odd, compared=now.compared, odd_before=then.odd, compared_before=then.compared,
        serving=bool(learnt_until), worse=worse_than(now, then),
    )  # fmt: skip


def _by_office(window: Inspected) -> dict[str, NDArray[np.bool_]]:
    offices = window.items.text["office"]
    counts = np.bincount(offices.codes, minlength=len(offices.words))
    places = [place for place in np.argsort(-counts, kind="stable")[:_OFFICES] if counts[place]]
    return {offices.words[place]: offices.codes == place for place in places}


def _by_size(found: Inspected, window: Inspected) -> dict[str, NDArray[np.bool_]]:
    importers = Hasher(found.items).key(("importer",))
    values, counts = np.unique(importers, return_counts=True)
    size = counts[np.searchsorted(values, Hasher(window.items).key(("importer",)))]
    groups: dict[str, NDArray[np.bool_]] = {}
    above = 0
    for name, most in _SIZES:
        groups[name] = (size > above) & (size <= most)
        above = most
    return {name: which for name, which in groups.items() if which.any()}


def _groups(
    window: Inspected, chance: Floats, groups: dict[str, NDArray[np.bool_]]
) -> tuple[Group, ...]:
    found: list[Group] = []
    ranking = Ranking(chance)
    even: Floats = np.ones(len(window))
    for name, which in groups.items():
        inside: Any = which.astype(np.float64)
        rows = float(inside.sum())
        taken, hits = ranking.caught(BUDGET, even, inside, inside * window.violation)
        found.append(
            Group(
                name=name,
                rows=int(rows),
                rate=float(window.violation[which].mean()),
                expected=float(chance[which].mean()),
                selected=taken / rows,
                hit_rate=hits / taken if taken > 0 else None,
            )
        )
    return tuple(found)
