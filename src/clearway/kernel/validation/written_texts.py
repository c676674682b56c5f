"""Layer 3, what is written: descriptions and the characters of texts. Numbers 33xx.

A text that a person cannot see rightly, or that a sheet would run, is refused before anybody
reads it: control and bidirectional signs, signs without width, a leading formula.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from clearway.kernel.decisions import Severity
from clearway.kernel.validation.case import Case, name_of, shown
from clearway.kernel.validation.rule import Layer, Place, Rule, at, rule
from clearway.kernel.validation.stop_list import folded

# C0 and C1 without tab and line ends, lone surrogates, private use, and the sign of lost text.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufffd-\uffff]")
BIDIRECTIONAL = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Joiners are part of writing between letters of Arabic and Indic scripts, and nowhere else.
_JOINING = "[\u0600-\u06ff\u0750-\u077f\u0900-\u0dff\u1000-\u109f\u1780-\u17ff]"
INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b\u2060-\u2064\ufeff\u115f\u1160\u3164\uffa0]"
    f"|(?<!{_JOINING})[\u200c\u200d]|[\u200c\u200d](?!{_JOINING})"
)
_FORMULA = re.compile(r"\s*(?:=|@[A-Za-z]|[+\-][^\s]*[(|!])")
_FORMULA_STARTS = frozenset("=@+- \t\r\n")
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LONGEST = {
    "lrn": 35,
    "id": 70,
    "ucr": 35,
    "items.ucr": 35,
    "containers": 17,
    "items.containers": 17,
    "seals": 35,
    "border_means_id": 35,
    "arrival_means_id": 35,
    "goods_location": 35,
    "warehouse": 35,
    "loading_location": 17,
    "incoterm_place": 256,
    "items.package_marks": 512,
    "statements.text": 512,
    "items.statements.text": 512,
}
_LONGEST_BY_END = {
    ".name": 70,
    ".city": 35,
    ".line": 70,
    ".id": 35,
    ".reference": 70,
}
_TEXT_FIELDS = (
    "items.description",
    "items.package_marks",
    "incoterm_place",
    "statements.text",
    "items.statements.text",
    *(
        f"{role}.{part}"
        for role in (
            *("declarant", "agent", "importer", "exporter", "consignor", "consignee"),
            *("seller", "buyer", "carrier"),
            *("items.consignor", "items.consignee", "items.seller", "items.buyer"),
        )
        for part in ("name", "city", "line")
    ),
    "documents.name",
    "items.documents.name",
)
_IDENTIFIER_FIELDS = (
    "lrn",
    "id",
    "ucr",
    "items.ucr",
    "containers",
    "items.containers",
    "seals",
    "border_means_id",
    "arrival_means_id",
    "loading_location",
    "goods_location",
    "warehouse",
    "aeo_parties.id",
    "duty_tax_parties.id",
    "authorisations.id",
    "guarantees.reference",
    "documents.reference",
    "items.documents.reference",
    "previous_documents.reference",
    "items.previous_documents.reference",
    *(
        f"{role}.id"
        for role in (
            *("declarant", "agent", "importer", "exporter", "consignor", "consignee"),
            *("seller", "buyer", "carrier"),
            *("items.consignor", "items.consignee", "items.seller", "items.buyer"),
        )
    ),
)


def control_character(case: Case) -> Iterable[Place]:
    """No text or identifier holds a control sign or a sign of lost text."""
    return _signs(case, CONTROL)


def bidirectional_character(case: Case) -> Iterable[Place]:
    """No text holds a sign that turns the direction of what a person reads."""
    return _signs(case, BIDIRECTIONAL)


def invisible_character(case: Case) -> Iterable[Place]:
    """No text holds a sign without width, which makes two equal names differ."""
    return _signs(case, INVISIBLE)


def _signs(case: Case, pattern: re.Pattern[str]) -> Iterable[Place]:
    if not case.strange:
        return ()
    return [
        at(field, i, n, sign=name_of(match[0]), text=shown(text))
        for field, i, n, text in (*case.texts, *case.identifiers)
        if (match := pattern.search(text))
    ]


def not_composed(case: Case) -> Iterable[Place]:
    """Texts are in Unicode's composed form: Vietnamese tones written as one letter each."""
    if case.plain or unicodedata.is_normalized("NFC", case.all_texts):
        return ()
    return [
        at(field, i, n, text=shown(text))
        for field, i, n, text in (*case.texts, *case.identifiers)
        if not unicodedata.is_normalized("NFC", text)
    ]


def foreign_identifier(case: Case) -> Iterable[Place]:
    """Identifiers are written in ASCII: no full-width digit, no look-alike letter."""
    if case.plain or case.plain_identifiers:
        return ()
    return [
        at(field, i, n, text=shown(text), sign=name_of(next(c for c in text if not c.isascii())))
        for field, i, n, text in case.identifiers
        if not text.isascii()
    ]


def formula(case: Case) -> Iterable[Place]:
    """No text begins as a formula that a sheet would run."""
    firsts = {text[:1] for bucket in case.strings for text in bucket}
    if firsts.isdisjoint(_FORMULA_STARTS):
        return ()
    return [
        at(field, i, n, text=shown(text))
        for field, i, n, text in (*case.texts, *case.identifiers)
        if text[0] in _FORMULA_STARTS and _FORMULA.match(text)
    ]


def text_too_long(case: Case) -> Iterator[Place]:
    """No text is longer than its data element holds."""
    for bucket, most in zip(case.strings, case.law.longest, strict=True):
        if bucket and len(max(bucket, key=len)) > most:
            break
    else:
        return
    for field, i, n, text in (*case.texts, *case.identifiers):
        if len(text) > 17 and len(text) > (most := _most(field, case)):
            yield at(field, i, n, counted=str(len(text)), most=str(most))


def _most(field: str, case: Case) -> int:
    if field == "items.description":
        return case.limits.description_length
    most = _LONGEST.get(field)
    if most is None:
        most = _LONGEST_BY_END.get(field[field.rindex(".") :], 512)
    return most


def description_missing(case: Case) -> Iterator[Place]:
    """Every item is described."""
    for i, item in enumerate(case.lodgement.items, 1):
        if case.complete and not item.description.strip():
            yield at("items.description", i)


def description_too_short(case: Case) -> Iterator[Place]:
    """A description has enough letters to mean something."""
    least = case.limits.description_letters
    for i, item in enumerate(case.lodgement.items, 1):
        text = item.description
        # Twelve signs always hold enough; the letters of shorter ones are counted.
        if 0 < len(text) < 12 and text.strip() and _letters(text) < least:
            yield at("items.description", i, text=shown(text), least=str(least))


def _letters(text: str) -> int:
    return sum(c.isalpha() for c in text) + len(_IDEOGRAPH.findall(text))


def description_says_nothing(case: Case) -> Iterator[Place]:
    """A description names the goods: "general cargo" or "as per invoice" do not."""
    stop_list = case.limits.stop_list
    for i, item in enumerate(case.lodgement.items, 1):
        text = item.description
        if 0 < len(text) <= case.law.longest_stop and folded(text) in stop_list:
            yield at("items.description", i, text=shown(text))


_TEXT_BASIS = "WCO Data Model, text formats; Unicode Standard, chapter 23"

RULES: tuple[Rule, ...] = (
    rule(
        3301,
        "control character in a text",
        Layer.CONSISTENCY,
        _TEXT_BASIS,
        control_character,
        *_TEXT_FIELDS,
        *_IDENTIFIER_FIELDS,
    ),
    rule(
        3302,
        "sign that turns the direction of a text",
        Layer.CONSISTENCY,
        "Unicode Standard Annex 9; Unicode Technical Report 36",
        bidirectional_character,
        *_TEXT_FIELDS,
        *_IDENTIFIER_FIELDS,
    ),
    rule(
        3303,
        "invisible sign in a text",
        Layer.CONSISTENCY,
        "Unicode Technical Report 36",
        invisible_character,
        *_TEXT_FIELDS,
        *_IDENTIFIER_FIELDS,
    ),
    rule(
        3304,
        "identifier not in ASCII",
        Layer.CONSISTENCY,
        "WCO Data Model, an formats",
        foreign_identifier,
        *_IDENTIFIER_FIELDS,
    ),
    rule(
        3305,
        "text begins as a formula",
        Layer.CONSISTENCY,
        "OWASP, CSV injection; pack setting severity.CLW3305",
        formula,
        *_TEXT_FIELDS,
        *_IDENTIFIER_FIELDS,
    ),
    rule(
        3306,
        "text not in composed form",
        Layer.CONSISTENCY,
        "Unicode Standard Annex 15 (NFC)",
        not_composed,
        *_TEXT_FIELDS,
        *_IDENTIFIER_FIELDS,
        severity=Severity.WARNING,
    ),
    rule(
        3307,
        "text too long",
        Layer.CONSISTENCY,
        "WCO Data Model, an formats; pack setting validation.description_length",
        text_too_long,
        *_TEXT_FIELDS,
        *_IDENTIFIER_FIELDS,
    ),
    rule(
        3310,
        "description missing",
        Layer.CONSISTENCY,
        "RKC General Annex standard 3.11; WCO 137",
        description_missing,
        "items.description",
    ),
    rule(
        3311,
        "description too short",
        Layer.CONSISTENCY,
        "WCO SAFE Framework, advance cargo information; pack setting "
        "validation.description_letters",
        description_too_short,
        "items.description",
    ),
    rule(
        3312,
        "description says nothing",
        Layer.CONSISTENCY,
        "WCO SAFE Framework, advance cargo information; pack setting validation.stop_list",
        description_says_nothing,
        "items.description",
    ),
)
