"""The live border's own labels in five languages: one flat TOML file a language, same keys."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def words(language: str) -> Mapping[str, str]:
    """Return the labels of one of ``kernel.texts.LANGUAGES``."""
    source = resources.files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    labels: Mapping[str, str] = tomllib.loads(source)
    return labels
