"""The line: nothing lost, nothing doubled, one bad piece stops no other."""

import json
import threading
from collections import Counter
from datetime import UTC, datetime

import pytest
from django.db import OperationalError, connection

from clearway.assessment.models import Assessment, Charge
from clearway.audit.models import Leaf
from clearway.declarations.models import Consignment, Declaration, GoodsItem, Version
from clearway.events.models import Event
from clearway.intake import assembling, lodging
from clearway.intake.models import Alarm, Answered, Quarantined
from clearway.vocabulary.errors import TooMuch

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)


def told(future):
    answer = future.result(60)
    return answer.status, json.loads(answer.body)


def test_an_accepted_declaration_has_every_row(lodge, message, trader):
    status, body = told(lodge(message(1)))
    assert status == 201
    found = Declaration.objects.get()
    assert (found.lrn, found.mrn, found.organisation) == ("REF-1", body["mrn"], trader.organisation)
    assert found.state == body["state"]
    assert found.lane is not None
    assert body["lane"] in {"green", "blue", "yellow", "red"}
    version = Version.objects.get()
    assert bytes(version.message) == message(1)
    assert GoodsItem.objects.filter(version=version).count() == len(
        json.loads(message(1))["Declaration"]["GoodsShipment"]["GovernmentAgencyGoodsItem"]
    )
    assessment = Assessment.objects.get()
    assert (assessment.declaration, assessment.version) == (found.pk, version.pk)
    assert Charge.objects.filter(assessment=assessment).count() == len(body["charges"])
    assert sum(one["payable"] for one in body["charges"]) == body["payable"] == assessment.payable
    kinds = list(Event.objects.order_by("id").values_list("kind", flat=True))
    assert kinds[:3] == ["declaration.received", "declaration.accepted", "declaration.laned"]
    assert kinds[3] == f"declaration.{found.state}"
    assert Leaf.objects.count() == 1
    assert Consignment.objects.get().first_mrn == found.mrn == found.consignment_key


def test_a_repeat_gets_the_very_same_answer(lodge, message):
    first = lodge(message(1), "k").result(60)
    again = lodge(message(1), "k").result(60)
    assert (again.status, again.body) == (first.status, first.body)
    assert ("Idempotency-Replayed", "true") in again.headers
    assert ("Idempotency-Replayed", "true") not in first.headers
    assert told(lodge(message(2), "k"))[0] == 422
    assert Declaration.objects.count() == 1


def test_fifty_simultaneous_repeats_of_each_key_make_one_declaration_each(lodge, message):
    bodies = {f"k{n}": message(n) for n in range(12)}
    answers = {key: [] for key in bodies}
    start = threading.Barrier(10)

    def many():
        start.wait()
        futures = [(key, lodge(body, key)) for _ in range(5) for key, body in bodies.items()]
        for key, future in futures:
            answers[key].append(future.result(60))

    threads = [threading.Thread(target=many) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for found in answers.values():
        assert len(found) == 50
        assert {answer.status for answer in found} == {201}
        assert len({answer.body for answer in found}) == 1
    assert Declaration.objects.count() == Version.objects.count() == 12
    assert Answered.objects.count() == Assessment.objects.count() == Leaf.objects.count() == 12


def test_one_reference_by_many_at_once_is_taken_once(lodge, message):
    """Different consignments under one reference: one is accepted, the others name the rule."""
    results = [told(future) for future in [lodge(message(n, reference="ONE")) for n in range(8)]]
    assert Counter(status for status, _ in results) == {201: 1, 422: 7}
    for status, body in results:
        if status == 422:
            assert "CLW4301" in {finding["code"] for finding in body["findings"]}
    assert Declaration.objects.count() == 1
    assert Event.objects.filter(kind="declaration.rejected").count() == 7


def test_one_consignment_under_two_references_is_refused(lodge, message):
    same = [message(3, reference="A"), message(3, reference="B")]
    results = [told(future) for future in [lodge(body) for body in same]]
    assert sorted(status for status, _ in results) == [201, 422]
    (refused,) = [body for status, body in results if status == 422]
    assert "CLW4302" in {finding["code"] for finding in refused["findings"]}
    assert refused["state"] == "rejected"
    rejected = Declaration.objects.get(state="rejected")
    assert (rejected.mrn, rejected.lane) == (None, None)


def test_all_errors_are_told_at_once_and_the_reference_is_used(lodge, message):
    def spoil(declaration):
        items = declaration["GoodsShipment"]["GovernmentAgencyGoodsItem"]
        items[0]["Origin"] = [{"CountryCode": "QQ"}]
        declaration["TotalPackageQuantity"]["value"] = "9999"

    status, body = told(lodge(message(1, change=spoil), language="fr"))
    assert status == 422
    assert body["type"] == "/problems/rejected"
    pointers = {one["pointer"] for one in body["findings"] if one["severity"] == "error"}
    assert pointers == {"42A/67A/68A[1]/92A:063", "42A:146"}
    assert all(one["message"] and one["remedy"] for one in body["findings"])
    assert Declaration.objects.get().state == "rejected"
    assert told(lodge(message(1)))[1]["findings"][0]["code"] == "CLW4301"


@pytest.mark.parametrize("body", [b"", b"{", b"<a", b"\x89PNG", b"[]", b'{"Declaration": 7}'])
def test_what_cannot_be_read_leaves_an_audit_line_only(lodge, body):
    status, problem = told(lodge(body))
    assert status == 400
    assert problem["findings"]
    assert list(Leaf.objects.values_list("kind", flat=True)) == ["unreadable"]
    assert not Declaration.objects.exists()
    assert not Event.objects.exists()


def test_a_poison_piece_is_quarantined_and_its_neighbours_go_on(lodge, line, message, monkeypatch):
    whole = lodging.gathering.fingerprint

    def poisoned(lodgement, reference=None):
        if lodgement.lrn == "REF-5":
            raise ZeroDivisionError(lodgement.lrn)
        return whole(lodgement, reference)

    monkeypatch.setattr(lodging.gathering, "fingerprint", poisoned)
    results = [told(future) for future in [lodge(message(n)) for n in range(12)]]
    assert Counter(status for status, _ in results) == {201: 11, 503: 1}
    _, problem = results[5]
    assert problem["type"] == "/problems/quarantined"
    kept = Quarantined.objects.get()
    assert (bytes(kept.body), kept.failure, kept.step) == (
        message(5), "ZeroDivisionError", "gather",
    )  # fmt: skip
    assert "REF-5" not in json.dumps([kept.failure, problem])
    assert Alarm.objects.get().kind == "quarantined"
    assert {"intake.quarantined", "intake.alarm"} <= set(
        Event.objects.values_list("kind", flat=True)
    )
    monkeypatch.setattr(lodging.gathering, "fingerprint", whole)
    assert told(lodge(message(20)))[0] == 201


def test_a_quarantined_message_is_lodged_when_the_cause_is_mended(
    lodge, line, trader, message, monkeypatch
):
    from clearway.audit.actor import Actor, Role
    from clearway.intake import resolving

    real = assembling.assess
    monkeypatch.setattr(assembling, "assess", lambda *_: 1 / 0)
    assert told(lodge(message(1)))[0] == 503
    monkeypatch.setattr(assembling, "assess", real)
    operator = Actor(name="user:9", roles=frozenset({Role.OPERATOR}))
    done = resolving.lodge_again(operator, Quarantined.objects.get(), "mended", line)
    assert done.state == "lodged"
    assert Declaration.objects.get().organisation == trader.organisation


def test_a_failing_stage_of_the_kernel_asks_for_documents_and_raises_an_alarm(
    lodge, message, monkeypatch
):
    from clearway.kernel import assess

    def broken(*_arguments, **_more):
        raise RuntimeError("stage")

    monkeypatch.setattr(assess, "feature_rows", broken)
    status, body = told(lodge(message(1)))
    assert status == 201
    assert body["lane"] in {"yellow", "red"}
    assert "CLW9001" in {finding["code"] for finding in body["findings"]}
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.subject) == ("kernel_failed", "features: RuntimeError")
    assert Event.objects.filter(kind="intake.alarm").count() == 1
    told(lodge(message(2)))
    alarm.refresh_from_db()
    assert alarm.count == 2


def test_a_full_queue_turns_away_with_the_time_to_come_back(both_databases, reference, trader):
    from clearway.intake.line import Line
    from clearway.intake.submission import JSON, Submission

    held = threading.Event()

    def slow(_at):
        held.wait(30)
        return reference

    line = Line(slow, capacity=2)
    line.start()

    def one(n):
        return line.submit(
            Submission(actor=trader, door="api", media_type=JSON, body=b"{", received_at=NOW,
                       idempotency_key=f"k{n}")
        )  # fmt: skip

    futures = [one(0)]
    while line.depth:
        pass
    futures += [one(1), one(2)]
    with pytest.raises(TooMuch) as full:
        one(3)
    assert 1 <= full.value.retry_after <= 60
    assert line.counters.turned_away == 1
    held.set()
    assert [future.result(30).status for future in futures] == [400, 400, 400]
    line.stop()


def test_a_client_that_leaves_does_not_wedge_the_line(lodge, message):
    left = [lodge(message(n)) for n in range(3)]
    for future in left:
        future.cancel()
    assert told(lodge(message(9)))[0] == 201
    assert Declaration.objects.count() == 4


def test_a_record_that_cannot_be_written_acknowledges_nothing_and_recovers(
    lodge, message, monkeypatch
):
    real = assembling.store_many
    full = OperationalError("database or disk is full")

    def fails(*_arguments):
        raise full

    monkeypatch.setattr(assembling, "store_many", fails)
    status, problem = told(lodge(message(1), "k"))
    assert (status, problem["type"]) == (507, "/problems/storage-full")
    full = OperationalError("server closed the connection")
    assert told(lodge(message(2), "m"))[0] == 503
    monkeypatch.setattr(assembling, "store_many", real)
    assert not Declaration.objects.exists()
    assert not Answered.objects.exists()
    assert told(lodge(message(1), "k"))[0] == 201
    connection.close()


def test_nothing_is_lost_or_doubled_by_many_threads(lodge, message):
    statuses = Counter()
    lock = threading.Lock()

    def some(first):
        futures = [lodge(message(n)) for n in range(first, first + 20)]
        mine = Counter(future.result(60).status for future in futures)
        with lock:
            statuses.update(mine)

    threads = [threading.Thread(target=some, args=(100 * n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == {201: 120}
    assert Declaration.objects.count() == Version.objects.count() == 120
    assert Declaration.objects.values("mrn").distinct().count() == 120
    assert Leaf.objects.count() == Assessment.objects.count() == Answered.objects.count() == 120
    assert Event.objects.filter(kind="declaration.accepted").count() == 120


def test_a_batch_that_was_chosen_to_end_a_deadlock_tries_again(lodge, message, monkeypatch):
    real, left = assembling.store_many, [1, 1]

    class Deadlock(Exception):
        sqlstate = "40P01"

    def fails(*arguments):
        if left:
            left.pop()
            raise OperationalError("deadlock detected") from Deadlock()
        return real(*arguments)

    monkeypatch.setattr(assembling, "store_many", fails)
    assert told(lodge(message(1)))[0] == 201
    assert not left
    assert Declaration.objects.count() == 1


def test_an_unreadable_message_keeps_its_key_like_any_other(lodge, message):
    first = lodge(b"{broken", key="k").result(60)
    again = lodge(b"{broken", key="k").result(60)
    other = lodge(message(1), key="k").result(60)
    assert (first.status, again.status, again.body) == (400, 400, first.body)
    assert ("Idempotency-Replayed", "true") in again.headers
    assert other.status == 422
    assert b"Idempotency-Key" in other.body
    assert lodge(b"{broken", key="k2").result(60).status == 400
    assert lodge(message(1), key="taken").result(60).status == 201
    assert b"Idempotency-Key" in lodge(b"{broken", key="taken").result(60).body
    assert list(Leaf.objects.values_list("kind", flat=True)).count("unreadable") == 2
