"""A PostgreSQL of one's own: for the tests, the benches and the checks, never for service.

It lives in one new folder, listens on the loopback address alone, behind a password made for it,
and is ended by its own process number. PostgreSQL refuses to run as root, so that where we are
root it runs as ``postgres`` or, where there is no such user, as ``nobody``.
"""

from __future__ import annotations

import glob
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import psycopg

from clearway.vocabulary.errors import InputUnusable

READY_WITHIN = 30.0
"""Seconds; recovery after a kill included."""

_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class NoPostgreSQL(InputUnusable):
    """The machine has no PostgreSQL server that could be started."""


def programs() -> Path:
    """Return the folder of ``initdb`` and ``postgres``, the newest there is.

    Raises:
        NoPostgreSQL: this machine has none.
    """
    packaged = sorted(
        glob.glob("/usr/lib/postgresql/*/bin"),  # noqa: PTH207 - an absolute pattern
        key=lambda path: int(Path(path).parent.name) if Path(path).parent.name.isdigit() else 0,
    )
    found = shutil.which("initdb")
    for folder in [*reversed(packaged), str(Path(found).resolve().parent) if found else ""]:
        if folder and all((Path(folder) / name).exists() for name in ("initdb", "postgres")):
            return Path(folder)
    raise NoPostgreSQL(
        "This machine has no PostgreSQL server.",
        remedy="On Debian: apt-get install postgresql. It need not run; only its files are used.",
    )


class PrivateCluster:
    """A running server with an empty database ``postgres``.

    Args:
        durable: False for tests: commits do not wait for the disk. Benches and checks of
            durability want True, which is PostgreSQL's own default.
        settings: more settings, each as ``name=value``.
        folder: where it makes its own folder; the machine's folder for such by default.
    """

    def __init__(
        self, *, durable: bool = False, settings: Sequence[str] = (), folder: str | None = None
    ) -> None:
        self._programs = programs()
        self._settings = [*(() if durable else _QUICK), *settings]
        self._identity = _unprivileged()
        self.folder = Path(tempfile.mkdtemp(prefix="clearway-postgresql-", dir=folder))
        self.password = secrets.token_hex(16)
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._make()
            self.start()
        except BaseException:
            self.remove()
            raise

    def _make(self) -> None:
        secret = self.folder / "password"
        secret.write_text(self.password)
        if self._identity:
            for path in (self.folder, secret):
                os.chown(path, self._identity["user"], self._identity["group"])
        command = [str(self._programs / "initdb"), "-D", str(self.folder / "data"), "-U"]
        command += ["clearway", "--auth=scram-sha-256", f"--pwfile={secret}", "-E", "UTF8"]
        command += ["--no-locale", "--no-sync"]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd="/", **self._identity
        )
        if done.returncode:
            raise NoPostgreSQL(
                f"A PostgreSQL cluster could not be made: {done.stderr.strip()[-400:]}",
                where=str(self.folder),
            )

    def start(self) -> None:
        """Start the server and wait until it answers. The port stays the same afterwards."""
        self.port = self.port or _free_port()
        command = [str(self._programs / "postgres"), "-D", str(self.folder / "data")]
        command += ["-p", str(self.port), "-k", "", "-c", "listen_addresses=127.0.0.1"]
        for setting in self._settings:
            command += ["-c", setting]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd="/", **self._identity
            )
        until = time.monotonic() + READY_WITHIN
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > until:
                    tail = (self.folder / "log").read_text(errors="replace")[-600:]
                    raise NoPostgreSQL(f"PostgreSQL does not answer: {error}\n{tail}") from error
                time.sleep(0.05)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server: SIGINT ends it in order, SIGQUIT at once, as a failure would."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(how)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(15)
        self._process = None

    def remove(self) -> None:
        """End the server and take its folder away."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """Return a database's address, as ``CLEARWAY_DATABASE`` takes it."""
        return f"postgresql://clearway:{self.password}@127.0.0.1:{self.port}/{database}"

    def new_database(self, template: str = "template1") -> str:
        """Make a database of a fresh name, as a copy of another, and return its name."""
        name = f"c{secrets.token_hex(6)}"
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return name

    def drop_database(self, name: str) -> None:
        """Take a database away, whoever is still connected to it."""
        self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def run(self, statement: str) -> None:
        """Run one statement in the database ``postgres``, outside any transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()


def _unprivileged() -> dict[str, Any]:
    """Return how a child process becomes another user than root; nothing where we are none."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    raise NoPostgreSQL("There is no user `postgres` or `nobody` to run PostgreSQL as.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
