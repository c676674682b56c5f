"""The audit log: who did or read what, and the proof of each line. Looking is logged too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clearway.accounts.queries import called, names_called
from clearway.audit import access, queries, verification
from clearway.audit.actor import Actor
from clearway.audit.models import Leaf
from clearway.events.queries import contents_of
from clearway.vocabulary.clock import instant_of
from clearway.web.listing import Column, Filter, Listing
from clearway.web.oversight.packs import in_parts
from clearway.web.visitors import page
from clearway.web.writing import zone

KINDS: Final = ("act", "read", "refusal", "unreadable", "witness")


def _rows(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[Leaf]:
    del actor
    who, subject = chosen.get("actor", ""), chosen.get("subject", "")
    return queries.log(
        queries.Narrowing(
            kind=chosen.get("leaf_kind", ""),
            actors=frozenset((names_called(who) or {who}) if "@" in who else {who} - {""}),
            subject=subject if ":" in subject or not subject else f"declaration:{subject}",
            since=_midnight(chosen.get("since")),
            before=_midnight(chosen.get("until")),
        )
    )


def _midnight(day: Any) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), zone()).astimezone(UTC)


def _position(row: Leaf) -> int | None:
    entry = getattr(row, "entry", None)
    return None if entry is None else entry.position


LOG: Final = Listing(
    name="log",
    title="menu_log",
    rows=_rows,
    columns=(
        Column("leaf", lambda row: row.pk, "code"),
        Column("at", lambda row: row.at, "instant:whole"),
        Column("leaf_kind", lambda row: row.kind, "word:leaf_kind"),
        Column("actor", lambda row: row.actor, "actor"),
        Column("subject", lambda row: row.subject, "subject"),
        Column("position", _position, "number"),
    ),
    filters=(
        Filter("leaf_kind", "choice", KINDS, "leaf_kind"),
        Filter("actor", longest=254),
        Filter("subject", longest=96),
        Filter("since", "day"),
        Filter("until", "day"),
    ),
    order="-id",
    address=lambda row: reverse("leaf", args=[row.pk]),
    note=access.note_log,
    hint="log_hint",
)


@require_safe
@page("listLeaves", access.OPERATIONS)
def log(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the log, and how it stands."""
    signed = queries.newest_checkpoint()
    return LOG.answer(
        request,
        actor,
        above="web/oversight/log_stands.html",
        signed=signed,
        stands=verification.newest_stands(),
        witnesses=0 if signed is None else len(signed.witnessed.splitlines()),
        unplaced=verification.unplaced(),
        mine=f"?actor={actor.name}",
        command="clearway audit verify",
    )


@require_safe
@page("listLeaves", access.OPERATIONS)
def leaf(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show one leaf with what it commits to, and work its proof out anew."""
    found = access.leaf_for(actor, number)
    facts = contents_of([found.pk]).get(found.pk, [])
    context = {
        "leaf": found,
        "called": called([found.actor])[found.actor],
        "commitment": in_parts(bytes(found.commitment).hex()),
        "proof": verification.prove(found, contents_of),
        "facts": [
            {"number": row[0], "kind": row[1], "subject": row[2], "legal_time": instant_of(row[3])}
            for row in facts
        ],
    }
    return render(request, "web/oversight/leaf.html", context)
