"""The words of a rate: numbers, signs, currencies and lower-case words, markup removed."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple


class Sort(StrEnum):
    """What a token is."""

    NUMBER = "number"
    SIGN = "sign"  # + - / % ( ) ,
    CURRENCY = "currency"
    REFERENCE = "reference"  # the canonical form REF(...)
    WORD = "word"  # lower case; unit codes keep their capitals in ``raw``
    OTHER = "other"
    END = "end"


class Token(NamedTuple):
    """One token; ``text`` is normalised, ``raw`` as printed."""

    sort: Sort
    text: str
    raw: str


_CURRENCY_SIGNS = {"€": "EUR", "£": "GBP", "$": "$", "¢": "¢"}
_CURRENCY_CODE = re.compile(r"[A-Z]{3}")
_NOT_CURRENCIES = frozenset({"MIN", "MAX", "AND", "THE", "PER", "NET", "FOR", "EDA", "MAS", "SEE"})
_MONTHS = frozenset(
    ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
)
_TAG = re.compile(r"</?\s*[a-zA-Z][^<>]*>")
_TOKEN = re.compile(
    r"REF\((?P<reference>[^()]*)\)"
    r"|(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+\.\d+|\d+|\.\d+)"
    r"|(?P<unit>[A-Z]{3}\.[A-Za-z][A-Za-z0-9_.]*)"
    r"|(?P<word>[^\W\d_]+[23]?(?!\d))"
    r"|(?P<sign>[-+/%(),])"
    r"|(?P<dot>\.)"
    r"|(?P<other>\S)"
)


def plain_text(text: str) -> str:
    r"""Return the text without markup, odd spaces, superscripts and line-end hyphens.

    >>> plain_text("18.7¢/m<sup>2</sup>  of\u00a0surface")
    '18.7¢/m2 of surface'
    """
    text = _TAG.sub("", text).replace("²", "2").replace("³", "3")
    text = re.sub(r"([^\W\d_])-\s+([^\W\d_])", r"\1\2", text)  # "appli- cable"
    return " ".join(text.split())


def tokenise(text: str) -> list[Token]:
    """Return the tokens of a plain text, closed by one END token."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        raw = match.group()
        kind = match.lastgroup
        if kind == "reference":
            tokens.append(Token(Sort.REFERENCE, match.group("reference").strip(), raw))
        elif kind == "number":
            tokens.append(Token(Sort.NUMBER, raw.replace(",", ""), raw))
        elif kind == "sign":
            tokens.append(Token(Sort.SIGN, raw, raw))
        elif kind == "unit":
            tokens.append(Token(Sort.WORD, raw, raw))
        elif kind == "word":
            tokens.append(_word(raw, tokens))
        elif kind == "other" and raw in _CURRENCY_SIGNS:
            tokens.append(Token(Sort.CURRENCY, _CURRENCY_SIGNS[raw], raw))
        elif kind == "other":
            tokens.append(Token(Sort.OTHER, raw, raw))
        # a dot after a word ("doz.", "pf. liter") carries no meaning
    tokens.append(Token(Sort.END, "", ""))
    return tokens


def _word(raw: str, before: list[Token]) -> Token:
    """A word; three capitals right after a number are a currency, unless they are a month."""
    after_number = bool(before) and before[-1].sort is Sort.NUMBER
    if (
        after_number
        and _CURRENCY_CODE.fullmatch(raw)
        and raw not in _NOT_CURRENCIES
        and raw not in _MONTHS
        and raw not in UNIT_LIKE
    ):
        return Token(Sort.CURRENCY, raw, raw)
    return Token(Sort.WORD, raw if raw in UNIT_LIKE else raw.lower(), raw)


UNIT_LIKE = frozenset(
    (
        "KGM", "GRM", "TNE", "LTR", "HLT", "MTR", "MTK", "MTQ", "NAR", "HEA", "DZN", "NPR", "GRO",
        "BLL", "CTM", "MIL", "LPA", "PFL", "ASV",
    )
)  # fmt: skip
"""Three-letter unit codes (UN/ECE Recommendation 20 and its kin), which are no currencies."""
