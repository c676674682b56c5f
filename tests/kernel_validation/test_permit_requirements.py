"""Licences, permits and certificates: which apply, and what was declared for them."""

from __future__ import annotations

import pytest

from clearway.kernel.decisions import Question, Severity
from clearway.kernel.lodgement import DocumentRow
from clearway.kernel.permits import EXEMPTED, MISSING, RULES, SHORT, applicable, requirements
from clearway.kernel.reference import Period, PermitRequirement
from clearway.kernel.texts import LANGUAGES, render

RADIO = PermitRequirement(
    "RADIO",
    "Standards Agency",
    "IM",
    ("8504",),
    documents=("C001", "C002"),
    exemptions=("Y901",),
    legal_basis="Radio Equipment Act, section 5",
    name="type approval",
)
ORIGIN = PermitRequirement(
    "QUARANTINE",
    "Plant Health",
    "IM",
    (),
    countries=("CN",),
    procedures=("P40",),
    documents=("N851",),
    legal_basis="Plant Health Act",
)


def reference(make, *permits, **changes):
    return make.reference(permits=permits, **changes)


def rules(make, lodgement, *permits, **changes):
    findings, questions = requirements(lodgement, reference(make, *permits, **changes))
    told = [(finding.rule, finding.pointer, finding.item) for finding in findings]
    return told, [(question.item, question.code) for question in questions]


def test_a_missing_permit_is_told_and_asked_and_stops_nothing(make):
    findings, questions = requirements(make.lodgement(), reference(make, RADIO))
    assert [finding.pointer for finding in findings] == [
        "42A/67A/68A[1]/02A[2]:D006",
        "42A/67A/68A[2]/02A[2]:D006",
    ]
    assert {finding.rule for finding in findings} == {MISSING.code}
    assert {finding.severity for finding in findings} == {Severity.WARNING}
    assert questions[0] == Question(
        1, "permit", "RADIO", "Standards Agency", legal_basis="Radio Equipment Act, section 5"
    )
    shown = render(findings[0].rule, dict(findings[0].parameters), "en")
    assert "Radio Equipment Act, section 5" in shown.message
    assert "C001 / C002" in shown.message


def test_a_declared_document_satisfies_on_the_item_or_on_the_declaration(make):
    own = make.lodgement(documents=(DocumentRow(1, "C001", "TA-1"), DocumentRow(2, "C002", "TA-2")))
    assert rules(make, own, RADIO) == ([], [])
    general = make.lodgement(documents=(DocumentRow(0, "C001", "TA-1"),))
    assert rules(make, general, RADIO) == ([], [])
    half = make.lodgement(documents=(DocumentRow(1, "C001", "TA-1"),))
    assert rules(make, half, RADIO) == (
        [("CLW8101", "42A/67A/68A[2]/02A[1]:D006", 2)],
        [(2, "RADIO")],
    )


def test_a_balance_drawn_on_is_asked_of_the_agency(make):
    row = DocumentRow(1, "C001", "TA-1", write_off_quantity=1_100_000_000, write_off_unit="KGM")
    lodgement = make.lodgement(documents=(row, DocumentRow(2, "C001", "TA-1")))
    findings, questions = requirements(lodgement, reference(make, RADIO))
    assert findings == []
    assert [(q.item, q.quantity, q.unit) for q in questions] == [(1, 1_100_000_000, "KGM")]


def test_a_permit_that_covers_less_is_told(make):
    row = DocumentRow(1, "C001", "TA-1", write_off_quantity=500_000_000, write_off_unit="KGM")
    lodgement = make.lodgement(documents=(row, DocumentRow(2, "C001", "TA-1")))
    findings, _ = requirements(lodgement, reference(make, RADIO))
    assert [(f.rule, f.pointer) for f in findings] == [
        (SHORT.code, "42A/67A/68A[1]/02A[1]/22C:502")
    ]
    parameters = dict(findings[0].parameters)
    assert (parameters["drawn"], parameters["declared"]) == ("500", "1100")


def test_two_permits_may_cover_one_item_together(make):
    rows = tuple(
        DocumentRow(1, "C001", f"TA-{n}", write_off_quantity=550_000_000, write_off_unit="KGM")
        for n in (1, 2)
    )
    lodgement = make.lodgement(documents=(*rows, DocumentRow(2, "C001", "TA-1")))
    findings, questions = requirements(lodgement, reference(make, RADIO))
    assert findings == []
    assert len(questions) == 2


def test_an_exemption_is_told_to_the_agency(make):
    rows = (DocumentRow(1, "C001", exemption_code="Y901"), DocumentRow(2, "Y901", "reason"))
    findings, questions = requirements(make.lodgement(documents=rows), reference(make, RADIO))
    assert [(f.rule, f.severity) for f in findings] == [(EXEMPTED.code, Severity.NOTE)] * 2
    assert questions == []


def test_an_additional_code_may_lift_a_requirement(make):
    lifting = PermitRequirement(
        "X", "A", "IM", ("85044",), documents=("C001",), exemptions=("A999",)
    )
    assert rules(make, make.lodgement(), lifting) == ([], [])


def test_what_a_requirement_depends_on(make):
    lodgement = make.lodgement()
    law = reference(make, RADIO, ORIGIN)
    item = lodgement.items[0]
    assert [r.code for r in applicable(lodgement, item, law)] == ["RADIO", "QUARANTINE"]
    elsewhere = make.lodgement(export_country="JP", items=(make.item(origin="JP"),))
    assert [r.code for r in applicable(elsewhere, elsewhere.items[0], law)] == ["RADIO"]
    sent = make.lodgement(items=(make.item(origin="JP"),))
    assert [r.code for r in applicable(sent, sent.items[0], law)] == ["RADIO", "QUARANTINE"]
    other = make.item(procedure="P71", commodity="22042100")
    assert applicable(make.lodgement(items=(other,)), other, law) == ()
    leaving = make.lodgement(direction="EX", type_code="EXA")
    assert applicable(leaving, item, law) == ()
    nowhen = make.lodgement(legal_date=None, observed_on=None)
    assert applicable(nowhen, item, law) == ()


@pytest.mark.parametrize(
    ("period", "needed"), [((0, 0), False), ((0, 1), True), ((1, 2), False)], ids=str
)
def test_a_requirement_has_its_period(make, period, needed):
    start, end = period
    dated = PermitRequirement(
        "D", "A", "IM", ("8504",), period=Period(make.day + start, make.day + end)
    )
    assert bool(applicable(make.lodgement(), make.item(), reference(make, dated))) is needed


def test_an_export_is_looked_at_by_its_destination(make):
    permit = PermitRequirement("CITES", "Wildlife", "EX", (), countries=("CN",))
    law = reference(make, permit)
    leaving = make.lodgement(direction="EX", destination_country="CN")
    assert applicable(leaving, leaving.items[0], law) == (permit,)
    other = make.lodgement(direction="EX", destination_country="LA")
    assert applicable(other, other.items[0], law) == ()


def test_a_pack_makes_a_missing_permit_an_error(make):
    law = reference(make, RADIO, settings={"severity.CLW8101": "error"})
    findings, _ = requirements(make.lodgement(), law)
    assert {finding.severity for finding in findings} == {Severity.ERROR}


@pytest.mark.parametrize("language", LANGUAGES)
def test_permit_texts_exist(language):
    for rule in RULES:
        assert render(rule.code, {}, language).title != rule.code
