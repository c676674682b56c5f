"""Air pre-loading: the "7+1" data, judged before the goods are loaded.

The answer is ok, rfi (tell more), rfs (screen the goods) or do_not_load; the severest rule wins.
Pure rules first, each a function with a public number; then the one write.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

import msgspec

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.cargo import events, life_cycle, queries
from clearway.cargo.law import law_at
from clearway.cargo.models import PreLoading, TransportDocument
from clearway.cargo.reports import PreLoadingReport
from clearway.cargo.rules import CargoLaw, document_key, kilograms
from clearway.events.service import Act, act
from clearway.kernel.decisions import Finding, Severity
from clearway.kernel.validation.stop_list import STOP_LIST, folded
from clearway.vocabulary.errors import DataRefused

ANSWERS = ("ok", "rfi", "rfs", "do_not_load")
_LETTER = re.compile(r"[^\W\d_]")
_NOBODY = (
    frozenset(
        map(
            folded,
            ("to order", "to the order", "same", "same as consignee", "as agreed", "n/a", "-"),
        )
    )
    | STOP_LIST
)


def judge(report: PreLoadingReport, law: CargoLaw) -> tuple[str, list[Finding]]:
    """Return the answer to pre-loading data, with the reasons."""
    findings, answer = [], 0
    for check, severity in RULES:
        for finding in check(report, law):
            findings.append(finding)
            answer = max(answer, ANSWERS.index(severity))
    return ANSWERS[answer], findings


def _finding(rule: int, pointer: str, **parameters: str) -> Finding:
    return Finding(f"CLW{rule}", Severity.DOUBT, pointer, 0, tuple(parameters.items()))


def all_eight(report: PreLoadingReport, _: CargoLaw) -> Iterator[Finding]:
    """Each of the eight data is there and says something."""
    for field, least in (
        ("consignor_name", 3),
        ("consignor_address", 8),
        ("consignee_name", 3),
        ("consignee_address", 8),
    ):
        text = getattr(report, field)
        said = folded(text)
        if (
            said in _NOBODY
            or len(_LETTER.findall(text)) < 2
            or len(text.strip()) < _least(text, least)
        ):
            yield _finding(5131, field, datum=field)
    if folded(report.description) in STOP_LIST or not _LETTER.search(report.description):
        yield _finding(5131, "description", datum="description")
    for field, amount in (("pieces", report.pieces), ("gross_mass", report.gross_mass)):
        if amount <= 0:
            yield _finding(5131, field, datum=field)
    if not document_key(report.house_number):
        yield _finding(5131, "house_number", datum="house_number")


def _least(text: str, letters: int) -> int:
    """A script that writes a word with one sign says as much with fewer of them."""
    return letters if text.isascii() else letters // 2


def weight_of_piece(report: PreLoadingReport, law: CargoLaw) -> Iterator[Finding]:
    """A piece heavier than the pack lets pass unseen is screened."""
    if report.pieces > 0 and report.gross_mass > law.heaviest_piece * report.pieces:
        mass = kilograms(report.gross_mass // report.pieces)
        yield _finding(5132, "gross_mass", mass=mass, most=kilograms(law.heaviest_piece))


def screened_country(report: PreLoadingReport, law: CargoLaw) -> Iterator[Finding]:
    """Goods from a country under an order of screening are screened."""
    if report.origin_country in law.screening_countries:
        yield _finding(5133, "origin_country", country=report.origin_country)


def screened_word(report: PreLoadingReport, law: CargoLaw) -> Iterator[Finding]:
    """Goods described by a word under an order of screening are screened."""
    yield from _words(5134, report, law.screening_words)


def word_not_loaded(report: PreLoadingReport, law: CargoLaw) -> Iterator[Finding]:
    """Goods described by a word under an order of no loading are not loaded."""
    yield from _words(5135, report, law.no_loading_words)


def _words(rule: int, report: PreLoadingReport, words: Iterable[str]) -> Iterator[Finding]:
    said = f" {folded(report.description)} "
    for word in sorted(words):
        if f" {folded(word)} " in said:
            yield _finding(rule, "description", word=word)


RULES: tuple[tuple[Callable[[PreLoadingReport, CargoLaw], Iterable[Finding]], str], ...] = (
    (all_eight, "rfi"),
    (weight_of_piece, "rfs"),
    (screened_country, "rfs"),
    (screened_word, "rfs"),
    (word_not_loaded, "do_not_load"),
)
_ACTS = {
    "ok": "clear",
    "rfi": "ask_information",
    "rfs": "ask_screening",
    "do_not_load": "refuse_loading",
}


def lodge(actor: Actor, report: PreLoadingReport) -> PreLoading:
    """Lodge pre-loading data and return the answer. Sent again, they are judged again.

    Data that come after the time the pack sets are late: they are judged all the same.

    Raises:
        DataRefused: the number is another's.
    """
    now = clock.now()
    law = law_at(now)
    key = document_key(report.house_number)
    former = queries.newest_pre_loading(key)
    if former is not None and former.organisation != actor.organisation:
        raise DataRefused(
            "The pre-loading data are refused.",
            faults=(("/body/house_number", "the number is used by another"),),
        )
    answer, findings = judge(report, law)
    due = report.departure_at - timedelta(seconds=int(law.pre_loading_hours * 3600))
    with act(actor) as doing:
        made = PreLoading.objects.create(
            key=key,
            house_number=report.house_number,
            organisation=actor.organisation,
            content=msgspec.json.encode(report),
            result=answer,
            reasons=[
                {"rule": each.rule, "pointer": each.pointer, "parameters": dict(each.parameters)}
                for each in findings
            ],
            late=now > due,
            departure_at=report.departure_at,
            received_at=doing.at,
        )
        doing.announce(
            events.PRE_LOADING_ASSESSED,
            f"pre_loading:{made.pk}",
            {
                "house_number": report.house_number,
                "result": answer,
                "late": made.late,
                "rules": sorted({each.rule for each in findings}),
            },
            concerns=(actor.organisation,),
        )
        _carry_over(doing, key, answer)
    return made


def _carry_over(doing: Act, key: str, answer: str) -> None:
    """Let the answer stand on the house document too, where it is reported and has not arrived."""
    rows = TransportDocument.objects.filter(
        queries.LIVE, key=key, organisation=doing.actor.organisation
    )
    document = rows.select_for_update().first() if key else None
    if document is None or (document.state, "assess") not in life_cycle.NEXT:
        return
    assessed = life_cycle.after(document.state, "assess")
    document.state = life_cycle.after(assessed, _ACTS[answer])
    document.save(update_fields=["state"])
    doing.announce(
        events.ASSESSED,
        events.subject(document.number),
        {"state": document.state, "late": document.late, "rules": []},
        concerns=(document.organisation,),
    )
