"""Acts: everything of one or nothing of it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from clearway.audit.actor import Actor, system
from clearway.audit.models import Entry, Leaf
from clearway.audit.service import commitment, note, note_all
from clearway.events.models import Event
from clearway.events.service import Announcement, Done, act, store_many, subject_of
from clearway.vocabulary.errors import DefectFound

ACTOR = Actor(name="user:7", organisation=3)


def counts():
    return Event.objects.count(), Leaf.objects.count(), Entry.objects.count()


def sealed(leaf):
    rows = (
        Event.objects.filter(leaf=leaf)
        .order_by("id")
        .values_list(
            "id", "kind", "subject", "legal_time", "system_time", "actor", "concerns", "body"
        )
    )
    from clearway.vocabulary.clock import microseconds

    told = [
        (*row[:3], microseconds(row[3]), microseconds(row[4]), *row[5:7], bytes(row[7]))
        for row in rows
    ]
    return commitment(
        bytes(leaf.salt), ("act", microseconds(leaf.at), leaf.actor, leaf.subject, told)
    )


def test_an_act_writes_event_leaf_and_outbox_row(both_databases):
    with act(ACTOR) as doing:
        doing.announce("thing.made", "thing:1", {"b": 2, "a": "ü\0"}, concerns=(3, 17))
        doing.announce("thing.seen", "thing:1", {})
    assert counts() == (2, 1, 1)
    leaf = Leaf.objects.get()
    assert bytes(leaf.commitment) == sealed(leaf)
    first, second = Event.objects.order_by("id")
    assert first.concerns == ",3,17,"
    assert bytes(first.body) == b'{"a":"\xc3\xbc\\u0000","b":2}'
    assert first.leaf_id == second.leaf_id == leaf.id
    assert Entry.objects.get().position is None


def test_an_act_that_fails_writes_nothing(both_databases):
    with suppress(ZeroDivisionError), act(ACTOR) as doing:
        doing.announce("thing.made", "thing:1", {})
        raise ZeroDivisionError
    assert counts() == (0, 0, 0)


def test_an_act_that_announces_nothing_is_a_defect_and_undone(both_databases):
    with pytest.raises(DefectFound), act(ACTOR):
        note("read", ACTOR, "thing:1")
    assert counts() == (0, 0, 0)


def test_a_body_that_cannot_be_told_undoes_the_act(both_databases):
    with pytest.raises(TypeError), act(ACTOR) as doing:
        doing.announce("thing.made", "thing:1", {"a": object()})
    assert counts() == (0, 0, 0)


@pytest.mark.parametrize("subject", ["thing:" + "x" * 200, "thing:a\0b"])
def test_a_subject_that_does_not_fit_undoes_the_act(both_databases, subject):
    with pytest.raises(DefectFound), act(ACTOR) as doing:
        doing.announce("thing.made", subject, {})
    assert counts() == (0, 0, 0)
    with act(ACTOR) as doing:
        doing.announce("thing.made", subject_of(*subject.split(":", 1)), {})
    assert counts() == (1, 1, 1)


def test_an_act_within_an_act_has_its_own_leaf_and_shares_its_fate(both_databases):
    with act(ACTOR) as outer:
        outer.announce("outer.done", "thing:1", {})
        with act(system("inner")) as inner:
            inner.announce("inner.done", "thing:2", {})
    assert counts() == (2, 2, 2)
    with suppress(ZeroDivisionError), act(ACTOR) as outer:
        with act(system("inner")) as inner:
            inner.announce("inner.done", "thing:2", {})
        raise ZeroDivisionError
    assert counts() == (2, 2, 2)


def test_an_inner_act_that_fails_leaves_the_outer_one(both_databases):
    with act(ACTOR) as outer:
        outer.announce("outer.done", "thing:1", {})
        with suppress(ZeroDivisionError), act(system("inner")) as inner:
            inner.announce("inner.done", "thing:2", {})
            raise ZeroDivisionError
    assert [event.kind for event in Event.objects.all()] == ["outer.done"]
    assert counts() == (1, 1, 1)


def test_nothing_is_announced_after_the_end(both_databases):
    with act(ACTOR) as doing:
        doing.announce("thing.made", "thing:1", {})
    with pytest.raises(DefectFound):
        doing.announce("thing.made", "thing:1", {})


def test_many_acts_in_one_transaction(both_databases):
    at = datetime(2026, 3, 2, 8, tzinfo=UTC)
    facts = [Announcement("thing.made", f"thing:{n}", {"n": n}, (n,)) for n in range(300)]
    acts = [Done(ACTOR, fact.subject, [fact, fact]) for fact in facts]
    with transaction.atomic(), connection.cursor() as cursor:
        store_many(cursor, acts, at)
        store_many(cursor, [], at)
    assert counts() == (600, 300, 300)
    assert all(bytes(leaf.commitment) == sealed(leaf) for leaf in Leaf.objects.all())
    assert {leaf.at for leaf in Leaf.objects.all()} == {at}


def test_notes_commit_to_what_they_do_not_keep(both_databases):
    note_all("read", ACTOR, [("list:a", ["x", "y"]), ("list:b", None)])
    note_all("read", ACTOR, [])
    first, second = Leaf.objects.order_by("id")
    assert len(first.detail) == 32
    assert second.detail is None
    assert counts() == (0, 2, 2)
