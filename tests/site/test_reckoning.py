"""The record reckoned up: sound where it is, and every fault told where one is made."""

from __future__ import annotations

from datetime import timedelta

import pytest
import typer
from tests.declarations.conftest import border  # noqa: F401 - fixtures
from tests.payments.conftest import ME, a_guarantee, owing  # noqa: F401 - fixtures

from clearway.audit import clock, sequencer
from clearway.audit.actor import system
from clearway.cargo.models import TransportDocument
from clearway.clearance.models import Assignment, Exit
from clearway.declarations.models import Declaration
from clearway.events.models import ParkedEvent
from clearway.payments import timing
from clearway.payments.models import EntryLine, Guarantee, Notice
from clearway.proving.border_check.command import check_border
from clearway.quotas.models import Balance
from clearway.reference.in_force import reference_at
from clearway.site.reckoning import ledgers, lists, report, waiting

pytestmark = pytest.mark.django_db(transaction=True)


def faults():
    return {(one.kind, one.fault) for one in report.reckon().orphans}


def moved(mrn, **states):
    Declaration.objects.filter(mrn=mrn).update(**states)


def test_a_declaration_that_owes_and_waits_is_sound(border, owing):  # noqa: F811
    border.report("HBL-P1", arrived=True)
    mrn = owing().mrn
    told = report.reckon()
    assert told.is_sound, (told.orphans, told.unexplained, told.disagreements)
    assert told.figures["declarations"] == {"assessed": 1}
    mine = [one for one in told.waiting if one.subject == mrn]
    assert [(one.kind, one.holder, one.what) for one in mine] == [
        ("declaration", "trader", "pay"),
        ("notice", "payer XP1000000001", "pay"),
    ]
    (ledger,) = told.ledgers
    assert (ledger.currency, ledger.total) == ("XPR", 0)
    assert ledger.accounts["receivable"] == -ledger.accounts["revenue"] > 0
    words = list(report.told(told))
    assert words[-1] == "Sound."
    assert any(line.startswith("  total XPR") and line.endswith(" 0.00") for line in words)


def test_what_nobody_has_to_act_on_is_an_orphan(border, owing):  # noqa: F811
    mrn = owing().mrn
    Notice.objects.update(state="cancelled")
    moved(mrn, state="released", goods_state="gated_out", debt_state="paid")
    assert ("declaration", "nobody has to act") in faults()
    moved(mrn, state="cleared", debt_state="final")
    assert "declaration" not in {kind for kind, _ in faults()}


def test_a_debt_that_is_late_unmarked_is_an_orphan_until_the_round(border, owing):  # noqa: F811
    owing()
    border.later(days=20)
    assert ("notice", "it is overdue, and is not marked so") in faults()
    timing.go_round(system("test"), clock.now())
    assert "notice" not in {kind for kind, _ in faults()}
    (line,) = report.reckon().lists["overdue debts"]
    assert line.reason.startswith("not paid since 2026-03-13, reminded 03-23; goods unmatched")


def test_goods_that_lie_too_long_unmarked_are_orphans(border):  # noqa: F811
    border.report("HBL-1", arrived=True)
    now = clock.now()
    TransportDocument.objects.update(due_at=now - timedelta(days=1))
    found = [one for one in waiting.waiting(now, reference_at(now)) if one.kind == "cargo"]
    assert [one.fault for one in found] == ["it has lain too long, and is not marked so"]
    (line,) = lists.lists(now)["reported and here, not declared"]
    assert line.reason == ""
    assert report.reckon().unexplained == ["reported and here, not declared: HBL-1"]
    TransportDocument.objects.update(state="overdue")
    assert report.reckon().is_sound


def test_an_exit_or_a_desk_with_what_is_over_is_an_orphan(border, owing):  # noqa: F811
    declaration = owing()
    Notice.objects.update(state="cancelled")
    moved(declaration.mrn, state="invalidated", goods_state="none", debt_state="none")
    Assignment.objects.create(
        declaration=declaration, officer="user:1", office="XP000110", taken_at=clock.now()
    )
    Exit.objects.create(declaration=declaration, packages=1, due_at=clock.now())
    assert faults() == {
        ("assignment", "it waits for no officer any more"),
        ("exit", "its declaration is over"),
    }


def test_an_entry_that_does_not_balance_is_found(owing):  # noqa: F811
    owing()
    line = EntryLine.objects.order_by("-id").first()
    side = {"debit": 7} if line.debit else {"credit": 7}
    EntryLine.objects.create(entry=line.entry, account=line.account, notice=line.notice, **side)
    told = report.reckon()
    assert not told.is_sound
    assert f"entry {line.entry_id}: debits are not its credits" in told.disagreements
    assert abs(told.ledgers[0].total) == 7
    assert list(report.told(told))[-1] == "NOT SOUND."


def test_a_sum_that_differs_from_the_ledger_is_found(owing):  # noqa: F811
    owing()
    assert ledgers.disagreements() == []
    Notice.objects.update(paid=1)
    (found,) = ledgers.disagreements()
    assert found.startswith("receivable XP1000000001 in XPR: the ledger says ")
    Notice.objects.update(paid=0)
    a_guarantee(used=5)
    assert ledgers.disagreements() == ["guarantee GRN-26-1: 5 used, its uses 0"]
    Guarantee.objects.update(used=0)
    TransportDocument.objects.update(drawn_packages=0)
    assert ledgers.disagreements() == []


def test_packages_drawn_without_a_write_off_are_found(border):  # noqa: F811
    border.report("HBL-1", arrived=True)
    TransportDocument.objects.update(drawn_packages=3)
    (found,) = ledgers.disagreements()
    assert found == "transport document HBL-1: 3 packages drawn, written None"


def test_parked_events_and_the_untold_are_told(border, owing):  # noqa: F811
    from clearway.events.models import Event

    owing()
    assert report.reckon().untold > 0  # no dispatcher runs here, and the newest has no place
    while sequencer.place():
        pass
    ParkedEvent.objects.create(
        consumer="teller",
        event=Event.objects.first(),
        attempts=6,
        error="bad",
        parked_at=clock.now(),
    )
    told = report.reckon()
    assert told.parked == ["teller: cargo.reported: bad"] or told.parked[0].endswith(": bad")
    assert not told.is_sound


def test_a_long_list_is_told_by_reason():
    lines = [lists.Line(f"26XP{n}", f"paid in part since 2026-03-{n}") for n in range(10, 29)]
    told = list(report._list("overdue debts", [*lines, lists.Line("26XPX", "")]))
    assert told[0] == "Overdue debts: 20"
    assert told[1:] == [
        "      19  paid in part since (such as 26XP10)",
        "       1  UNEXPLAINED (such as 26XPX)",
    ]


@pytest.mark.parametrize(("paid", "code"), [(0, 0), (1, 1)])
def test_the_command_ends_by_what_it_found(owing, capsys, paid, code):  # noqa: F811
    owing()
    Notice.objects.update(paid=paid)
    with pytest.raises(typer.Exit) as ended:
        check_border(data=None, demo=False)
    assert ended.value.exit_code == code
    assert capsys.readouterr().out.rstrip().endswith("NOT SOUND." if code else "Sound.")


def test_a_quota_whose_draws_do_not_sum_up_is_told(border):  # noqa: F811
    del border
    Balance.objects.create(quota_order="091001", opens=20089, drawn=5)
    assert ledgers.disagreements() == ["tariff quota 091001: 5 drawn, written 0"]
