"""Schemathesis over the API: shortly in the default suite, in every role with the long tests."""

from __future__ import annotations

import pytest

from clearway.proving.check_api import ROLES, Effort, check, verdict


def test_the_examples_of_a_trader_are_answered_as_the_document_says():
    report = check(["trader"], Effort(examples=1, phases=("examples",)))
    assert not verdict(report, ["trader"])
    assert report.answers["lodgeDeclaration"][201]
    assert report.answers["registerOrganisation"][403]


@pytest.mark.long
def test_every_operation_is_reached_in_every_way_by_every_role():
    report = check(ROLES, Effort())
    assert not verdict(report, ROLES)
