"""Insiders at work on the database: which attacks the log finds alone, and which with a witness.

The careless insider writes to the tables. The able one also holds the signing key and makes the
whole log agree with itself again: commitments, tree, checkpoints.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import F

from clearway.audit import checkpoints, merkle, notes, queries, sequencer
from clearway.audit.actor import Actor, system
from clearway.audit.bulk import insert
from clearway.audit.models import Checkpoint, Entry, Leaf, Subtree
from clearway.audit.service import commitment, note
from clearway.audit.witness import NotTheSameLog, Witness
from clearway.events import verification
from clearway.events.models import Event
from clearway.events.queries import contents_of
from clearway.events.service import act
from clearway.vocabulary.clock import microseconds

pytestmark = pytest.mark.django_db
TRADER = Actor(name="key:7", organisation=3)
LOOKER = system("officer")
DOCUMENT = Path(__file__).parents[2] / "docs/decisions/0007-audit-log.md"


def lodge(first, last):
    for n in range(first, last):
        with act(TRADER) as doing:
            subject = f"declaration:26XP{n:06d}"
            doing.announce("declaration.accepted", subject, {"n": n}, concerns=(3,))
            doing.announce("declaration.laned", subject, {"lane": "red" if n % 3 else "green"})
        note("read", LOOKER, subject)


def settle():
    while sequencer.place(limit=37):
        pass
    return checkpoints.sign()


@pytest.fixture
def small_tree(monkeypatch, settings, tmp_path, simulated_clock):
    monkeypatch.setattr(queries, "STEP", 2)
    monkeypatch.setattr(queries, "SPAN", 4)
    settings.DATA = tmp_path / "platform"
    return simulated_clock


@pytest.fixture
def log(small_tree):
    """120 leaves under three checkpoints, two hours apart."""
    for batch in range(3):
        lodge(batch * 20, batch * 20 + 20)
        settle()
        small_tree.advance(small_tree.now() + timedelta(hours=2))
    assert [row.size for row in queries.all_checkpoints()] == [40, 80, 120]
    return small_tree


@pytest.fixture
def witness(log, tmp_path):
    """A witness that saw the first two checkpoints."""
    found = Witness(tmp_path / "witness" / "key")
    found.trust(checkpoints.signer().verifier)
    for size, old in ((40, 0), (80, 40)):
        path = merkle.consistency_proof(old, size, queries.nodes())
        found.sign(queries.checkpoint_of(size).note, path)
    return found


def event(n):
    return Event.objects.filter(subject=f"declaration:26XP{n:06d}").order_by("id").last()


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def change_a_body():
    sql("UPDATE events_event SET body = %s WHERE id = %s", b'{"lane":"green"}', event(5).id)


def change_who_acted():
    sql("UPDATE events_event SET actor = 'key:8' WHERE id = %s", event(5).id)


def change_who_may_learn():
    sql("UPDATE events_event SET concerns = ',4,' WHERE id = %s", event(5).id)


def change_when():
    sql("UPDATE events_event SET legal_time = legal_time - 1 WHERE id = %s", event(5).id)


def change_who_read():
    read = Leaf.objects.filter(kind="read")[5]
    sql("UPDATE audit_leaf SET actor = 'system:other' WHERE id = %s", read.id)


def drop_an_event():
    sql("DELETE FROM events_event WHERE id = %s", event(5).id)


def drop_an_act():
    leaf = event(5).leaf_id
    position = Entry.objects.get(leaf=leaf).position
    sql("DELETE FROM events_event WHERE leaf_id = %s", leaf)
    sql("DELETE FROM audit_entry WHERE leaf_id = %s", leaf)
    sql("DELETE FROM audit_leaf WHERE id = %s", leaf)
    shift(position, -1)


def shift(position, by):
    """Renumber what comes after, so that no gap shows."""
    moved = [(row.leaf_id, row.position) for row in Entry.objects.filter(position__gt=position)]
    Entry.objects.filter(position__gt=position).update(position=None)
    for leaf, old in moved:
        sql("UPDATE audit_entry SET position = %s WHERE leaf_id = %s", old + by, leaf)


def reorder_two_acts():
    one, other = (Entry.objects.get(leaf=event(n).leaf_id) for n in (5, 9))
    Entry.objects.filter(pk__in=[one.pk, other.pk]).update(position=None)
    sql("UPDATE audit_entry SET position = %s WHERE leaf_id = %s", other.position, one.pk)
    sql("UPDATE audit_entry SET position = %s WHERE leaf_id = %s", one.position, other.pk)


def insert_an_act():
    position = Entry.objects.get(leaf=event(5).leaf_id).position
    shift(position, 1)
    with act(TRADER, at=event(5).system_time) as doing:
        doing.announce("declaration.released", event(5).subject, {})
    made = Event.objects.get(kind="declaration.released").leaf_id
    sql("UPDATE audit_entry SET position = %s WHERE leaf_id = %s", position + 1, made)


def insert_an_event():
    with connection.cursor() as cursor:
        like = event(5)
        columns = "id, kind, subject, legal_time, system_time, actor, concerns, body, leaf_id"
        at = microseconds(like.system_time)
        row = (10**9, "declaration.released", like.subject, at, at, like.actor, "", b"{}")
        insert(cursor, "events_event", columns, [(*row, like.leaf_id)])


def cut_off_the_end():
    gone = list(Entry.objects.filter(position__gte=70).values_list("leaf_id", flat=True))
    Event.objects.filter(leaf__in=gone).delete()
    Entry.objects.filter(leaf__in=gone).delete()
    Leaf.objects.filter(id__in=gone).delete()


def put_back_an_old_copy_and_go_on():
    cut_off_the_end()
    Checkpoint.objects.filter(size__gt=70).delete()
    Subtree.objects.all().delete()
    rebuild_subtrees()
    lodge(500, 530)
    settle()


def erase_a_salt():
    sql("UPDATE audit_leaf SET salt = %s WHERE id = %s", b"", event(5).leaf_id)


def exchange_two_bodies():
    one, other = event(5), event(6)
    sql("UPDATE events_event SET body = %s WHERE id = %s", bytes(other.body), one.id)
    sql("UPDATE events_event SET body = %s WHERE id = %s", bytes(one.body), other.id)


def rebuild_subtrees():
    size = queries.size()
    with connection.cursor() as cursor:
        sequencer._keep_subtrees(cursor, 0, size)


def cover_up():
    """Make the log agree with itself, as one can who holds the key."""
    told = contents_of(list(Leaf.objects.values_list("id", flat=True)))
    for leaf in Leaf.objects.all():
        salt = bytes(leaf.salt) or b"0" * 16
        if leaf.kind == "act" and leaf.id not in told:
            leaf.kind = "read"
        content = told.get(leaf.id) if leaf.kind == "act" else leaf.detail
        seal = (leaf.kind, microseconds(leaf.at), leaf.actor, leaf.subject, content)
        leaf.salt, leaf.commitment = salt, commitment(salt, seal)
        leaf.save()
    Subtree.objects.all().delete()
    rebuild_subtrees()
    kept = [(row.size, row.at) for row in queries.all_checkpoints()]
    Checkpoint.objects.all().delete()
    key, size = checkpoints.signer(), queries.size()
    for told_size, at in kept:
        new = min(told_size, size)
        root = merkle.root(0, new, queries.nodes())
        text = notes.Checkpoint(key.name, new, root).text
        Checkpoint.objects.update_or_create(
            size=new, defaults={"root": root, "at": at, "note": f"{text}\n{key.line(text)}"}
        )


ATTACKS = [
    change_a_body,
    change_who_acted,
    change_who_may_learn,
    change_when,
    change_who_read,
    exchange_two_bodies,
    drop_an_event,
    drop_an_act,
    reorder_two_acts,
    insert_an_act,
    insert_an_event,
    erase_a_salt,
    cut_off_the_end,
    put_back_an_old_copy_and_go_on,
]
ALONE_EVEN_CARELESS = {put_back_an_old_copy_and_go_on}
"""An old copy agrees with itself as it is: only who saw the newer one can tell."""


def found(witnessed=()):
    return {fault.kind for fault in verification.verify(witnessed)}


def test_an_honest_log_has_no_fault(log, witness):
    assert found() == set()
    assert found([witness.last()]) == set()
    path = merkle.consistency_proof(80, 120, queries.nodes())
    witness.sign(queries.checkpoint_of(120).note, path)
    assert found([witness.last()]) == set()


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_what_a_careless_insider_did(log, witness, attack):
    seen = witness.last()
    attack()
    assert bool(found()) == (attack not in ALONE_EVEN_CARELESS)
    assert found([seen])


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_what_an_able_insider_did_needs_the_witness(log, witness, attack):
    seen = witness.last()
    attack()
    cover_up()
    assert found() == set()
    assert found([seen]) <= {"rewritten", "shrunk"}
    assert found([seen])


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_a_witness_signs_nothing_that_does_not_continue(log, witness, attack):
    attack()
    cover_up()
    newest = queries.newest_checkpoint()
    grown = newest.size >= 80
    path = merkle.consistency_proof(80, newest.size, queries.nodes()) if grown else []
    with pytest.raises(NotTheSameLog):
        witness.sign(newest.note, path)


def test_a_backdated_act_is_found_by_its_place(log):
    at = event(5).system_time
    with act(TRADER, at=at) as doing:
        doing.announce("declaration.released", event(5).subject, {})
    settle()
    assert found() == {"backdated"}


def test_a_leaf_without_a_place_is_found(log):
    Entry.objects.filter(position=119).delete()
    assert "unlisted" in found()


def test_a_stray_event_is_found(log):
    sql("UPDATE events_event SET leaf_id = 999999 WHERE id = %s", event(5).id)
    assert {"inserted", "changed"} <= found()


def test_stored_subtrees_are_checked(log):
    Subtree.objects.filter(level=1, number=3).update(root=b"x" * 32)
    assert found() == {"subtree"}


def test_a_forged_checkpoint_is_found(log):
    Checkpoint.objects.filter(size=80).update(note=F("note"), root=b"y" * 32)
    assert found() == {"rewritten", "forged"}


def test_a_platform_with_another_key_is_not_the_log_that_was_witnessed(log, witness, settings):
    settings.DATA = settings.DATA.with_name("other")
    with pytest.raises(NotTheSameLog):
        witness.trust(checkpoints.signer().verifier)


def test_the_decision_record_names_every_attack():
    rows = re.findall(
        r"^\| ([a-z ]+) \| (yes|no) \| (yes|no) \| yes \|$", DOCUMENT.read_text(), re.MULTILINE
    )
    expected = [
        (attack.__name__.replace("_", " "), "no" if attack in ALONE_EVEN_CARELESS else "yes", "no")
        for attack in ATTACKS
    ]
    assert rows == expected
