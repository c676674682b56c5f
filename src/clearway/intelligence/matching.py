"""Which entries a record's traces may be: by exact keys, or by name and second keys.

A likeness of names is a candidate: it is shown with its score and what else agrees or differs, an
analyst confirms or dismisses it, and until then it stops nothing. What was dismissed is not shown
again until either side changes. A trace is compared with the lists once for each revision of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from django.db import connection

from clearway.audit.actor import Actor
from clearway.declarations.service import needed_reason
from clearway.events.service import Act, act
from clearway.intelligence import access, events, queries, revision, watched
from clearway.intelligence.keys import Agreement, agreement, compared
from clearway.intelligence.models import Entry, Match, Trace
from clearway.intelligence.names import THRESHOLD, THRESHOLD_WITH_KEY, Folded, unfolded
from clearway.vocabulary.errors import ActRefused, DataRefused, NotThere, StateForbids

_MOST: Final = 20
"""Candidates of one trace that are kept."""
_GOODS: Final = frozenset({"conveyance", "container"})
TOGETHER: Final = 50
"""Matches that may be decided together: as many as one looks through on a page."""


class Candidate(NamedTuple):
    """An entry that a name or a key may mean. ``how`` is exact or name; ``score`` 0 to 1."""

    entry: Entry
    how: str
    score: float
    keys: Agreement


def candidates(trace: Trace) -> list[Candidate]:
    """Return the entries that a trace may be, the likeliest first."""
    exact = {one.entry.pk: one for one in _by_key(trace)}
    if trace.kind != "party":
        return list(exact.values())
    given = {"trader": [trace.identifier], "identity": [trace.identifier],
             "country": [trace.country], "address": [trace.address]}  # fmt: skip
    name = unfolded(trace.folded, trace.joined, abjad=trace.abjad)
    named = by_name(name, given)
    return [*exact.values(), *(one for one in named if one.entry.pk not in exact)][:_MOST]


def by_name(name: Folded, given: Mapping[str, Iterable[str]]) -> list[Candidate]:
    """Return the entries whose names are like one, with the second keys that agree or differ.

    Args:
        name: as it is compared.
        given: second keys as given, by kind.
    """
    with connection.cursor() as cursor:
        listed = watched.listed_names(cursor)
    best: dict[int, float] = {}
    for found in listed.found_by.search(name, THRESHOLD_WITH_KEY, most=4 * _MOST):
        number = listed.entries[found.place]
        best[number] = max(best.get(number, 0.0), found.score)
    if not best:
        return []
    keys = queries.keys_of(best)
    ours = {kind: [compared(kind, one) for one in values if one] for kind, values in given.items()}
    told = []
    for entry in queries.entries().filter(pk__in=list(best)):
        if entry.kind in _GOODS:
            continue
        listed_keys = [(key.kind, key.compared) for key in keys.get(entry.pk, ())]
        agreed = agreement(listed_keys, ours)
        if best[entry.pk] >= THRESHOLD or agreed.agreeing:
            told.append(Candidate(entry, "name", best[entry.pk], agreed))
    told.sort(key=lambda one: (-one.score, -len(one.keys.agreeing), one.entry.pk))
    return told[:_MOST]


def _by_key(trace: Trace) -> list[Candidate]:
    """Return the entries that a trace is for certain."""
    kind = {"party": "trader", "means": "means", "container": "container"}.get(trace.kind)
    value = trace.identifier if trace.kind == "party" else trace.name
    if kind is None or not value:
        return []
    rows = queries.entries_with_keys([kind], [compared(kind, value)])
    return [Candidate(row.entry, "exact", 1.0, Agreement((kind,), ())) for row in rows]


def matched(doing: Act, traces: Sequence[Trace]) -> list[Match]:
    """Compare traces with the lists where that was not done, and return what they may be.

    What was dismissed is left out. Call it within an act; it announces what is new.
    """
    with connection.cursor() as cursor:
        number = revision.current(cursor)
    for trace in traces:
        if trace.compared_at != number:
            _compare(doing, trace)
            trace.compared_at = number
            Trace.objects.filter(pk=trace.pk).update(compared_at=number)
    rows = queries.matches_of_traces(trace.pk for trace in traces)
    return [row for row in rows if row.state != "dismissed" and row.entry.state == "in_force"]


def _compare(doing: Act, trace: Trace) -> None:
    known = {(row.watchlist_id, row.entry_number): row
             for row in Match.objects.filter(trace=trace)}  # fmt: skip
    for one in candidates(trace):
        row = known.get((one.entry.watchlist_id, one.entry.number))
        is_new = row is None
        if row is None:
            row = Match(trace=trace, watchlist=one.entry.watchlist, entry_number=one.entry.number,
                        found_at=doing.at)  # fmt: skip
        changed = (row.entry_digest, row.trace_digest) != (one.entry.digest, trace.digest)
        reopened = row.state == "dismissed" and changed
        fresh = is_new or reopened
        row.entry, row.how, row.score = one.entry, one.how, round(1000 * one.score)
        row.agreeing = " ".join(one.keys.agreeing)
        row.differing = " ".join(one.keys.differing)
        row.entry_digest, row.trace_digest = one.entry.digest, trace.digest
        if reopened:
            row.state, row.found_at = "open", doing.at
        row.save()
        if fresh:
            told = {"list": one.entry.watchlist.code, "how": row.how, "score": row.score}
            doing.announce(events.MATCH_FOUND, f"watch_match:{row.pk}", told)


def decide(actor: Actor, number: int, *, confirm: bool, reason: str) -> Match:
    """Confirm that a candidate is who is looked for, or dismiss it, as an analyst.

    A confirmed match counts like an exact key from the next lodging on. A confirmed one may be
    dismissed later, and the other way round.

    Raises:
        NotThere: there is none.
        DataRefused: there is no reason.
        StateForbids: it is decided so already, or the entry no longer counts.
    """
    access.match_for(actor, number)
    reason = needed_reason(reason)[:512]
    state = "confirmed" if confirm else "dismissed"
    with act(actor) as doing:
        row = Match.objects.select_for_update().get(pk=number)
        entry = Entry.objects.get(pk=row.entry_id)
        if row.state == state:
            raise StateForbids("This match is decided so already.")
        if row.how == "exact":
            raise StateForbids(
                "This match is by an exact key: it needs no confirmation and cannot be dismissed.",
                remedy="End the entry, or propose one with the right key.",
            )
        if confirm and entry.state != "in_force":
            raise StateForbids(
                "The entry no longer counts.", remedy="Look for its successor on the list."
            )
        row.state, row.why, row.decided_by, row.decided_at = state, reason, actor.name, doing.at
        row.entry_digest = entry.digest
        row.trace_digest = Trace.objects.get(pk=row.trace_id).digest
        row.save()
        revision.changed()
        doing.announce(events.MATCH_DECIDED, f"watch_match:{row.pk}", {"state": state})
    return row


class Together(NamedTuple):
    """What became of matches that were decided together: which are, and why others are not."""

    decided: list[int]
    refused: list[tuple[int, ActRefused]]


def decide_many(actor: Actor, numbers: Sequence[int], *, confirm: bool, reason: str) -> Together:
    """Decide matches alike, for one reason; each is an act of its own, done whole or not at all.

    What forbids one of them leaves the others.

    Raises:
        DataRefused: none is named, too many are, or there is no reason. Nothing is done then.
    """
    reason = needed_reason(reason)
    wanted = list(dict.fromkeys(numbers))
    if not 0 < len(wanted) <= TOGETHER:
        raise DataRefused(
            "These matches cannot be decided together.",
            faults=(("/body/numbers", f"1 to {TOGETHER}"),),
            remedy=f"Choose at least one and at most {TOGETHER}.",
        )
    done = Together([], [])
    for number in wanted:
        try:
            decide(actor, number, confirm=confirm, reason=reason)
        except (NotThere, StateForbids) as refused:
            done.refused.append((number, refused))
        else:
            done.decided.append(number)
    return done
