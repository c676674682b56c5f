"""What people look at: addresses and keys at the start, then a small live table."""

from __future__ import annotations

import time
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from clearway.accounts.ready import DEMO_PASSWORD, READY, demo_secret
from clearway.simulators.border.figures import Figures

_REFRESH = 4
_PLAIN_EVERY = 10.0
_LANES = (("green", "green"), ("blue", "blue"), ("yellow", "yellow"), ("red", "red"))
_SHOWN = ("trader", "broker", "carrier", "officer", "supervisor", "auditor", "operator")


def show_start(out: Console, url: str, notes: list[str]) -> None:
    """Say where the platform is and how to get in. No line is broken: they are to be copied."""

    def line(label: str, text: str, style: str = "") -> None:
        out.print(Text.assemble((f"  {label:<11}", "dim"), (text, style)), soft_wrap=True)

    shown = [ready for ready in READY if ready.name in _SHOWN]
    out.print(Text("Clearway is running: the fictional Republic of Portolan, live", style="bold"))
    line("status", f"{url}/", "cyan")
    line("API", f"{url}/api/v1/docs", "cyan")
    line("sign in", f"{url}/accounts/login/", "cyan")
    line("as", ", ".join(f"{ready.name}@demo.example" for ready in shown[:3]) + " …")
    line("password", DEMO_PASSWORD)
    for ready in shown:
        line(ready.name, demo_secret(ready.name))
    line("try", f'curl -H "Authorization: Bearer {demo_secret("supervisor")}" '
         f'"{url}/api/v1/declarations?lane=red"')  # fmt: skip
    for note in notes:
        line("", note, "dim")
    out.print(Text("  Keys and password are for this demonstration only: everybody knows them.",
                   style="yellow"), soft_wrap=True)  # fmt: skip
    out.print()


def show_end(out: Console, figures: Figures) -> None:
    """Say what was not as it should be, if anything."""
    for what, count in sorted(figures.unexpected.items()):
        out.print(Text(f"  unexpected: {what} ({count:,} times)", style="red"), soft_wrap=True)
        out.print(Text(f"    {_told(figures.examples[what])}", style="dim"), soft_wrap=True)


class Screen:
    """Shows the figures: a live table on a terminal, else a plain line now and then."""

    def __init__(self, out: Console, figures: Figures, zone: ZoneInfo) -> None:
        self._out = out
        self._figures = figures
        self._zone = zone
        self._began = time.monotonic()
        self._told = self._began
        self._live: Live | None = None
        if out.is_terminal:
            self._live = Live(
                console=out,
                get_renderable=self._table,
                refresh_per_second=_REFRESH,
                transient=False,
            )

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
            self._out.print(Text(self._line()), soft_wrap=True)

    def tick(self) -> None:
        """Give a plain line when it is time for one; a terminal refreshes itself."""
        now = time.monotonic()
        if self._live is None and now - self._told >= _PLAIN_EVERY:
            self._told = now
            self._out.print(Text(self._line()), soft_wrap=True)

    def _line(self) -> str:
        figures = self._figures
        lanes = " ".join(f"{name} {figures.lanes[name]:,}" for name, _ in _LANES)
        counts = figures.counts
        return (
            f"{_when(figures.at, self._zone)} | lodged {counts['lodged']:,}, "
            f"accepted {counts['accepted']:,}, rejected {counts['rejected']:,} | {lanes} | "
            f"p50 {_ms(figures, 0.5)}, p95 {_ms(figures, 0.95)} | "
            f"unmatched {figures.unmatched:,} | alarms {figures.alarms:,}"
        )

    def _table(self) -> RenderableType:
        figures, counts = self._figures, self._figures.counts
        head = Text.assemble(
            (_when(figures.at, self._zone), "bold"),
            (f"   {counts['lodged'] / max(1e-9, self._seconds()):.1f} lodgements/s", "dim"),
        )
        table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), show_header=False)
        for _ in range(3):
            table.add_column()
            table.add_column(justify="right")
        for names in (("lodged", "accepted", "rejected"), ("released", "amended", "cancelled")):
            table.add_row(*(cell for name in names for cell in _cells(name, counts[name])))
        table.add_row(
            *_cells("cargo reports", counts["cargo"]),
            *_cells("parcels", counts["parcels"]),
            *_cells("unmatched", figures.unmatched),
        )
        quick, slow = _ms(figures, 0.5), _ms(figures, 0.95)
        table.add_row(
            Text("answers p50", style="dim"),
            quick,
            Text("p95", style="dim"),
            slow,
            *_cells("alarms", figures.alarms),
        )
        return Group(head, table, self._lanes(), Text("Ctrl-C ends it", style="dim"))

    def _lanes(self) -> Text:
        """A bar of the lanes communicated so far."""
        lanes = self._figures.lanes
        total = sum(lanes.values())
        bar = Text()
        if not total:
            return bar
        for name, style in _LANES:
            if lanes[name]:
                width = max(1, round(40 * lanes[name] / total))
                bar.append("█" * width, style=style)
        for name, style in _LANES:
            bar.append(f"  {name} {lanes[name]:,}", style=style)
        return bar

    def _seconds(self) -> float:
        return time.monotonic() - self._began


def _told(body: Any) -> str:
    """Return what a refusal said, first finding included, in one line."""
    if not isinstance(body, dict):
        return "no words"
    findings = body.get("findings") or body.get("errors") or [{}]
    return " ".join(str(part) for part in (body.get("detail", ""), findings[0]) if part)[:300]


def _cells(label: str, value: int) -> tuple[Text, str]:
    return Text(label, style="dim"), f"{value:,}"


def _ms(figures: Figures, share: float) -> str:
    value = figures.milliseconds(share)
    return "–" if value is None else f"{value:.1f} ms"


def _when(at: datetime | None, zone: ZoneInfo) -> str:
    return "starting" if at is None else f"{at.astimezone(zone):%A %Y-%m-%d %H:%M}"
