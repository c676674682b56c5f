"""Which columns of a border's items evidence is gathered by: declared once for each border."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.selectivity.items import Items, Words

Key = tuple[str, ...]
BANDS: Final = 256
"""How many bands a number may fall into; those beyond the last share it."""


class Robust(msgspec.Struct, frozen=True):
    """A robust z-score: how odd a number is among the items that share a key (card C06)."""

    number: str
    key: Key


class Layout(msgspec.Struct, frozen=True):
    """What learning may look at.

    ``fingerprint`` names the columns of which two items that agree are the same goods;
    ``identities`` the keys, from the more general, whose past tells what comes next. ``ladders``
    are evidence with back-off, each from the most particular key to the most general. ``keys`` are
    what the generaliser tries; those that say nothing about violations it drops by itself.
    ``numbers`` enter as they are, ``logarithms`` as ln(1 + x). By the keys of ``recent`` evidence
    is gathered a second time, worth half after every ``half_life`` days: parties turn.
    """

    text: tuple[str, ...]
    number: tuple[str, ...]
    fingerprint: Key
    identities: tuple[Key, ...]
    ladders: dict[str, tuple[Key, ...]]
    keys: tuple[Key, ...]
    numbers: tuple[str, ...] = ()
    logarithms: tuple[str, ...] = ()
    robust: tuple[Robust, ...] = ()
    recent: tuple[Key, ...] = ()
    half_life: float = 60.0


def _band(steps: float, *names: str) -> Callable[[Items], NDArray[np.int32]]:
    """Return a banding: the logarithm of one number, or of a quotient, in steps."""

    def of(items: Items) -> NDArray[np.int32]:
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.log1p(items.number[names[0]])
            if len(names) == 2:
                value = np.log((items.number[names[0]] + 1) / (items.number[names[1]] + 0.1))
        band = np.rint(np.nan_to_num(value * steps, nan=-100, posinf=100, neginf=-100)) + 64
        return np.asarray(np.clip(band, 0, BANDS - 1), dtype=np.int32)

    return of


def _direct(items: Items) -> NDArray[np.int32]:
    """Tell whether goods come straight from where they are from: 1, 0, or 2 where that is open."""
    origin, departure = items.text["origin"], items.text["departure"]
    places = {word: place for place, word in enumerate(origin.words)}
    same = np.asarray([places.get(word, -1) for word in departure.words], dtype=np.int32)
    direct = (same[departure.codes] == origin.codes).astype(np.int32)
    absent = [words.codes == words.words.index("") for words in (origin, departure)
              if "" in words.words]  # fmt: skip
    for each in absent:
        direct[each] = 2
    return np.asarray(direct, dtype=np.int32)


BAND: Final[dict[str, Callable[[Items], NDArray[np.int32]]]] = {
    "mass_band": _band(2, "net_mass"),
    "value_band": _band(1, "value"),
    "price_band": _band(1, "value", "net_mass"),
    "rate_band": _band(8, "tax_rate"),
    "mass_class": _band(1, "net_mass"),
    "mass_size": _band(0.5, "net_mass"),
    "value_size": _band(0.5, "value"),
    "price_size": _band(0.5, "value", "net_mass"),
    "direct": _direct,
}
"""Small numbers made of an item: net mass in half units of its natural logarithm, and so on.

A class is a unit of the logarithm wide, a size two: what is rare needs the wider ones.
"""

_PREFIX: Final = {"chapter": 2, "position": 3, "heading": 4, "subposition": 5, "subheading": 6}


def is_band(name: str) -> bool:
    """Tell whether a column of keys is a band of a number, of which nothing has to be listed."""
    return name in BAND


def words_of(items: Items, name: str) -> Words:
    """Return a text column, or the first digits of the commodity code by their name."""
    digits = _PREFIX.get(name)
    if digits is None:
        return items.text[name]
    whole = items.text["commodity"]
    places: dict[str, int] = {}
    codes = [places.setdefault(word[:digits], len(places)) for word in whole.words]
    return Words(np.asarray(codes, dtype=np.int32)[whole.codes], tuple(places))


GOODS_KEYS: Final[tuple[Key, ...]] = (
    ("subheading",), ("heading",), ("chapter",), ("position",), ("subposition",),
    ("origin",), ("departure",), ("preference",), ("rate_band",),
    ("subheading", "origin"), ("subheading", "departure"),
    ("subheading", "preference", "rate_band"),
    ("heading", "origin"), ("heading", "rate_band"), ("chapter", "rate_band"),
    ("chapter", "origin"), ("chapter", "departure"),
    ("heading", "price_band"), ("chapter", "price_band"), ("heading", "mass_band"),
    ("chapter", "mass_band"), ("chapter", "value_band"), ("heading", "value_band"),
    ("mass_band",), ("value_band",), ("price_band",), ("mass_band", "value_band"),
    ("origin", "departure"), ("origin", "rate_band"),
    ("direct",), ("chapter", "direct"), ("heading", "direct"), ("origin", "direct"),
    ("subheading", "mass_band"), ("subheading", "price_band"),
    ("mass_class",), ("mass_band", "direct"), ("mass_class", "direct"), ("mass_size", "direct"),
    ("value_band", "direct"), ("value_size", "price_size", "direct"),
    ("mass_size", "rate_band"), ("chapter", "mass_size"), ("mass_class", "preference"),
)  # fmt: skip
"""Keys about the goods alone: what is known of goods serves whoever brings them."""

PARTY_KEYS: Final[tuple[Key, ...]] = (
    ("importer",), ("declarant",), ("seller",), ("office",),
    ("importer", "seller"), ("importer", "chapter"), ("importer", "origin"),
    ("seller", "chapter"), ("declarant", "chapter"), ("declarant", "origin"),
    ("office", "origin"), ("office", "declarant"), ("office", "chapter"),
    ("procedure",), ("mode",), ("payment",), ("mode", "departure"),
)  # fmt: skip
"""Keys about who trades, and how."""

_GOODS_LADDER: Final[tuple[Key, ...]] = (
    ("subheading", "origin", "mass_band"), ("subheading", "origin"), ("subheading",),
    ("heading",), ("chapter",),
)  # fmt: skip

_FINGERPRINT: Final[Key] = (
    "commodity",
    "departure",
    "origin",
    "tax_rate",
    "preference",
    "net_mass",
)

BORDER: Final = Layout(
    text=(
        "office", "declarant", "importer", "seller", "commodity", "departure", "origin",
        "procedure", "mode", "payment", "preference",
    ),
    number=("tax_rate", "net_mass", "quantity", "value", "duty"),
    fingerprint=_FINGERPRINT,
    identities=(_FINGERPRINT,),
    ladders={
        "goods": _GOODS_LADDER,
        "importer": (("importer", "subheading"), ("importer", "chapter"), ("importer",)),
        "declarant": (("declarant", "chapter"), ("declarant",)),
        "seller": (("seller", "subheading"), ("seller",)),
    },
    keys=GOODS_KEYS + PARTY_KEYS,
    numbers=("tax_rate",),
    logarithms=("net_mass", "value", "duty"),
    robust=(
        Robust("price", ("subheading",)), Robust("price", ("heading",)),
        Robust("net_mass", ("subheading",)), Robust("net_mass", ("heading",)),
        Robust("value", ("subheading",)),
    ),
    recent=(
        ("importer",), ("seller",), ("declarant",), ("importer", "chapter"), ("seller", "chapter"),
        ("subheading", "origin"), ("heading", "departure"),
    ),
)  # fmt: skip
"""The layout of a border whose items have the columns of ``Items`` in the platform's names."""
