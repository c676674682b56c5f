"""Steps of working as sentences: amounts in the reader's way of writing, items gathered.

The kernel's parameters are plain text (``44107.18``, ``5836/625``), because they are data that
must be equal everywhere. Only here, for a reader, do they become ``44,107.18`` and ``9.3376``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from babel.numbers import format_decimal

from clearway.cli.words import words
from clearway.kernel.decisions import Step
from clearway.kernel.texts import render

_AMOUNT = re.compile(r"-?\d+(?:\.\d+)?")
_QUOTIENT = re.compile(r"(-?\d+)/([1-9]\d*)")
_AMOUNTS = frozenset({"amount", "whole", "value"})
_QUOTIENTS = frozenset({"duty_factor", "tax_factor", "factor"})
_OPEN_START = "1970-01-01"  # a measure without a first day begins here


def sentences(
    steps: Iterable[Step], language: str, names: Mapping[str, str] | None = None
) -> list[str]:
    """Return the sentences of steps; those that differ in the item alone become one.

    ``names`` are written beside the codes of profiles and rules that the steps speak of.
    """
    gathered: dict[tuple[str, tuple[tuple[str, str], ...]], list[int]] = {}
    for step in steps:
        items = [int(text) for name, text in step.parameters if name == "item"]
        rest = tuple((name, text) for name, text in step.parameters if name != "item")
        gathered.setdefault((step.key, rest), []).extend(items)
    found = []
    for (key, rest), items in gathered.items():
        parameters = {name: written(key, name, text, language) for name, text in rest}
        for name in ("profile", "rule"):
            known = (names or {}).get(parameters.get(name, ""))
            if known:
                parameters[name] = f"{parameters[name]} ({known})"
        if items:
            parameters["item"] = ranges(items)
        found.append(render(key, parameters, language).message)
    return found


def written(key: str, name: str, text: str, language: str) -> str:
    """Return one parameter as the reader writes it; codes and dates stay as they are."""
    if key.startswith("tariff.chosen") and name == "date" and text == _OPEN_START:
        return words(language)["open_start"]
    if name in _AMOUNTS:
        plain = text.removesuffix("…")
        if _AMOUNT.fullmatch(plain):
            return _decimal(Decimal(plain), language) + text[len(plain) :]
    if name in _QUOTIENTS or (key == "value.rate" and name == "rate"):
        return _quotient(text, language)
    return text


def ranges(numbers: Iterable[int]) -> str:
    """Return item numbers as people write them: ``1-4, 7``."""
    parts: list[list[int]] = []
    for number in sorted(set(numbers)):
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in parts)


def _decimal(value: Decimal, language: str) -> str:
    places = max(0, -int(value.as_tuple().exponent))
    pattern = "#,##0." + "0" * places if places else "#,##0"
    return str(format_decimal(value, format=pattern, locale=language, decimal_quantization=False))


def _quotient(text: str, language: str) -> str:
    """Return a quotient that ends as a decimal, any other as it is."""
    found = _QUOTIENT.fullmatch(text)
    if found is None:
        return _decimal(Decimal(text), language) if _AMOUNT.fullmatch(text) else text
    value = Fraction(int(found[1]), int(found[2]))
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return text
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    return _decimal(Decimal(int(value * 10**places)).scaleb(-places), language)
