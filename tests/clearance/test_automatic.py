"""Whatever is ready is released as soon as the last guard holds, told by the news of every room."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from tests.clearance.test_holds import BOX, LAW, goods_of, inside, told_of  # noqa: F401

from clearway.audit import sequencer
from clearway.cargo.models import TransportDocument
from clearway.clearance import automatic, deciding, holds
from clearway.clearance.releasing import Order
from clearway.declarations.models import Declaration
from clearway.events import dispatch
from clearway.events.models import Event
from clearway.intake import matching
from clearway.payments.models import DeferredAccount, Guarantee
from clearway.payments.queries import debt_of
from clearway.site import news_clearance
from clearway.site.subscriptions import SUBSCRIPTIONS

SEEN = Order(documents_checked=True, goods_controlled=True)


@pytest.fixture
def news(border):
    """Tell the room what happened since it was asked last, as the dispatcher does."""
    from clearway.events import queries

    reached = 0

    def tell():
        nonlocal reached
        while True:
            while sequencer.place():
                pass
            rows = list(Event.objects.filter(pk__gt=reached).order_by("id"))
            if not rows:
                return
            reached = rows[-1].pk
            told = list(queries.told([row.pk for row in rows]).values())
            wanted = [one for one in told if dispatch.wants(news_clearance.KINDS, one.kind)]
            for one in news_clearance.still_to_do(wanted) if wanted else ():
                news_clearance.tell_clearance(one)

    return tell


def state_of(mrn):
    row = Declaration.objects.get(mrn=mrn)
    return row.state, row.goods_state


def debt(mrn, state):
    Declaration.objects.filter(mrn=mrn).update(debt_state=state)


def arrive(border, mrn):
    """Bring the goods of a declaration here, as cargo's news tell it."""
    key = Declaration.objects.get(mrn=mrn).transport_document
    TransportDocument.objects.filter(key=key).update(state="arrived", arrived_at=border.clock.now())
    matching.on_document_arrived(key)


def test_it_is_subscribed():
    (found,) = [one for one in SUBSCRIPTIONS if one.name == "clearance.release"]
    assert found.handle is news_clearance.tell_clearance


def test_a_green_lane_waits_for_its_payment_and_then_for_nobody(border, inside, news):  # noqa: F811
    mrn = inside("HBL-1")
    news()
    assert state_of(mrn) == ("assessed", "arrived")
    debt(mrn, "paid")
    assert automatic.worth_a_look([mrn]) == {mrn}
    automatic.look_at(mrn)
    assert state_of(mrn) == ("cleared", "released")
    last = Event.objects.filter(kind="declaration.released").get()
    assert (last.kind, last.actor) == ("declaration.released", "system:clearance")
    assert json.loads(bytes(last.body))["code"] == "08"
    automatic.look_at(mrn)  # told twice, it is done once
    assert border.events(mrn).count("released") == 1


def test_before_arrival_it_is_decided_and_takes_effect_on_the_arrival_notice(
    border, people, news, waiting
):
    mrn = waiting(arrived=False)
    debt(mrn, "paid")
    assert deciding.accept(people.ann, mrn, SEEN).what == "assessed"
    news()
    assert state_of(mrn) == ("assessed", "reported")
    arrive(border, mrn)
    news()
    assert state_of(mrn) == ("cleared", "released")


def test_a_hold_that_waits_takes_the_goods_when_they_come(border, people, news, waiting):
    mrn = waiting(arrived=False)
    debt(mrn, "paid")
    hold = holds.place(people.ben, mrn, LAW)
    deciding.accept(people.ann, mrn, SEEN)
    arrive(border, mrn)
    news()
    assert state_of(mrn) == ("assessed", "held")
    holds.lift(people.ann, hold.pk, "Seen")
    news()
    assert state_of(mrn) == ("cleared", "released")


def test_what_the_lane_asked_for_is_never_released_by_itself(border, news, waiting):
    for state in ("documents_requested", "under_control"):
        mrn = waiting(state)
        debt(mrn, "paid")
        automatic.look_at(mrn)
        assert state_of(mrn) == (state, "arrived")


def test_what_is_asked_about_waits_for_the_answer(border, inside, news):  # noqa: F811
    from clearway.declarations import service

    mrn = inside("HBL-1")
    debt(mrn, "paid")
    request = service.cancel(border.actors["trader"], mrn, "Sold").request
    automatic.look_at(mrn)
    assert state_of(mrn)[0] == "assessed"
    service.withdraw(border.actors["trader"], request.pk)
    news()
    assert state_of(mrn)[0] == "cleared"


def test_a_pack_that_names_no_lane_leaves_it_to_officers(border, inside, monkeypatch):  # noqa: F811
    mrn = inside("HBL-1")
    debt(mrn, "paid")
    law = automatic.reference_at(border.clock.now())

    others = {one: told for one, told in law.settings.items() if one != automatic._SETTING}
    silent = SimpleNamespace(settings=others)
    monkeypatch.setattr(automatic, "reference_at", lambda _: silent)
    automatic.look_at(mrn)
    assert state_of(mrn)[0] == "assessed"


def test_what_nobody_owes_anything_on_is_cleared(border, inside, news):  # noqa: F811
    mrn = inside("HBL-1")
    debt(mrn, "secured")
    automatic.look_at(mrn)
    assert state_of(mrn)[0] == "released"
    debt(mrn, "paid")
    automatic.look_at(mrn)
    assert state_of(mrn)[0] == "cleared"
    assert Declaration.objects.get(mrn=mrn).debt_state == "final"
    last = Event.objects.filter(kind="declaration.cleared").get()
    assert json.loads(bytes(last.body))["code"] == "09"


def test_a_simplified_one_is_cleared_when_it_is_completed(border, inside):  # noqa: F811
    mrn = inside("HBL-1")
    Declaration.objects.filter(mrn=mrn).update(
        state="released", debt_state="none", kind="simplified"
    )
    automatic.look_at(mrn)
    assert state_of(mrn)[0] == "released"


def test_a_deferred_account_covers_what_is_ready_without_an_officer(border, inside):  # noqa: F811
    mrn = inside("HBL-1")
    automatic.look_at(mrn)
    assert state_of(mrn)[0] == "assessed", "a guarantee that nobody cites covers nothing"
    DeferredAccount.objects.create(
        number="DPA-1", holder="XP1000000001", guarantee=Guarantee.objects.get(number="GRN-1"),
        opened_by="test", opened_at=border.clock.now(),
    )  # fmt: skip
    automatic.look_at(mrn)
    row = Declaration.objects.get(mrn=mrn)
    assert (row.state, row.debt_state) == ("released", "secured")
    assert debt_of(row.pk).covered


def test_what_falls_short_is_told_once_by_notification_14(border, inside):  # noqa: F811
    mrn = inside("HBL-1")
    small = Guarantee.objects.get(number="GRN-1")
    Guarantee.objects.filter(pk=small.pk).update(reference_amount=5)
    DeferredAccount.objects.create(
        number="DPA-1", holder="XP1000000001", guarantee=small,
        opened_by="test", opened_at=border.clock.now(),
    )  # fmt: skip
    for _ in range(2):
        automatic.look_at(mrn)
        while sequencer.place():
            pass
    (told,) = Event.objects.filter(kind="guarantee.short")
    body = json.loads(bytes(told.body))
    assert (body["code"], body["available"]) == ("14", 5)
    assert body["shortfall"] == body["needed"] - 5
    assert state_of(mrn)[0] == "assessed"


def test_a_paid_simplified_one_is_cleared_when_the_one_that_completes_it_is_accepted(
    border, news, monkeypatch
):
    """Nobody announced the completion: paid before it, the simplified one stayed released."""
    mrn = border.lodged(type_code="IMC")
    # Whether the notice asks for what the completion decides is the room of payments' own test.
    monkeypatch.setattr(automatic.notices, "agrees", lambda _: True)
    Declaration.objects.filter(mrn=mrn).update(state="released", goods_state="gated_out")
    debt(mrn, "paid")
    news()
    assert state_of(mrn) == ("released", "gated_out")
    by = border.lodge(type_code="IMY", previous=(mrn,), document="").json["mrn"]
    told = Event.objects.get(kind="declaration.supplemented")
    assert told.subject == f"declaration:{mrn}"
    body = json.loads(bytes(told.body))
    assert (body["mrn"], body["by"]) == (mrn, by)
    news()
    assert state_of(mrn) == ("cleared", "gated_out")
