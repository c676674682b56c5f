"""Operations on lodged declarations that the kernel has to judge: amend, present, decide."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Header, Query, Router
from pydantic import StringConstraints

from clearway.accounts.forms import Form, Number, Reason, permitted
from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.declarations import access, service, told
from clearway.declarations.life_cycle import BEFORE_RELEASE
from clearway.declarations.models import Declaration
from clearway.declarations.told import Mrn
from clearway.intake import asking, deciding
from clearway.intake.api import respond, through
from clearway.intake.forms import MESSAGE, DeclarationLodged
from clearway.intake.headers import key_of, language_of, media_type_of
from clearway.intake.submission import Submission

router = Router(tags=["declarations"])

Why = Annotated[
    str,
    StringConstraints(strip_whitespace=True),
    Query(min_length=1, max_length=512, description="why", examples=["Wrong net mass"]),
]
Repeat = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=128,
        pattern="^[!-~]+$",
        description="a repeat under the same key gets the same answer",
    ),
]


class DecisionWanted(Form):
    """An officer's decision on a request."""

    grant: bool
    reason: Reason


@router.post(
    "/declarations/{mrn}/amendments",
    response={200: DeclarationLodged, 202: told.RequestTold},
    operation_id="amendDeclaration",
    summary="Amend a declaration",
    openapi_extra=MESSAGE,
)
def amend_declaration(request: HttpRequest, mrn: Mrn, reason: Why, key: Repeat = None) -> Any:
    """Amend at once before a lane was communicated (200); afterwards ask for it (202)."""
    actor = permitted(request, "amendDeclaration", access.OPERATIONS)
    declaration = access.declaration_for(actor, mrn, to="amend")
    return amended(_submission(request, actor, declaration, "amend", reason, key), declaration)


def amended(submission: Submission, declaration: Declaration) -> HttpResponse:
    """Amend at once where no lane was communicated yet; else put it before the officers.

    Raises:
        StateForbids: nothing can be asked in this state, or another request is open.
    """
    kept = asking.kept_answer(submission)  # by now the declaration may ask for the other way
    if kept is not None:
        return respond(kept)
    if declaration.state in BEFORE_RELEASE and declaration.lane is None:
        return through(submission)
    kind = service.AMENDMENT if declaration.state in BEFORE_RELEASE else service.CORRECTION
    return respond(asking.ask_to_amend(submission, declaration, kind))


@router.post(
    "/declarations/{mrn}/presentation",
    response=DeclarationLodged,
    operation_id="presentGoods",
    summary="Present the goods of a declaration lodged in advance",
)
def present_goods(request: HttpRequest, mrn: Mrn, key: Repeat = None) -> Any:
    """Say that the goods are here: the declaration is accepted by the law of this day."""
    actor = permitted(request, "presentGoods", access.OPERATIONS)
    declaration = access.declaration_for(actor, mrn, to="present")
    return through(_submission(request, actor, declaration, "present", "", key))


@router.post(
    "/requests/{number}/decision",
    response=told.RequestTold,
    operation_id="decideRequest",
    summary="Decide a request",
)
def decide_request(request: HttpRequest, number: Number, wanted: DecisionWanted) -> Any:
    """Grant or refuse. What is granted is done at once; where it cannot be, the answer says why."""
    actor = permitted(request, "decideRequest", access.OPERATIONS)
    decided = deciding.decide(
        actor, number, grant=wanted.grant, reason=wanted.reason, at=clock.now()
    )
    if decided.failed is not None:
        return respond(decided.failed)
    return told.request(decided.request)  # type: ignore[arg-type]


def _submission(
    request: HttpRequest,
    actor: Actor,
    declaration: Declaration,
    purpose: str,
    reason: str,
    key: str | None,
) -> Submission:
    return Submission(
        actor=actor,
        door="api",
        media_type=media_type_of(request.headers.get("content-type", ""))
        if purpose == "amend"
        else "",
        body=request.body if purpose == "amend" else b"",
        idempotency_key="" if key is None else key_of(key),
        received_at=clock.now(),
        purpose=purpose,
        declaration=declaration.mrn or "",
        reason=reason,
        language=language_of(request.headers.get("accept-language", "")) or actor.language,
    )
