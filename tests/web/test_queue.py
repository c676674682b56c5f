"""The officer's pages: what he decides is what he saw."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from clearway.accounts.models import User
from clearway.audit.models import Leaf
from clearway.clearance import deciding, queries, service
from clearway.clearance.models import Proposal
from clearway.clearance.releasing import Order
from clearway.declarations.models import Declaration
from clearway.web.record.telling import together


@pytest.fixture
def ann(signed, people):
    del people
    return signed(User.objects.get(email="ann@customs.example"))


def shown(client, mrn):
    """Return what the page lays down for a decision: the version and the state."""
    page = client.get(f"/queue/{mrn}").content.decode()
    assert 'name="version" value="1"' in page
    state = page.split('name="state" value="')[1].split('"')[0]
    return {"version": "1", "state": state}


def test_goods_that_were_sent_to_control_meanwhile_are_not_released_unseen(ann, people, waiting):
    mrn = waiting()
    seen = shown(ann, mrn)
    deciding.control(people.ben, mrn, "The seal is broken.")
    answer = ann.post(f"/queue/{mrn}/accept", seen)
    assert answer.status_code == 409
    assert Declaration.objects.get(mrn=mrn).state == "under_control"


def test_what_was_amended_meanwhile_is_not_released_unseen(ann, waiting):
    mrn = waiting()
    seen = shown(ann, mrn)
    Declaration.objects.filter(mrn=mrn).update(version=2)
    answer = ann.post(f"/queue/{mrn}/accept", seen)
    assert answer.status_code == 409
    assert Declaration.objects.get(mrn=mrn).state == "documents_requested"
    assert ann.post(f"/queue/{mrn}/accept").status_code == 409, "a page says what it showed"


def test_a_debt_is_covered_and_the_goods_released_from_the_page(ann, people, waiting):
    mrn = waiting()
    service.take(people.ann, mrn)
    assert 'data-opens="security"' in ann.get(f"/queue/{mrn}").content.decode()
    ann.post(f"/queue/{mrn}/accept", shown(ann, mrn))
    declaration = Declaration.objects.get(mrn=mrn)
    assert (declaration.state, declaration.debt_state) == ("assessed", "assessed")
    page = ann.get(f"/declarations/{mrn}").content.decode()
    assert 'id="security"' in page
    seen = {"version": "1", "state": "assessed", "security": "GRN-1"}
    assert ann.post(f"/queue/{mrn}/accept", seen).status_code == 303
    declaration.refresh_from_db()
    assert (declaration.state, declaration.security) == ("released", "GRN-1")


@pytest.mark.parametrize("part", ["states", "timeline", "whole"])
def test_a_live_part_is_asked_from_the_declaration_and_answers_alone(ann, waiting, part):
    mrn = waiting()
    page = ann.get(f"/queue/{mrn}").content.decode()
    assert f'hx-get="/declarations/{mrn}?part={part}"' in page
    told = ann.get(f"/declarations/{mrn}?part={part}").content.decode()
    assert f'id="{part}"' in told
    assert "<html" not in told


def test_the_queue_renews_itself_without_reading_what_is_open_again(ann, waiting):
    mrn = waiting()
    ann.get(f"/queue/{mrn}")
    reads = Leaf.objects.filter(kind="read", subject=f"declaration:{mrn}").count()
    assert "<html" not in ann.get(f"/queue/{mrn}?part=queue").content.decode()
    assert Leaf.objects.filter(kind="read", subject=f"declaration:{mrn}").count() == reads


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("/queue/{mrn}/ask", {"wanted": "List\0"}),
        ("/queue/{mrn}/control", {"reason": "\0"}),
        ("/queue/{mrn}/accept", {"security": "GRN\0"}),
        ("/views", {"page": "hands", "name": "mine\0"}),
    ],
)
def test_nul_is_no_text(ann, waiting, address, typed):
    mrn = waiting()
    assert ann.post(address.format(mrn=mrn), typed).status_code == 422
    assert Declaration.objects.get(mrn=mrn).state == "documents_requested"


def test_a_line_end_counts_as_one_character(ann, waiting):
    mrn = waiting()
    wanted = "\r\n".join(["x" * 30] * 16)  # 512 as a browser counts them, 527 as it sends them
    assert ann.post(f"/queue/{mrn}/ask", {"wanted": wanted + "y"}).status_code == 303


def test_a_view_of_any_list_is_kept_and_leads_back_to_it(ann):
    kept = ann.post("/views", {"page": "requests", "name": "Mine", "query": "state=open"})
    assert (kept.status_code, kept["Location"]) == (303, "/requests/?state=open")
    assert ann.post("/views", {"page": "no-such", "name": "x"}).status_code == 404
    long = {"page": "requests", "name": "x", "query": "text=" + "ض" * 400}
    assert ann.post("/views", long).status_code == 422


def test_what_one_holds_is_noted_as_read(ann, people, waiting):
    mrn = waiting()
    service.take(people.ann, mrn)
    ann.get(f"/queue/{mrn}?part=queue")
    assert queries.in_hand(people.ann.name)
    assert Leaf.objects.filter(kind="read", subject="declarations:list").exists()


def test_no_button_is_no_decision(signed, people, waiting):
    mrn = waiting("under_control", 100_000_001)
    deciding.accept(people.ann, mrn, Order(goods_controlled=True, security="GRN-1"))
    proposal = Proposal.objects.get()
    answer = signed("supervisor").post(f"/proposals/{proposal.pk}", {"reason": "x"})
    assert answer.status_code == 422
    assert Proposal.objects.get().state == "open"


def test_what_is_found_on_several_items_is_said_once():
    said = [
        SimpleNamespace(code="CLW6004", severity="doubt", message="m", remedy="r", pointer=pointer)
        for pointer in ("42A/68A[1]", "42A/68A[8]")
    ]
    assert together(said) == [(said[0], ["42A/68A[1]", "42A/68A[8]"])]
    other = SimpleNamespace(**vars(said[0]) | {"message": "another"})
    assert len(together([*said, other])) == 2
