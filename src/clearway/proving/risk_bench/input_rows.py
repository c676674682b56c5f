"""Hostile profile texts and searches among a million names, as rows of the bench."""

from __future__ import annotations

from clearway.proving.risk_bench import hostile_texts, name_search
from clearway.proving.risk_bench.row import Row

TEXTS_MS = 50.0
SEARCH_MS = 1_000.0


def of_texts() -> list[Row]:
    """Measure 500 hostile or broken conditions: all refused, the slowest within its bar."""
    hostile_texts.measure(seed=1, count=20)  # what is made at the first text
    found = hostile_texts.measure()
    usefully = found.refused - len(found.faults)
    refused = Row(
        name="texts_refused",
        ours=usefully / found.count,
        peer=1.0,
        peer_name="the bar",
        note=f"{usefully} of {found.count} refused with a place and a sentence",
    )
    return [refused, _bar("texts_slowest", found.slowest_ms, TEXTS_MS, "one text, the slowest")]


def of_names() -> list[Row]:
    """Measure searches of misspelt names among a million."""
    found = name_search.search_times()
    note = f"{found.names:,} names; {found.found} of {found.searches} misspelt ones found again"
    return [_bar("names_search_p95", found.p95 * 1_000, SEARCH_MS, note)]


def _bar(name: str, ours: float, bar: float, note: str) -> Row:
    return Row(name=name, ours=ours, peer=bar, peer_name="the bar", unit="milliseconds", note=note)
