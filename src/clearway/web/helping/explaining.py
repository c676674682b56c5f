"""What the page of a finding says: what it means, why it is asked, which datum, by which law.

What is said stands in ``told/<language>.toml``: a reason for each family of rules, and one of its
own for a rule that has one. ``told/rules.toml`` says which codes are of which family, and gives
the legal basis and the data of those rules whose own lists (``kernel.validation``,
``declarations.findings``) do not.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from clearway.declarations.findings import RULES as RECORD_RULES
from clearway.kernel.pointers import POINTERS
from clearway.kernel.texts import Text, catalogue
from clearway.kernel.validation import RULES
from clearway.kernel.validation.batch import BATCH_RULES
from clearway.vocabulary.errors import DefectFound
from clearway.web.helping.citing import cite

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_POSITION = re.compile(r"\[(\{\w\}|\d)\]")


class Part(NamedTuple):
    """A piece of a message: words, or the name of what will stand there."""

    text: str
    stands_for: bool = False


class Datum(NamedTuple):
    """A datum that a finding may point at: its name, WCO identifier and the paths it has."""

    name: str
    identifier: str
    paths: Sequence[str]


class Known(NamedTuple):
    """What the lists of rules tell of one: severity (empty where it varies), data and basis."""

    severity: str = ""
    fields: Sequence[str] = ()
    basis: str = ""


class Explained(NamedTuple):
    """The page of a finding, in a language."""

    code: str
    title: str
    message: Sequence[Part]
    remedy: Sequence[Part]
    family: str
    family_name: str
    why: str
    severity: str
    wrong: str
    right: str
    data: Sequence[Datum]
    basis: Sequence[str]


@cache
def told(language: str) -> Mapping[str, Any]:
    """Return what is said in a language: family, rule, parameter, datum, citation."""
    return _read(f"{language}.toml")


@cache
def neutral() -> Mapping[str, Any]:
    """Return what holds in every language: family, basis, rule."""
    return _read("rules.toml")


def _read(name: str) -> Mapping[str, Any]:
    file = resources.files("clearway.web.helping.told").joinpath(name)
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def codes() -> tuple[str, ...]:
    """Return every code that a finding may have."""
    return tuple(sorted(key for key in catalogue("en") if key.startswith("CLW")))


@cache
def family_of(code: str) -> str:
    """Return the family of a code: that with the longest beginning of it.

    Raises:
        DefectFound: no family takes it in; ``told/rules.toml`` must.
    """
    found = [
        (len(beginning), name)
        for name, beginnings in neutral()["family"].items()
        for beginning in beginnings
        if code.startswith(beginning)
    ]
    if not found:
        raise DefectFound(f"no family of help takes in {code}", where="helping/told/rules.toml")
    return str(max(found)[1])


@cache
def known() -> Mapping[str, Known]:
    """Return what the platform's lists of rules tell, by code."""
    lists = {rule.code: Known(rule.severity.value, rule.fields, rule.legal_basis) for rule in RULES}
    for one in BATCH_RULES:
        lists[one.code] = Known(one.severity.value, (one.field,), one.legal_basis)
    for record in RECORD_RULES.values():
        lists[record.code] = Known(record.severity.value, (record.field,), record.legal_basis)
    return lists


@cache
def explained(code: str, language: str) -> Explained:
    """Return the page of a code.

    Raises:
        KeyError: no finding has this code.
    """
    text: Text = catalogue(language)[code]
    says, family = told(language), family_of(code)
    own = neutral()["rule"].get(code, {})
    listed = known().get(code, Known())
    basis = own.get("basis") or listed.basis or neutral()["basis"].get(family, "")
    reason = says["rule"].get(code, says["family"][family])["why"]
    return Explained(
        code=code,
        title=text.title,
        message=_parts(text.message, says["parameter"]),
        remedy=_parts(text.remedy, says["parameter"]),
        family=family,
        family_name=says["family"][family]["name"],
        why=reason,
        severity=listed.severity,
        wrong=own.get("wrong", ""),
        right=own.get("right", ""),
        data=_data(own.get("fields") or listed.fields, language),
        basis=cite(basis, says["citation"]),
    )


def name_of(field: str, language: str) -> str:
    """Return what a datum is called: ``items.origin`` is the country of origin.

    Raises:
        KeyError: there is no such field, or it has no name.
    """
    names = told(language)["datum"]
    bare = field.removeprefix("items.")
    if bare in names:
        return str(names[bare])
    role, _, part = bare.partition(".")
    party = names[f"party.{role}"]
    return f"{party}: {names[f'part.{part}']}" if part else str(party)


def _data(fields: Sequence[str], language: str) -> Sequence[Datum]:
    """Return the data by name, those of the declaration and of its items together."""
    found: dict[tuple[str, str], list[str]] = {}
    for field in fields:
        path, _, identifier = _POSITION.sub("", POINTERS[field]).rpartition(":")
        if not path:  # a class of its own
            path, identifier = identifier, identifier.rpartition("/")[2]
        places = found.setdefault((name_of(field, language), identifier), [])
        if path not in places:
            places.append(path)
    return [Datum(name, identifier, places) for (name, identifier), places in found.items()]


def _parts(sentence: str, names: Mapping[str, str]) -> Sequence[Part]:
    parts = []
    for place, piece in enumerate(_PLACE.split(sentence)):
        if piece:
            parts.append(Part(names[piece], stands_for=True) if place % 2 else Part(piece))
    return parts
