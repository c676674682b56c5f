"""``clearway check pages``: Lighthouse over five main pages, as a table or as JSON."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer
from rich.table import Table

from clearway.cli.choices import ReportFormat, ReportFormatOption
from clearway.cli.screen import console, side_console, write_json

if TYPE_CHECKING:
    from clearway.proving.pages_check.lighthouse import Verdict

WANTED: Final = {"accessibility": 100, "performance": 95}
_MRN: Final = r"/declarations/\d\dXP\w{14}"


def add_to(check: typer.Typer) -> None:
    """Add the command to the group ``check``."""
    check.command("pages")(check_pages)


def check_pages(
    *,
    format_: ReportFormatOption = ReportFormat.TABLE,
    times: Annotated[
        int, typer.Option(min=1, help="How often each page is judged; the median counts.")
    ] = 3,
    desktop: Annotated[
        bool,
        typer.Option(
            "--desktop", help="Measure as on a desk; by default as on a slow telephone and line."
        ),
    ] = False,
) -> None:
    """Let Lighthouse judge the border's page, sign-in, a dashboard, the queue and a declaration.

    It needs Chromium and a Node that is new enough; Lighthouse itself is installed for the run, as
    its lock file names it. Exit code 1: a page has less than 100 points for accessibility, or less
    than 95 for performance.

    Example: clearway check pages --desktop
    """
    verdicts = _judged(times, desktop=desktop)
    load, processors = os.getloadavg()[0], os.cpu_count() or 1
    if load > processors + 1:  # Chromium and the server alone take one or two
        told = f"The machine is busy (load {load:.0f} on {processors} processors): "
        side_console().print(f"{told}the points for performance are lower than the pages deserve.")
    if format_ is ReportFormat.JSON:
        write_json(msgspec.to_builtins(verdicts))
    else:
        console().print(_table(verdicts))
    failed = [
        verdict
        for verdict in verdicts
        if verdict.accessibility < WANTED["accessibility"]
        or verdict.performance < WANTED["performance"]
    ]
    for verdict in failed:
        for complaint in verdict.complaints:
            side_console().print(f"{verdict.page}: {complaint}", style="red", highlight=False)
    if failed:
        raise typer.Exit(1)


def _judged(times: int, *, desktop: bool) -> list[Verdict]:
    from clearway.proving.pages_check.lighthouse import Lighthouse, install, node
    from clearway.proving.shown_border import Visitor, chromium, cookies_of, shown_border

    browser, program = chromium(), node()
    with tempfile.TemporaryDirectory(prefix="clearway-lighthouse-") as name:
        folder = Path(name)
        side_console().print("installing Lighthouse …")
        install(folder, program)
        side_console().print("living a day of the demonstration …")
        with shown_border() as server:
            cookies = {who: cookies_of(server.url, who) for who in ("", "trader", "officer")}
            with Visitor(server.url, "officer") as officer:
                one = officer.first_of("/declarations/", _MRN)
            lighthouse = Lighthouse(folder, program, browser, desktop=desktop)
            found = []
            for page, who, address in (
                ("the border", "", "/"),
                ("sign-in", "", "/accounts/login/"),
                ("dashboard", "trader", "/dashboard"),
                ("queue", "officer", "/queue/"),
                ("declaration", "officer", one),
            ):
                side_console().print(f"{page} …")
                told = [
                    lighthouse.judge(page, who, server.url + address, cookies[who])
                    for _ in range(times)
                ]
                told.sort(key=lambda one: (one.accessibility, one.performance))
                found.append(told[len(told) // 2])
            return found


def _table(verdicts: list[Verdict]) -> Table:
    names = ("page", "accessibility", "performance", "first paint s", "largest paint s",
             "blocked ms", "shift", "KiB")  # fmt: skip
    table = Table(*names, title="What Lighthouse says")
    for one in verdicts:
        table.add_row(
            one.page, str(one.accessibility), str(one.performance), f"{one.first_paint_s:.2f}",
            f"{one.largest_paint_s:.2f}", f"{one.blocked_ms:.0f}", f"{one.shift:.3f}",
            f"{one.transferred_kib:.0f}",
        )  # fmt: skip
    return table
