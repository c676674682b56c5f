"""Windows of the year: ``(01 JAN-14 FEB, 16 JUN-31 DEC)``, over the new year included."""

from __future__ import annotations

from clearway.packs.rates.tokens import Sort, Token

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LAST_DAY = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

Window = tuple[int, int]
"""First and last day as month * 100 + day, both inclusive."""


def month_number(word: str) -> int | None:
    """Return 1 to 12 for ``jan`` or ``june``, None for another word."""
    return MONTHS.index(word[:3]) + 1 if word[:3] in MONTHS and word.isalpha() else None


def read_windows(tokens: list[Token], start: int) -> tuple[list[Window], int] | None:
    """Read a parenthesis of windows at ``tokens[start]``.

    Returns:
        The windows and the position after the closing parenthesis, or None where what stands
        there is no list of windows.
    """
    windows: list[Window] = []
    position = start + 1
    while True:
        first, position = _day(tokens, position)
        if tokens[position].text != "-":
            return None
        last, position = _day(tokens, position + 1)
        if last is None or first is None:
            return None
        month = first[0] or last[0]  # "01-31 DEC" names its month once
        if month is None or last[0] is None or not _real(month, first[1]):
            return None
        if not _real(last[0], last[1]):
            return None
        windows.append((month * 100 + first[1], last[0] * 100 + last[1]))
        if tokens[position].text == ")":
            return windows, position + 1
        if tokens[position].text != ",":
            return None
        position += 1


def _day(tokens: list[Token], position: int) -> tuple[tuple[int | None, int] | None, int]:
    token = tokens[position]
    if token.sort is not Sort.NUMBER or not token.text.isdigit():
        return None, position
    following = tokens[position + 1]
    month = month_number(following.text) if following.sort is Sort.WORD else None
    return (month, int(token.text)), position + (1 if month is None else 2)


def _real(month: int, day: int) -> bool:
    return 1 <= day <= _LAST_DAY[month - 1]


def remaining(windows: list[Window]) -> list[Window]:
    """Return the windows that cover the days of the year which the given ones leave over."""
    covered = [False] * 367
    for first, last in windows:
        start, end = _ordinal(first), _ordinal(last)
        days = range(start, end + 1) if start <= end else (*range(start, 367), *range(1, end + 1))
        for day in days:
            covered[day] = True
    free = [day for day in range(1, 367) if not covered[day]]
    found: list[Window] = []
    for day in free:
        if found and found[-1][1] == day - 1:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return [(_from_ordinal(first), _from_ordinal(last)) for first, last in found]


def _ordinal(day: int) -> int:
    return sum(_LAST_DAY[: day // 100 - 1]) + day % 100


def _from_ordinal(ordinal: int) -> int:
    for month, length in enumerate(_LAST_DAY, start=1):
        if ordinal <= length:
            return month * 100 + ordinal
        ordinal -= length
    raise ValueError(ordinal)
