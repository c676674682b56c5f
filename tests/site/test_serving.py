"""The server as its users meet it: it starts, answers, ends in order, and begins again."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys

import httpx
import pytest

PAGES = ("/health", "/ready", "/metrics", "/accounts/login/", "/", "/nothing-here", "/api/v1/me")


def test_it_is_alive_and_ready(server):
    assert server.http.get("/health").json() == {"status": "alive"}
    answer = server.http.get("/ready")
    assert answer.status_code == 200
    checks = {"database", "line", "queue", "reference"}
    assert answer.json()["checks"] == dict.fromkeys(checks, "ok")


def test_metrics_name_routes_and_never_paths(server):
    server.http.get("/problems/secret-in-the-path")
    server.http.get("/no/such/secret-in-the-path")
    told = server.http.get("/metrics").text
    assert 'route="/problems/<slug:name>"' in told
    assert 'route="none",status="404"' in told
    assert "secret-in-the-path" not in told


def test_metrics_are_not_for_those_who_come_by_a_public_name(server):
    assert server.http.get("/metrics", headers={"Host": "localhost"}).status_code == 200
    through_proxy = {"X-Forwarded-For": "203.0.113.9"}
    assert server.http.get("/metrics", headers=through_proxy).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_every_answer_is_guarded(server, page):
    headers = server.http.get(page).headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy or "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] in {"same-origin", "no-referrer"}
    assert "server" not in headers


def test_an_unknown_host_is_refused(server):
    assert server.http.get("/health", headers={"Host": "evil.example"}).status_code == 400


def test_files_of_the_browser_are_served_and_nothing_beside_them(server):
    page = server.http.get("/accounts/login/").text
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert files
    for file in files:
        answer = server.http.get(file)
        assert answer.status_code == 200, file
        assert answer.headers["x-content-type-options"] == "nosniff"
    for crooked in ("/static/../secret.key", "/static/%2e%2e/secret.key", "/static/"):
        assert server.http.get(crooked).status_code == 404


def test_pages_hold_no_inline_script_or_style(server):
    for page in ("/", "/accounts/login/", "/accounts/password/reset/"):
        text = server.http.get(page).text
        inline = [
            tag
            for tag in re.findall(r"<script[^>]*>", text)
            if "src=" not in tag and "application/json" not in tag
        ]
        assert inline == [], page
        assert "<style" not in text
        assert " style=" not in text
        assert not re.search(r"\son[a-z]+=", text)


def test_after_a_kill_it_begins_again_and_ends_in_order(serving, ready_folder):
    one = serving(ready_folder)
    assert one.http.get("/ready").status_code == 200
    one.end(signal.SIGKILL)
    again = serving(ready_folder)
    assert again.http.get("/ready").status_code == 200
    assert again.end(signal.SIGTERM) == 0
    log = ready_folder / "clearway.sqlite3-wal"
    assert not log.exists() or not log.stat().st_size
    connection = sqlite3.connect(ready_folder / "clearway.sqlite3")
    assert connection.execute("SELECT count(*) FROM site_process").fetchone() == (0,)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    stopped = [line["part"] for line in again.log() if line["event"] == "stopped"]
    assert stopped[-1] == "checkpoints"
    assert {path.stat().st_mode & 0o077 for path in ready_folder.iterdir()} == {0}


def run_serve(tmp_path, *words, **environment):
    return subprocess.run(
        [sys.executable, "-m", "clearway", "serve", *words],
        env={**os.environ, "CLEARWAY_DATA": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_second_server_on_the_same_folder_is_refused(server):
    answer = run_serve(server.folder, "--port", "0")
    assert answer.returncode == 2
    assert "Another server is using this data folder" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_taken_port_is_told(ready_folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        answer = run_serve(ready_folder, "--port", str(taken.getsockname()[1]))
    assert answer.returncode == 2
    assert "taken" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"CLEARWAY_DATABASE": "postgresql://nobody:pw@127.0.0.1:1/none"}, "database"),
        ({"CLEARWAY_PACK": "/no/such/pack"}, "pack"),
    ],
)
def test_what_keeps_it_from_starting_is_told_in_words(tmp_path, migrated_sqlite, environment, told):
    shutil.copyfile(migrated_sqlite, tmp_path / "clearway.sqlite3")
    answer = run_serve(tmp_path, "--port", "0", **environment)
    assert answer.returncode == 2
    assert told.lower() in " ".join(answer.stderr.lower().split())
    assert "Traceback" not in answer.stderr
    assert "pw@" not in answer.stderr


def test_several_processes_serve_on_postgresql(serving, tmp_path, postgresql):
    name = postgresql.new_database()
    database = {"CLEARWAY_DATABASE": postgresql.url(name)}
    one = serving(tmp_path, **database)
    assert one.http.get("/ready").status_code == 200
    assert one.end(signal.SIGKILL) == -signal.SIGKILL
    again = serving(tmp_path, **database)
    assert again.http.get("/ready").status_code == 200
    assert again.end() == 0
    postgresql.drop_database(name)


CANARIES = ("canary-password-7731", "canary.person@example.org", "CANARY-IN-PATH", "CANARY-BODY")


def test_the_log_holds_no_personal_data(serving, ready_folder):
    one = serving(ready_folder, CLEARWAY_LOG_LEVEL="DEBUG")
    page = one.http.get("/accounts/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    form = {"login": CANARIES[1], "password": CANARIES[0], "csrfmiddlewaretoken": token}
    assert one.http.post("/accounts/login/", data=form).status_code == 200
    one.http.post("/accounts/password/reset/", data={**form, "email": CANARIES[1]})
    one.http.cookies.clear()
    one.http.post("/accounts/login/", data={"login": CANARIES[1]})
    for method in ("GET", "POST", "PUT", "DELETE"):
        one.http.request(method, f"/{CANARIES[2]}?q={CANARIES[3]}", content=CANARIES[3])
        one.http.request(method, f"/api/v1/declarations/{CANARIES[2]}", content=CANARIES[3])
    one.http.post(
        "/api/v1/declarations", content=CANARIES[3], headers={"Authorization": "Bearer c"}
    )
    one.http.get("/health", headers={"Host": f"{CANARIES[2]}.example"})
    with socket.create_connection(httpx.URL(one.url).netloc.decode().split(":")) as line:
        line.sendall(f"GET /{CANARIES[2]} NOT-HTTP\r\n{CANARIES[3]}\r\n\r\n".encode())
        line.recv(100)
    assert one.end() == 0
    written = "".join(one.lines)
    assert [line for line in one.log() if line["event"] == "request"]
    assert [canary for canary in CANARIES if canary.lower() in written.lower()] == []
