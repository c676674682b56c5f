"""How far what is lodged today is from what was lodged when a model was trained: pure.

The population stability index of a column is the sum over its parts of (now - then) x ln(now /
then). Below 0.1 nothing moved that matters, above 0.25 the model judges another border than the
one it knows: the bounds of credit scoring, where the index comes from (Siddiqi 2006).
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Final

import numpy as np

from clearway.risk.learning.cards import Share
from clearway.selectivity.evidence import Floats
from clearway.selectivity.items import Items, Words

LOOK, ALARM = 0.10, 0.25
PARTS: Final = 10
WORDS: Final = 20
LEAST: Final = 200
"""Items below which no index is computed: it would tell of chance alone."""
LEAST_INSPECTED: Final = 30
"""Inspected items below which hits are not held against what was promised."""
SURE: Final = 3.29
"""Standard errors by which hits may miss what was expected: one alarm in a thousand looks."""
SCORE: Final = "score"


def shares(items: Items, chance: Floats) -> tuple[Share, ...]:
    """Return what each column and the model's chance look like among items."""
    found = [_of_words(name, column) for name, column in items.text.items()]
    found += [_of_numbers(name, column) for name, column in items.number.items()]
    return (*found, _of_numbers(SCORE, chance))


def index(then: Share, items: Items, chance: Floats) -> float | None:
    """Return the population stability index of a column; None where there are too few items."""
    if len(items) < LEAST:
        return None
    if then.column != SCORE and then.column not in {*items.text, *items.number}:
        return None
    if then.words or then.column in items.text:
        now = _counted(items.text[then.column], then.words)
    else:
        column = chance if then.column == SCORE else items.number[then.column]
        now = _cut(column, np.array(then.edges))
    # half an item is added to each part, or one that was empty would count without end
    smooth = (now + 0.5) / (now.sum() + 0.5 * len(now))
    before = np.array(then.shares) + 0.5 / max(now.sum(), 1)
    before /= before.sum()
    return float(((smooth - before) * np.log(smooth / before)).sum())


def surprise(found: int, expected: float, spread: float) -> float | None:
    """Return by how many standard errors hits miss what the chances promised.

    Args:
        found: violations among inspected items.
        expected: the sum of their chances.
        spread: the sum of chance x (1 - chance).
    """
    return None if spread <= 0 else (found - expected) / math.sqrt(spread)


def _of_words(name: str, column: Words) -> Share:
    counts = Counter(column.words[code] for code in column.codes.tolist())
    words = tuple(sorted(counts, key=lambda word: (-counts[word], word))[:WORDS])
    now = _counted(column, words)
    return Share(name, _parts(now), words=words)


def _of_numbers(name: str, column: Floats) -> Share:
    known = column[~np.isnan(column)]
    cuts = np.quantile(known, np.arange(1, PARTS) / PARTS) if len(known) else np.zeros(0)
    edges = np.unique(cuts)
    return Share(name, _parts(_cut(column, edges)), edges=tuple(float(one) for one in edges))


def _counted(column: Words, words: tuple[str, ...]) -> Floats:
    places = {word: place for place, word in enumerate(words)}
    of_word = np.array([places.get(word, len(words)) for word in column.words], dtype=np.int64)
    counted = np.bincount(of_word[column.codes], minlength=len(words) + 1)
    return counted.astype(np.float64)


def _cut(column: Floats, edges: Floats) -> Floats:
    place = np.searchsorted(edges, column, side="right")
    place[np.isnan(column)] = len(edges) + 1
    return np.bincount(place, minlength=len(edges) + 2).astype(np.float64)


def _parts(counts: Floats) -> tuple[float, ...]:
    return tuple(float(one) for one in counts / max(counts.sum(), 1))
