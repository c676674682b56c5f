"""The balance of permits: taken by one conditional UPDATE, told row by row in the ledger.

Whoever calls has locked the declaration, and goes through permits in the order of their numbers,
so that two declarations never wait for each other.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Case, F, Q, Value, When

from clearway.declarations.models import Declaration
from clearway.events.service import Act
from clearway.permits.models import Permit, WriteOff
from clearway.permits.rules import Wanted


class Held(NamedTuple):
    """What a declaration has of a permit for an item: taken and not given back; what is final."""

    quantity: int
    value: int
    final: bool


class Taking(NamedTuple):
    """What is to be taken: 0 where the permit is not limited in quantity or in value."""

    quantity: int
    value: int


def taking(permit: Permit, wanted: Wanted) -> Taking:
    """Return what is counted against a permit that fits what is wanted."""
    return Taking(
        0 if permit.quantity is None else wanted.quantity or 0,
        0 if permit.value is None else wanted.value or 0,
    )


def held_by(declaration: int) -> dict[tuple[int, int], Held]:
    """Return what a declaration holds, by permit and item; what it has given back is left out."""
    sums: dict[tuple[int, int], Held] = {}
    for row in WriteOff.objects.filter(declaration=declaration).order_by("id"):
        key = (row.permit_id, row.item)
        before = sums.get(key)
        if row.kind == "reserved":
            sums[key] = Held(row.quantity, row.value, final=False)
        elif row.kind == "returned":
            sums.pop(key, None)
        elif before is not None:
            sums[key] = before._replace(final=True)
    return sums


def take(permit: Permit, amount: Taking, wanted: Wanted) -> bool:
    """Take from a permit, or nothing: Σ used + requested ≤ granted, and it is valid that day.

    Two who race for the same rest meet at this one statement; the loser changes no row.
    """
    enough = Q(quantity__isnull=True) | Q(quantity__gte=F("used_quantity") + amount.quantity)
    worth = Q(value__isnull=True) | Q(value__gte=F("used_value") + amount.value)
    closed = Case(
        When(Q(quantity__isnull=False, quantity=F("used_quantity") + amount.quantity)
             | Q(value__isnull=False, value=F("used_value") + amount.value), then=Value("used")),
        default=F("state"),
    )  # fmt: skip
    rows = Permit.objects.filter(
        enough, worth, pk=permit.pk, valid_from__lte=wanted.day, valid_to__gt=wanted.day
    ).exclude(state="revoked")
    changed = rows.update(
        used_quantity=F("used_quantity") + amount.quantity,
        used_value=F("used_value") + amount.value,
        state=closed,
    )
    permit.refresh_from_db()
    return changed == 1


def give_back(permit: int, held: Held) -> Permit:
    """Return to a permit what a declaration held; one that was used up is valid again."""
    Permit.objects.filter(pk=permit).update(
        used_quantity=F("used_quantity") - held.quantity,
        used_value=F("used_value") - held.value,
        state=Case(
            When(Q(state="used") & (Q(quantity__isnull=False) | Q(value__isnull=False)),
                 then=Value("valid")),
            default=F("state"),
        ),
    )  # fmt: skip
    return Permit.objects.get(pk=permit)


def record(
    doing: Act,
    declaration: Declaration,
    key: tuple[int, int],
    kind: str,
    amount: Taking | Held,
) -> None:
    """Write a row of the ledger."""
    sign = -1 if kind == "returned" else 1
    WriteOff.objects.create(
        permit_id=key[0],
        declaration=declaration.pk,
        mrn=declaration.mrn or "",
        version=declaration.version,
        item=key[1],
        kind=kind,
        quantity=sign * amount.quantity,
        value=sign * amount.value,
        at=doing.at,
    )
