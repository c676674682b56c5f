"""Declarations write permits off: card C08's golden cases, each refusal, amendment, undoing."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection
from django.db.models import Sum
from tests.permits.conftest import KILOGRAM, wheat

from clearway.events.models import Event
from clearway.permits import following
from clearway.permits.models import Need, Permit, WriteOff
from clearway.permits.queries import joint_status

NUMBER = "PHI26000001"


def kinds(kind):
    return Event.objects.filter(kind=kind).count()


def left(number=NUMBER):
    return Permit.objects.get(number=number).left_quantity // KILOGRAM


def word(row):
    return joint_status(row.pk).word


def test_a_permit_of_500_kg(border, permit, declared):
    """Card C08: 180 + 250 of 500 leave 70; 100 is refused, 70 accepted, then it is closed."""
    permit(500)
    assert word(declared(180)) == word(declared(250)) == "approved"
    assert left() == 70
    refused = declared(100)
    assert word(refused) == "refused"
    assert Need.objects.get(declaration=refused.pk).reason == "not_enough"
    assert left() == 70
    assert word(declared(70)) == "approved"
    closed = Permit.objects.get(number=NUMBER)
    assert (closed.state, closed.left_quantity) == ("used", 0)
    assert Need.objects.get(declaration=declared(70).pk).reason == "used_up"
    assert (kinds("permit.written_off"), kinds("permit.used_up")) == (3, 1)
    assert kinds("permit.write_off_refused") == 2


def test_in_value_too(border, permit, declared):
    """10 000.00 a declaration by its customs value: two fit into 25 000.00, a third does not."""
    permit(None, value=2_500_000)
    assert word(declared()) == word(declared()) == "approved"
    assert Permit.objects.get().left_value == 500_000
    third = declared()
    assert Need.objects.get(declaration=third.pk).reason == "not_enough_value"
    assert word(third) == "refused"


@pytest.mark.parametrize(
    ("changes", "written", "reason"),
    [
        ({"holder": "XP1000000002"}, {}, "other_holder"),
        ({"agency": "VFS"}, {}, "other_agency"),
        ({"document": "N852"}, {}, ""),
        ({"document": "C678"}, {}, "other_document"),
        ({"commodities": "1005 1201"}, {}, "other_commodity"),
        ({}, {"unit": "LTR"}, "other_unit"),
        ({"valid_to": date(2026, 3, 3)}, {}, "expired"),
        ({"valid_from": date(2026, 3, 4)}, {}, "not_yet_valid"),
        ({"state": "revoked"}, {}, "revoked"),
        ({}, {"gross": "500", "price": "99.00"}, "too_little"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(
    border, permit, declared, changes, written, reason
):
    permit(500, **changes)
    row = declared(100, **written)
    assert Need.objects.get(declaration=row.pk).reason == reason
    status = joint_status(row.pk)
    assert status.word == ("refused" if reason else "approved")
    assert status.lacking == (("PHI-03",) if reason else ())
    if reason and reason != "too_little":
        assert left() == 500
        told = Event.objects.filter(kind="permit.write_off_refused").get()
        assert reason in bytes(told.body).decode()


def test_until_looked_at_it_is_pending_and_without_need_approved(border, permit, declared):
    permit(500)
    row = declared(100, follow=False)
    assert (word(row), joint_status(row.pk).satisfied) == ("pending", False)
    ties = declared(None, "", commodity="39269000", follow=False)
    assert joint_status(ties.pk).satisfied
    before = Event.objects.count()
    following.examine(ties.pk)
    assert Event.objects.count() == before


def test_lacking_and_paper(border, permit, declared):
    lacking = declared(None, "")
    assert (word(lacking), joint_status(lacking.pk).lacking) == ("hold", ("PHI-03",))
    paper = declared(100, "NL-2026-77")
    need = Need.objects.get(declaration=paper.pk)
    assert (need.state, need.reference, need.agency) == ("paper", "NL-2026-77", "PHI")
    assert joint_status(paper.pk).agencies == (("PHI", "pending"),)


def test_told_twice_changes_nothing(border, permit, declared):
    permit(500)
    row = declared(180)
    before = Event.objects.count(), WriteOff.objects.count()
    following.examine(row.pk)
    assert (Event.objects.count(), WriteOff.objects.count()) == before


def test_amended_released_and_undone(border, permit, declared):
    permit(500)
    row = declared(180)
    border.report("HBL-P1", arrived=True)
    changed = wheat(250, lrn="P-1", document="HBL-P1", mrn=row.mrn)
    answer = border.ask(
        "trader", "post", f"/declarations/{row.mrn}/amendments?reason=More", changed
    )
    assert answer.status in {200, 202}, answer.json
    if answer.status == 202:
        path = f"/requests/{answer.json['id']}/decision"
        border.ask("officer", "post", path, {"grant": True, "reason": "Right"})
    assert word(row) == "pending"
    following.examine(row.pk)
    assert (left(), word(row)) == (250, "approved")
    following.finalise(row.pk)
    following.finalise(row.pk)
    assert [one.kind for one in WriteOff.objects.order_by("id")] == [
        "reserved", "returned", "reserved", "final",
    ]  # fmt: skip
    following.undo(row.pk)
    following.undo(row.pk)
    assert left() == 500
    assert joint_status(row.pk).word == "approved"  # nothing is asked of what is void
    assert WriteOff.objects.exclude(kind="final").aggregate(all=Sum("quantity"))["all"] == 0


def test_a_used_up_permit_lives_again(border, permit, declared):
    permit(100)
    row = declared(100)
    assert Permit.objects.get().state == "used"
    following.undo(row.pk)
    assert Permit.objects.get().state == "valid"


def test_eight_who_race_for_the_last_70(both_databases, border, permit, declared):
    """Σ used + requested ≤ granted: of eight who want the same 70 kg one gets them, ten times."""
    for attempt in range(10):
        permit(70, f"RACE{attempt}")
        rows = [declared(70, f"RACE{attempt}", follow=False) for _ in range(8)]
        start = threading.Barrier(8)

        def run(pk, start=start):
            try:
                start.wait()
                following.examine(pk)
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=(row.pk,)) for row in rows]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        words = sorted(word(row) for row in rows)
        assert words == ["approved", *["refused"] * 7]
        assert left(f"RACE{attempt}") == 0


def tell(border):
    """Let the dispatcher tell everything that is committed to this room's consumer."""
    from clearway.audit import sequencer
    from clearway.events.dispatch import Dispatcher
    from clearway.site.subscriptions import SUBSCRIPTIONS

    while sequencer.place():
        pass
    dispatcher = Dispatcher(SUBSCRIPTIONS)
    consumer = next(one for one in SUBSCRIPTIONS if one.name == "permits.declarations")
    while dispatcher.step(consumer):
        pass


@pytest.mark.django_db(transaction=True)
def test_news_of_declarations_reach_this_room(border, permit, declared):
    permit(500)
    wheat_row = declared(180, follow=False)
    ties = declared(None, "", commodity="39269000", follow=False)
    tell(border)
    assert left() == 320
    assert joint_status(wheat_row.pk).satisfied
    assert not Event.objects.filter(kind="permit.joint_status", subject__contains=ties.mrn).exists()
    path = f"/declarations/{wheat_row.mrn}/cancellation"
    answer = border.ask("trader", "post", path, {"reason": "Sold to another"})
    if answer.status == 202:
        decision = {"grant": True, "reason": "Right"}
        border.ask("officer", "post", f"/requests/{answer.json['id']}/decision", decision)
    tell(border)
    assert left() == 500


def test_one_document_for_all_items_is_drawn_once(border, permit, declared):
    """Two items of 63 kg each on one document of the declaration: 126 kg, once."""
    import json

    from clearway.declarations.models import Declaration

    permit(500)
    message = json.loads(wheat(None, "", lrn="W-1", document="HBL-W", items=2))
    message["AdditionalDocument"] = [{"CategoryCode": "N", "TypeCode": "851", "ID": NUMBER}]
    answer = border.lodge("trader", json.dumps(message).encode())
    assert answer.status == 201, answer.json
    row = Declaration.objects.get(mrn=answer.json["mrn"])
    following.examine(row.pk)
    assert left() == 374
    assert WriteOff.objects.count() == 1
    assert [one.state for one in Need.objects.order_by("item")] == ["covered", "covered"]
