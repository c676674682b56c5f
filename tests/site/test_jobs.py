"""Background jobs: done once, told when they fail, begun again where a process was killed."""

import time

import pytest
from django.contrib.auth.models import Group
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from clearway.site import processes
from clearway.site.jobs import Jobs, begin_again
from clearway.site.models import Process
from clearway.vocabulary.clock import SystemClock


@task
def name_a_group(name):
    Group.objects.create(name=name)
    return name


@task
def fail():
    raise ValueError("no")


def wait_for(count):
    until = time.monotonic() + 20
    while DBTaskResult.objects.finished().count() < count:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_jobs_are_done_and_a_failing_one_stops_nobody(both_databases):
    name_a_group.enqueue("first")
    fail.enqueue()
    name_a_group.enqueue("second")
    jobs = Jobs()
    jobs.start()
    wait_for(3)
    jobs.stop()
    assert sorted(Group.objects.values_list("name", flat=True)) == ["first", "second"]
    assert DBTaskResult.objects.failed().count() == 1
    assert not Process.objects.exists()


def test_a_job_of_a_killed_process_is_begun_again(both_databases):
    name_a_group.enqueue("left half done")
    DBTaskResult.objects.get().claim("killed")
    long_ago = SystemClock().now() - 2 * processes.GONE_AFTER
    Process.objects.create(name="killed", started_at=long_ago, seen_at=long_ago)
    jobs = Jobs()
    jobs.start()
    wait_for(1)
    jobs.stop()
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL
    assert Group.objects.count() == 1


def test_a_job_of_a_living_process_is_left_to_it(both_databases):
    name_a_group.enqueue("under way")
    DBTaskResult.objects.get().claim(processes.NAME)
    processes.seen()
    assert begin_again(processes.gone()) == 0
    assert DBTaskResult.objects.running().count() == 1


@pytest.mark.django_db
def test_the_database_tells_itself_unwritable(client, monkeypatch):
    from django.db import OperationalError

    from clearway.site import probes

    def refuse():
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(probes, "_last", (-10.0, {}))
    monkeypatch.setattr(processes, "seen", refuse)
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == "OperationalError"
    monkeypatch.undo()
    monkeypatch.setattr(probes, "_last", (-10.0, {}))
    assert client.get("/ready").json()["checks"]["database"] == "ok"
