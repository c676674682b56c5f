"""How a budget is spent where goods come one by one: by cuts that are known before they come.

Who must decide at once cannot sort a day's items and take the best (``allocator``). So the cuts are
set beforehand, from a sample of what came lately, such that about as many lie above them as there
is room for. What decides on one declaration is then the same whatever comes beside it (card C06).

======  ================================================================================
share   asks for an inspection where
======  ================================================================================
stake   chance x duty at stake reaches ``stake``
new     little is known of the party, and a draw of its own falls below ``new_rate``
chance  the chance reaches ``chance``
======  ================================================================================

The shares are asked in this order. An office's other inspections, those that law, lists, profiles
and the random draw ask for, are taken off first: a model spends what they leave.
"""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.selectivity.allocator import CHANCE, NEW, STAKE, Shares
from clearway.selectivity.evidence import Floats

MAX_POINTS: Final = 100
DRAWS: Final = 10_000
NEVER: Final = (MAX_POINTS + 1) * 1_000
"""A cut that no score reaches."""


class Cuts(msgspec.Struct, frozen=True):
    """From where on each share asks; None where it has no room.

    ``chance`` in millionths, ``stake`` in the unit of the sample's stakes, ``new_rate`` in
    ten-thousandths. ``red_score`` is the cut of the whole score in thousandths of a point, below
    which a red of the score falls to yellow; None where everything has room.
    """

    chance: int | None = None
    stake: int | None = None
    new_rate: int = 0
    red_score: int | None = None


class Thresholds(msgspec.Struct, frozen=True):
    """The points from which the score asks for documents and for an examination."""

    yellow: int = 50
    red: int = 70


class Sample(msgspec.Struct, frozen=True):
    """Declarations as they came lately; all arrays are of one length.

    ``chance`` is the greatest of a declaration's items in parts of one, ``stake`` the greatest of
    chance x duty, ``new`` whether little is known of its party, ``others`` whether something
    beside the score asks for an inspection; ``weights`` are the points of profiles, and ``factor``
    is what they are multiplied with (1, or less for an authorised operator).
    """

    chance: Floats
    stake: Floats
    new: NDArray[np.bool_]
    others: NDArray[np.bool_]
    weights: Floats
    factor: Floats

    def __len__(self) -> int:
        return len(self.chance)


class Pointed(msgspec.Struct, frozen=True):
    """What a model adds to a score, and for which share (empty where it only adds)."""

    points: int
    share: str = ""


def cuts(
    sample: Sample, inspected: float, shares: Shares, thresholds: Thresholds | None = None
) -> Cuts:
    """Return the cuts by which about a part of what comes is inspected.

    Args:
        sample: what came lately, judged as it would be today.
        inspected: the part of all declarations that can be inspected, 0 to 1.
        shares: how what others leave is divided; the share of chance also takes what is left.
        thresholds: of the score.
    """
    thresholds = thresholds or Thresholds()
    room = inspected * len(sample) - float(sample.others.sum())
    if not len(sample) or room < 1:
        return Cuts(red_score=NEVER)
    # An authorised operator whose points never reach red takes no room.
    free = ~sample.others & (sample.factor * MAX_POINTS >= thresholds.red)
    scale = 1 - shares.random
    stake = _cut(sample.stake, free, room * shares.stake / scale)
    if stake is not None:
        free &= sample.stake < stake
    fresh = int((free & sample.new).sum())
    wanted = room * shares.new / scale
    rate = min(DRAWS, round(DRAWS * wanted / fresh)) if fresh else 0
    taken = float((~sample.others & (sample.stake >= stake)).sum()) if stake is not None else 0.0
    left = room - taken - fresh * rate / DRAWS
    millionths = np.floor(sample.chance * 1e6)
    chance = _cut(millionths, free, left)
    found = Cuts(chance, stake, rate)
    return msgspec.structs.replace(found, red_score=_capacity(sample, found, room, thresholds))


def points(
    chance: float, stake: float, *, drawn: bool, cut: Cuts, thresholds: Thresholds | None = None
) -> Pointed:
    """Return a model's points for an item.

    At a cut the points reach red, and rise towards 100 beyond it. Below, they are a contribution:
    half a cut is half of what stays just short of asking for documents.

    Args:
        chance: of a violation, 0 to 1.
        stake: chance x duty at stake, in the cut's unit.
        drawn: whether the draw of new parties took it.
        cut: of its office today.
        thresholds: of the score.
    """
    thresholds = thresholds or Thresholds()
    red, most = thresholds.red, MAX_POINTS
    millionths = int(chance * 1_000_000)
    if cut.stake is not None and stake >= cut.stake:
        beyond = 1 - cut.stake / stake if stake > 0 else 0.0
        by_stake = Pointed(red + int((most - red) * beyond), STAKE)
        by_chance = _by_chance(millionths, cut.chance, thresholds)
        return max(by_stake, by_chance, key=lambda one: one.points)
    by_chance = _by_chance(millionths, cut.chance, thresholds)
    if drawn and by_chance.points < red:
        return Pointed(red, NEW)
    return by_chance


def _by_chance(millionths: int, cut: int | None, thresholds: Thresholds) -> Pointed:
    if cut is None:
        return Pointed(0)
    if millionths >= cut:
        beyond = (millionths - cut) / max(1_000_000 - cut, 1)
        return Pointed(thresholds.red + int((MAX_POINTS - thresholds.red) * beyond), CHANCE)
    return Pointed(max(0, (thresholds.yellow - 1) * millionths // cut))


def _cut(values: Floats, free: NDArray[np.bool_], room: float) -> int | None:
    """Return the value that ``room`` of the free ones reach, None where there is room for none."""
    count = int(room + 0.5)
    ordered = np.sort(values[free])[::-1]
    ordered = ordered[ordered > 0]
    if count < 1 or not len(ordered):
        return None
    if count >= len(ordered):
        return max(1, int(ordered[-1]))
    # Whatever ties with the first that has no room has none either.
    above = ordered[ordered > ordered[count]]
    return max(1, int(np.ceil(above[-1]))) if len(above) else max(1, int(ordered[0]) + 1)


def _capacity(sample: Sample, found: Cuts, room: float, thresholds: Thresholds) -> int | None:
    """Return the cut of the whole score that keeps what it asks for within the room."""
    own = np.array(
        [
            points(chance, stake, drawn=False, cut=found, thresholds=thresholds).points
            for chance, stake in zip(sample.chance.tolist(), sample.stake.tolist(), strict=True)
        ],
        dtype=np.float64,
    )
    scores = np.minimum(MAX_POINTS, sample.weights + own) * sample.factor
    asking = ~sample.others & (scores >= thresholds.red)
    if asking.sum() <= np.ceil(room):
        return None
    cut = _cut(np.floor(scores * 1_000), asking, room)
    return NEVER if cut is None else cut
