"""Identifiers that carry their own proof, under the names that customs uses for them.

Every ``check_*`` returns ``None`` where the text is a correct identifier and a ``Verdict``
where it is not: which test failed and what was expected. Nothing is cleaned on the way in: a
blank, a hyphen out of place or a full-width digit is what somebody declared, and is told.

The arithmetic of containers, ships, LEI and IBAN is python-stdnum's.

MRN. The check character is the digit that the transit and export systems of Europe print: the
ISO 6346 sum over all characters before it (digits their value, letters A=10, B=12 … skipping
the multiples of 11, weights 1, 2, 4, 8 …), modulo 11, a remainder of 10 written as 0.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

import pycountry
from stdnum import iban, imo, lei


class Verdict(NamedTuple):
    """Why a text is not the identifier it should be.

    ``reason``: ``characters`` (not plain ASCII letters and digits), ``form`` (length or
    pattern), ``country`` (no such ISO 3166 code) or ``check_digit``. ``expected`` is the
    pattern, or the check character that would have been right.
    """

    reason: str
    expected: str


# ISO 3166-1 leaves XA to XZ to its users (Northern Ireland XI, Kosovo XK, the country of the
# demo pack XP) and reserves EU; customs identifiers carry all of them.
USER_ASSIGNED_COUNTRIES = frozenset(
    {"EU", *(f"X{chr(letter)}" for letter in range(ord("A"), ord("Z") + 1))}
)

_ISO6346_VALUES = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (value for value in range(39) if value == 0 or value % 11),
        strict=True,
    )
)
_PLAIN = re.compile(r"[0-9A-Za-z]+\Z")
_CONTAINER = re.compile(r"[A-Z]{3}[UJZR][0-9]{7}\Z")
_SHIP = re.compile(r"(?:IMO ?)?([0-9]{7})\Z")
_AIR_WAYBILL = re.compile(r"([0-9]{3})[- ]?([0-9]{8})\Z")
_SERIAL = re.compile(r"[0-9]{8}\Z")
_TIN = re.compile(r"[A-Z]{2}[0-9A-Za-z.\-]{1,15}\Z")
_LEI = re.compile(r"[0-9A-Z]{18}[0-9]{2}\Z")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}\Z")
_MRN = re.compile(r"[0-9]{2}[A-Z]{2}[0-9A-Z]{1,13}[0-9]\Z")
_MRN_BODY = re.compile(r"[0-9A-Z]{1,13}\Z")
_UCR = re.compile(r"[0-9][A-Z]{2}[0-9A-Z()/.\-]{1,32}\Z")


@cache
def is_country(code: str) -> bool:
    """Tell whether an alpha-2 code is in ISO 3166-1 or one of the user-assigned ones above."""
    return code in USER_ASSIGNED_COUNTRIES or (
        len(code) == 2 and code.isascii() and code.isupper() and _alpha_2(code)
    )


def _alpha_2(code: str) -> bool:
    return pycountry.countries.get(alpha_2=code) is not None


def iso6346_digit(text: str) -> str:
    """Return the ISO 6346 check digit of upper-case ASCII letters and digits of any length.

    >>> iso6346_digit("CSQU305438"), iso6346_digit("MSCU000006")
    ('3', '0')
    """
    total = sum(_ISO6346_VALUES[character] << place for place, character in enumerate(text))
    return str(total % 11 % 10)


@lru_cache(maxsize=8192)
def check_container(text: str) -> Verdict | None:
    """Check a container number (ISO 6346): owner code, category, six digits, check digit."""
    if refused := _unmatched(_CONTAINER, text, "AAAU0000000"):
        return refused
    expected = iso6346_digit(text[:-1])
    return None if text[-1] == expected else Verdict("check_digit", expected)


@lru_cache(maxsize=8192)
def check_ship(text: str) -> Verdict | None:
    """Check an IMO ship number: six digits and a check digit, ``IMO`` before them or not."""
    match = _SHIP.match(text)
    if match is None:
        return _unmatched(_SHIP, text, "IMO 0000000")
    expected = imo.calc_check_digit(match[1][:-1])
    return None if match[1][-1] == expected else Verdict("check_digit", expected)


def check_air_waybill_serial(text: str) -> Verdict | None:
    """Check the serial of an air waybill: seven digits, then their number modulo 7."""
    if refused := _unmatched(_SERIAL, text, "00000000"):
        return refused
    expected = str(int(text[:7]) % 7)
    return None if text[7] == expected else Verdict("check_digit", expected)


def check_air_waybill(text: str) -> Verdict | None:
    """Check a whole air waybill number (IATA): airline prefix and serial, ``020-12345675``."""
    match = _AIR_WAYBILL.match(text)
    if match is None:
        return _unmatched(_AIR_WAYBILL, text, "000-00000000")
    return check_air_waybill_serial(match[2])


@lru_cache(maxsize=8192)
def check_tin(text: str) -> Verdict | None:
    """Check a WCO trader identification number: alpha-2 country, national part, an..17."""
    if refused := _unmatched(_TIN, text, "AA + an..15", plain=False):
        return refused
    return None if is_country(text[:2]) else Verdict("country", "ISO 3166-1 alpha-2")


def check_lei(text: str) -> Verdict | None:
    """Check a legal entity identifier (ISO 17442): 18 characters and two check digits."""
    if refused := _unmatched(_LEI, text, "an18 + n2"):
        return refused
    if lei.is_valid(text):
        return None
    from stdnum.iso7064 import mod_97_10

    return Verdict("check_digit", mod_97_10.calc_check_digits(text[:-2]))


def check_iban(text: str) -> Verdict | None:
    """Check an international bank account number (ISO 13616), written without blanks."""
    if refused := _unmatched(_IBAN, text, "AA00 + an..30"):
        return refused
    if not is_country(text[:2]):
        return Verdict("country", "ISO 3166-1 alpha-2")
    expected = iban.calc_check_digits(text)
    if text[2:4] != expected:
        return Verdict("check_digit", expected)
    return None if iban.is_valid(text, check_country=False) else Verdict("form", f"{text[:2]} IBAN")


def check_mrn(text: str) -> Verdict | None:
    """Check a movement reference number: year, country, up to 13 characters, check digit."""
    if refused := _unmatched(_MRN, text, "00AA + an..13 + n1"):
        return refused
    if not is_country(text[2:4]):
        return Verdict("country", "ISO 3166-1 alpha-2")
    expected = iso6346_digit(text[:-1])
    return None if text[-1] == expected else Verdict("check_digit", expected)


def make_mrn(year: int, country: str, body: str) -> str:
    """Return the MRN of a year, a country and up to 13 characters of our own numbering.

    Args:
        year: the full year; its last two digits are printed.
        country: ISO 3166-1 alpha-2, upper case.
        body: 1 to 13 upper-case letters and digits.

    Raises:
        ValueError: the country does not exist or the body has another form.

    >>> make_mrn(2026, "VN", "0000000012340")
    '26VN00000000123407'
    """
    if not is_country(country):
        raise ValueError(f"{country!r} is not an ISO 3166-1 alpha-2 code")
    if _MRN_BODY.match(body) is None:
        raise ValueError(f"{body!r} is not 1 to 13 upper-case letters and digits")
    start = f"{year % 100:02d}{country}{body}"
    return start + iso6346_digit(start)


def check_ucr(text: str) -> Verdict | None:
    """Check a unique consignment reference: year digit, country, the trader's part, an..35.

    The form is the WCO's after ISO 15459; the trader's part may hold ``( ) / . -``.
    """
    if refused := _unmatched(_UCR, text, "n1 + AA + an..32", plain=False):
        return refused
    return None if is_country(text[1:3]) else Verdict("country", "ISO 3166-1 alpha-2")


def _unmatched(
    pattern: re.Pattern[str], text: str, expected: str, *, plain: bool = True
) -> Verdict | None:
    if pattern.match(text):
        return None
    strange = not text.isascii() or (plain and text != "" and _PLAIN.match(text) is None)
    return Verdict("characters" if strange else "form", expected)
