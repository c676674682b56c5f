"""The grammar of printed rates, by recursive descent.

::

    rate     = reference | season { "," season }
    season   = bounded [ "(" window { "," window } ")" ]
    bounded  = sum { ("MIN" | "MAX" | "but not less than") sum }
    sum      = term { ("+" | "less" | "minus") term }
    term     = "free" | "entry price" | table | share | amount
    share    = number ("%" | "percent") [ "on" part ]
    amount   = number currency ( "each" | ("/" | "per") [ number ] unit )
    table    = "EA" | "ADSZ" | "ADFM"
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache, lru_cache
from itertools import pairwise

import msgspec
import pycountry

from clearway.kernel.measures import Component, Kind, Operation, RateExpression
from clearway.packs.rates.references import read_reference
from clearway.packs.rates.seasons import Window, read_windows, remaining
from clearway.packs.rates.tokens import Sort, Token, plain_text, tokenise
from clearway.packs.rates.units import unit_code, value_part
from clearway.vocabulary.money import INT64_MAX, QUANTITY_SCALE, RATE_SCALE

LONGEST = 1_000
"""Characters; no tariff prints a longer rate, and a longer text is not worth reading."""

_DOLLARS = frozenset({"USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "BND", "FJD", "XCD"})
_TABLES = {"ea": "table:EA", "adsz": "table:ADSZ", "adfm": "table:ADFM"}
_PHRASE_ENDS = frozenset({"+", "-", ")", "min", "max", "less", "but", "minus", "plus", "ea"})


class _NotUnderstood(Exception):
    """Carries the reason; never leaves this module."""


@cache
def _is_currency(code: str) -> bool:
    return pycountry.currencies.get(alpha_3=code) is not None


@lru_cache(maxsize=4096)
def parse_rate(text: str, default_currency: str = "") -> RateExpression:
    """Read one printed rate.

    Args:
        text: the rate as the tariff prints it; markup and odd spaces are tolerated.
        default_currency: the tariff's currency, which decides what ``$`` and ``¢`` mean; US
            dollars where it is empty.

    Returns:
        The expression. A text that is not understood has one UNSUPPORTED component and a
        ``reason``; this function never raises and never takes a missing rate for zero.

    >>> parse_rate("10.00% + 77.00 GBP/100kg").components[1].unit
    'KGM'
    """
    plain = plain_text(text)
    try:
        components = _rate(plain, default_currency)
    except _NotUnderstood as problem:
        shown = plain[:LONGEST] or "(empty)"
        return RateExpression(shown, (Component(Kind.UNSUPPORTED),), str(problem))
    return RateExpression(plain, components)


def _rate(plain: str, currency: str) -> tuple[Component, ...]:
    if not plain:
        raise _NotUnderstood("the rate is empty")
    if len(plain) > LONGEST:
        raise _NotUnderstood(f"the rate is longer than {LONGEST} characters")
    if plain.lower() == "no additional duty":
        return (Component(Kind.FREE),)
    reference = read_reference(plain.lower())
    if reference is None:
        return _Parser(plain, currency).rate()
    found = Component(Kind.REFERENCE, unit=reference.target)
    if reference.free:
        return Component(Kind.FREE), found
    return (found, *_Parser(reference.rest, currency).continued()) if reference.rest else (found,)


class _Parser:
    def __init__(self, text: str, currency: str) -> None:
        self.tokens: list[Token] = tokenise(text)
        self.position = 0
        self.currency = currency

    @property
    def here(self) -> Token:
        return self.tokens[self.position]

    def _accept(self, *words: str) -> bool:
        """Step over the words if they all stand here."""
        ahead = self.tokens[self.position : self.position + len(words)]
        if tuple(token.text for token in ahead) != words:
            return False
        self.position += len(words)
        return True

    def _end(self) -> None:
        if self.here.sort is not Sort.END:
            raise _NotUnderstood(f"'{self.here.raw}' is not expected here")

    def rate(self) -> tuple[Component, ...]:
        seasons: list[tuple[list[Component], list[Window]]] = []
        while True:
            components = self._bounded()
            windows: list[Window] = []
            if self.here.text == "(":
                read = read_windows(self.tokens, self.position)
                if read is None:
                    raise _NotUnderstood("the parenthesis is not a season")
                windows, self.position = read
            seasons.append((components, windows))
            if not self._accept(","):
                break
        self._end()
        return _joined(seasons)

    def continued(self) -> tuple[Component, ...]:
        """Read ``+ 25%`` or ``minus 0.5%`` after a reference."""
        components = [self._next_of_sum()]
        while self.here.sort is not Sort.END:
            components.append(self._next_of_sum())
        return tuple(components)

    def _bounded(self) -> list[Component]:
        components = self._sum(Operation.SUM, Operation.SUM)
        while True:
            if self._accept("but", "not", "less"):
                self._accept("than")
                bound = Operation.MINIMUM
            elif self._accept("min"):
                bound = Operation.MINIMUM
            elif self._accept("max"):
                bound = Operation.MAXIMUM
            else:
                return components
            components += self._sum(bound, Operation.SUM_TO_BOUND)

    def _sum(self, first: Operation, following: Operation) -> list[Component]:
        components = [self._term(first)]
        while True:
            if self._accept("+"):
                components.append(self._term(following))
            elif self.here.text in {"less", "minus"} and following is Operation.SUM:
                components.append(self._next_of_sum())
            else:
                return components

    def _next_of_sum(self) -> Component:
        if self._accept("+"):
            return self._term(Operation.SUM)
        if self._accept("less") or self._accept("minus"):
            return self._term(Operation.DIFFERENCE)
        raise _NotUnderstood(f"'{self.here.raw}' is not expected here")

    def _term(self, operation: Operation) -> Component:
        token = self.here
        if self._accept("free"):
            return Component(Kind.FREE, operation=operation)
        if self._accept("entry", "price"):
            return Component(Kind.ENTRY_PRICE, operation=operation)
        if token.sort is Sort.REFERENCE or token.text in _TABLES:
            self.position += 1
            target = _TABLES.get(token.text, token.text)
            return Component(Kind.REFERENCE, operation=operation, unit=target)
        if token.sort is Sort.CURRENCY and self.tokens[self.position + 1].sort is Sort.NUMBER:
            self.position += 1  # "$1.646/kg": the sign stands before its number
            number = self._number()
            self.position -= 1
            self.tokens[self.position] = token
            return self._amount(number, operation)
        if token.sort is not Sort.NUMBER:
            raise _NotUnderstood(f"a rate should stand where '{token.raw or 'the end'}' stands")
        number = self._number()
        if self._accept("%") or self._accept("percent") or self._accept("per", "cent"):
            return self._share(number / 100, operation)
        return self._amount(number, operation)

    def _number(self) -> Fraction:
        number = Fraction(self.here.text)
        self.position += 1
        ahead = self.tokens[self.position : self.position + 3]
        if [token.sort for token in ahead] == [Sort.NUMBER, Sort.SIGN, Sort.NUMBER]:
            over, sign, under = (token.text for token in ahead)
            if sign == "/" and over.isdigit() and under.isdigit() and int(under):  # 12 1/2
                self.position += 3
                number += Fraction(int(over), int(under))
        return number

    def _share(self, rate: Fraction, operation: Operation) -> Component:
        phrase = self._phrase() if self.here.text in {"on", "of"} else ""
        part = value_part(phrase) if phrase else ""
        if part is None:
            raise _NotUnderstood(f"the value '{phrase}' is not known")
        scaled = _scaled(rate, RATE_SCALE)
        if part:  # so much per unit of the part's own value, which must be declared
            currency = self._own_currency()
            return Component(Kind.SPECIFIC, scaled, operation, currency=currency, unit=part)
        return Component(Kind.AD_VALOREM, scaled, operation)

    def _amount(self, number: Fraction, operation: Operation) -> Component:
        sign = self.here
        if sign.sort is not Sort.CURRENCY:
            raise _NotUnderstood("a number stands without % or currency")
        self.position += 1
        currency = self._currency(sign)
        rate = number / 100 if sign.text == "¢" else number
        count = Fraction(1)
        if self.here.text in {"each", "on"} and self.here.sort is Sort.WORD:
            phrase = self._phrase()
        elif self._accept("/") or self._accept("per"):
            if self.here.sort is Sort.NUMBER:
                count = Fraction(self.here.text)
                self.position += 1
            phrase = self._phrase()
            if not phrase and count != 1:
                phrase = "items"  # "89.6¢/1000"
        else:
            raise _NotUnderstood("an amount stands without the unit it is counted by")
        unit = unit_code(phrase)
        if unit is None:
            raise _NotUnderstood(f"the unit '{phrase}' is not known")
        if not count:
            raise _NotUnderstood("an amount per zero units")
        # 0.0622005 cents per kg has nine decimals of a dollar: exact as so much per 10 kg.
        factor = (rate * RATE_SCALE).denominator
        return Component(
            Kind.SPECIFIC,
            _scaled(rate * factor, RATE_SCALE),
            operation,
            currency=currency,
            unit=unit,
            unit_count=_scaled(count * factor, QUANTITY_SCALE),
        )

    def _currency(self, sign: Token) -> str:
        if sign.text in {"$", "¢"}:
            return self._own_currency()
        if sign.text != self.currency and not _is_currency(sign.text):
            raise _NotUnderstood(f"the currency '{sign.text}' is not known")
        return sign.text

    def _own_currency(self) -> str:
        if not self.currency:
            return "USD"
        if self.here.text != "%" and self.currency not in _DOLLARS and self._signs():
            raise _NotUnderstood(f"$ and ¢ do not say which dollar in a tariff in {self.currency}")
        return self.currency

    def _signs(self) -> bool:
        return any(token.text in {"$", "¢"} for token in self.tokens)

    def _phrase(self) -> str:
        """Take the words of a unit or of a part: up to the next sign that cannot be theirs."""
        words: list[str] = []
        while True:
            token, following = self.here, self.tokens[min(self.position + 1, len(self.tokens) - 1)]
            if token.sort is Sort.NUMBER:
                if not words or words[-1] not in {"over", "under"}:
                    break
            elif token.text == ",":
                if following.text not in {"including", "band", "if"}:
                    break
                if following.text == "band":
                    words[-1:] = [words[-1] + "," if words else ","]
                    self.position += 1
                    continue
                if following.text == "if" and words:
                    words[-1] += ","
                    self.position += 1
                    continue
            elif token.text == "(":
                if not self._fractions_in_proportion():
                    break
                continue
            elif token.sort not in {Sort.WORD, Sort.SIGN} or token.text in _PHRASE_ENDS:
                break
            words.append(token.text)
            self.position += 1
        return " ".join(words)

    def _fractions_in_proportion(self) -> bool:
        return self._accept(
            "(", *["and", "fractions", "of", "a", "degree", "in", "proportion"], ")"
        )


def _scaled(value: Fraction, scale: int) -> int:
    result = value * scale
    if result.denominator != 1:
        raise _NotUnderstood("the rate has more than eight decimals and would have to be rounded")
    if result.numerator > INT64_MAX:
        raise _NotUnderstood("the rate is too large")
    return result.numerator


def _joined(seasons: list[tuple[list[Component], list[Window]]]) -> tuple[Component, ...]:
    """Repeat each season's expression for each of its windows.

    One expression without a window beside seasonal ones holds for the rest of the year.
    """
    if len(seasons) == 1 and not seasons[0][1]:
        return tuple(seasons[0][0])
    given = [window for _, windows in seasons for window in windows]
    without = sum(not windows for _, windows in seasons)
    if without > 1 or not given:
        raise _NotUnderstood("several rates stand side by side without a season")
    rest = remaining(given)
    if without and not rest:
        raise _NotUnderstood("a rate without a season has no day of the year left")
    if _overlap(given):
        raise _NotUnderstood("the seasons overlap")
    return tuple(
        msgspec.structs.replace(component, season_from=first, season_to=last)
        for components, windows in seasons
        for first, last in (windows or rest)
        for component in components
    )


def _overlap(windows: list[Window]) -> bool:
    parts: list[Window] = []
    for first, last in windows:
        parts += [(first, last)] if first <= last else [(first, 1231), (101, last)]
    parts.sort()
    return any(later[0] <= earlier[1] for earlier, later in pairwise(parts))
