"""The pages' own words in five languages: for each a folder of TOML files, the same keys in all.

A word is a text, or a table of its forms by CLDR plural category where a count stands in it::

    waiting = { one = "{count} declaration waits", other = "{count} declarations wait" }
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from clearway.kernel.texts import LANGUAGES
from clearway.vocabulary.errors import DefectFound

__all__ = ["LANGUAGES", "OWN_NAMES", "RIGHT_TO_LEFT", "words"]

OWN_NAMES = {
    "en": "English",
    "fr": "Français",
    "zh": "中文",
    "vi": "Tiếng Việt",
    "ar": "العربية",
}
RIGHT_TO_LEFT = frozenset({"ar"})


@cache
def words(language: str) -> Mapping[str, Any]:
    """Return the words of one of ``LANGUAGES``.

    Raises:
        DefectFound: two files have the same key.
    """
    found: dict[str, Any] = {}
    for file in resources.files(__package__).joinpath(language).iterdir():
        if not file.name.endswith(".toml"):
            continue
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        twice = found.keys() & told.keys()
        if twice:
            raise DefectFound(f"these words stand twice: {sorted(twice)}", where=file.name)
        found |= told
    return found
