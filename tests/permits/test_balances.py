"""The balance of a permit, whatever declarations do in whatever order, and what would break it."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.permits.conftest import KILOGRAM

from clearway.audit.actor import system
from clearway.audit.clock import now
from clearway.declarations.models import Declaration
from clearway.events.service import Act
from clearway.permits import balances, following
from clearway.permits.models import Permit, WriteOff
from clearway.permits.queries import joint_status
from clearway.permits.rules import Wanted, shortfall, worst

WANTED = Wanted("PHI", ("N851",), "XP1000000001", "10019910", "KGM", 1, 1, date(2026, 3, 3))
ACTS = st.tuples(
    st.integers(1, 4), st.sampled_from(["take", "take", "return", "final"]),
    st.integers(0, 60), st.integers(0, 60),
)  # fmt: skip


@pytest.mark.django_db
@given(st.lists(ACTS, max_size=40), st.booleans(), st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_ledger_sums_to_what_is_used_and_never_exceeds_what_was_granted(
    acts, by_quantity, by_value
):
    with transaction.atomic():
        permit = _permit(100 if by_quantity else None, 100 if by_value else None)
        for number, act, quantity, value in acts:
            _do(permit, number, act, balances.Taking(
                quantity if by_quantity else 0, value if by_value else 0
            ))  # fmt: skip
            permit.refresh_from_db()
            _holds(permit)
        transaction.set_rollback(True)


def _permit(quantity, value):
    return Permit.objects.create(
        number="P1", agency="PHI", document="N851", holder="XP1000000001", commodities="1001",
        unit="KGM", quantity=quantity, value=value, valid_from=date(2026, 1, 1),
        valid_to=date(2026, 7, 1), granted_by="user:0", granted_at=now(),
    )  # fmt: skip


def _do(permit, number, act, amount):
    doing = Act(system("test"), now())
    declaration = Declaration(pk=number, mrn=f"26XP{number:015d}"[:18], version=1)
    held = balances.held_by(number).get((permit.pk, 1))
    key = (permit.pk, 1)
    if act == "take" and held is None and balances.take(permit, amount, WANTED):
        balances.record(doing, declaration, key, "reserved", amount)
    elif act == "return" and held is not None:
        balances.give_back(permit.pk, held)
        balances.record(doing, declaration, key, "returned", held)
    elif act == "final" and held is not None and not held.final:
        balances.record(doing, declaration, key, "final", held)


def _holds(permit):
    rows = WriteOff.objects.filter(permit=permit).exclude(kind="final")
    sums = rows.aggregate(quantity=Sum("quantity"), value=Sum("value"))
    assert (sums["quantity"] or 0, sums["value"] or 0) == (permit.used_quantity, permit.used_value)
    for granted, used in (
        (permit.quantity, permit.used_quantity),
        (permit.value, permit.used_value),
    ):
        assert used >= 0
        assert granted is None or used <= granted
    limited = [
        pair
        for pair in (
            (permit.quantity, permit.used_quantity),
            (permit.value, permit.used_value),
        )
        if pair[0] is not None
    ]
    if any(granted == used for granted, used in limited):
        assert permit.state == "used"
    elif limited:
        assert permit.state == "valid"


def racing(rows):
    """Let declarations be examined at once; return what went wrong in which."""
    start, wrong = threading.Barrier(len(rows)), []

    def run(pk):
        try:
            start.wait()
            following.examine(pk)
        except Exception as error:  # noqa: BLE001 - told to the test
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(row.pk,)) for row in rows]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return wrong


def unguarded(permit, amount, wanted):
    """Take without the condition: what the statement would be without Σ used + wanted ≤ granted."""
    del wanted
    Permit.objects.filter(pk=permit.pk).update(used_quantity=F("used_quantity") + amount.quantity)
    permit.refresh_from_db()
    return True


def remembered(permit, amount, wanted):
    """Take by what was read before: the mistake that the conditional UPDATE is there against."""
    del wanted
    if permit.quantity - permit.used_quantity < amount.quantity:
        return False
    Permit.objects.filter(pk=permit.pk).update(used_quantity=permit.used_quantity + amount.quantity)
    return True


def test_without_the_condition_the_constraint_still_holds(
    both_databases, border, permit, declared, monkeypatch
):
    monkeypatch.setattr(balances, "take", unguarded)
    monkeypatch.setattr("clearway.permits.rules.shortfall", lambda *_: "")
    permit(70)
    rows = [declared(70, follow=False) for _ in range(4)]
    wrong = racing(rows)
    assert len(wrong) == 3
    assert all(isinstance(one, IntegrityError) for one in wrong)
    assert Permit.objects.get().used_quantity == 70 * KILOGRAM


def test_a_mutant_that_remembers_overdraws_where_two_write_at_once(
    both_databases, border, permit, declared, monkeypatch
):
    """The race of ``test_writing_off`` can fail: this mutant grants 70 kg more than once."""
    met = threading.Barrier(4, timeout=20)

    def meeting(granted, wanted):
        if both_databases == "postgresql":  # on SQLite one writes after another: nobody to meet
            met.wait()
        return shortfall(granted, wanted)

    monkeypatch.setattr("clearway.permits.rules.shortfall", meeting)
    monkeypatch.setattr(balances, "take", remembered)
    permit(70)
    rows = [declared(70, follow=False) for _ in range(4)]
    wrong = racing(rows)
    assert wrong == []
    taken = WriteOff.objects.filter(kind="reserved").count()
    assert taken == (4 if both_databases == "postgresql" else 1)


@pytest.mark.long
def test_eight_workers_and_sixty_attempts(both_databases, border, permit, declared):
    """Granted = available, exactly, every time."""
    for attempt in range(60):
        permit(150, f"LONG{attempt}")
        rows = [declared(70, f"LONG{attempt}", follow=False) for _ in range(8)]
        assert racing(rows) == []
        words = sorted(joint_status(row.pk).word for row in rows)
        assert words == ["approved"] * 2 + ["refused"] * 6
        made = Permit.objects.get(number=f"LONG{attempt}")
        assert made.left_quantity == 10 * KILOGRAM


def test_the_worst_word_counts():
    assert worst(["approved", "pending"]) == "pending"
    assert worst(["refused", "hold", "pending"]) == "refused"
    assert worst([]) == "approved"
