"""A key costs microseconds, and one that is revoked stops: at once here, within a second there."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from clearway.accounts import actors, service
from clearway.accounts.models import ApiKey, Membership
from clearway.accounts.ready import demo_secret
from clearway.accounts.seeding import seed_demo
from clearway.audit.actor import Actor, Role, system
from clearway.vocabulary.errors import NotSignedIn

_NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_a_known_key_asks_no_database(demo, django_assert_num_queries):
    secret = demo_secret("trader")
    assert actors.known_actor(secret) is None
    with django_assert_num_queries(3):  # the token, the key, its maker's roles
        actor = actors.actor_of_key(secret)
    with django_assert_num_queries(0):
        assert actors.actor_of_key(secret) is actors.known_actor(secret) is actor


def test_after_half_a_second_one_look_is_enough(demo, django_assert_num_queries, monkeypatch):
    for name in ("trader", "broker"):
        actors.actor_of_key(demo_secret(name))
    later = time.monotonic() + actors.FRESH_FOR
    monkeypatch.setattr(actors.time, "monotonic", lambda: later)
    assert actors.known_actor(demo_secret("trader")) is None
    with django_assert_num_queries(1):
        actors.actor_of_key(demo_secret("trader"))
        actors.actor_of_key(demo_secret("broker"))


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "cw_trader",
        "cw_trader_" + "a" * 43,
        "cw_TRADER_" + "a" * 43,
        "cw_trader_" + "é" * 43,
        "cw_trader_" + "a" * 43 + "\n",
        "x" * 100_000,
        "\0",
    ],
)
def test_what_is_no_key_is_nobody(demo, secret):
    with pytest.raises(NotSignedIn):
        actors.actor_of_key(secret)


def test_a_revoked_key_stops_at_once_in_its_process(transactional_db):
    seed_demo()
    secret = demo_secret("trader")
    actors.actor_of_key(secret)
    service.revoke_key(system("test"), ApiKey.objects.get(prefix="trader").pk)
    with pytest.raises(NotSignedIn):
        actors.actor_of_key(secret)
    assert actors.actor_of_key(demo_secret("broker"))


def test_a_key_ends_at_its_instant_although_it_is_remembered(demo, simulated_clock):
    trader = demo["trader"].organisation
    end = _NOW + timedelta(hours=1)
    key, secret = service.make_key(
        system("test"), trader, name="x", roles=frozenset({Role.TRADER}), expires_at=end
    )
    assert actors.actor_of_key(secret).name == f"key:{key.pk}"
    with simulated_clock.at(end - timedelta(microseconds=1)):
        assert actors.actor_of_key(secret)
    with simulated_clock.at(end), pytest.raises(NotSignedIn):
        actors.actor_of_key(secret)
    assert actors.known_actor(secret) is None  # the clock has moved on


def test_a_key_has_the_roles_its_maker_has_on_that_day(demo, simulated_clock):
    customs = demo["supervisor"].organisation
    granted = service.grant(
        demo["registrar"],
        customs,
        email="double@demo.example",
        role=Role.OFFICER,
        valid_from=date(2026, 3, 3),
        valid_to=date(2026, 3, 5),
    )
    service.grant(
        demo["registrar"],
        customs,
        email="double@demo.example",
        role=Role.AUDITOR,
        valid_from=date(2026, 1, 1),
    )
    both = frozenset({Role.OFFICER, Role.AUDITOR})
    maker = Actor(f"user:{granted.user_id}", customs, roles=both)
    _, secret = service.make_key(maker, customs, name="x", roles=both)
    for day, roles in ((2, {Role.AUDITOR}), (3, both), (4, both), (5, {Role.AUDITOR})):
        with simulated_clock.at(datetime(2026, 3, day, 0, 0, tzinfo=UTC)):
            assert actors.actor_of_key(secret).roles == roles
            assert actors.actor_of_user(granted.user).roles == roles
    with simulated_clock.at(datetime(2026, 3, 4, 23, 59, 59, tzinfo=UTC)):
        assert actors.actor_of_key(secret).roles == both  # remembered only for its own span


def test_whose_account_is_closed_has_no_key(demo):
    person = Membership.objects.get(role="trader", organisation=demo["trader"].organisation).user
    person.is_active = False
    person.save()
    with pytest.raises(NotSignedIn):
        actors.actor_of_key(demo_secret("trader"))
    with pytest.raises(NotSignedIn):
        actors.actor_of_user(person)


_PROGRAM = textwrap.dedent(
    """
    import sys, time
    from clearway.site.commands import prepare
    prepare()
    from django.conf import settings
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    from clearway.accounts.actors import actor_of_key
    from clearway.vocabulary.errors import NotSignedIn
    actor_of_key(sys.argv[2])
    print("known", flush=True)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            actor_of_key(sys.argv[2])
            time.sleep(0.005)
        except NotSignedIn:
            print("stopped", time.time(), flush=True)
            break
    """
)


def test_a_revoked_key_stops_in_another_process_within_a_second(transactional_db):
    seed_demo()
    name = str(connection.settings_dict["NAME"])
    words = [sys.executable, "-c", _PROGRAM, name, demo_secret("trader")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline() == "known\n"
        service.revoke_key(system("test"), ApiKey.objects.get(prefix="trader").pk)
        committed = time.time()
        word, _, when = child.stdout.readline().partition(" ")
    assert word == "stopped"
    assert float(when) - committed < 1
