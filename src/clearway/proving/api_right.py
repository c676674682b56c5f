"""Right data of every operation for one role, with objects of its own to act on."""

from __future__ import annotations

from typing import Final

from clearway.api.examples import example
from clearway.audit.actor import Role
from clearway.proving import (
    api_after_release,
    api_gate,
    api_inspections,
    api_intelligence,
    api_models,
    api_payments,
    api_permits,
    api_profiles,
)
from clearway.proving.api_objects import (
    CARRIER,
    CUSTOMS,
    LODGERS,
    NOW,
    NUMBERS,
    PDF,
    REPORTERS,
    ROLE_OF,
    SECURITY,
    TRADE,
    TRADER,
    WEBHOOK,
    Objects,
    Right,
)

ARCHIVE: Final = "ARCHIVE"
"""Stands in the examples for the bytes of ``Objects.archive``."""
_WHY: Final = {"reason": "Lodged in error"}
_FIRST_PACK: Final = 1


def right_data(objects: Objects, who: str) -> dict[str, Right]:
    """Lay what one of ``READY`` needs, and return right data of every operation that he has.

    Operations that need none, such as plain lists, are left out. Nobody (empty) has no operation.
    """
    if not who:
        return {"streamEvents": Right({"seconds": 1})}
    role = ROLE_OF[who]
    found = _everybody(objects, who)
    if role in TRADE:
        found |= _trade(objects, who)
    if role in LODGERS:
        found |= _lodgers(objects, who)
    if role in LODGERS | CUSTOMS | {Role.AUDITOR}:
        found |= _declarations(objects, who if role in LODGERS else TRADER)
    if role in CUSTOMS:
        found |= _customs(objects, who)
    found |= api_inspections.inspections(objects, who)
    found |= api_intelligence.right_data(objects, who)
    found |= api_permits.right_data(objects, who)
    if role in CUSTOMS | {Role.AGENCY}:
        found |= _holders(objects, who)
    if role in {Role.TERMINAL, Role.CARRIER}:
        found |= _shippers(objects)
    found |= _cargo(objects, who)
    found |= api_gate.right_data(objects, who)
    found |= api_after_release.right_data(objects, who)
    found |= api_payments.right_data(objects, who)
    found |= api_profiles.right_data(objects, who)
    found |= api_models.right_data(objects, who)
    officials = {
        Role.REGISTRAR: _registrar,
        Role.TARIFF: _steward,
        Role.AUDITOR: _auditor,
        Role.SUPERVISOR: _leaf,
        Role.OPERATOR: _operator,
    }
    return found | (officials[role](objects) if role in officials else {})


def _everybody(objects: Objects, who: str) -> dict[str, Right]:
    own = {"number": objects.ask(who, "GET", "/me")["organisation"]}
    pack = {"number": _FIRST_PACK}
    paper = objects.printed(TRADER, objects.declaration(TRADER))["verification"]
    mandate = objects.granted("trader2", "airline") if ROLE_OF[who] not in TRADE else 0
    return {
        "makeApiKey": Right(body=objects.key_wanted(who)),
        "revokeApiKey": Right({"number": objects.key(who)}),
        "getOrganisation": Right(own),
        "listMembers": Right(own),
        "getPack": Right(pack),
        "listPackChanges": Right(pack),
        "lookUpTariffLine": Right({"code": "94033000"}),
        "getTariffQuota": Right({"order": "091001"}),
        "listQuotaDraws": Right({"order": "091001"}),
        "verifyDocument": Right({"token": paper.rsplit("/", 1)[1]}),
        "getConsistency": Right({"from": 0, "to": objects.checkpoint["size"]}),
        "streamEvents": Right({"seconds": 1}),
        "getMandate": Right({"number": mandate}),
        "revokeMandate": Right({"number": mandate}, _WHY),
        "getAuthorisation": Right(
            {"number": objects.authorisation(who if NUMBERS[who] else "trader")}
        ),
    }


def _trade(objects: Objects, who: str) -> dict[str, Right]:
    other = "broker2" if who != "broker2" else "broker"
    extent = {"direction": "EX", "procedures": ["10"]}
    numbers = {
        name: {"number": objects.webhook(who)} for name in ("keep", "change", "remove", "rotate")
    }
    return {
        "askMandate": Right(body={"principal": NUMBERS["trader3"], **extent}),
        "grantMandate": Right(body={"agent": NUMBERS["airline"], **extent}),
        "getMandate": Right({"number": objects.mandate(who, other)}),
        "answerMandate": Right({"number": objects.mandate(who, other)}, {"grant": True}),
        "revokeMandate": Right({"number": objects.granted(who, other)}, _WHY),
        "makeWebhook": Right(body=WEBHOOK),
        "getWebhook": Right(numbers["keep"]),
        "listDeliveries": Right(numbers["keep"]),
        "replayDeliveries": Right(numbers["keep"], {"since": NOW, "until": NOW}),
        "changeWebhook": Right(numbers["change"], {"state": "disabled"}),
        "rotateSecret": Right(numbers["rotate"]),
        "removeWebhook": Right(numbers["remove"]),
    }


def _lodgers(objects: Objects, who: str) -> dict[str, Right]:
    job = {"id": objects.bulk(who)}
    return {
        "lodgeDeclaration": Right(body=objects.message(who)),
        "estimateCharges": Right(body=objects.message(who)),
        "tryLodging": Right(body=objects.message(who)),
        "amendDeclaration": objects.amendment(who),
        "presentGoods": Right({"mrn": objects.declaration(who, kind="IMD")}),
        "cancelDeclaration": Right({"mrn": objects.declaration(who, kind="IMD")}, _WHY),
        "withdrawRequest": Right({"number": objects.request(who)}),
        "attachDocument": Right(
            {"mrn": objects.declaration(who)}, {"file": PDF.decode(), "type_code": "N380"}
        ),
        "uploadBulk": Right(body=objects.rows(who)),
        "getBulk": Right(job),
        "listBulkErrors": Right(job),
        "downloadBulkErrors": Right(job),
        "downloadBulkToMend": Right(job),
        "downloadBulkAccepted": Right(job),
    }


def _declarations(objects: Objects, owner: str) -> dict[str, Right]:
    """What may be read of a declaration; whoever reads it, it is its owner's."""
    mrn = objects.declaration(owner)
    whole, part = {"mrn": mrn}, {"mrn": mrn, "number": 1}
    issued = {"number": objects.printed(owner, mrn)["number"]}
    return {
        "printDeclaration": Right(whole, {"kind": "declaration_print"}),
        "getIssuedDocument": Right(issued),
        "getIssuedDocumentFile": Right(issued),
        "getDeclaration": Right(whole),
        "listVersions": Right(whole),
        "getVersion": Right(part),
        "getOriginal": Right(part),
        "getAssessment": Right(whole),
        "showStanding": Right(whole),
        "listDocuments": Right(whole),
        "getDocument": Right({"mrn": mrn, "number": objects.attached(owner, mrn)}),
    }


def _customs(objects: Objects, who: str) -> dict[str, Right]:
    other = "supervisor" if who == "officer" else "officer"
    found = {
        "takeNext": Right(body={"lane": "red"}),
        "takeDeclaration": Right({"mrn": objects.waiting()}),
        "decideDeclaration": Right(
            {"mrn": objects.looked_at(much=True)}, {"decision": "accept", "goods_controlled": True}
        ),
        "handBack": Right({"mrn": objects.taken(who)}),
        "confirmProposal": Right({"number": objects.proposal(other)}, {"confirm": True}),
    }
    if ROLE_OF[who] == Role.SUPERVISOR:
        found["reassignDeclaration"] = Right(
            {"mrn": objects.waiting()}, {"officer": objects.desk()}
        )
    order = {"documents_checked": True, "goods_controlled": True, "security": SECURITY}
    return found | {
        "presentGoods": Right({"mrn": objects.declaration(kind="IMD")}),
        "decideRequest": Right({"number": objects.request()}, {"grant": True, **_WHY}),
        "releaseDeclaration": Right({"mrn": objects.releasable()}, order),
        "releaseItems": Right({"mrn": objects.releasable()}, {"items": [1], **order}),
        "confirmExit": Right({"mrn": objects.exported()}, {"proof": "Entry 118-2 at Houston"}),
        "authoriseMove": Right(body=objects.moving()),
        "cancelMove": Right({"number": objects.move("officer")}, _WHY),
    }


def _holders(objects: Objects, who: str) -> dict[str, Right]:
    law = {"legal_reason": "Customs Act, section 12"}
    order = {"court_order": "Court of Cartouche 26/114"}
    box = {"kind": "container", "number": objects.box()}
    return {
        "placeHold": Right({"mrn": objects.declaration()}, law),
        "holdUnit": Right(body={**box, **law}),
        "liftHold": Right({"number": objects.hold(who)}, {**_WHY, **order}),
        "showUnit": Right(box),
    }


def _shippers(objects: Objects) -> dict[str, Right]:
    lot, loaded = objects.exported(), objects.exported(loaded=True)
    return {
        "loadUnit": Right(body={"kind": "packages", "number": lot}),
        "departUnit": Right(body={"kind": "packages", "number": loaded}),
        "receiveMove": Right({"number": objects.move("officer")}),
        "showUnit": Right({"kind": "container", "number": objects.box()}),
    }


def _cargo(objects: Objects, who: str) -> dict[str, Right]:
    """What may be done with cargo: on a ship of one's own, or on another carrier's."""
    role = ROLE_OF[who]
    carrier = who if role == Role.CARRIER else CARRIER
    ship, voyage, under = objects.conveyance(carrier), objects.voyage(carrier), {}
    if role in REPORTERS - {Role.CARRIER}:
        under = {"master": objects.document(CARRIER, ship)}
    reporter = who if role in REPORTERS else CARRIER
    kept = objects.document(reporter, ship, consignee=NUMBERS[who], **under)
    corrected = objects.waybill(ship, **under)
    objects.ask(reporter, "POST", "/transport-documents", corrected)
    found = {
        "reportConveyance": Right(body=objects.voyage(carrier)),
        "getConveyance": Right({"number": ship}),
        "correctConveyance": Right({"number": objects.conveyance(carrier, voyage)}, voyage | _WHY),
        "notifyArrival": Right({"number": objects.conveyance(carrier)}, {"arrived_at": NOW}),
        "getTransportDocument": Right({"number": kept}),
        "listWriteOffs": Right({"number": kept}),
        "correctTransportDocument": Right({"number": corrected["number"]}, corrected | _WHY),
        "cancelTransportDocument": Right(
            {"number": objects.document(reporter, ship, **under)}, _WHY
        ),
        "reportTransportDocument": Right(body=objects.waybill(ship, **under)),
    }
    found["getPreLoading"] = Right({"number": objects.pre_loading(reporter)})
    found["lodgePreLoading"] = Right(body=objects.parcel())
    if role in CUSTOMS | {Role.TERMINAL}:
        counted = {"packages": 107, "gross_mass": "2531.62"}
        found["tallyDischarge"] = Right({"number": objects.landed()}, counted)
        found["closeTransportDocument"] = Right({"number": objects.written_off()}, _WHY)
    if role in REPORTERS:
        found["lodgeCuscar"] = Right(body=interchange(objects, who))
    return found


def interchange(objects: Objects, who: str) -> str:
    """Return the document's example of a manifest, sent by somebody, with names of its own."""
    text = str(example("application/edifact")).replace("XP3000000001", NUMBERS[who])
    for name in ("MAN0001", "MERIDIAN-0226", "MEDU7700001"):
        text = text.replace(name, objects.name())
    return text


def _registrar(objects: Objects) -> dict[str, Right]:
    state, people = objects.organisation(), objects.organisation()
    return {
        "registerOrganisation": Right(
            body={"name": objects.name(), "kind": "trader", "country": "XP"}
        ),
        "setOrganisationState": Right({"number": state}, {"state": "verified", **_WHY}),
        "grantRole": Right(
            {"number": people}, {"email": f"{objects.name()}@firm.example", "role": "trader"}
        ),
        "revokeRole": Right({"number": people, "member": objects.member(people)}),
        "grantAuthorisation": Right(body=objects.authorising("trader")),
        "suspendAuthorisation": Right(
            {"number": objects.authorisation("trader")}, {"state": "suspended", **_WHY}
        ),
    }


def _steward(objects: Objects) -> dict[str, Right]:
    return {
        "proposePack": Right(body={"archive": ARCHIVE, "valid_from": "2027-02-01T00:00:00Z"}),
        "approvePack": objects.approval(),
        "withdrawPack": Right({"number": objects.pack()}, _WHY),
    }


def _leaf(objects: Objects) -> dict[str, Right]:
    assert objects.checkpoint["size"], "a demonstration begins with acts on record"
    return {"getProof": Right({"number": 1})}


def _auditor(objects: Objects) -> dict[str, Right]:
    return {**_leaf(objects), "witnessCheckpoint": Right(body=objects.countersigned())}


def _operator(objects: Objects) -> dict[str, Right]:
    held, alarms = objects.quarantined, objects.alarms
    return {
        "getQuarantined": Right({"id": held[0]}),
        "resolveQuarantined": Right({"id": held[0]}, {"decision": "lodge", **_WHY}),
        "acknowledgeAlarm": Right({"id": alarms[0]}),
        "retryParkedEvent": Right({"number": objects.parked[0]}),
    }
