"""Reports from words as people write them: the same for a form's fields and a table's cells.

What cannot be read is a finding with the number of its rule and the name of the field; nothing is
raised. What the words mean for the cargo is judged by the cargo room alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import msgspec

from clearway.cargo.reports import (
    ContainerReport,
    ConveyanceReport,
    DocumentReport,
    PreLoadingReport,
    SealReport,
)
from clearway.cargo.rules import millionths
from clearway.kernel.decisions import Finding, Severity
from clearway.web.writing import zone

Given = Mapping[str, str]


class Field(NamedTuple):
    """A field: its name, how its words are read, how long they may be, whether they are needed.

    ``kind`` is text, lines (a text of several lines), code (letters are capital), number, mass
    (kilograms), flag, list, seals, choice, instant (local), conveyance. ``example`` stands in the
    sample table.
    """

    name: str
    kind: str = "text"
    longest: int = 70
    required: bool = False
    example: str = ""
    choices: Sequence[str] = ()


MODES: Final = ("1", "2", "3", "4", "5", "8")
FULLNESS: Final = ("5", "4", "7", "8")

CONVEYANCE: Final = (
    Field("reference", longest=35, required=True),
    Field("mode", "choice", required=True, choices=MODES),
    Field("means", longest=35),
    Field("means_name"),
    Field("nationality", "code", 2),
    Field("journey", longest=17),
    Field("carrier", "code", 17, required=True),
    Field("place", "code", 5, required=True),
    Field("expected_at", "instant", required=True),
    Field("departed_at", "instant"),
)
NUMBERS: Final = (
    Field("number", required=True, example="MEDU7700001"),
    Field("conveyance", "conveyance", 35),
    Field("master_number"),
)
PARTIES: Final = (
    Field("consignor_name", longest=175, required=True, example="Hangzhou Textile Co Ltd"),
    Field("consignor_address", "lines", 350, example="88 Wulin Road, Hangzhou, CN"),
    Field("consignee", "code", 17, example="XP1000000001"),
    Field("consignee_name", longest=175, required=True, example="Atlas Trading SA"),
    Field("consignee_address", "lines", 350, example="3 Quadrant Quay, Lodestar, XP"),
)
PLACES: Final = (
    Field("loading_place", "code", 5, example="CNSHA"),
    Field("discharge_place", "code", 5, example="XPLOD"),
    Field("goods_location", longest=35),
)
GOODS: Final = (
    Field("description", "lines", 512, required=True, example="Men's knitted cotton shirts"),
    Field("package_type", "code", 2, example="CT"),
    Field("packages", "number", 9, required=True, example="100"),
    Field("gross_mass", "mass", 16, required=True, example="1250.5"),
    Field("perishable", "flag"),
    Field("dangerous_goods", "list", 200),
)
DOCUMENT: Final = (*NUMBERS, *PARTIES, *PLACES, *GOODS)
CONTAINER: Final = (
    Field("container", "code", 17, required=True, example="CSQU3054383"),
    Field("size_type", "code", 4, example="22G1"),
    Field("fullness", "choice", example="5", choices=FULLNESS),
    Field("container_packages", "number", 9, example="100"),
    Field("container_gross_mass", "mass", 16, example="1250.5"),
    Field("seals", "seals", 200, example="SL4411 CA"),
)
PRE_LOADING: Final = (
    Field("house_number", required=True),
    Field("consignor_name", longest=175),
    Field("consignor_address", "lines", 350),
    Field("consignee_name", longest=175),
    Field("consignee_address", "lines", 350),
    Field("pieces", "number", 9, required=True),
    Field("gross_mass", "mass", 16, required=True),
    Field("description", "lines", 512),
    Field("departure_at", "instant", required=True),
    Field("origin_country", "code", 2),
)
TALLY: Final = (
    Field("packages", "number", 9, required=True),
    Field("gross_mass", "mass", 16),
    Field("remarks", "lines", 512),
)
BY_NAME: Final = {
    field.name: field for field in (*TALLY, *PRE_LOADING, *CONVEYANCE, *CONTAINER, *DOCUMENT)
}
_OF_CONTAINER: Final = {
    "container": "number",
    "container_packages": "packages",
    "container_gross_mass": "gross_mass",
}
_MOST_LISTED: Final = 99
_YES: Final = frozenset({"1", "y", "yes", "true", "x", "on", "oui", "是", "có", "نعم"})
_NO: Final = frozenset({"", "0", "n", "no", "false", "non", "否", "không", "لا"})
_MASS: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?\Z")
_SEAL: Final = re.compile(r"(?P<number>.{1,35}?)(?: (?P<party>[A-Za-z]{2,3}))?\Z")
_NUMBER: Final = re.compile(r"[0-9]{1,9}\Z")
_DOCUMENT_NUMBER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .()-]{0,69}\Z")


def wrong(rule: int, pointer: str, **parameters: str) -> Finding:
    """Return the finding that something cannot be read."""
    return Finding(f"CLW{rule}", Severity.ERROR, pointer, 0, tuple(parameters.items()))


def read(fields: Sequence[Field], given: Given) -> tuple[dict[str, Any], list[Finding]]:
    """Return the values of fields, and what cannot be read of them.

    A field that is empty, or cannot be read, has no value in the answer.
    """
    values: dict[str, Any] = {}
    findings: list[Finding] = []
    for field in fields:
        text = _clean(given.get(field.name, ""), lines=field.kind == "lines")
        if not text:
            if field.required:
                findings.append(wrong(5104, field.name, datum=field.name))
        elif len(text) > field.longest:
            most = str(field.longest)
            findings.append(wrong(5121, field.name, datum=field.name, most=most))
        else:
            value = _READERS.get(field.kind, _text)(text)
            if value is None or (field.choices and value not in field.choices):
                findings.append(_unreadable(field, text))
            else:
                values[field.name] = value
    return values, findings


def _clean(text: str, *, lines: bool) -> str:
    """Return a text without characters that nobody sees; its digits as the record writes them."""
    kept = "".join(
        one if one.isprintable() else "\n" if lines and one == "\n" else " " for one in text
    )
    return "\n".join(" ".join(line.split()) for line in kept.split("\n")).strip()


def _unreadable(field: Field, text: str) -> Finding:
    rules = {"number": 1509, "mass": 1509, "instant": 1512}
    return wrong(rules.get(field.kind, 1510), field.name, value=text[:70])


def _text(text: str) -> str:
    return text


def _digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in text)


def _number(text: str) -> int | None:
    digits = _digits(text)
    return int(digits) if _NUMBER.match(digits) else None


def _mass(text: str) -> int | None:
    digits = _digits(text).replace("٫", ".")
    return millionths(digits) if _MASS.match(digits) else None


def _flag(text: str) -> bool | None:
    said = text.casefold()
    return True if said in _YES else False if said in _NO else None


def _list(text: str) -> tuple[str, ...] | None:
    parts = tuple(part.strip() for part in re.split(r"[;,\n]", text) if part.strip())
    return parts if len(parts) <= _MOST_LISTED else None


def _seals(text: str) -> tuple[SealReport, ...] | None:
    """Read ``SL4411 CA; SL4412``: a number, and who put the seal on."""
    parts = [part.strip() for part in re.split(r"[;,\n]", text) if part.strip()]
    found = [_SEAL.match(part) for part in parts]
    seals = [SealReport(one["number"], (one["party"] or "").upper()) for one in found if one]
    return tuple(seals) if len(seals) == len(parts) <= _MOST_LISTED else None


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
        at = (at if at.tzinfo else at.replace(tzinfo=zone())).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if 1900 <= at.year < 2200 else None  # as the API takes them


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "code": str.upper,
    "number": _number,
    "mass": _mass,
    "flag": _flag,
    "list": _list,
    "seals": _seals,
    "instant": _instant,
}


def conveyance_report(given: Given) -> tuple[ConveyanceReport | None, list[Finding]]:
    """Return a conveyance's report, or what keeps its words from being one."""
    values, findings = read(CONVEYANCE, given)
    return (None if findings else ConveyanceReport(**values)), findings


def pre_loading_report(given: Given) -> tuple[PreLoadingReport | None, list[Finding]]:
    """Return air pre-loading data, or what keeps the words from being such.

    Texts may be missing: that is a matter for the assessment.
    """
    values, findings = read(PRE_LOADING, given)
    texts = {field.name: "" for field in PRE_LOADING if field.kind in {"text", "lines"}}
    return (None if findings else PreLoadingReport(**(texts | values))), findings


def document_report(
    given: Given, containers: Sequence[Given], conveyance: int | None, fixed: Sequence[str] = ()
) -> tuple[DocumentReport | None, list[Finding]]:
    """Return a transport document's report, or what keeps its words from being one.

    Args:
        given: the document's own words.
        containers: those of each container.
        conveyance: the row number of the conveyance that they name.
        fixed: the names of fields that are not read, because a correction keeps them.
    """
    fields = [field for field in DOCUMENT if field.name not in fixed]
    values, findings = read(fields, given)
    number = values.get("number", "")
    if number and not _DOCUMENT_NUMBER.match(number):
        findings.append(wrong(5101, "number", value=number, expected="A-Z 0-9 . ( ) -"))
    told = []
    for place, container in enumerate(containers):
        found, faults = read(CONTAINER, container)
        findings += [
            msgspec.structs.replace(each, pointer=pointer_of(each.pointer, place))
            for each in faults
        ]
        told.append({_OF_CONTAINER.get(name, name): value for name, value in found.items()})
    if findings:
        return None, findings
    values.pop("conveyance", None)
    values["conveyance"] = None if values.get("master_number") else conveyance
    values.setdefault("number", "")
    values["containers"] = tuple(ContainerReport(**each) for each in told)
    return DocumentReport(**values), findings


def pointer_of(name: str, place: int) -> str:
    """Return where a container's field stands in a report."""
    return f"containers/{place}/{_OF_CONTAINER.get(name, name)}"


_COLUMNS: Final = {name: column for column, name in _OF_CONTAINER.items()}


def field_of(pointer: str) -> tuple[str, int | None]:
    """Return the field that a pointer of the cargo room names, and of which container.

    >>> field_of("containers/1/number"), field_of("dangerous_goods/0"), field_of("gross_mass")
    (('container', 1), ('dangerous_goods', None), ('gross_mass', None))
    """
    parts = pointer.removeprefix("/body/").split("/")
    if parts[0] != "containers":
        return parts[0], None
    place = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0
    name = parts[2] if len(parts) > 2 else "number"
    return _COLUMNS.get(name, name), place
