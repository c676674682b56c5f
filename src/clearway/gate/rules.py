"""Pure rules of the gate: how units and plates are compared, and whether a token lets one pass."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from clearway.cargo.rules import document_key

KINDS: Final = ("container", "vehicle", "uld", "packages")
"""What a token is for: a container (ISO 6346), a vehicle (its plate), a unit load device (IATA),
or packages of a transport document."""
DIRECTIONS: Final = ("out", "in")
REASONS: Final = (
    "unknown", "forged", "other_gate", "other_direction", "replayed", "recalled", "expired",
    "other_unit", "other_plate", "other_quantity", "held", "stale_list", "not_cached",
)  # fmt: skip
"""Why a gate refuses. ``held``: the release no longer stands, whatever became of the token.
``stale_list`` and ``not_cached`` are a cut-off gate's own."""
ALARMS: Final = frozenset(
    {"forged", "replayed", "recalled", "expired", "other_unit", "other_plate", "held"}
)
"""Refusals at which somebody has to look; the others are errands to the wrong gate."""
DCSA: Final[Mapping[str, str]] = {"out": "GTOT", "in": "GTIN"}
"""Equipment events of DCSA Track and Trace."""
_LONGEST_PLATE: Final = 17


def key_of(number: str) -> str:
    """Return the number of a unit as it is compared: letters and digits, upper case.

    >>> key_of("csqu 305438-3")
    'CSQU3054383'
    """
    return document_key(number)


def plate_of(text: str) -> str:
    """Return a plate as it is compared; one that is too long for a plate is none.

    >>> plate_of("xp-12 ab 34")
    'XP12AB34'
    """
    key = document_key(text)
    return key if len(key) <= _LONGEST_PLATE else ""


class Bound(msgspec.Struct, frozen=True):
    """What a token is bound to. Texts are as compared; see ``models.Token``."""

    serial: str
    direction: str
    kind: str
    key: str
    packages: int | None
    plate: str
    terminal: int
    gate: str
    expires_at: datetime


class Shown(msgspec.Struct, frozen=True):
    """What is shown at a gate: the token as scanned or typed, and what stands before the barrier.

    ``unit`` is the number that is read off the unit, ``plate`` that of the vehicle; ``packages``
    is how many were counted, where a lot is fetched.
    """

    code: str
    direction: str
    unit: str = ""
    plate: str = ""
    packages: int | None = None


class At(msgspec.Struct, frozen=True):
    """Which gate of which terminal, and when."""

    terminal: int
    gate: str
    at: datetime


def refused(token: Bound, state: str, shown: Shown, here: At) -> str:
    """Return why a token lets nobody pass here and now; empty where it does.

    A unit must be named wherever it can be read: a token that is passed on lets another
    container's driver through otherwise. A plate is compared only where the token names one.

    Args:
        token: what it is bound to, its signature proved.
        state: live, used or recalled.
        shown: what stands before the barrier.
        here: this gate.
    """
    checks = (
        ("other_gate", token.terminal != here.terminal or token.gate not in {"", here.gate}),
        ("other_direction", token.direction != shown.direction),
        ("replayed", state == "used"),
        ("recalled", state == "recalled"),
        ("expired", state == "expired" or here.at >= token.expires_at),
        ("other_unit", key_of(shown.unit) != token.key),
        ("other_plate", bool(token.plate) and plate_of(shown.plate) != token.plate),
        (
            "other_quantity",
            token.packages is not None and shown.packages not in {None, token.packages},
        ),
    )
    return next((reason for reason, holds in checks if holds), "")


class GateLaw(msgspec.Struct, frozen=True):
    """What a country's pack says about gates: its settings ``gate.*``.

    ``token_hours``: how long a token is valid. ``revocations_minutes``: how old the list of
    revocations may be by which a gate that is cut off lets anybody pass. ``overdue_hours``: how
    long released goods may stand before somebody is asked why.
    """

    token_hours: int = 72
    revocations_minutes: int = 15
    overdue_hours: int = 72

    @property
    def validity(self) -> timedelta:
        """How long a token is valid."""
        return timedelta(hours=self.token_hours)

    @property
    def overdue(self) -> timedelta:
        """How long released goods may stand before somebody is asked why."""
        return timedelta(hours=self.overdue_hours)


def law_of(settings: Mapping[str, str]) -> GateLaw:
    """Return the gate law of a pack's settings; what it does not say is the default.

    Raises:
        ValueError: a setting is no whole number.
    """
    names = GateLaw.__struct_fields__
    told = {name: int(settings[f"gate.{name}"]) for name in names if f"gate.{name}" in settings}
    return GateLaw(**told)


LACKING: Final = (
    "lodged_late", "not_declared", "at_arrival", "lane", "agency", "held", "debt", "carrier",
    "terminal", "no_slot", "slot", "not_released",
)  # fmt: skip
"""Why a unit may not go without the yard. The order is the one in which people mend it."""


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """What is true of a unit that is to be picked up or loaded directly.

    ``clear`` is that every lane was green or what it asked for (a scan) was done; ``free`` that no
    agency holds or lacks anything, ``covered`` that what is owed is paid or guaranteed.
    ``awaited`` is that a declaration was lodged ahead: its lane is told, and what it owes is
    worked out again, when the goods arrive.
    """

    declared: bool = False
    awaited: bool = False
    lodged_before: bool = False
    clear: bool = False
    free: bool = False
    held: bool = False
    covered: bool = False
    released: bool = False
    carrier: bool = False
    terminal: bool = False


def lacking(way: str, ready: Ready) -> tuple[str, ...]:
    """Return why a unit may not go without the yard, the slot apart; nothing where it may.

    Pick-up wants it lodged before the arrival; loading, which mirrors it, wants it released
    before it comes in at the gate.
    """
    checks = (
        ("not_declared", not ready.declared),
        ("lodged_late", way == "pick_up" and ready.declared and not ready.lodged_before),
        ("at_arrival", ready.declared and ready.awaited),
        ("lane", ready.declared and not ready.awaited and not ready.clear),
        ("agency", ready.declared and not ready.free),
        ("held", ready.held),
        ("debt", ready.declared and not ready.awaited and not ready.covered),
        ("not_released", way == "loading" and ready.declared and not ready.released),
        ("carrier", not ready.carrier),
        ("terminal", not ready.terminal),
    )
    return tuple(name for name, holds in checks if holds)


def slot_lacks(planned: datetime, begin: datetime | None, end: datetime | None) -> str:
    """Return what is wrong with a slot: none, or it does not cover the hour; empty for nothing."""
    if begin is None or end is None:
        return "no_slot"
    return "" if begin <= planned <= end else "slot"


CONDITIONS: Final = (
    "OK", "DT", "HO", "CU", "BR", "BT", "CO", "DY", "WT", "MS", "LO", "SB",
)  # fmt: skip
"""Condition of a unit, after ISO 9897 (CEDEX) where it has a code: sound, dented, holed, cut,
broken, bent, corroded, dirty, wet, missing part, loose part; SB is a broken seal."""

_SIZE_TYPE: Final = re.compile(r"[1-4A-HK-NPR][0-9A-FL-P][ABGHKNPR-V][0-9A-Z]")
"""ISO 6346: length, height and width, then the type group and what is special of it."""


def is_size_type(code: str) -> bool:
    """Tell whether a code can be a container's size and type by ISO 6346.

    >>> is_size_type("22G1"), is_size_type("45R1"), is_size_type("20FT")
    (True, True, False)
    """
    return _SIZE_TYPE.fullmatch(code) is not None
