"""``clearway serve``: the platform made ready, served, and ended in good order.

Ready means: the data folder is ours alone (on SQLite), the tables are those of this release, and
a country pack is published. SIGTERM and Ctrl-C refuse new connections, let the requests under way
and the line's queue finish, take a last checkpoint and end with exit code 0.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from multiprocessing import parent_process
from pathlib import Path
from socket import socket
from typing import Any

import uvicorn
from django.conf import settings
from django.db import DatabaseError
from uvicorn.supervisors import Multiprocess, multiprocess

from clearway.site.preparing import prepare
from clearway.vocabulary.errors import ClearwayError, DefectFound, InputUnusable

APPLICATION = "clearway.site.asgi:application"
GRACE = 20
"""Seconds that requests under way are given at the end."""
_MIGRATION_LOCK = 0x636C6561
"""Any number that nobody else locks: several hosts may start on one database."""


def serve(*, host: str, port: int, workers: int) -> None:
    """Serve until told to end.

    Raises:
        InputUnusable: another server has this data folder, or the address is taken.
        ClearwayError: what else keeps the platform from starting.
    """
    os.umask(0o077)  # what is kept here is its owner's alone
    prepare()
    if workers > 1 and settings.ENVIRONMENT["CLEARWAY_DATABASE"] == "sqlite":
        raise InputUnusable(
            "On SQLite one process holds everything.",
            where="--workers",
            remedy="Leave --workers out, or set CLEARWAY_DATABASE to PostgreSQL.",
        )
    with _alone(Path(settings.DATA)), _shared_counts(workers):
        make_ready_or_say_why()
        config = _configuration(host, port, workers)
        if workers > 1:
            multiprocess.Process = _Worker  # type: ignore[misc] # uvicorn has no word for it
            Multiprocess(config, sockets=[config.bind_socket()]).run()
        else:
            _run_here(config)


def make_ready_or_say_why() -> None:
    """Make the installation ready (``make_ready``).

    Raises:
        InputUnusable: its database cannot be used.
    """
    try:
        make_ready()
    except DatabaseError as error:
        cause = error.__cause__ or error
        words = str(cause).strip().splitlines() or [type(cause).__name__]
        raise InputUnusable(
            f"The database cannot be used: {words[0]}.",
            where="CLEARWAY_DATABASE",
            remedy="Check that it runs, that there is space, and that the account may use it.",
        ) from None


def make_ready() -> None:
    """Bring the tables up to this release, publish the first pack, seed a demonstration."""
    from django.core.management import call_command

    from clearway.payments.seeding import seed_demo as seed_payments
    from clearway.reference.service import publish_first
    from clearway.traders.seeding import seed_demo

    with _one_migrates():
        if _migrations_wait():
            call_command("migrate", verbosity=0, interactive=False)
        if settings.ENVIRONMENT["CLEARWAY_DATABASE"] != "sqlite":
            call_command("createcachetable", verbosity=0)
        publish_first(settings.ENVIRONMENT["CLEARWAY_PACK"])
        if settings.DEMO:
            seed_demo()
            seed_payments()


def _migrations_wait() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextlib.contextmanager
def _one_migrates() -> Iterator[None]:
    """Let one process at a time change the tables of a database that several may start on."""
    from django.db import connection

    if connection.vendor != "postgresql":
        yield
        connection.close()
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATION_LOCK])
    connection.close()


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a data folder for this server; the lock ends with the process, however it ends."""
    if settings.ENVIRONMENT["CLEARWAY_DATABASE"] != "sqlite" or os.name == "nt":
        yield
        return
    import fcntl

    with (folder / "serving.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputUnusable(
                "Another server is using this data folder.",
                where=str(folder),
                remedy="End that one first, or set CLEARWAY_DATA to another folder.",
            ) from None
        yield


@contextlib.contextmanager
def _shared_counts(workers: int) -> Iterator[None]:
    """Give several processes a folder in which their metrics are added up."""
    if workers == 1:
        yield
        return
    folder = tempfile.mkdtemp(prefix="clearway-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _configuration(host: str, port: int, workers: int) -> uvicorn.Config:
    return uvicorn.Config(
        APPLICATION,
        host=host,
        port=port,
        workers=workers,
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.ENVIRONMENT["CLEARWAY_PROXIES"],
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE,
        timeout_worker_healthcheck=60,
    )


class _Server(uvicorn.Server):
    """Uvicorn's server, for which an end that was asked for is no failure."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGINT and SIGTERM as the wish to end; do not send them on afterwards."""
        before = {
            number: signal.signal(number, self.handle_exit)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: Any = None) -> None:
        """Start, and say where."""
        await super().startup(sockets)
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            sys.stderr.write(f"clearway: serving on http://{self.config.host}:{port}\n")
            sys.stderr.flush()

    async def shutdown(self, sockets: Any = None) -> None:
        """Tell the streams that it ends, then end in uvicorn's order."""
        from clearway.site import asgi

        asgi.over.set()
        await super().shutdown(sockets)


class _Worker(multiprocess.Process):
    """One of several processes, whose server ends as the only one does."""

    @property
    def server(self) -> uvicorn.Server:
        """The process's own server."""
        if self._server is None:
            self._server = _Server(self.config)
        return self._server

    def target(self, sockets: list[socket] | None = None) -> None:
        """Serve, and end with the process that started this one, however that ended."""
        threading.Thread(target=_end_with_parent, daemon=True).start()
        super().target(sockets)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _run_here(config: uvicorn.Config) -> None:
    server = _Server(config)
    try:
        server.run()
    except SystemExit:
        raise _cause(config) from None
    if not server.started:
        raise _cause(config)


def _cause(config: uvicorn.Config) -> ClearwayError:
    """Return why the server did not start."""
    from clearway.site import metrics

    failure = metrics.failure
    if isinstance(failure, ClearwayError):
        return failure
    if failure is not None:
        return DefectFound(f"The platform cannot start: {type(failure).__name__}.")
    return InputUnusable(
        "The address is taken or may not be used.",
        where=f"{config.host}:{config.port}",
        remedy="Set CLEARWAY_PORT to a free port.",
    )
