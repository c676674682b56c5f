"""The trader's glossary: the words of the single window, by topic, each with an address."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clearway.web.language import language_for


class Term(NamedTuple):
    """A term: the name of its address, what it is called, and what it means."""

    key: str
    name: str
    text: str


class Topic(NamedTuple):
    """Terms that belong together."""

    key: str
    name: str
    terms: Sequence[Term]


@cache
def topics(language: str) -> Sequence[Topic]:
    """Return the glossary of a language in its order."""
    file = resources.files("clearway.web.helping.terms").joinpath(f"{language}.toml")
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    return [
        Topic(key, table["topic"], [Term(name, **said) for name, said in table["term"].items()])
        for key, table in told.items()
    ]


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """Show the glossary."""
    return render(request, "web/helping/glossary.html", {"topics": topics(language_for(request))})
