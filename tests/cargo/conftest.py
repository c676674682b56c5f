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


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA = tmp_path / "data"


@pytest.fixture(scope="session")
def _snapshots(tmp_path_factory):
    """The demo country's snapshot, compiled once, for the pages of cargo too."""
    return tmp_path_factory.getbasetemp() / "snapshots" / "packs"


def _begin():
    from clearway.accounts.seeding import seed_demo
    from clearway.reference.service import publish_first

    publish_first("portolan")
    return seed_demo()


@pytest.fixture
def border(db, simulated_clock, _snapshots, settings, kept):
    """A border with the demo country's law and its ready parties, through the API."""
    import json
    import shutil

    from django.test import Client

    from clearway.accounts.ready import demo_secret
    from clearway.api.rate_limits import ACTORS

    if _snapshots.exists():
        shutil.copytree(_snapshots, settings.DATA / "packs")
    ready = kept(_begin)
    if not _snapshots.exists():
        shutil.copytree(settings.DATA / "packs", _snapshots)

    class Border:
        actors = ready
        clock = simulated_clock
        client = Client()

        def send(self, who, method, path, body=None, **more):
            ACTORS.forget() if hasattr(ACTORS, "forget") else None
            if body is not None and "data" not in more:
                more |= {"data": json.dumps(body), "content_type": "application/json"}
            headers = {"Authorization": f"Bearer {demo_secret(who)}"}
            answer = self.client.generic(method, f"/api/v1{path}", headers=headers, **more)
            answer.told = json.loads(answer.content) if answer.content else None
            return answer

        def get(self, who, path):
            return self.send(who, "GET", path)

        def post(self, who, path, body=None, **more):
            return self.send(who, "POST", path, body, **more)

        def ship(self, who="carrier", **varied):
            body = {
                "reference": "ARM-026W",
                "mode": "1",
                "means": "9074729",
                "journey": "026W",
                "carrier": "XP3000000001",
                "place": "XPLOD",
                "expected_at": "2026-03-04T06:00:00Z",
                **varied,
            }
            answer = self.post(who, "/conveyances", body)
            assert answer.status_code == 201, answer.told
            return answer.told

        def bill(self, who="carrier", **varied):
            return self.post(who, "/transport-documents", bill(**varied))

        def events(self, kind, subject=""):
            from clearway.events.models import Event

            rows = Event.objects.filter(kind=kind).order_by("id")
            rows = rows.filter(subject=subject) if subject else rows
            return [(row.subject, json.loads(bytes(row.body))) for row in rows]

    return Border()


def bill(**varied):
    """Return a transport document as the API takes it."""
    return {
        "number": "MEDU7700001",
        "consignor_name": "Hangzhou Textile Co Ltd",
        "consignor_address": "88 Wulin Road, Hangzhou, CN",
        "consignee_name": "Atlas Trading SA",
        "description": "Men's knitted cotton shirts",
        "package_type": "CT",
        "packages": 100,
        "gross_mass": "1000",
        **varied,
    }
