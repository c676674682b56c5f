"""The room's operations, asked over HTTP in the roles of the demonstration."""

from __future__ import annotations

import hashlib

import pytest
from tests.inspection.test_looking import picture

from clearway.audit.models import Leaf
from clearway.declarations.models import Declaration
from clearway.inspection.models import Opening


@pytest.fixture
def looked(border, waiting):
    """The number of an opening for which the demonstration's officer was drawn, alone."""

    def make():
        mrn = waiting("under_control")
        path, body = f"/declarations/{mrn}/inspections", {"look_at": ["goods"], "reason": "Price"}
        answer = border.ask("officer", "post", path, body)
        assert answer.status == 201, answer.json
        return answer.json["id"]

    return make


def test_a_whole_look(border, looked):
    number = looked()
    path = f"/inspections/{number}"

    def ask(what, body, method="post", who="officer", **more):
        return border.ask(who, method, f"{path}/{what}", body, **more)

    assert border.ask("officer", "get", path).json["state"] == "assigned"
    assert ask("result", {"outcome": "satisfactory"}).status == 409
    assert ask("start", {"at": "2027-01-01T00:00:00Z"}).status == 422
    assert ask("start", {}).json["state"] == "started"
    answers = {"answers": {"quantity": {"answer": "no", "note": "More"}}}
    told = ask("checklist", answers, "put").json["checklist"]
    assert next(one for one in told if one["code"] == "quantity")["answer"] == "no"
    found = {"code": "value", "item": 1, "found": "12000", "note": "Price list"}
    made = ask("findings", found)
    assert made.status == 201, made.json
    assert made.json["declared"] == "10000 XPR"
    again = ask("findings", found).json["id"]
    assert border.ask("officer", "delete", f"{path}/findings/{again}").status == 200
    seal = {"what": "set", "seal": "XP-0001"}
    assert ask("seals", seal).status == 201
    sample = {"item": 1, "what": "Nylon", "seal": "S1", "laboratory": "Central"}
    drawn = ask("samples", sample).json
    result = {"conclusion": "conforms", "report": "CL-1", "text": "Polyamide"}
    assert ask(f"samples/{drawn['id']}/result", result).json["conclusion"] == "conforms"
    done = ask("result", {"outcome": "discrepancy", "rest_in_order": True}).json
    assert (done["state"], done["reason"]) == ("discrepancy", "")
    assert border.ask("officer", "get", f"{path}/report").status == 404
    assert ask("approval", {"confirm": True}).status == 403
    closed = ask("approval", {"confirm": True}, who="supervisor").json
    assert closed["state"] == "closed"
    assert closed["amount_at_stake"] == sum(
        line["found"] - line["declared"] for line in closed["taxes"]
    )
    report = border.ask("auditor", "get", f"{path}/report").json
    assert report["content"]["outcome"] == "discrepancy"
    labels = border.ask("auditor", "get", "/inspection-labels").json["items"]
    assert [(one["item"], one["codes"]) for one in labels] == [(1, ["value"])]
    assert (
        border.ask("supervisor", "get", "/inspection-labels?since=2027-01-01T00:00:00Z").json[
            "items"
        ]
        == []
    )
    mrn = closed["mrn"]
    (brief,) = border.ask("trader", "get", f"/declarations/{mrn}/inspections").json["items"]
    assert (brief["state"], brief["outcome"]) == ("closed", "discrepancy")
    assert "team" not in brief, "who inspects is not the trader's to know"
    assert border.ask("trader2", "get", f"/declarations/{mrn}/inspections").status == 404


def test_a_picture_comes_back_as_it_was(border, looked):
    number, content = looked(), picture()
    border.ask("officer", "post", f"/inspections/{number}/start", {})
    from django.core.files.uploadedfile import SimpleUploadedFile

    def send(digest):
        file = SimpleUploadedFile("a.png", content, "image/png")
        form = {"file": file, **({"sha256": digest} if digest else {})}
        return border.ask("officer", "post", f"/inspections/{number}/photos", form=form)

    assert send("").status == 422
    assert send("0" * 64).status == 422
    made = send(hashlib.sha256(content).hexdigest())
    assert made.status == 201, made.json
    path = f"/inspections/{number}/photos/{made.json['id']}"
    got = border.ask("auditor", "get", path)
    assert got.content == content
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert border.ask("agency", "get", path).status == 404


def test_who_may_not_is_refused_and_it_is_logged(border, looked):
    number = looked()
    before = Leaf.objects.filter(kind="refusal").count()
    path = f"/inspections/{number}"
    for who, status in {"officer2": 404, "agency": 404, "trader": 403}.items():
        assert border.ask(who, "get", path).status == status
    assert border.ask("supervisor", "post", f"{path}/start", {}).status == 403
    assert border.ask("officer", "get", f"{path}/draws").status == 403
    assert Leaf.objects.filter(kind="refusal").count() == before + 5
    proofs = border.ask("auditor", "get", f"{path}/draws").json["items"]
    assert [one["holds"] for one in proofs] == [True]
    redrawn = border.ask("supervisor", "post", f"{path}/team", {"reason": "Ill"})
    assert redrawn.status == 409, "nobody else sits there"


def test_lists_show_what_is_ones_own(border, looked):
    looked()
    for who, count in {
        "officer": 1,
        "supervisor": 1,
        "auditor": 1,
        "officer2": 0,
        "agency": 0,
    }.items():
        assert len(border.ask(who, "get", "/inspections").json["items"]) == count, who
    assert border.ask("officer", "get", "/inspections?whose=mine&state=assigned").json["items"]
    assert not border.ask("supervisor", "get", "/inspections?whose=mine").json["items"]


def test_interests(border, looked):
    body = {"party": "XP1000000001", "reason": "Shares"}
    made = border.ask("officer", "post", "/interests", body)
    assert made.status == 201, made.json
    assert made.json["person"].startswith("user:"), "it is the person's, not his key's"
    looked_at = looked()
    assert Opening.objects.get(pk=looked_at).state == "ordered", "nobody could be drawn"
    assert len(border.ask("officer", "get", "/interests").json["items"]) == 1
    assert not border.ask("officer2", "get", "/interests").json["items"]
    end = f"/interests/{made.json['id']}/end"
    assert border.ask("officer", "post", end, {"reason": "Sold"}).status == 403
    assert border.ask("supervisor", "post", end, {"reason": "Sold"}).status == 200
    again = border.ask("supervisor", "post", f"/inspections/{looked_at}/team", {"reason": "Sold"})
    assert again.json["state"] == "assigned"


def test_a_doubt_from_both_sides(border, waiting):
    mrn = waiting("documents_requested")
    body = {"item": 1, "reasons": "Twice this price last month"}
    made = border.ask("officer", "post", f"/declarations/{mrn}/value-doubts", body)
    assert made.status == 201, made.json
    path = f"/value-doubts/{made.json['id']}"
    assert border.ask("officer2", "get", path).status == 404
    assert border.ask("trader", "get", path).json["reasons"] == body["reasons"]
    assert len(border.ask("trader", "get", "/value-doubts").json["items"]) == 1
    fixed = border.ask("officer", "post", f"{path}/security", {"value": 2_000_000}).json
    assert fixed["security"] > 0
    covered = border.ask("officer", "post", f"{path}/coverage", {"reference": "GRN-1"})
    assert covered.json["secured_by"] == "GRN-1"
    assert border.ask("trader", "post", f"{path}/reply", {"text": "Contract"}).status == 200
    assert border.ask("officer", "post", f"{path}/grounds", {"grounds": "Old"}).status == 200
    assert border.ask("trader", "post", f"{path}/reply", {"text": "It is not"}).status == 200
    for wrong in ({"accept": False, "decision": "x"}, {"accept": True, "decision": " "}):
        assert border.ask("officer", "post", f"{path}/decision", wrong).status == 422
    decision = {"accept": False, "decision": "Article 3", "method": "3", "value": 1_500_000}
    done = border.ask("officer", "post", f"{path}/decision", decision)
    assert done.json["state"] == "determined", done.json
    assert done.json["appeal_until"]
    accepted = waiting("documents_requested")
    made = border.ask("officer", "post", f"/declarations/{accepted}/value-doubts", body)
    path = f"/value-doubts/{made.json['id']}/decision"
    taken = border.ask("officer", "post", path, {"accept": True, "decision": "Contract seen"})
    assert taken.json["state"] == "closed"
    assert Declaration.objects.get(mrn=accepted).state == "documents_requested"
