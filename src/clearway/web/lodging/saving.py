"""Saving what was typed: at once where nobody came between, else both are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.http import HttpRequest

from clearway.web.lodging import content as contents
from clearway.web.lodging import drafts, shown
from clearway.web.lodging.entering import Fault
from clearway.web.lodging.fields import Bound
from clearway.web.lodging.shown import Opened

_TRIES: Final = 4


class Differs(NamedTuple):
    """A field in which what was typed differs from what another has saved."""

    id: str
    label: str
    mine: str
    theirs: str


class Saved(NamedTuple):
    """What became of a saving: the draft as it is now, faults by field, and what conflicts.

    With ``differs`` nothing was written, and the content is what would have been. ``derived`` are
    the fields that nobody typed into and that changed with another, as a total does.
    """

    opened: Opened
    faults: Mapping[str, Fault]
    differs: list[Differs]
    derived: frozenset[str] = frozenset()


def save(request: HttpRequest, this: Opened, bound: list[Bound]) -> Saved:
    """Save the fields of a form.

    A page that nobody came between saves; one that would change nothing conflicts with nothing.
    What the page itself is just saving is nobody else's: then the form is put on top of that.

    Raises:
        TooLarge: the declaration is more than one message may be.
    """
    given = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    sheet = given.get("sheet", "")[:32]
    allowed = [one for one in bound if not (this.draft.amends and one.field.stands)]
    for _ in range(_TRIES):
        theirs = [(one, contents.shown(this.content, one, this.language)) for one in allowed]
        own_last = bool(sheet) and this.content.sheet == sheet
        if not own_last:
            this.content.followed = {}
        before = contents.packed(this.content)
        faults = _take(this, allowed, given)
        if contents.packed(this.content) == before:
            return Saved(this, faults, [])
        fresh = own_last or given.get("revision", "") == str(this.draft.revision)
        this.content.sheet = sheet
        derived = _derived(this, theirs, given)
        for one, value in theirs:
            if one.name in derived:
                this.content.followed.setdefault(one.name, []).append(value.strip())
        if fresh and drafts.save(this.draft, this.content):
            return Saved(this, faults, [], derived)
        if not (fresh and _own_came_between(this, sheet)):
            break
    this.draft.refresh_from_db(fields=["revision"])
    return Saved(this, faults, _differing(this, theirs, given))


def _take(this: Opened, allowed: list[Bound], given: Mapping[str, str]) -> dict[str, Fault]:
    if given.get("revision", "") != str(this.draft.revision):
        # The page does not know yet what followed its last saving, as a total does.
        known = this.content.followed
        given = {
            name: value for name, value in given.items() if value.strip() not in known.get(name, ())
        }
    faults = contents.take(this.content, allowed, given, this.language)
    if "reason" in given and this.draft.amends:
        this.content.reason = " ".join(given["reason"].split())[:512]
    return faults


def _own_came_between(this: Opened, sheet: str) -> bool:
    """Tell whether it was this very page that saved in between; then go on from what it saved."""
    this.draft.refresh_from_db()
    kept = contents.unpacked(bytes(this.draft.answers))
    if this.draft.lodged or not sheet or kept.sheet != sheet:
        return False
    contents.replace(this.content, kept)
    return True


def _derived(
    this: Opened, before: list[tuple[Bound, str]], given: Mapping[str, str]
) -> frozenset[str]:
    return frozenset(
        one.name
        for one, value in before
        if given.get(one.name, "").replace("\r\n", "\n").strip() == value.strip()
        and contents.shown(this.content, one, this.language) != value
    )


def _differing(
    this: Opened, theirs: list[tuple[Bound, str]], given: Mapping[str, str]
) -> list[Differs]:
    found = []
    for one, value in theirs:
        typed = given.get(one.name, value).replace("\r\n", "\n").strip()
        if typed != value.strip():
            told = shown.input_of(this, one, "")
            found.append(Differs(told.id, told.label, typed, value))
    return found or [Differs("", "", "", "")]
