"""What is wrong with a report, in the reader's words and beside the field that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from clearway.cargo.filing import FiledFault
from clearway.cargo.law import ReportRefused
from clearway.kernel.decisions import Finding
from clearway.kernel.texts import render
from clearway.vocabulary.errors import ActRefused
from clearway.vocabulary.problem_details import problem_of
from clearway.web import writing
from clearway.web.cargo.reading import BY_NAME, field_of
from clearway.web.words import words

ACT_REFUSED = "CLW1514"
UNKNOWN_CODE = "CLW1510"
_UNREAD = frozenset({"CLW1509", UNKNOWN_CODE, "CLW1512"})


class Fault(NamedTuple):
    """One thing wrong: its field's id and label (empty: of the whole), what, what to do, its rule.

    ``severity`` is empty where all are errors; ``why`` is a sentence in English, where there is
    none in the reader's language.
    """

    field: str
    label: str
    message: str
    remedy: str
    rule: str = ""
    severity: str = ""
    why: str = ""

    @property
    def said(self) -> str:
        """The sentence with the field that it is about, unless it names it itself."""
        return self.message if self.label in self.message else f"{self.label}: {self.message}"


def label_of(name: str, language: str) -> str:
    """Return what a field is called; an unknown one by its own name."""
    return str(words(language).get(f"cargo_field_{name}", name))


def how_written(name: str, language: str) -> str:
    """Return how a field is written, with the codes where it has some; empty for plain text."""
    known: Any = words(language)
    field = BY_NAME.get(name)
    if field is None:
        return ""
    if field.choices:
        return " · ".join(f"{one}: {known[f'cargo_{name}_{one}']}" for one in field.choices)
    hint: str = known.get(f"cargo_hint_{name}", "") or known.get(f"cargo_kind_{field.kind}", "")
    return hint


def _unread(rule: str, name: str, parameters: Mapping[str, str], language: str) -> tuple[str, str]:
    """Return sentences for what cannot be read; EDIFACT's, which name no field, stay empty."""
    known: Any = words(language)
    key = "cargo_conveyance_unknown" if name == "conveyance" else ""
    if "row" in parameters:
        key = "cargo_rows_differ"
    if rule == UNKNOWN_CODE and key:
        return known[key].format_map(parameters), known[f"{key}_do"]
    return "", how_written(name, language) if rule in _UNREAD else ""


def fault(
    rule: str, pointer: str, parameters: Mapping[str, str], language: str, severity: str = ""
) -> Fault:
    """Return what a rule found in the reader's language."""
    name, place = field_of(pointer)
    label = label_of(name, language) if name else ""
    if place is not None:
        label = f"{label} ({place + 1})"
    shown = {key: _instant(value, language) for key, value in parameters.items()}
    if "datum" in shown:
        shown["datum"] = label_of(shown["datum"], language)
    text = render(rule, shown, language)
    message, remedy = _unread(rule, name, shown, language)
    identity = name if place is None else f"{name}-{place}"
    return Fault(identity, label, message or text.message, remedy or text.remedy, rule, severity)


def _instant(value: str, language: str) -> str:
    """Return a parameter that is an instant as a reader of a language writes it."""
    if "T" not in value[10:11]:
        return value
    try:
        at = datetime.fromisoformat(value)
        return writing.instant(at, language) if at.tzinfo else value
    except (ValueError, OverflowError):
        return value


def findings(found: Iterable[Finding], language: str) -> list[Fault]:
    """Return findings in the reader's language."""
    return [fault(each.rule, each.pointer, dict(each.parameters), language) for each in found]


def refusal(refused: ActRefused, language: str) -> list[Fault]:
    """Return why a report was refused, rule by rule where it was for its data."""
    if isinstance(refused, ReportRefused) and refused.findings:
        return findings(refused.findings, language)
    told, kind = words(language), problem_of(refused).kind.name
    faults: Sequence[tuple[str, str]] = getattr(refused, "faults", ())
    message, remedy = str(told[f"refused_{kind}"]), str(told[f"refused_{kind}_do"])
    if not faults:
        why = f"{refused.what} {refused.remedy}".strip()
        return [Fault("", "", message, remedy, why=why)]
    return [
        Fault(field_of(where)[0], label_of(field_of(where)[0], language), message, remedy, why=why)
        for where, why in faults
    ]


class Filed(NamedTuple):
    """What is wrong with a part of a file: its row or segment, the segment, the document."""

    place: int
    text: str
    document: str
    fault: Fault


def filed_fault(one: FiledFault, number: str, language: str) -> Filed:
    """Return a fault of a file in the reader's language."""
    told: Any = words(language)
    if one.rule == ACT_REFUSED:
        message, why = told["cargo_act_refused"], one.parameters.get("why", "")
        found = Fault("", "", message, told["cargo_act_refused_do"], one.rule, why=why)
    else:
        found = fault(one.rule, one.pointer, one.parameters, language)
    return Filed(one.segment, one.text, number, found)
