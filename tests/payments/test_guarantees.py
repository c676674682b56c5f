"""Guarantees: reserved, drawn, given back; never for more than they answer for."""

from __future__ import annotations

import json
import threading

import pytest
from django.db import connection
from tests.payments.conftest import ME, a_guarantee

from clearway.declarations.queries import locked
from clearway.events.models import Event
from clearway.events.service import act
from clearway.payments import covering, queries, using
from clearway.payments.covering import GuaranteeShort, telling_shortfall
from clearway.payments.models import Guarantee, GuaranteeUse
from clearway.vocabulary.errors import StateForbids


def cover(declaration, named=""):
    with telling_shortfall(ME), act(ME) as doing:
        doing.announce("test.covered", "test:1", {})
        return covering.cover(doing, locked(declaration.pk), named)


def test_a_shortfall_is_refused_and_told(owing):
    """Card C05: of 1,000,000,000 are 820,000,000 used; 226,878,750 more would need 1,046,878,750.

    Shortfall: 820,000,000 + 226,878,750 - 1,000,000,000 = 46,878,750 (message 14).
    """
    declaration = owing()
    guarantee = a_guarantee(used=820_000_000, holder="XP1000000003")
    with pytest.raises(GuaranteeShort) as refused, telling_shortfall(ME), act(ME) as doing:
        using.reserve(doing, guarantee, locked(declaration.pk), 226_878_750)
    assert refused.value.shortfall == 46_878_750
    assert "46878750" in refused.value.what
    told = json.loads(bytes(Event.objects.get(kind="guarantee.short").body))
    assert (told["code"], told["shortfall"], told["needed"]) == ("14", 46_878_750, 226_878_750)
    guarantee.refresh_from_db()
    assert guarantee.used == 820_000_000
    assert not GuaranteeUse.objects.exists()


def test_a_named_guarantee_covers_and_the_debt_is_secured(owing):
    declaration = owing()
    guarantee = a_guarantee()
    debt = cover(declaration, "GRN-26-1")
    assert debt.covered
    assert debt.secured == debt.outstanding == debt.payable > 0
    declaration.refresh_from_db()
    assert (declaration.debt_state, declaration.security) == ("secured", "GRN-26-1")
    guarantee.refresh_from_db()
    # Its holder is an authorised economic operator: half of the debt is held (PA-2026/1).
    assert (guarantee.used, guarantee.state) == (-(-debt.secured // 2), "used")
    assert cover(declaration, "GRN-26-1") == debt  # again: nothing more is taken
    with act(ME) as doing:
        using.draw(doing, locked(declaration.pk))
    assert GuaranteeUse.objects.get().state == "drawn"
    with act(ME) as doing:
        using.fit(doing, locked(declaration.pk), 0)
    guarantee.refresh_from_db()
    assert (guarantee.used, guarantee.state) == (0, "open")
    assert GuaranteeUse.objects.get().state == "discharged"


def test_anothers_guarantee_covers_nothing(owing):
    declaration = owing()
    a_guarantee(holder="XP1000000002")
    with pytest.raises(StateForbids):
        cover(declaration, "GRN-26-1")
    assert not cover(declaration).covered


def test_one_that_is_over_or_for_another_declaration_is_refused(owing):
    first, second = owing(), owing()
    a_guarantee("OLD", valid_to=Event.objects.first().legal_time.date().replace(month=2))
    with pytest.raises(GuaranteeShort, match="it is over"):
        cover(first, "OLD")
    a_guarantee("ONE", kind="single")
    assert cover(first, "ONE").covered
    with pytest.raises(GuaranteeShort, match="for one declaration"):
        cover(second, "ONE")


def test_draws_that_race_take_what_there_is_and_no_more(both_databases, border, owing):
    """Eight at once want 30 of 100 each, for eight declarations: three get it."""
    declarations = [owing() for _ in range(8)]
    guarantee = a_guarantee(amount=100, holder="XP1000000003")
    granted, refused = [], []
    ready = threading.Barrier(8)

    def draw(declaration):
        try:
            ready.wait()
            with act(ME) as doing:
                using.reserve(doing, guarantee, locked(declaration.pk), 30)
            granted.append(declaration.pk)
        except GuaranteeShort:
            refused.append(declaration.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=draw, args=(one,)) for one in declarations]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (len(granted), len(refused)) == (3, 5)
    assert Guarantee.objects.get().used == 90
    assert sum(queries.secured_of(one.pk) for one in declarations) == 90
