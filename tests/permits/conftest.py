"""The small border of the declarations' tests, with wheat that needs a permit of plant health."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from tests.declarations.conftest import a_message, border  # noqa: F401 - fixtures

from clearway.permits.models import Permit

WHEAT = "10019910"
KILOGRAM = 1_000_000
"""A kilogram in millionths."""


@pytest.fixture
def permit(border):  # noqa: F811
    """Make a permit of plant health for wheat: ``permit(500)`` kilograms, of Atlas."""

    def make(kilograms=500, number="PHI26000001", **changes):
        given = {
            "number": number, "agency": "PHI", "requirement": "PHI-03", "document": "N851",
            "holder": "XP1000000001", "commodities": "1001", "unit": "KGM",
            "quantity": None if kilograms is None else kilograms * KILOGRAM,
            "valid_from": date(2026, 1, 1), "valid_to": date(2026, 7, 1),
            "granted_by": "user:0", "granted_at": datetime(2026, 1, 1, tzinfo=UTC),
        }  # fmt: skip
        return Permit.objects.create(**{**given, **changes})

    return make


def wheat(kilograms=None, number="PHI26000001", *, unit="KGM", code="851", more=(), **changes):
    """Return a declaration of wheat that names a permit and says what it writes off of it."""
    given = {"commodity": WHEAT, "gross": "70", **changes}
    message = json.loads(a_message(**given))
    declaration = message.get("Declaration", message)
    documents = [{"CategoryCode": "N", "TypeCode": code, "ID": number}] if number else []
    if kilograms is not None:
        quantity = {"value": str(kilograms), "unitCode": unit}
        documents[0]["WriteOff"] = {"QuantityQuantity": quantity}
    for item in declaration["GoodsShipment"]["GovernmentAgencyGoodsItem"]:
        item["AdditionalDocument"] = [*item["AdditionalDocument"], *documents, *more]
    return json.dumps(message).encode()


@pytest.fixture
def declared(border):  # noqa: F811
    """Lodge wheat and let permits follow: ``declared(180)`` returns the declaration."""
    from clearway.declarations.models import Declaration
    from clearway.permits import following

    count = 0

    def make(kilograms=None, number="PHI26000001", *, follow=True, who="trader", **changes):
        nonlocal count
        count += 1
        given = {"lrn": f"P-{count}", "document": f"HBL-P{count}", **changes}
        answer = border.lodge(who, wheat(kilograms, number, **given))
        assert answer.status == 201, answer.json
        row = Declaration.objects.get(mrn=answer.json["mrn"])
        if follow:
            following.examine(row.pk)
        return row

    return make
