"""The profiles in force at an instant, as the kernel applies them: the pack's and this room's.

A profile of the pack is in force until a version approved here, of the same code, begins; a later
version cuts the one before it in the same way, and what was retired is gone. Which of them counts
for a declaration the kernel reads off its legal day, so that a set changes only when somebody
approves or retires, or when another pack rules, and never by the turn of a day.

Whatever cannot be made out here must not mean that goods pass unseen: in place of a profile that
cannot be read stands one that cannot be compiled. The kernel then sends every declaration to the
documentary check, and the intake line raises the alarm (decision 0017).
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec
from django.db import transaction

from clearway.assessment.service import encoded
from clearway.kernel.decisions import Channel, Lane
from clearway.kernel.reference import Period, Profile, Reference
from clearway.reference import in_force as packs
from clearway.risk.profiles.life_cycle import IN_FORCE, RETIRED, SHADOW
from clearway.risk.profiles.models import Generation, ProfileText, ProfileVersion
from clearway.vocabulary.clock import microseconds
from clearway.vocabulary.dates import days_of

FRESH_FOR: Final = 0.5
"""Seconds for which the profiles are believed without a look at the database."""
UNREADABLE: Final = "PROFILES-UNREADABLE"
_FOREVER: Final = 2**62
_DAY: Final = 86_400_000_000
_log = logging.getLogger("clearway.risk")


class Ruling(NamedTuple):
    """A version and the instants (microseconds) from which and until which it is to be heard.

    ``adopted``: its text is the pack's own, and it tells only that this version was retired.
    """

    approved_at: int
    retired_at: int
    profile: Profile
    adopted: bool = False


class _Known(NamedTuple):
    """What was read: the rulings, those on trial, the instants at which something changes."""

    token: str
    rulings: tuple[Ruling, ...]
    shadow: tuple[Profile, ...]
    changes: list[int]
    made: dict[tuple[Reference, int], Reference]


class _Memory:
    """What this process knows, replaced as a whole, so that readers need no lock."""

    known: _Known | None = None
    believed_until: float = 0.0


def reference_at(instant: datetime) -> Reference:
    """Return the law in force at an instant, with the profiles in force in place of the pack's.

    Raises:
        StateForbids: no pack was in force then.
        InputUnusable: the pack's snapshot is missing or damaged.
    """
    pack = packs.reference_at(instant)
    known = _current()
    if not known.rulings and not known.shadow:
        return pack
    place = bisect_right(known.changes, microseconds(instant))
    found = known.made.get((pack, place))
    if found is None:
        found = _made(pack, known, microseconds(instant))
        found = known.made.setdefault((pack, place), found)
    return found


def forget() -> None:
    """Read the profiles again at the next question."""
    _Memory.known, _Memory.believed_until = None, 0.0


def renew() -> None:
    """Let every process read the profiles again, once this transaction is committed."""
    Generation.objects.update_or_create(pk=1, defaults={"token": secrets.token_hex(16)})
    forget()
    transaction.on_commit(forget)


def merged(pack: Sequence[Profile], rulings: Iterable[Ruling], instant: int) -> tuple[Profile, ...]:
    """Return the profiles in force at an instant: the pack's, each cut where a ruling begins.

    Args:
        pack: the pack's own.
        rulings: what was approved here.
        instant: in microseconds since 1970.

    Returns:
        The pack's profiles in their order, then this room's by code and version. No two of one
        code cover the same day.
    """
    heard = [one for one in rulings if one.approved_at <= instant and not one.adopted]
    gone = {
        (one.profile.code, one.profile.version)
        for one in rulings
        if one.adopted and one.retired_at <= instant
    }
    kept: dict[str, list[Profile]] = {}
    cuts: dict[str, list[tuple[int, int]]] = {}
    for one in heard:
        profile = one.profile
        begins = profile.period.valid_from
        if one.retired_at > instant:
            kept.setdefault(profile.code, []).append(profile)
            cuts.setdefault(profile.code, []).append((profile.version, begins))
        elif one.retired_at >= begins * _DAY:
            # It has been in force: what it replaced does not come back by itself.
            cuts.setdefault(profile.code, []).append((profile.version, begins))
    staying = [one for one in pack if (one.code, one.version) not in gone]
    found = [_cut(one, cuts.get(one.code, ()), packs_own=True) for one in staying]
    for code in sorted(kept):
        own = sorted(kept[code], key=lambda profile: profile.version)
        found += [_cut(one, cuts[code], packs_own=False) for one in own]
    return tuple(one for one in found if one.period.valid_from < one.period.valid_to)


def _cut(profile: Profile, cuts: Iterable[tuple[int, int]], *, packs_own: bool) -> Profile:
    """Let a profile end where a later version begins (a version of this room, for the pack's)."""
    period = profile.period
    begins = [day for version, day in cuts if packs_own or version > profile.version]
    ends = min([period.valid_to, *begins])
    if ends == period.valid_to:
        return profile
    return msgspec.structs.replace(profile, period=Period(period.valid_from, ends))


def named(profiles: Sequence[Profile]) -> str:
    """Return the name of a set of profiles: the SHA-256 of its content."""
    return hashlib.sha256(encoded(profiles)).hexdigest()


def profile_of(version: ProfileVersion, text: ProfileText) -> Profile:
    """Return a version's text as the kernel takes it; one that cannot be read compiles nowhere."""
    try:
        return Profile(
            code=version.code,
            version=version.number,
            condition=text.condition,
            lane=None if text.lane is None else Lane(text.lane),
            weight=text.weight,
            period=Period(days_of(text.valid_from), days_of(text.valid_to)),
            name=text.name,
            channel=Channel(text.channel).value,
            trader_text=text.trader_text,
            owner=text.owner,
        )
    except (ValueError, TypeError, AttributeError) as wrong:
        return _unreadable(f"{version.code}: {type(wrong).__name__}")


def _unreadable(what: str) -> Profile:
    """Return what stands in place of a profile that cannot be read: it is always in force."""
    _log.error("a risk profile cannot be read: %s", what)
    return Profile(UNREADABLE, 0, "", Lane.YELLOW, 0, Period())


def _made(pack: Reference, known: _Known, instant: int) -> Reference:
    profiles = merged(pack.profiles, known.rulings, instant)
    if profiles == pack.profiles:
        return msgspec.structs.replace(pack, shadow=known.shadow) if known.shadow else pack
    return msgspec.structs.replace(
        pack, profiles=profiles, profile_set=named(profiles), shadow=known.shadow
    )


def _current() -> _Known:
    now = time.monotonic()
    known = _Memory.known
    if known is not None and now < _Memory.believed_until:
        return known
    token = Generation.objects.values_list("token", flat=True).first() or ""
    if known is None or known.token != token:
        known = _read(token)
        _Memory.known = known
    _Memory.believed_until = now + FRESH_FOR
    return known


def _read(token: str) -> _Known:
    texts = _texts((*IN_FORCE, RETIRED, SHADOW))
    rulings, shadow = [], []
    for version, text in texts:
        if version.state == SHADOW:
            shadow.append(profile_of(version, text))
        elif version.approved_at is not None:
            ended = version.retired_at
            rulings.append(
                Ruling(
                    microseconds(version.approved_at),
                    _FOREVER if ended is None else microseconds(ended),
                    profile_of(version, text),
                    version.adopted,
                )
            )
    ends = {one.retired_at for one in rulings} - {_FOREVER}
    changes = sorted({one.approved_at for one in rulings} | ends)
    return _Known(token, tuple(rulings), tuple(shadow), changes, {})


def _texts(states: Sequence[str]) -> list[tuple[ProfileVersion, Any]]:
    """Return versions in some states, each with the text that counts."""
    versions = ProfileVersion.objects.filter(state__in=states).order_by("code", "number")
    texts = {
        (text.version_id, text.number): text
        for text in ProfileText.objects.filter(version__state__in=states)
    }
    return [(version, texts.get((version.pk, version.text))) for version in versions]
