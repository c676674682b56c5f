"""Pure rules of profiles: what a text must hold before it is kept, and what names it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import msgspec

from clearway.kernel.decisions import Channel, Lane
from clearway.kernel.profiles import Problem, check_text
from clearway.kernel.selection import MODEL, TRADER_TEXTS
from clearway.vocabulary.errors import DataRefused

CHANNELS: Final = (Channel.PROFILE.value, Channel.WATCHLIST.value, Channel.LEGAL_STOP.value)
LONGEST: Final = timedelta(days=731)
"""A profile lasts two years at most: whoever still needs it then approves it again."""
MOST_WEIGHT: Final = 100
_CODE: Final = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+){0,4}")
_LENGTHS: Final = {"name": 160, "owner": 80, "reasons": 4000}
_encode = msgspec.json.Encoder(order="sorted").encode


class Draft(msgspec.Struct, frozen=True):
    """What is written of a profile; the columns of ``models.ProfileText``."""

    name: str
    condition: str
    lane: int | None
    weight: int
    owner: str
    reasons: str
    valid_from: date
    valid_to: date
    channel: str = Channel.PROFILE.value
    trader_text: str = ""


def digest_of(code: str, number: int, draft: Draft) -> str:
    """Return what names a text: the SHA-256 of the code, the version and all that it says."""
    return hashlib.sha256(_encode([code, number, draft])).hexdigest()


def check_code(code: str) -> str:
    """Return a profile's code.

    Raises:
        DataRefused: it is none.
    """
    if len(code) > 32 or not _CODE.fullmatch(code):
        raise DataRefused(
            "This is no code of a profile.",
            faults=[("code", "capital letters and digits, with hyphens between: UV-017")],
            remedy="Write capital letters and digits, with hyphens between: UV-017.",
        )
    if code == MODEL:
        raise DataRefused(
            "This name is taken: the points of the model in force stand under it.",
            faults=[("code", "another name")],
            remedy="Give the profile another code.",
        )
    return code


def check(draft: Draft, today: date) -> Draft:
    """Return a text that may be kept.

    Raises:
        DataRefused: with every fault, each by the name of its datum.
    """
    faults = list(_faults(draft, today))
    if faults:
        raise DataRefused("The profile cannot be kept like this.", faults=faults)
    return draft


def problems_of(condition: str) -> list[Problem]:
    """Return everything wrong with a condition, by its place."""
    return check_text(condition)


def _faults(draft: Draft, today: date) -> Iterator[tuple[str, str]]:
    for name, longest in _LENGTHS.items():
        written = getattr(draft, name)
        if not written.strip():
            yield name, "This is needed."
        elif len(written) > longest:
            yield name, f"At most {longest} characters."
        elif "\0" in written:
            yield name, "A control character cannot be kept."
    for problem in problems_of(draft.condition):
        yield "condition", str(problem)
    if draft.lane is not None and draft.lane not in (Lane.BLUE, Lane.YELLOW, Lane.RED):
        yield "lane", "A profile asks for blue, yellow or red, or for no lane."
    if not 0 <= draft.weight <= MOST_WEIGHT:
        yield "weight", f"Whole points from 0 to {MOST_WEIGHT}."
    elif draft.lane is None and not draft.weight:
        yield "weight", "A profile without a lane needs a weight, or it does nothing."
    if draft.channel not in CHANNELS:
        yield "channel", "The channel is profile, watchlist or legal_stop."
    if draft.trader_text and draft.trader_text not in TRADER_TEXTS:
        yield "trader_text", "There is no such sentence for traders."
    if draft.valid_to <= draft.valid_from:
        yield "valid_to", "The last day lies before the first."
    elif draft.valid_to <= today:
        yield "valid_to", "That end has passed."
    elif draft.valid_to - draft.valid_from > LONGEST:
        yield "valid_to", "A profile lasts two years at most."
