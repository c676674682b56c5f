"""The room's operations: conveyances, transport documents, discharge, write-off, pre-loading.

EDIFACT comes in by ``api_cuscar``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status

from clearway.accounts.forms import Cursor, Limit, Number, permitted
from clearway.audit.actor import Actor
from clearway.cargo import access, conveying, discharging, pre_loading, queries, service
from clearway.cargo.access import OPERATIONS
from clearway.cargo.answers import (
    ConveyancePage,
    ConveyanceTold,
    DocumentPage,
    DocumentTold,
    PreLoadingTold,
    State,
    TallyTold,
    WriteOffPage,
    conveyance_told,
    document_told,
    pre_loading_told,
    summary_told,
    tally_told,
    write_off_told,
)
from clearway.cargo.forms import (
    ArrivalWanted,
    ConveyanceCorrected,
    ConveyanceWanted,
    DocumentCorrected,
    DocumentWanted,
    Ending,
    InPath,
    PreLoadingWanted,
    TallyWanted,
)
from clearway.cargo.rules import millionths
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["cargo"])


@router.post(
    "/conveyances",
    response={201: ConveyanceTold},
    operation_id="reportConveyance",
    summary="Report a conveyance",
)
def report_conveyance(request: HttpRequest, wanted: ConveyanceWanted) -> Any:
    """Report a conveyance before it arrives. The same report again changes nothing."""
    actor = permitted(request, "reportConveyance", OPERATIONS)
    return Status(201, conveyance_told(conveying.report(actor, wanted.report())))


@router.get(
    "/conveyances",
    response=ConveyancePage,
    operation_id="listConveyances",
    summary="Conveyances",
)
def list_conveyances(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
    state: Literal["expected", "arrived", "cancelled"] | None = None,
) -> Any:
    """Return conveyances, the last reported first: a carrier's own; terminals and officers all."""
    actor = permitted(request, "listConveyances", OPERATIONS)
    rows = queries.conveyances(access.conveyances_of(actor))
    page = page_of(rows.filter(state=state) if state else rows, "-id", cursor, limit)
    return {"items": [conveyance_told(row) for row in page.items], "next": page.next}


@router.get(
    "/conveyances/{number}",
    response=ConveyanceTold,
    operation_id="getConveyance",
    summary="A conveyance",
)
def get_conveyance(request: HttpRequest, number: Number) -> Any:
    """Return one conveyance."""
    actor = permitted(request, "getConveyance", OPERATIONS)
    return conveyance_told(access.conveyance_for(actor, number))


@router.post(
    "/conveyances/{number}/corrections",
    response={201: ConveyanceTold},
    operation_id="correctConveyance",
    summary="Correct a conveyance report",
)
def correct_conveyance(request: HttpRequest, number: Number, wanted: ConveyanceCorrected) -> Any:
    """Report a conveyance anew, until it arrives. Every version is kept."""
    actor = permitted(request, "correctConveyance", OPERATIONS)
    conveyance = access.conveyance_for(actor, number, to="correct")
    corrected = conveying.correct(actor, conveyance, wanted.report(), wanted.reason)
    return Status(201, conveyance_told(corrected))


@router.post(
    "/conveyances/{number}/arrival",
    response=ConveyanceTold,
    operation_id="notifyArrival",
    summary="Notify that a conveyance has arrived",
)
def notify_arrival(request: HttpRequest, number: Number, told: ArrivalWanted) -> Any:
    """Let a conveyance and all that is reported on it arrive; declarations lodged ahead follow."""
    actor = permitted(request, "notifyArrival", OPERATIONS)
    conveyance = access.conveyance_for(actor, number, to="arrival")
    return conveyance_told(conveying.arrive(actor, conveyance, told.arrived_at, told.place))


@router.post(
    "/transport-documents",
    response={201: DocumentTold},
    operation_id="reportTransportDocument",
    summary="Report a transport document",
)
def report_transport_document(request: HttpRequest, wanted: DocumentWanted) -> Any:
    """Report a master document on a conveyance, or a house document under a master.

    The same report again changes nothing.
    """
    actor = permitted(request, "reportTransportDocument", OPERATIONS)
    made = service.report_document(actor, wanted.report())
    return Status(201, document_told(made, actor.language))


@router.get(
    "/transport-documents",
    response=DocumentPage,
    operation_id="listTransportDocuments",
    summary="Transport documents",
)
def list_transport_documents(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
    state: State | None = None,
    conveyance: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    container: Annotated[str, Query(max_length=17)] = "",
) -> Any:
    """Return the transport documents that one may see, the last reported first."""
    actor = permitted(request, "listTransportDocuments", OPERATIONS)
    rows = queries.documents(access.documents_of(actor))
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(conveyance=conveyance) if conveyance else rows
    if container:
        rows = rows.filter(pk__in=queries.documents_with_container(container))
    page = page_of(rows, "-id", cursor, limit)
    access.note_list(actor, page.items)
    return {"items": [summary_told(row) for row in page.items], "next": page.next}


@router.get(
    "/transport-documents/{number}",
    response=DocumentTold,
    operation_id="getTransportDocument",
    summary="A transport document",
)
def get_transport_document(request: HttpRequest, number: InPath) -> Any:
    """Return one transport document with its stock, containers and findings."""
    actor = permitted(request, "getTransportDocument", OPERATIONS)
    return document_told(access.document_for(actor, number), actor.language)


@router.post(
    "/transport-documents/{number}/corrections",
    response={201: DocumentTold},
    operation_id="correctTransportDocument",
    summary="Correct a transport document",
)
def correct_transport_document(
    request: HttpRequest, number: InPath, wanted: DocumentCorrected
) -> Any:
    """Report a document anew until it arrives; afterwards only an officer does."""
    actor = permitted(request, "correctTransportDocument", OPERATIONS)
    document = access.document_for(actor, number, to="correct")
    corrected = service.correct_document(actor, document, wanted.report(), wanted.reason)
    return Status(201, document_told(corrected, actor.language))


@router.post(
    "/transport-documents/{number}/cancellation",
    response=DocumentTold,
    operation_id="cancelTransportDocument",
    summary="Cancel a transport document",
)
def cancel_transport_document(request: HttpRequest, number: InPath, told: Ending) -> Any:
    """Cancel a document that has not arrived; declarations that drew on it wait again."""
    actor = permitted(request, "cancelTransportDocument", OPERATIONS)
    document = access.document_for(actor, number, to="correct")
    cancelled = service.cancel_document(actor, document, told.reason)
    return document_told(cancelled, actor.language)


@router.post(
    "/transport-documents/{number}/discharge",
    response={201: TallyTold},
    operation_id="tallyDischarge",
    summary="Tell what was counted at discharge",
)
def tally_discharge(request: HttpRequest, number: InPath, told: TallyWanted) -> Any:
    """Tally the goods of a document: shortages and excesses flag the declarations on it."""
    actor = permitted(request, "tallyDischarge", OPERATIONS)
    document = access.document_for(actor, number, to="tally")
    mass = None if told.gross_mass is None else millionths(told.gross_mass)
    made = discharging.tally(
        actor, document, packages=told.packages, gross_mass=mass, remarks=told.remarks
    )
    return Status(201, tally_told(made))


@router.post(
    "/transport-documents/{number}/closure",
    response=DocumentTold,
    operation_id="closeTransportDocument",
    summary="Close a transport document",
)
def close_transport_document(request: HttpRequest, number: InPath, told: Ending) -> Any:
    """Close a document that is written off whole, or tallied short (an officer): all is said."""
    actor = permitted(request, "closeTransportDocument", OPERATIONS)
    document = access.document_for(actor, number, to="close")
    return document_told(discharging.close(actor, document, told.reason), actor.language)


@router.get(
    "/transport-documents/{number}/write-offs",
    response=WriteOffPage,
    operation_id="listWriteOffs",
    summary="The ledger of a document's stock",
)
def list_write_offs(
    request: HttpRequest, number: InPath, cursor: Cursor = "", limit: Limit = USUAL_PAGE
) -> Any:
    """Return the ledger, one's own declarations by MRN; a trader sees only his own rows."""
    actor = permitted(request, "listWriteOffs", OPERATIONS)
    document = access.document_for(actor, number)
    rows = queries.write_offs(document).filter(access.write_offs_of(actor, document))
    page = page_of(rows, "id", cursor, limit)
    return {
        "items": [
            write_off_told(row, named=access.may_name(actor, row.organisation, row.importer))
            for row in page.items
        ],
        "next": page.next,
    }


@router.post(
    "/pre-loading",
    response={201: PreLoadingTold},
    operation_id="lodgePreLoading",
    summary="Lodge air pre-loading data",
)
def lodge_pre_loading(request: HttpRequest, wanted: PreLoadingWanted) -> Any:
    """Lodge the "7+1" data before loading and get the answer: OK, RFI, RFS or DO-NOT-LOAD."""
    actor = permitted(request, "lodgePreLoading", OPERATIONS)
    made = pre_loading.lodge(actor, wanted.report())
    return Status(201, pre_loading_told(made, actor.language))


@router.get(
    "/pre-loading/{number}",
    response=PreLoadingTold,
    operation_id="getPreLoading",
    summary="The answer to air pre-loading data",
)
def get_pre_loading(request: HttpRequest, number: Number) -> Any:
    """Return one answer."""
    actor: Actor = permitted(request, "getPreLoading", OPERATIONS)
    return pre_loading_told(access.pre_loading_for(actor, number), actor.language)
