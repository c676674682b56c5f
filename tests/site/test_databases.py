"""The ground of the platform's tests: both databases answer, and each test finds them empty."""

import threading

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction


@pytest.mark.parametrize("time", [1, 2])
def test_each_test_begins_with_an_empty_database(both_databases, time):
    assert connection.vendor == both_databases
    assert Group.objects.count() == 0
    Group.objects.create(name=f"group {time}")
    assert Group.objects.count() == 1


def test_another_thread_sees_what_was_committed(both_databases):
    seen = []

    def look():
        seen.append((connection.vendor, Group.objects.count()))
        connection.close()

    with transaction.atomic():
        Group.objects.create(name="a group")
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [(both_databases, 1)]


def test_a_private_postgresql_starts_again_after_a_failure(postgresql):
    import signal

    import psycopg

    from clearway.proving.private_postgresql import PrivateCluster

    with PrivateCluster(durable=True) as cluster:
        name = cluster.new_database()
        with psycopg.connect(cluster.url(name)) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        cluster.stop(signal.SIGQUIT)
        cluster.start()
        with psycopg.connect(cluster.url(name)) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
        folder = cluster.folder
    assert not folder.exists()
