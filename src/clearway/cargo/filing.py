"""Filing a CUSCAR interchange: its conveyances and documents become reports like any others.

Consignments are filed each on its own, masters before their houses, some in one transaction: one
that is refused never stops its neighbours. A second sending of what was filed changes nothing,
so that an interchange which was cut short by a failure is simply sent again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from django.db import IntegrityError, transaction

from clearway.audit import clock
from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.cargo import conveying, events, queries, service
from clearway.cargo.law import ReportRefused, local_zone
from clearway.cargo.models import Conveyance, Interchange
from clearway.cargo.reports import (
    ContainerReport,
    ConveyanceReport,
    DocumentReport,
    SealReport,
)
from clearway.events.service import act, subject_of
from clearway.kernel.texts import render
from clearway.messages.cuscar import read_cuscar
from clearway.messages.cuscar_records import Manifest, ReportedConsignment
from clearway.messages.cuscar_segments import Fault
from clearway.vocabulary.errors import ActRefused, DataRefused, InputUnusable, StateForbids

_AT_ONCE = 50
_PERISHABLE = "PER"


class FiledFault(msgspec.Struct, frozen=True):
    """One thing wrong: a rule, where, and the segment as it came.

    ``consignment`` is the place of the consignment in its message that was not filed for it, 0
    where it spoilt none by itself. ``pointer`` names the datum where the rule is about data.
    """

    rule: str
    segment: int
    text: str
    parameters: dict[str, str]
    consignment: int = 0
    pointer: str = ""


class FiledDocument(msgspec.Struct, frozen=True):
    """What became of a consignment: filed, corrected, cancelled or refused, and its new state."""

    place: int
    number: str
    outcome: str
    state: str = ""


class FiledMessage(msgspec.Struct):
    """What became of one message."""

    message: str
    reference: str
    conveyance: int | None = None
    documents: list[FiledDocument] = []
    faults: list[FiledFault] = []


class NothingFiled(DataRefused):
    """An interchange of which nothing could be filed; carries what became of each part."""

    filed: Filed


class Filed(msgspec.Struct):
    """What became of an interchange."""

    control_reference: str
    messages: list[FiledMessage] = []
    faults: list[FiledFault] = []

    @property
    def kept(self) -> int:
        """How many consignments were filed, corrected or cancelled."""
        return sum(one.outcome != "refused" for each in self.messages for one in each.documents)

    @property
    def all_faults(self) -> list[FiledFault]:
        """Every fault, those of the whole first."""
        return [*self.faults, *(fault for each in self.messages for fault in each.faults)]


def file_interchange(actor: Actor, data: bytes) -> Filed:
    """File an interchange of cargo reports. The same one again gets the first answer.

    Raises:
        InputUnusable: it is no EDIFACT interchange, or of an unknown character set.
        TooLarge: it has more bytes or segments than are read.
        StateForbids: its control reference was used for another interchange.
        DataRefused: nothing of it could be filed; carries every fault with its segment.
    """
    digest = hashlib.sha256(data).digest()
    try:
        whole = read_cuscar(data)
    except InputUnusable as unusable:
        audit.note("unreadable", actor, "interchange", [digest, unusable.what])
        raise
    subject = subject_of("interchange", whole.control_reference)
    if (before := _filed_before(actor, whole.control_reference, digest)) is not None:
        return before
    filed = Filed(whole.control_reference, faults=[_fault(each) for each in whole.faults])
    zone = local_zone(clock.now())
    for manifest in whole.messages:
        filed.messages.append(_file_message(actor, manifest, zone))
    if not filed.kept:
        audit.note("refusal", actor, subject, [digest])
        raise _nothing_filed(actor, filed)
    try:
        keep(actor, data, digest, filed)
    except IntegrityError:
        return _filed_before(actor, whole.control_reference, digest) or filed
    return filed


def _filed_before(actor: Actor, control_reference: str, digest: bytes) -> Filed | None:
    row = queries.interchange(actor.organisation, control_reference) if control_reference else None
    if row is None:
        return None
    if bytes(row.digest) != digest:
        raise StateForbids(
            f"The control reference {control_reference} is another interchange's.",
            remedy="Give every interchange a reference of its own.",
        )
    return msgspec.json.decode(bytes(row.outcome), type=Filed)


def keep(actor: Actor, data: bytes, digest: bytes, filed: Filed) -> Interchange:
    """Keep what was sent with what became of it, and tell the sender's organisation."""
    with act(actor) as doing:
        made = Interchange.objects.create(
            organisation=actor.organisation,
            control_reference=filed.control_reference,
            digest=digest,
            content=data,
            outcome=msgspec.json.encode(filed),
            received_at=doing.at,
        )
        doing.announce(
            events.INTERCHANGE_FILED,
            subject_of("interchange", filed.control_reference),
            {"filed": filed.kept, "faults": len(filed.all_faults)},
            concerns=(actor.organisation,),
        )
    return made


def _nothing_filed(actor: Actor, filed: Filed) -> DataRefused:
    refused = NothingFiled(
        "Nothing of the interchange could be filed.",
        faults=[
            (f"/body/{fault.segment}", f"{fault.rule}: {told(fault, actor.language)} {fault.text}")
            for fault in filed.all_faults
        ],
        remedy="Each error names its segment, counted from 1 at UNB.",
    )
    refused.filed = filed
    return refused


def told(fault: FiledFault, language: str) -> str:
    """Return the sentence of a fault in a language."""
    return render(fault.rule, fault.parameters, language).message


def _fault(fault: Fault) -> FiledFault:
    return FiledFault(
        fault.rule, fault.segment, fault.text, dict(fault.parameters), fault.consignment
    )


def _file_message(actor: Actor, manifest: Manifest, zone: ZoneInfo) -> FiledMessage:
    filed = FiledMessage(manifest.message, manifest.reference)
    filed.faults = [_fault(fault) for fault in manifest.faults]
    conveyance: Conveyance | None = None
    usable = not manifest.refused
    if (
        usable
        and manifest.function != "1"
        and not all(c.master_number for c in manifest.consignments)
    ):
        conveyance = _file_conveyance(actor, manifest, zone, filed)
        usable = conveyance is not None
        filed.conveyance = None if conveyance is None else conveyance.pk
    good = [one for one in manifest.consignments if usable and not one.spoilt]
    kept = {one.place for one in good}
    for one in manifest.consignments:
        if one.place not in kept:
            filed.documents.append(FiledDocument(one.place, one.number[:70], "refused"))
    # Masters are there before their houses, and go after them.
    good.sort(key=lambda one: bool(one.master_number), reverse=manifest.function == "1")
    for start in range(0, len(good), _AT_ONCE):
        with transaction.atomic():
            for one in good[start : start + _AT_ONCE]:
                filed.documents.append(_file_consignment(actor, one, manifest, conveyance, filed))
    filed.documents.sort(key=lambda each: each.place)
    return filed


def _file_conveyance(
    actor: Actor, manifest: Manifest, zone: ZoneInfo, filed: FiledMessage
) -> Conveyance | None:
    """Report the message's conveyance, or correct it; ``None``: nothing can be filed."""
    expected = _instant(manifest.expected_at, zone)
    if expected is None:
        fault = FiledFault("CLW1508", 0, "", {"tag": "DTM+132"})
        filed.faults.append(fault)
        return None
    report = ConveyanceReport(
        reference=manifest.reference,
        mode=manifest.mode,
        carrier=manifest.carrier or actor.identifier,
        place=manifest.place,
        expected_at=expected,
        means=manifest.means,
        means_name=manifest.means_name,
        nationality=manifest.nationality,
        journey=manifest.journey,
        departed_at=_instant(manifest.departed_at, zone),
    )
    before = queries.conveyance_by_reference(actor.organisation, manifest.reference[:35])
    try:
        if before is not None and manifest.function in {"4", "5"}:
            if conveying.content_of(before) == report:
                return before
            return conveying.correct(actor, before, report, "CUSCAR")
        return conveying.report(actor, report)
    except ReportRefused as refused:
        filed.faults.extend(_from_findings(refused, 0, 0))
    except ActRefused as refused:
        filed.faults.append(_from_refusal(refused, 0, 0))
    return None


def _instant(local: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if local is None else local.replace(tzinfo=zone)


def _file_consignment(
    actor: Actor,
    one: ReportedConsignment,
    manifest: Manifest,
    conveyance: Conveyance | None,
    filed: FiledMessage,
) -> FiledDocument:
    """File, correct or cancel one consignment's document; a refusal is told, never raised."""
    try:
        # A savepoint: what one consignment's act has begun is undone without its neighbours.
        with transaction.atomic():
            outcome, state = _do(actor, one, manifest, conveyance)
        return FiledDocument(one.place, one.number, outcome, state)
    except ReportRefused as refused:
        filed.faults.extend(_from_findings(refused, one.segment, one.place))
    except ActRefused as refused:
        filed.faults.append(_from_refusal(refused, one.segment, one.place))
    audit.note("refusal", actor, events.subject(one.number))
    return FiledDocument(one.place, one.number[:70], "refused")


def _do(
    actor: Actor, one: ReportedConsignment, manifest: Manifest, conveyance: Conveyance | None
) -> tuple[str, str]:
    if manifest.function == "1":
        mine = queries.live_document(one.number)
        if mine is None or mine.organisation != actor.organisation:
            raise StateForbids("There is no such document to cancel.", where=one.number[:70])
        return "cancelled", service.cancel_document(actor, mine, "CUSCAR").state
    report = document_of(one, manifest, None if one.master_number else conveyance)
    reason = "CUSCAR" if manifest.function in {"4", "5"} else ""
    return file_document(actor, report, reason)


def file_document(actor: Actor, report: DocumentReport, reason: str) -> tuple[str, str]:
    """Report a document; with a reason, correct it where the actor has reported it before.

    Returns:
        The outcome (filed, corrected) and the document's state.

    Raises:
        DataRefused: carries every error.
        StateForbids: the document's state does not allow the correction.
    """
    mine = queries.live_document(report.number) if reason else None
    if mine is not None and mine.organisation == actor.organisation:
        if service.content_of(mine) == report:
            return "filed", mine.state
        return "corrected", service.correct_document(actor, mine, report, reason).state
    return "filed", service.report_document(actor, report).state


def document_of(
    one: ReportedConsignment, manifest: Manifest, conveyance: Conveyance | None
) -> DocumentReport:
    """Return a consignment as a document's report; totals as told, else those of its goods."""
    packages = [goods.packages for goods in one.goods if goods.packages is not None]
    masses = [goods.gross_mass for goods in one.goods if goods.gross_mass is not None]
    kinds = {goods.package_type for goods in one.goods} - {""}
    return DocumentReport(
        number=one.number,
        conveyance=None if conveyance is None else conveyance.pk,
        master_number=one.master_number,
        consignor_name=one.consignor.name,
        consignor_address=one.consignor.address,
        consignee=one.consignee.identifier,
        consignee_name=one.consignee.name,
        consignee_address=one.consignee.address,
        loading_place=one.loading_place or manifest.loading_place,
        discharge_place=one.discharge_place,
        goods_location=one.goods_location,
        description=_joined(goods.description for goods in one.goods),
        # Several kinds together are packages of no stated kind.
        package_type=kinds.pop() if len(kinds) == 1 else "PK" if kinds else "",
        perishable=any(_PERISHABLE in goods.handling for goods in one.goods),
        dangerous_goods=tuple(
            dict.fromkeys(number for goods in one.goods for number in goods.dangerous_goods)
        ),
        packages=one.packages if one.packages is not None else sum(packages),
        gross_mass=one.gross_mass if one.gross_mass is not None else sum(masses),
        containers=_containers(one, manifest),
    )


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(text for text in texts if text))


def _containers(one: ReportedConsignment, manifest: Manifest) -> tuple[ContainerReport, ...]:
    """Return the containers of a consignment's goods, as the equipment list tells of them."""
    counted: dict[str, int | None] = {}
    for goods in one.goods:
        for number, packages in goods.containers:
            before = counted.get(number)
            counted[number] = packages if before is None else before + (packages or 0)
    found = []
    for number, packages in counted.items():
        equipment = manifest.equipment.get(number)
        if equipment is None:
            found.append(ContainerReport(number, packages=packages))
            continue
        seals = tuple(SealReport(seal.number, seal.party[:3]) for seal in equipment.seals)
        found.append(
            ContainerReport(
                number,
                equipment.size_type,
                equipment.fullness,
                packages,
                equipment.gross_mass,
                seals,
            )
        )
    return tuple(found)


def _from_findings(refused: ReportRefused, segment: int, place: int) -> Sequence[FiledFault]:
    return [
        FiledFault(each.rule, segment, "", dict(each.parameters), place, each.pointer)
        for each in refused.findings
    ]


def _from_refusal(refused: ActRefused, segment: int, place: int) -> FiledFault:
    return FiledFault("CLW1514", segment, "", {"why": str(refused)}, place)
