"""A draft as its pages show it: fields with their help, steps with what is done, the estimate."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.declarations.rules import local_day
from clearway.kernel.reference import Reference
from clearway.reference.in_force import reference_at
from clearway.web.language import language_for
from clearway.web.lodging import codes, entering, estimating, fields, tariff
from clearway.web.lodging import content as contents
from clearway.web.lodging import tree as trees
from clearway.web.lodging.content import Content
from clearway.web.lodging.drafts import draft_for
from clearway.web.lodging.entering import Fault
from clearway.web.lodging.estimating import Against, Estimate
from clearway.web.lodging.fields import STEPS, Bound, Group
from clearway.web.models import Draft
from clearway.web.words import LANGUAGES, words

_SUGGESTED: Final = "code"


class Opened(NamedTuple):
    """A draft in a reader's hands: its content, the law of the moment, and his language."""

    actor: Actor
    draft: Draft
    content: Content
    law: Reference
    at: datetime
    language: str

    @property
    def day(self) -> int:
        """The day on which codes are looked up."""
        return local_day(self.at, self.law)

    def meaning(self, listed: str, code: str) -> str:
        """Return what a code of a list means today."""
        return codes.name_of(listed, code, self.law, self.day, self.language)


class Input(NamedTuple):
    """A field as it is shown."""

    id: str
    name: str
    kind: str
    label: str
    hint: str
    wco: str
    value: str
    meaning: str
    options: Sequence[codes.Choice]
    listed: str
    longest: int
    why: str
    fixed: bool


class Section(NamedTuple):
    """Fields under their heading; ``opened`` where they are shown without being asked for."""

    title: str
    inputs: list[Input]
    more: bool
    opened: bool


class Step(NamedTuple):
    """A step of the form: its word, its page, and whether nothing there is left to mend."""

    name: str
    address: str
    current: bool
    done: bool
    number: int


def opened(request: HttpRequest, actor: Actor, number: int) -> Opened:
    """Return a draft of the actor's, as of now.

    Raises:
        NotThere: there is none, or it is another's.
        StateForbids: no country pack is in force.
    """
    draft, now = draft_for(actor, number), clock.now()
    return Opened(
        actor,
        draft,
        contents.unpacked(bytes(draft.answers)),
        reference_at(now),
        now,
        language_of(request),
    )


def language_of(request: HttpRequest) -> str:
    """Return the language in which a form was shown, else that of the page."""
    told = request.POST.get("typed_in", "")
    return told if told in LANGUAGES else language_for(request)


def estimate(this: Opened) -> Estimate:
    """Return what the draft would cost."""
    return estimating.estimate(this.content, this.law, this.at, this.language)


def input_of(this: Opened, one: Bound, why: str) -> Input:
    """Return a field as it is shown."""
    told, field = words(this.language), one.field
    word = (field.word or field.name).replace("-", "_")
    if field.name.startswith("papers"):
        word = field.word
    value = contents.shown(this.content, one, this.language)
    offered = codes.choices(field.codes, this.law, this.day, this.language) if field.codes else ()
    leaf = None if "@" in field.path else trees.leaf_of(one.path)
    longest = leaf.leaf.longest if leaf is not None and leaf.leaf is not None else -1
    meaning = ""
    if field.kind == _SUGGESTED:
        meaning = this.meaning(field.codes, value)
    elif field.kind == "commodity":
        found = tariff.line(value, this.law, this.day)
        meaning = f"{found.description} · {found.duty}" if found is not None else ""
    elif field.kind == "choice" and value and all(each.code != value for each in offered):
        offered = (codes.Choice(value, ""), *offered)
    return Input(
        id=one.id,
        name=one.name,
        kind=field.kind,
        label=told[f"field_{word}"],
        hint=told[f"hint_{word}"],
        wco=entering.pointer(one, {}).rpartition(":")[2],
        value=value,
        meaning=meaning,
        options=offered if field.kind == "choice" else (),
        listed=field.codes if field.kind == _SUGGESTED else "",
        longest=longest if field.kind in {"text", "lines"} else -1,
        why=why,
        fixed=bool(this.draft.amends) and field.stands,
    )


def full_label(this: Opened, one: Bound) -> str:
    """Return a field's label with whose it is: the party's, the goods item's."""
    told, label = words(this.language), input_of(this, one, "").label
    if one.item:
        return f"{told['lodge_item_number'].format(number=one.item)} · {label}"
    return f"{told[one.group]} · {label}" if one.group.startswith("party_") else label


def sections(
    this: Opened, listed: Iterable[tuple[Group, list[Bound]]], whys: Mapping[str, str]
) -> list[Section]:
    """Return groups of fields as they are shown; ``whys`` say what is wrong, by field."""
    told = words(this.language)
    found = []
    for group, bound in listed:
        if not bound:
            continue
        inputs = [input_of(this, one, whys.get(one.name, "")) for one in bound]
        title = told[group.title].format(number=group.row) if group.title else ""
        filled = any(one.value or one.why for one in inputs)
        found.append(Section(title, inputs, group.more, not group.more or filled))
    return found


def datalists(this: Opened, shown: Iterable[Section]) -> list[tuple[str, Sequence[codes.Choice]]]:
    """Return the lists of codes that the fields of a page suggest from."""
    wanted = dict.fromkeys(one.listed for part in shown for one in part.inputs if one.listed)
    return [(name, codes.choices(name, this.law, this.day, this.language)) for name in wanted]


def fault_text(fault: Fault, language: str) -> str:
    """Return what is wrong with something typed."""
    return str(words(language)[fault.word]).format(example=fault.example)


def whys(
    this: Opened, faults: Mapping[str, Fault], against: Iterable[Against] = ()
) -> dict[str, str]:
    """Return what is wrong with each field: what was typed first, then what was found."""
    found = {name: fault_text(fault, this.language) for name, fault in faults.items()}
    for one in against:
        if one.name and one.severity == "error":
            found.setdefault(one.name, f"{one.message} {one.remedy}".strip())
    return found


def steps(this: Opened, told: Estimate, faults: Mapping[str, Fault], current: str) -> list[Step]:
    """Return the steps with what is done: nothing there stops acceptance."""
    left = {one.place.page for one in told.errors}
    begun = set()
    for page, one in fields.everywhere(this.content.tree):
        if one.name in faults:
            left.add(page)
        elif page not in begun and contents.shown(this.content, one, this.language):
            begun.add(page)
    number, count = this.draft.pk, len(trees.items(this.content.tree))
    found = []
    for name in STEPS:
        address = reverse("draft_step", args=[number, name])
        done = name in begun - left
        found.append(Step(name, address, name == current, done, count if name == "items" else 0))
    return found


def context(
    this: Opened, page: str, faults: Mapping[str, Fault], told: Estimate | None = None
) -> dict[str, Any]:
    """Return what every page of a draft shows."""
    told = told or estimate(this)
    return {
        "draft": this.draft,
        "content": this.content,
        "estimate": told,
        "steps": steps(this, told, faults, page),
        "page": page,
        "sheet": secrets.token_hex(8),
        "count": len(trees.items(this.content.tree)),
        "typed_in": this.language,
    }
