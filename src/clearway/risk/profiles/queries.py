"""Every read of profiles."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final, NamedTuple

from django.db.models import QuerySet

from clearway.audit import clock
from clearway.kernel.reference import Profile
from clearway.reference import in_force as packs
from clearway.reference.queries import day_at
from clearway.risk.profiles import in_force
from clearway.risk.profiles.life_cycle import APPROVED, EXPIRED, IN_FORCE, OPEN, standing_of
from clearway.risk.profiles.models import BackTest, ProfileText, ProfileVersion
from clearway.vocabulary.dates import date_of
from clearway.vocabulary.errors import NotThere

PACK: Final = "pack"


class Known(NamedTuple):
    """A profile as it stands: the version that counts, and the one being written, if any.

    ``standing`` is one of ``life_cycle.STANDINGS``. ``source`` is ``pack`` where the country pack
    alone has it, else ``platform``. ``profile`` is the text that counts, as the kernel takes it.
    """

    code: str
    standing: str
    source: str
    profile: Profile
    version: ProfileVersion | None
    open_version: ProfileVersion | None


def today() -> date:
    """Return the day in the pack's country."""
    now = clock.now()
    return date_of(day_at(now, packs.reference_at(now)))


def known_profiles() -> list[Known]:
    """Return every profile of the pack and of this room, by code."""
    now, day = clock.now(), today()
    pack = {one.code: one for one in packs.reference_at(now).profiles}
    versions: dict[str, list[ProfileVersion]] = {}
    for version in ProfileVersion.objects.order_by("code", "number"):
        versions.setdefault(version.code, []).append(version)
    texts = current_texts(one for own in versions.values() for one in own)
    return [
        _known(code, pack.get(code), versions.get(code, []), texts, day)
        for code in sorted(pack.keys() | versions.keys())
    ]


def known_profile(code: str) -> Known:
    """Return a profile as it stands.

    Raises:
        NotThere: neither the pack nor this room has it.
    """
    now = clock.now()
    pack = next((one for one in packs.reference_at(now).profiles if one.code == code), None)
    versions = list(ProfileVersion.objects.filter(code=code).order_by("number"))
    if pack is None and not versions:
        raise no_such(code)
    return _known(code, pack, versions, current_texts(versions), today())


def _known(
    code: str,
    pack: Profile | None,
    versions: list[ProfileVersion],
    texts: dict[int, ProfileText],
    day: date,
) -> Known:
    """Pick the version that counts: the one in force, else the newest that was, else the draft."""
    open_version = next((one for one in versions if one.state in OPEN), None)
    decided = [one for one in versions if one.approved_at is not None and not _is_packs(one)]
    begun = [one for one in decided if texts[one.pk].valid_from <= day]
    if not decided and pack is not None:
        period = pack.period
        standing = standing_of(APPROVED, date_of(period.valid_from), date_of(period.valid_to), day)
        return Known(code, standing, PACK, pack, None, open_version)
    counts = (begun or decided or versions)[-1]
    profile = in_force.profile_of(counts, texts[counts.pk])
    standing = standing_in(counts, versions, texts, day)
    return Known(code, standing, "platform", profile, counts, open_version)


def _is_packs(version: ProfileVersion) -> bool:
    """Tell whether a version is the pack's own, which somebody wanted to retire and nobody did."""
    return version.adopted and version.state == APPROVED


def standing_in(
    version: ProfileVersion,
    versions: Iterable[ProfileVersion],
    texts: dict[int, ProfileText],
    day: date,
) -> str:
    """Return how a version stands among its profile's others on a day."""
    text = texts[version.pk]
    later = [
        texts[one.pk].valid_from
        for one in versions
        if one.number > version.number and one.state in IN_FORCE
    ]
    ends = min([text.valid_to, *later])
    return standing_of(version.state, text.valid_from, ends, day)


def versions_of(code: str) -> list[ProfileVersion]:
    """Return every version of a profile, the newest first."""
    return list(ProfileVersion.objects.filter(code=code).order_by("-number"))


def open_version(code: str) -> ProfileVersion | None:
    """Return the version of a profile that is being written, if there is one."""
    return ProfileVersion.objects.filter(code=code, state__in=OPEN).first()


def version_to_decide(code: str) -> ProfileVersion | None:
    """Return the version of a profile that a second person has to decide on, if there is one."""
    waiting = ProfileVersion.objects.filter(code=code, state__in=("proposed", "retiring"))
    return waiting.order_by("-number").first()


def version_in_force(code: str) -> ProfileVersion | None:
    """Return the newest approved version of a profile that may be retired: not one that ended."""
    day = today()
    versions = list(ProfileVersion.objects.filter(code=code).order_by("number"))
    texts = current_texts(versions)
    pack = {one.version for one in packs.reference_at(clock.now()).profiles if one.code == code}
    for version in reversed(versions):
        if version.adopted and version.number not in pack:
            continue
        if version.state in IN_FORCE and standing_in(version, versions, texts, day) != EXPIRED:
            return version
    return None


def next_number(code: str) -> int:
    """Return the number of a profile's next version: after this room's, and after the pack's."""
    pack = (one.version for one in packs.reference_at(clock.now()).profiles if one.code == code)
    own = ProfileVersion.objects.filter(code=code).values_list("number", flat=True)
    return max([0, *pack, *own]) + 1


def text_of(version: ProfileVersion) -> ProfileText:
    """Return the text of a version that counts."""
    return version.texts.get(number=version.text)


def current_texts(versions: Iterable[ProfileVersion]) -> dict[int, ProfileText]:
    """Return the text that counts of each version, by the version's row number."""
    wanted = {version.pk: version.text for version in versions}
    rows = ProfileText.objects.filter(version__in=wanted)
    return {row.version_id: row for row in rows if wanted[row.version_id] == row.number}


def authors_of(version: ProfileVersion) -> list[str]:
    """Return whoever wrote a text of a version, this one or one before it."""
    return list(version.texts.order_by("number").values_list("author", flat=True))


def newest_test(text: ProfileText) -> BackTest | None:
    """Return the newest trial of a text on history."""
    return text.tests.order_by("-id").first()


def tests_of(version: ProfileVersion) -> QuerySet[BackTest]:
    """Return the trials of a version's texts, the newest first."""
    return BackTest.objects.filter(text__version=version).select_related("text").order_by("-id")


def profiles_at(instant: datetime) -> tuple[Profile, ...]:
    """Return the profiles in force at an instant."""
    return in_force.reference_at(instant).profiles


def no_such(code: str) -> NotThere:
    """Return the refusal of a code that no profile has."""
    return NotThere("There is no such profile.", where=code, remedy="Check its code.")
