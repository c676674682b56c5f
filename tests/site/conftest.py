"""A server of its own for tests that need a real one."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time

import httpx
import pytest


class Serving:
    """``clearway serve`` as a process, on a free port."""

    def __init__(self, folder, *words, **environment):
        self.folder = folder
        self.lines = []
        told = {**os.environ, "CLEARWAY_DATA": str(folder), **environment}
        command = [sys.executable, "-m", "clearway", "serve", "--port", "0", *words]
        self.process = subprocess.Popen(
            command, env=told, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.url = self._address()
        self.http = httpx.Client(base_url=self.url, timeout=20)

    def _read(self):
        # It may be closed beneath us where a child of an ended server still holds it.
        with contextlib.suppress(ValueError):
            self.lines.extend(iter(self.process.stderr.readline, ""))

    def _address(self):
        until = time.monotonic() + 240  # a machine may be busy with other things
        while time.monotonic() < until:
            for line in list(self.lines):
                if found := re.search(r"serving on (http://\S+)", line):
                    return found[1]
            if self.process.poll() is not None:
                self._reader.join(5)
                break
            time.sleep(0.02)
        self.process.kill()
        self.process.wait()
        self._reader.join(5)
        self.process.stderr.close()
        raise AssertionError("".join(self.lines))

    def log(self):
        return [json.loads(line) for line in list(self.lines) if line.startswith("{")]

    def end(self, how=signal.SIGTERM):
        self.http.close()
        self.process.send_signal(how)
        code = self.process.wait(60)
        self._reader.join(10)
        self.process.stderr.close()
        return code


@pytest.fixture
def serving():
    """Start servers that end with the test: ``serving(folder, "--workers", "2", NAME="value")``."""
    started = []

    def start(folder, *words, **environment):
        started.append(Serving(folder, *words, **environment))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.end(signal.SIGKILL)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One running server for many tests."""
    one = Serving(tmp_path_factory.mktemp("data"))
    yield one
    assert one.end() == 0
