"""The small border of the declarations' tests, four officers at its office, an agency's two."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from tests.clearance.conftest import OFFICE, officer_of, waiting  # noqa: F401 - fixtures
from tests.declarations.conftest import border  # noqa: F401 - fixtures

from clearway.accounts.models import Membership, User
from clearway.audit.actor import Actor, Role
from clearway.declarations.models import Declaration
from clearway.declarations.queries import locked
from clearway.events.models import Event
from clearway.events.service import act
from clearway.inspection import ordering
from clearway.inspection.models import Member, Opening


def person(organisation, email, role, office=""):
    user = User.objects.create(email=email)
    Membership.objects.create(
        user=user, organisation_id=organisation, role=role, office=office,
        valid_from="2026-01-01", granted_by="user:0",
    )  # fmt: skip
    return Actor(f"user:{user.pk}", organisation, roles=frozenset({role}), office=office)


@pytest.fixture
def people(border):  # noqa: F811
    """Five officers at one office with him of the demonstration, one elsewhere, supervisors."""
    customs = border.actors["officer"].organisation
    officers = [officer_of(customs, f"officer{n}@customs.example") for n in range(1, 5)]
    plants = border.actors["agency"].organisation
    return SimpleNamespace(
        officers=officers,
        far=officer_of(customs, "far@customs.example", "XP000210"),
        plants=[person(plants, f"phi{n}@phi.example", Role.AGENCY, "PHI") for n in (1, 2)],
        vets=person(border.actors["agency2"].organisation, "v@vfs.example", Role.AGENCY, "VFS"),
        supervisor=person(customs, "boss@customs.example", Role.SUPERVISOR, OFFICE),
        supervisor2=person(customs, "boss2@customs.example", Role.SUPERVISOR, OFFICE),
        trader=border.actors["trader"],
        auditor=border.actors["auditor"],
        customs=customs,
    )


@pytest.fixture
def ordered(border, people, waiting):  # noqa: F811
    """Lodge a declaration under control and let customs, or who is named, ask for a look."""

    def make(*asked_by, arrived=True, look_at="goods"):
        mrn = waiting("under_control", arrived=arrived)
        number = Declaration.objects.get(mrn=mrn).pk
        for asker in asked_by or ("",):
            with act(border.actors["officer"]) as doing:
                opening = ordering.order(doing, locked(number), asked_by=asker, look_at=look_at)
        return Opening.objects.get(pk=opening.pk)

    return make


def team(opening, asked_by=""):
    """Return who was drawn, as actors."""
    rows = Member.objects.filter(opening=opening, asked_by=asked_by, left_at=None).order_by("id")
    role = Role.AGENCY if asked_by else Role.OFFICER
    office = asked_by or OFFICE
    found = []
    for name in rows.values_list("person", flat=True):
        organisation = Membership.objects.get(user_id=int(name[5:]), role=role).organisation_id
        found.append(Actor(name, organisation, roles=frozenset({role}), office=office))
    return found


def told(kind, **body):
    """Return the bodies of the events of a kind, in their order."""
    import json

    rows = Event.objects.filter(kind=kind).order_by("id")
    return [json.loads(bytes(row.body)) for row in rows]
