"""The one API: every room's operations under ``/api/v1``, with one way to be known and refused."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationErrorContext
from ninja.errors import ValidationError as RequestInvalid
from ninja.operation import PathView
from ninja.router import BoundRouter
from ninja.utils import normalize_path

from clearway.accounts.api import router as accounts
from clearway.api import problems
from clearway.api.authentication import DOORS
from clearway.api.document import DESCRIPTION, document_of
from clearway.api.parsing import StrictParser
from clearway.api.reference_page import ReferencePage
from clearway.assessment.api import router as assessment
from clearway.audit.api import router as audit
from clearway.cargo.api import router as cargo
from clearway.cargo.api_cuscar import router as cuscar
from clearway.clearance.api import router as clearance
from clearway.clearance.api_doubts import router as doubt_security
from clearway.clearance.api_goods import router as goods
from clearway.clearance.api_prints import router as prints
from clearway.declarations.api import router as declarations
from clearway.documents.api import router as documents
from clearway.events.api import router as events
from clearway.events.api_webhooks import router as webhooks
from clearway.gate.api import router as gate
from clearway.gate.api_direct import router as gate_direct
from clearway.gate.api_seals import router as gate_seals
from clearway.gate.api_tokens import router as gate_tokens
from clearway.inspection.api import router as inspection
from clearway.inspection.api_doubts import router as doubts
from clearway.inspection.api_looking import router as looking
from clearway.intake.api import operators
from clearway.intake.api import router as lodging
from clearway.intake.api_acts import router as acts
from clearway.intake.api_bulk import router as bulk
from clearway.intelligence.api import router as intelligence
from clearway.intelligence.api_cases import router as targeting
from clearway.intelligence.api_register import router as intelligence_register
from clearway.payments.api import router as payments
from clearway.payments.api_cashier import router as cashiers
from clearway.permits.api import router as permits
from clearway.permits.api_agencies import router as agencies
from clearway.post_clearance.api import router as post_clearance
from clearway.quotas.api import router as quotas
from clearway.reference.api import router as reference
from clearway.risk.api import router as risk
from clearway.risk.learning.api import router as models
from clearway.supervision.api import router as supervision
from clearway.traders.api import router as traders
from clearway.vocabulary.errors import DataRefused, NotSignedIn

VERSION: Final = "1"
ROOT: Final = f"api/v{VERSION}/"


class Api(NinjaAPI):
    """Ninja's API, with our refusals in place of its own and a document that tells them all."""

    def set_default_exception_handlers(self) -> None:
        """Answer everything that is raised as a problem."""
        for kind in (Exception, Http404, HttpError, RequestInvalid):
            self.add_exception_handler(kind, problems.answer)

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """Answer an exception as a problem."""
        if isinstance(exc, HttpError) and exc.status_code == 401:
            exc = NotSignedIn("Nobody known asks.", remedy="Send an API key, or sign in.")
        return problems.answer(request, exc)

    def _get_bound_routers(self) -> list[BoundRouter]:
        """Bind the rooms' routers, so that two of them may have methods of one address.

        Ninja would let the first one answer for the address, and refuse the other's methods.
        """
        bound = self._bound_routers_cache
        if bound is not None:
            return bound
        bound = super()._get_bound_routers()
        views: dict[str, PathView] = {}
        for router in bound:
            for path, view in [*router.path_operations.items()]:
                address = normalize_path(f"/{router.prefix}/{path}")
                first = views.setdefault(address, view)
                if first is not view:
                    first.operations += view.operations
                    first.is_async = first.is_async or view.is_async
                    del router.path_operations[path]
        return bound

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> Any:
        """Return the refusal of a request's data, each wrong datum by its pointer."""
        faults = [fault for context in error_contexts for fault in _faults(context)]
        return DataRefused("The request's data are not as its description says.", faults=faults)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The OpenAPI document, made once."""
        return document_of(self, ROOT)

    def get_openapi_schema(self, **_: Any) -> Any:
        """Return the OpenAPI document."""
        return self.document


def _faults(context: ValidationErrorContext[Any]) -> Iterator[tuple[str, str]]:
    """Yield each error that pydantic found, as pointer and sentence."""
    model: Any = context.model
    source = model.__ninja_param_source__
    names = getattr(model, "__ninja_flatten_map_reverse__", {})
    single = getattr(model, "__read_from_single_attr__", None)
    for error in context.pydantic_validation_error.errors(include_url=False, include_input=False):
        place = names.get(error["loc"], error["loc"])
        if single and place[:1] == (single,):
            place = place[1:]
        parts = (str(part).replace("~", "~0").replace("/", "~1") for part in (source, *place))
        yield "/" + "/".join(parts), error["msg"]


api = Api(
    title="Clearway",
    version=VERSION,
    description=DESCRIPTION,
    auth=DOORS,
    parser=StrictParser(),
    docs=ReferencePage(),
    urls_namespace="api",
)
# Each room's, by one line of import.
for router in (
    accounts,
    traders,
    reference,
    quotas,
    risk,
    models,
    supervision,
    lodging,
    acts,
    declarations,
    permits,
    agencies,
    inspection,
    looking,
    doubts,
    doubt_security,
    intelligence,
    intelligence_register,
    targeting,
    payments,
    cashiers,
    clearance,
    goods,
    gate,
    gate_tokens,
    gate_direct,
    gate_seals,
    post_clearance,
    documents,
    prints,
    cargo,
    cuscar,
    assessment,
    operators,
    bulk,
    events,
    webhooks,
    audit,
):
    api.add_router("", router)
