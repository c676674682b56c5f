"""Corrections by customs, and the two golden lives that a correction makes."""

from __future__ import annotations

import pytest
from tests.declarations.conftest import a_message
from tests.post_clearance.conftest import ME, paid

from clearway.audit.models import Leaf
from clearway.declarations.models import ActRequest, Declaration
from clearway.payments import notices
from clearway.payments.models import Refund
from clearway.payments.queries import balances, debt_of
from clearway.post_clearance import correcting
from clearway.post_clearance.changing import Change
from clearway.post_clearance.models import Correction
from clearway.vocabulary.errors import NotThere, StateForbids

DEARER = [Change(1, "price", "12000.00")]
WHY = "The credit note was no price reduction."


def test_where_money_changes_a_second_person_confirms(people, released, border):
    mrn = released()
    proposed = correcting.propose(people.ann, mrn, DEARER, WHY)
    assert (proposed.state, proposed.difference > 0) == ("proposed", True)
    assert border.ask("trader", "get", f"/corrections/{proposed.pk}").status == 404
    with pytest.raises(StateForbids, match="second person"):
        correcting.confirm(people.ann, proposed.pk, confirmed=True)
    assert Leaf.objects.filter(kind="refusal", subject=f"correction:{proposed.pk}").exists()
    with pytest.raises(StateForbids, match="waits for a second person"):
        correcting.propose(people.ben, mrn, DEARER, WHY)
    before = debt_of(Declaration.objects.get(mrn=mrn).pk).payable
    assert correcting.confirm(people.ben, proposed.pk, confirmed=True).state == "done"
    notices.follow(ME, mrn)
    row = Declaration.objects.get(mrn=mrn)
    assert row.version == 2
    assert border.events(mrn)[-2:] != []
    assert "amended" in border.events(mrn)
    assert debt_of(row.pk).payable == before + proposed.difference
    assert debt_of(row.pk).outstanding == proposed.difference
    assert sum(balances().values()) == 0
    assert border.ask("trader", "get", f"/corrections/{proposed.pk}").json["state"] == "done"


def test_where_no_money_changes_one_is_enough(people, released):
    mrn = released()
    done = correcting.propose(people.ann, mrn, [Change(1, "description", "Cable ties")], WHY)
    assert (done.state, done.difference) == ("done", 0)
    assert Declaration.objects.get(mrn=mrn).version == 2


def test_a_correction_sent_back_changes_nothing(people, released):
    mrn = released()
    proposed = correcting.propose(people.ann, mrn, DEARER, WHY)
    back = correcting.confirm(people.ben, proposed.pk, confirmed=False, reason="Look again")
    assert back.state == "sent_back"
    assert Declaration.objects.get(mrn=mrn).version == 1
    assert correcting.propose(people.ann, mrn, DEARER, WHY).state == "proposed"


def test_what_is_not_released_is_not_corrected(people, waiting):
    with pytest.raises(StateForbids):
        correcting.propose(people.ann, waiting(), DEARER, WHY)
    with pytest.raises(NotThere):
        correcting.propose(people.far, waiting(), DEARER, WHY)


@pytest.mark.parametrize("changes", [DEARER, [Change(1, "description", "Cable ties")]])
def test_what_the_trader_asks_for_is_decided_first(people, released, border, changes):
    """Refused whole: no correction is left behind that nobody could carry out."""
    mrn = released()
    asked = border.ask(
        "trader", "post", f"/declarations/{mrn}/cancellation", {"reason": "Sent back"}
    )
    assert asked.status == 202
    with pytest.raises(StateForbids, match="waits for its decision"):
        correcting.propose(people.ann, mrn, changes, WHY)
    assert not Correction.objects.exists()


def test_a_trader_withdraws_no_correction_of_customs(people, released, border):
    """He sees none that is proposed, and there is no request of his to withdraw."""
    correcting.propose(people.ann, released(), DEARER, WHY)
    assert Correction.objects.count() == 1
    assert not ActRequest.objects.exists()


def test_a_correction_after_release_with_refund(people, released, border):
    """Golden life: released and paid on 10,000.00; the trader shows that 9,000.00 was the price.

    He asks for the correction, an officer grants it: version 2, code 07; the notice follows the
    new assessment and what was paid too much becomes a claim to a refund, by every minor unit.
    """
    mrn = released()
    row = Declaration.objects.get(mrn=mrn)
    before = debt_of(row.pk)
    number = int(row.lrn.removeprefix("R-"))
    message = a_message(lrn=row.lrn, document=f"HBL-{number}", price="9000.00", mrn=mrn)
    asked = border.ask(
        "trader", "post", f"/declarations/{mrn}/amendments?reason=Credit+note", message,
        headers={"Idempotency-Key": "correct-1"},
    )  # fmt: skip
    assert (asked.status, asked.json["kind"]) == (202, "correction")
    decided = border.ask(
        "officer", "post", f"/requests/{asked.json['id']}/decision",
        {"grant": True, "reason": "The credit note is sound"},
    )  # fmt: skip
    assert decided.json["state"] == "granted", decided.json
    notices.follow(ME, mrn)
    row.refresh_from_db()
    after = debt_of(row.pk)
    assert row.version == 2
    assert after.outstanding == 0
    assert Refund.objects.get().amount == before.paid - after.payable > 0
    assert sum(balances().values()) == 0


def test_an_amendment_after_a_red_lane_is_refused(people, waiting, border):
    """Golden life: the goods are under control; the trader would rather have declared less."""
    mrn = waiting("under_control")
    row = Declaration.objects.get(mrn=mrn)
    message = a_message(lrn=row.lrn, document=row.transport_document, price="5000.00", mrn=mrn)
    asked = border.ask(
        "trader", "post", f"/declarations/{mrn}/amendments?reason=Wrong+price", message,
        headers={"Idempotency-Key": "amend-red"},
    )  # fmt: skip
    assert (asked.status, asked.json["kind"]) == (202, "amendment"), "not at once: it was selected"
    refused = border.ask(
        "officer", "post", f"/requests/{asked.json['id']}/decision",
        {"grant": False, "reason": "The goods are being opened"},
    )  # fmt: skip
    assert refused.json["state"] == "refused"
    row.refresh_from_db()
    assert (row.version, row.lane, row.state) == (1, 3, "under_control")
    again = border.ask("trader", "get", f"/declarations/{mrn}/versions")
    assert len(again.json["items"]) == 1


def test_a_refund_by_correction_is_at_most_what_was_paid(people, released):
    mrn = released(debt="assessed")
    with pytest.raises(StateForbids, match="More would be refunded"):
        correcting.propose(people.ann, mrn, [Change(1, "price", "9000.00")], WHY)
    paid(mrn)
    assert correcting.propose(people.ann, mrn, [Change(1, "price", "9000.00")], WHY).difference < 0
