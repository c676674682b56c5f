"""The summary of a run as people like to read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from clearway.batch.summary import Summary
from clearway.cli.screen import decimal, indented, labelled, money, number, percent
from clearway.cli.words import words
from clearway.kernel.decisions import Decision, Lane, Severity
from clearway.kernel.reference import Reference
from clearway.kernel.texts import render

LANE_COLOURS = {
    Lane.GREEN: "green",
    Lane.BLUE: "blue",
    Lane.YELLOW: "yellow",
    Lane.RED: "red",
}
_BAR = 24
_TOP = 12


def show_summary(out: Console, summary: Summary, reference: Reference, language: str) -> None:
    """Print the counts, the lanes with their share, charges, findings and reasons."""
    label = words(language)
    _heads(out, summary, label, language)
    if summary.declarations > 1:  # of one alone all this has been shown already
        _lanes(out, summary, label, language)
        _reasons(out, summary, reference, label, language)
    _charges(out, summary, reference, label, language)
    if summary.declarations > 1:
        _findings(out, summary, label, language)
    out.print()
    speed = round(summary.items / summary.seconds) if summary.seconds else 0
    seconds = f"{decimal(summary.seconds, language)} {label['seconds']}"
    rate = f"{number(speed, language)} {label['per_second']}"
    law = f"{summary.reference_name} {summary.reference_hash}"
    for name, text in (
        ("time", f"{seconds}, {rate}"),
        ("kernel_version", summary.kernel_version),
        ("reference", law),
    ):
        out.print(Text(labelled(language, name, text), style="dim"))


def grid(*columns: str, numbers: tuple[int, ...] = ()) -> Table:
    """Return an empty table with these headings; ``numbers`` are set to the right."""
    table = Table(box=None, pad_edge=False, header_style="bold", show_header=any(columns))
    for position, heading in enumerate(columns):
        table.add_column(
            heading, justify="right" if position in numbers else "left", overflow="fold"
        )
    return table


def _heading(out: Console, text: str) -> None:
    out.print()
    out.print(Text(text, style="bold underline"))


def _heads(out: Console, summary: Summary, label: Mapping[str, str], language: str) -> None:
    table = grid("", "", "", numbers=(1, 2))
    whole = summary.declarations

    def row(name: str, count: int, share: str = "", style: str = "") -> None:
        table.add_row(Text(label[name], style=style), number(count, language), share)

    row("declarations", whole)
    row("items", summary.items)
    row("accepted", summary.accepted, percent(summary.accepted, whole, language))
    row("rejected", summary.rejected, percent(summary.rejected, whole, language))
    if summary.unreadable:
        row("unreadable", summary.unreadable, style="bold red")
    if summary.engine_failures:
        row("engine_failures", summary.engine_failures, style="bold red")
    out.print(table)


def _lanes(out: Console, summary: Summary, label: Mapping[str, str], language: str) -> None:
    routed = sum(summary.lanes.values())
    if not routed:
        return
    _heading(out, label["lanes"])
    with_bar = out.width >= 70
    table = grid("", "", "", *([""] if with_bar else []), numbers=(1, 2))
    for lane in Lane:
        count = summary.lanes[lane.name]
        if not count and lane is Lane.BLUE:
            continue
        cells: list[Any] = [
            Text(label[lane.name], style=LANE_COLOURS[lane]),
            number(count, language),
            percent(count, routed, language),
        ]
        if with_bar:
            cells.append(Text("█" * round(_BAR * count / routed), style=LANE_COLOURS[lane]))
        table.add_row(*cells)
    out.print(table)


def _reasons(
    out: Console,
    summary: Summary,
    reference: Reference,
    label: Mapping[str, str],
    language: str,
) -> None:
    if not summary.reasons:
        return
    _heading(out, label["reasons"])
    names = {profile.code: profile.name for profile in reference.profiles}
    table = grid("", "", "", "", numbers=(2, 3))
    whole = sum(summary.reasons.values())
    for reason, count in summary.reasons.most_common(_TOP):
        channel, _, code = reason.partition(":")
        name = names.get(code, "")
        if code.startswith("CLW"):
            channel, name = "doubt", render(code, {}, language).title
        table.add_row(
            Text(label[channel]),
            Text(f"{code} {name}".strip()),
            number(count, language),
            percent(count, whole, language),
        )
    out.print(table)
    rest = len(summary.reasons) - _TOP
    if rest > 0:
        out.print(f"… {number(rest, language)} {label['more']}")


def _charges(
    out: Console,
    summary: Summary,
    reference: Reference,
    label: Mapping[str, str],
    language: str,
) -> None:
    if not summary.charges and not summary.uncomputed:
        return
    _heading(out, f"{label['charges']} ({summary.currency})")
    table = grid("", "", "", numbers=(2,))
    order = [rule.code for rule in reference.taxes]
    for tax in sorted(summary.charges, key=lambda tax: order.index(tax) if tax in order else 99):
        rule = reference.tax(tax)
        amount = money(summary.charges[tax], summary.exponent, language)
        table.add_row(tax, Text(rule.name if rule else ""), amount)
    total = money(sum(summary.charges.values()), summary.exponent, language)
    table.add_row("", Text(label["total"], style="bold"), Text(total, style="bold"))
    out.print(table)
    if summary.uncomputed:
        out.print(Text(labelled(language, "uncomputed", number(summary.uncomputed, language))))


def _findings(out: Console, summary: Summary, label: Mapping[str, str], language: str) -> None:
    _heading(out, label["findings"])
    if not summary.findings:
        out.print(label["no_findings"])
        return
    table = grid(label["rule"], label["count"], label["title"], numbers=(1,))
    for rule, count in summary.findings.most_common(_TOP):
        text = render(rule, {}, language)
        table.add_row(rule, number(count, language), Text(text.title or text.message))
    out.print(table)
    rest = len(summary.findings) - _TOP
    if rest > 0:
        out.print(f"… {number(rest, language)} {label['more']}")


_SAME = 3


def show_few(
    out: Console, decisions: Sequence[Decision], reference: Reference, language: str
) -> None:
    """Print a line for each of a few decisions, with its findings in full."""
    label = words(language)
    for decision in decisions:
        verdict = label["accepted_one" if decision.accepted else "rejected_one"]
        name = decision.id or decision.lrn or label["declaration"]
        parts: list[str | tuple[str, str]] = [
            (f"{name}  ", "bold"),
            (verdict, "green" if decision.accepted else "red"),
        ]
        if decision.accepted:  # until it is, nothing is owed and no lane applies
            if decision.selection is not None:
                lane = decision.selection.lane
                parts += ["  ", (label[lane.name], LANE_COLOURS[lane])]
            payable = sum(line.payable or 0 for line in decision.charges)
            parts.append(f"  {money(payable, reference.exponent, language)} {reference.currency}")
        out.print(Text.assemble(*parts))
        _findings_of(out, decision, language)
    if decisions:
        out.print()


def _findings_of(out: Console, decision: Decision, language: str) -> None:
    """Print the findings: pointer, what, what to do; of many alike the first few."""
    label = words(language)
    told: Counter[str] = Counter()
    for finding in decision.findings:
        told[finding.rule] += 1
        if told[finding.rule] > _SAME:
            continue
        text = render(finding.rule, dict(finding.parameters), language)
        colour = "red" if finding.severity is Severity.ERROR else "yellow"
        head = f"{finding.rule} {label[finding.severity.value]}"
        out.print(Text.assemble("  ", (head, colour), f" {finding.pointer}"))
        out.print(indented(text.message, left=4))
        if text.remedy:
            out.print(indented(labelled(language, "what_to_do", text.remedy), "dim", left=4))
    for rule, count in told.items():
        if count > _SAME:
            rest = number(count - _SAME, language)
            out.print(indented(f"… {rule}{label['colon']}{rest} {label['more']}"))
