"""Which stored profiles can no longer be evaluated, or are no longer what was approved.

A row of the record can be damaged: by a disk, or by a hand. The profiles in force then let no
declaration pass unseen (``in_force``), and one on trial counts nothing; here it is found out
without waiting for a declaration, and which one it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from clearway.audit import clock
from clearway.kernel.profiles import check_text
from clearway.risk.profiles import in_force, queries, rules
from clearway.risk.profiles.life_cycle import EXPIRED, IN_FORCE, SHADOW
from clearway.risk.profiles.models import ProfileText, ProfileVersion
from clearway.risk.profiles.rules import Draft

AGAIN: Final = timedelta(hours=1)


class Damaged(NamedTuple):
    """A version whose text cannot be evaluated (``unreadable``), or was changed (``altered``)."""

    code: str
    version: int
    state: str
    how: str


def damaged(code: str = "") -> list[Damaged]:
    """Return the versions in force and in the shadow that are damaged, of one profile or of all."""
    rows = ProfileVersion.objects.filter(state__in=(*IN_FORCE, SHADOW))
    versions = list((rows.filter(code=code) if code else rows).order_by("code", "number"))
    texts = queries.current_texts(versions)
    day = queries.today()
    found = []
    for version in versions:
        text = texts.get(version.pk)
        if text is not None and _is_over(version, versions, texts, day):
            continue
        how = _how(version, text)
        if how:
            found.append(Damaged(version.code, version.number, version.state, how))
    return found


class _Looked:
    """When this process looked last, and at which damage, so that each is told once an hour."""

    when: datetime = datetime.min.replace(tzinfo=UTC)
    found: frozenset[Damaged] = frozenset()


def forget() -> None:
    """Tell of every damage again."""
    _Looked.when, _Looked.found = datetime.min.replace(tzinfo=UTC), frozenset()


def newly_damaged() -> list[Damaged]:
    """Return what is damaged and was not told within the last hour."""
    found = damaged()
    now = clock.now()
    if now - _Looked.when >= AGAIN:
        _Looked.when, _Looked.found = now, frozenset()
    told, _Looked.found = _Looked.found, _Looked.found | set(found)
    return [one for one in found if one not in told]


def _is_over(
    version: ProfileVersion,
    versions: Sequence[ProfileVersion],
    texts: dict[int, ProfileText],
    day: date,
) -> bool:
    own = [one for one in versions if one.code == version.code]
    return queries.standing_in(version, own, texts, day) == EXPIRED


def _how(version: ProfileVersion, text: ProfileText | None) -> str:
    """Return how a text is damaged, empty where it is not."""
    if text is None or in_force.profile_of(version, text).code == in_force.UNREADABLE:
        return "unreadable"
    if check_text(text.condition):
        return "unreadable"
    written = Draft(**{name: getattr(text, name) for name in Draft.__struct_fields__})
    if rules.digest_of(version.code, version.number, written) != text.digest:
        return "altered"
    return ""
