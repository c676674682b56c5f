"""The steps of a look at goods, as a tablet or another system tells them."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from ninja import File, Router, Status
from ninja import Form as FormField
from ninja.files import UploadedFile

from clearway.accounts.forms import Number, permitted
from clearway.audit.actor import Actor
from clearway.inspection import access, forms, noting, queries, service, told
from clearway.inspection.models import Opening
from clearway.inspection.reading import note_read
from clearway.vocabulary.errors import NotThere

router = Router(tags=["inspection"])


@router.post(
    "/inspections/{number}/start",
    response=forms.InspectionWhole,
    operation_id="startInspection",
    summary="Begin an inspection",
)
def start_inspection(request: HttpRequest, number: Number, given: forms.BeginningTold) -> Any:
    """Begin a look for which you were drawn."""
    actor = permitted(request, "startInspection", access.OPERATIONS)
    return _whole(actor, service.start(actor, number, given.at))


@router.put(
    "/inspections/{number}/checklist",
    response=forms.InspectionWhole,
    operation_id="answerChecklist",
    summary="Answer the checklist",
)
def answer_checklist(request: HttpRequest, number: Number, given: forms.AnswersGiven) -> Any:
    """Answer questions; the last answer to each stands."""
    actor = permitted(request, "answerChecklist", access.OPERATIONS)
    answers: dict[str, tuple[str, str]] = {
        code: (one.answer, one.note) for code, one in given.answers.items()
    }
    return _whole(actor, service.check(actor, number, answers))


@router.post(
    "/inspections/{number}/findings",
    response={201: forms.InspectionFinding},
    operation_id="recordFinding",
    summary="Record what differs",
)
def record_finding(request: HttpRequest, number: Number, wanted: forms.FindingWanted) -> Any:
    """Record a coded finding; what was declared is read from the record."""
    actor = permitted(request, "recordFinding", access.OPERATIONS)
    made = noting.find(
        actor,
        number,
        code=wanted.code,
        item=wanted.item,
        found=wanted.found,
        value=wanted.value,
        note=wanted.note,
    )
    return Status(201, told.finding(made))


@router.delete(
    "/inspections/{number}/findings/{finding}",
    response=forms.InspectionFinding,
    operation_id="withdrawFinding",
    summary="Withdraw a finding",
)
def withdraw_finding(request: HttpRequest, number: Number, finding: Number) -> Any:
    """Take back what was noted by mistake; the record keeps it."""
    actor = permitted(request, "withdrawFinding", access.OPERATIONS)
    return told.finding(noting.withdraw(actor, number, finding))


@router.post(
    "/inspections/{number}/photos",
    response={201: forms.InspectionPhoto},
    operation_id="keepPhoto",
    summary="Keep a picture",
)
def keep_photo(
    request: HttpRequest,
    number: Number,
    file: Annotated[UploadedFile, File(description="PNG, JPEG or TIFF of at most 20 MiB")],
    sha256: Annotated[
        str,
        FormField(
            min_length=64,
            max_length=64,
            pattern="^[0-9a-f]+$",
            description="made where the picture was taken",
            examples=["0" * 64],
        ),
    ],
) -> Any:
    """Keep a picture under the hash that came with it; one of another hash is refused."""
    actor = permitted(request, "keepPhoto", access.OPERATIONS)
    made = noting.keep_photo(
        actor, number, name=file.name or "", content=file.read(), sha256=sha256
    )
    return Status(201, told.photo(made))


@router.get(
    "/inspections/{number}/photos/{photo}",
    response=None,
    operation_id="getPhoto",
    summary="A picture's bytes",
    openapi_extra={
        "responses": {
            200: {
                "description": "The picture, byte for byte, to be kept and not run",
                "content": {"application/octet-stream": {}},
            }
        }
    },
)
def get_photo(request: HttpRequest, number: Number, photo: Number) -> Any:
    """Return the picture itself."""
    actor = permitted(request, "getPhoto", access.OPERATIONS)
    opening = access.opening_for(actor, number)
    found = queries.photo(opening.pk, photo)
    if found is None:
        raise NotThere("There is no such picture.", remedy="Look where it stands now.")
    note_read(actor, opening, f"photo {found.pk}")
    return HttpResponse(
        noting.bytes_of(found),
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Digest": f"sha-256={found.sha256}",
        },
    )


@router.post(
    "/inspections/{number}/samples",
    response={201: forms.InspectionSample},
    operation_id="takeSample",
    summary="Draw a sample",
)
def take_sample(request: HttpRequest, number: Number, wanted: forms.SampleWanted) -> Any:
    """Draw a sample; the look waits for what the laboratory finds."""
    actor = permitted(request, "takeSample", access.OPERATIONS)
    made = noting.take_sample(
        actor,
        number,
        item=wanted.item,
        what=wanted.what,
        seal=wanted.seal,
        laboratory=wanted.laboratory,
    )
    return Status(201, told.sample(made))


@router.post(
    "/inspections/{number}/samples/{sample}/result",
    response=forms.InspectionSample,
    operation_id="recordLabResult",
    summary="Record what the laboratory found",
)
def record_lab_result(
    request: HttpRequest, number: Number, sample: Number, given: forms.LabResultGiven
) -> Any:
    """Record the result of a sample."""
    actor = permitted(request, "recordLabResult", access.OPERATIONS)
    made = noting.take_lab_result(
        actor, number, sample, conclusion=given.conclusion, report=given.report, text=given.text
    )
    return told.sample(made.sample)


@router.post(
    "/inspections/{number}/seals",
    response={201: forms.InspectionSeal},
    operation_id="recordSeal",
    summary="Record that a seal was broken or set",
)
def record_seal(request: HttpRequest, number: Number, given: forms.SealGiven) -> Any:
    """Record a seal; whoever breaks one sets another before he gives the result."""
    actor = permitted(request, "recordSeal", access.OPERATIONS)
    made = service.record_seal(
        actor,
        number,
        what=given.what,
        seal=given.seal,
        unit=given.unit,
        party=given.party,
        seal_class=given.seal_class,
    )
    return Status(201, told.seal(made))


def _whole(actor: Actor, row: Opening) -> dict[str, Any]:
    note_read(actor, row)
    return told.whole(row, row.declaration)
