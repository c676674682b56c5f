"""The record's traces: who and what stands on each declaration and transport document.

``of_declaration`` and ``of_document`` keep them when the room hears of a record. From them come
the search over manifests, the candidates by name (``matching``) and the view of links.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from django.db import connection

from clearway.audit.bulk import claim
from clearway.cargo.models import Container, TransportDocument
from clearway.declarations.models import Declaration
from clearway.declarations.queries import current_version, lodgement_of
from clearway.intelligence.models import Trace
from clearway.intelligence.names import folded
from clearway.intelligence.rules import digest_of, thing_key, trace_key
from clearway.kernel.lodgement import Lodgement, Party
from clearway.vocabulary.clock import microseconds

ROLES: Final = (
    "declarant", "agent", "importer", "exporter", "consignor", "consignee", "seller", "buyer",
    "carrier",
)  # fmt: skip
_LONGEST: Final = 350
_FOLDED: Final = 512
_MOST: Final = 200
"""Traces of one record that are kept."""


class Seen(NamedTuple):
    """A trace as a record names it, in a role."""

    role: str
    kind: str
    key: str
    name: str
    identifier: str = ""
    country: str = ""
    address: str = ""


def of_declaration(declaration: Declaration, at: datetime) -> list[tuple[Trace, str]]:
    """Keep the traces of a declaration's version that stands; return them with their roles."""
    lodgement = lodgement_of(current_version(declaration))
    return keep("declaration", declaration.mrn or "", seen_in(lodgement), at)


def seen_in(lodgement: Lodgement) -> list[Seen]:
    """Return who and what a declaration names."""
    found: list[Seen] = []
    for role in ROLES:
        found += _party(role, getattr(lodgement, role))
    for item in lodgement.items:
        for role in ("consignor", "consignee", "seller", "buyer"):
            found += _party(role, getattr(item, role))
    means = (lodgement.border_means_id, lodgement.arrival_means_id)
    found += [_thing("means", value) for value in means if value]
    found += [_thing("container", number) for number in lodgement.containers if number]
    return found


def of_document(document: TransportDocument, at: datetime) -> list[tuple[Trace, str]]:
    """Keep the traces of a transport document; return them with their roles."""
    found = [
        *_party("consignor", Party(name=document.consignor_name, line=document.consignor_address)),
        *_party("consignee", Party(id=document.consignee, name=document.consignee_name,
                                   line=document.consignee_address)),
    ]  # fmt: skip
    conveyance = document.conveyance or (document.master.conveyance if document.master else None)
    if conveyance is not None:
        found += _party("carrier", Party(id=conveyance.carrier))
        found.append(_thing("means", conveyance.means))
    numbers = Container.objects.filter(document=document).order_by("id")[:_MOST]
    found += [_thing("container", row.number) for row in numbers]
    return keep("document", document.number, found, at)


def _party(role: str, party: Party | None) -> Iterator[Seen]:
    if party is None or not (party.id or party.name):
        return
    address = ", ".join(x for x in (party.line, party.postcode, party.city) if x)
    key = trace_key(party.id, party.name, party.country)
    name = (party.name or party.id)[:_LONGEST]
    yield Seen(role, "party", key, name, party.id[:70], party.country[:2], address[:_LONGEST])
    if len(address) >= 8:  # a shorter one ("-", "Paris") says nothing of who shares it
        where = f"{address}, {party.country}" if party.country else address
        yield Seen("address", "address", thing_key("address", where), where[:_LONGEST])


def _thing(kind: str, value: str) -> Seen:
    return Seen(kind, kind, thing_key(kind, value), value[:_LONGEST])


def keep(about: str, number: str, seen: Iterable[Seen], at: datetime) -> list[tuple[Trace, str]]:
    """Keep what a record names, once however often it is heard, and return it with its roles.

    Args:
        about: declaration or document.
        number: its MRN, or the document's number.
        seen: what it names.
        at: when.
    """
    every = list(dict.fromkeys(seen))[:_MOST]
    if not every or not number:
        return []
    instant = microseconds(at)
    known = _known(each.key for each in every)
    new = {each.key: each for each in every if each.key not in known}
    with connection.cursor() as cursor:
        if new:
            claim(cursor, "intelligence_trace", _TRACE,
                  [_row(each, instant) for each in new.values()], key=(1,))  # fmt: skip
            known |= _known(new)
        _renew(every, known)
        rows = [(known[each.key].pk, about, number, each.role, instant) for each in every]
        claim(cursor, "intelligence_appearance", _APPEARANCE, list(dict.fromkeys(rows)),
              key=(0, 1, 2, 3))  # fmt: skip
    return [(known[each.key], each.role) for each in every]


_TRACE: Final = (
    "kind, key, name, identifier, country, address, folded, joined, abjad, digest, first_at"
)
_APPEARANCE: Final = "trace_id, about, number, role, at"


def _row(each: Seen, at: int) -> Sequence[object]:
    text, joined, abjad = "", "", False
    if each.kind == "party":
        own = folded(each.name)
        text, joined, abjad = own.text[:_FOLDED], own.joined[:_FOLDED], own.abjad
    return (each.kind, each.key, each.name, each.identifier, each.country, each.address,
            text, joined, abjad, _digest(each), at)  # fmt: skip


def _digest(each: Seen) -> str:
    """Return what tells that a party is another than it was: by what it is compared by."""
    return digest_of([folded(each.name).text, each.identifier, each.country])


def _known(keys: Iterable[str]) -> dict[str, Trace]:
    return {row.key: row for row in Trace.objects.filter(key__in=list(keys))}


def _renew(every: Iterable[Seen], known: dict[str, Trace]) -> None:
    """Keep what a party is called now, where its identifier goes by another name."""
    for each in every:
        row = known[each.key]
        silent = each.name == each.identifier and not each.address
        if each.kind != "party" or silent or row.digest == _digest(each):
            continue
        own = folded(each.name)
        row.name, row.country, row.address = each.name, each.country, each.address
        row.folded, row.joined, row.abjad = own.text[:_FOLDED], own.joined[:_FOLDED], own.abjad
        row.digest, row.compared_at = _digest(each), -1
        row.save()
