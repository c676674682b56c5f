"""The room's objects as they are told: by the API, and to the pages."""

from __future__ import annotations

from typing import Any

from clearway.intelligence import queries, register
from clearway.intelligence.linking import Links
from clearway.intelligence.matching import Candidate
from clearway.intelligence.models import Case, Entry, Hit, ListVersion, Match, Piece, Watchlist
from clearway.intelligence.searching import Named
from clearway.vocabulary.dates import date_of


def watchlist(row: Watchlist) -> dict[str, Any]:
    """Return a list."""
    return {
        "code": row.code,
        "name": row.name,
        "kind": row.kind,
        "publisher": row.publisher,
        "entries": getattr(row, "count", 0),
        "version": row.in_force,
    }


def entry(row: Entry) -> dict[str, Any]:
    """Return an entry as it stands in a list."""
    return {
        "id": row.pk,
        "watchlist": row.watchlist.code,
        "number": row.number,
        "kind": row.kind,
        "name": row.name,
        "effect": row.effect,
        "state": row.state,
        "reason": row.reason,
        "starts": date_of(row.starts),
        "ends": None if row.ends is None else date_of(row.ends),
    }


def whole_entry(row: Entry) -> dict[str, Any]:
    """Return an entry with its names and keys."""
    names, keys = queries.names_of([row.pk]), queries.keys_of([row.pk])
    return {
        **entry(row),
        "remarks": row.remarks,
        "names": [{"kind": one.kind, "name": one.name} for one in names.get(row.pk, ())],
        "keys": [{"kind": one.kind, "value": one.value} for one in keys.get(row.pk, ())],
        "author": row.author,
        "proposed_at": row.proposed_at,
        "decided_by": row.decided_by,
        "decided_at": row.decided_at,
        "decided_why": row.decided_why,
        "ended_why": row.ended_why,
    }


def version(row: ListVersion) -> dict[str, Any]:
    """Return a version of a list."""
    names = (
        "number", "label", "state", "entries", "added", "changed", "removed", "reason",
        "imported_by", "imported_at", "decided_by", "decided_why",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in names},
        "published": date_of(row.published),
        "sha256": row.digest,
    }


def listed(one: Candidate) -> dict[str, Any]:
    """Return an entry that a search found."""
    return {
        "entry": entry(one.entry),
        "score": round(one.score, 3),
        "agreeing": list(one.keys.agreeing),
        "differing": list(one.keys.differing),
    }


def recorded(one: Named) -> dict[str, Any]:
    """Return somebody whom a search found on the record."""
    return {
        "key": one.trace.key,
        "name": one.trace.name,
        "identifier": one.trace.identifier,
        "country": one.trace.country,
        "score": round(one.score, 3),
        "places": [
            {"about": each.about, "number": each.number, "role": each.role}
            for each in one.appearances
        ],
    }


def match(row: Match) -> dict[str, Any]:
    """Return a match with both its sides."""
    return {
        "id": row.pk,
        "state": row.state,
        "how": row.how,
        "score": row.score / 1000,
        "agreeing": row.agreeing.split(),
        "differing": row.differing.split(),
        "entry": entry(row.entry),
        "name": row.trace.name,
        "identifier": row.trace.identifier,
        "country": row.trace.country,
        "address": row.trace.address,
        "key": row.trace.key,
        "decided_by": row.decided_by,
        "why": row.why,
    }


def case(row: Case) -> dict[str, Any]:
    """Return a case as it stands in a list."""
    names = (
        "about", "number", "office", "state", "opened_at", "expected_at", "note", "wish",
        "decided_by",
    )  # fmt: skip
    return {"id": row.pk, **{name: getattr(row, name) for name in names}}


def whole_case(row: Case) -> dict[str, Any]:
    """Return a case with its alerts."""
    return {
        **case(row),
        "reviewed_by": row.reviewed_by,
        "alerts": [
            {"role": one.role, "at": one.at, "match": match(one.match)}
            for one in queries.alerts(row.pk)
        ],
    }


def links(found: Links) -> dict[str, Any]:
    """Return the view of links."""
    nodes = ("key", "kind", "name", "identifier", "step", "watched")
    return {
        "nodes": [{name: getattr(each, name) for name in nodes} for each in found.nodes],
        "edges": [
            {"one": each.one, "other": each.other, "roles": list(each.roles),
             "records": each.records, "last": each.last}
            for each in found.edges
        ],
        "cut": found.cut,
    }  # fmt: skip


def hit(row: Hit) -> dict[str, Any]:
    """Return an entry behind a flag."""
    return {"version": row.version, "flag": row.flag, "entry": entry(row.entry)}


def piece(row: Piece) -> dict[str, Any]:
    """Return an entry of the register."""
    names = (
        "source", "reliability", "credibility", "subject_kind", "subject", "text", "reasons",
        "audience", "state", "version", "author", "recorded_at",
    )  # fmt: skip
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in names},
        "ends": date_of(row.ends),
    }


def whole_piece(row: Piece) -> dict[str, Any]:
    """Return an entry of the register with its links and versions."""
    return {
        **piece(row),
        "closed_why": row.closed_why,
        "links": [
            {"kind": one.kind, "key": one.key, "by": one.by, "at": one.at}
            for one in register.links(row)
        ],
        "versions": [
            {"number": one.number, "text": said.text, "why": one.why, "by": one.by, "at": one.at}
            for one, said in register.versions(row)
        ],
    }
