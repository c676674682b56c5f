"""The model card: what a model was trained on, how good it is, for whom, and what it cannot do."""

from __future__ import annotations

import msgspec

from clearway.risk.learning.figures import Figure


class Data(msgspec.Struct, frozen=True):
    """What was learnt from or measured on: goods items that were inspected.

    ``since`` and ``until`` are the first and the last day of the inspections (since 1970-01-01).
    ``random`` are the rows that the random draw chose: the only fair sample among them.
    """

    rows: int
    violations: int
    random: int
    declarations: int
    importers: int
    since: int
    until: int
    offices: tuple[str, ...] = ()


class Share(msgspec.Struct, frozen=True):
    """What one column looked like among declarations at the time of training.

    ``edges`` cut a number into parts, ``words`` are the commonest texts; ``shares`` are of the
    parts, or of the words and, last, of all others. Numbers that were not declared are the last.
    """

    column: str
    shares: tuple[float, ...]
    edges: tuple[float, ...] = ()
    words: tuple[str, ...] = ()


class Figures(msgspec.Struct, frozen=True):
    """How good one ranking was on the window. Precision and recall are parts of one.

    ``name`` says whose: model, importer (the importers' past), profiles (as they stood when each
    was lodged), serving (the model that serves), chance (no ranking at all). ``recall`` and
    ``revenue`` are the parts of all violations and of all that was at stake that a tenth of the
    inspections catches. ``error`` is the calibration error, of what gives chances.
    """

    name: str
    area: Figure
    precision_5: Figure
    precision_10: Figure
    recall: Figure
    revenue: Figure
    error: Figure


class Track(msgspec.Struct, frozen=True):
    """Figures on one part of the window: ``all`` of it, or goods ``unseen`` before it."""

    name: str
    rows: int
    violations: int
    figures: tuple[Figures, ...]


class Group(msgspec.Struct, frozen=True):
    """How one group of traders fares: an office, or importers of one size.

    ``selected`` is the part of its rows that a tenth of the inspections would have looked at,
    ``hit_rate`` the part of those that were violations, ``rate`` the part of all its rows,
    ``expected`` the mean chance that the model gave.
    """

    name: str
    rows: int
    rate: float
    expected: float
    selected: float
    hit_rate: float | None


class Compared(msgspec.Struct, frozen=True):
    """What a tenth of the inspections finds by the model beyond what another ranking finds.

    ``more`` is in violations among all inspections of the window, ``better`` the chance that it is
    above zero.
    """

    name: str
    more: Figure
    better: float


class Labels(msgspec.Struct, frozen=True):
    """How often inspections of the same goods disagreed, in two sets of labels.

    ``before`` are the labels of the model that serves (``serving``), or where none does the earlier
    part of the model's own. ``worse`` tells that the labels contradict each other beyond accident.
    """

    odd: int
    compared: int
    odd_before: int
    compared_before: int
    serving: bool
    worse: bool


class BackTest(msgspec.Struct, frozen=True):
    """A model of the same recipe, trained on the earlier part, measured on the latest window.

    ``serving`` is the number of the model that served then, 0 where none did; ``fresh`` are the
    violations of the window of which that one learnt nothing, by which both recalls are measured
    (``recall``, ``recall_serving``; over the whole window where they are too few).
    """

    trained: Data
    window: Data
    tracks: tuple[Track, ...]
    compared: tuple[Compared, ...]
    offices: tuple[Group, ...]
    sizes: tuple[Group, ...]
    labels: Labels
    serving: int = 0
    fresh: int = 0
    recall: float | None = None
    recall_serving: float | None = None


class Card(msgspec.Struct, frozen=True):
    """All that is known of a model. ``limits`` are keys of sentences (``limit_<key>``)."""

    data: Data
    layout: tuple[str, ...]
    keys: tuple[str, ...]
    recipe: dict[str, float]
    seed: int
    size: int
    shares: tuple[Share, ...] = ()
    limits: tuple[str, ...] = ()
    back_test: BackTest | None = None
    enough: bool = True


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Card).decode


def packed(card: Card) -> bytes:
    """Return a card as it is kept."""
    return _encode(card)


def opened(kept: bytes | memoryview) -> Card | None:
    """Return a kept card; None where there is none yet."""
    return _decode(bytes(kept)) if len(kept) else None
