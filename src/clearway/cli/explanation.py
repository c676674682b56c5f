"""An explanation as one document, for two readers, and its picture on a terminal.

The officer reads all of it. The trader's document is made without the selection: it holds the
findings, the values, the charges and what to do, and of the lane only whether customs will
look before release, with the texts that the profiles' owners wrote for traders.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from clearway.cli.choices import Audience
from clearway.cli.screen import money, number
from clearway.cli.summary_view import LANE_COLOURS, grid
from clearway.cli.words import words
from clearway.kernel.decisions import Decision, Finding, Lane, Step, TaxLine
from clearway.kernel.reference import Reference
from clearway.kernel.texts import catalogue, language_of, render

Document = dict[str, Any]


def as_document(
    decision: Decision, reference: Reference, audience: Audience, language: str
) -> Document:
    """Return the explanation in the reader's language, ready for JSON or for ``show``."""
    document: Document = {
        "lrn": decision.lrn,
        "id": decision.id,
        "for": audience.value,
        "accepted": decision.accepted,
        "currency": reference.currency,
        "exponent": reference.exponent,
        "findings": [_finding(finding, language) for finding in decision.findings],
        "items": _items(decision, language),
        "questions": [
            {
                "item": question.item,
                "kind": question.kind,
                "code": question.code,
                "agency": question.agency,
                "legal_basis": question.legal_basis,
                "amount_if_granted": question.amount_if_granted,
            }
            for question in decision.questions
        ],
        "total_payable": sum(line.payable or 0 for line in decision.charges),
        "kernel_version": decision.kernel_version,
        "reference_hash": decision.reference_hash,
    }
    if decision.selection is not None:
        if audience is Audience.OFFICER:
            document["selection"] = _selection(decision, reference, language)
        else:
            document["outlook"] = _outlook(decision, reference, language)
    return document


def _finding(finding: Finding, language: str) -> Document:
    text = render(finding.rule, dict(finding.parameters), language)
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "item": finding.item,
        "pointer": finding.pointer,
        "title": text.title,
        "message": text.message,
        "remedy": text.remedy,
    }


def _sentences(steps: Iterable[Step], language: str) -> list[str]:
    return [render(step.key, dict(step.parameters), language).message for step in steps]


def _items(decision: Decision, language: str) -> list[Document]:
    charges: dict[int, list[Document]] = {}
    for line in decision.charges:
        charges.setdefault(line.item, []).append(_charge(line, language))
    values = {value.item: value for value in decision.values}
    return [
        {
            "item": item,
            "customs_value": values[item].value if item in values else None,
            "statistical_value": values[item].statistical_value if item in values else None,
            "working": _sentences(values[item].steps, language) if item in values else [],
            "charges": charges.get(item, []),
        }
        for item in sorted({*values, *charges})
    ]


def _charge(line: TaxLine, language: str) -> Document:
    return {
        "tax": line.tax,
        "family": line.family,
        "base": line.base,
        "base_quantity": line.base_quantity,
        "base_unit": line.base_unit,
        "rate": line.rate_text,
        "amount": line.amount,
        "payable": line.payable,
        "legal_basis": line.legal_basis,
        "preference": line.preference,
        "quota_order": line.quota_order,
        "reason": render(line.reason, {}, language).message if line.reason else "",
        "working": _sentences(line.steps, language),
    }


def _selection(decision: Decision, reference: Reference, language: str) -> Document:
    selection = decision.selection
    assert selection is not None
    names = {profile.code: profile.name for profile in reference.profiles}
    return {
        "lane": selection.lane.name,
        "channel": selection.channel.value,
        "score_thousandths": selection.score,
        "raw_score_thousandths": selection.raw_score,
        "draw": selection.draw,
        "drawn": selection.drawn,
        "reasons": _sentences(selection.reasons, language),
        "channels": [
            {
                "channel": result.channel.value,
                "lane": None if result.lane is None else result.lane.name,
                "reasons": _sentences(result.reasons, language),
            }
            for result in selection.channels
        ],
        "hits": [
            {
                "item": hit.item,
                "profile": hit.profile,
                "version": hit.version,
                "name": names.get(hit.profile, ""),
                "lane": None if hit.lane is None else hit.lane.name,
                "contribution": hit.contribution,
                "channel": hit.channel.value,
            }
            for hit in decision.hits
        ],
    }


def _outlook(decision: Decision, reference: Reference, language: str) -> Document:
    """What a trader may know of the lane: never a profile, a weight or a channel."""
    selection = decision.selection
    assert selection is not None
    texts = {profile.code: profile.trader_text for profile in reference.profiles}
    known = catalogue(language_of(language))
    advice = {
        texts[hit.profile]: None
        for hit in decision.hits
        if texts.get(hit.profile) and texts[hit.profile] in known
    }
    green = selection.lane in {Lane.GREEN, Lane.BLUE}
    return {
        "message": words(language)["trader_green" if green else "trader_lane"],
        "advice": [render(key, {}, language).message for key in advice],
    }


def show(out: Console, document: Document, language: str) -> None:
    """Print an explanation."""
    label = words(language)
    name = document["id"] or document["lrn"]
    verdict = label["accepted"] if document["accepted"] else label["rejected"]
    style = "green" if document["accepted"] else "red"
    out.print(Text.assemble((f"{label['declaration']} {name}", "bold"), "  ", (verdict, style)))
    _show_findings(out, document["findings"], label)
    for item in document["items"]:
        _show_item(out, item, document, language)
    total = money(document["total_payable"], document["exponent"], language)
    out.print()
    out.print(Text(f"{label['total']}: {total} {document['currency']}", style="bold"))
    for question in document["questions"]:
        parts = (label[question["kind"]], question["code"], question["agency"])
        out.print(Text(f"{label['questions']}: {' '.join(part for part in parts if part)}"))
    if "selection" in document:
        _show_selection(out, document["selection"], language)
    if "outlook" in document:
        out.print()
        for sentence in (document["outlook"]["message"], *document["outlook"]["advice"]):
            out.print(Text(sentence))
    out.print()
    out.print(Text(f"{label['kernel_version']}: {document['kernel_version']}", style="dim"))
    out.print(Text(f"{label['reference']}: {document['reference_hash']}", style="dim"))


def _show_findings(out: Console, findings: Sequence[Document], label: Any) -> None:
    out.print()
    out.print(Text(label["findings"], style="bold underline"))
    if not findings:
        out.print(label["no_findings"])
    for finding in findings:
        colour = "red" if finding["severity"] == "error" else "yellow"
        head = f"{finding['rule']} {label[finding['severity']]}"
        out.print(Text.assemble((head, colour), f" {finding['pointer']}"))
        out.print(Text(f"  {finding['message']}"))
        if finding["remedy"]:
            out.print(Text(f"  {label['what_to_do']}: {finding['remedy']}"))


def _show_item(out: Console, item: Document, document: Document, language: str) -> None:
    label = words(language)
    exponent, currency = document["exponent"], document["currency"]

    def amount(value: int | None) -> str:
        return label["not_computed"] if value is None else money(value, exponent, language)

    out.print()
    out.print(Text(f"{label['item']} {item['item']}", style="bold underline"))
    out.print(Text(f"{label['customs_value']}: {amount(item['customs_value'])} {currency}"))
    for sentence in item["working"]:
        out.print(Text(f"  · {sentence}"))
    for charge in item["charges"]:
        head = f"{charge['tax']}  {label['base']} {amount(charge['base'])}  "
        head += f"{label['rate']} {charge['rate']}  {label['payable']} "
        out.print(Text.assemble(head, (amount(charge["payable"]), "bold")))
        if charge["reason"]:
            out.print(Text(f"  ! {charge['reason']}"))
        for sentence in charge["working"]:
            out.print(Text(f"  · {sentence}"))
        if charge["legal_basis"]:
            out.print(Text(f"  {label['legal_basis']}: {charge['legal_basis']}", style="dim"))


def _show_selection(out: Console, selection: Document, language: str) -> None:
    label = words(language)
    lane = Lane[selection["lane"]]
    out.print()
    out.print(Text(label["lane"], style="bold underline"))
    out.print(Text(label[lane.name], style=f"bold {LANE_COLOURS[lane]}"))
    for sentence in selection["reasons"]:
        out.print(Text(f"  · {sentence}"))
    table = grid(label["channel"], label["lane"], label["reason"])
    for result in selection["channels"]:
        table.add_row(
            Text(label[result["channel"]]),
            Text(label[result["lane"]] if result["lane"] else "-"),
            Text("; ".join(result["reasons"])),
        )
    out.print(table)
    if selection["hits"]:
        table = grid(label["profile"], label["item"], label["points"], "", numbers=(1, 2))
        for hit in selection["hits"]:
            code = f"{hit['profile']} v{hit['version']}"
            points = number(hit["contribution"], language)
            table.add_row(code, number(hit["item"], language), points, Text(hit["name"]))
        out.print(table)
    raw = money(selection["raw_score_thousandths"], 3, language)
    final = money(selection["score_thousandths"], 3, language)
    out.print(Text(f"{label['raw_score']}: {raw}  {label['final_score']}: {final}"))
    drawn = label["drawn" if selection["drawn"] else "not_drawn"]
    out.print(Text(f"{label['draw']}: {selection['draw']:04d} ({drawn})"))
