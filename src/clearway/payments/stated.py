"""Reads of deferred accounts' statements: what is to be paid on them now, and what waits.

A line whose collection waits (``staying``) is left out of what a statement asks for. When the
waiting ends it comes back with its notice's own, later day; the statement is late only by lines
whose day is past.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from clearway.payments.models import GuaranteeUse, Notice, Statement
from clearway.payments.queries import OPEN_NOTICE, stayed


class Owed(NamedTuple):
    """What is open on a statement, in minor units: what is to be paid, and what waits."""

    due: int = 0
    waits: int = 0


def statements() -> QuerySet[Statement]:
    """Return every statement, with its account."""
    return Statement.objects.select_related("account")


def statements_of(account: int) -> QuerySet[Statement]:
    """Return the statements of a deferred account, the latest month first."""
    return statements().filter(account=account).order_by("-month")


def with_declaration(declaration: int) -> list[Statement]:
    """Return the statements on which a declaration was charged."""
    rows = GuaranteeUse.objects.filter(declaration=declaration, statement__isnull=False)
    return list(statements().filter(pk__in=rows.values("statement")).order_by("id"))


def waiting_with(declaration: int) -> list[Statement]:
    """Return the statements on which a declaration was charged and something waits now."""
    found = with_declaration(declaration)
    owed = owed_on(found)
    return [row for row in found if owed.get(row.pk, Owed()).waits]


def notices_of(statement: Statement) -> list[Any]:
    """Return the standing notices of a statement's declarations, the oldest first.

    Each says in ``waits`` whether its collection does; those that do stand last.
    """
    charged = GuaranteeUse.objects.filter(statement=statement).values("declaration")
    rows = Notice.objects.filter(declaration__in=charged).exclude(state="cancelled")
    return list(rows.annotate(waits=stayed()).order_by("waits", "id"))


def owed(statement: Statement) -> Owed:
    """Return what is open on a statement."""
    return owed_on([statement]).get(statement.pk, Owed())


def owed_on(rows: Collection[Statement]) -> Mapping[int, Owed]:
    """Return what is open on each of some statements, by row, in two statements."""
    charged = GuaranteeUse.objects.filter(statement__in=[row.pk for row in rows])
    pairs = set(charged.values_list("statement", "declaration"))
    by_declaration: dict[int, Owed] = {}
    named = Notice.objects.filter(declaration__in={declaration for _, declaration in pairs})
    for notice in named.exclude(state="cancelled").annotate(waits=stayed()):
        due, waits = by_declaration.get(notice.declaration_id, Owed())
        due, waits = (due, waits + notice.open) if notice.waits else (due + notice.open, waits)
        by_declaration[notice.declaration_id] = Owed(due, waits)
    found: dict[int, Owed] = {}
    for statement, declaration in pairs:
        due, waits = by_declaration.get(declaration, Owed())
        before = found.get(statement or 0, Owed())
        found[statement or 0] = Owed(before.due + due, before.waits + waits)
    return found


def _asks_by(day: date) -> Exists:
    """Return the question, of a statement, whether a line of it is to be paid by a day."""
    charged = GuaranteeUse.objects.filter(
        statement=OuterRef(OuterRef("pk")), declaration=OuterRef("declaration")
    )
    lines = Notice.objects.filter(Exists(charged), ~stayed(), state__in=OPEN_NOTICE)
    return Exists(lines.filter(due__lte=day))


def to_remind(by: date) -> QuerySet[Statement]:
    """Return the open statements due by a day of which nobody was reminded."""
    rows = statements().filter(state="due", reminded_at=None, due__lte=by)
    return rows.filter(_asks_by(by)).order_by("due", "id")


def overdue(today: date) -> QuerySet[Statement]:
    """Return the open statements that were due before a day and are not marked so."""
    rows = statements().filter(state="due", due__lt=today)
    return rows.filter(_asks_by(today - timedelta(days=1))).order_by("due", "id")


def is_late(statement: Statement, today: date) -> bool:
    """Tell whether something on a statement was to be paid before a day, and was not."""
    rows = Statement.objects.filter(pk=statement.pk, due__lt=today)
    return rows.filter(_asks_by(today - timedelta(days=1))).exists()
