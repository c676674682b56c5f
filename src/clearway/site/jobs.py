"""Background jobs: django-tasks' rows, done by a thread of the server.

A job whose process was killed is begun again, so that every job must bear being begun twice.
"""

from __future__ import annotations

import contextlib
import logging
import math
import threading
import time
from collections.abc import Iterator

from django.db import DatabaseError, close_old_connections, connection, transaction
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from clearway.site import processes

LOOKS_EVERY = 1.0
SEEN_EVERY = 10.0

_log = logging.getLogger("clearway.jobs")


class Jobs(db_worker.Worker):
    """Does the jobs, one after another, until it is stopped."""

    name = "jobs"

    def __init__(self) -> None:
        super().__init__(
            queue_names=["*"],
            interval=LOOKS_EVERY,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=processes.NAME,
            excluded_queue_names=[],
        )
        self._over = threading.Event()
        self._thread = threading.Thread(target=self.run, name=self.name, daemon=True)

    def start(self) -> None:
        """Begin."""
        processes.seen()
        self._thread.start()

    def stop(self) -> None:
        """End after the job under way."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(30)
        processes.left()

    def run(self) -> None:
        """Look for jobs, and do them, until it is stopped."""
        kept_house = -math.inf
        while not self._over.is_set():
            if time.monotonic() - kept_house > SEEN_EVERY:
                self._keep_house()
                kept_house = time.monotonic()
            if not self._one():
                self._over.wait(LOOKS_EVERY)
        connection.close()

    def _keep_house(self) -> None:
        with self._in_spite_of_the_database():
            processes.seen()
            begin_again(processes.gone())

    def _one(self) -> bool:
        """Do one job; tell whether there was one."""
        with self._in_spite_of_the_database():
            close_old_connections()
            ready = DBTaskResult.objects.ready()
            if not ready.exists():  # most looks end here, and take no writer's turn
                return False
            with transaction.atomic():
                job = ready.get_locked()
                if job is not None:
                    job.claim(self.worker_id)
            if job is not None:
                self.run_task(job)
                return True
        return False

    @contextlib.contextmanager
    def _in_spite_of_the_database(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            _log.warning("the record cannot be written: %s", type(error).__name__)
            connection.close()


def begin_again(gone: list[str]) -> int:
    """Let the jobs that processes left half done be done again; return how many."""
    count = 0
    for job in DBTaskResult.objects.running():
        if job.worker_ids and job.worker_ids[-1] in gone:
            again = DBTaskResult.objects.running().filter(id=job.id)
            count += again.update(status=TaskResultStatus.READY, started_at=None)
    return count
