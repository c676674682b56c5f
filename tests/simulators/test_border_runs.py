"""The border on a real server: twice the same, ended cleanly, and telling what fails."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from clearway.site.server_process import (
    ServerEnded,
    ServerProcess,
    free_port,
    last_lines,
    running,
)

QUICK = ["demo", "--once", "--rate", "0"]


def environment(**more):
    plain = {key: value for key, value in os.environ.items() if not key.startswith("CLEARWAY_")}
    plain.pop("DJANGO_SETTINGS_MODULE", None)
    return {**plain, "PYTHONUTF8": "1", **more}


def clearway(*words, within=300):
    command = [sys.executable, "-m", "clearway", *map(str, words)]
    return subprocess.run(
        command, env=environment(), capture_output=True, text=True, timeout=within, check=False
    )


def digest_in(text):
    return re.search(r"^digest (sha256:[0-9a-f]{64})$", text, re.MULTILINE)[1]


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_small_day_is_lived_to_its_end(ready_folder, port):
    done = clearway(*QUICK, "--lodgements", 12, "--port", port, "--data", ready_folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "unexpected" not in done.stdout
    assert "Orphans: 0" in done.stdout
    assert done.stdout.rstrip().endswith("Sound.")
    told = clearway("demo", "--digest", "--data", ready_folder)
    assert digest_in(told.stdout) == digest_in(done.stdout)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False)


@pytest.mark.long
def test_a_seed_gives_the_same_border_twice(tmp_path, port):
    words = [*QUICK, "--lodgements", 48, "--seed", 7, "--port", port]
    first, second = (clearway(*words, "--data", tmp_path / name) for name in "ab")
    other = clearway(*QUICK, "--lodgements", 48, "--seed", 8, "--port", port)
    assert digest_in(first.stdout) == digest_in(second.stdout)
    assert digest_in(other.stdout) != digest_in(first.stdout)


@pytest.mark.long
def test_a_kept_border_goes_on_after_a_day_of_rest(tmp_path, port):
    words = [*QUICK, "--lodgements", 12, "--port", port, "--data", tmp_path / "data"]
    first, second = clearway(*words), clearway(*words)
    assert (first.returncode, second.returncode) == (0, 0), second.stdout + second.stderr
    assert "2026-03-05" in second.stdout
    assert digest_in(first.stdout) != digest_in(second.stdout)
    refused = clearway(*words, "--seed", 5)
    assert refused.returncode == 2
    assert "seed 1" in refused.stderr


def test_ctrl_c_ends_everything(tmp_path, port):
    running = subprocess.Popen(
        [sys.executable, "-m", "clearway", "demo", "--rate", "2", "--port", str(port)],
        env=environment(TMPDIR=str(tmp_path)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_for(lambda: answers(port), running)
        time.sleep(1)
        running.send_signal(signal.SIGINT)
        told, _ = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode == 0, told
    assert "Nothing is left running." in told
    assert "for this demonstration only" in told
    assert not answers(port)
    assert list(tmp_path.glob("clearway-demo-*")) == []


def answers(port):
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port}/ready", trust_env=False).status_code == 200
    return False


def wait_for(true, process, seconds=120):
    until = time.monotonic() + seconds
    while not true():
        assert process.poll() is None, process.stdout.read()
        assert time.monotonic() < until
        time.sleep(0.2)


def test_a_port_that_is_taken_gives_way_to_the_next(port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        assert port < free_port(port) < port + 50
    assert free_port(port) == port


def test_a_server_that_ends_by_itself_is_told_with_its_last_lines(tmp_path, port, monkeypatch):
    monkeypatch.setenv("CLEARWAY_QUEUE", "many")
    with pytest.raises(ServerEnded) as ended, running(ServerProcess(tmp_path, port=port)):
        pass
    assert "CLEARWAY_QUEUE" in "\n".join(ended.value.problems)
    assert "code 2" in ended.value.what


def test_only_the_end_of_a_log_is_told(tmp_path):
    log = tmp_path / "server.log"
    log.write_text("\n".join(f"line {number}" for number in range(10_000)))
    told = last_lines(log)
    assert told[-1] == "line 9999"
    assert len(told) == 15
