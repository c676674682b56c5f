"""The kernel's sentences in five languages, and the one function that fills them in.

A room that speaks keeps one file a language here, ``<room>.<language>.toml``. A table's name is
the public number of a rule or the key of a step of working::

    [CLW3103]
    title = "Gross mass below net mass"
    message = "The gross mass {gross} kg is below the net mass {net} kg."
    remedy = "Correct the gross mass or the net mass."

    ["value.freight"]
    message = "Freight {amount} {currency}, shared by gross mass."

A finding's table has all three sentences, a step's only ``message``. ``{name}`` is replaced by
the parameter of that name, once and plainly: what a trader wrote is never read as a pattern.
The files belong to the package and are read once, when the first text is wanted.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

import msgspec

from clearway.vocabulary.errors import DefectFound

LANGUAGES = ("en", "fr", "zh", "vi", "ar")
FALLBACK_LANGUAGE = "en"
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_FIELDS = frozenset({"title", "message", "remedy"})


class Text(msgspec.Struct, frozen=True):
    """What is shown to a person: a heading, the sentence, and what to do about it."""

    title: str
    message: str
    remedy: str


def language_of(wanted: str) -> str:
    """Return the catalogue language for a wanted one: ``zh-Hans-CN`` is served by ``zh``.

    A language that has no catalogue is answered in English.
    """
    primary = wanted.replace("_", "-").split("-", 1)[0].lower()
    return primary if primary in LANGUAGES else FALLBACK_LANGUAGE


@cache
def rooms() -> tuple[str, ...]:
    """Return the rooms that have catalogues here, in alphabetical order."""
    suffix = f".{FALLBACK_LANGUAGE}.toml"
    names = (entry.name for entry in resources.files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(suffix) for name in names if name.endswith(suffix)))


@cache
def room_catalogue(room: str, language: str) -> Mapping[str, Text]:
    """Return one room's texts in one language.

    Raises:
        DefectFound: the file is missing, is not TOML, or a table holds anything but sentences.
    """
    name = f"{room}.{language}.toml"
    try:
        source = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
        tables = tomllib.loads(source)
    except (OSError, ValueError) as problem:
        raise DefectFound(f"the text catalogue cannot be read: {problem}", where=name) from problem
    texts: dict[str, Text] = {}
    for key, table in tables.items():
        if (
            not isinstance(table, dict)
            or "message" not in table
            or not table.keys() <= _FIELDS
            or not all(isinstance(sentence, str) for sentence in table.values())
        ):
            raise DefectFound(
                "a text needs a message and may have a title and a remedy, each a sentence",
                where=f"{name} [{key}]",
            )
        texts[key] = Text(table.get("title", ""), table["message"], table.get("remedy", ""))
    return texts


@cache
def catalogue(language: str) -> Mapping[str, Text]:
    """Return all rooms' texts in one of ``LANGUAGES``, by rule number or step key.

    Raises:
        DefectFound: two rooms claim one key, or a file cannot be read.
    """
    texts: dict[str, Text] = {}
    for room in rooms():
        for key, text in room_catalogue(room, language).items():
            if key in texts:
                raise DefectFound(f"the text {key} stands twice", where=f"{room}.{language}.toml")
            texts[key] = text
    return texts


def placeholders(text: Text) -> frozenset[str]:
    """Return the names of the parameters that a text takes."""
    return frozenset(_PLACEHOLDER.findall(f"{text.title}\n{text.message}\n{text.remedy}"))


def fill(sentence: str, parameters: Mapping[str, str]) -> str:
    """Put the parameters in their places; a place without a parameter stays visible."""
    return _PLACEHOLDER.sub(lambda match: parameters.get(match[1], match[0]), sentence)


def render(key: str, parameters: Mapping[str, str], language: str) -> Text:
    """Return the text of a rule number or step key, filled in.

    Args:
        key: ``CLW3103`` or ``value.freight``.
        parameters: what fills the places, as text.
        language: a language tag; see ``language_of``.

    A key that no catalogue holds is answered with the key and its parameters as they are: an
    answer that is being explained never fails over a sentence. Tests hold the catalogues whole.
    """
    text = catalogue(language_of(language)).get(key)
    if text is None:
        bare = "; ".join(f"{name} {value}" for name, value in parameters.items())
        return Text(key, f"{key}: {bare}" if bare else key, "")
    return Text(
        fill(text.title, parameters), fill(text.message, parameters), fill(text.remedy, parameters)
    )
