"""The room's operations: mandates and authorisations."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from clearway.accounts.forms import Cursor, Day, Form, Limit, Number, Reason, permitted
from clearway.audit import clock
from clearway.traders import access, service
from clearway.traders.models import Authorisation, Mandate
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["traders"])

Identifier = Annotated[
    str, StringConstraints(min_length=3, max_length=17), Field(examples=["XP2000000001"])
]
Direction = Literal["", "IM", "EX"]
MandateState = Literal["asked", "granted", "refused", "revoked", "expired"]
AuthorisationState = Literal["granted", "suspended", "revoked"]


class MandateTold(Schema):
    """That an agent may lodge for a principal."""

    id: int
    principal: str = Field(description="identification number of the one represented")
    agent: str = Field(description="identification number of the one who lodges for him")
    direction: Direction = Field(description="empty for both")
    procedures: list[str] = Field(description="requested procedures covered; none means all")
    valid_from: date
    valid_to: date | None = Field(description="first day without it")
    state: MandateState
    reason: str
    changed_at: datetime


class MandatePage(Schema):
    """Some mandates."""

    items: list[MandateTold]
    next: str | None


class _Extent(Form):
    """What a mandate is to cover."""

    direction: Direction = Field("", description="empty for both")
    procedures: list[Annotated[str, StringConstraints(pattern="^[0-9A-Z]{2}$")]] = Field(
        default=[], max_length=40, description="none for all", examples=[["40"]]
    )
    valid_from: Day | None = Field(None, description="today where it is left out")
    valid_to: Day | None = Field(None, description="first day without it")

    def extent(self) -> dict[str, Any]:
        """Return it as the service takes it."""
        return {
            "direction": self.direction,
            "procedures": self.procedures,
            "valid_from": self.valid_from or clock.now().astimezone(UTC).date(),
            "valid_to": self.valid_to,
        }


class MandateGiven(_Extent):
    """A mandate that its principal gives."""

    agent: Identifier


class MandateAsked(_Extent):
    """A mandate that an agent asks for."""

    principal: Identifier


class MandateAnswer(Form):
    """What a principal answers."""

    grant: bool
    reason: Annotated[str, StringConstraints(max_length=512)] = ""


class Revocation(Form):
    """Why something ends."""

    reason: Reason


class AuthorisationTold(Schema):
    """What customs has allowed an operator."""

    id: int
    holder: str
    type: str = Field(description="code of the pack's list `authorisation`", examples=["AEOC"])
    reference: str
    valid_from: date
    valid_to: date | None
    state: AuthorisationState
    reason: str
    changed_at: datetime


class AuthorisationPage(Schema):
    """Some authorisations."""

    items: list[AuthorisationTold]
    next: str | None


class AuthorisationGiven(Form):
    """An authorisation to be granted."""

    holder: Identifier
    type: Annotated[str, StringConstraints(pattern="^[A-Z0-9]{2,4}$")] = Field(examples=["SDE"])
    reference: Annotated[str, StringConstraints(pattern="^[0-9A-Za-z/.-]{1,35}$")] = Field(
        examples=["XPSDE2026000001"]
    )
    valid_from: Day | None = Field(None, description="today where it is left out")
    valid_to: Day | None = None


class AuthorisationStep(Form):
    """Suspend, resume (`granted`) or revoke."""

    state: AuthorisationState
    reason: Reason


def _mandate(mandate: Mandate) -> dict[str, Any]:
    return {
        "id": mandate.pk,
        "principal": mandate.principal.identifier,
        "agent": mandate.agent.identifier,
        "direction": mandate.direction,
        "procedures": mandate.procedures.split(),
        "valid_from": mandate.valid_from,
        "valid_to": mandate.valid_to,
        "state": mandate.state,
        "reason": mandate.reason,
        "changed_at": mandate.changed_at,
    }


def _authorisation(found: Authorisation) -> dict[str, Any]:
    return {
        "id": found.pk,
        "holder": found.holder.identifier,
        "type": found.type,
        "reference": found.reference,
        "valid_from": found.valid_from,
        "valid_to": found.valid_to,
        "state": found.state,
        "reason": found.reason,
        "changed_at": found.changed_at,
    }


@router.get("/mandates", response=MandatePage, operation_id="listMandates", summary="Mandates")
def list_mandates(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
    state: MandateState | None = None,
) -> Any:
    """Return the mandates one gave or holds; officials see all."""
    actor = permitted(request, "listMandates", access.OPERATIONS)
    rows = access.visible_mandates(actor)
    page = page_of(rows.filter(state=state) if state else rows, "id", cursor, limit)
    return {"items": [_mandate(one) for one in page.items], "next": page.next}


@router.post(
    "/mandates",
    response={201: MandateTold},
    operation_id="grantMandate",
    summary="Give an agent a mandate",
)
def grant_mandate(request: HttpRequest, wanted: MandateGiven) -> Any:
    """Let an agent lodge for one's own organisation."""
    actor = permitted(request, "grantMandate", access.OPERATIONS)
    made = service.ask(actor, principal=actor.identifier, agent=wanted.agent, **wanted.extent())
    return Status(201, _mandate(made))


@router.post(
    "/mandates/requests",
    response={201: MandateTold},
    operation_id="askMandate",
    summary="Ask a principal for a mandate",
)
def ask_mandate(request: HttpRequest, wanted: MandateAsked) -> Any:
    """Ask to lodge for somebody; it counts when he has granted it."""
    actor = permitted(request, "askMandate", access.OPERATIONS)
    made = service.ask(actor, principal=wanted.principal, agent=actor.identifier, **wanted.extent())
    return Status(201, _mandate(made))


@router.get(
    "/mandates/{number}", response=MandateTold, operation_id="getMandate", summary="A mandate"
)
def get_mandate(request: HttpRequest, number: Number) -> Any:
    """Return one mandate."""
    actor = permitted(request, "getMandate", access.OPERATIONS)
    return _mandate(access.mandate_for(actor, number))


@router.post(
    "/mandates/{number}/answer",
    response=MandateTold,
    operation_id="answerMandate",
    summary="Grant or refuse a mandate that was asked for",
)
def answer_mandate(request: HttpRequest, number: Number, told: MandateAnswer) -> Any:
    """Answer an agent's request as its principal."""
    actor = permitted(request, "answerMandate", access.OPERATIONS)
    access.mandate_for(actor, number, to="answer")
    return _mandate(service.answer(actor, number, grant=told.grant, reason=told.reason))


@router.post(
    "/mandates/{number}/revocation",
    response=MandateTold,
    operation_id="revokeMandate",
    summary="End a mandate",
)
def revoke_mandate(request: HttpRequest, number: Number, told: Revocation) -> Any:
    """End a mandate from now on: the principal, the agent, or a registrar."""
    actor = permitted(request, "revokeMandate", access.OPERATIONS)
    access.mandate_for(actor, number, to="end")
    return _mandate(service.end(actor, number, told.reason))


@router.get(
    "/authorisations",
    response=AuthorisationPage,
    operation_id="listAuthorisations",
    summary="Authorisations",
)
def list_authorisations(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
    holder: Annotated[str, Query(max_length=17)] = "",
) -> Any:
    """Return one's authorisations; officials see all."""
    actor = permitted(request, "listAuthorisations", access.OPERATIONS)
    rows = access.visible_authorisations(actor)
    rows = rows.filter(holder__identifier=holder) if holder else rows
    page = page_of(rows, "id", cursor, limit)
    return {"items": [_authorisation(one) for one in page.items], "next": page.next}


@router.post(
    "/authorisations",
    response={201: AuthorisationTold},
    operation_id="grantAuthorisation",
    summary="Grant an authorisation",
)
def grant_authorisation(request: HttpRequest, wanted: AuthorisationGiven) -> Any:
    """Grant an operator what his declarations may then cite."""
    actor = permitted(request, "grantAuthorisation", access.OPERATIONS)
    made = service.authorise(
        actor,
        holder=wanted.holder,
        type_code=wanted.type,
        reference=wanted.reference,
        valid_from=wanted.valid_from or clock.now().astimezone(UTC).date(),
        valid_to=wanted.valid_to,
    )
    return Status(201, _authorisation(made))


@router.get(
    "/authorisations/{number}",
    response=AuthorisationTold,
    operation_id="getAuthorisation",
    summary="An authorisation",
)
def get_authorisation(request: HttpRequest, number: Number) -> Any:
    """Return one authorisation."""
    actor = permitted(request, "getAuthorisation", access.OPERATIONS)
    return _authorisation(access.authorisation_for(actor, number))


@router.post(
    "/authorisations/{number}/state",
    response=AuthorisationTold,
    operation_id="suspendAuthorisation",
    summary="Suspend, resume or revoke an authorisation",
)
def suspend_authorisation(request: HttpRequest, number: Number, told: AuthorisationStep) -> Any:
    """Change an authorisation from this moment on: the next lane decision already heeds it."""
    actor = permitted(request, "suspendAuthorisation", access.OPERATIONS)
    access.authorisation_for(actor, number, to="change")
    return _authorisation(service.set_authorisation(actor, number, told.state, told.reason))
