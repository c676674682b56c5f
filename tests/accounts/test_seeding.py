from __future__ import annotations

import pytest

from clearway.accounts import actors
from clearway.accounts.models import ApiKey, Membership, Organisation, User
from clearway.accounts.ready import DEMO_PASSWORD, READY, demo_secret
from clearway.accounts.seeding import first_registrars, seed_demo


def test_each_key_acts_as_its_role(demo):
    for ready in READY:
        actor = actors.actor_of_key(demo_secret(ready.name))
        assert actor == demo[ready.name]
        assert actor.roles == frozenset(ready.roles)


def test_each_person_signs_in_with_the_same_role(demo):
    for ready in READY:
        user = User.objects.get(email=f"{ready.name}@demo.example")
        assert user.check_password(DEMO_PASSWORD)
        actor = actors.actor_of_user(user)
        assert (actor.roles, actor.organisation, actor.office) == (
            frozenset(ready.roles),
            demo[ready.name].organisation,
            ready.office,
        )


def test_seeding_again_changes_nothing(demo):
    tables = (Organisation, User, Membership, ApiKey)
    before = [table.objects.count() for table in tables]
    assert seed_demo() == demo
    assert [table.objects.count() for table in tables] == before


def test_a_new_installation_has_two_registrars_or_none(db):
    with pytest.raises(ValueError, match="two"):
        first_registrars("Customs", "FR", ["a@customs.example", "a@customs.example"])
    assert not Organisation.objects.exists()
    made = first_registrars("Customs", "FR", ["a@customs.example", "b@customs.example"])
    assert made.state == "active"
    assert Membership.objects.filter(role="registrar", organisation=made).count() == 2
