"""The peer: the same service behind django-ninja, with the ORM and a transaction a request.

The same reading, the same questions to the record, the same kernel, the same keys and the same
rows; what differs is what is measured: each request is a batch of its own in a view of
django-ninja's, and rows are written as objects of the ORM, many of one table at a time.

This module is the root of the peer server's addresses. Importing it exchanges the writers.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI
from ninja.security import HttpBearer

from clearway.accounts.actors import actor_of_key
from clearway.audit import bulk, clock
from clearway.audit.actor import Actor
from clearway.intake import assembling, lodging
from clearway.intake.counters import Counters
from clearway.intake.submission import JSON, Answer, Piece, Submission
from clearway.risk.profiles.in_force import reference_at
from clearway.site.urls import urlpatterns as platform_urls


def _objects(table: str, columns: str, rows: Sequence[Sequence[Any]]) -> list[models.Model]:
    model = _MODELS[table]
    names = [_ATTRIBUTES[model][column] for column in columns.split(", ")]
    return [model(**dict(zip(names, row, strict=True))) for row in rows]


def insert_objects(_cursor: Any, table: str, columns: str, rows: Sequence[Sequence[Any]]) -> None:
    """Write rows as objects, all of a table in one statement."""
    if rows:
        _MODELS[table].objects.bulk_create(_objects(table, columns, rows))  # type: ignore[attr-defined]


def claim_objects(
    _cursor: Any,
    table: str,
    columns: str,
    rows: Sequence[Sequence[Any]],
    *,
    key: Sequence[int],
) -> list[bool]:
    """Write objects that compete for a unique key, and tell which were taken."""
    del key
    taken = []
    for one in _objects(table, columns, rows):
        try:
            with transaction.atomic():
                one.save(force_insert=True)
        except IntegrityError:
            taken.append(False)
        else:
            taken.append(True)
    return taken


def exchange_writers() -> None:
    """Let every writer of the line write objects."""
    import clearway.assessment.service
    import clearway.audit.service
    import clearway.declarations.storing
    import clearway.events.service
    import clearway.traders.history

    named = {"insert": (bulk.insert, insert_objects), "claim": (bulk.claim, claim_objects)}
    rooms = (assembling, clearway.assessment.service, clearway.audit.service,
             clearway.declarations.storing, clearway.events.service, lodging,
             clearway.traders.history)  # fmt: skip
    for room in rooms:
        for name, (theirs, ours) in named.items():
            if getattr(room, name, None) is theirs:
                setattr(room, name, ours)


_ABOUT = [(model, model._meta) for model in apps.get_models()]  # noqa: SLF001 - Django's documented name
_MODELS = {about.db_table: model for model, about in _ABOUT}
_ATTRIBUTES = {
    model: {field.column: field.attname for field in about.concrete_fields}
    for model, about in _ABOUT
}
exchange_writers()
_assembly = assembling.Assembly(reference_at, Counters())


class _Key(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        del request
        return actor_of_key(token)


_api = NinjaAPI(urls_namespace="peer", docs_url=None, openapi_url=None, auth=_Key())


@_api.post("/declarations")
def lodge(request: HttpRequest) -> HttpResponse:
    """Lodge one declaration."""
    submission = Submission(
        actor=request.auth,  # type: ignore[attr-defined]
        door="api",
        media_type=JSON,
        body=request.body,
        idempotency_key=request.headers["Idempotency-Key"],
        received_at=clock.now(),
    )
    waiting: Future[Answer] = Future()
    piece = Piece(submission, submission.digest(), [waiting])
    while _assembly.run([piece]):
        continue
    answer = piece.answer
    assert answer is not None
    return HttpResponse(answer.body, status=answer.status, content_type=answer.media_type)


urlpatterns = [path("peer/", _api.urls), *platform_urls]
