"""The same table twice in one moment, and a tally beside a draw: one truth on both databases."""

import threading

from django.db import connection, transaction

from clearway.audit.actor import Actor, Role
from clearway.cargo import conveying, discharging, filing_tables, queries, service
from clearway.cargo.filing import Filed
from clearway.cargo.models import Interchange, TransportDocument
from clearway.cargo.reports import ConveyanceReport, DocumentReport
from clearway.cargo.rules import CargoLaw
from clearway.cargo.stock import Reservation, reserve_many
from clearway.web.cargo import tables

CARRIER = Actor("user:1", 1, "XP3000000001", frozenset({Role.CARRIER}))
TERMINAL = Actor("user:2", 2, "XP4000000001", frozenset({Role.TERMINAL}))


def _ship(at):
    report = ConveyanceReport("R1", "3", CARRIER.identifier, "XPLOD", at, means="XP 12 AB")
    return conveying.report(CARRIER, report)


def _together(*works):
    barrier, failed = threading.Barrier(len(works)), []

    def run(work):
        try:
            barrier.wait(30)
            work()
        except Exception as problem:  # noqa: BLE001 - told by the test
            failed.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed


def test_a_table_sent_twice_at_once_is_filed_once(both_databases, simulated_clock, monkeypatch):
    import msgspec

    for room in (service, conveying):
        monkeypatch.setattr(room, "law_at", lambda _: CargoLaw())
    ship = _ship(simulated_clock.now())
    heading = "number,consignor_name,consignee_name,description,package_type,packages,gross_mass"
    lines = [f"CMR-{number},Sender,Receiver,Cotton shirts,CT,5,1" for number in range(8)]
    data = "\n".join([heading, *lines]).encode()
    wanted = tables.to_be_filed(tables.read_table(data), {}, ship.pk)

    def file():
        filing_tables.file_table(CARRIER, data, wanted)

    _together(file, file)
    assert TransportDocument.objects.count() == 8
    outcomes = [
        msgspec.json.decode(bytes(row.outcome), type=Filed) for row in Interchange.objects.all()
    ]
    assert [one.kept for one in outcomes] == [8, 8]
    assert queries.totals(queries.LIVE, simulated_clock.now())["undeclared"] == 8


def test_a_tally_and_a_draw_at_once_never_draw_what_is_not_there(
    both_databases, simulated_clock, monkeypatch
):
    for room in (service, conveying):
        monkeypatch.setattr(room, "law_at", lambda _: CargoLaw())
    now = simulated_clock.now()
    ship = _ship(now)
    report = DocumentReport("CMR-1", "Sender", "Receiver", "Shirts", 100, 1_000_000_000, ship.pk)
    made = service.report_document(CARRIER, report)
    conveying.arrive(CARRIER, ship, now)
    told = []

    def draw():
        wanted = Reservation("CMR-1", 1, 1, 100, 500_000_000)
        with transaction.atomic(), connection.cursor() as cursor:
            told.extend(reserve_many(cursor, [wanted], now))

    _together(draw, lambda: discharging.tally(TERMINAL, made, packages=98))
    made.refresh_from_db()
    assert (made.state, made.tallied_packages) == ("short", 98)
    assert (told[0].kind, made.drawn_packages) in {("reserved", 100), ("short", 0)}
