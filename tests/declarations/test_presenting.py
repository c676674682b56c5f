"""Lodged in advance: received, and accepted at presentation by the law of that day."""

from __future__ import annotations

import msgspec

from clearway.assessment.models import Assessment
from clearway.declarations.models import Declaration
from clearway.intake import arriving, presenting
from clearway.kernel.decisions import Lane
from clearway.vocabulary.dates import day_from_iso


def present(border, mrn, who="trader"):
    return border.ask(who, "post", f"/declarations/{mrn}/presentation")


def test_received_becomes_accepted_at_presentation(border):
    document = border.report("HBL-1", arrived=True)
    mrn = border.lodged(type_code="IMD")
    before = Declaration.objects.get(mrn=mrn)
    assert (before.state, before.lane, before.accepted_at) == ("received", None, None)
    document.refresh_from_db()
    assert document.drawn_packages == 0
    border.later(days=6)
    answer = present(border, mrn)
    assert answer.status == 200, answer.json
    assert (answer.json["state"], answer.json["lane"]) == ("assessed", "green")
    after = Declaration.objects.get(mrn=mrn)
    assert after.legal_date == day_from_iso("2026-03-09")
    assert after.accepted_at == border.clock.now()
    assert after.goods_state == "arrived"
    document.refresh_from_db()
    assert document.drawn_packages == 10
    assert border.events(mrn) == [
        "received", "unmatched", "presented", "matched", "accepted", "laned", "assessed",
    ]  # fmt: skip
    occasions = Assessment.objects.filter(declaration=after.pk).order_by("id")
    assert [one.occasion for one in occasions] == ["lodgement", "arrival"]


def test_goods_are_presented_once(border):
    mrn = border.lodged(type_code="IMD")
    assert present(border, mrn).status == 200
    assert present(border, mrn).status == 409
    assert present(border, border.lodged(lrn="L-2", document="HBL-2")).status == 409


def test_the_rate_of_exchange_is_that_of_the_day_of_presentation(border, monkeypatch):
    from clearway.intake import later_versions

    seen = []
    prepare = later_versions.prepare

    def noted(piece, day):
        seen.append(day)
        prepare(piece, day)

    monkeypatch.setattr(later_versions, "prepare", noted)
    mrn = border.lodged(type_code="IMD")
    border.later(days=3)
    present(border, mrn)
    assert seen == [day_from_iso("2026-03-06")]


def test_what_has_errors_by_the_law_of_that_day_stays_received(border, monkeypatch):
    mrn = border.lodged(type_code="IMD")
    gather = presenting.gather

    def expired(cursor, pieces, reference):
        ready, later = gather(cursor, pieces, reference)
        for piece in ready:
            items = piece.lodgement.items
            wrong = msgspec.structs.replace(items[0], origin="XX")
            piece.lodgement.items = (wrong, *items[1:])
        return ready, later

    monkeypatch.setattr(presenting, "gather", expired)
    answer = present(border, mrn)
    assert answer.status == 422
    declaration = Declaration.objects.get(mrn=mrn)
    assert (declaration.state, declaration.lane, declaration.version) == ("received", None, 1)
    assert border.events(mrn)[-1] == "presentation_failed"


def test_too_small_a_stock_stops_the_presentation(border):
    border.report("HBL-1", packages=9, arrived=True)
    mrn = border.lodged(type_code="IMD")
    answer = present(border, mrn)
    assert answer.status == 422
    assert answer.rules == ["CLW4311"]
    assert Declaration.objects.get(mrn=mrn).state == "received"


def test_the_severer_lane_stays_where_one_was_told(border):
    mrn = border.lodged(type_code="IMD")
    Declaration.objects.filter(mrn=mrn).update(lane=int(Lane.RED))
    assert present(border, mrn).json["state"] == "under_control"
    assert Declaration.objects.get(mrn=mrn).lane == Lane.RED


def test_an_export_in_advance_is_presented(border):
    mrn = border.lodged(type_code="EXD", document="")
    assert Declaration.objects.get(mrn=mrn).goods_state == "unmatched"
    assert present(border, mrn).status == 200
    assert Declaration.objects.get(mrn=mrn).goods_state == "presented"


def test_who_may_present(border):
    mrn = border.lodged(type_code="IMD")
    for who, status in (("trader2", 404), ("carrier", 403), ("auditor", 403), ("officer", 200)):
        assert present(border, mrn, who).status == status, who


def test_the_arrival_of_the_goods_presents_what_was_lodged_in_advance(border):
    border.report("HBL-1", arrived=True)
    mrn = border.lodged(type_code="IMD")
    later = border.lodged(type_code="IMD", document="HBL-2")
    assert arriving.on_document_arrived("hbl 1", border.clock.now()) == 1
    assert Declaration.objects.get(mrn=mrn).state == "assessed"
    assert Declaration.objects.get(mrn=later).state == "received"
    assert arriving.on_document_arrived("HBL-1", border.clock.now()) == 0
