"""The line's operations: lodge, estimate, and what operators see. Bulk stands in ``api_bulk``."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from clearway.accounts.forms import Cursor, Form, Limit, Number, Reason, permitted
from clearway.audit import clock
from clearway.intake import access, queries, resolving, running, sandbox, service
from clearway.intake.access import OPERATIONS
from clearway.intake.estimating import estimated
from clearway.intake.forms import (
    KEYED,
    MESSAGE,
    AlarmPage,
    AlarmTold,
    DeclarationLodged,
    EstimateTold,
    LineTold,
    LodgingTried,
    QuarantinedTold,
    QuarantinePage,
)
from clearway.intake.headers import key_of, language_of, media_type_of
from clearway.intake.submission import Answer, Submission
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import StorageFails
from clearway.vocabulary.pages import USUAL_PAGE, page_of

State = Annotated[Literal["held", "lodged", "dismissed", ""], Query(description="empty for all")]
router = Router(tags=["declarations"])
operators = Router(tags=["line"])
MOST_WAIT: Final = 20
"""Seconds for which an operator may wait for the backlog: each wait holds a thread."""
PATIENCE = 60.0
"""Seconds for which a request of Django's waits for its answer."""


class Resolution(Form):
    """What an operator decides on a message in quarantine."""

    decision: Literal["lodge", "dismiss"]
    reason: Reason


def respond(answer: Answer) -> HttpResponse:
    """Return an answer of the line as Django sends it."""
    return HttpResponse(
        answer.body,
        status=answer.status,
        content_type=answer.media_type,
        headers=dict(answer.headers),
    )


def through(submission: Submission) -> HttpResponse:
    """Put a submission through the line and return its answer.

    Raises:
        TooMuch: the queue is full.
        StorageFails: the line does not run, or has no answer in time; a repeat under the same
            key gets it.
    """
    try:
        return respond(running.line().submit(submission).result(PATIENCE))
    except TimeoutError:
        raise StorageFails("The line is slow.", remedy="Repeat it with the same key.") from None


@router.post(
    "/declarations",
    operation_id="lodgeDeclaration",
    summary="Lodge a declaration",
    response={201: DeclarationLodged},
    openapi_extra=KEYED,
)
def lodge_declaration(request: HttpRequest) -> Any:
    """Lodge one declaration: accepted, pre-lodged or rejected, on record when this answers."""
    actor = permitted(request, "lodgeDeclaration", OPERATIONS)
    return through(
        Submission(
            actor=actor,
            door="form" if actor.name.startswith("user:") else "api",
            media_type=media_type_of(request.headers.get("Content-Type", "")),
            body=request.body,
            idempotency_key=key_of(request.headers.get("Idempotency-Key")),
            received_at=clock.now(),
            language=language_of(request.headers.get("Accept-Language", "")),
        )
    )


@router.post(
    "/estimates",
    operation_id="estimateCharges",
    summary="Estimate charges and check data",
    response=EstimateTold,
    openapi_extra=MESSAGE,
)
def estimate_charges(request: HttpRequest) -> Any:
    """Work out what a declaration would cost and what is wrong with it; nothing is stored."""
    actor = permitted(request, "estimateCharges", OPERATIONS)
    media_type = media_type_of(request.headers.get("Content-Type", ""))
    now = clock.now()
    language = language_of(request.headers.get("Accept-Language", "")) or actor.language
    return respond(estimated(request.body, media_type, now, reference_at(now), language))


@router.post(
    "/sandbox/declarations",
    operation_id="tryLodging",
    summary="Try to lodge a declaration",
    response={201: LodgingTried},
    openapi_extra=KEYED,
)
def try_lodging(request: HttpRequest) -> Any:
    """Read, check and price a declaration and answer as lodging does; nothing goes on record.

    A local reference that begins with `SANDBOX-GREEN`, `-BLUE`, `-YELLOW`, `-DOCUMENTS`, `-RED`,
    `-RECEIVED`, `-REJECTED`, `-KEY`, `-BUSY`, `-QUARANTINED`, `-DOWN` or `-FULL` chooses the
    answer. Every answer has the header `Clearway-Sandbox` and says `sandbox: true`.
    """
    actor = permitted(request, "tryLodging", OPERATIONS)
    now = clock.now()
    submission = Submission(
        actor=actor,
        door="sandbox",
        media_type=media_type_of(request.headers.get("Content-Type", "")),
        body=request.body,
        idempotency_key=key_of(request.headers.get("Idempotency-Key")),
        received_at=now,
        language=language_of(request.headers.get("Accept-Language", "")),
    )
    return respond(sandbox.tried(submission, reference_at(now)))


@operators.get("/line", operation_id="lineStatus", summary="How full the line is",
               response=LineTold)  # fmt: skip
def line_status(
    request: HttpRequest,
    wait: Annotated[
        int, Query(ge=0, le=MOST_WAIT, description="seconds to wait until the backlog is gone")
    ] = 0,
) -> Any:
    """Tell how the line of the answering process is doing."""
    permitted(request, "lineStatus", OPERATIONS)
    return queries.line_told(running.line(), wait)


@operators.get("/quarantine", operation_id="listQuarantine", response=QuarantinePage,
               summary="Messages that could not be processed")  # fmt: skip
def list_quarantine(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
    state: State = "",
) -> Any:
    """List messages in quarantine, the latest first."""
    permitted(request, "listQuarantine", OPERATIONS)
    return page_of(queries.quarantine(state), "-id", cursor, limit)


@operators.get("/quarantine/{id}", operation_id="getQuarantined", response=QuarantinedTold,
               summary="One message in quarantine")  # fmt: skip
def get_quarantined(request: HttpRequest, id: Number) -> Any:  # noqa: A002 - the path's own name
    """Return one message in quarantine, without its content."""
    permitted(request, "getQuarantined", OPERATIONS)
    return access.quarantined_for(id)


@operators.post("/quarantine/{id}/resolution", operation_id="resolveQuarantined",
                response=QuarantinedTold, summary="Lodge it again, or dismiss it")  # fmt: skip
def resolve_quarantined(request: HttpRequest, id: Number, wanted: Resolution) -> Any:  # noqa: A002
    """Send a message through the line again, in the name of who lodged it, or dismiss it."""
    actor = permitted(request, "resolveQuarantined", OPERATIONS)
    kept = access.quarantined_for(id)
    if wanted.decision == "dismiss":
        return resolving.dismiss(actor, kept, wanted.reason)
    return resolving.lodge_again(actor, kept, wanted.reason, running.line())


@operators.get("/alarms", operation_id="listAlarms", response=AlarmPage,
               summary="What operators have to know")  # fmt: skip
def list_alarms(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """List alarms, the latest first."""
    permitted(request, "listAlarms", OPERATIONS)
    return page_of(queries.alarms(), "-id", cursor, limit)


@operators.post("/alarms/{id}/acknowledgement", operation_id="acknowledgeAlarm",
                response=AlarmTold, summary="Take note of an alarm")  # fmt: skip
def acknowledge_alarm(request: HttpRequest, id: Number) -> Any:  # noqa: A002
    """Take note of an alarm; the next one of its kind is raised anew."""
    actor = permitted(request, "acknowledgeAlarm", OPERATIONS)
    return service.acknowledge(actor, access.alarm_for(id))
