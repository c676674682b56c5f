"""Pages of permits: what is needed, applying and answering, an agency's desk by few keys."""

from __future__ import annotations

import re

import pytest
from tests.permits.conftest import declared, permit  # noqa: F401 - fixtures
from tests.web.conftest import text_of

from clearway.audit.models import Leaf
from clearway.permits.models import Application, Case, Need, Permit
from clearway.permits.queries import joint_status
from clearway.web.words import LANGUAGES

GOODS = {
    "direction": "IM", "other_country": "us", "commodity": "1001.99.10", "description": "Wheat",
    "quantity": "1,500.5", "unit": "kgm", "goods_value": "25000", "more_goods": "",
    "holder": "XP1000000001", "procedure": "", "end_use": "", "remarks": "",
}  # fmt: skip


@pytest.fixture
def trader(signed):
    return signed("trader")


@pytest.fixture
def agency(signed):
    return signed("agency")


def applied(trader, **changes):
    answer = trader.post("/applications/new", {**GOODS, **changes})
    assert answer.status_code == 303, text_of(answer)
    return Application.objects.latest("pk")


def test_what_do_i_need(trader, signed):
    query = {"commodity": "1001.99.10", "direction": "IM", "other_country": "us"}
    told = text_of(trader.get("/requirements", query))
    for word in ("PHI-03", "Plant Health Inspectorate", "plants@phi.portolan.example",
                 "Plant Health Act 2021, s. 11", "N851", "5 working days"):  # fmt: skip
        assert word in told
    assert "need no permit" in text_of(trader.get("/requirements", query | {"direction": "EX"}))
    wrong = trader.get("/requirements", query | {"commodity": "12"})
    assert "No line of the tariff" in text_of(wrong)
    page = signed("cashier").get("/requirements", query).content.decode()
    assert "/applications/new" not in page


def test_a_trader_applies_once_for_goods_of_two_agencies(trader):
    made = applied(trader, more_goods="04069090; Cheese; 200; KGM\n95030010;Toys;10;H87;90.5")
    assert [one.quantity for one in made.lines.order_by("line")] == [
        1_500_500_000, 200_000_000, 10_000_000,
    ]  # fmt: skip
    assert [one.value for one in made.lines.order_by("line")] == [2_500_000, None, 9_050]
    assert sorted(one.agency for one in made.cases.all()) == ["PHI", "RSA", "VFS"]
    told = text_of(trader.get(f"/applications/{made.pk}"))
    assert told.count("Waits for the agency") == 3
    assert made.reference in text_of(trader.get("/applications/"))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"quantity": "much"}, "A number above zero"),
        ({"quantity": "0"}, "A number above zero"),
        ({"goods_value": "12.345"}, "An amount in the country"),
        ({"more_goods": "04069090; Cheese"}, "Each line: code"),
        ({"commodity": "39269000"}, "No permit applies"),
        ({"commodity": "1"}, "No permit applies"),
        ({"more_goods": "1; Cheese; 200; KGM"}, "Each line: code"),
        ({"holder": "XP1000000003"}, "No operator has this number"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(trader, wrong, named):
    answer = trader.post("/applications/new", {**GOODS, **wrong})
    assert answer.status_code == 422
    assert named in text_of(answer)
    assert not Application.objects.exists()


def test_an_agency_decides_by_two_keys_from_its_queue(trader, agency):
    applied(trader), applied(trader)
    queue = agency.get("/").status_code, agency.get("/agency/cases/").content.decode()
    assert 'data-key="t"' in queue[1]
    opened = agency.post("/agency/cases/next")
    first = Case.objects.order_by("pk").first()
    assert opened["Location"] == f"/agency/cases/{first.pk}"
    page = agency.get(opened["Location"]).content.decode()
    form = re.search(
        r'<form method="post" action="([^"]+/decide)">.*?data-key="a"', page, re.DOTALL
    )
    assert agency.post(form[1], {"decision": "approve"}).status_code == 303
    made = Permit.objects.get()
    assert made.number in text_of(trader.get("/permits/"))
    told = text_of(trader.get(f"/permits/{made.pk}"))
    assert "1,500.5" in told
    assert "Revoke" not in told
    assert agency.post("/agency/cases/next")["Location"] != opened["Location"]


def test_asking_answering_refusing(trader, agency):
    made = applied(trader)
    case = made.cases.get()
    assert agency.post(f"/agency/cases/{case.pk}/ask", {"question": "Of which year?"})
    assert agency.post("/agency/cases/next")["Location"] == "/agency/cases/"
    page = text_of(trader.get(f"/applications/{made.pk}"))
    assert "Of which year?" in page
    assert "Your answer is due by" in page
    path = f"/applications/cases/{case.pk}/answer"
    assert trader.post(path, {"answer": "2025"})["Location"] == f"/applications/{made.pk}"
    assert "2025" in text_of(agency.get(f"/agency/cases/{case.pk}"))
    agency.post(f"/agency/cases/{case.pk}/inspect", {"reason": "Moths"})
    wrong = agency.post(f"/agency/cases/{case.pk}/decide", {"decision": "refuse", "reason": ""})
    assert wrong.status_code == 422
    decision = {"decision": "refuse", "reason": "Moths indeed"}
    assert agency.post(f"/agency/cases/{case.pk}/decide", decision).status_code == 303
    assert "Moths indeed" in text_of(trader.get(f"/applications/{made.pk}"))


def test_a_granted_permit_is_limited_and_revoked_by_its_agency(trader, agency, signed):
    case = applied(trader).cases.get()
    limits = {"decision": "approve", "conditions": "Keep dry", "valid_to": "2026-04-01"}
    agency.post(f"/agency/cases/{case.pk}/decide", limits)
    made = Permit.objects.get()
    assert (made.conditions, made.valid_to.isoformat()) == ("Keep dry", "2026-04-01")
    assert signed("agency2").get(f"/permits/{made.pk}").status_code == 404
    assert trader.post(f"/permits/{made.pk}/revoke", {"reason": "x"}).status_code == 403
    agency.post(f"/permits/{made.pk}/revoke", {"reason": "Fraud"})
    assert "Revoked" in text_of(trader.get(f"/permits/{made.pk}"))


def test_a_paper_is_decided_on_what_the_agency_may_see(agency, trader, signed, declared):  # noqa: F811
    row = declared(100, "NL-77")
    assert "NL-77" in text_of(agency.get("/agency/papers/"))
    opened = agency.post("/agency/papers/next")["Location"]
    page = agency.get(opened)
    told = text_of(page)
    for shown in ("10019910", "XP1000000001", "Country of origin", "NL-77"):
        assert shown in told
    assert "10,000" not in told
    assert "10000.00" not in told
    assert 'data-key="a"' in page.content.decode()
    assert signed("agency2").get(opened).status_code == 404
    assert agency.post(opened, {"decision": "refuse", "reason": ""}).status_code == 422
    assert "Agencies decide" in text_of(trader.get(f"/declarations/{row.mrn}"))
    assert agency.post(opened, {"decision": "confirm"}).status_code == 303
    assert joint_status(row.pk).satisfied
    assert "Agencies agree" in text_of(trader.get(f"/declarations/{row.mrn}"))
    assert Need.objects.get().decided_by.startswith("user:")


def test_a_declaration_tells_why_a_permit_was_not_written_off(trader, permit, declared):  # noqa: F811
    permit(50)
    row = declared(100)
    told = text_of(trader.get(f"/declarations/{row.mrn}"))
    assert "Refused by an agency" in told
    assert "Too little is left of the permit." in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_in_each_language(trader, agency, declared, language):  # noqa: F811
    declared(100, "NL-77")
    made = applied(trader)
    case, need = made.cases.get(), Need.objects.get()
    agency.post(f"/agency/cases/{case.pk}/decide", {"decision": "approve"})
    pages = {
        trader: ["/requirements?commodity=10019910&direction=IM&other_country=US",
                 "/applications/", "/applications/new", f"/applications/{made.pk}", "/permits/",
                 f"/permits/{Permit.objects.get().pk}"],
        agency: ["/agency/cases/", f"/agency/cases/{case.pk}", "/agency/papers/",
                 f"/agency/papers/{need.pk}", "/permits/"],
    }  # fmt: skip
    for client, addresses in pages.items():
        for address in addresses:
            answer = (
                client.get(address, {"lang": language})
                if "?" not in address
                else client.get(f"{address}&lang={language}")
            )
            assert answer.status_code == 200, address
            text = answer.content.decode()
            assert f'<html lang="{language}"' in text
            identifiers = re.findall(r'\sid="([^"]+)"', text)
            assert len(identifiers) == len(set(identifiers)), address


def test_lists_of_others_are_noted_as_read(trader, agency):
    applied(trader)
    agency.get("/agency/cases/")
    assert Leaf.objects.filter(kind="read", subject="permit_cases:list").exists()


def test_the_dashboard_says_what_agencies_want(trader, agency, declared):  # noqa: F811
    case = applied(trader).cases.get()
    agency.post(f"/agency/cases/{case.pk}/ask", {"question": "Of which year?"})
    row = declared(None, "")
    told = text_of(trader.get("/dashboard"))
    assert "An agency asks" in told
    assert case.application.reference in told
    assert "A permit is lacking" in told
    assert row.mrn in told
