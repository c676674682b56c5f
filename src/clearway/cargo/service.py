"""Every write of transport documents: reported, corrected, cancelled, assessed.

Each is refused with every error, or kept with what else the rules found, and assessed in the same
act. Announcing ``transport_document.reported`` tells the rooms above that declarations which came
ahead of the document may match now (``queries.as_reported``).
"""

from __future__ import annotations

from datetime import timedelta

import msgspec
from django.db import IntegrityError
from django.db.models import F

from clearway.audit import clock
from clearway.audit.actor import Actor, Role
from clearway.cargo import access, conveying, events, life_cycle, queries
from clearway.cargo.checks import Above, Case, answer_to, check_document, mass_allowance
from clearway.cargo.law import law_at, note_refusal, refuse_errors
from clearway.cargo.models import (
    CargoFinding,
    Container,
    Conveyance,
    DocumentVersion,
    TransportDocument,
)
from clearway.cargo.reports import DocumentReport
from clearway.cargo.rules import CargoLaw, document_key
from clearway.events.service import Act, act
from clearway.kernel.decisions import Finding
from clearway.vocabulary.code_lists import BULK_PACKAGES
from clearway.vocabulary.errors import DataRefused, StateForbids

_REFUSED = "The transport document is refused."
_PLAIN = (
    "number", "consignor_name", "consignor_address", "consignee", "consignee_name",
    "consignee_address", "loading_place", "discharge_place", "goods_location", "description",
    "package_type", "perishable", "packages", "gross_mass",
)  # fmt: skip


def report_document(actor: Actor, told: DocumentReport) -> TransportDocument:
    """Report a transport document. The same report again changes nothing.

    Raises:
        DataRefused: carries every error.
        NotThere: the conveyance is not the actor's.
    """
    before = queries.live_document(told.number)
    if (
        before is not None
        and before.organisation == actor.organisation
        and content_of(before) == told
    ):
        return before
    law = law_at(clock.now())
    try:
        with act(actor) as doing:
            return _file(doing, told, law)
    except DataRefused as refused:
        note_refusal(actor, events.subject(told.number), refused)
        raise
    except IntegrityError:
        # Somebody else filed the number in the same moment: now it is seen to be taken.
        if queries.live_document(told.number) is None:
            raise
        return report_document(actor, told)


def _file(doing: Act, told: DocumentReport, law: CargoLaw) -> TransportDocument:
    master = _master(doing.actor, told)
    conveyance = _conveyance(doing.actor, told, master)
    case = _case(doing, told, law, conveyance, master)
    case = msgspec.structs.replace(case, taken=queries.live_document(told.number) is not None)
    findings = check_document(case)
    refuse_errors(findings, _REFUSED, doing.actor)
    document = TransportDocument(
        key=document_key(told.number),
        level="house" if master else "master",
        author="carrier" if case.by_carrier else "copy",
        organisation=doing.actor.organisation,
        conveyance=conveyance,
        master=master,
        reported_at=doing.at,
    )
    _write(doing, document, told, law, findings, "")
    if master is not None:
        TransportDocument.objects.filter(pk=master.pk).update(houses=F("houses") + 1)
    if conveyance is not None and conveyance.arrived_at is not None:
        due = conveyance.arrived_at + timedelta(days=law.storage_days)
        conveying.land(doing, conveyance, conveyance.arrived_at, due)
        document.refresh_from_db()
    return document


def correct_document(
    actor: Actor, document: TransportDocument, told: DocumentReport, reason: str
) -> TransportDocument:
    """Correct a transport document; after its arrival only an officer does. Versions are kept.

    Raises:
        DataRefused: carries every error; nothing of it may fall below what is drawn.
        StateForbids: the state does not allow it, or number or master would change.
    """
    law = law_at(clock.now())
    try:
        with act(actor) as doing:
            document = TransportDocument.objects.select_for_update().get(pk=document.pk)
            _may_correct(actor, document, told)
            master = document.master and _locked(document.master)
            case = _case(doing, told, law, document.conveyance, master, document)
            findings = check_document(case)
            refuse_errors(findings, _REFUSED, actor)
            document.state = life_cycle.after(document.state, "correct")
            document.version += 1
            _write(doing, document, told, law, findings, reason)
    except DataRefused as refused:
        note_refusal(actor, events.subject(told.number), refused)
        raise
    return document


def _may_correct(actor: Actor, document: TransportDocument, told: DocumentReport) -> None:
    if document.arrived_at is not None and not actor.has(Role.OFFICER, Role.SUPERVISOR):
        raise StateForbids(
            "The goods have arrived; the report stands.",
            remedy="Ask an officer to correct it, or have the goods tallied.",
        )
    above = "" if document.master is None else document.master.key
    same = document_key(told.number) == document.key and document_key(told.master_number) == above
    if not same or (not above and told.conveyance != document.conveyance_id):
        raise StateForbids(
            "A correction keeps the document's number, master and conveyance.",
            remedy="Cancel the document and report it again.",
        )


def cancel_document(actor: Actor, document: TransportDocument, reason: str) -> TransportDocument:
    """Cancel a transport document that has not arrived.

    Declarations that draw on it wait again: the event tells the room that gives back for them.

    Raises:
        StateForbids: it has arrived, or it has live houses.
    """
    with act(actor) as doing:
        document = TransportDocument.objects.select_for_update().get(pk=document.pk)
        after = life_cycle.after(document.state, "cancel")
        if document.houses:
            raise StateForbids(
                "House documents stand under this document.", remedy="Cancel them first."
            )
        document.state = after
        document.save(update_fields=["state"])
        if document.master_id is not None:
            rows = TransportDocument.objects.filter(pk=document.master_id)
            rows.update(houses=F("houses") - 1)
        doing.announce(
            events.CANCELLED,
            events.subject(document.number),
            {"number": document.number, "reason": reason},
            concerns=conveying.concerned(document),
        )
    return document


def content_of(document: TransportDocument) -> DocumentReport:
    """Return the newest version of a document as it was reported."""
    newest = DocumentVersion.objects.get(document=document, number=document.version)
    return msgspec.json.decode(newest.content, type=DocumentReport)


def _master(actor: Actor, told: DocumentReport) -> TransportDocument | None:
    """Return the master that is named, locked, where the actor may file under it."""
    if not told.master_number:
        return None
    master = queries.live_document(told.master_number, lock=True)
    return master if master is not None and access.may_file_under(actor, master) else None


def _locked(document: TransportDocument) -> TransportDocument:
    return TransportDocument.objects.select_for_update().get(pk=document.pk)


def _conveyance(
    actor: Actor, told: DocumentReport, master: TransportDocument | None
) -> Conveyance | None:
    if told.master_number:
        return master.conveyance if master is not None else None
    if told.conveyance is None:
        raise DataRefused(
            _REFUSED,
            faults=(("/body/conveyance", "name the conveyance, or the master document"),),
        )
    return access.conveyance_for(actor, told.conveyance, to="file")


def _case(
    doing: Act,
    told: DocumentReport,
    law: CargoLaw,
    conveyance: Conveyance | None,
    master: TransportDocument | None,
    document: TransportDocument | None = None,
) -> Case:
    actor, above = doing.actor, None
    if master is not None:
        above = Above(
            level=master.level,
            gross_mass=master.gross_mass,
            houses_mass=queries.houses_mass(master, document.pk if document else None),
            drawn=bool(master.drawn_packages or master.drawn_mass),
        )
    mine = conveyance is not None and actor.identifier == conveyance.carrier
    pre_loading = queries.newest_pre_loading(document_key(told.number))
    return Case(
        report=told,
        law=law,
        by_carrier=(document.author == "carrier")
        if document
        else mine and actor.has(Role.CARRIER) and not told.master_number,
        now=doing.at,
        mode=conveyance.mode if conveyance else "",
        arrival=(conveyance.arrived_at or conveyance.expected_at) if conveyance else None,
        departure=conveyance.departed_at if conveyance else None,
        above=above,
        drawn_packages=document.drawn_packages if document else 0,
        drawn_mass=document.drawn_mass if document else 0,
        house_mass=queries.houses_mass(document) if document else 0,
        pre_loading=pre_loading.result if pre_loading else "",
    )


def _write(
    doing: Act,
    document: TransportDocument,
    told: DocumentReport,
    law: CargoLaw,
    findings: list[Finding],
    reason: str,
) -> None:
    """Write a document with its containers, findings and version, assess and announce it."""
    for column in _PLAIN:
        setattr(document, column, getattr(told, column))
    document.bulk = told.package_type in BULK_PACKAGES
    document.mass_allowance = mass_allowance(told, law)
    document.dangerous_goods = list(told.dangerous_goods)
    document.late = document.late or any(each.rule == "CLW5110" for each in findings)
    if document.state == "advised":
        assessed = life_cycle.after(document.state, "assess")
        document.state = life_cycle.after(assessed, answer_to(findings))
    document.save()
    document.containers.all().delete()
    Container.objects.bulk_create(
        Container(document=document, **msgspec.to_builtins(container))
        for container in told.containers
    )
    document.findings.all().delete()
    CargoFinding.objects.bulk_create(
        CargoFinding(
            document=document,
            rule=each.rule,
            severity=each.severity.value,
            pointer=each.pointer,
            parameters=dict(each.parameters),
        )
        for each in findings
    )
    DocumentVersion.objects.create(
        document=document,
        number=document.version,
        content=msgspec.json.encode(told),
        actor=doing.actor.name,
        reason=reason,
        at=doing.at,
    )
    _announce(doing, document, told, findings)


def _announce(
    doing: Act, document: TransportDocument, told: DocumentReport, findings: list[Finding]
) -> None:
    drawings = conveying.drawings_of([document] if document.version > 1 else [])
    concerned = conveying.concerned(document, drawings.get(document.pk, ()))
    subject = events.subject(document.number)
    doing.announce(
        events.REPORTED,
        subject,
        {
            "number": document.number,
            "key": document.key,
            "master": told.master_number,
            "conveyance": document.conveyance_id,
            "consignee": document.consignee,
            "packages": document.packages,
            "gross_mass": document.gross_mass,
            "version": document.version,
        },
        concerns=concerned,
    )
    doing.announce(
        events.ASSESSED,
        subject,
        {"state": document.state, "late": document.late, "rules": [each.rule for each in findings]},
        concerns=concerned,
    )
