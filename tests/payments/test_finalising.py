"""Release before final determination: security is kept, then settled or demanded."""

from __future__ import annotations

import pytest
from tests.payments.conftest import ME, a_guarantee
from tests.payments.money import paying, read

from clearway.declarations.models import Declaration
from clearway.declarations.queries import locked
from clearway.events.service import act
from clearway.payments import covering, finalising, queries
from clearway.payments.models import Guarantee
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids


@pytest.fixture
def released(owing, border):
    """A declaration whose goods were released against security."""
    declaration = owing()
    a_guarantee()
    with act(ME) as doing:
        covering.cover(doing, locked(declaration.pk), "GRN-26-1")
    Declaration.objects.filter(pk=declaration.pk).update(
        state="released", released_at=border.clock.now()
    )
    return Declaration.objects.get(pk=declaration.pk)


def test_what_is_open_is_demanded_and_its_security_kept(border, released):
    officer = border.actors["officer"]
    border.later(days=30)
    found, debt = finalising.finalise(officer, released.mrn, "Values examined")
    assert (found.debt_state, debt.covered) == ("secured", True)
    notice = queries.standing_notice(released.pk)
    assert notice.due > border.clock.now().date()
    read(ME, paying(notice, day=border.clock.now().date().isoformat()))
    released.refresh_from_db()
    assert released.debt_state == "paid"
    assert Guarantee.objects.get().used == 0
    found, debt = finalising.finalise(officer, released.mrn, "Paid")
    assert found.debt_state == "final"
    with pytest.raises(StateForbids):
        finalising.finalise(officer, released.mrn, "Again")


def test_only_customs_determines_and_only_after_release(border, released, owing):
    with pytest.raises(NotThere):
        finalising.finalise(border.actors["trader"], released.mrn, "Mine")
    with pytest.raises(DataRefused):
        finalising.finalise(border.actors["officer"], released.mrn, " ")
    with pytest.raises(StateForbids, match="after release"):
        finalising.finalise(border.actors["officer"], owing().mrn, "Early")
