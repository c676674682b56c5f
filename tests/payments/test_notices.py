"""Tax notices follow the kernel's decisions: issued, replaced, cancelled, adjusted."""

from __future__ import annotations

import json

import pytest
from tests.declarations.conftest import a_message
from tests.payments.conftest import ME

from clearway.declarations.models import Declaration
from clearway.declarations.queries import locked
from clearway.events.models import Event
from clearway.events.service import act
from clearway.payments import adjusting, notices, queries
from clearway.payments.models import Notice, Refund
from clearway.payments.notices import Line
from clearway.vocabulary.errors import DataRefused, StateForbids


def kinds():
    return list(Event.objects.order_by("id").values_list("kind", flat=True))


def amend(border, declaration, **changes):
    body = a_message(lrn=declaration.lrn, document=declaration.transport_document, **changes)
    path = f"/declarations/{declaration.mrn}/amendments?reason=Price"
    asked = border.ask("trader", "post", path, body)
    if asked.status == 202:
        decision = f"/requests/{asked.json['id']}/decision"
        granted = {"grant": True, "reason": "As invoiced"}
        assert border.ask("officer", "post", decision, granted).status == 200
    else:
        assert asked.status == 200, asked.json
    notices.follow(ME, declaration.mrn)


def test_a_notice_is_issued_once_for_a_decision(owing):
    declaration = owing()
    notice = queries.standing_notice(declaration.pk)
    assert notice.amount == sum(line.amount for line in notice.lines.all()) > 0
    assert (notice.payer, notice.version, notice.state) == ("XP1000000001", 1, "due")
    # Ten days after 3 March 2026, a Tuesday: Friday the 13th.
    assert notice.due.isoformat() == "2026-03-13"
    assert not notices.follow(ME, declaration.mrn)
    assert Notice.objects.count() == 1
    told = json.loads(bytes(Event.objects.get(kind="notice.issued").body))
    assert told["code"] == "13"
    debt = queries.debt_of(declaration.pk)
    assert debt == (notice.amount, 0, 0, notice.amount, False)


def test_before_its_notice_the_decision_says_what_is_owed(border):
    mrn = border.lodged()
    debt = queries.debt_of(Declaration.objects.get(mrn=mrn).pk)
    assert debt.payable == debt.outstanding > 0
    assert not debt.covered


def test_an_amendment_replaces_the_notice(border, owing):
    declaration = owing()
    first = queries.standing_notice(declaration.pk)
    amend(border, declaration, price="20000.00")
    second = queries.standing_notice(declaration.pk)
    first.refresh_from_db()
    assert first.state == "cancelled"
    assert (second.replaces, second.version) == (first, 2)
    assert second.amount == 2 * first.amount
    assert queries.debt_of(declaration.pk).outstanding == second.amount
    balances = queries.balances()
    assert sum(balances.values()) == 0
    assert balances["receivable", "XP1000000001", "XPR"] == second.amount


def test_a_cancelled_declaration_owes_nothing(border, owing):
    declaration = owing()
    body = {"reason": "Sold to another"}
    asked = border.ask("trader", "post", f"/declarations/{declaration.mrn}/cancellation", body)
    if asked.status == 202:
        decision = f"/requests/{asked.json['id']}/decision"
        granted = {"grant": True, "reason": "Sold"}
        assert border.ask("officer", "post", decision, granted).status == 200
    notices.follow(ME, declaration.mrn)
    assert queries.standing_notice(declaration.pk) is None
    assert queries.debt_of(declaration.pk) == (0, 0, 0, 0, True)
    assert queries.balances() == {}
    assert not notices.follow(ME, declaration.mrn)


def test_more_duty_after_release_is_a_notice_of_its_own(owing):
    declaration = owing()
    before = queries.debt_of(declaration.pk).payable
    with act(ME) as doing:
        row = locked(declaration.pk)
        made = adjusting.adjust(
            doing, row, [Line("DUTY", 54_018_750), Line("VAT", 5_401_875)], "HS 15 %"
        )
    assert (made.kind, made.amount) == ("adjustment", 59_420_625)
    assert queries.debt_of(declaration.pk).payable == before + 59_420_625


def test_less_duty_lowers_what_is_open_and_gives_back_what_was_paid(owing):
    declaration = owing()
    notice = queries.standing_notice(declaration.pk)
    tax = notice.lines.order_by("-amount").first()
    with act(ME) as doing:
        adjusting.adjust(doing, locked(declaration.pk), [Line(tax.tax, -100)], "Preference")
    assert queries.debt_of(declaration.pk).outstanding == notice.amount - 100
    assert not Refund.objects.exists()
    with pytest.raises(StateForbids), act(ME) as doing:
        adjusting.adjust(doing, locked(declaration.pk), [Line(tax.tax, -tax.amount)], "Again")
    with pytest.raises(DataRefused), act(ME) as doing:
        adjusting.adjust(doing, locked(declaration.pk), [], "Nothing")
    assert sum(line.amount for line in notice.lines.all()) == notice.amount - 100
    assert sum(queries.balances().values()) == 0
