"""An event record that leaves out the acceptance of every tenth act."""

import itertools

from clearway.intake import assembling

TRIAL = "kills on sqlite"
SHOWS_AS = "missing_events"

_store, _count = assembling.store_many, itertools.count(1)


def store_some(cursor, acts, at):
    _store(cursor, [_shorter(act) if next(_count) % 10 == 0 else act for act in acts], at)


def _shorter(act):
    kept = [fact for fact in act.announcements if fact.kind != "declaration.accepted"]
    return type(act)(act.actor, act.subject, kept or act.announcements)


assembling.store_many = store_some
