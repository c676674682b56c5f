"""One application before every agency; what each asks, decides, grants and takes back."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from tests.permits.conftest import KILOGRAM

from clearway.events.models import Event
from clearway.permits import following, life_cycle, rounds
from clearway.permits.models import Case, Need, Permit
from clearway.permits.queries import joint_status
from clearway.vocabulary.errors import StateForbids

WHEAT = {"commodity": "10019910", "description": "Wheat", "quantity": "500", "unit": "KGM"}
CHEESE = {**WHEAT, "commodity": "04069090", "description": "Cheese"}
TOYS = {**WHEAT, "commodity": "95030010", "description": "Toys", "unit": "H87", "value": 900000}


def applied(border, *lines, who="trader", **more):
    wish = {"direction": "IM", "country": "US", "lines": list(lines) or [WHEAT], **more}
    return border.ask(who, "post", "/applications", wish)


@pytest.fixture
def case(border):
    """Apply for wheat and return the path of plant health's case."""
    return f"/permit-cases/{applied(border).json['cases'][0]['id']}"


def told(kind):
    return Event.objects.filter(kind=kind).count()


def test_every_pair_of_the_table():
    for state, act in itertools.product(life_cycle.STATES, life_cycle.ACTS):
        if (state, act) in life_cycle.NEXT:
            assert life_cycle.after(state, act) in life_cycle.STATES
            assert act in life_cycle.possible(state)
        else:
            with pytest.raises(StateForbids):
                life_cycle.after(state, act)
    ended = set(life_cycle.STATES) - set(life_cycle.OPEN) - {"approved"}
    assert not any(life_cycle.possible(state) for state in ended)


def test_one_application_is_before_every_agency_concerned(border):
    made = applied(border, WHEAT, CHEESE).json
    assert [(one["agency"], one["state"]) for one in made["cases"]] == [
        ("PHI", "applied"), ("VFS", "applied"),
    ]  # fmt: skip
    assert made["reference"].startswith("AP26")
    mine = border.ask("agency2", "get", "/permit-cases").json["items"]
    assert [one["application"] for one in mine] == [made["reference"]]
    whole = border.ask("agency2", "get", f"/permit-cases/{mine[0]['id']}").json
    assert [one["description"] for one in whole["lines"]] == ["Cheese"]
    assert told("permit.applied") == 1


def test_who_may_apply_and_for_what(border):
    assert applied(border, {**WHEAT, "commodity": "39269000"}).status == 422  # needs no permit
    assert applied(border, {**WHEAT, "commodity": "99999999"}).status == 422
    assert applied(border, who="broker", holder="XP1000000003").status == 422  # no mandate
    assert applied(border, who="officer").status == 403
    made = applied(border, who="broker", holder="XP1000000001")  # seeded mandate
    assert made.status == 201, made.json
    number = made.json["id"]
    assert border.ask("trader", "get", f"/applications/{number}").status == 200
    assert border.ask("trader2", "get", f"/applications/{number}").status == 404


def test_from_application_to_the_border(border, declared, case):
    due = border.ask("agency", "get", case).json["due_at"]
    assert due == "2026-03-10T17:00:00Z"  # five working days after Tuesday 3 March
    border.later(days=1)
    asked = border.ask("agency", "post", f"{case}/questions", {"question": "Of which year?"}).json
    assert (asked["state"], asked["due_at"]) == ("info", "2026-03-18T17:00:00Z")
    border.later(days=2)
    given = border.ask("trader", "post", f"{case}/answer", {"answer": "2025"}).json
    assert (given["state"], given["due_at"]) == ("applied", "2026-03-12T17:00:00Z")
    seen = border.ask("agency", "post", f"{case}/inspection", {"reason": "Moths"}).json
    assert seen["state"] == "inspect"
    decision = {"approve": True, "conditions": "Dry", "parts": [{"line": 1, "quantity": "400"}]}
    made = border.ask("agency", "post", f"{case}/decision", decision).json
    (permit,) = made["permits"]
    assert (permit["quantity"], permit["left_quantity"]) == ("400", "400")
    assert (permit["valid_from"], permit["valid_to"]) == ("2026-03-06", "2026-09-02")
    assert (permit["holder"], permit["document"]) == ("XP1000000001", "N851")
    row = declared(180, permit["permit"])
    assert joint_status(row.pk).word == "approved"
    whole = border.ask("trader", "get", f"/permits/{permit['id']}").json
    assert whole["left_quantity"] == "220"
    assert [(one["mrn"], one["quantity"]) for one in whole["write_offs"]] == [(row.mrn, "180")]
    assert told("permit.inspection_wanted") == told("permit.granted") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"parts": [{"line": 1, "quantity": "501"}]},
        {"parts": [{"line": 1, "quantity": "0"}]},
        {"valid_from": "2026-03-05", "valid_to": "2026-03-05"},
    ],
)
def test_what_cannot_be_granted(border, case, wrong):
    answer = border.ask("agency", "post", f"{case}/decision", {"approve": True, **wrong})
    assert answer.status == 422
    assert (Case.objects.get().state, Permit.objects.count()) == ("applied", 0)


def test_a_refusal_needs_its_reason_and_is_the_end(border, case):
    assert border.ask("agency", "post", f"{case}/decision", {"approve": False}).status == 422
    decision = {"approve": False, "reason": "No certificate"}
    assert border.ask("agency", "post", f"{case}/decision", decision).json["state"] == "refused"
    assert border.ask("agency", "post", f"{case}/decision", {"approve": True}).status == 409
    assert border.ask("agency2", "post", f"{case}/decision", decision).status == 404


def test_a_revoked_permit_is_refused_where_it_is_not_final(border, declared, case):
    permit = border.ask("agency", "post", f"{case}/decision", {"approve": True}).json["permits"][0]
    final, held = declared(100, permit["permit"]), declared(100, permit["permit"])
    following.finalise(final.pk)
    path = f"/permits/{permit['id']}/revocation"
    assert border.ask("agency2", "post", path, {"reason": "Fraud"}).status == 404
    assert border.ask("agency", "post", path, {"reason": "Fraud"}).json["state"] == "revoked"
    assert border.ask("agency", "post", path, {"reason": "Fraud"}).status == 409
    assert joint_status(held.pk).word == "refused"
    assert Need.objects.get(declaration=held.pk).reason == "revoked"
    assert joint_status(final.pk).word == "approved"
    assert Permit.objects.get().used_quantity == 100 * KILOGRAM
    assert Case.objects.get().state == "revoked"


def test_permits_expire_and_cases_lapse_by_the_calendar(border, case):
    permit = border.ask("agency", "post", f"{case}/decision", {"approve": True}).json["permits"][0]
    other = f"/permit-cases/{applied(border).json['cases'][0]['id']}"
    border.ask("agency", "post", f"{other}/questions", {"question": "Of which year?"})
    assert rounds.go_round() == 0
    border.later(days=30)
    assert rounds.go_round() == 1
    assert border.ask("agency", "get", other).json["state"] == "expired"
    border.later(days=160)
    assert rounds.go_round() == 1
    assert border.ask("trader", "get", f"/permits/{permit['id']}").json["state"] == "expired"
    assert border.ask("agency", "get", case).json["state"] == "expired"
    assert rounds.go_round() == 0
    assert told("permit.lapsed") == told("permit.expired") == 1


def test_silence_approves_only_what_the_pack_names(border, case):
    toys = f"/permit-cases/{applied(border, TOYS).json['cases'][0]['id']}"
    border.later(days=7, hours=9)
    assert rounds.go_round() == 1
    found = border.ask("agency5", "get", toys).json
    assert (found["state"], found["permits"][0]["value"]) == ("approved", 900000)
    assert border.ask("agency", "get", case).json["state"] == "applied"


def test_a_paper_waits_for_its_agency(border, declared):
    row = declared(100, "NL-2026-77")
    (waiting,) = border.ask("agency", "get", "/papers").json["items"]
    assert (waiting["mrn"], waiting["reference"]) == (row.mrn, "NL-2026-77")
    assert border.ask("agency2", "get", "/papers").json["items"] == []
    path = f"/papers/{waiting['id']}/decision"
    assert border.ask("agency2", "post", path, {"decision": "confirm"}).status == 404
    assert border.ask("agency", "post", path, {"decision": "inspect"}).status == 422
    wanted = border.ask("agency", "post", path, {"decision": "inspect", "reason": "Moths"})
    assert wanted.json["state"] == "inspect"
    assert joint_status(row.pk).word == "hold"
    assert border.ask("agency", "post", path, {"decision": "confirm"}).json["state"] == "covered"
    assert joint_status(row.pk).satisfied
    following.examine(row.pk, anew=True)
    assert joint_status(row.pk).satisfied  # what was decided on the same paper stays
    status = border.ask("trader", "get", f"/declarations/{row.mrn}/permits").json
    assert status["agencies"] == [{"agency": "PHI", "word": "approved"}]
    assert Event.objects.filter(kind="permit.joint_status").count() == 4
    refused = {"decision": "refuse", "reason": "Forged"}
    assert border.ask("agency", "post", path, refused).json["reason"] == "agency"
    assert joint_status(row.pk).word == "refused"


def test_terms_are_counted_by_working_days(border):
    from clearway.permits.clocks import due
    from clearway.reference.in_force import reference_at

    friday = border.clock.now() + timedelta(days=3)
    assert due(friday, 1, reference_at(friday)).isoformat() == "2026-03-09T17:00:00+00:00"


def printed(border, number):
    from clearway.documents.models import IssuedDocument

    rows = IssuedDocument.objects.filter(subject=f"permit:{number}").order_by("pk")
    return [(row.state, row.reason) for row in rows]


def test_a_permit_is_printed_and_its_print_ends_with_it(border, declared, case):
    made = border.ask("agency", "post", f"{case}/decision", {"approve": True}).json["permits"][0]
    assert [state for state, _ in printed(border, made["permit"])] == ["valid"]
    row = declared(500, made["permit"])
    assert printed(border, made["permit"]) == [("void", "used")]
    following.undo(row.pk)
    assert [state for state, _ in printed(border, made["permit"])] == ["void", "valid"]
    border.ask("agency", "post", f"/permits/{made['id']}/revocation", {"reason": "Fraud"})
    assert printed(border, made["permit"])[-1] == ("void", "revoked")


def test_what_is_lacking_is_listed_for_its_agency_and_settled_at_its_counter(border, declared):
    row = declared(None, "")
    assert border.ask("agency", "get", "/papers").json["items"] == []
    (need,) = border.ask("agency", "get", "/papers?state=lacking").json["items"]
    path = f"/papers/{need['id']}/decision"
    assert border.ask("agency", "post", path, {"decision": "confirm"}).status == 422
    seen = {"decision": "confirm", "reason": "Seen at the counter"}
    assert border.ask("agency", "post", path, seen).json["state"] == "covered"
    assert joint_status(row.pk).satisfied


def test_an_agency_hears_of_what_waits_for_it_and_of_nothing_else(border, declared):
    applied(border, WHEAT)
    declared(100, "NL-1")
    border.later(seconds=1)
    from clearway.audit import sequencer

    while sequencer.place():
        pass

    def heard(who):
        told = border.ask(who, "get", "/events").json["items"]
        return sorted({one["kind"] for one in told if one["kind"].startswith("permit.")})

    assert heard("agency") == ["permit.applied", "permit.joint_status"]
    assert heard("agency2") == []
