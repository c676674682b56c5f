"""The settings: one list, checked, documented, and no secret of it ever shown."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from clearway.site.environment import SETTINGS, in_force, is_loopback, markdown, read_environment
from clearway.vocabulary.errors import InputUnusable

ROOT = Path(__file__).resolve().parents[2]


def test_the_document_is_the_list():
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == markdown()


def test_the_defaults_are_accepted():
    assert read_environment({})["CLEARWAY_PORT"] == 8765


def test_every_name_that_the_sources_read_is_in_the_list():
    sources = [*(ROOT / "src").rglob("*.py"), ROOT / "start.py", ROOT / "tests" / "conftest.py"]
    named = {
        name
        for path in sources
        for name in re.findall(r"\bCLEARWAY_[A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8"))
    }
    assert named <= {setting.name for setting in SETTINGS}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CLEARWAY_PORT", "70000"),
        ("CLEARWAY_PORT", "0"),
        ("CLEARWAY_PORT", "٣"),
        ("CLEARWAY_QUEUE", "-1"),
        ("CLEARWAY_QUEUE", "9" * 40),
        ("CLEARWAY_HTTPS", "yes"),
        ("CLEARWAY_LOG_LEVEL", "debug"),
        ("CLEARWAY_DATABASE", "mysql://x/y"),
        ("CLEARWAY_DATABASE", "postgresql://host"),
        ("CLEARWAY_DATABASE", "postgresql://user:pw@host:port/name"),
        ("CLEARWAY_OIDC_ISSUER", "id.example.org"),
        ("CLEARWAY_MAIL", "mail.example.org"),
        ("CLEARWAY_WORKERS", "2"),
        ("CLEARWAY_OIDC_CLIENT", "alone"),
    ],
)
def test_a_wrong_value_is_told_by_its_name(name, value):
    with pytest.raises(InputUnusable) as refused:
        read_environment({name: value})
    assert name in str(refused.value)


def test_every_wrong_value_is_told_at_once():
    with pytest.raises(InputUnusable) as refused:
        read_environment({"CLEARWAY_PORT": "x", "CLEARWAY_QUEUE": "y", "CLEARWAY_PAKC": "z"})
    for told in ("CLEARWAY_PORT", "CLEARWAY_QUEUE", "did you mean CLEARWAY_PACK"):
        assert told in str(refused.value)


def test_no_secret_is_shown():
    secret = "postgresql://user:canary-password@host/name"
    shown = in_force({"CLEARWAY_DATABASE": secret, "CLEARWAY_METRICS_TOKEN": "canary"})
    assert "canary" not in str(shown)
    with pytest.raises(InputUnusable) as refused:
        read_environment({"CLEARWAY_DATABASE": "nosql://user:canary-password@host/name"})
    assert "canary" not in str(refused.value)


def test_a_demonstration_is_for_this_machine_alone():
    with pytest.raises(InputUnusable, match="CLEARWAY_DEMO"):
        read_environment({"CLEARWAY_DEMO": "1", "CLEARWAY_HOST": "0.0.0.0"})
    assert read_environment({"CLEARWAY_DEMO": "1"})["CLEARWAY_DEMO"] is True


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("[::1]", True), ("localhost", True), ("10.0.0.1", False),
     ("localhost.evil.example", False), ("", False)],
)  # fmt: skip
def test_loopback(host, expected):
    assert is_loopback(host) is expected


def fresh(program, **environment):
    """Run a program in a new interpreter that has only the given settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CLEARWAY_")}
    answer = subprocess.run(
        [sys.executable, "-c", program],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(answer.stdout)


def test_https_makes_cookies_and_transport_strict(tmp_path):
    told = fresh(
        "import json; from clearway.site import settings as s;"
        "print(json.dumps([s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_NAME,"
        "s.SECURE_HSTS_SECONDS, s.SECURE_SSL_REDIRECT, s.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN]))",
        CLEARWAY_HTTPS="1",
        CLEARWAY_DATA=str(tmp_path / "none"),
    )
    assert told == [True, True, "__Host-session", 31536000, True, False]


def test_looking_at_the_settings_makes_no_file(tmp_path):
    folder = tmp_path / "none"
    fresh(
        "import json, django; import os; os.environ['DJANGO_SETTINGS_MODULE'] ="
        " 'clearway.site.settings'; django.setup(); print(json.dumps(1))",
        CLEARWAY_DATA=str(folder),
    )
    assert not folder.exists()


def test_the_command_line_loads_no_web_framework():
    told = fresh(
        "import importlib, json, sys, clearway.__main__ as m; m.build();"
        "[importlib.import_module(name) for name in m.ROOMS];"
        "print(json.dumps(sorted({n.split('.')[0] for n in sys.modules}"
        " & {'django', 'ninja', 'uvicorn', 'allauth', 'psycopg'})))"
    )
    assert told == []


def test_the_commands_are_listed_before_any_is_opened():
    told = fresh(
        "import contextlib, io, json, sys, clearway.__main__ as m, clearway.cli.main as cli;"
        "quiet = contextlib.redirect_stdout(io.StringIO()); quiet.__enter__();"
        "cli.run(m.build(), ['--help']); quiet.__exit__(None, None, None);"
        "print(json.dumps([n for n in (*m.ROOMS, 'numpy', 'pyarrow') if n in sys.modules]))"
    )
    assert told == []


def test_the_installation_passes_its_own_checks(db):
    from django.core.management import call_command

    call_command("check", databases=["default"], fail_level="WARNING")
