"""Layer 3, days and instants: dates that exist, zones, and their order. Numbers 35xx."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from clearway.kernel.decisions import Severity
from clearway.kernel.validation.case import Case, shown
from clearway.kernel.validation.rule import Layer, Place, Rule, at, rule
from clearway.vocabulary.dates import DateProblem, Moment, iso_of


def refused_for(reason: str) -> Callable[[Case], Iterable[Place]]:
    """Return the test that no declared date is refused for this reason."""

    def check(case: Case) -> Iterable[Place]:
        return [
            at(field, text=shown(text), form=moment.expected)
            for field, text, moment in case.dates
            if isinstance(moment, DateProblem) and moment.reason == reason
        ]

    return check


def legal_date_missing(case: Case) -> Iterable[Place]:
    """Somebody says which day's law applies."""
    return () if case.number is not None else (at("legal_date"),)


def accepted_in_future(case: Case) -> Iterator[Place]:
    """No declaration was accepted after the day on which its message arrived."""
    lodgement = case.lodgement
    if lodgement.observed_on is None:
        return
    days = [
        moment.day
        for field, _, moment in case.dates
        if field == "acceptance_text" and isinstance(moment, Moment)
    ]
    if not days and lodgement.legal_date is not None:
        days = [lodgement.legal_date]
    for day in days:
        if day > lodgement.observed_on:
            yield at("legal_date", declared=iso_of(day), observed=iso_of(lodgement.observed_on))


def issued_in_future(case: Case) -> Iterator[Place]:
    """No declaration was issued after the day on which its message arrived."""
    observed = case.lodgement.observed_on
    for field, _, moment in case.dates:
        if (
            field == "issue_text"
            and observed is not None
            and isinstance(moment, Moment)
            and moment.day > observed
        ):
            yield at("issue_text", declared=iso_of(moment.day), observed=iso_of(observed))


def accepted_before_issue(case: Case) -> Iterable[Place]:
    """A declaration is issued before it is accepted."""
    days = {field: moment.day for field, _, moment in case.dates if isinstance(moment, Moment)}
    if len(days) < 2 or days["issue_text"] <= days["acceptance_text"]:
        return ()
    return (
        at(
            "issue_text",
            rests_on=(("acceptance_text", 0, 0),),
            issued=iso_of(days["issue_text"]),
            accepted=iso_of(days["acceptance_text"]),
        ),
    )


def document_not_yet_effective(case: Case) -> Iterator[Place]:
    """A document is in effect on the day whose law applies."""
    if case.number is None:
        return
    for i, n, document in case.documents:
        effective = document.effective_date
        if effective is not None and effective > case.number:
            field = "items.documents.effective_date" if i else "documents.effective_date"
            yield at(field, i, n, effective=iso_of(effective), day=iso_of(case.number))


_DATES = ("acceptance_text", "issue_text")
_FORMS = "UN/EDIFACT 2379; ISO 8601"

RULES: tuple[Rule, ...] = (
    rule(
        3501, "no such day or time", Layer.CONSISTENCY, _FORMS, refused_for("impossible"), *_DATES
    ),
    rule(3502, "date badly written", Layer.CONSISTENCY, _FORMS, refused_for("form"), *_DATES),
    rule(
        3503,
        "zone missing",
        Layer.CONSISTENCY,
        "RKC General Annex chapter 4; pack setting validation.zone_required",
        refused_for("zone"),
        *_DATES,
    ),
    rule(
        3504,
        "date in digits of another script",
        Layer.CONSISTENCY,
        _FORMS,
        refused_for("digits"),
        *_DATES,
    ),
    rule(
        3505,
        "form of date unknown",
        Layer.CONSISTENCY,
        "UN/EDIFACT 2379",
        refused_for("unknown_form"),
        *_DATES,
    ),
    rule(
        3506,
        "no day whose law applies",
        Layer.CONSISTENCY,
        "RKC General Annex chapter 4: the law of the day of acceptance",
        legal_date_missing,
        "legal_date",
    ),
    rule(
        3507,
        "accepted in the future",
        Layer.CONSISTENCY,
        "RKC General Annex standards 3.25 and 3.28",
        accepted_in_future,
        "legal_date",
    ),
    rule(
        3508,
        "issued in the future",
        Layer.CONSISTENCY,
        "WCO Data Model D011",
        issued_in_future,
        "issue_text",
    ),
    rule(
        3509,
        "accepted before it was issued",
        Layer.CONSISTENCY,
        "WCO Data Model D011, 023",
        accepted_before_issue,
        "issue_text",
        severity=Severity.DOUBT,
    ),
    rule(
        3510,
        "document not yet in effect",
        Layer.CONSISTENCY,
        "UN/CEFACT Recommendation 33; WCO 276",
        document_not_yet_effective,
        "items.documents.effective_date",
        "documents.effective_date",
        severity=Severity.DOUBT,
    ),
)
