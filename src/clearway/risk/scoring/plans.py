"""A day's plan of an office, as it is kept and read."""

from __future__ import annotations

import msgspec

from clearway.selectivity.cuts import Cuts


class Plan(msgspec.Struct, frozen=True):
    """By which cuts an office spends its budget, and on what they were set.

    ``alike`` is how alike outcomes of the same goods are (0 to 1); ``part`` the part of all
    declarations that can be inspected, ``per_day`` how many came on a day and ``capacity`` how
    many can be inspected, None where nobody has said so. ``sampled`` declarations were judged, of
    which law, lists, profiles and the draw ask for ``others``.
    """

    cuts: Cuts
    alike: float
    part: float
    per_day: float
    capacity: int | None
    sampled: int
    others: int


encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Plan).decode
