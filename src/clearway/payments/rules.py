"""Pure rules: numbers of notices, days on which something is due, interest, reductions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from stdnum import iban, iso11649
from stdnum.iso7064 import mod_97_10

from clearway.kernel.reference import WorkingCalendar
from clearway.vocabulary.dates import days_of
from clearway.vocabulary.money import Rounding, divide, round_fraction

_NOTICE: Final = re.compile(r"(?<![0-9A-Z])TN([0-9]{8,18})(?![0-9])")
_STATEMENT: Final = re.compile(r"(?<![0-9A-Z])ST([0-9]{8,18})(?![0-9])")
_CREDITOR: Final = re.compile(r"RF[0-9]{2}(?:TN|ST)[0-9]{8,18}(?![0-9])")
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{8,30}\Z")
_SECURITY: Final = re.compile(r"(?<![0-9A-Z])VD([0-9]{8,18})(?![0-9])")
_LARGEST: Final = 2**63 - 1
_NAMED: Final = {"TN": "notice", "ST": "statement", "VD": "security"}


def notice_number(row: int) -> str:
    """Return the number of a notice, which its payer quotes.

    >>> notice_number(17)
    'TN00000017'
    """
    return f"TN{row:08d}"


def statement_number(row: int) -> str:
    """Return the number of a deferred account's statement.

    >>> statement_number(3)
    'ST00000003'
    """
    return f"ST{row:08d}"


def security_number(subject: str) -> str:
    """Return the number that who deposits a security quotes, by what it depends on.

    >>> security_number("value_doubt:7")
    'VD00000007'
    """
    return f"VD{int(subject.rpartition(':')[2]):08d}"


def creditor_reference(number: str) -> str:
    """Return a number as a creditor reference (ISO 11649), which banks check.

    >>> creditor_reference("TN00000017")
    'RF20TN00000017'
    """
    return f"RF{mod_97_10.calc_check_digits(number + 'RF')}{number}"


def quoted(told: str) -> tuple[str, int] | None:
    """Return what a payer's words refer to: ``notice`` or ``statement`` and its row.

    Or ``security`` and the number of the doubt about a value that it depends on.

    A creditor reference is believed only if its check digits are right; a bare number is taken as
    it stands. Words that name two different things name none.

    >>> quoted("Duties TN00000017, thank you"), quoted("rf20 tn00 0000 17"), quoted("hello")
    (('notice', 17), ('notice', 17), None)
    """
    text = told.upper()
    tight = re.sub(r"[^0-9A-Z]", "", text)
    found = set()
    for creditor in _CREDITOR.findall(tight):
        if not iso11649.is_valid(creditor):
            return None
        found.add((creditor[4:6], int(creditor[6:])))
    if not found:
        found |= {("TN", int(one)) for one in _NOTICE.findall(text)}
        found |= {("ST", int(one)) for one in _STATEMENT.findall(text)}
        found |= {("VD", int(one)) for one in _SECURITY.findall(text)}
    if len(found) != 1:
        return None
    letters, row = found.pop()
    return None if row > _LARGEST else (_NAMED[letters], row)


def iban_is_wrong(text: str) -> bool:
    """Tell whether an account number cannot be right: its form, or its check digits (mod 97).

    Whether a bank has it only the bank knows; countries that no register lists may have one.

    >>> iban_is_wrong("GB25CITI08320011963155"), iban_is_wrong("GB26CITI08320011963155")
    (False, True)
    """
    return not _IBAN.match(text) or iban.calc_check_digits(text) != text[2:4]


def working_day(day: date, calendar: WorkingCalendar) -> date:
    """Return a day, or the first working day after it where the offices do not work on it."""
    for _ in range(366):
        if calendar.is_working_day(days_of(day)):
            return day
        day += timedelta(days=1)
    return day


def interest(amount: int, rate: str, days: int) -> int:
    """Return interest in minor units: amount × daily rate × days, half up (card C18).

    Args:
        amount: minor units.
        rate: per day, as a fraction (``3/10000``) or a percentage (``0.03 %``).
        days: whole days.

    >>> interest(59_420_625, "0.03 %", 90)
    1604357
    """
    return round_fraction(amount * fraction(rate) * max(days, 0), Rounding.NEAREST)


def fraction(text: str) -> Fraction:
    """Return a rate as it is written in a pack: a fraction or a percentage.

    >>> fraction("0.03 %"), fraction("1/3")
    (Fraction(3, 10000), Fraction(1, 3))

    Raises:
        ValueError: it is neither.
    """
    text = text.strip()
    if text.endswith("%"):
        return Fraction(text[:-1].strip()) / 100
    return Fraction(text)


def shares(text: str) -> Mapping[str, int]:
    """Return how many per cent of a debt a guarantee must hold, by type of authorisation.

    >>> shares("AEOC=30;AEOF=0")
    {'AEOC': 30, 'AEOF': 0}
    """
    pairs = (one.split("=") for one in text.split(";") if "=" in one)
    return {name.strip(): min(100, int(share)) for name, share in pairs}


def held_amount(liability: int, share: int) -> int:
    """Return what a guarantee holds for a debt, in minor units, in favour of customs.

    >>> held_amount(226_878_750, 30), held_amount(5, 0)
    (68063625, 0)
    """
    return divide(liability * share, 100, Rounding.UP)
