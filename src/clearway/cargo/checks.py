"""The rules that a cargo report is held to: each one function with a public number.

An ERROR refuses the report. A DOUBT keeps it and asks its author (RFI); a WARNING tells. Texts
stand in ``kernel/texts/cargo.*.toml``. Pointers name the datum as the API does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from clearway.cargo.reports import ConveyanceReport, DocumentReport
from clearway.cargo.rules import CargoLaw, allowance, document_key, kilograms, report_due
from clearway.kernel.decisions import Finding, Severity
from clearway.kernel.validation.stop_list import STOP_LIST, folded
from clearway.vocabulary.code_lists import BULK_PACKAGES, PACKAGE_TYPES
from clearway.vocabulary.identifiers import (
    Verdict,
    check_air_waybill,
    check_container,
    check_ship,
    check_tin,
    is_country,
)

ARRIVING_MODES = frozenset("123458")
_FLIGHT = re.compile(r"[A-Z0-9]{2}[A-Z]?[0-9]{1,4}[A-Z]?\Z")
_PLATE = re.compile(r"[^\W_][\w \-.]{1,15}\Z")
_LOCODE = re.compile(r"[A-Z]{2}[A-Z0-9]{3}\Z")
_UN_NUMBER = re.compile(r"(?:UN ?)?[0-9]{4}\Z")
_JOURNEY_OF = {"1": "voyage", "2": "train", "4": "flight"}
_PRE_LOADING = {"do_not_load": 5116, "rfs": 5119, "rfi": 5120}
LONGEST = {
    "number": 70, "consignor_name": 175, "consignor_address": 350, "consignee": 17,
    "consignee_name": 175, "consignee_address": 350, "loading_place": 17, "discharge_place": 17,
    "goods_location": 35, "description": 512, "package_type": 2,
}  # fmt: skip
CONVEYANCE_LONGEST = {
    "reference": 35, "means": 35, "means_name": 70, "nationality": 2, "journey": 17,
    "carrier": 17, "place": 17, "mode": 1,
}  # fmt: skip
"""How many characters the data of a document may have (``models.TransportDocument``)."""
_LONGEST_AHEAD, _LONGEST_BEHIND = timedelta(days=365), timedelta(days=60)


class Above(msgspec.Struct, frozen=True):
    """A house document's master: its mass, and that of its other houses."""

    level: str
    gross_mass: int
    houses_mass: int
    drawn: bool


class Case(msgspec.Struct, frozen=True):
    """A transport document with what it is judged beside.

    ``by_carrier``: its author made it out himself. ``above`` is absent where the reporter has no
    such master. ``drawn_*`` is what declarations have drawn on it already, ``house_mass`` what
    its own houses weigh. ``pre_loading`` is the newest result for its number, empty where there
    is none.
    """

    report: DocumentReport
    law: CargoLaw
    by_carrier: bool
    now: datetime
    mode: str = ""
    arrival: datetime | None = None
    departure: datetime | None = None
    above: Above | None = None
    taken: bool = False
    drawn_packages: int = 0
    drawn_mass: int = 0
    house_mass: int = 0
    pre_loading: str = ""


def _finding(rule: int, severity: Severity, pointer: str, **parameters: str) -> Finding:
    return Finding(f"CLW{rule}", severity, pointer, 0, tuple(parameters.items()))


def _identifier(verdict: Verdict, value: str, pointer: str, severity: Severity) -> Finding:
    """Tell a wrong form (5101) or check digit (5102), with what was expected."""
    rule = 5102 if verdict.reason == "check_digit" else 5101
    return _finding(rule, severity, pointer, value=value, expected=verdict.expected)


# Conveyances


def check_conveyance(report: ConveyanceReport, now: datetime) -> list[Finding]:
    """Return everything wrong with a conveyance report; all of it refuses the report."""
    return [finding for check in CONVEYANCE_RULES for finding in check(report, now)]


def means(report: ConveyanceReport, _: datetime) -> Iterator[Finding]:
    """A ship has an IMO number with its check digit, a lorry a plate."""
    if report.mode in {"1", "3"} and not report.means:
        yield _finding(5104, Severity.ERROR, "means", datum="means")
    elif report.mode == "1" and (verdict := check_ship(report.means)):
        yield _identifier(verdict, report.means, "means", Severity.ERROR)
    elif report.mode == "3" and not _PLATE.match(report.means):
        yield _identifier(Verdict("form", "an..16"), report.means, "means", Severity.ERROR)


def journey(report: ConveyanceReport, _: datetime) -> Iterator[Finding]:
    """Voyage, train and flight have a number; a flight's is the airline's code and digits."""
    kind = _JOURNEY_OF.get(report.mode)
    if kind is not None and not report.journey:
        yield _finding(5104, Severity.ERROR, "journey", datum=kind)
    elif report.mode == "4" and not _FLIGHT.match(report.journey):
        verdict = Verdict("form", "AA0000")
        yield _identifier(verdict, report.journey, "journey", Severity.ERROR)


def conveyance_kept(report: ConveyanceReport, _: datetime) -> Iterator[Finding]:
    """A reference is told, and nothing is longer than can be kept."""
    if not report.reference.strip():
        yield _finding(5104, Severity.ERROR, "reference", datum="reference")
    for pointer, most in CONVEYANCE_LONGEST.items():
        if len(getattr(report, pointer)) > most:
            yield _finding(5121, Severity.ERROR, pointer, datum=pointer, most=str(most))


def conveyance_codes(report: ConveyanceReport, _: datetime) -> Iterator[Finding]:
    """Mode, nationality, place and carrier are codes and identifiers of their lists."""
    if report.mode not in ARRIVING_MODES:
        yield _finding(5103, Severity.ERROR, "mode", value=report.mode, list="UN Rec 19")
    if report.nationality and not is_country(report.nationality):
        yield _finding(
            5103, Severity.ERROR, "nationality", value=report.nationality, list="ISO 3166-1"
        )
    if verdict := check_tin(report.carrier):
        yield _identifier(verdict, report.carrier, "carrier", Severity.ERROR)
    yield from _place("place", report.place)


def times(report: ConveyanceReport, now: datetime) -> Iterator[Finding]:
    """An arrival is expected near today, and after the departure."""
    low, high = now - _LONGEST_BEHIND, now + _LONGEST_AHEAD
    if not low <= report.expected_at <= high:
        yield _finding(5105, Severity.ERROR, "expected_at", value=report.expected_at.isoformat())
    if report.departed_at is not None and report.departed_at > report.expected_at:
        yield _finding(5105, Severity.ERROR, "departed_at", value=report.departed_at.isoformat())


CONVEYANCE_RULES: tuple[Callable[[ConveyanceReport, datetime], Iterable[Finding]], ...] = (
    means, journey, conveyance_kept, conveyance_codes, times,
)  # fmt: skip


# Transport documents


def check_document(case: Case) -> list[Finding]:
    """Return everything the rules find on a transport document."""
    return [finding for check in DOCUMENT_RULES for finding in check(case)]


def container_numbers(case: Case) -> Iterator[Finding]:
    """A wrong container number refuses the carrier's own report, and only warns in a copy."""
    severity = Severity.ERROR if case.by_carrier else Severity.WARNING
    for place, container in enumerate(case.report.containers):
        if verdict := check_container(container.number):
            yield _identifier(verdict, container.number, f"containers/{place}/number", severity)


def containers_once(case: Case) -> Iterator[Finding]:
    """A container stands once on a document."""
    counted = Counter(container.number for container in case.report.containers)
    for number, times_found in counted.items():
        if times_found > 1:
            yield _finding(5106, Severity.ERROR, "containers", number=number)


def containers_hold(case: Case) -> Iterator[Finding]:
    """The packages of the containers are no more than the document's."""
    held = sum(container.packages or 0 for container in case.report.containers)
    if held > case.report.packages and case.report.package_type not in BULK_PACKAGES:
        parameters = {"held": str(held), "packages": str(case.report.packages)}
        yield _finding(5107, Severity.WARNING, "containers", **parameters)


def description(case: Case) -> Iterator[Finding]:
    """A description that describes nothing asks for a better one."""
    if folded(case.report.description) in STOP_LIST:
        yield _finding(5108, Severity.DOUBT, "description", description=case.report.description)


def told_and_kept(case: Case) -> Iterator[Finding]:
    """Names and description are told, and nothing is longer than can be kept."""
    report = case.report
    for pointer in ("consignor_name", "consignee_name", "description"):
        if not getattr(report, pointer).strip():
            yield _finding(5104, Severity.ERROR, pointer, datum=pointer)
    for pointer, most in LONGEST.items():
        if len(getattr(report, pointer)) > most:
            yield _finding(5121, Severity.ERROR, pointer, datum=pointer, most=str(most))
    for place, container in enumerate(report.containers):
        texts = (container.number, 17), (container.size_type, 4), (container.fullness, 1)
        seals = [(seal.number, 35) for seal in container.seals]
        if any(len(text) > most for text, most in (*texts, *seals)):
            yield _finding(
                5121, Severity.ERROR, f"containers/{place}", datum="container", most="17"
            )


def something_to_count(case: Case) -> Iterator[Finding]:
    """Goods have mass, and but for bulk goods packages."""
    report = case.report
    if report.gross_mass <= 0:
        yield _finding(5109, Severity.ERROR, "gross_mass")
    if report.packages < 0 or (report.packages == 0 and report.package_type not in BULK_PACKAGES):
        yield _finding(5109, Severity.ERROR, "packages")


def document_codes(case: Case) -> Iterator[Finding]:
    """Packages, places and dangerous goods have codes of their lists."""
    report = case.report
    if report.package_type and report.package_type not in PACKAGE_TYPES:
        yield _finding(
            5103, Severity.ERROR, "package_type", value=report.package_type, list="UN Rec 21"
        )
    for pointer in ("loading_place", "discharge_place"):
        if place := getattr(report, pointer):
            yield from _place(pointer, place)
    for place_of, number in enumerate(report.dangerous_goods):
        if not _UN_NUMBER.match(number):
            verdict = Verdict("form", "0000")
            pointer = f"dangerous_goods/{place_of}"
            yield _identifier(verdict, number, pointer, Severity.ERROR)


def consignee(case: Case) -> Iterator[Finding]:
    """A consignee's identifier is one; a carrier only copies it, so that it warns."""
    number = case.report.consignee
    if number and (verdict := check_tin(number)):
        yield _identifier(verdict, number, "consignee", Severity.WARNING)


def air_waybill(case: Case) -> Iterator[Finding]:
    """A master air waybill's number has the airline's prefix and a check digit."""
    if case.mode == "4" and not case.report.master_number:
        severity = Severity.ERROR if case.by_carrier else Severity.WARNING
        if verdict := check_air_waybill(case.report.number):
            yield _identifier(verdict, case.report.number, "number", severity)


def in_time(case: Case) -> Iterator[Finding]:
    """A report is due before loading or arrival, as the pack says for its mode."""
    if case.arrival is None:
        return
    due = report_due(
        case.law,
        case.mode,
        contained=bool(case.report.containers),
        arrival=case.arrival,
        departure=case.departure,
    )
    if due is not None and case.now > due:
        yield _finding(5110, Severity.WARNING, "", due=due.isoformat())


def number_free(case: Case) -> Iterator[Finding]:
    """A number is one live document's."""
    if not document_key(case.report.number):
        verdict = Verdict("form", "an..70")
        yield _identifier(verdict, case.report.number, "number", Severity.ERROR)
    elif case.taken:
        yield _finding(5111, Severity.ERROR, "number", number=case.report.number)


def master(case: Case) -> Iterator[Finding]:
    """A house document stands under a master that its author may file under."""
    number = case.report.master_number
    if not number:
        return
    if case.above is None:
        yield _finding(5112, Severity.ERROR, "master_number", number=number)
    elif case.above.level != "master":
        yield _finding(5113, Severity.ERROR, "master_number", number=number)
    elif case.above.drawn:
        yield _finding(5115, Severity.ERROR, "master_number", number=number)


def houses_within_master(case: Case) -> Iterator[Finding]:
    """The houses of a master weigh no more than it does, but for the pack's tolerance."""
    tolerance = case.law.house_tolerance
    if case.above is not None:
        most = allowance(case.above.gross_mass, tolerance)
        weighed = case.above.houses_mass + case.report.gross_mass
    else:
        most = allowance(case.report.gross_mass, tolerance)
        weighed = case.house_mass
    if weighed > most:
        yield _finding(
            5114,
            Severity.ERROR,
            "gross_mass",
            houses=kilograms(weighed),
            most=kilograms(most),
        )


def loading(case: Case) -> Iterator[Finding]:
    """What was answered to the pre-loading data stands on the manifest too; none is told."""
    if case.mode != "4":
        return
    number = case.report.number
    if rule := _PRE_LOADING.get(case.pre_loading):
        yield _finding(rule, Severity.DOUBT, "number", number=number)
    elif not case.pre_loading and case.report.master_number:
        yield _finding(5117, Severity.WARNING, "number", number=number)


def no_less_than_drawn(case: Case) -> Iterator[Finding]:
    """A correction leaves what declarations have drawn already."""
    if case.report.packages < case.drawn_packages:
        parameters = {"drawn": str(case.drawn_packages), "reported": str(case.report.packages)}
        yield _finding(5118, Severity.ERROR, "packages", **parameters)
    most = mass_allowance(case.report, case.law)
    if most < case.drawn_mass:
        parameters = {"drawn": kilograms(case.drawn_mass), "reported": kilograms(most)}
        yield _finding(5118, Severity.ERROR, "gross_mass", **parameters)


DOCUMENT_RULES: tuple[Callable[[Case], Iterable[Finding]], ...] = (
    number_free, master, houses_within_master, air_waybill, container_numbers, containers_once,
    containers_hold, description, told_and_kept, something_to_count, document_codes, consignee,
    loading, no_less_than_drawn, in_time,
)  # fmt: skip


def mass_allowance(report: DocumentReport, law: CargoLaw) -> int:
    """Return the most mass that declarations may draw on a document, in millionths of a kg."""
    bulk = report.package_type in BULK_PACKAGES
    return allowance(report.gross_mass, law.bulk_tolerance if bulk else law.packed_tolerance)


def answer_to(findings: Iterable[Finding]) -> str:
    """Return the act that follows from what was found: clear, ask_information …."""
    doubts = {each.rule for each in findings if each.severity is Severity.DOUBT}
    for rule, act in (("CLW5116", "refuse_loading"), ("CLW5119", "ask_screening")):
        if rule in doubts:
            return act
    return "ask_information" if doubts else "clear"


def _place(pointer: str, code: str) -> Iterator[Finding]:
    if not _LOCODE.match(code) or not is_country(code[:2]):
        yield _identifier(Verdict("form", "UN/LOCODE"), code, pointer, Severity.ERROR)
