"""Positions after commit, the stored subtrees, checkpoints."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from clearway.audit import checkpoints, merkle, notes, numbers, queries, sequencer
from clearway.audit.actor import system
from clearway.audit.models import Checkpoint, Entry, Subtree
from clearway.audit.service import note, note_all

ACTOR = system("test")


def log_many(count):
    note_all("read", ACTOR, ((f"thing:{n}", None) for n in range(count)))


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.DATA = tmp_path


def test_places_are_consecutive_and_in_order(both_databases):
    log_many(5)
    assert sequencer.place(limit=3) == 3
    assert sequencer.place() == 2
    assert sequencer.place() == 0
    log_many(1)
    assert sequencer.place() == 1
    assert [position for position, _ in queries.entries_between(0, 99)] == list(range(6))
    leaves = [leaf for _, leaf in queries.entries_between(0, 99)]
    assert leaves == sorted(leaves)


def test_a_number_taken_early_and_committed_late_is_not_lost(both_databases):
    if both_databases == "sqlite":
        pytest.skip("SQLite has one writer: nothing commits out of order")
    begun, go_on = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            note("read", ACTOR, "slow:1")
            begun.set()
            go_on.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    begun.wait(10)
    note("read", ACTOR, "quick:1")
    assert sequencer.place() == 1
    go_on.set()
    thread.join()
    assert sequencer.place() == 1
    found = Entry.objects.order_by("position").values_list("leaf__subject", flat=True)
    assert list(found) == ["quick:1", "slow:1"]
    first, second = Entry.objects.order_by("position").values_list("leaf_id", flat=True)
    assert first > second


def test_only_one_at_a_time(both_databases):
    if both_databases == "sqlite":
        pytest.skip("SQLite has one process")
    log_many(4)
    held, go_on = threading.Event(), threading.Event()

    def other():
        with transaction.atomic():
            assert sequencer.lock(sequencer._LOCK)
            held.set()
            go_on.wait(10)
        connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    held.wait(10)
    assert sequencer.place() == 0
    go_on.set()
    thread.join()
    assert sequencer.place() == 4


def test_many_sequencers_at_once_give_each_place_once(both_databases):
    log_many(3000)

    def work():
        while queries.anything_waits():
            sequencer.place(limit=100)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [position for position, _ in queries.entries_between(0, 9999)] == list(range(3000))


@pytest.mark.parametrize("steps", [[1, 254, 1, 1, 255, 600], [2000], [255, 257, 512]])
def test_stored_subtrees_give_the_root_of_the_leaves(both_databases, steps):
    for count in steps:
        log_many(count)
        while sequencer.place(limit=700):
            pass
        size = queries.size()
        leaves = queries.commitments(0, size)
        nodes = merkle.nodes_of(leaves)
        root = merkle.root(0, size, nodes)
        assert merkle.root(0, size, queries.nodes()) == root
        for index in {0, size // 3, size - 1}:
            assert merkle.inclusion_proof(index, size, queries.nodes()) == merkle.inclusion_proof(
                index, size, nodes
            )
            assert merkle.consistency_proof(
                index, size, queries.nodes()
            ) == merkle.consistency_proof(index, size, nodes)
    assert Subtree.objects.count() == size // 256


def test_subtrees_of_the_second_kind(both_databases, monkeypatch):
    monkeypatch.setattr(queries, "STEP", 2)
    monkeypatch.setattr(queries, "SPAN", 4)
    for count in (3, 14, 50, 1, 200):
        log_many(count)
        while sequencer.place(limit=37):
            pass
        size = queries.size()
        nodes = merkle.nodes_of(queries.commitments(0, size))
        assert merkle.root(0, size, queries.nodes()) == merkle.root(0, size, nodes)
    levels = {row.level for row in Subtree.objects.all()}
    assert levels == {1, 2, 3, 4}


def test_a_proof_reads_little(both_databases):
    log_many(5000)
    while sequencer.place():
        pass
    with CaptureQueriesContext(
        connection,
    ) as seen:
        merkle.inclusion_proof(1234, 5000, queries.nodes())
    assert len(seen) <= 4


def test_checkpoints_are_signed_once_for_each_growth(both_databases):
    log_many(10)
    sequencer.place()
    first = checkpoints.sign()
    assert checkpoints.sign() is None
    log_many(1)
    sequencer.place()
    second = checkpoints.sign()
    assert (first.size, second.size) == (10, 11)
    key = checkpoints.signer().verifier
    told = notes.read_checkpoint(second.note)
    assert told == notes.Checkpoint(key.name, 11, bytes(second.root))
    assert notes.signed_by(second.note, key) == 0
    assert Checkpoint.objects.count() == 2


def test_an_empty_tree_has_a_checkpoint_too(both_databases):
    assert bytes(checkpoints.sign().root) == merkle.EMPTY


def test_the_thread_places_signs_and_stops(both_databases):
    thread = sequencer.Sequencer(pause=0.01, sign_every=0.01)
    thread.start()
    log_many(3)
    for _ in range(500):
        if not queries.anything_waits():
            break
        threading.Event().wait(0.01)
    log_many(2)
    thread.stop()
    assert not thread.is_alive()
    assert queries.size() == 5
    assert queries.newest_checkpoint().size == 5


def test_numbers_are_unique_across_threads(both_databases):
    taken, lock = [], threading.Lock()

    def work():
        for _ in range(20):
            with transaction.atomic(), connection.cursor() as cursor:
                mine = list(numbers.take(cursor, "leaf", 7))
            with lock:
                taken.extend(mine)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(taken)) == len(taken) == 420


def test_no_checkpoint_is_older_than_the_one_before(both_databases, monkeypatch):
    log_many(1)
    sequencer.place()
    first = checkpoints.sign()
    log_many(1)
    sequencer.place()
    monkeypatch.setattr(checkpoints.clock, "now", lambda: first.at - timedelta(hours=1))
    assert checkpoints.sign().at == first.at, "another machine's clock may be behind"
