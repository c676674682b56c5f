"""The view of links: who stands with whom on the record, at most two steps from one party.

Two traces are linked where they stand on one record: importer and exporter, declarant and importer,
two parties at one address, a party and a container. The view is bounded (``MOST_RECORDS``,
``MOST_NODES``) and says when it was cut. How it is drawn is the pages' matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

import msgspec

from clearway.intelligence import queries
from clearway.intelligence.models import Appearance, Trace

MOST_RECORDS: Final = 60
"""Records of one trace that are looked at, the latest."""
MOST_NODES: Final = 40
STEPS: Final = 2
_SECOND: Final = 6
"""Of how many traces of the first step the second goes on."""


class Node(msgspec.Struct, frozen=True):
    """A trace in the view: ``step`` 0 is whom it is about; ``records`` those that the view saw."""

    key: str
    kind: str
    name: str
    identifier: str
    step: int
    watched: bool
    records: tuple[str, ...]


class Edge(msgspec.Struct, frozen=True):
    """Two traces that stand on records together: in which roles, on how many, on which last."""

    one: str
    other: str
    roles: tuple[str, ...]
    records: int
    last: str


class Links(msgspec.Struct, frozen=True):
    """The view: nodes and edges, and whether more was there than is shown."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    cut: bool


class _Pair(msgspec.Struct):
    roles: Counter[str]
    records: set[str]
    last: str


def links_of(trace: Trace, steps: int = STEPS) -> Links:
    """Return who and what stands on the record with a trace.

    Args:
        trace: whom it is about.
        steps: 1 or 2.
    """
    pairs: dict[tuple[int, int], _Pair] = {}
    traces = {trace.pk: trace}
    step_of = {trace.pk: 0}
    cut = _go(trace.pk, pairs, traces)
    # Flights and ships come last: a firm has many, and they say least of whom it works with.
    near = sorted(_others(trace.pk, pairs), key=lambda each: traces[each].kind == "means")
    for number in near[: MOST_NODES - 1]:
        step_of[number] = 1
    cut = cut or len(near) > MOST_NODES - 1
    if steps > 1:
        for number in [n for n in near if n in step_of and _goes_on(traces[n])][:_SECOND]:
            cut = _go(number, pairs, traces) or cut
            for far in _others(number, pairs):
                if len(step_of) >= MOST_NODES:
                    cut = cut or far not in step_of
                else:
                    step_of.setdefault(far, 2)
    shown = {pair: told for pair, told in pairs.items() if step_of.keys() >= set(pair)}
    watched = {row.trace_id for row in queries.matches_of_traces(step_of)
               if row.state != "dismissed"}  # fmt: skip
    return Links(_nodes(step_of, traces, shown, watched), _edges(shown, traces), cut)


def _goes_on(trace: Trace) -> bool:
    """Tell whether the second step goes on from here: not from a ship that everybody uses."""
    return trace.kind != "means"


def _go(number: int, pairs: dict[tuple[int, int], _Pair], traces: dict[int, Trace]) -> bool:
    """Add the pairs of a trace's latest records; tell whether it has more of them."""
    own = queries.appearances_of(number, MOST_RECORDS + 1)
    records = list(dict.fromkeys(row.number for row in own))
    roles: dict[str, set[str]] = {}
    for row in own:
        roles.setdefault(row.number, set()).add(row.role)
    beside: dict[str, list[Appearance]] = {}
    for row in queries.appearances_in(records[:MOST_RECORDS]):
        beside.setdefault(row.number, []).append(row)
    for record in records[:MOST_RECORDS]:
        for row in beside.get(record, ()):
            if row.trace_id == number:
                continue
            traces[row.trace_id] = row.trace
            pair = (min(number, row.trace_id), max(number, row.trace_id))
            told = pairs.setdefault(pair, _Pair(Counter(), set(), record))
            told.roles.update(f"{role}|{row.role}" for role in sorted(roles[record]))
            told.records.add(record)
    return len(own) > MOST_RECORDS


def _others(number: int, pairs: dict[tuple[int, int], _Pair]) -> list[int]:
    """Return who stands with a trace, the most often first."""
    found = {(b if a == number else a): len(told.records)
             for (a, b), told in pairs.items() if number in {a, b}}  # fmt: skip
    return sorted(found, key=lambda each: (-found[each], each))


def _edges(shown: dict[tuple[int, int], _Pair], traces: dict[int, Trace]) -> tuple[Edge, ...]:
    told = []
    for (one, other), pair in shown.items():
        roles = sorted({role for both in pair.roles for role in both.split("|")})
        told.append(Edge(traces[one].key, traces[other].key, tuple(roles),
                         len(pair.records), pair.last))  # fmt: skip
    return tuple(sorted(told, key=lambda each: (-each.records, each.one, each.other)))


def _nodes(
    step_of: dict[int, int],
    traces: dict[int, Trace],
    pairs: dict[tuple[int, int], _Pair],
    watched: Iterable[int],
) -> tuple[Node, ...]:
    """Return the nodes, the nearest first."""
    known, records = set(watched), _records(pairs)
    return tuple(
        Node(traces[one].key, traces[one].kind, traces[one].name, traces[one].identifier, step,
             one in known, tuple(sorted(records.get(one, ()))))
        for one, step in sorted(step_of.items(), key=lambda each: each[1])
    )  # fmt: skip


def _records(pairs: dict[tuple[int, int], _Pair]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for pair, told in pairs.items():
        for one in pair:
            found.setdefault(one, set()).update(told.records)
    return found


def named_by(links: Links) -> dict[str, Node]:
    """Return the nodes by their keys."""
    return {node.key: node for node in links.nodes}
