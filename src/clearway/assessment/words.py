"""The kernel's sentences in a reader's language, remembered: most are said again and again."""

from __future__ import annotations

from functools import lru_cache

from clearway.kernel.texts import language_of, render

Parameters = tuple[tuple[str, str], ...]


def words_of(key: str, parameters: Parameters, language: str) -> tuple[str, str]:
    """Return message and remedy of a rule number or step key, filled in."""
    return _sentences(key, parameters, language_of(language))


def sentence(key: str, parameters: Parameters, language: str) -> str:
    """Return the message of a rule number or step key, filled in."""
    return words_of(key, parameters, language)[0]


@lru_cache(maxsize=8192)
def _sentences(key: str, parameters: Parameters, language: str) -> tuple[str, str]:
    text = render(key, dict(parameters), language)
    return text.message, text.remedy
