"""The platform's server as a child process: started, watched, and ended with the demonstration."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from clearway.vocabulary.errors import InputUnusable

HOST = "127.0.0.1"
_PORTS_TRIED = 50
_RATE = "2000"
"""Requests a second of one key: one broker's stands for all who work there, at any pace."""
_READY_WITHIN = 120.0
_ENDS_WITHIN = 15.0
_LINES_TOLD = 15


class ServerEnded(InputUnusable):
    """The server ended by itself. Its last log lines are told."""

    def __init__(self, code: int | None, log: Path) -> None:
        super().__init__(
            f"The platform's server ended with code {code}.",
            where=str(log),
            remedy="Its last lines stand above; the whole log lies there.",
        )
        self.problems = last_lines(log)


class Server:
    """A server of our own with its log; ``url`` is where it answers."""

    def __init__(self, data: Path, port: int) -> None:
        self.port = port
        self.url = f"http://localhost:{port}"
        self.log = data / "server.log"
        environment = {
            **os.environ,
            "CLEARWAY_DEMO": "1",
            "CLEARWAY_DATA": str(data),
            "CLEARWAY_HOST": HOST,
            "CLEARWAY_PORT": str(port),
            "CLEARWAY_RATE": _RATE,
        }
        with self.log.open("ab") as log:
            # A group of its own: Ctrl-C in the terminal reaches the demonstration, which ends
            # the server itself, in order.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "clearway", "serve"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
            )

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def wait_until_ready(self) -> None:
        """Return when the server says that it is ready.

        Raises:
            ServerEnded: it ended first, or does not get ready.
        """
        until = time.monotonic() + _READY_WITHIN
        with httpx.Client(trust_env=False, timeout=5) as client:
            while time.monotonic() < until:
                if not self.alive():
                    raise ServerEnded(self._process.returncode, self.log)
                with contextlib.suppress(httpx.TransportError):
                    if client.get(f"{self.url}/ready").status_code == 200:
                        return
                time.sleep(0.1)
        raise ServerEnded(None, self.log)

    def ended(self) -> ServerEnded:
        """Return what to raise when the server has gone."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=2)
        return ServerEnded(self._process.poll(), self.log)

    def stop(self) -> None:
        """End the server in order; one that does not end is ended."""
        if not self.alive():
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=_ENDS_WITHIN)


@contextlib.contextmanager
def running_server(data: Path, port: int) -> Iterator[Server]:
    """Start a server over a data folder and end it afterwards, whatever happens."""
    server = Server(data, port)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


def free_port(wanted: int) -> int:
    """Return the wanted port, or the next one above it that nobody listens on.

    Raises:
        InputUnusable: there is none near.
    """
    for port in range(wanted, min(65_536, wanted + _PORTS_TRIED)):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind((HOST, port))
                return port
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
