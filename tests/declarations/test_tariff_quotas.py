"""A tariff quota is drawn on when a declaration is accepted, to the kilogram and never beyond.

Milk powder 0402 10 90 at 10,000.00: 103 says the ordinary duty, quota 091001 a duty of 4 %.
"""

from __future__ import annotations

import json

import pytest
from tests.declarations.conftest import a_message

from clearway.assessment import queries as assessments
from clearway.audit import clock
from clearway.declarations.models import Declaration
from clearway.events.service import Act
from clearway.intake import reading_ahead
from clearway.intake.submission import JSON, Piece, Submission
from clearway.intake.undoing import on_invalidated
from clearway.post_clearance import differing
from clearway.quotas.models import Balance, Draw

KILO = 1_000_000
WHOLE = 8_000_000


def claiming(kilograms=100, order="091001", preference="120", **changes):
    """Return a message of milk powder under the quota."""
    told = {"lrn": "L-1", "commodity": "04021090", "gross": "200", **changes}
    message = json.loads(a_message(**told))
    for item in message["GoodsShipment"]["GovernmentAgencyGoodsItem"]:
        (fee,) = item["Commodity"]["DutyTaxFee"]
        fee.update(DutyRegimeCode=preference, **({"QuotaOrderID": order} if order else {}))
        item["Commodity"]["GoodsMeasure"]["NetNetWeightMeasure"]["value"] = str(kilograms)
    return message


def lodged(border, message):
    answer = border.lodge(message=message)
    assert answer.status == 201, answer.json.get("findings")
    return answer.json["mrn"]


def drawn():
    return sum(Balance.objects.values_list("drawn", flat=True))


def fill(kilograms):
    """Let others have drawn so much of the quota."""
    Balance.objects.create(quota_order="091001", opens=20089, drawn=kilograms * KILO)


def decided(mrn):
    declaration = Declaration.objects.get(mrn=mrn)
    newest = assessments.newest(declaration.pk)
    duty = assessments.charges(newest.pk).filter(quota_order="091001")
    questions = [one for one in assessments.questions(newest.pk) if one.kind == "quota"]
    return [row.rate for row in duty], len(questions)


def test_the_demonstrations_quota_is_charged_and_drawn(border):
    answer = border.lodge(message=claiming(100))
    assert answer.status == 201, answer.json
    mrn = answer.json["mrn"]
    assert decided(mrn) == (["4.00%"], 0)
    (draw,) = Draw.objects.all()
    assert (draw.mrn, draw.quota_order, draw.quantity) == (mrn, "091001", 100 * KILO)
    assert drawn() == 100 * KILO
    assert "quota_drawn" in border.events(mrn)


def test_the_last_kilogram_serves_and_the_next_one_is_told(border):
    fill(WHOLE - 100)
    first = border.lodge(message=claiming(100))
    assert decided(first.json["mrn"]) == (["4.00%"], 0)
    second = border.lodge(message=claiming(1, lrn="L-2", document="HBL-2"))
    assert second.status == 201
    (told,) = [one for one in second.json["findings"] if one["code"] == "CLW4330"]
    assert told["pointer"] == "42A/67A/68A[1]/23A/50A:401"
    assert decided(second.json["mrn"]) == ([], 1), "the ordinary duty, and what it would save"
    assert drawn() == WHOLE * KILO
    assert Draw.objects.count() == 1


def test_more_than_is_left_draws_nothing(border):
    fill(WHOLE - 99)
    answer = border.lodge(message=claiming(100))
    (told,) = [one for one in answer.json["findings"] if one["code"] == "CLW4330"]
    assert "99 KGM" in json.dumps(told)
    assert "100 KGM" in json.dumps(told)
    assert drawn() == (WHOLE - 99) * KILO


def test_of_two_in_one_batch_that_fit_alone_one_draws(border):
    """The line decides both before it stores either; the loser is decided on again."""
    fill(WHOLE - 150)
    pieces = []
    for number in (1, 2):
        body = json.dumps(claiming(100, lrn=f"L-{number}", document=f"HBL-{number}")).encode()
        submission = Submission(
            actor=border.actors["trader"], door="api", media_type=JSON, body=body,
            received_at=border.clock.now(),
        )  # fmt: skip
        pieces.append(Piece(submission, submission.digest(), []))
    again = border.line.assembly.run(pieces)
    assert again == pieces[1:]
    assert border.line.assembly.run(again) == []
    told = [{one.rule for one in piece.decision.findings} & {"CLW4330"} for piece in pieces]
    assert told == [set(), {"CLW4330"}]
    assert drawn() == (WHOLE - 50) * KILO


def test_a_supplementary_declaration_draws_only_beyond_its_simplified_one(border):
    simplified = lodged(border, claiming(100, lrn="L-1", type_code="IMC"))
    assert drawn() == 100 * KILO
    changes = {"type_code": "IMY", "previous": (simplified,), "lrn": "L-2"}
    mrn = lodged(border, claiming(120, **changes))
    assert decided(mrn) == (["4.00%"], 0)
    assert drawn() == 120 * KILO
    assert Draw.objects.get(mrn=mrn).quantity == 20 * KILO


def test_everybody_sees_what_is_left_and_each_his_own_draws(border):
    mrn = lodged(border, claiming(100))
    told = border.ask("carrier", "get", "/tariff-quotas/091001").json
    assert (told["left"], told["drawn"], told["unit"]) == ("7999900", "100", "KGM")
    assert told["state"] == "open"
    orders = [one["order"] for one in border.ask("carrier", "get", "/tariff-quotas").json["items"]]
    assert orders == ["091001", "091002", "091010", "091011", "091020", "091030"]
    assert border.ask("carrier", "get", "/tariff-quotas/091001/draws").status == 403
    assert border.ask("trader2", "get", "/tariff-quotas/091001/draws").json["items"] == []
    for who in ("trader", "officer", "auditor"):
        (draw,) = border.ask(who, "get", "/tariff-quotas/091001/draws").json["items"]
        assert (draw["mrn"], draw["quantity"]) == (mrn, "100")
    assert border.ask("trader", "get", "/tariff-quotas/099999").status == 404


@pytest.mark.parametrize(
    ("taken", "state"),
    [(7_200_000, "open"), (7_200_001, "critical"), (WHOLE - 1, "critical"), (WHOLE, "exhausted")],
)
def test_a_quota_is_critical_below_a_tenth(border, taken, state):
    fill(taken)
    assert border.ask("trader", "get", "/tariff-quotas/091001").json["state"] == state


def test_an_estimate_tells_what_the_quota_has_left(border):
    def estimated():
        body = json.dumps(claiming(100)).encode()
        told = border.ask("trader", "post", "/estimates", body).json
        return told["payable"], {one["code"] for one in told["findings"]} & {"CLW4330"}

    served, none = estimated()
    assert none == set()
    fill(WHOLE - 99)
    ordinary, told = estimated()
    assert told == {"CLW4330"}
    assert int(served) < int(ordinary)
    assert drawn() == (WHOLE - 99) * KILO


def test_customs_judge_a_version_by_the_quota_that_it_has_drawn(border):
    """A correction that leaves the quota's item alone does not charge it the ordinary duty."""
    fill(WHOLE - 100)
    mrn = lodged(border, claiming(100))
    declaration = Declaration.objects.get(mrn=mrn)
    body, doing = json.dumps(claiming(100)).encode(), Act(border.actors["officer"], clock.now())
    piece = reading_ahead.looked_at(
        differing.submission(doing.actor, declaration, body, "Looked at", doing)
    )
    assert piece.decision.accepted
    assert "4.00%" in {line.rate_text for line in piece.decision.charges}


def test_two_items_of_one_declaration_share_what_is_left(border):
    fill(WHOLE - 150)
    answer = border.lodge(message=claiming(100, items=2))
    (told,) = [one for one in answer.json["findings"] if one["code"] == "CLW4330"]
    assert told["item"] == 2
    assert drawn() == (WHOLE - 50) * KILO


def test_a_cancelled_declaration_gives_back(border):
    mrn = lodged(border, claiming(100, type_code="IMA"))
    assert drawn() == 100 * KILO
    on_invalidated(mrn, border.clock.now())
    assert drawn() == 0
    assert not Draw.objects.exists()
    assert border.events(mrn)[-1] == "quota_returned"
    on_invalidated(mrn, border.clock.now())
    assert drawn() == 0


def test_one_lodged_in_advance_draws_when_it_is_presented(border):
    mrn = lodged(border, claiming(100, type_code="IMD"))
    assert (drawn(), decided(mrn)[1]) == (0, 1)
    assert border.ask("trader", "post", f"/declarations/{mrn}/presentation").status == 200
    assert drawn() == 100 * KILO
    assert decided(mrn) == (["4.00%"], 0)


def test_one_in_advance_finds_the_quota_empty_when_it_comes(border):
    mrn = lodged(border, claiming(100, type_code="IMD"))
    fill(WHOLE)
    assert border.ask("trader", "post", f"/declarations/{mrn}/presentation").status == 200
    assert drawn() == WHOLE * KILO
    assert decided(mrn) == ([], 1)


@pytest.mark.parametrize(("kilograms", "left"), [(60, 60), (160, 160)])
def test_an_amendment_draws_the_difference(border, kilograms, left):
    mrn = lodged(border, claiming(100))
    grant(border, mrn, claiming(kilograms))
    assert drawn() == left * KILO
    assert Draw.objects.get().quantity == left * KILO


def test_an_amendment_that_claims_no_more_gives_back(border):
    mrn = lodged(border, claiming(100))
    grant(border, mrn, claiming(100, order="", preference="100"))
    assert (drawn(), Draw.objects.count()) == (0, 0)


def test_its_own_draw_counts_as_left_for_an_amendment(border):
    fill(WHOLE - 100)
    mrn = lodged(border, claiming(100))
    grant(border, mrn, claiming(90))
    assert decided(mrn) == (["4.00%"], 0)
    assert drawn() == (WHOLE - 10) * KILO


def grant(border, mrn, message):
    path = f"/declarations/{mrn}/amendments?reason=Weighed"
    asked = border.ask("trader", "post", path, json.dumps(message).encode())
    assert asked.status in {200, 202}, asked.json
    if asked.status == 202:
        body = {"grant": True, "reason": "Weighed"}
        done = border.ask("officer", "post", f"/requests/{asked.json['id']}/decision", body)
        assert done.status == 200, done.json
