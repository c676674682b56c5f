"""What is asked by statements of our own gives the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from tests.risk.conftest import TODAY, WRITTEN

from clearway.accounts.models import Organisation
from clearway.assessment import queries as assessment
from clearway.assessment import service as storing
from clearway.assessment.models import Assessment, Hit, ProfileSet, ShadowHit
from clearway.audit.actor import Actor, Role
from clearway.kernel.decisions import Lane
from clearway.kernel.reference import Period, Profile
from clearway.risk.outcomes import queries as outcomes
from clearway.risk.outcomes import service as recording
from clearway.risk.outcomes.queries import Worth
from clearway.risk.outcomes.service import Shown
from clearway.risk.profiles import in_force, queries, service
from clearway.risk.profiles.models import Generation, ProfileVersion
from clearway.vocabulary.errors import StateForbids

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)


def assessed(number, *, drawn=False):
    return Assessment.objects.create(
        id=number, declaration=number, version=number, occasion="lodgement", at=NOW,
        kernel_version="1", reference_hash="x", accepted=True, drawn=drawn, currency="XPR",
    )  # fmt: skip


def test_what_each_profile_has_been_worth(both_databases):
    told = {"items": "1", "lane": 3, "contribution": 1, "channel": "profile"}
    for number, differs in ((1, True), (2, False), (3, True)):
        row = assessed(number, drawn=number != 2)
        Hit.objects.create(assessment=row, profile="A-1", version=1 + (number == 3), **told)
        ShadowHit.objects.create(assessment=row, profile="B-1", version=1, **told)
        # It asks for no look itself, so that the second's, which others chose, does not judge it.
        weighs = told | {"lane": 2 if number == 1 else None}
        Hit.objects.create(assessment=row, profile="C-1", version=1, **weighs)
        recording.record(number, [Shown(1, differs, 100), Shown(2, False, 0)], NOW)
    Hit.objects.create(assessment=assessed(4), profile="A-1", version=1, **told)  # never opened
    assert outcomes.worth_by_profile() == {
        ("A-1", 1): Worth(2, 1), ("A-1", 2): Worth(1, 1), ("C-1", 1): Worth(2, 2)
    }  # fmt: skip
    assert outcomes.worth_by_profile(on_trial=True) == {("B-1", 1): Worth(2, 2)}
    assert outcomes.worth_of_random() == Worth(2, 2, 200)
    assert outcomes.worth_of([1, 2, 9]) == Worth(2, 1, 200)


def test_a_set_is_kept_with_the_first_assessment_that_names_it(both_databases):
    from clearway import packs

    pack = packs.load(packs.demo_pack())
    profiles = (Profile("A-1", 1, "item = 1", Lane.RED, 0, Period()),)
    name = in_force.named(profiles)
    law = type(pack)(**{
        **{field: getattr(pack, field) for field in pack.__struct_fields__},
        "profiles": profiles, "profile_set": name,
    })  # fmt: skip
    for _ in range(2):
        with transaction.atomic(), connection.cursor() as cursor:
            assert storing.store_many(cursor, [], law) == []
    assert ProfileSet.objects.get().hash == name
    assert assessment.under(pack, name).profiles == profiles


def test_acts_are_done_and_undone_whole(both_databases, monkeypatch):
    made = Organisation.objects.create(
        name="Customs", kind="administration", country="XP", state="active", registered_at=NOW
    )
    ann = Actor("user:1", made.pk, roles=frozenset({Role.ANALYST}))
    monkeypatch.setattr(queries, "today", lambda: TODAY)
    monkeypatch.setattr(queries, "next_number", lambda _: 1)
    service.draft(ann, "UV-017", WRITTEN)
    with pytest.raises(StateForbids, match="already"):
        service.draft(ann, "UV-017", WRITTEN)
    assert ProfileVersion.objects.count() == 1
    with transaction.atomic():
        in_force.renew()
        transaction.set_rollback(True)
    assert not Generation.objects.exists()
