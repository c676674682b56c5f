"""Schemathesis over the API, with the long tests: by examples in one role, then all of it in all.

CI asks for the first of them by its name.
"""

from __future__ import annotations

from collections import Counter

import pytest

from clearway.audit.actor import Role
from clearway.proving.api_verdict import verdict
from clearway.proving.check_api import ROLES, Effort, Met, Report, check


@pytest.mark.long
def test_the_examples_of_a_trader_are_answered_as_the_document_says():
    report = check(["trader"], Effort(examples=1, phases=("examples",)))
    met = report.met["trader"]
    assert not met.errors
    assert not met.failures
    assert not met.total(5)
    for operation in ("lodgeDeclaration", "amendDeclaration", "withdrawRequest", "getBulk"):
        assert met.count(operation, 2), operation
    assert met.answers["registerOrganisation"][403]


def test_each_bar_that_is_missed_is_told():
    met = Met(answers={"lodge": Counter({201: 1, 422: 1}), "read": Counter({404: 1})})
    met.links["lodge"] = 1
    roles = {"lodge": frozenset({Role.TRADER}), "read": frozenset({Role.TRADER})}
    report = Report(["lodge", "read"], roles, {"trader": met})
    assert verdict(report) == ["trader read: never got through (2xx)"]
    met.answers["read"][200] = 1
    assert not verdict(report)
    report.met["carrier"] = met
    assert verdict(report) == [
        "carrier lodge: got through, though the role has not the operation",
        "carrier read: got through, though the role has not the operation",
    ]
    del report.met["carrier"]
    met.answers["lodge"][500] = 1
    met.links.clear()
    met.failures["read"].append("x")
    assert verdict(report) == [
        "trader read: x",
        "trader: 1 answers were a server's error",
        "trader: no link was followed",
    ]
    met.answers["read"] = Counter({200: 1})
    assert "trader read: never refused (4xx)" in verdict(report)


@pytest.mark.long
def test_every_operation_is_reached_in_every_way_by_every_role():
    assert not verdict(check(ROLES, Effort(), processes=2))
