"""Evidence as numbers that a model can learn from, without a look at the answer.

While a model is trained, the evidence shown beside an item must not hold that item, nor any other
of the same goods: their outcome is its own. So goods are cut into folds by fingerprint, and each
fold sees what the others showed. A key of which that evidence foretells nothing is dropped.
"""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.selectivity.evidence import Floats, Tally, posterior
from clearway.selectivity.hashing import Hasher, Hashes, mix
from clearway.selectivity.items import Items
from clearway.selectivity.layout import Key, Layout, Robust

FOLDS: Final = 5
_STRENGTHS: Final = (10.0, 30.0, 100.0)
_LEAST_GAIN: Final = 2.0
"""Below so many nats over all items a key is taken for noise; Akaike's criterion asks for one."""


class Encoded(msgspec.Struct, frozen=True):
    """One key that proved useful, with the worth of its prior in inspections."""

    key: Key
    tally: Tally
    strength: float


class Usual(msgspec.Struct, frozen=True):
    """What is usual of a number under the values of a key: median and median deviation."""

    of: Robust
    hashes: Hashes
    median: Floats
    deviation: Floats


class Encoding(msgspec.Struct, frozen=True):
    """How items become a matrix of float32; ``names`` tells its columns in order."""

    prior: float
    keys: tuple[Encoded, ...]
    usual: tuple[Usual, ...]
    numbers: tuple[str, ...]
    logarithms: tuple[str, ...]
    names: tuple[str, ...]

    def matrix(self, items: Items, hasher: Hasher | None = None) -> NDArray[np.float32]:
        """Return the matrix of items to be judged, by all the evidence there is."""
        hasher = hasher or Hasher(items)
        columns: list[Floats] = []
        for one in self.keys:
            violations, inspections = one.tally.look_up(hasher.key(one.key))
            columns.append(posterior(violations, inspections, self.prior, one.strength))
            columns.append(np.log1p(inspections))
        return _stack(columns + self.plain(items, hasher))

    def plain(self, items: Items, hasher: Hasher) -> list[Floats]:
        """Return the columns that hold no evidence."""
        columns = [items.number[name] for name in self.numbers]
        with np.errstate(invalid="ignore"):
            columns += [np.log1p(np.maximum(items.number[name], 0)) for name in self.logarithms]
        columns += [_oddness(items, hasher, usual) for usual in self.usual]
        return columns


class Inspected(msgspec.Struct, frozen=True):
    """What a model learns from: items with their outcome.

    ``violation`` is 1 or 0 for each, ``weight`` what each is worth as evidence, ``goods`` its
    fingerprint, ``day`` when it was inspected.
    """

    items: Items
    violation: Floats
    weight: Floats
    goods: Hashes
    day: Floats


def learn(inspected: Inspected, layout: Layout, seed: int) -> tuple[Encoding, NDArray[np.float32]]:
    """Return how items are to be encoded, and the matrix to train on.

    Args:
        inspected: what was inspected, and nothing else.
        layout: the keys to try and the numbers to use.
        seed: of the folds.
    """
    items, violation, weight = inspected.items, inspected.violation, inspected.weight
    prior = float((weight * violation).sum() / weight.sum())
    hasher = Hasher(items)
    fold = (mix(inspected.goods ^ np.uint64(seed * 2 + 1)) % np.uint64(FOLDS)).astype(np.int64)
    age = inspected.day.max() - inspected.day
    faded = weight * 0.5 ** (age / layout.half_life)
    kept: list[Encoded] = []
    columns: list[Floats] = []
    names: list[str] = []
    tried = [("evidence", key, weight) for key in layout.keys]
    tried += [("recent evidence", key, faded) for key in layout.recent]
    for kind, key, worth in tried:
        values, place = np.unique(hasher.key(key), return_inverse=True)
        tally = Tally.at(values, place, violation, worth)
        unseen = _without_own_fold(tally, place, violation, worth, fold)
        strength, gain = _best(*unseen, violation, weight, prior)
        if gain * weight.sum() < _LEAST_GAIN:
            continue
        kept.append(Encoded(key, tally, strength))
        columns += [posterior(*unseen, prior, strength), np.log1p(unseen[1])]
        names += [f"{kind} {'+'.join(key)}", f"{kind} {'+'.join(key)}, inspections"]
    usual = tuple(_usual(items, hasher, robust) for robust in layout.robust)
    names += [*layout.numbers, *(f"log {name}" for name in layout.logarithms)]
    names += [f"oddness {one.number} by {'+'.join(one.key)}" for one in layout.robust]
    encoding = Encoding(prior, tuple(kept), usual, layout.numbers, layout.logarithms, tuple(names))
    return encoding, _stack(columns + encoding.plain(items, hasher))


def _stack(columns: list[Floats]) -> NDArray[np.float32]:
    out = np.empty((len(columns[0]), len(columns)), dtype=np.float32)
    for place, column in enumerate(columns):
        out[:, place] = column
    return out


def _without_own_fold(
    tally: Tally,
    place: NDArray[np.int64],
    violation: Floats,
    weight: Floats,
    fold: NDArray[np.int64],
) -> tuple[Floats, Floats]:
    """Return the evidence of each row's value, at its place, that other folds showed."""
    cell, cells = place * FOLDS + fold, len(tally.hashes) * FOLDS
    violations = tally.violations[place] - np.bincount(cell, weight * violation, cells)[cell]
    inspections = tally.inspections[place] - np.bincount(cell, weight, cells)[cell]
    return np.maximum(violations, 0), np.maximum(inspections, 0)


def _best(
    violations: Floats, inspections: Floats, violation: Floats, weight: Floats, prior: float
) -> tuple[float, float]:
    """Return the prior's best worth, and the gain in log-likelihood for each item."""
    base = prior * np.log(prior) + (1 - prior) * np.log(1 - prior) if 0 < prior < 1 else 0.0
    best = (_STRENGTHS[0], -np.inf)
    total = weight.sum()
    for strength in _STRENGTHS:
        mean = np.clip(posterior(violations, inspections, prior, strength), 1e-6, 1 - 1e-6)
        likely = np.where(violation > 0, np.log(mean), np.log1p(-mean))
        gain = float((weight * likely).sum() / total) - base
        if gain > best[1]:
            best = (strength, gain)
    return best


def number_of(items: Items, name: str) -> Floats:
    """Return the logarithm of a number, or of the price: the value for each kilogram."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if name == "price":
            return np.log((items.number["value"] + 1) / (items.number["net_mass"] + 0.1))
        return np.log1p(np.maximum(items.number[name], 0))


def _usual(items: Items, hasher: Hasher, robust: Robust) -> Usual:
    hashes = hasher.key(robust.key)
    value = number_of(items, robust.number)
    keep = ~np.isnan(value)
    values, median = _medians(hashes[keep], value[keep])
    place = np.searchsorted(values, hashes[keep])
    _, deviation = _medians(hashes[keep], np.abs(value[keep] - median[place]))
    return Usual(robust, values, median, deviation)


def _medians(hashes: Hashes, value: Floats) -> tuple[Hashes, Floats]:
    order = np.lexsort((value, hashes))
    values, start, size = np.unique(hashes[order], return_index=True, return_counts=True)
    ordered = value[order]
    low, high = ordered[start + (size - 1) // 2], ordered[start + size // 2]
    return values, (low + high) / 2


def _oddness(items: Items, hasher: Hasher, usual: Usual) -> Floats:
    """Return robust z-scores, cut at 6; 0 where nothing is known of the key's value.

    A deviation near 0 would make any difference immense: it is taken for at least 0.3.
    """
    hashes = hasher.key(usual.of.key)
    value = number_of(items, usual.of.number)
    place = np.searchsorted(usual.hashes, hashes)
    known = place < len(usual.hashes)
    known[known] = usual.hashes[place[known]] == hashes[known]
    out = np.zeros(len(value))
    at = place[known]
    out[known] = (value[known] - usual.median[at]) / (usual.deviation[at] + 0.3)
    return np.clip(np.nan_to_num(out), -6, 6)
