"""Two versions of a declaration side by side: what was declared before, and what after."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clearway.audit.actor import Actor
from clearway.declarations import access, queries
from clearway.kernel.lodgement import Lodgement
from clearway.vocabulary.errors import NotThere
from clearway.web.visitors import page

_OURS: Final = frozenset(
    {"id", "consignment_key", "features", "observed_on", "form_findings", "low_value_regime"}
)
"""What the platform added to a version, which nobody declared."""


class Compared(NamedTuple):
    """A datum in two versions; ``item`` is 0 for the declaration itself."""

    item: int
    name: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Whether the versions differ in it."""
        return self.before != self.after


@require_safe
@page("getVersion", access.OPERATIONS)
def versions(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Show two versions: by default the one that stands and the one before it."""
    found = access.declaration_for(actor, key)
    access.note_read(actor, found, "versions")
    every = list(queries.versions(found).order_by("number"))
    after = _number(request.GET.get("after", ""), found.version)
    before = _number(request.GET.get("before", ""), max(1, after - 1))
    kept = [queries.version(found, number) for number in (before, after)]
    if None in kept:
        raise NotThere("There is no such version.", remedy="Choose one of the list.")
    one, two = (queries.lodgement_of(each) for each in kept if each is not None)
    rows = compare(one, two)
    if request.GET.get("all") != "yes":
        rows = [row for row in rows if row.changed]
    context = {
        "declaration": found,
        "versions": every,
        "choices": [("before", before), ("after", after)],
        "before": before,
        "after": after,
        "rows": rows,
        "every": request.GET.get("all") == "yes",
    }
    return render(request, "web/record/versions.html", context)


def compare(one: Lodgement, two: Lodgement) -> list[Compared]:
    """Return every datum that either declares, in the order of the declaration."""
    before, after = dict(_flat(one)), dict(_flat(two))
    names = [*before, *(name for name in after if name not in before)]
    names.sort(key=lambda name: name[0])
    return [
        Compared(item, name, before.get((item, name), ""), after.get((item, name), ""))
        for item, name in names
    ]


def _flat(lodgement: Lodgement) -> Iterator[tuple[tuple[int, str], str]]:
    told: dict[str, Any] = msgspec.to_builtins(lodgement)
    for item, each in enumerate(told.pop("items", ()), 1):
        for name, value in _leaves(each, ""):
            yield (item, name), value
    for name, value in told.items():
        if name not in _OURS:
            for leaf, text in _leaves(value, name):
                yield (0, leaf), text


def _leaves(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _leaves(part, f"{name}.{key}" if name else key)
    elif isinstance(value, list | tuple):
        for place, part in enumerate(value, 1):
            yield from _leaves(part, f"{name} {place}")
    elif value not in (None, ""):
        yield name, str(value)


def _number(given: str, otherwise: int) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else otherwise
