"""Why an act was refused, in the reader's language.

A room refuses with an English sentence of its own (``StateForbids("The request is granted
already.")``), which the log, the API and a returned file keep as it is. A page looks that sentence
up in ``words/refusals``, where each stands beside its translation, ``{}`` for what was filled in::

    "The request is {} already." = "La demande est déjà à l’état « {0:request_state} »."

A place may name the words by which pages call what is in it. So a sentence is translated also long
after it was written, and no room knows of languages; a test asks that each has its translation.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

from babel.lists import format_list
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clearway.vocabulary.errors import ClearwayError
from clearway.web import words as its_words
from clearway.web.words import words

_END_OF_SENTENCE = re.compile(r"(?<=[.?!]) ")


def why(refused: ClearwayError, language: str) -> SafeString:
    """Return what was refused and what to do, marked as English where it has no translation."""
    return in_language(f"{refused.what} {refused.remedy}".strip(), language)


def in_language(text: str, language: str) -> SafeString:
    """Return sentences of a refusal for a page.

    Args:
        text: one or more English sentences.
        language: the reader's, one of ``LANGUAGES``.
    """
    if language == "en" or not text:
        return format_html("{}", text)
    told = translated(text, language)
    if told is None:
        return format_html('<span lang="en" dir="ltr">{}</span>', text)
    return format_html("{}", told)


def translated(text: str, language: str) -> str | None:
    """Return sentences in a language other than English; None if one of them is unknown.

    >>> translated("Nothing can be done here any more.", "fr") is None
    False
    """
    whole = _sentence(text, language)
    if whole is not None:
        return whole
    for end in _END_OF_SENTENCE.finditer(text):
        first = _sentence(text[: end.start()], language)
        if first is not None:
            rest = translated(text[end.end() :], language)
            return None if rest is None else f"{first} {rest}"
    return None


def known(language: str) -> dict[str, str]:
    """Return the translation of each sentence; ``{}`` in the one is ``{0}`` in the other."""
    file = resources.files(its_words).joinpath("refusals", f"{language}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _sentence(text: str, language: str) -> str | None:
    for pattern, translation in _patterns(language):
        if found := pattern.fullmatch(text):
            return _Filled(language).vformat(translation, found.groups(), {})
    return None


@cache
def _patterns(language: str) -> Sequence[tuple[re.Pattern[str], str]]:
    """Return how each sentence is recognised; those that say most of themselves first."""
    each = sorted(known(language).items(), key=lambda one: -len(one[0].replace("{}", "")))
    return [
        (re.compile("(.+?)".join(map(re.escape, key.split("{}"))), re.DOTALL), value)
        for key, value in each
    ]


class _Filled(string.Formatter):
    """Fills the places of a translation: ``{0}`` as it came, ``{0:state}`` by the pages' words."""

    def __init__(self, language: str) -> None:
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return what stands in a place."""
        if not format_spec:
            return str(value)
        if format_spec == "sentences":
            parts = [_sentence(one, self._language) or one for one in str(value).split("; that ")]
            return format_list(parts, "standard", self._language)
        return format_list(
            [self._named(one, format_spec) for one in str(value).split(", ")], "or", self._language
        )

    def _named(self, value: str, kind: str) -> str:
        return str(words(self._language).get(f"{kind}_{value.replace(' ', '_')}", value))
