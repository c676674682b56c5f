"""The pages' own words in five languages: one flat TOML file a language, same keys."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from clearway.kernel.texts import LANGUAGES

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
def words(language: str) -> Mapping[str, str]:
    """Return the words of one of ``LANGUAGES``."""
    source = resources.files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    found: Mapping[str, str] = tomllib.loads(source)
    return found
