"""What serves: read once, renewed by its token, and never silently absent."""

from __future__ import annotations

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from tests.risk.learning.made import a_model, an_item, kept

from clearway.risk.learning import serving
from clearway.risk.learning.models import ModelVersion
from clearway.risk.learning.serving import ModelUnusable


def test_nothing_serves_at_first(both_databases):
    assert serving.live() is None
    assert serving.in_shadow() == ()


def test_what_lives_serves_and_gives_the_same_chances(both_databases):
    made = a_model()
    row = kept(made, "live")
    serving.renew()
    found = serving.live()
    assert (found.number, found.digest) == (row.number, row.digest)
    asked = [an_item(importer="XP7"), an_item(importer="nobody")]
    from clearway.risk.learning.goods_items import items_of

    assert np.array_equal(found.chances(asked), made.chances(items_of(asked)))
    assert len(found.chances([])) == 0


def test_it_is_read_again_only_with_a_new_token(
    both_databases, django_assert_num_queries, monkeypatch
):
    kept(a_model(), "live")
    serving.renew()
    before = serving.live()
    with django_assert_num_queries(0):
        serving.live()
    monkeypatch.setattr(serving._Memory, "believed_until", 0.0)
    with django_assert_num_queries(1):
        assert serving.live().model is before.model
    ModelVersion.objects.update(state="retired")
    serving.renew()
    assert serving.live() is None


@pytest.mark.parametrize("damage", ["content", "digest", "format"])
def test_damage_is_told_and_never_means_no_model(both_databases, damage):
    row = kept(a_model(), "live")
    if damage == "content":
        row.content = bytes(row.content)[:-1]
    elif damage == "digest":
        row.digest = "0" * 64
    else:
        row.content = b"\x80"
        row.digest = serving.digest_of(row.content)
    row.save()
    serving.renew()
    for _ in range(2):  # what was found is remembered, and told again
        with pytest.raises(ModelUnusable, match="cannot be read"):
            serving.live()


def test_trees_that_cannot_be_asked_are_found_when_read(both_databases):
    made = a_model()
    made.trees = made.trees[:50]
    kept(made, "live")
    serving.renew()
    with pytest.raises(ModelUnusable):
        serving.live()


def test_the_shadows_failure_is_its_own(both_databases):
    row = kept(a_model(), "shadow")
    serving.renew()
    assert [one.number for one in serving.in_shadow()] == [row.number]
    ModelVersion.objects.update(digest="0" * 64)
    serving.renew()
    assert serving.in_shadow() == ()
    assert serving.live() is None


def test_one_serves_and_several_may_be_in_the_shadow(both_databases):
    made = a_model()
    kept(made, "live")
    for state in ("shadow", "proposed", "retired"):
        kept(made, state)
    with pytest.raises(IntegrityError), transaction.atomic():
        kept(made, "retiring")
    serving.renew()
    assert [one.number for one in serving.in_shadow()] == [2, 3]
