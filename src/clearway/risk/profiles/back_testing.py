"""A profile tried on history before anybody may approve it (card C06).

The text runs over stored declarations of a period as they were decided on: their stored lodgements,
with the parties' history of that day. What it would have hit, the load on each office and day, what
the profiles in force hit as well, and what inspections found among its hits, is kept with the text.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import groupby, islice
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from django.db.models import F, QuerySet

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.declarations.models import Version
from clearway.declarations.queries import decoded
from clearway.events.service import act, subject_of
from clearway.kernel.assess import assessed_rows_of
from clearway.kernel.columns import encode_rows
from clearway.kernel.features import SCHEMA
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.profiles import ProfileSet
from clearway.kernel.reference import Profile, Reference
from clearway.reference import in_force as packs
from clearway.risk.outcomes import queries as outcomes
from clearway.risk.outcomes.queries import Worth
from clearway.risk.profiles import events, in_force, life_cycle, queries
from clearway.risk.profiles.life_cycle import FAIL, OPEN, TEST
from clearway.risk.profiles.models import BackTest, ProfileText, ProfileVersion
from clearway.vocabulary.errors import DataRefused, StateForbids

MOST: Final = 20_000
"""Declarations that one trial runs over, the newest of the period: ten seconds of work, at 160 µs
an item."""
LONGEST: Final = timedelta(days=366)
CHUNK: Final = 1_000
_SETTING: Final = "risk.back_test_most"
_USUAL: Final = Fraction(20)
_encode = msgspec.json.Encoder().encode


class Load(msgspec.Struct, frozen=True):
    """What an office would have had to look at: hits, the busiest day's, and days with lodgements.

    The expected load of a day is ``hits / days``.
    """

    office: str
    declarations: int
    hits: int
    days: int
    busiest: int


class Overlap(msgspec.Struct, frozen=True):
    """A profile in force and the declarations that both hit; ``hits`` are all that it hit."""

    profile: str
    hits: int
    both: int


class Result(msgspec.Struct, frozen=True):
    """What a text did on history, counted in declarations.

    ``alone`` are hits that no profile in force hit. ``among_hits`` and ``among_all`` are what
    inspections showed of the hits, and of everything in the period. ``whole`` tells whether the
    period was run over to its end: with more than ``MOST`` declarations only the newest are.
    """

    declarations: int
    hits: int
    items: int
    item_hits: int
    alone: int
    loads: tuple[Load, ...]
    overlaps: tuple[Overlap, ...]
    among_hits: Worth
    among_all: Worth
    whole: bool

    @property
    def share(self) -> int:
        """The share of declarations hit, in hundredths of a per cent, rounded up."""
        return -(-10_000 * self.hits // self.declarations) if self.declarations else 0


def try_out(actor: Actor, code: str, since: date, until: date, *, seen: str) -> BackTest:
    """Try the version that is being written on history, and keep what came of it.

    Args:
        actor: who tries it.
        code: the profile's.
        since: the first day of the period, in the pack's country.
        until: its last day.
        seen: the digest of the text.

    Returns:
        The trial: where it did not let the text through, the version is a draft again.

    Raises:
        DataRefused: the period is none, or too long.
        StateForbids: nothing is being written, or it was written anew meanwhile.
        NotThere: no such profile.
    """
    version, text = to_try(code, since, until)
    result = run_text(version, text, since, until, clock.now())
    return keep(actor, text, since, until, result, seen=seen, by=actor.name)


def to_try(code: str, since: date, until: date) -> tuple[ProfileVersion, ProfileText]:
    """Return the version that is being written, with its text, if it can be tried on a period.

    Raises:
        DataRefused: the period is none, or too long.
        StateForbids: nothing is being written, or its state does not allow a trial.
        NotThere: no such profile.
    """
    queries.known_profile(code)
    _check_period(since, until)
    version = queries.open_version(code)
    if version is None:
        raise StateForbids(
            "No version of this profile is being written.", remedy="Begin a new version."
        )
    life_cycle.after(version.state, TEST)
    return version, queries.text_of(version)


def run_text(
    version: ProfileVersion, text: ProfileText, since: date, until: date, at: datetime,
    told: Callable[[int], None] | None = None,
) -> Result:  # fmt: skip
    """Run a text over a period, beside the other profiles that are in force at an instant.

    Args:
        version: whose text it is.
        text: on trial.
        since: the first day.
        until: the last day.
        at: now, as the platform's clock has it.
        told: is told from time to time how many declarations are done.
    """
    others = [one for one in queries.profiles_at(at) if one.code != version.code]
    return run(in_force.profile_of(version, text), others, since, until, at=at, told=told)


def keep(
    actor: Actor, text: ProfileText, since: date, until: date, result: Result, *, seen: str, by: str
) -> BackTest:
    """Keep what came of a trial; where it did not let the text through, the version is a draft.

    Args:
        actor: who keeps it: whoever tried, or the platform for him.
        text: that was tried.
        since: the first day.
        until: the last day.
        result: what came of it.
        seen: the digest of the text.
        by: who tried it.

    Raises:
        StateForbids: the profile was written anew meanwhile.
    """
    version = text.version
    code = version.code
    most = most_share(packs.reference_at(clock.now()))
    passed = bool(result.declarations) and result.share <= most
    with act(actor) as doing:
        locked = ProfileVersion.objects.select_for_update().get(pk=version.pk)
        if locked.state not in OPEN or queries.text_of(locked).digest != seen:
            raise StateForbids(
                "The profile was written anew since you read it.",
                remedy="Read it again, then decide.",
            )
        kept = BackTest.objects.create(
            text=text, since=since, until=until, passed=passed, most=most,
            result=_encode(result), by=by, at=doing.at,
        )  # fmt: skip
        was = locked.state
        locked.state = life_cycle.after(was, TEST if passed else FAIL)
        locked.save(update_fields=["state"])
        if life_cycle.SHADOW in {was, locked.state} and was != locked.state:
            in_force.renew()
        body = {
            "code": code, "version": locked.number, "state": locked.state, "text": locked.text,
            "digest": text.digest, "passed": passed, "declarations": result.declarations,
            "hits": result.hits,
        }  # fmt: skip
        doing.announce(events.TESTED, subject_of("profile", code), body)
    return kept


def result_of(kept: BackTest) -> Result:
    """Return what came of a trial."""
    return msgspec.json.decode(bytes(kept.result), type=Result)


def most_share(reference: Reference) -> int:
    """Return the share of a period that a profile may hit, in hundredths of a per cent."""
    given = reference.settings.get(_SETTING, "").removesuffix("%").strip()
    return int((Fraction(given) if given else _USUAL) * 100)


def run(
    profile: Profile, others: Sequence[Profile], since: date, until: date, *,
    at: datetime | None = None, told: Callable[[int], None] | None = None,
) -> Result:  # fmt: skip
    """Run a profile and others beside it over the stored declarations of a period.

    Args:
        profile: the text on trial; the days on which it is to be in force do not matter.
        others: those in force.
        since: the first day of the period, in the pack's country.
        until: its last day.
        at: the instant whose law gives the country's time zone; now where nobody says.
        told: is told from time to time how many declarations are done.
    """
    found = _Counts(ProfileSet.compile([profile, *others]))
    waiting = _stored(since, until, at or clock.now())
    taken = islice(waiting, MOST)
    for reference, lodged in groupby(taken, key=lambda one: one.reference):
        while chunk := list(islice(lodged, CHUNK)):
            found.add(chunk, reference)
            if told is not None:
                told(len(found.all))
    return found.result(others, whole=next(waiting, None) is None)


class _Lodged(msgspec.Struct, frozen=True):
    """A stored declaration: its row, office and day, its lodgement, and the pack of its day."""

    number: int
    office: str
    day: date
    lodgement: Lodgement
    reference: Reference


def size(since: date, until: date, at: datetime) -> int:
    """Return how many declarations a trial of a period runs over."""
    return min(MOST, _of_period(since, until, _zone(at))[: MOST + 1].count())


def _zone(at: datetime) -> ZoneInfo:
    return ZoneInfo(packs.reference_at(at).time_zone)


def _of_period(since: date, until: date, zone: ZoneInfo) -> QuerySet[Version]:
    """Return the accepted declarations of a period of the country's days, as they stand now."""
    return Version.objects.filter(
        declaration__received_at__gte=datetime.combine(since, time(), zone),
        declaration__received_at__lt=datetime.combine(until + timedelta(days=1), time(), zone),
        declaration__mrn__isnull=False,
        number=F("declaration__version"),
    )


def _stored(since: date, until: date, at: datetime) -> Iterator[_Lodged]:
    """Yield the accepted declarations of a period, the newest first."""
    zone = _zone(at)
    rows = (
        _of_period(since, until, zone)
        .order_by("-declaration__received_at", "-declaration_id")
        .values_list("declaration_id", "declaration__office", "declaration__received_at",
                     "at", "lodgement")
    )  # fmt: skip
    for number, office, received_at, decided, packed in rows[: MOST + 1].iterator(CHUNK):
        day = received_at.astimezone(zone).date()
        yield _Lodged(number, office, day, decoded(packed), packs.reference_at(decided))


class _Counts:
    """What is counted on the way, by declaration."""

    def __init__(self, profiles: ProfileSet) -> None:
        self.profiles = profiles
        self.items = self.item_hits = self.alone = 0
        self.all: list[int] = []
        self.hit: list[int] = []
        self.lodged: Counter[str] = Counter()
        self.days: dict[str, set[date]] = defaultdict(set)
        self.loads: dict[str, Counter[date]] = defaultdict(Counter)
        self.others: Counter[int] = Counter()
        self.both: Counter[int] = Counter()

    def add(self, chunk: Sequence[_Lodged], reference: Reference) -> None:
        """Count declarations of one pack's time: one run of the bulk evaluator."""
        of_each = assessed_rows_of([one.lodgement for one in chunk], reference)
        rows = [row for rows in of_each for row in rows]
        owner = [place for place, rows in enumerate(of_each) for _ in rows]
        self.items += len(rows)
        hit: dict[int, set[int]] = defaultdict(set)
        if rows:
            batch = encode_rows(rows, SCHEMA, only=self.profiles.columns)
            for place, found in enumerate(self.profiles.hits_bulk(batch).rows):
                self.item_hits += len(found) if place == 0 else 0
                for row in found.tolist():
                    hit[owner[row]].add(place)
        for place, one in enumerate(chunk):
            self._count(one, hit.get(place, set()))

    def _count(self, one: _Lodged, places: set[int]) -> None:
        self.all.append(one.number)
        self.lodged[one.office] += 1
        self.days[one.office].add(one.day)
        self.others.update(places - {0})
        if 0 in places:
            self.hit.append(one.number)
            self.loads[one.office][one.day] += 1
            self.both.update(places - {0})
            self.alone += len(places) == 1

    def result(self, others: Sequence[Profile], *, whole: bool) -> Result:
        """Return what was counted, with what inspections showed of it."""
        loads = [
            Load(office, self.lodged[office], sum(days.values()), len(self.days[office]),
                 max(days.values()))
            for office, days in sorted(self.loads.items())
        ]  # fmt: skip
        overlaps = [
            Overlap(others[place - 1].code, self.others[place], both)
            for place, both in sorted(self.both.items(), key=lambda one: (-one[1], one[0]))
        ]
        return Result(
            declarations=len(self.all),
            hits=len(self.hit),
            items=self.items,
            item_hits=self.item_hits,
            alone=self.alone,
            loads=tuple(loads),
            overlaps=tuple(overlaps),
            among_hits=_worth(self.hit),
            among_all=_worth(self.all),
            whole=whole,
        )


def _worth(declarations: Iterable[int]) -> Worth:
    return outcomes.worth_of(list(declarations))


def _check_period(since: date, until: date) -> None:
    faults: list[tuple[str, Any]] = []
    if until < since:
        faults.append(("until", "The last day lies before the first."))
    elif until - since > LONGEST:
        faults.append(("until", "A trial runs over a year at most."))
    if faults:
        raise DataRefused("The period cannot be tried.", faults=faults)
