"""A ship's cargo as one EDIFACT message, CUSCAR D.95B, as lines have sent it for decades."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from clearway.simulators.border.shipments import Cargo, Journey, houses_by_master
from clearway.simulators.goods import written

_LONGEST = 35
_SIGNS = str.maketrans({sign: f"?{sign}" for sign in "?+:'"})


def manifest(journey: Journey, cargo: Sequence[Cargo], sender: str, at: datetime) -> bytes:
    """Return the interchange that reports a journey and its documents.

    Args:
        journey: a ship's.
        cargo: the documents to report with it.
        sender: trader identification number of the carrier.
        at: when it is sent.
    """
    means = journey.means
    ship = f"{means.id}:146:11:{_text(journey.name)}:{means.nationality}"
    body = [
        f"BGM+85+{journey.reference}+9",
        f"DTM+137:{_minute(at)}:203",
        f"DTM+132:{_minute(journey.expected)}:203",
        f"NAD+MS+{sender}",
        f"TDT+20+{journey.voyage}+1++{sender}:172:20+++{ship}",
        f"LOC+60+{journey.place}:139:6",
        *_equipment(cargo),
        *_consignments(journey, cargo),
    ]
    segments = [
        f"UNB+UNOY:4+{sender}:ZZ+XPCUSTOMS:ZZ+{at:%y%m%d:%H%M}+{journey.reference}",
        "UNH+1+CUSCAR:D:95B:UN",
        *body,
        f"UNT+{len(body) + 2}+1",
        f"UNZ+1+{journey.reference}",
    ]
    return "".join(f"{segment}'\n" for segment in ("UNA:+.? ", *segments)).encode()


def _equipment(cargo: Sequence[Cargo]) -> Iterator[str]:
    for one in cargo:
        for box in one.boxes:
            yield f"EQD+CN+{box.number}+45G1:102:5+++5"
            yield f"SEL+{_text(box.seal)}+SH"


def _consignments(journey: Journey, cargo: Sequence[Cargo]) -> Iterator[str]:
    number = 0
    for master, houses in houses_by_master(journey.cargo).items():  # those still to come as well
        number += 1
        yield f"CNI+{number}"
        yield f"RFF+MB:{master}"
        yield "NAD+CZ+++CONSOLIDATORS ABROAD+1 HARBOUR ROAD"
        yield "NAD+CN+++MERIDIAN FORWARDING+9 PORT ROAD"
        yield f"GID+1+{sum(one.packages for one in houses)}:CT"
        yield "FTX+AAA+++CONSOLIDATED CARGO OF SEVERAL HOUSE BILLS"
        yield f"MEA+AAE+G+KGM:{written(sum(one.gross for one in houses), 3)}"
    for one in cargo:
        number += 1
        yield f"CNI+{number}"
        if one.master:
            yield f"RFF+MB:{one.master}"
        yield f"RFF+{'BH' if one.master else 'BM'}:{one.number}"
        yield f"NAD+CZ+++{_text(one.consignor)}+MAIN STREET 1+HARBOUR+++{one.consignor_country}"
        yield f"NAD+CN+{one.consignee}++{_text(one.consignee_name)}+QUAY ROAD 12+PORT CLARA+++XP"
        yield f"GID+1+{one.packages}:{one.package_type}"
        yield f"FTX+AAA+++{_text(one.description, 250)}"
        yield f"MEA+AAE+G+KGM:{written(one.gross, 3)}"
        for box in one.boxes:
            yield f"SGP+{box.number}"


def _text(text: str, longest: int = _LONGEST) -> str:
    return text[:longest].translate(_SIGNS)


def _minute(at: datetime) -> str:
    return f"{at:%Y%m%d%H%M}"  # local time, as the form has it
