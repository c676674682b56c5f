"""Two processes on one PostgreSQL: both lodge, into one record, and both end in order."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from clearway.accounts.ready import demo_secret
from clearway.proving.durability.lodger import PATH, Told
from clearway.proving.durability.record import judge
from clearway.proving.synthetic_messages import AT, Messages
from clearway.site.serving import GRACE

EACH = 3
AT_ONCE = 12


@pytest.fixture
def database(postgresql, migrated_template):
    name = postgresql.new_database(migrated_template)
    yield postgresql.url(name)
    postgresql.drop_database(name)


def workers_of(server, count):
    """Return the process numbers of a server's workers, as soon as so many are there."""
    pid = server.process.pid
    until = time.monotonic() + 60
    while time.monotonic() < until:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        found = [
            int(one)
            for one in children
            if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()
        ]
        if len(found) == count:
            return found
        time.sleep(0.05)
    raise AssertionError(found)


@contextmanager
def held(process):
    """Let a process do nothing meanwhile."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def test_each_lodges_into_the_one_record_and_a_stream_holds_up_no_end(serving, tmp_path, database):
    environment = {"CLEARWAY_DATABASE": database, "CLEARWAY_DEMO": "1"}
    server = serving(tmp_path, "--workers", "2", **environment)
    messages, told = Messages(2 * EACH + 1, "two"), Told()

    def lodge(number):
        headers = {
            "Authorization": f"Bearer {demo_secret('trader')}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"two-{number}",
            **AT,
        }
        # A connection of its own: it is served by whoever takes it.
        answer = httpx.post(
            server.url + PATH, content=messages[number], headers=headers, timeout=60
        )
        assert answer.status_code == 201, answer.text
        told.acknowledge(number, answer.json()["mrn"])

    first, second = workers_of(server, 2)
    for idle, numbers in ((second, range(EACH)), (first, range(EACH, 2 * EACH))):
        with held(idle):
            for number in numbers:
                lodge(number)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lodge, [2 * EACH] * AT_ONCE))

    key = {"Authorization": f"Bearer {demo_secret('supervisor')}"}
    with server.http.stream("GET", "/api/v1/events/stream", headers=key) as stream:
        assert stream.status_code == 200
        began = time.monotonic()
        assert server.end() == 0
        assert time.monotonic() - began < GRACE / 2

    verdict = judge(database, tmp_path, told, "two")
    assert (verdict.declarations, verdict.acknowledged) == (2 * EACH + 1, 2 * EACH + 1)
    assert verdict.clean, verdict
    verified = subprocess.run(
        [sys.executable, "-m", "clearway", "audit", "verify"],
        env={**os.environ, "CLEARWAY_DATA": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr


PARENT = """
import multiprocessing, time
from clearway.site import serving
worker = multiprocessing.get_context("spawn").Process(target=serving._end_with_parent)
worker.start()
print(worker.pid, flush=True)
time.sleep(120)
"""


def test_no_worker_outlives_the_process_that_started_it():
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True
    ) as parent:
        worker = int(parent.stdout.readline())
        parent.kill()
    until = time.monotonic() + 60
    while Path(f"/proc/{worker}").exists():
        assert time.monotonic() < until
        time.sleep(0.05)
