"""The small border of the declarations' tests, and two officers more at its office."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from tests.declarations.conftest import border  # noqa: F401 - fixtures

from clearway.accounts.models import Membership, User
from clearway.audit.actor import Actor, Role
from clearway.declarations.models import Declaration, GoodsItem
from clearway.kernel.decisions import Lane

OFFICE = "XP000110"
MUCH = 100_000_001
"""Above what one officer alone finds in order in the demo country, by one hundredth of a rhumb."""


def officer_of(organisation, email, office=OFFICE):
    user = User.objects.create(email=email)
    Membership.objects.create(
        user=user, organisation_id=organisation, role=Role.OFFICER, office=office,
        valid_from="2026-01-01", granted_by="user:0",
    )  # fmt: skip
    return Actor(f"user:{user.pk}", organisation, roles=frozenset({Role.OFFICER}), office=office)


@pytest.fixture
def people(border):  # noqa: F811
    """Two officers at one office, one elsewhere, their supervisor, the trader, the auditor."""
    customs = border.actors["officer"].organisation
    return SimpleNamespace(
        ann=officer_of(customs, "ann@customs.example"),
        ben=officer_of(customs, "ben@customs.example"),
        far=officer_of(customs, "far@customs.example", "XP000210"),
        supervisor=border.actors["supervisor"],
        trader=border.actors["trader"],
        auditor=border.actors["auditor"],
    )


@pytest.fixture
def waiting(border):  # noqa: F811
    """Lodge declarations that wait for an officer: ``waiting("documents_requested", value=…)``."""
    count = 0

    def make(state="documents_requested", value=None, *, arrived=True):
        nonlocal count
        count += 1
        border.report(f"HBL-{count}", arrived=arrived)
        mrn = border.lodged(document=f"HBL-{count}", lrn=f"W-{count}")
        lane = Lane.YELLOW if state == "documents_requested" else Lane.RED
        Declaration.objects.filter(mrn=mrn).update(
            state=state, lane=int(lane), received_at=border.clock.now()
        )
        if value is not None:
            GoodsItem.objects.filter(version__declaration__mrn=mrn).update(value=value)
        border.later(minutes=1)
        return mrn

    return make


def amended(mrn, value):
    """Write a next version of a declaration of one item, of another value, as a grant does."""
    row = Declaration.objects.get(mrn=mrn)
    (item,) = GoodsItem.objects.filter(version__declaration=row, version__number=row.version)
    version = item.version
    version.pk, version.number = version.pk + 1_000, row.version + 1
    version.save(force_insert=True)
    item.pk, item.version, item.value = item.pk + 1_000, version, value
    item.save(force_insert=True)
    Declaration.objects.filter(mrn=mrn).update(version=version.number)
