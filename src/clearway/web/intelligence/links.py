"""The view of links: who stands with whom on the record, as a picture and as tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clearway.audit.actor import Actor
from clearway.declarations.queries import rows_of
from clearway.intelligence import access, linking
from clearway.intelligence.linking import Links
from clearway.risk.access import OPERATIONS as RISK
from clearway.risk.outcomes.queries import looked_at
from clearway.web.intelligence.asking import may
from clearway.web.intelligence.drawing import picture
from clearway.web.language import language_for
from clearway.web.visitors import page
from clearway.web.words import RIGHT_TO_LEFT


class Found(NamedTuple):
    """What inspections of the records that the view saw showed: opened, and with findings."""

    inspected: int
    found: int


@require_safe
@page("showLinks", access.OPERATIONS)
def links(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show who and what stands on records with a party, an address, a container or a means."""
    trace = access.trace_for(actor, request.GET.get("key", "")[:64])
    steps = 2 if request.GET.get("steps") == "2" else 1
    access.note_read(actor, "links", [trace.pk])
    found = linking.links_of(trace, steps)
    nodes = linking.named_by(found)
    marks = _found(found) if actor.has(*RISK["getProfile"]) else {}
    drawn = picture(found, mirrored=language_for(request) in RIGHT_TO_LEFT)
    context = {
        "trace": trace,
        "steps": steps,
        "links": found,
        "picture": drawn,
        "nodes": [(node, marks.get(node.key)) for node in found.nodes],
        "boxes": [(box, marks.get(box.node.key)) for box in drawn.boxes],
        "sees_found": actor.has(*RISK["getProfile"]),
        "rows": [(nodes[each.one], nodes[each.other], each) for each in found.edges],
        "may_search": may(actor, "searchNames"),
    }
    return render(request, "web/intelligence/links.html", context)


def _found(links: Links) -> Mapping[str, Found]:
    """Return what inspections showed, by the nodes' keys; a node without any has none."""
    rows = rows_of({number for node in links.nodes for number in node.records})
    seen = looked_at(list(rows.values()))
    told: dict[str, Any] = {}
    for node in links.nodes:
        own = [seen[rows[number]] for number in node.records if rows.get(number) in seen]
        if own:
            told[node.key] = Found(len(own), sum(own))
    return told
