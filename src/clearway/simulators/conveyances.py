"""Ships, aircraft, lorries and containers with identifiers whose check digits are right."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from stdnum import iso6346

_OWNERS = ("CSQ", "MSK", "MSC", "CMA", "HLX", "OOL", "EGH", "ONE", "TGH", "TCL")
_AIRLINES = ("176", "157", "235", "180", "618", "988")
_FLAGS = ("PA", "LR", "MH", "SG", "MT", "HK", "BS")


class Conveyance(NamedTuple):
    """How goods arrive: mode (UN Rec 19), identifier with its type, flag, transport document."""

    mode: str
    id: str
    id_type: str
    nationality: str
    document_type: str
    document: str


def conveyance(mode: str, country: str, rng: Random) -> Conveyance:
    """Draw a ship (1), an aircraft (4) or a lorry (3)."""
    if mode == "1":
        number = imo_number(rng.randrange(900_000, 999_999))
        return Conveyance(
            "1", number, "10", rng.choice(_FLAGS), "705", f"BL{rng.randrange(10**9):09d}"
        )
    if mode == "4":
        airline = rng.choice("ABCDEFGHKLMNQSTV") + rng.choice("ABCDEFKMQRSX")
        flight = f"{airline}{rng.randrange(100, 9999)}"
        return Conveyance("4", flight, "40", country, "740", air_waybill(rng))
    plate = "".join(rng.choices("ABCDEFGHKLMN", k=2)) + str(rng.randrange(1000, 9999))
    return Conveyance("3", plate, "30", country, "730", f"CMR{rng.randrange(10**7):07d}")


def imo_number(six: int) -> str:
    """Return an IMO ship number: six digits and the last digit of their weighted sum."""
    digits = f"{six:06d}"
    return digits + str(sum(int(d) * w for d, w in zip(digits, range(7, 1, -1), strict=True)) % 10)


def air_waybill(rng: Random) -> str:
    """Return an air waybill number: airline prefix, seven digits, their remainder by seven."""
    serial = rng.randrange(10**7)
    return f"{rng.choice(_AIRLINES)}{serial:07d}{serial % 7}"


def container(rng: Random) -> str:
    """Return a container number with its ISO 6346 check digit."""
    body = f"{rng.choice(_OWNERS)}U{rng.randrange(10**6):06d}"
    return body + str(iso6346.calc_check_digit(body))
