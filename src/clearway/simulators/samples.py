"""Files to try an upload with: made anew at each request, so that no reference is used twice.

A demonstration's settings name ``sample``; nothing of the platform imports this room.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from clearway.kernel.reference import Reference
from clearway.messages import write_csv, write_ndjson, write_xml
from clearway.messages.records import Declaration, MetaData
from clearway.simulators.border.calendar import Day
from clearway.simulators.border.firms import CARRIER, IDENTIFIERS, Firm, firms_of
from clearway.simulators.border.manifests import manifest
from clearway.simulators.border.plan import Planner
from clearway.simulators.consignments import Consigning
from clearway.simulators.market import Market
from clearway.simulators.mistakes import make_mistake
from clearway.vocabulary.errors import NotThere

_SEED: Final = 1
_COUNT: Final = 8
_OFFICE: Final = {"1": "XP000110", "4": "XP000210", "3": "XP000310"}
_EPOCH: Final = 719_163


class Sample(NamedTuple):
    """A file: its media type and its bytes."""

    media_type: str
    content: bytes


def sample(name: str, reference: Reference, now: datetime) -> Sample:
    """Return a file by its name, right for the simulated day of ``now``.

    The declarations are the ready trader's own, the manifest is the ready carrier's.

    Raises:
        NotThere: there is no sample of that name.
    """
    made = _MADE.get(name)
    if made is None:
        raise NotThere("There is no such sample.", remedy=f"There are {', '.join(_MADE)}.")
    media_type, make = made
    return Sample(media_type, make(reference, now.astimezone(ZoneInfo(reference.time_zone))))


@lru_cache(maxsize=2)
def _people(reference: Reference, day: int) -> tuple[Market, list[Firm]]:
    market = Market(reference, day)
    return market, firms_of(market, _SEED)


def _declarations(
    reference: Reference, now: datetime, count: int, *, mistaken: int = 0
) -> list[MetaData]:
    """Return ordinary imports of the ready trader; the last ``mistaken`` have something wrong."""
    rng = Random()
    market, firms = _people(reference, now.toordinal() - _EPOCH)
    trader = firms[0].habits
    consigning = Consigning(market, rng, _SEED, now.date())
    made = []
    for number in range(1, count + 1):
        one: Declaration = consigning.trade(number, now, trader).declaration
        one.functional_reference_id = f"SAMPLE-{now:%y%m%d}-{rng.getrandbits(32):08X}"
        one.acceptance_date_time = None  # the administration says when it accepts
        one.declaration_office_id = _OFFICE[trader.mode]
        if number > count - mistaken:
            make_mistake(one, rng)
        made.append(MetaData(wco_type_name="DEC", declaration=one))
    return made


def _ndjson(mistaken: int) -> Callable[[Reference, datetime], bytes]:
    def make(reference: Reference, now: datetime) -> bytes:
        return b"".join(write_ndjson(_declarations(reference, now, _COUNT, mistaken=mistaken)))

    return make


def _csv(mistaken: int) -> Callable[[Reference, datetime], bytes]:
    def make(reference: Reference, now: datetime) -> bytes:
        text = io.StringIO(newline="")
        write_csv(_declarations(reference, now, _COUNT, mistaken=mistaken), text)
        return text.getvalue().encode()

    return make


def _xml(reference: Reference, now: datetime) -> bytes:
    return write_xml(_declarations(reference, now, 1)[0])


def _manifest(reference: Reference, now: datetime) -> bytes:
    """Return the cargo report of a ship that is expected on the next day."""
    rng = Random()
    _, firms = _people(reference, now.toordinal() - _EPOCH)
    tomorrow = Day(now.date() + timedelta(days=1), ZoneInfo(reference.time_zone))
    journey = None
    while journey is None:  # a small day may have no ship with cargo
        journey = Planner(reference, firms, rng.getrandbits(31)).plan(tomorrow, 30).cuscar
    journey.reference = f"S{now:%y%m%d}{rng.randrange(10**6):06d}"
    return manifest(journey, journey.cargo, IDENTIFIERS[CARRIER], now)


_MADE: Final[Mapping[str, tuple[str, Callable[[Reference, datetime], bytes]]]] = {
    "declarations.ndjson": ("application/x-ndjson", _ndjson(0)),
    "declarations.csv": ("text/csv", _csv(0)),
    "declaration.xml": ("application/xml", _xml),
    "declarations-with-errors.csv": ("text/csv", _csv(3)),
    "declarations-with-errors.ndjson": ("application/x-ndjson", _ndjson(3)),
    "manifest.edi": ("application/edifact", _manifest),
}
