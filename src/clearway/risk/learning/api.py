"""The operations on models."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Status

from clearway.accounts.forms import Cursor, Limit, permitted
from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.events.service import subject_of
from clearway.risk.learning import forms, queries, service, telling
from clearway.risk.learning.access import OPERATIONS
from clearway.vocabulary.pages import USUAL_PAGE, cursor_of, key_of

router = Router(tags=["models"])
ModelNumber = Annotated[int, Path(ge=1, le=2**31 - 1, description="number", examples=[1])]


@router.get(
    "/models", response=forms.ModelPage, operation_id="listModels",
    summary="Models and where each stands",
)  # fmt: skip
def list_models(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return the models, the newest first, without their cards."""
    permitted(request, "listModels", OPERATIONS)
    before = int(str(key_of(cursor))) if cursor else 2**31
    found = [one for one in telling.listed() if one["number"] < before]
    return {
        "items": found[:limit],
        "next": cursor_of(found[limit - 1]["number"]) if len(found) > limit else None,
    }


@router.post(
    "/models", response={201: forms.ModelWhole}, operation_id="orderModel", summary="Train a model"
)
def order_model(request: HttpRequest) -> Any:
    """Order a model: a job trains it on all that was inspected until yesterday."""
    actor = permitted(request, "orderModel", OPERATIONS)
    return Status(201, _whole(actor, service.order(actor).number))


@router.get(
    "/models/{number}", response=forms.ModelWhole, operation_id="getModel",
    summary="A model with its card",
)  # fmt: skip
def get_model(request: HttpRequest, number: ModelNumber) -> Any:
    """Return a model with its card and conditions, and how it fared. The read is logged."""
    return _whole(permitted(request, "getModel", OPERATIONS), number)


@router.post(
    "/models/{number}/back-tests", response={201: forms.ModelWhole}, operation_id="testModel",
    summary="Back-test a model",
)  # fmt: skip
def test_model(request: HttpRequest, number: ModelNumber) -> Any:
    """Order a back-test on the latest inspections; a job does it."""
    actor = permitted(request, "testModel", OPERATIONS)
    service.order_test(actor, number)
    return Status(201, _whole(actor, number))


@router.post(
    "/models/{number}/shadow", response=forms.ModelWhole, operation_id="shadowModel",
    summary="Let a model judge without effect",
)  # fmt: skip
def shadow_model(request: HttpRequest, number: ModelNumber, form: forms.ModelSeenForm) -> Any:
    """Let a back-tested model judge every declaration beside what serves; it selects none."""
    actor = permitted(request, "shadowModel", OPERATIONS)
    service.put_on_trial(actor, number, seen=form.seen)
    return _whole(actor, number)


@router.post(
    "/models/{number}/proposal", response=forms.ModelWhole, operation_id="proposeModel",
    summary="Ask a second person to let a model serve",
)  # fmt: skip
def propose_model(request: HttpRequest, number: ModelNumber, form: forms.ModelDecisionForm) -> Any:
    """Ask a second person to let a model serve; every condition must be met."""
    actor = permitted(request, "proposeModel", OPERATIONS)
    service.propose(actor, number, form.reason, seen=form.seen)
    return _whole(actor, number)


@router.post(
    "/models/{number}/promotion", response=forms.ModelWhole, operation_id="promoteModel",
    summary="Let a model serve, or retire it",
)  # fmt: skip
def promote_model(request: HttpRequest, number: ModelNumber, form: forms.ModelDecisionForm) -> Any:
    """Decide as a second person: what is proposed serves, what is retiring is retired."""
    actor = permitted(request, "promoteModel", OPERATIONS)
    service.promote(actor, number, form.reason, seen=form.seen)
    return _whole(actor, number)


@router.post(
    "/models/{number}/refusal", response=forms.ModelWhole, operation_id="refuseModel",
    summary="Refuse a model, or its retirement",
)  # fmt: skip
def refuse_model(request: HttpRequest, number: ModelNumber, form: forms.ModelDecisionForm) -> Any:
    """Refuse what waits for a decision: what is proposed is gone, what is retiring serves on."""
    actor = permitted(request, "refuseModel", OPERATIONS)
    service.refuse(actor, number, form.reason, seen=form.seen)
    return _whole(actor, number)


@router.post(
    "/models/{number}/retirement", response=forms.ModelWhole, operation_id="retireModel",
    summary="Retire a model",
)  # fmt: skip
def retire_model(request: HttpRequest, number: ModelNumber, form: forms.ModelRetirementForm) -> Any:
    """Give up what does not serve; of what does, ask a second person to retire it."""
    actor = permitted(request, "retireModel", OPERATIONS)
    service.retire(actor, number, form.reason)
    return _whole(actor, number)


def _whole(actor: Actor, number: int) -> dict[str, Any]:
    row = queries.model(number)
    audit.note("read", actor, subject_of("model", str(number)))
    return telling.whole(row)
