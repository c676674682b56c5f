"""The settings that an installation gives by environment variables: one checked list.

``docs/settings.md`` is made from this list (``clearway settings --format markdown``), and a test
holds them equal. A name that begins with ``CLEARWAY_`` and is not in the list stops the start: a
setting that is misspelt must not be silently ignored.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from clearway.vocabulary.errors import InputUnusable


class Setting(msgspec.Struct, frozen=True):
    """One setting: its variable, how it is read, its default as written, and what it means.

    ``secret`` ones are never printed.
    """

    name: str
    read: Callable[[str], Any]
    default: str
    meaning: str
    secret: bool = False


def _flag(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError("give 1 or 0")
    return text == "1"


def _natural(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise ValueError("give a whole number")
    return int(text)


def _positive(text: str) -> int:
    number = _natural(text)
    if not number:
        raise ValueError("give a whole number above nought")
    return number


def _port(text: str) -> int:
    number = _positive(text)
    if number > 65535:
        raise ValueError("a port is at most 65535")
    return number


def _words(text: str) -> list[str]:
    return [word for word in text.replace(",", " ").split() if word]


def _level(text: str) -> str:
    if text not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("give DEBUG, INFO, WARNING or ERROR")
    return text


def _database(text: str) -> str:
    if text == "sqlite":
        return text
    parts = urlsplit(text)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.lstrip("/"):
        raise ValueError("give sqlite or postgresql://user:password@host:port/name")
    parts.port  # noqa: B018 - raises ValueError where it is no port
    return text


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"https", "http"} or not parts.hostname):
        raise ValueError("give a web address such as https://id.example.org/realm")
    return text.rstrip("/")


def _mail_server(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
        raise ValueError("give smtp://user:password@host:port or smtps://…")
    return text


SETTINGS = (
    Setting("CLEARWAY_DATA", Path, "clearway-data", "folder of the database, documents and keys"),
    Setting(
        "CLEARWAY_DATABASE",
        _database,
        "sqlite",
        "`sqlite`, or `postgresql://user:password@host:port/name` (15 or newer)",
        secret=True,
    ),
    Setting("CLEARWAY_HOST", str, "127.0.0.1", "address on which the server listens"),
    Setting("CLEARWAY_PORT", _port, "8765", "port on which the server listens"),
    Setting("CLEARWAY_WORKERS", _positive, "1", "server processes; more than one on PostgreSQL"),
    Setting("CLEARWAY_HOSTS", _words, "localhost 127.0.0.1 [::1]", "names the server answers to"),
    Setting(
        "CLEARWAY_PROXIES",
        _words,
        "127.0.0.1",
        "addresses of the proxies whose X-Forwarded-For and X-Forwarded-Proto are believed",
    ),
    Setting(
        "CLEARWAY_ADDRESS",
        _web_address,
        "",
        "public address of the pages, to which printed codes lead; by default the first host's",
    ),
    Setting("CLEARWAY_HTTPS", _flag, "0", "1: cookies and redirects are for HTTPS only"),
    Setting("CLEARWAY_DEMO", _flag, "0", "1: simulated clock and ready sign-ins; never in service"),
    Setting("CLEARWAY_PACK", str, "portolan", "country pack published at the first start"),
    Setting(
        "CLEARWAY_PACK_UPLOAD", _positive, "64", "mebibytes that a proposed pack's archive may have"
    ),
    Setting("CLEARWAY_LOG_LEVEL", _level, "INFO", "DEBUG, INFO, WARNING or ERROR"),
    Setting("CLEARWAY_QUEUE", _positive, "4096", "lodgements that may wait; beyond it, 429"),
    Setting("CLEARWAY_BULK_DAYS", _positive, "30", "days for which a finished bulk file is kept"),
    Setting("CLEARWAY_RATE", _positive, "100", "requests a second of one key or person; then 429"),
    Setting("CLEARWAY_SESSION_HOURS", _positive, "8", "a sign-in lasts at most so long"),
    Setting("CLEARWAY_SESSION_IDLE", _positive, "30", "a sign-in unused so many minutes ends"),
    Setting(
        "CLEARWAY_METRICS_TOKEN",
        str,
        "",
        "bearer token for `/metrics` from other machines; without it, loopback only",
        secret=True,
    ),
    Setting(
        "CLEARWAY_MAIL",
        _mail_server,
        "",
        "mail server, `smtps://user:password@host:port`; without it, letters go to a folder",
        secret=True,
    ),
    Setting("CLEARWAY_MAIL_FROM", str, "clearway@localhost", "sender of its letters"),
    Setting("CLEARWAY_OIDC_ISSUER", _web_address, "", "OpenID Connect issuer for sign-in"),
    Setting("CLEARWAY_OIDC_NAME", str, "Single sign-on", "what the sign-in button says"),
    Setting("CLEARWAY_OIDC_CLIENT", str, "", "client identifier at the issuer"),
    Setting("CLEARWAY_OIDC_SECRET", str, "", "client secret at the issuer", secret=True),
    Setting("CLEARWAY_CACHE", str, "", "folder of compiled packs; by default the user's own cache"),
    Setting("CLEARWAY_OPEN_DATA", Path, "../shared/data", "open data for tests and conformance"),
    Setting("CLEARWAY_VENV", str, "", "read by start.py: folder of the environment"),
    Setting("CLEARWAY_COMMAND", str, "", "set by start.py: how the user calls the command"),
)


def read_environment(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return every setting, read and checked.

    Raises:
        InputUnusable: names every setting that is unknown, cannot be read or does not fit others.
    """
    known = {setting.name: setting for setting in SETTINGS}
    wrong = []
    for name in sorted(environment):
        if name.startswith("CLEARWAY_") and name not in known:
            near = difflib.get_close_matches(name, known, 1)
            wrong.append(f"{name} is no setting" + (f" (did you mean {near[0]}?)" if near else ""))
    values = {}
    for setting in SETTINGS:
        text = environment.get(setting.name, setting.default)
        try:
            values[setting.name] = setting.read(text)
        except ValueError as error:
            shown = "" if setting.secret else f"={text!r}"
            wrong.append(f"{setting.name}{shown}: {error}")
    wrong += _contradictions(values)
    if wrong:
        raise InputUnusable(
            "The settings cannot be used: " + "; ".join(wrong) + ".",
            where="environment",
            remedy="docs/settings.md lists every setting.",
        )
    return values


def _contradictions(values: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with settings that can each be read but do not fit together."""
    wrong = []
    if values.get("CLEARWAY_WORKERS", 1) > 1 and values.get("CLEARWAY_DATABASE") == "sqlite":
        wrong.append("CLEARWAY_WORKERS: on SQLite one process holds everything; use PostgreSQL")
    oidc = [values.get(f"CLEARWAY_OIDC_{part}") for part in ("ISSUER", "CLIENT", "SECRET")]
    if any(oidc) and not all(oidc):
        names = "CLEARWAY_OIDC_ISSUER, CLEARWAY_OIDC_CLIENT and CLEARWAY_OIDC_SECRET"
        wrong.append(f"{names} are given together or not at all")
    if values.get("CLEARWAY_DEMO") and not is_loopback(str(values.get("CLEARWAY_HOST", ""))):
        wrong.append("CLEARWAY_DEMO: its sign-ins are known to all, so that it needs CLEARWAY_HOST"
                     " to be this machine (127.0.0.1)")  # fmt: skip
    return wrong


def is_loopback(host: str) -> bool:
    """Tell whether an address or name is reached from this machine alone."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def in_force(environment: Mapping[str, str] = os.environ) -> list[tuple[str, str, str]]:
    """Return each setting's name, its value as written and its meaning; secrets as ``(set)``."""
    read_environment(environment)
    rows = []
    for setting in SETTINGS:
        text = environment.get(setting.name, setting.default)
        hidden = setting.secret and text not in {"", setting.default}
        rows.append((setting.name, "(set)" if hidden else text, setting.meaning))
    return rows


def markdown() -> str:
    """Return the list as ``docs/settings.md``."""
    lines = [
        "# Settings",
        "",
        "Clearway is set by environment variables and by nothing else. A name that begins with",
        "`CLEARWAY_` and is not in this list stops the start, so that a misspelt setting is never",
        "silently ignored. `clearway settings` prints what is in force; secrets are not shown.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else ""
        lines.append(f"| `{setting.name}` | {default} | {setting.meaning} |")
    return "\n".join(lines) + "\n"
