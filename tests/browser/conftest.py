"""A border that has lived for a day, served to a real browser."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from tests.browser import pages

from clearway.accounts.ready import DEMO_PASSWORD, demo_secret
from clearway.proving.synthetic_messages import AT, Messages
from clearway.site.server_process import ServerProcess, free_port

HERE = Path(__file__).parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)
MORE = 160
"""Declarations that are lodged afterwards, so that officers find something undecided."""


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """Give ``once(name, make)``: the folder that ``make(folder)`` fills for all processes."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def once(name, make):
        folder = shared / name
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                partial = shared / f"{name}.partial"
                shutil.rmtree(partial, ignore_errors=True)
                partial.mkdir()
                make(partial)
                partial.rename(folder)
        return folder

    return once


@pytest.fixture(scope="session")
def lived(once):
    """The data of a border that has lived for a day, as it is before any test: not to be served."""
    return once("lived", live)


@pytest.fixture(scope="session")
def furnished(once, lived):
    """The same, with what every page needs to be looked at; its clock has gone on by that."""

    def furnish(data):
        shutil.copytree(lived, data, dirs_exist_ok=True)
        with ServerProcess(data) as server:
            server.beside("-c", pages.TROUBLE)
            server.beside(*pages.MODELS, given='[["shadow", 0], ["tested", 0]]')
            server.start()
            (data / "asked.json").write_text(json.dumps(pages.make_what_is_made(server.url)))
            server.stop()
            server.beside("-c", pages.MONTH)

    return once("furnished", furnish)


def live(data):
    """Live a day, and lodge more."""
    lived = [sys.executable, "-m", "clearway", "demo", "--once", "--rate", "0"]
    lived += ["--lodgements", "60", "--port", str(free_port()), "--data", str(data)]
    ended = subprocess.run(lived, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    with ServerProcess(data) as server:
        server.start()
        for number, message in enumerate(Messages(MORE, "morning")):
            lodge(server.url, "trader", message, f"morning-{number}")
        server.stop()


@contextlib.contextmanager
def served(lived, tmp_path_factory):
    """Serve a copy of the lived border, and give its address."""
    data = tmp_path_factory.mktemp("border") / "data"
    shutil.copytree(lived, data)
    with ServerProcess(data) as server:
        server.start()
        # A demonstration's clock begins anew with its server; it goes on from what was lodged.
        headers = {"Authorization": f"Bearer {demo_secret('trader')}", **AT}
        urllib.request.urlopen(
            urllib.request.Request(f"{server.url}/api/v1/declarations", headers=headers)
        ).close()
        yield server.url
        server.stop()


@pytest.fixture(scope="session")
def border(lived, tmp_path_factory):
    """Where a server answers whose record holds the demonstration's first day."""
    with served(lived, tmp_path_factory) as address:
        yield address


@pytest.fixture(scope="session")
def still_border(furnished, tmp_path_factory):
    """Where a server answers on which nobody does anything: tests only look."""
    with served(furnished, tmp_path_factory) as address:
        yield address


@pytest.fixture(scope="session")
def catalogue(once, furnished, still_border):
    """Where each page can be looked at, by whom: ``{page: {role: address}}``."""

    def look(folder):
        found = pages.find(still_border, json.loads((furnished / "asked.json").read_text()))
        (folder / "found.json").write_text(json.dumps(found))

    return json.loads((once("catalogue", look) / "found.json").read_text())


def lodge(address, who, message, key):
    """Lodge a JSON message by one of the ready keys, and return the answer's status."""
    asked = urllib.request.Request(
        f"{address}/api/v1/declarations",
        message,
        {
            "Authorization": f"Bearer {demo_secret(who)}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            **AT,
        },
    )
    with urllib.request.urlopen(asked) as answer:
        return answer.status


@pytest.fixture(scope="module")
def chromium():
    # Not for the whole session: while Playwright is there, its event loop runs in this thread, and
    # no other test could run one.
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, border):
    """Give pages of people: ``visit("officer", "ar", width=320)``. None may complain."""
    with contextlib.ExitStack() as open_ones:
        complaints = []

        def give(who, language="en", *, width=1280, height=850, expected=()):
            context = chromium.new_context(
                base_url=border, locale=language, viewport={"width": width, "height": height}
            )
            open_ones.callback(context.close)
            context.set_default_timeout(30_000)
            page = context.new_page()

            def complain(told):
                if told.type == "error" and not any(each in told.text for each in expected):
                    complaints.append(f"{page.url}: {told.text}")

            page.on("console", complain)
            page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
            if who:
                sign_in(page, who, language)
            return page

        yield give
    assert complaints == []


def sign_in(page, who, language="en"):
    """Come in as one of the ready people, in a language that stays."""
    page.goto(f"/accounts/login/?lang={language}")
    page.fill("[name=login]", f"{who}@demo.example")
    page.fill("[name=password]", DEMO_PASSWORD)
    with page.expect_navigation():
        page.click("button[type=submit]:not([form])")
