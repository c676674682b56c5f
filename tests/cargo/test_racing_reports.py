"""Two carriers file one number in the same moment: one document is kept, the other is told."""

import threading

from django.db import connection

from clearway.audit.actor import Actor, Role
from clearway.cargo.reports import ConveyanceReport, DocumentReport
from clearway.cargo.rules import CargoLaw
from clearway.vocabulary.errors import DataRefused


def test_one_number_filed_at_once_is_filed_once(both_databases, simulated_clock, monkeypatch):
    from clearway.audit.models import Leaf
    from clearway.cargo import conveying, service
    from clearway.cargo.models import TransportDocument

    monkeypatch.setattr(service, "law_at", lambda _: CargoLaw())
    told = []

    def file(organisation):
        actor = Actor(
            f"key:{organisation}", organisation, f"XP300000000{organisation}",
            frozenset({Role.CARRIER}),
        )  # fmt: skip
        try:
            ship = conveying.report(
                actor,
                ConveyanceReport(
                    "R1", "3", actor.identifier, "XPLOD", simulated_clock.now(), means="XP 12 AB"
                ),
            )
            barrier.wait(30)
            report = DocumentReport(
                "CMR-1", "Sender", "Receiver", "Cotton shirts", 5, 1_000_000, ship.pk
            )
            told.append(service.report_document(actor, report).organisation)
        except DataRefused as refused:
            told.append(refused.faults[0][1][:7])
        finally:
            connection.close()

    barrier = threading.Barrier(3)
    threads = [threading.Thread(target=file, args=(number,)) for number in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, told))[1:] == ["CLW5111", "CLW5111"]
    assert TransportDocument.objects.get().organisation in told
    assert Leaf.objects.filter(kind="refusal").count() == 2
