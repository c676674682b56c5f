"""Forms of reports as they are shown: each field with its words, and with what is wrong beside it.

What was typed is shown again as it was typed; nothing is lost over a mistake elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.http import QueryDict

from clearway.web.cargo.reading import CONTAINER, Field
from clearway.web.cargo.telling import Fault, label_of
from clearway.web.words import words

MOST_CONTAINERS = 300
"""As many as a form holds; a document with more comes as a table or a message."""


class Shown(NamedTuple):
    """A field as it is shown. ``choices`` are (value, words)."""

    id: str
    name: str
    kind: str
    label: str
    hint: str
    value: str
    required: bool
    longest: int
    choices: Sequence[tuple[str, str]]
    faults: Sequence[Fault]

    @property
    def described_by(self) -> str:
        """The ids of what describes it."""
        parts = [f"{self.id}-hint"] if self.hint else []
        parts += [f"{self.id}-wrong"] if self.faults else []
        return " ".join(parts)


def shown(
    fields: Sequence[Field],
    given: Mapping[str, str],
    faults: Sequence[Fault],
    language: str,
    choices: Mapping[str, Sequence[tuple[str, str]]] | None = None,
    *,
    place: int | None = None,
) -> list[Shown]:
    """Return fields as they are shown.

    Args:
        fields: in their order.
        given: what was typed.
        faults: what is wrong, of which each field takes its own.
        language: the reader's.
        choices: of fields whose choices are not the same for everybody.
        place: of which container, counted from 0.
    """
    told: Any = words(language)
    found = []
    for field in fields:
        identity = field.name if place is None else f"{field.name}-{place}"
        offered = [(one, told[f"cargo_{field.name}_{one}"]) for one in field.choices]
        found.append(
            Shown(
                identity,
                field.name,
                field.kind,
                label_of(field.name, language),
                told.get(f"cargo_hint_{field.name}", ""),
                given.get(field.name, ""),
                field.required,
                field.longest,
                (choices or {}).get(field.name, offered),
                [each for each in faults if each.field == identity],
            )
        )
    return found


def containers_given(post: QueryDict) -> list[dict[str, str]]:
    """Return the containers that were typed, without those of which nothing was."""
    columns = [post.getlist(field.name) for field in CONTAINER]
    names = [field.name for field in CONTAINER]
    return [
        dict(zip(names, cells, strict=True))
        for cells in zip(*columns, strict=False)
        if any(cell.strip() for cell in cells)
    ]


def containers_shown(
    given: Sequence[Mapping[str, str]], faults: Sequence[Fault], language: str, blank: int
) -> list[list[Shown]]:
    """Return the containers of a form, and some blank ones to be filled in."""
    every = [*given, *({} for _ in range(min(blank, MOST_CONTAINERS - len(given))))]
    # A form without containers needs none, so that no field of a blank one is needed.
    fields = [field._replace(required=False) for field in CONTAINER]
    return [shown(fields, each, faults, language, place=place) for place, each in enumerate(every)]
