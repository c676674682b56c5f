"""The cashier's desk and the payer's pages, as people use them."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.payments.conftest import ME, owing  # noqa: F401 - a fixture
from tests.payments.money import HEAD, TREASURY, paying, read, row, units
from tests.payments.test_calling import account, charged, on, waits  # noqa: F401 - fixtures
from tests.web.conftest import text_of

from clearway.payments import queries
from clearway.payments.models import BankLine, Guarantee, GuaranteeUse, Refund, Statement
from clearway.payments.online_models import OnlinePayment
from clearway.payments.rules import notice_number
from clearway.payments.seeding import seed_demo
from clearway.web.words import words


@pytest.fixture
def notice(owing):  # noqa: F811
    return queries.standing_notice(owing().pk)


def upload(client, *lines):
    data = (HEAD + "".join(lines)).encode()
    return client.post("/bank/", {"bank_file": SimpleUploadedFile("day.csv", data)})


def test_a_cashier_reads_a_file_and_resolves_what_is_parked(signed, notice):
    cashier, second = signed("cashier"), signed("cashier2")
    page = cashier.get("/")
    assert page.status_code == 200
    done = upload(
        cashier, paying(notice, 500), row("B-2", "7.00", "no idea"), row("B-3", units(9), "what?")
    )
    assert done.status_code == 303
    told = text_of(cashier.get(done["Location"]))
    assert "B-2" in told
    assert "Parked" in told
    line = BankLine.objects.get(reference="B-2")
    assert "no idea" in text_of(cashier.get("/bank/"))
    wrong = cashier.post(f"/bank/{line.pk}/assign", {"target": "TN99999999"})
    assert wrong.status_code == 422
    assert 'href="#id_target"' in wrong.content.decode()
    given = cashier.post(f"/bank/{line.pk}/assign", {"target": notice_number(notice.pk)})
    assert given.status_code == 303
    notice.refresh_from_db()
    assert notice.paid == 500 + 700
    other = BankLine.objects.get(reference="B-3")
    back = cashier.post(f"/bank/{other.pk}/return", {"reason": "Nobody knows"})
    assert back.status_code == 303
    page = text_of(second.get(back["Location"]))
    assert "Pay it back" in page
    assert second.post(back["Location"], {"decision": "pay"}).status_code == 303
    assert Refund.objects.get().state == "refunded"
    assert cashier.get("/refunds/").status_code == 200


def test_refunds_are_a_lesser_button_on_the_cashiers_desk(signed):
    page = signed("cashier").get("/bank/").content.decode()
    (button,) = re.findall(r'<a class="([^"]*)" href="/refunds/"', page)
    assert button == "button second", "the file of the bank is handed in here"


def test_a_cashier_sees_what_the_bank_took_back_and_names_the_payment(signed, notice):
    cashier = signed("cashier")
    upload(cashier, paying(notice, 500))
    head = HEAD.strip() + ",returns\n"
    told = f"R-1,{TREASURY},5.00,XPR,2026-03-06,,,AC04,LOST\n"
    data = SimpleUploadedFile("returns.csv", (head + told).encode())
    assert cashier.post("/bank/", {"bank_file": data}).status_code == 303
    debit = BankLine.objects.get(reference="R-1")
    page = text_of(cashier.get(f"/bank/{debit.pk}"))
    assert "The bank took this amount back" in page
    assert "a payment that is not known" in page
    assert "Name the payment" in page
    refused = cashier.post(f"/bank/{debit.pk}/assign", {"target": "B-9"})
    assert refused.status_code == 422
    assert cashier.post(f"/bank/{debit.pk}/assign", {"target": "B-1"}).status_code == 303
    assert "The payment that was taken back B-1" in text_of(cashier.get(f"/bank/{debit.pk}"))
    credit = BankLine.objects.get(reference="B-1")
    assert "Taken back by the bank" in text_of(cashier.get(f"/bank/{credit.pk}"))
    assert "gone back" in text_of(signed("trader").get(f"/payments/{notice.pk}"))


def test_what_is_no_bank_file_is_told_at_the_field(signed):
    done = signed("cashier").post("/bank/", {"bank_file": SimpleUploadedFile("a.csv", b"hello")})
    assert done.status_code == 422
    assert 'href="#id_bank_file"' in done.content.decode()
    assert "camt.054" in text_of(done)


def test_a_trader_pays_on_line_with_the_labelled_provider(signed, notice):
    trader = signed("trader")
    assert notice_number(notice.pk) in text_of(trader.get("/payments/"))
    page = text_of(trader.get(f"/payments/{notice.pk}"))
    assert "Pay on line" in page
    assert "RF" in page
    sent = trader.post(f"/payments/{notice.pk}/pay")
    assert sent.status_code == 303
    provider = sent["Location"]
    assert "no money moves" in text_of(trader.get(provider))
    assert signed("trader2").get(provider).status_code == 404
    out = trader.post(provider, {"outcome": "outage"})
    assert out["Location"] == f"/payments/{notice.pk}"
    assert OnlinePayment.objects.get().state == "begun"
    back = trader.post(provider, {"outcome": "succeeded"})
    assert trader.get(back["Location"]).status_code == 303
    assert "Paid" in text_of(trader.get(f"/payments/{notice.pk}"))
    notice.refresh_from_db()
    assert notice.state == "paid"
    assert trader.get(provider).status_code == 404


def test_a_trader_secures_his_debt_from_the_declarations_page(signed, notice):
    seed_demo()
    mrn = notice.declaration.mrn
    trader = signed("trader")
    page = trader.get(f"/declarations/{mrn}")
    assert "Not covered" in text_of(page)
    assert 'name="guarantee"' in page.content.decode()
    done = trader.post(f"/declarations/{mrn}/security", {"guarantee": "GRN-26-000017"})
    assert done.status_code == 303
    assert "Covered" in text_of(trader.get(f"/declarations/{mrn}"))
    guarantee = Guarantee.objects.get(number="GRN-26-000017")
    assert mrn in text_of(trader.get(f"/guarantees/{guarantee.pk}"))
    assert signed("trader2").get(f"/guarantees/{guarantee.pk}").status_code == 404


def test_a_guarantee_is_entered_called_and_given_back(border, signed, notice):
    cashier = signed("cashier")
    form = {
        "number": "GRN-9", "guarantee_kind": "general", "holder": "XP1000000001",
        "guarantor": "Bank", "guarantor_iban": "GB26CITI08320011963155",
        "reference_amount": "1,000,000.00", "valid_from": "2026-01-01", "last_day": "2026-12-31",
    }  # fmt: skip
    wrong = cashier.post("/guarantees/new", form)
    assert wrong.status_code == 422
    assert "check digits" in text_of(wrong)
    made = cashier.post("/guarantees/new", {**form, "guarantor_iban": ""})
    assert made.status_code == 303
    assert Guarantee.objects.get(number="GRN-9").reference_amount == 100_000_000
    signed("trader").post(
        f"/declarations/{notice.declaration.mrn}/security", {"guarantee": "GRN-9"}
    )
    border.later(days=11)
    assert notice_number(notice.pk) in text_of(cashier.get("/payments/overdue"))
    use = GuaranteeUse.objects.get()
    called = cashier.post(f"/guarantees/uses/{use.pk}/call", {"reason": "Not paid"})
    assert called.status_code == 303
    assert "Confirm" in text_of(signed("supervisor").get(called["Location"]))
    assert cashier.post(called["Location"], {"decision": "confirm"}).status_code == 409
    assert signed("supervisor").post(called["Location"], {"decision": "confirm"}).status_code == 303
    assert Guarantee.objects.get(number="GRN-9").state == "called"
    assert cashier.get("/guarantees/calls").status_code == 200


def test_accounts_and_statements_have_their_pages(signed, border):
    seed_demo()
    trader = signed("trader3")
    page = trader.get("/deferred-accounts/")
    address = re.search(r'href="(/deferred-accounts/\d+)"', page.content.decode())[1]
    assert "DPA-26-000001" in text_of(trader.get(address))
    assert signed("trader").get(address).status_code == 404
    form = {"number": "DPA-2", "holder": "XP1000000001", "guarantee": "GRN-26-000017"}
    assert signed("cashier").post("/deferred-accounts/new", form).status_code == 303
    assert signed("cashier").post("/deferred-accounts/new", form).status_code == 422


@pytest.mark.parametrize("language", ["en", "fr", "zh", "vi", "ar"])
def test_a_statement_tells_what_waits_for_an_appeal(signed, border, account, charged, language):  # noqa: F811
    one, _ = charged(), charged()
    on(border, 4, 1)
    waits(border, one)
    statement, trader, told = Statement.objects.get(), signed("trader3"), words(language)
    page = text_of(trader.get(f"/statements/{statement.pk}", {"lang": language}))
    assert told["statement_waits"] in page
    assert told["line_waits"] in page
    page = text_of(trader.get(f"/deferred-accounts/{account.pk}"))
    assert told["line_waits"] in page


@pytest.mark.parametrize("language", ["en", "fr", "zh", "vi", "ar"])
def test_the_desk_speaks_every_language(signed, notice, language):
    read(ME, row("B-1", "7.00", "what?", currency="EUR"))
    cashier = signed("cashier")
    for address in (
        "/bank/", "/bank/files/", "/payments/", f"/payments/{notice.pk}", "/guarantees/",
        f"/bank/{BankLine.objects.get().pk}", "/deferred-accounts/", "/refunds/", "/bank/files/1",
    ):  # fmt: skip
        answer = cashier.get(address, {"lang": language})
        assert answer.status_code == 200, address
    exported = cashier.get("/bank/", {"format": "csv"})
    assert "B-1" in b"".join(exported.streaming_content).decode("utf-8-sig")
    assert signed("auditor").get("/bank/").status_code == 200
    assert signed("trader").get("/bank/").status_code == 403
