"""An explanation as one document, for two readers, and its picture on a terminal.

The officer reads all of it. The trader's document is made without the selection: it holds the
findings, the values, the charges and what to do, and of the lane only whether customs will
look before release, with the texts that the profiles' owners wrote for traders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from clearway.cli.choices import Audience
from clearway.cli.screen import indented, labelled, money, number, thousandths
from clearway.cli.sentences import ranges, sentences
from clearway.cli.summary_view import LANE_COLOURS, grid
from clearway.cli.words import words
from clearway.kernel.decisions import (
    Channel,
    Decision,
    Finding,
    Hit,
    Lane,
    Selection,
    TaxLine,
)
from clearway.kernel.reference import Reference
from clearway.kernel.selection import model_advice
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
        "items": _items(decision, reference, language),
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


def _items(decision: Decision, reference: Reference, language: str) -> list[Document]:
    charges: dict[int, list[Document]] = {}
    for line in decision.charges:
        charges.setdefault(line.item, []).append(_charge(line, reference, language))
    values = {value.item: value for value in decision.values}
    return [
        {
            "item": item,
            "customs_value": values[item].value if item in values else None,
            "statistical_value": values[item].statistical_value if item in values else None,
            "working": sentences(values[item].steps, language) if item in values else [],
            "charges": charges.get(item, []),
        }
        for item in sorted({*values, *charges})
    ]


def _charge(line: TaxLine, reference: Reference, language: str) -> Document:
    rule = reference.tax(line.tax)
    return {
        "tax": line.tax,
        "name": rule.name if rule is not None else "",
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
        "reason": render(f"tariff.reason.{line.reason}", {}, language).message
        if line.reason
        else "",
        "working": sentences(line.steps, language),
    }


def _selection(decision: Decision, reference: Reference, language: str) -> Document:
    selection = decision.selection
    assert selection is not None
    names = {profile.code: profile.name for profile in reference.profiles}
    named = names | {one.rule: render(one.rule, {}, language).title for one in decision.findings}
    return {
        "lane": selection.lane.name,
        "channel": selection.channel.value,
        "score_thousandths": selection.score,
        "raw_score_thousandths": selection.raw_score,
        "draw": selection.draw,
        "drawn": selection.drawn,
        "reasons": sentences(selection.reasons, language, named),
        "channels": [
            {
                "channel": result.channel.value,
                "lane": None if result.lane is None else result.lane.name,
                "reasons": sentences(result.reasons, language, named),
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
    """What a trader may know of the lane: never a profile, a weight or a channel.

    Advice is given only where customs will look anyway, and never for a legal stop or a
    watchlist: a person who is looked for is not told so.
    """
    selection = decision.selection
    assert selection is not None
    if not decision.accepted:
        return {"message": words(language)["rejected_note"], "advice": []}
    if selection.lane is Lane.GREEN:
        return {"message": words(language)["trader_green"], "advice": []}
    message = render(f"selection.trader.{selection.lane.name.lower()}", {}, language).message
    return {
        "message": message,
        "advice": []
        if selection.lane is Lane.BLUE
        else _advice(decision.hits, selection, reference, language),
    }


def _advice(
    hits: Sequence[Hit], selection: Selection, reference: Reference, language: str
) -> list[str]:
    """Return which data the trader should look at again, each once with its items."""
    texts = {profile.code: profile.trader_text for profile in reference.profiles}
    known = catalogue(language_of(language))
    named = [
        (texts.get(hit.profile, ""), hit.item)
        for hit in hits
        if hit.channel in {Channel.PROFILE, Channel.SCORE}
    ]
    items: dict[str, list[int]] = {}
    for key, item in dict.fromkeys((*named, *model_advice(selection))):
        if key in known:
            items.setdefault(key, []).append(item)
    return [
        render(key, {"item": ranges(numbers)}, language).message for key, numbers in items.items()
    ]


def show(out: Console, document: Document, language: str) -> None:
    """Print an explanation."""
    label = words(language)
    name = document["id"] or document["lrn"]
    verdict = label["accepted_one"] if document["accepted"] else label["rejected_one"]
    style = "green" if document["accepted"] else "red"
    head: list[Any] = [(f"{label['declaration']} {name}", "bold"), "  ", (verdict, style)]
    if "selection" in document and document["accepted"]:
        lane = Lane[document["selection"]["lane"]]
        head += ["  ", (label[lane.name], f"bold {LANE_COLOURS[lane]}")]
    out.print(Text.assemble(*head))
    if not document["accepted"]:
        out.print(Text(label["rejected_note"], style="red"))
    _show_findings(out, document["findings"], language)
    for item in document["items"]:
        _show_item(out, item, document, language)
    total = f"{money(document['total_payable'], document['exponent'], language)} "
    out.print()
    out.print(Text(labelled(language, "payable", total + document["currency"]), style="bold"))
    _show_questions(out, document, language)
    if "selection" in document:
        _show_selection(out, document["selection"], language)
    if "outlook" in document and document["accepted"]:
        out.print()
        for sentence in (document["outlook"]["message"], *document["outlook"]["advice"]):
            out.print(Text(sentence))
    out.print()
    out.print(Text(labelled(language, "kernel_version", document["kernel_version"]), style="dim"))
    out.print(Text(labelled(language, "reference", document["reference_hash"]), style="dim"))


def _show_findings(out: Console, findings: Sequence[Document], language: str) -> None:
    label = words(language)
    out.print()
    out.print(Text(label["findings"], style="bold underline"))
    if not findings:
        out.print(label["no_findings"])
    for finding in findings:
        colour = "red" if finding["severity"] == "error" else "yellow"
        head = f"{finding['rule']} {label[finding['severity']]}"
        out.print(Text.assemble((head, colour), f" {finding['pointer']}"))
        out.print(indented(finding["message"]))
        if finding["remedy"]:
            out.print(indented(labelled(language, "what_to_do", finding["remedy"])))


def _show_item(out: Console, item: Document, document: Document, language: str) -> None:
    label = words(language)
    exponent, currency = document["exponent"], document["currency"]

    def amount(value: int | None) -> str:
        if value is None:
            return label["not_computed"]
        return f"{money(value, exponent, language)} {currency}"

    out.print()
    out.print(Text(f"{label['item']} {item['item']}", style="bold underline"))
    out.print(
        Text(labelled(language, "customs_value", amount(item["customs_value"])), style="bold")
    )
    for sentence in item["working"]:
        out.print(indented(f"· {sentence}"))
    for charge in item["charges"]:
        name = " ".join(part for part in (charge["tax"], charge["name"]) if part)
        out.print(Text(f"{name}{label['colon']}{amount(charge['payable'])}", style="bold"))
        if charge["reason"]:
            out.print(indented(f"! {charge['reason']}", "yellow"))
        for sentence in charge["working"] or _bare_working(charge, amount, language):
            out.print(indented(f"· {sentence}"))
        if charge["legal_basis"]:
            basis = labelled(language, "legal_basis", charge["legal_basis"])
            out.print(indented(basis, "dim"))


def _bare_working(charge: Document, amount: Any, language: str) -> list[str]:
    """Return base and rate, where an output was written without the working."""
    base = [labelled(language, "base", amount(charge["base"]))] if charge["base"] else []
    return [*base, labelled(language, "rate", charge["rate"])] if charge["rate"] else base


def _show_questions(out: Console, document: Document, language: str) -> None:
    label = words(language)
    for question in document["questions"]:
        parts = [label[question["kind"]], question["code"], question["agency"]]
        if question["item"]:
            parts.append(f"({label['item'].lower()} {question['item']})")
        if question["amount_if_granted"] is not None:
            saved = money(question["amount_if_granted"], document["exponent"], language)
            parts.append(f"(−{saved} {document['currency']})")
        out.print(Text(labelled(language, "questions", " ".join(part for part in parts if part))))


def _show_selection(out: Console, selection: Document, language: str) -> None:
    """Show the lane, every channel that spoke, and the profiles that were true."""
    label = words(language)
    lane = Lane[selection["lane"]]
    out.print()
    out.print(Text(label["lane"], style="bold underline"))
    style = f"bold {LANE_COLOURS[lane]}"
    out.print(Text.assemble((label[lane.name], style), f" ({label[selection['channel']]})"))
    told = {reason for result in selection["channels"] for reason in result["reasons"]}
    for sentence in selection["reasons"]:
        if sentence not in told:
            out.print(indented(f"· {sentence}"))
    table = grid(label["channel"], label["lane"], label["reason"])
    for result in selection["channels"]:
        if result["channel"] == Channel.NONE.value and selection["channel"] != result["channel"]:
            continue  # what would have held if nothing had spoken
        table.add_row(
            Text(label[result["channel"]]),
            Text(label[result["lane"]] if result["lane"] else "-"),
            Text("\n".join(result["reasons"])),
        )
    out.print(table)
    _show_hits(out, selection["hits"], label, language)
    raw = thousandths(selection["raw_score_thousandths"], language)
    final = thousandths(selection["score_thousandths"], language)
    score = labelled(language, "final_score", final)
    if raw != final:
        score = f"{labelled(language, 'raw_score', raw)}  {score}"
    out.print(Text(score))


def _show_hits(
    out: Console, hits: Sequence[Document], label: Mapping[str, str], language: str
) -> None:
    if not hits:
        return
    gathered: dict[tuple[str, str, int], list[int]] = {}
    for hit in hits:
        key = (f"{hit['profile']} v{hit['version']}", hit["name"], hit["contribution"])
        gathered.setdefault(key, []).append(hit["item"])
    out.print()
    table = grid(label["profile"], label["item"], label["points"], "", numbers=(2,))
    for (code, name, points), items in gathered.items():
        table.add_row(code, ranges(items), number(points, language), Text(name))
    out.print(table)
