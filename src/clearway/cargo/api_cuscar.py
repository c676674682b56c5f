"""The door for cargo reports in EDIFACT."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from clearway.accounts.forms import permitted
from clearway.cargo import filing
from clearway.cargo.access import OPERATIONS
from clearway.cargo.filing import Filed, FiledFault
from clearway.vocabulary.errors import WrongMediaType

router = Router(tags=["cargo"])
MEDIA_TYPES = ("application/edifact", "application/octet-stream")


class FiledFaultTold(Schema):
    """One thing wrong with an interchange."""

    rule: str = Field(examples=["CLW1509"])
    segment: int = Field(description="counted from 1 at UNB; 0 is about the whole")
    text: str = Field(description="the segment as it came, cut short")
    message: str
    consignment: int = Field(description="place of the consignment not filed for it; 0 is none")
    pointer: str = Field(description="the datum, where the rule is about data")


class FiledDocumentTold(Schema):
    """What became of one consignment."""

    place: int
    number: str
    outcome: Literal["filed", "corrected", "cancelled", "refused"]
    state: str


class FiledMessageTold(Schema):
    """What became of one message."""

    message: str
    reference: str
    conveyance: int | None
    documents: list[FiledDocumentTold]
    faults: list[FiledFaultTold]


class InterchangeFiled(Schema):
    """What became of an interchange: some of it was filed."""

    control_reference: str
    filed: int
    refused: int
    messages: list[FiledMessageTold]
    faults: list[FiledFaultTold]


@router.post(
    "/cuscar",
    response={201: InterchangeFiled},
    operation_id="lodgeCuscar",
    summary="Report cargo in EDIFACT (CUSCAR)",
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "One interchange, UNB to UNZ: CUSCAR of D.95B or later.",
            "content": {MEDIA_TYPES[0]: {"schema": {"type": "string", "minLength": 1}}},
        }
    },
)
def lodge_cuscar(request: HttpRequest) -> Any:
    """File the conveyance and the documents of a manifest; the bad consignments come back."""
    actor = permitted(request, "lodgeCuscar", OPERATIONS)
    if (request.content_type or "").lower() not in MEDIA_TYPES:
        raise WrongMediaType(f"Send the interchange as {MEDIA_TYPES[0]}.")
    return Status(201, _told(filing.file_interchange(actor, request.body), actor.language))


def _told(filed: Filed, language: str) -> dict[str, Any]:
    total = sum(len(each.documents) for each in filed.messages)
    return {
        "control_reference": filed.control_reference,
        "filed": filed.kept,
        "refused": total - filed.kept,
        "faults": [_fault(each, language) for each in filed.faults],
        "messages": [
            {
                "message": each.message,
                "reference": each.reference,
                "conveyance": each.conveyance,
                "documents": [
                    {name: getattr(one, name) for name in FiledDocumentTold.model_fields}
                    for one in each.documents
                ],
                "faults": [_fault(one, language) for one in each.faults],
            }
            for each in filed.messages
        ],
    }


def _fault(fault: FiledFault, language: str) -> dict[str, Any]:
    return {
        "rule": fault.rule,
        "segment": fault.segment,
        "text": fault.text,
        "message": filing.told(fault, language),
        "consignment": fault.consignment,
        "pointer": fault.pointer,
    }
