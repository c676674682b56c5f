"""What a declaration's page tells: who, what, what was found, why this lane, where it stands."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from clearway.assessment import queries as assessment
from clearway.assessment.access import OFFICIAL
from clearway.assessment.models import Assessment
from clearway.assessment.words import sentence, words_of
from clearway.audit.actor import Actor
from clearway.declarations import events, queries
from clearway.declarations.models import Declaration
from clearway.declarations.rules import local_day
from clearway.events import queries as news
from clearway.events.access import may_learn, sees_all
from clearway.events.queries import START, Told
from clearway.kernel.decisions import Step
from clearway.kernel.lodgement import Lodgement, Party
from clearway.kernel.selection import trader_reasons
from clearway.reference.in_force import reference_at

MOST_EVENTS = 200
_OF_DEBT = frozenset({"declaration.secured"})


class Named(NamedTuple):
    """A party as the page shows it: its role's word, its number and its name."""

    role: str
    id: str
    name: str


class FoundTold(NamedTuple):
    """A finding in the reader's language, with the address of its datum."""

    code: str
    severity: str
    pointer: str
    item: int
    message: str
    remedy: str


def parties(lodgement: Lodgement) -> list[Named]:
    """Return the parties that a declaration names, each once for each of its roles."""
    roles: Mapping[str, Party | None] = {
        "declarant": lodgement.declarant,
        "agent": lodgement.agent,
        "importer": lodgement.importer,
        "exporter": lodgement.exporter,
        "seller": lodgement.seller,
        "buyer": lodgement.buyer,
        "consignor": lodgement.consignor,
        "consignee": lodgement.consignee,
        "carrier": lodgement.carrier,
    }
    return [
        Named(role, party.id, party.name)
        for role, party in roles.items()
        if party is not None and (party.id or party.name)
    ]


def heading(lodgement: Lodgement) -> str:
    """Return what the goods are called: the first item's words."""
    return next((item.description for item in lodgement.items if item.description), "")


def findings(found: Assessment, language: str) -> list[FoundTold]:
    """Return what was found, the gravest first."""
    ranks = {"error": 0, "doubt": 1, "warning": 2, "note": 3}
    told = []
    for row in assessment.findings(found.pk):
        parameters = tuple(json.loads(bytes(row.parameters)).items())
        message, remedy = words_of(row.rule, parameters, language)
        told.append(FoundTold(row.rule, row.severity, row.pointer, row.item, message, remedy))
    return sorted(told, key=lambda one: ranks.get(one.severity, 9))


def together(found: Iterable[FoundTold]) -> list[tuple[FoundTold, list[str]]]:
    """Return each sentence once, with the pointers to all data of which it is said."""
    said: dict[tuple[str, ...], tuple[FoundTold, list[str]]] = {}
    for one in found:
        key = (one.code, one.severity, one.message, one.remedy)
        said.setdefault(key, (one, []))[1].append(one.pointer)
    return list(said.values())


class Contribution(NamedTuple):
    """What a profile added to the score, for the officer: its name, points and items."""

    profile: str
    version: int
    points: int
    items: tuple[int, ...]
    lane: int | None


def contributions(found: Assessment) -> list[Contribution]:
    """Return what each profile contributed, the weightiest first."""
    by_profile: dict[tuple[str, int], list[Any]] = {}
    for hit in assessment.hits(found.pk):
        by_profile.setdefault((hit.profile, hit.version), []).append(hit)
    told = [
        Contribution(
            profile,
            version,
            max(hit.contribution for hit in hits),
            tuple(hit.item for hit in hits),
            max((int(hit.lane) for hit in hits if hit.lane is not None), default=None),
        )
        for (profile, version), hits in by_profile.items()
    ]
    return sorted(told, key=lambda one: -one.points)


class Why(NamedTuple):
    """Why a declaration has its lane. ``official`` is what officers alone see of it."""

    reasons: list[str]
    official: bool
    channels: Sequence[tuple[str, int | None, list[str]]] = ()
    contributions: Sequence[Contribution] = ()
    score: int | None = None
    draw: int | None = None


def why(actor: Actor, declaration: Declaration, found: Assessment, language: str) -> Why | None:
    """Return why a declaration has its lane, for its reader; None before one was communicated."""
    selection = assessment.selection(found)
    if selection is None or declaration.lane is None:
        return None
    reference = assessment.reference_of(found)
    steps = _together(trader_reasons(selection, assessment.hits(found.pk), reference))
    reasons = [sentence(step.key, step.parameters, language) for step in steps]
    if not (actor.has(*OFFICIAL) and declaration.organisation != actor.organisation):
        return Why(reasons, official=False)
    channels = [
        (
            one.channel.value,
            None if one.lane is None else int(one.lane),
            [sentence(step.key, step.parameters, language) for step in one.reasons],
        )
        for one in selection.channels
    ]
    told = contributions(found)
    return Why(reasons, True, channels, told, found.score, found.draw)  # noqa: FBT003


def _together(steps: Sequence[Step]) -> list[Step]:
    """Return steps with those that say the same of several goods items made one: of 1–3, 5."""
    items: dict[str, list[int]] = {}
    for step in steps:
        items.setdefault(step.key, []).extend(int(item) for _, item in step.parameters)
    return [Step(key, (("item", _listed(of)),) if of else ()) for key, of in items.items()]


def _listed(items: Sequence[int]) -> str:
    """Return positions in short.

    >>> _listed([1, 2, 3, 5])
    '1–3, 5'
    """
    runs: list[list[int]] = []
    for item in sorted(items):
        if runs and item == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], item]
        else:
            runs.append([item])
    return ", ".join("–".join(str(end) for end in run) for run in runs)


def timeline(actor: Actor, declaration: Declaration) -> list[Told]:
    """Return what happened to a declaration, as far as this reader may learn of it."""
    subject = events.subject(declaration.mrn, declaration.pk)
    allowed = may_learn(actor)
    told = news.history(subject, START, MOST_EVENTS)
    return [each for each in told if sees_all(actor) or allowed(each)]


def charges_by_item(rows: Iterable[Any]) -> dict[int, list[Any]]:
    """Return charges by the position of their item."""
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.item, []).append(row)
    return found


class Total(NamedTuple):
    """What is payable of a tax over all goods items, in minor units: its code and its name."""

    tax: str
    name: str
    payable: int


def totals(rows: Iterable[Any], found: Assessment) -> list[Total]:
    """Return what is payable of each tax."""
    law = reference_at(found.at)
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.tax] = sums.get(row.tax, 0) + (row.payable or 0)
    named = {tax: law.tax(tax) for tax in sums}
    return [Total(tax, one.name if one else tax, sums[tax]) for tax, one in named.items()]


def office(declaration: Declaration, found: Assessment) -> str:
    """Return the name of the office where the declaration was lodged; empty where none is known."""
    law = reference_at(found.at)
    day = declaration.legal_date
    day = local_day(found.at, law) if day is None else day
    listed = law.code_lists.get("office")
    told = None if listed is None else listed.lookup(declaration.office, day)
    return "" if told is None else told.name


def lodgement_of(declaration: Declaration) -> Lodgement:
    """Return what stands declared."""
    return queries.lodgement_of(queries.current_version(declaration))
