"""The platform's server as a child process: started, watched and ended by who needs one of his own.

The demonstration, the checks, the benches and the tests do.
"""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self

from clearway.vocabulary.errors import DefectFound, InputUnusable

HOST = "127.0.0.1"
SERVE = ("-m", "clearway", "serve")
_SET_PARENT_DEATH_SIGNAL = 1
_READY_WITHIN = 120.0
_ENDS_WITHIN = 30.0
_PORTS_TRIED = 50
_LINES_TOLD = 15


class ServerEnded(InputUnusable):
    """The server ended by itself, or did not get ready. Its last log lines are told."""

    def __init__(self, code: int | None, log: Path) -> None:
        ended = f"ended with code {code}" if code is not None else "does not get ready"
        super().__init__(
            f"The platform's server {ended}.",
            where=str(log),
            remedy="Its last lines stand above; the whole log lies there.",
        )
        self.problems = last_lines(log)


class ServerProcess:
    """One server over one data folder.

    Args:
        data: its data folder; its log is written there as ``server.log``.
        database: as ``CLEARWAY_DATABASE`` takes it.
        environment: further variables.
        port: on which it listens; any free one by default.
        program: what the child's Python runs; ``clearway serve`` by default.
        before: words before the child's Python, such as a program that lends it a small disk.
    """

    def __init__(
        self,
        data: Path,
        *,
        database: str = "sqlite",
        environment: Mapping[str, str] | None = None,
        port: int = 0,
        program: tuple[str, ...] = SERVE,
        before: tuple[str, ...] = (),
    ) -> None:
        self.data = data
        self.port = port or free_port()
        self.url = f"http://localhost:{self.port}"
        self.log = data / "server.log"
        self._program = [*before, sys.executable, *program]
        self._environment = {
            **os.environ,
            "CLEARWAY_DEMO": "1",
            "CLEARWAY_DATA": str(data),
            "CLEARWAY_DATABASE": database,
            "CLEARWAY_HOST": HOST,
            "CLEARWAY_PORT": str(self.port),
            **(environment or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._launched = 0.0

    def start(self) -> float:
        """Start it and return the seconds until it said that it was ready.

        Raises:
            ServerEnded: it did first, or did not get ready in time.
        """
        self.launch()
        return self.wait_until_ready()

    def launch(self) -> None:
        """Start it and wait for nothing."""
        self._launched = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._program,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - it calls nothing but the kernel
            )

    def wait_until_ready(self) -> float:
        """Return the seconds from its launch until it said that it was ready.

        Raises:
            ServerEnded: it did first, or did not get ready in time.
        """
        assert self._process is not None
        while time.monotonic() - self._launched < _READY_WITHIN:
            if not self.alive():
                raise self.ended()
            if self._ready():
                return time.monotonic() - self._launched
            time.sleep(0.02)
        self.kill()
        raise ServerEnded(None, self.log)

    def alive(self) -> bool:
        """Tell whether the process still runs."""
        return self._process is not None and self._process.poll() is None

    def ended(self) -> ServerEnded:
        """Return what to raise when the server has gone."""
        assert self._process is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=2)
        return ServerEnded(self._process.poll(), self.log)

    def _ready(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        try:
            connection.request("GET", "/ready")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def hold(self) -> None:
        """Let it do nothing more, so that its files lie as a power cut would leave them."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGSTOP)

    def beside(self, *words: str, given: str = "") -> None:
        """Run another Python program over the same data, to its end.

        Args:
            words: for Python, such as ``-m`` and a module.
            given: its standard input.

        Raises:
            DefectFound: it failed.
        """
        done = subprocess.run(
            [sys.executable, *words],
            input=given,
            text=True,
            capture_output=True,
            env=self._environment,
            check=False,
        )
        if done.returncode:
            raise DefectFound(f"{' '.join(words)} failed: {done.stderr[-600:].strip()}")

    def kill(self) -> None:
        """End it as a power cut would: at once, without a word."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):  # it has ended by itself
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stop(self) -> int:
        """End it in order and return its exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(timeout=_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()
            return -signal.SIGKILL
        self._process = None
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def processor_seconds(self) -> float:
        """Return the processor time used by the running server and the processes that it runs."""
        return 0.0 if self._process is None else _processor_seconds(self._process.pid)

    def seen_from_inside(self, path: Path) -> Path:
        """Return where a path of the running child's own view of the disk lies in ours."""
        assert self._process is not None
        return Path(f"/proc/{self._process.pid}/root{path}")


def _end_with_parent() -> None:
    """Let the kernel kill the child when whoever started it has gone, however it went."""
    with contextlib.suppress(OSError, AttributeError):  # Linux alone offers it
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


@contextlib.contextmanager
def running(server: ServerProcess) -> Iterator[ServerProcess]:
    """Start a server, and end it in order afterwards, whatever happens."""
    try:
        server.start()
        yield server
    finally:
        server.stop()


def free_port(wanted: int = 0) -> int:
    """Return the wanted port, or the next one above it that nobody listens on; any for 0.

    Raises:
        InputUnusable: there is none near.
    """
    for port in range(wanted, min(65_536, wanted + _PORTS_TRIED)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind((HOST, port))
                found: int = probe.getsockname()[1]
                return found
    raise InputUnusable(
        f"No port from {wanted} to {wanted + _PORTS_TRIED - 1} is free.",
        where="--port",
        remedy="Name another one.",
    )


def last_lines(log: Path) -> tuple[str, ...]:
    """Return the end of a log."""
    try:
        text = log.read_bytes()[-20_000:].decode("utf-8", "replace")
    except OSError:
        return ()
    return tuple(text.splitlines()[-_LINES_TOLD:])


def raise_open_files(wanted: int = 4096) -> None:
    """Let this process and its children hold many connections, as far as it is allowed to."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


def _processor_seconds(process: int) -> float:
    """Return the processor time of a process and of those below it, all their threads together."""
    here = Path(f"/proc/{process}")
    fields = (here / "stat").read_text().rpartition(")")[2].split()
    below = [number for task in here.glob("task/*/children") for number in task.read_text().split()]
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(_processor_seconds(int(number)) for number in below)
