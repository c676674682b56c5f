"""The stock of a transport document: drawn on, made final, given back, never below zero."""

import random
import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection

KILO = 1_000_000


def test_sixty_and_forty_close_a_hundred_and_one_more_is_refused(
    both_databases, document, stock, as_it_stands
):
    bill = document(packages=100)
    first, second, third = stock.reserve(("MAEU1", 1, 60), ("MAEU1", 2, 40), ("MAEU1", 3, 1))
    assert [first.kind, second.kind, third.kind] == ["reserved", "reserved", "short"]
    assert [first.packages, second.packages, third.packages] == [40, 0, 0]
    assert as_it_stands(bill).drawn_packages == 100
    told = stock.finalise(1)
    assert told[0].body["packages"] == 60
    assert as_it_stands(bill).state == "partly_written_off"
    stock.finalise(2)
    assert as_it_stands(bill).state == "fully_written_off"
    assert stock.finalise(1, 2) == []


def test_racing_reservations_never_overdraw(both_databases, document, stock, as_it_stands):
    bill = document(packages=70)
    outcomes = []

    def draw(declaration):
        try:
            outcomes.extend(stock.reserve(("MAEU1", declaration, 10)))
        finally:
            connection.close()

    threads = [threading.Thread(target=draw, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome.kind for outcome in outcomes) == ["reserved"] * 7 + ["short"] * 5
    assert as_it_stands(bill).drawn_packages == 70


def test_lines_that_draw_on_the_same_documents_in_other_orders_do_not_lock_up(
    both_databases, document, stock, as_it_stands
):
    bills = [document(number=f"B{n}", packages=1000) for n in range(6)]
    failures = []

    def line(seed):
        order = random.Random(seed)
        try:
            for turn in range(8):
                wanted = [(f"B{n}", seed * 100 + turn, 1) for n in range(6)]
                order.shuffle(wanted)
                stock.reserve(*wanted)
                stock.finalise(seed * 100 + turn)
        except DatabaseError as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=line, args=(seed,)) for seed in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for bill in bills:
        assert as_it_stands(bill).final_packages == 24


def test_two_who_release_at_once_write_off_once(both_databases, document, stock, as_it_stands):
    bill = document(packages=10)
    stock.reserve(("MAEU1", 1, 10))

    def release():
        try:
            stock.finalise(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=release) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert as_it_stands(bill).final_packages == 10


def test_what_a_cancelled_declaration_drew_is_there_again(
    both_databases, document, stock, as_it_stands
):
    bill = document(packages=10, state="arrived")
    stock.reserve(("MAEU1", 1, 10, 900))
    assert stock.reserve(("MAEU1", 2, 1, 50))[0].kind == "short"
    stock.give_back(1)
    assert stock.reserve(("MAEU1", 2, 10, 1000))[0].kind == "reserved"
    stock.finalise(2)
    assert as_it_stands(bill).state == "fully_written_off"
    told = stock.give_back(2)
    assert [fact.kind for fact in told] == ["transport_document.written_off"]
    assert as_it_stands(bill).state == "arrived"
    assert as_it_stands(bill).drawn_packages == 0
    assert stock.give_back(2) == []


def test_an_amended_declaration_draws_anew_or_keeps_what_it_had(
    both_databases, document, stock, as_it_stands
):
    bill, other = document(packages=10), document(number="B2", packages=5)
    stock.reserve(("MAEU1", 1, 8))
    assert stock.replace(("MAEU1", 1, 10))[0].kind == "reserved"
    short = stock.replace(("MAEU1", 1, 11))[0]
    assert (short.kind, short.packages) == ("short", 10)
    assert as_it_stands(bill).drawn_packages == 10
    assert stock.replace(("B2", 1, 5))[0].kind == "reserved"
    assert as_it_stands(bill).drawn_packages == 0
    assert as_it_stands(other).drawn_packages == 5


@pytest.mark.django_db(transaction=True)
def test_unknown_documents_and_others_tell_nothing(document, stock):
    document(consignee="XP1")
    document(number="M2", houses=2)
    document(number="M3", state="do_not_load")
    document(number="M4", state="cancelled")
    outcomes = stock.reserve(
        ("nowhere", 1, 1),
        ("a\0b", 1, 1),
        ("x" * 4000, 1, 1),
        ("", 1, 1),
        ("MAEU1", 1, 1, 0, "XP2"),
        ("M2", 1, 1),
        ("M3", 1, 1),
        ("M4", 1, 1),
        ("MAEU1", 1, -5),
        ("maeu-1 ", 1, 1, 0, "XP1"),
    )
    assert [outcome.kind for outcome in outcomes] == [
        *["unmatched"] * 4, "unmatched", "has_houses", "closed", "unmatched", "short", "reserved",
    ]  # fmt: skip
    assert [one.of_another for one in outcomes].index(True) == 4
    assert (outcomes[4].document, outcomes[4].reporter) == ("", 0)


@pytest.mark.django_db(transaction=True)
def test_bulk_is_drawn_by_mass_up_to_the_tolerance(document, stock, as_it_stands):
    bill = document(bulk=True, packages=1, gross_mass=50_000 * KILO, mass_allowance=50_250 * KILO)
    kinds = [
        stock.reserve(("MAEU1", n, 1, mass))[0].kind
        for n, mass in enumerate((30_000, 20_000, 250, 1))
    ]
    assert kinds == ["reserved", "reserved", "reserved", "short"]
    stock.finalise(0, 1)
    assert as_it_stands(bill).state == "fully_written_off"


@pytest.mark.django_db(transaction=True)
def test_goods_found_short_leave_less_to_draw(document, stock, as_it_stands):
    bill = document(tallied_packages=98)
    kinds = [outcome.kind for outcome in stock.reserve(("MAEU1", 1, 60), ("MAEU1", 2, 40))]
    assert kinds == ["reserved", "short"]
    assert stock.reserve(("MAEU1", 2, 38))[0].packages == 0
    assert as_it_stands(bill).drawn_packages == 98


@pytest.mark.django_db(transaction=True)
def test_the_table_itself_refuses_to_be_overdrawn(document):
    bill = document(packages=5)
    bill.drawn_packages = 6
    with pytest.raises(IntegrityError):
        bill.save()


@pytest.mark.django_db(transaction=True)
def test_any_order_of_acts_keeps_the_ledger_and_the_balance(document, stock, as_it_stands):
    chance = random.Random(5)
    bills = [document(number=f"B{n}", packages=30, gross_mass=300 * KILO) for n in range(3)]
    for _ in range(60):
        declaration, number = chance.randrange(12), f"B{chance.randrange(3)}"
        packages = chance.randrange(15)
        act = chance.choice(["reserve", "replace", "finalise", "give_back"])
        if act in {"reserve", "replace"}:
            getattr(stock, act)((number, declaration, packages, packages * 9))
        else:
            getattr(stock, act)(declaration)
        for bill in bills:
            assert 0 <= as_it_stands(bill).drawn_packages <= 30
