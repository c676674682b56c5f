"""The news of a lodgement reach the principal too: in lists, streams and webhooks alike."""

from __future__ import annotations

from clearway.audit import sequencer
from clearway.events import access, queries
from clearway.events.models import Event


def told_to(border, who):
    """Return the kinds that somebody may learn of; list, stream and webhooks ask this question."""
    while sequencer.place():
        pass
    told, _ = queries.news(queries.START)
    mine = access.may_learn(border.actors[who])
    return {one.kind for one in told if one.kind.startswith("declaration.") and mine(one)}


def test_importer_and_agent_hear_of_what_was_lodged(border):
    actor = border.actors["broker"]
    answer = border.lodge("broker", declarant=actor.identifier, importer="XP1000000001")
    assert answer.status == 201, answer.json
    kinds = {"declaration.received", "declaration.accepted", "declaration.unmatched"}
    assert kinds <= told_to(border, "broker")
    assert told_to(border, "trader") == told_to(border, "broker")
    assert told_to(border, "trader2") == set()
    page = border.ask("trader", "get", "/events?limit=200").json["items"]
    assert kinds <= {one["kind"] for one in page}


def test_a_rejected_one_is_told_to_whom_it_names_and_none_twice(border):
    assert border.lodge("trader", origin="XX").status == 422
    rows = Event.objects.filter(kind="declaration.rejected")
    assert [row.concerns for row in rows] == [f",{border.actors['trader'].organisation},"]
