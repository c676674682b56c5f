"""Legal bases in the reader's language: the lists of rules cite briefly and in English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_ONE = r"(?:[0-9A-Z](?:[\w.]*\w)?(?:\([0-9a-z]+\))?|[a-z]+\.\w+|n\.\.\d+(?:,\d)?)"
_NUMBER = rf"(?:\s+({_ONE}(?:(?:, | and | to ){_ONE})*))?"
_BETWEEN = (" and ", " to ")


def cite(basis: str, phrases: Mapping[str, str]) -> Sequence[str]:
    """Return each instrument of a legal basis as readers of a language know it.

    Args:
        basis: instruments with semicolons between: ``RKC General Annex standard 3.11; WCO 063``.
        phrases: by the brief form; ``#`` in one is the place of the number that follows.

    >>> phrases = {"HS Convention, Article": "Công ước HS, Điều", "WCO": "OMD", " and ": " và "}
    >>> cite("HS Convention, Article 3 and 4; WCO 063", phrases)
    ['Công ước HS, Điều 3 và 4', 'OMD 063']
    """
    known = sorted((key for key in phrases if key not in _BETWEEN), key=len, reverse=True)
    bounded = [
        f"{'(?<![A-Za-z/])' if key[0].isalpha() else ''}{re.escape(key)}"
        f"{'(?![A-Za-z])' if key[-1].isalpha() else ''}"
        for key in known
    ]
    pattern = re.compile(f"({'|'.join(bounded)}){_NUMBER}")

    def say(match: re.Match[str]) -> str:
        phrase, number = phrases[match[1]], match[2] or ""
        for word in _BETWEEN:
            number = number.replace(word, phrases.get(word, word))
        if "#" in phrase:
            return phrase.replace("#", f" {number} " if number.isascii() else number)
        return f"{phrase} {number}" if number else phrase

    return [pattern.sub(say, one) for one in basis.split("; ") if one]
