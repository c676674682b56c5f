"""One person over several sign-ins: the register knows him by a reference, whatever his address."""

from __future__ import annotations

from datetime import date

import pytest

from clearway.accounts import queries, service
from clearway.accounts.four_eyes import is_same_person
from clearway.accounts.models import ApiKey, User
from clearway.accounts.seeding import seed_demo
from clearway.audit.actor import Actor, Role
from clearway.audit.models import Leaf
from clearway.vocabulary.errors import StateForbids

SINCE = date(2026, 3, 1)


@pytest.fixture
def actors(db, kept):
    return kept(seed_demo)


def granted(registrar, email, person="", role=Role.OFFICER):
    return service.grant(
        registrar, registrar.organisation, email=email, role=role, valid_from=SINCE, person=person
    )


def test_sign_ins_with_one_reference_are_one_person(actors):
    registrar = actors["registrar"]
    first = granted(registrar, "ann@work.example", "s-10442").user
    second = granted(registrar, "ann@home.example", " S-10442 ", Role.CASHIER).user
    other = granted(registrar, "ben@work.example").user
    assert (first.person, second.person, other.person) == ("S-10442", "S-10442", "")
    key = ApiKey.objects.create(
        organisation_id=registrar.organisation, maker=second, name="k", prefix="k",
        digest=b"k" * 32, roles="cashier", made_at=ApiKey.objects.first().made_at,
    )  # fmt: skip
    names = {f"user:{first.pk}", f"user:{second.pk}", f"key:{key.pk}"}
    for name in names:
        assert queries.names_of_person(name) == names
        assert queries.persons_behind([name])[name] == f"user:{first.pk}"
        assert is_same_person(Actor(name, 1), names - {name})
        assert not is_same_person(Actor(name, 1), [f"user:{other.pk}"])
    assert queries.names_of_person(f"user:{other.pk}") == {f"user:{other.pk}"}


def test_two_without_a_reference_are_two(actors):
    users = [granted(actors["registrar"], f"{name}@work.example").user for name in ("a", "b")]
    assert not is_same_person(Actor(f"user:{users[0].pk}", 1), [f"user:{users[1].pk}"])


def test_a_person_is_not_known_by_two_references(actors):
    granted(actors["registrar"], "ann@work.example", "S-1")
    with pytest.raises(StateForbids, match="another reference"):
        granted(actors["registrar"], "ann@work.example", "S-2", Role.CASHIER)
    assert User.objects.get(email="ann@work.example").person == "S-1"


def test_nobody_grants_a_role_to_his_other_sign_in(actors):
    registrar = actors["registrar"]
    maker = ApiKey.objects.get(pk=int(registrar.name[4:])).maker
    User.objects.filter(pk=maker.pk).update(person="S-7")
    with pytest.raises(StateForbids, match="himself"):
        granted(registrar, "other@home.example", "S-7")
    assert not User.objects.filter(email="other@home.example").exists()
    assert Leaf.objects.filter(kind="refusal", actor=registrar.name).exists()
