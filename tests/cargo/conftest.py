"""Short ways to transport documents for the tests of cargo."""

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

KILO = 1_000_000
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def document():
    """Return a function that makes a reported transport document; keyword arguments vary it."""
    from clearway.cargo.models import TransportDocument
    from clearway.cargo.rules import document_key

    def make(number="MAEU1", **varied):
        data = {
            "level": "master",
            "author": "carrier",
            "organisation": 7,
            "consignor_name": "Sender",
            "consignee_name": "Receiver",
            "description": "Cotton shirts",
            "packages": 100,
            "gross_mass": 1000 * KILO,
            "state": "ok",
            "reported_at": NOW,
            **varied,
        }
        data.setdefault("mass_allowance", data["gross_mass"])
        return TransportDocument.objects.create(number=number, key=document_key(number), **data)

    return make


@pytest.fixture
def stock():
    """The stock's functions, each in a transaction of its own."""
    from clearway.cargo import stock as room

    class Stock:
        @staticmethod
        def reserve(*wanted):
            with transaction.atomic(), connection.cursor() as cursor:
                return room.reserve_many(cursor, [_reservation(*one) for one in wanted], NOW)

        @staticmethod
        def replace(*wanted):
            with transaction.atomic(), connection.cursor() as cursor:
                some = [_reservation(*one, replaces=True) for one in wanted]
                return room.reserve_many(cursor, some, NOW)

        @staticmethod
        def finalise(*declarations):
            with transaction.atomic(), connection.cursor() as cursor:
                return room.finalise(cursor, declarations, NOW)

        @staticmethod
        def give_back(*declarations):
            with transaction.atomic(), connection.cursor() as cursor:
                return room.give_back(cursor, declarations, NOW)

    def _reservation(number, declaration, packages, mass=0, importer="", *, replaces=False):
        return room.Reservation(
            document_number=number,
            declaration=declaration,
            version=1,
            packages=packages,
            gross_mass=mass * KILO,
            mrn=f"26XP{declaration:013}0",
            organisation=declaration + 100,
            importer=importer,
            replaces=replaces,
        )

    return Stock


@pytest.fixture
def as_it_stands():
    """Check that the ledger sums to the document's columns, and return the document afresh."""
    from clearway.cargo.models import TransportDocument, WriteOff

    def look(document):
        document = TransportDocument.objects.get(pk=document.pk)
        rows = list(WriteOff.objects.filter(document=document))
        drawn = [row for row in rows if row.kind in {"reserved", "returned"}]
        final = [row for row in rows if row.kind in {"final", "reopened"}]
        assert document.drawn_packages == sum(row.packages for row in drawn)
        assert document.drawn_mass == sum(row.gross_mass for row in drawn)
        assert document.final_packages == sum(row.packages for row in final)
        assert document.final_mass == sum(row.gross_mass for row in final)
        return document

    return look
