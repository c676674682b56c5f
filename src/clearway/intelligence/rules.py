"""Words of the room, what an entry must say, and how a trace is named."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from typing import Final

import msgspec

from clearway.intelligence.keys import KINDS, Key, compared
from clearway.intelligence.names import folded
from clearway.vocabulary.dates import days_of

TARGETING, CONVEYANCES, SANCTIONS = "targeting", "conveyances", "sanctions"
CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
"""The code of a list, which stands in addresses."""
LIST_KINDS: Final = (TARGETING, CONVEYANCES, SANCTIONS)
ENTRY_KINDS: Final = ("person", "organisation", "conveyance", "container")
EFFECTS: Final = ("stop", "alert")
RELIABILITY: Final = ("A", "B", "C", "D", "E")
CREDIBILITY: Final = ("1", "2", "3", "4", "5")
SUBJECTS: Final = ("party", "route", "commodity", "conveyance", "address")
AUDIENCES: Final = ("analysts", "customs")
LINKS: Final = ("party", "profile", "declaration", "case")
WISHES: Final = ("inspect", "hold", "both")
LONGEST: Final = 366 * 5
"""Days that an entry may last; whoever wants more looks at it again by then."""


def trace_key(identifier: str, name: str, country: str) -> str:
    """Return the key under which a party is known: its identifier, else name and country.

    >>> trace_key("XP 100-200", "", "")
    'id:XP100200'
    """
    if identifier:
        return _short("id", compared("trader", identifier))
    return _short("name", f"{folded(name).text}\0{country}", always=True)


def thing_key(kind: str, value: str) -> str:
    """Return the key under which an address, container or means is known."""
    return _short(kind, compared(kind, value), always=kind == "address")


def _short(kind: str, value: str, *, always: bool = False) -> str:
    """Return a key of bounded length: a digest where the value does not fit."""
    if always or len(value) > 50:
        value = "~" + hashlib.blake2s(value.encode(), digest_size=16).hexdigest()
    return f"{kind}:{value}"


def digest_of(content: object) -> str:
    """Return what names a content: 32 hexadecimal digits."""
    return hashlib.blake2s(msgspec.msgpack.encode(content), digest_size=16).hexdigest()


class EntryWanted(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of one's own list as it is asked for; ``ends`` is the first day after it."""

    kind: str
    name: str
    aliases: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()
    effect: str
    reason: str
    starts: date
    ends: date


def faults_of(wanted: EntryWanted, today: date) -> list[tuple[str, str]]:
    """Return what an entry lacks, each with its pointer; nothing where it may stand."""
    faults = []
    if not wanted.name.strip():
        faults.append(("/body/name", "must not be empty"))
    if not wanted.reason.strip():
        faults.append(("/body/reason", "must not be empty"))
    for name, value, known in (
        ("kind", wanted.kind, ENTRY_KINDS),
        ("effect", wanted.effect, EFFECTS),
    ):
        if value not in known:
            faults.append((f"/body/{name}", f"one of {', '.join(known)}"))
    faults += days_wrong(wanted.starts, wanted.ends, today)
    for place, key in enumerate(wanted.keys):
        if key.kind not in KINDS or not compared(key.kind, key.value):
            faults.append((f"/body/keys/{place}", f"one of {', '.join(KINDS)}, with its value"))
    if wanted.kind in {"conveyance", "container"}:
        needed = "means" if wanted.kind == "conveyance" else "container"
        if needed not in {key.kind for key in wanted.keys}:
            faults.append(("/body/keys", f"a key of kind {needed}"))
    return faults


def days_wrong(starts: date, ends: date, today: date) -> list[tuple[str, str]]:
    """Return what is wrong with a period: it must end, after today, and not in a far future."""
    if ends <= starts or ends <= today:
        return [("/body/ends", "must be after its start and after today")]
    if days_of(ends) - days_of(starts) > LONGEST:
        return [("/body/ends", f"at most {LONGEST} days after its start")]
    return []
