"""The one writer of checkpoints: the log goes into the database, and readers are not in the way."""

import sqlite3
import threading

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection

from clearway.site import checkpoints
from clearway.site.checkpoints import Checkpoints, checkpoint, log_size
from clearway.site.sqlite.base import writers_turn

pytestmark = pytest.mark.django_db(transaction=True)


def write(count):
    for number in range(count):
        Group.objects.create(name=f"group {number}")


def test_nobody_else_checkpoints():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_autocheckpoint")
        assert cursor.fetchone() == (0,)


def test_what_is_committed_goes_into_the_database():
    checkpoint(thorough=True)
    assert log_size() == 0
    write(5)
    assert log_size() > 0
    pages, moved = checkpoint(thorough=False)
    assert pages == moved > 0
    checkpoint(thorough=True)
    assert log_size() == 0


def test_a_reader_keeps_its_view_and_holds_nobody_up():
    write(1)
    reader = sqlite3.connect(settings.DATABASES["default"]["NAME"])
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM auth_group").fetchone() == (1,)
    Group.objects.create(name="later")
    checkpoint(thorough=True)
    assert reader.execute("SELECT count(*) FROM auth_group").fetchone() == (1,)
    reader.rollback()
    reader.close()
    checkpoint(thorough=True)
    assert log_size() == 0


def test_the_thorough_one_waits_for_the_writer_in_turn():
    done = threading.Event()

    def work():
        checkpoint(thorough=True)
        connection.close()
        done.set()

    with writers_turn():
        thread = threading.Thread(target=work)
        thread.start()
        assert not done.wait(0.2)
    thread.join(10)
    assert done.is_set()


def test_the_part_empties_the_log_at_its_end(monkeypatch):
    monkeypatch.setattr(checkpoints, "EVERY", 0.01)
    part = Checkpoints()
    part.start()
    write(5)
    part.stop()
    assert log_size() == 0
    assert not part._thread.is_alive()
