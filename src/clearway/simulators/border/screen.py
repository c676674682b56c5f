"""What people look at: addresses and keys at the start, then a small live table."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from babel.dates import format_date
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from clearway.accounts.ready import DEMO_PASSWORD, READY, demo_secret
from clearway.cli.screen import number
from clearway.kernel.texts import fill
from clearway.simulators.border.figures import Figures
from clearway.simulators.border.words import words

_REFRESH = 4
_PLAIN_EVERY = 10.0
_LANES = ("green", "blue", "yellow", "red")
_BAR = 40
_SHOWN = (
    "trader", "broker", "carrier", "officer", "supervisor", "analyst", "auditor", "operator"
)  # fmt: skip
_PEOPLE = (*_SHOWN, "registrar")


def show_start(out: Console, url: str, notes: Sequence[str], language: str) -> None:
    """Say where the platform is and how to get in. No line is broken: they are to be copied."""
    label = words(language)

    def line(name: str, text: str, style: str = "") -> None:
        out.print(Text.assemble((f"  {name:<14}", "dim"), (text, style)), soft_wrap=True)

    shown = [ready for ready in READY if ready.name in _SHOWN]
    out.print(Text(label["title"], style="bold"))
    line(label["open"], f"{url}/", "bold cyan")
    line(label["tour"], f"{url}/tour", "cyan")
    line(label["sign_in"], f"{url}/accounts/login/", "cyan")
    people = [ready.name for ready in READY if ready.name in _PEOPLE]
    line(label["as"], " ".join(f"{name}@demo.example" for name in people))
    line(label["password"], DEMO_PASSWORD)
    line("API", f"{url}/api/v1/docs", "cyan")
    line(label["keys"], "")
    for ready in shown:
        line(ready.name, demo_secret(ready.name))
    key = demo_secret("supervisor")
    line(
        label["try"], f'curl -H "Authorization: Bearer {key}" "{url}/api/v1/declarations?lane=red"'
    )
    for note in notes:
        line("", note, "dim")
    out.print(Text(f"  {label['for_demo']}", style="yellow"), soft_wrap=True)
    line("", label["how_to_end"], "dim")
    out.print()


def show_end(out: Console, figures: Figures, language: str) -> None:
    """Say what was not as it should be, if anything."""
    for what, count in sorted(figures.unexpected.items()):
        parameters = {"what": what, "count": number(count, language)}
        told = fill(words(language)["unexpected"], parameters)
        out.print(Text(f"  {told}", style="red"), soft_wrap=True)
        out.print(Text(f"    {_told(figures.examples[what])}", style="dim"), soft_wrap=True)


class Screen:
    """Shows the figures: a live table on a terminal, else a plain line now and then."""

    def __init__(self, out: Console, figures: Figures, zone: ZoneInfo, language: str) -> None:
        self._out = out
        self._figures = figures
        self._zone = zone
        self._language = language
        self._label = words(language)
        self._began = time.monotonic()
        self._told = self._began
        self._live: Live | None = None
        if out.is_terminal:
            self._live = Live(console=out, get_renderable=self.table, refresh_per_second=_REFRESH)

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()
        else:
            self._out.print(Text(self.line()), soft_wrap=True)

    def tick(self) -> None:
        """Give a plain line when it is time for one; a terminal refreshes itself."""
        now = time.monotonic()
        if self._live is None and now - self._told >= _PLAIN_EVERY:
            self._told = now
            self._out.print(Text(self.line()), soft_wrap=True)

    def line(self) -> str:
        """Return the figures in one line."""
        counted = ", ".join(
            f"{self._label[name]} {self._count(name)}"
            for name in ("lodged", "accepted", "rejected")
        )
        lanes = " ".join(f"{self._label[name]} {self._lane(name)}" for name in _LANES)
        parts = (
            self._when(),
            counted,
            lanes,
            f"p50 {self._milliseconds(0.5)}, p95 {self._milliseconds(0.95)}",
            f"{self._label['unmatched']} {self._number(self._figures.unmatched)}",
            f"{self._label['alarms']} {self._number(self._figures.alarms)}",
        )
        return " | ".join(parts)

    def table(self) -> RenderableType:
        """Return the figures as the table that a terminal shows."""
        label, counts = self._label, self._figures.counts
        speed = counts["lodged"] / max(1.0, time.monotonic() - self._began)
        table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), show_header=False)
        for _ in range(3):
            table.add_column(style="dim")
            table.add_column(justify="right")
        for names in (("lodged", "accepted", "rejected"), ("released", "amended", "cancelled")):
            table.add_row(*(cell for name in names for cell in (label[name], self._count(name))))
        unmatched = self._number(self._figures.unmatched)
        table.add_row(label["cargo"], self._count("cargo"), label["parcels"],
                      self._count("parcels"), label["unmatched"], unmatched)  # fmt: skip
        table.add_row(label["median"], self._milliseconds(0.5), label["slowest"],
                      self._milliseconds(0.95), label["alarms"],
                      self._number(self._figures.alarms))  # fmt: skip
        head = Text.assemble(
            (self._when(), "bold"), (f"   {speed:.1f} {label['per_second']}", "dim")
        )
        return Group(head, table, self._bar(), Text(label["how_to_end"], style="dim"))

    def _bar(self) -> Text:
        """Return the lanes communicated so far as a bar with its numbers."""
        lanes = self._figures.lanes
        total = max(1, sum(lanes.values()))
        bar = Text()
        for name in _LANES:
            if lanes[name]:
                bar.append("█" * max(1, round(_BAR * lanes[name] / total)), style=name)
        for name in _LANES:
            bar.append(f"  {self._label[name]} {self._lane(name)}", style=name)
        return bar

    def _number(self, value: int) -> str:
        return number(value, self._language)

    def _count(self, name: str) -> str:
        return self._number(self._figures.counts[name])

    def _lane(self, name: str) -> str:
        return self._number(self._figures.lanes[name])

    def _milliseconds(self, share: float) -> str:
        value = self._figures.milliseconds(share)
        return "–" if value is None else f"{value:.1f} ms"

    def _when(self) -> str:
        at = self._figures.at
        if at is None:
            return self._label["starting"]
        local: datetime = at.astimezone(self._zone)
        weekday = format_date(local, "EEEE", locale=self._language)
        return f"{weekday} {local:%Y-%m-%d %H:%M}"


def _told(body: Any) -> str:
    """Return what a refusal said, first finding included, in one line."""
    if not isinstance(body, dict):
        return "–"
    findings = body.get("findings") or body.get("errors") or [{}]
    return " ".join(str(part) for part in (body.get("detail", ""), findings[0]) if part)[:300]
