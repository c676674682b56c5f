"""Exact numbers and days from texts as written; what cannot be held exactly is a problem."""

from __future__ import annotations

from datetime import date
from typing import Any

from clearway.kernel.lodgement import Charge
from clearway.messages.problems import SyntaxProblem
from clearway.messages.values import Amount, DateTime, Quantity

_EPOCH = date(1970, 1, 1).toordinal()
_INT64 = 2**63
_POWERS: tuple[int, ...] = tuple(10**n for n in range(12))
_AMOUNT, _MASS = 3, 6
_KILOGRAM = ("KGM", "")
"""Units of a mass: kilograms, said or not."""


def local_day(moment: DateTime | None) -> int | None:
    """Return the calendar day as written, in days since 1970-01-01.

    The day is the local one of the declared offset: an acceptance at 23:59 local time belongs
    to that day, whatever UTC says. ``None`` where it is absent or no day of the calendar.
    """
    if moment is None or len(moment.value) < 8:
        return None
    text = moment.value
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])).toordinal() - _EPOCH
    except ValueError:
        return None


def scaled_text(text: str, decimals: int) -> int | None:
    """Return a written decimal number times ``10**decimals``, exactly.

    ``None`` where it has more decimals than that.

    >>> scaled_text("1000.50", 3), scaled_text("0.0001", 3)
    (1000500, None)
    """
    whole, point, fraction = text.partition(".")
    if not point:
        return int(text) * _POWERS[decimals]
    spare = decimals - len(fraction)
    if spare < 0:
        if fraction[decimals:].strip("0"):
            return None
        return int(whole + fraction[:decimals])
    return int(whole + fraction) * _POWERS[spare]


class ExactNumbers:
    """Scales the numbers of one declaration and keeps the problems with them."""

    def __init__(self) -> None:
        self.problems: list[SyntaxProblem] = []

    def number(self, text: str, decimals: int, here: str, tag: str) -> int | None:
        """Scale a number; report one that the scale or 64 bits cannot hold.

        The pointer is ``here`` and ``tag`` joined, which is done only where there is a problem.
        """
        try:
            value = scaled_text(text, decimals)
        except ValueError:
            value = None
        if value is None:
            parameters = (("value", text), ("decimals", str(decimals)))
            self.problems.append(SyntaxProblem("CLW1060", here + tag, 0, parameters))
            return None
        if not -_INT64 <= value < _INT64:
            self.problems.append(SyntaxProblem("CLW1061", here + tag, 0, (("value", text),)))
            return None
        return value

    def amount(self, amount: Amount | None, here: str, tag: str) -> tuple[int | None, str]:
        """Return an amount in thousandths of its currency, and the currency."""
        if amount is None:
            return None, ""
        return self.number(amount.value, _AMOUNT, here, tag), amount.currency

    def quantity(self, quantity: Quantity | None, here: str, tag: str) -> int | None:
        """Return a quantity in millionths of its unit."""
        return None if quantity is None else self.number(quantity.value, _MASS, here, tag)

    def mass(self, mass: Quantity | None, here: str, tag: str) -> int | None:
        """Return a mass in millionths of a kilogram; one in another unit is told and left out."""
        if mass is not None and mass.unit not in _KILOGRAM:
            parameters = (("unit", mass.unit),)
            self.problems.append(SyntaxProblem("CLW1062", here + tag, 0, parameters))
            return None
        return self.quantity(mass, here, tag)

    def whole(self, quantity: Quantity | None, here: str, tag: str) -> int | None:
        """Return a count."""
        return None if quantity is None else self.number(quantity.value, 0, here, tag)

    def charges(self, entries: Any, pointer: str) -> tuple[Charge, ...]:
        """Return the additions and deductions; one whose amount cannot be read is left out."""
        rows = []
        for number, entry in enumerate(entries, 1):
            where = f"{pointer}/58B[{number}]"
            amount, currency = self.amount(entry.other_charge_deduction_amount, where, ":181")
            if amount is not None:
                rows.append(Charge(entry.charges_type_code or "", amount, currency))
        return tuple(rows)
