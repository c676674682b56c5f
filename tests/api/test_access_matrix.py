"""Every operation × every role × own, another's and no object, asked of a running server.

The operations come from the API's own document, the roles from the rooms' tables: a new operation
without a row here, or without roles in its room, fails.
"""

from __future__ import annotations

import importlib
import itertools
import json
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from clearway.accounts.ready import READY, demo_secret
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
from clearway.proving.api_objects import Objects
from clearway.site.server_process import HOST, ServerProcess

ROOMS = (
    "accounts", "assessment", "audit", "cargo", "clearance", "declarations", "documents", "events",
    "gate", "inspection", "intake", "intelligence", "payments", "permits", "post_clearance",
    "quotas", "reference", "risk", "supervision", "traders",
)  # fmt: skip
KEY_OF = {ready.roles[0]: ready.name for ready in reversed(READY)}
ABSENT = "999999999"
ABSENT_MRN = "26XP000000000000A1"


@dataclass(frozen=True)
class Row:
    """What an operation is about: a kind of object, or none; who of ``READY`` owns it."""

    kind: str = ""
    owner: str = ""
    common: str = ""
    """Why own and another's object are the same here: it is there, or it is not."""


NOTHING = Row()
DECLARATION = Row("declaration", "trader")
PACK = Row("pack", "tariff2")
QUARANTINED = Row("quarantined", "operator", "operators mend the line, whoever lodged")
PARKED = Row("parked", "operator", "operators mend consumers, whomever the event concerns")
ALARM = Row("alarm", "operator", "an alarm is the platform's own")
LISTED = "whoever works with lists works with all of them"
MONEY = "whoever keeps the accounts keeps all of them"
ROWS = {
    **dict.fromkeys(
        ("whoAmI", "listTariffQuotas", "listApiKeys", "makeApiKey", "listOrganisations",
         "registerOrganisation",
         "listMandates", "grantMandate", "askMandate", "listAuthorisations", "grantAuthorisation",
         "listPacks", "proposePack", "lodgeDeclaration", "estimateCharges", "tryLodging",
         "uploadBulk", "listBulk", "lineStatus", "listQuarantine", "listAlarms", "listDeclarations",
         "listRequests", "reportConveyance", "listConveyances", "reportTransportDocument",
         "listTransportDocuments", "lodgePreLoading", "lodgeCuscar", "listEvents",
         "listParkedEvents", "listWebhooks", "makeWebhook", "getCheckpoint", "witnessCheckpoint",
         "listRequirements", "getHarmonisation", "applyForPermit", "listApplications",
         "listPermitCases", "listPermits", "listPapers",
         "getConsistency", "showQueue", "takeNext", "showDesks", "listProposals", "holdUnit",
         "listHolds", "showUnit", "authoriseMove", "listMoves", "loadUnit", "departUnit",
         "listExits", "listWatchlists", "makeWatchlist", "searchNames", "listMatches",
         "decideMatches",
         "listTargetingCases", "showLinks", "listIntelligence", "recordIntelligence"),
        NOTHING,
    ),
    **dict.fromkeys(
        ("getDeclaration", "listVersions", "getVersion", "getOriginal", "getAssessment",
         "listDocuments", "getDocument", "attachDocument", "amendDeclaration", "presentGoods",
         "releaseDeclaration", "cancelDeclaration", "takeDeclaration", "handBack",
         "reassignDeclaration", "decideDeclaration", "showStanding", "releaseItems",
         "confirmExit"),
        DECLARATION,
    ),
    **dict.fromkeys(
        ("listInspections", "listLabels", "listInterests", "declareInterest", "listValueDoubts"),
        NOTHING,
    ),
    **dict.fromkeys(
        ("getInspection", "startInspection", "answerChecklist", "recordFinding", "withdrawFinding",
         "keepPhoto", "getPhoto", "takeSample", "recordLabResult", "recordSeal", "giveResult",
         "approveInspection", "getInspectionReport", "drawInspectors", "listDraws"),
        Row("inspection", "officer"),
    ),
    **dict.fromkeys(
        ("listDeclarationInspections", "orderInspection", "openValueDoubt"), DECLARATION
    ),
    "endInterest": Row("interest", "supervisor"),
    **dict.fromkeys(
        ("getValueDoubt", "replyToValueDoubt", "tellGrounds", "fixSecurity", "coverSecurity",
         "decideValueDoubt"),
        Row("value_doubt", "trader"),
    ),
    **dict.fromkeys(("withdrawRequest", "decideRequest"), Row("request", "trader")),
    **dict.fromkeys(("getMandate", "answerMandate", "revokeMandate"), Row("mandate", "trader")),
    **dict.fromkeys(("getAuthorisation", "suspendAuthorisation"), Row("authorisation", "trader")),
    **dict.fromkeys(
        ("listProfiles", "draftProfile", "listProfileColumns", "checkCondition",
         "listInspectionCapacities", "setInspectionCapacity",
         "getSelectionLedger", "getSelectionSummary"), NOTHING
    ),
    **dict.fromkeys(("listModels", "orderModel"), NOTHING),
    **dict.fromkeys(
        ("getModel", "testModel", "shadowModel", "proposeModel", "promoteModel", "refuseModel",
         "retireModel"),
        Row("model", "analyst2", "models are the office's, whoever had them made"),
    ),
    **dict.fromkeys(
        ("getProfile", "amendProfile", "tryProfile", "shadowProfile", "proposeProfile",
         "approveProfile", "refuseProfile", "retireProfile"),
        Row("profile", "analyst2", "profiles are the office's, whoever wrote them"),
    ),
    **dict.fromkeys(("getPack", "listPackChanges", "approvePack", "withdrawPack"), PACK),
    **dict.fromkeys(("listSelections", "passOverSelection", "openAudit", "listAudits",
         "listCorrections", "lodgeAppeal", "listAppeals", "listClaims"), NOTHING),
    **dict.fromkeys(("discloseError", "proposeCorrection", "lodgeClaim"), DECLARATION),
    **dict.fromkeys(("getClaim", "decideClaim", "withdrawClaim"), Row("claim", "trader2")),
    **dict.fromkeys(("getCorrection", "confirmCorrection"), Row("correction", "supervisor")),
    **dict.fromkeys(
        ("getAppeal", "admitAppeal", "hearAppeal", "decideAppeal", "withdrawAppeal"),
        Row("appeal", "trader2"),
    ),
    **dict.fromkeys(
        ("getAudit", "notifyAudit", "dropAudit", "beginFieldwork", "draftFindings",
         "answerFindings", "closeHearing", "decideAudit"),
        Row("audit", "trader2"),
    ),
    "lookUpTariffLine": Row("line", "trader", "the law is public"),
    "getTariffQuota": Row("quota", "trader", "what is left of a quota is public"),
    "listQuotaDraws": Row("quota", "trader", "who has drawn nothing sees no draw"),
    "revokeApiKey": Row("api_key", "trader"),
    **dict.fromkeys(
        ("getOrganisation", "listMembers", "setOrganisationState", "grantRole", "revokeRole"),
        Row("organisation", "trader"),
    ),
    **dict.fromkeys(
        ("getConveyance", "correctConveyance", "notifyArrival"), Row("conveyance", "carrier")
    ),
    **dict.fromkeys(
        ("getTransportDocument", "listWriteOffs", "correctTransportDocument", "tallyDischarge",
         "closeTransportDocument", "cancelTransportDocument"),
        Row("transport_document", "carrier"),
    ),
    "getPreLoading": Row("pre_loading", "carrier"),
    **dict.fromkeys(
        ("getBulk", "listBulkErrors", "downloadBulkErrors", "downloadBulkToMend",
         "downloadBulkAccepted"),
        Row("bulk", "trader"),
    ),
    **dict.fromkeys(("getQuarantined", "resolveQuarantined"), QUARANTINED),
    "placeHold": Row("held_goods", "officer"),
    "liftHold": Row("hold", "officer"),
    **dict.fromkeys(("receiveMove", "cancelMove"), Row("move", "terminal")),
    "confirmProposal": Row("proposal", "supervisor"),
    "acknowledgeAlarm": ALARM,
    "retryParkedEvent": PARKED,
    **dict.fromkeys(
        ("getWebhook", "changeWebhook", "rotateSecret", "listDeliveries", "replayDeliveries",
         "removeWebhook"),
        Row("webhook", "trader"),
    ),
    "getApplication": Row("application", "trader"),
    "answerInformation": Row("asked_case", "trader"),
    **dict.fromkeys(
        ("getPermitCase", "askInformation", "wantInspection", "decidePermitCase"),
        Row("permit_case", "agency"),
    ),
    **dict.fromkeys(("getPermit", "revokePermit"), Row("permit", "agency")),
    "decidePaper": Row("paper", "agency"),
    "getJointStatus": DECLARATION,
    **dict.fromkeys(("getAgencyView", "getAgencyField"), Row("plants", "agency")),
    **dict.fromkeys(
        ("openGate", "listGates", "listGateAlarms", "listRevocations", "issueToken", "listTokens",
         "listReleasedNotGated", "listGatedNotReleased", "bookDirect", "listBookings",
         "listEquipmentReceipts", "tellSealEvent", "listSealEvents"),
        NOTHING,
    ),
    **dict.fromkeys(
        ("presentToken", "listPassages", "getGatePack", "reconcilePassages"),
        Row("gate", "terminal"),
    ),
    "seeGateAlarm": Row("gate_alarm", "terminal"),
    "seeSealAlarm": Row("seal_alarm", "terminal"),
    **dict.fromkeys(("getToken", "recallToken"), Row("gate_token", "trader2")),
    **dict.fromkeys(
        ("listNotices", "listGuarantees", "enterGuarantee", "listCalls", "listDeferredAccounts",
         "openDeferredAccount", "uploadBankFile", "listBankFiles", "listBankLines", "listRefunds",
         "getLedger"),
        NOTHING,
    ),
    **dict.fromkeys(("getDebt", "secureDebt", "finaliseDebt"), DECLARATION),
    **dict.fromkeys(("getNotice", "payOnline"), Row("notice", "trader")),
    **dict.fromkeys(("getGuarantee", "releaseGuarantee"), Row("guarantee", "trader")),
    "getDeferredAccount": Row("deferred_account", "trader"),
    **dict.fromkeys(("assignBankLine", "returnBankLine"), Row("bank_line", "cashier", MONEY)),
    **dict.fromkeys(
        ("approveRefund", "payRefund", "refuseRefund"), Row("refund", "cashier", MONEY)
    ),
    "callGuarantee": Row("guarantee_use", "cashier", MONEY),
    "confirmCall": Row("call", "cashier", MONEY),
    **dict.fromkeys(
        ("getToken", "recallToken", "issueDeliveryOrder"), Row("gate_token", "trader2")
    ),
    **dict.fromkeys(
        ("getBooking", "acceptBooking", "giveSlot", "moveBooking"), Row("booking", "trader2")
    ),
    "getDirectShare": Row("conveyance", "carrier"),
    "openEquipmentReceipt": Row("gate_passage", "terminal"),
    **dict.fromkeys(
        ("getEquipmentReceipt", "stateCondition"), Row("equipment_receipt", "terminal")
    ),
    "listIssuedDocuments": NOTHING,
    **dict.fromkeys(
        ("listWatchEntries", "proposeWatchEntry", "listListVersions", "importListVersion",
         "decideListVersion"),
        Row("watchlist", "analyst", LISTED),
    ),
    **dict.fromkeys(
        ("getWatchEntry", "decideWatchEntry", "endWatchEntry"),
        Row("watch_entry", "analyst", LISTED),
    ),
    "decideMatch": Row("watch_match", "analyst", LISTED),
    **dict.fromkeys(
        ("getTargetingCase", "decideTargetingCase"), Row("targeting_case", "analyst")
    ),
    **dict.fromkeys(
        ("getIntelligence", "amendIntelligence", "linkIntelligence", "closeIntelligence"),
        Row("intelligence", "officer"),
    ),
    "listWatchHits": DECLARATION,
    "printDeclaration": DECLARATION,
    **dict.fromkeys(("getIssuedDocument", "getIssuedDocumentFile"), Row("issued", "trader")),
    "verifyDocument": Row("code", "trader", "whoever has the paper may ask"),
    "getProof": Row("leaf", "auditor", "the log is one, of everybody's acts"),
}  # fmt: skip
STREAMS = {"streamEvents"}
"""They never end; tests/events holds who may listen to what."""
ENDS_IT = ("revoke", "remove", "cancel", "withdraw", "setOrganisation", "suspend")
OF_A_PART = {
    "getAgencyField",
    "getInspectionReport",
    "getPhoto",
    "recordLabResult",
    "revokeRole",
    "withdrawFinding",
}
"""They name a part of the object, which this one does not have."""
SUPERVISORS = {"supervisor", "supervisor2"}
CUSTOMS = {"officer", "officer2", "officer3", "officer4"} | SUPERVISORS
BOOKS = {"cashier", "cashier2", "auditor"} | CUSTOMS
AGENCIES = {one.name for one in READY if Role.AGENCY in one.roles}
SEEN_LATER = {"correction": {"trader2"}}
"""Parties who are told when it is confirmed, as another test of this file may have done."""
SEEN_BY = {
    "audit": {"officer", *SUPERVISORS, "auditor"},
    "correction": {"officer", *SUPERVISORS, "auditor"},  # proposed only: its party is not told yet
    "appeal": {"officer", *SUPERVISORS, "auditor"},
    "claim": {"officer", *SUPERVISORS, "auditor"},
    "declaration": {"officer", *SUPERVISORS, "auditor"},  # officer2 sits at another office
    "request": {"officer", *SUPERVISORS},
    "inspection": {*SUPERVISORS, "auditor"},  # the officer alone was drawn, no agency asked
    "targeting_case": {"analyst2", "officer", *SUPERVISORS, "auditor"},  # of the first office
    "intelligence": {"analyst", "analyst2", *SUPERVISORS, "auditor"},  # it is for analysts
    "interest": {"supervisor2"},  # either supervisor may end it
    "value_doubt": {"officer", *SUPERVISORS, "auditor"},
    "mandate": {"broker2", "registrar", "registrar2", "auditor"} | CUSTOMS,  # broker2 asked
    "authorisation": {"registrar", "registrar2", "auditor"} | CUSTOMS,
    "organisation": {"registrar", "registrar2", "auditor"} | CUSTOMS,
    "api_key": {"registrar", "registrar2"},
    "conveyance": {"terminal", "auditor"} | CUSTOMS,  # the terminal tells the arrival and tallies
    "transport_document": {"terminal", "auditor"} | CUSTOMS,
    "pre_loading": {"auditor"} | CUSTOMS,
    "issued": {"officer", *SUPERVISORS, "auditor"},  # officer2 sits at another office
    "gate": {"auditor"} | CUSTOMS,
    "gate_alarm": CUSTOMS,
    "seal_alarm": CUSTOMS,  # nothing is declared in its container: no office has it alone
    "gate_passage": set(),
    "booking": {"terminal", "airline", "auditor"} | CUSTOMS,  # its terminal, its carrier
    "equipment_receipt": {"trader2", "auditor"} | CUSTOMS,  # who took the unit
    "gate_token": {"terminal", "auditor"} | CUSTOMS,  # it is bound to the terminal
    "pack": {"tariff", "tariff2", "auditor", *SUPERVISORS, "operator"},  # it is proposed only
    "held_goods": SUPERVISORS | AGENCIES,  # an agency may hold whatever its law is about
    "hold": SUPERVISORS,  # on a court's order
    "move": CUSTOMS,
    "proposal": {"supervisor2"},  # the officer proposed it himself, officer2 sits at another office
    "notice": BOOKS,
    "guarantee": BOOKS,
    "deferred_account": BOOKS,
    "application": {"agency", "agency2", "auditor"} | CUSTOMS,
    "asked_case": set(),
    "permit_case": set(),
    "permit": {"trader", "auditor"} | CUSTOMS,
    "paper": set(),
    "plants": set(),
    "bulk": set(),
    "webhook": set(),
}
"""Who has to do with an object beside its owner, by kind: all others find nothing there."""
NOT_FOR = {
    ("confirmProposal", "supervisor2"),  # the first supervisor has confirmed it
    *(("beginFieldwork", one) for one in SUPERVISORS),  # the team works on it
    *(("draftFindings", one) for one in SUPERVISORS),
    ("answerMandate", "broker2"),  # the principal answers
    ("recallToken", "terminal"),  # who asked for it, and customs
    ("moveBooking", "airline"),
    ("giveSlot", "airline"),  # the terminal's
    *(("listMembers", one) for one in CUSTOMS),  # who works for a firm is not theirs to see
}
"""Whoever sees an object and may not do this with it."""
BODIES = {
    "approvePack": {"changes_seen": "0" * 64},
    "draftProfile": {"code": "UV-017"},
    **{
        f"{act}Profile": {"seen": "0" * 64}
        for act in ("amend", "try", "shadow", "propose", "approve", "refuse")
    },
    **{f"{act}Model": {"seen": "0" * 64} for act in ("shadow", "propose", "promote", "refuse")},
}
"""Data that cannot be read off their description."""


class Border:
    """A running server, asked by the keys of the demonstration."""

    def __init__(self, port):
        self._client = httpx.Client(base_url=f"http://{HOST}:{port}", timeout=60)
        self.document = self._client.get("/api/v1/openapi.json").json()
        self._fresh = itertools.count(1)
        self.operations = {
            one["operationId"]: (method, path, one)
            for path, methods in self.document["paths"].items()
            for method, one in methods.items()
        }
        self.objects = {}

    def ask(self, operation, who, number=ABSENT, **changes):
        method, path, told = self.operations[operation]
        address = re.sub(r"{(\w+)}", str(number), path, count=1)
        address = re.sub(r"{(\w+)}", "1", address)
        headers = {"Authorization": f"Bearer {demo_secret(who)}"} if who else {}
        query = {}
        for parameter in told.get("parameters", ()):
            if parameter["required"] and parameter["in"] == "query":
                query[parameter["name"]] = self.sample(parameter["schema"])
            if parameter["name"] == "Idempotency-Key":
                headers["Idempotency-Key"] = f"matrix-{next(self._fresh)}"
        how = {}
        for kind, content in told.get("requestBody", {}).get("content", {}).items():
            body = content.get("example") or self.sample(content.get("schema", {}))
            if kind == "application/json":
                how["json"] = {**body, **BODIES.get(operation, {}), **changes}
            elif kind == "multipart/form-data":
                how["files"] = {
                    name: ("a.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")
                    for name, part in content["schema"]["properties"].items()
                    if part.get("format") == "binary" or part.get("contentMediaType")
                }
                how["data"] = {
                    name: self.sample(part)
                    for name, part in content["schema"]["properties"].items()
                    if name not in how["files"] and name in content["schema"].get("required", ())
                }
            else:
                how["content"] = b"\n"
                headers["Content-Type"] = kind
            break
        return self._client.request(method, address, headers=headers, params=query, **how)

    def sample(self, schema):
        """Return a right datum of a schema, its own example first."""
        if "$ref" in schema:
            return self.sample(
                self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
            )
        for given in ("examples", "enum"):
            if schema.get(given):
                return schema[given][0]
        for given in ("const", "default"):
            if schema.get(given) is not None:
                return schema[given]
        if "anyOf" in schema:
            return self.sample(schema["anyOf"][0])
        if schema.get("type") == "object":
            wanted = schema.get("required", ())
            return {name: self.sample(schema["properties"][name]) for name in wanted}
        return self._plain(schema)

    def _plain(self, schema):
        kind = schema.get("type")
        if kind == "array":
            return [self.sample(schema["items"])] * schema.get("minItems", 0)
        if kind in {"integer", "number"}:
            return max(schema.get("minimum", 1), 1)
        if kind == "boolean":
            return True
        return {"date": "2026-03-02", "date-time": "2026-03-02T06:00:00Z"}.get(
            schema.get("format"), "x" * max(schema.get("minLength", 1), 3)
        )

    def close(self):
        self._client.close()


@pytest.fixture(scope="session")
def border(made_ready):
    with tempfile.TemporaryDirectory() as folder:
        data = Path(shutil.copytree(made_ready, Path(folder) / "data"))
        server = ServerProcess(data, environment={"CLEARWAY_RATE": "100000"})
        server.start()
        asked, laid = Border(server.port), Objects(server)
        try:
            ship, declaration = laid.conveyance("carrier"), laid.declaration("trader")
            assert laid.attached("trader", declaration) == 1, "as `ask` names a part of an object"
            printed = laid.printed("trader", declaration)
            asked.objects = {
                "issued": printed["number"],
                "code": printed["verification"].rsplit("/", 1)[1],
                "organisation": laid.ask("trader", "GET", "/me")["organisation"],
                "declaration": declaration,
                "request": laid.request("trader"),
                "api_key": laid.key("trader"),
                "inspection": api_inspections.inspection(laid),
                "watchlist": api_intelligence.sanctions_list(laid),
                "watch_entry": api_intelligence.entry(laid),
                "watch_match": api_intelligence.found_match(laid)["id"],
                "targeting_case": api_intelligence.found_case(laid),
                "intelligence": api_intelligence.piece(laid),
                "interest": api_inspections.interest(laid, "officer"),
                "value_doubt": api_inspections.doubt(laid, "trader"),
                "mandate": laid.mandate("trader", "broker2"),
                "authorisation": laid.authorisation("trader"),
                "webhook": laid.webhook("trader"),
                "bulk": laid.bulk("trader"),
                "conveyance": ship,
                "transport_document": laid.document("carrier", ship),
                "pre_loading": laid.pre_loading("carrier"),
                "pack": laid.pack(),
                "line": "94033000",
                "quota": "091001",
                "leaf": 1,
                "profile": api_profiles.draft(laid)[0],
                "model": api_models.ordered(laid),
                "quarantined": laid.quarantined[0],
                "alarm": laid.alarms[0],
                "proposal": laid.proposal("officer"),
                "audit": api_after_release.audit(laid),
                "correction": api_after_release.correction(laid),
                "appeal": api_after_release.appeal(laid),
                "claim": api_after_release.claim(laid),
                "held_goods": laid.declaration("trader2"),
                "hold": laid.hold("officer"),
                "move": laid.move("officer"),
                "parked": laid.parked[0],
                "application": api_permits.application(laid, "trader")["id"],
                "asked_case": api_permits.asked_case(laid, "trader"),
                "permit_case": api_permits.case(laid, "trader"),
                "permit": api_permits.permit(laid, "trader"),
                "paper": api_permits.paper(laid, "trader"),
                "plants": api_permits.plants(laid, "trader"),
                "gate": api_gate.gate(laid),
                "gate_token": api_gate.token(laid)["serial"],
                "gate_alarm": api_gate.alarm(laid),
                "seal_alarm": api_gate.seal_alarm(laid),
                "notice": api_payments.notice(laid, "trader"),
                "guarantee": api_payments.guarantee(laid, "trader"),
                "deferred_account": api_payments.account(laid, "trader"),
                "bank_line": api_payments.bank_line(laid),
                "refund": api_payments.returned(laid),
                "guarantee_use": api_payments.use(laid),
                "call": api_payments.call(laid),
                "gate_passage": api_gate.passage(laid),
                "booking": api_gate.booking(laid),
                "equipment_receipt": api_gate.receipt(laid),
            }
            assert laid.checkpoint["size"], "a leaf has a proof under a checkpoint only"
            yield asked
        finally:
            asked.close()
            laid.close()
            server.stop()


def tables():
    found = {}
    for room in ROOMS:
        found |= importlib.import_module(f"clearway.{room}.access").OPERATIONS
    return found


def plain(answer, number):
    """Return an answer without what differs by itself: its instance and the number asked for."""
    told = answer.json()
    told.pop("instance", None)
    text = json.dumps(told).replace(str(number), "#")
    return answer.status_code, answer.headers["content-type"], text


def test_every_operation_has_its_row_and_its_roles(border):
    known = set(border.operations)
    assert known - STREAMS <= set(ROWS), "a new operation needs a row in this table"
    assert set(tables()) >= known, "every operation stands in its room's table of roles"
    assert all(tables().values())


def test_nobody_known_learns_nothing(border):
    wrong = [
        operation
        for operation in sorted(border.operations.keys() - STREAMS)
        if border.operations[operation][2]["security"]
        and border.ask(operation, "").status_code != 401
    ]
    assert not wrong


def absent_of(row):
    return ABSENT_MRN if row.kind == "declaration" else ABSENT


@pytest.mark.parametrize("role", list(Role))
def test_a_role_that_has_not_the_operation_is_refused_whatever_the_object(border, role):
    wrong = []
    for operation in sorted(border.operations.keys() - STREAMS):
        row = ROWS[operation]
        if role in tables()[operation]:
            continue
        for number in {absent_of(row), border.objects.get(row.kind, ABSENT)}:
            answer = border.ask(operation, KEY_OF[role], number)
            if answer.status_code != 403:
                wrong.append((operation, number, answer.text))
    assert not wrong


@pytest.mark.parametrize("role", list(Role))
def test_anothers_object_answers_as_an_absent_one(border, role):
    wrong = []
    for operation in sorted(border.operations.keys() - STREAMS, key=ends_it):
        row = ROWS[operation]
        if not row.kind or role not in tables()[operation]:
            continue
        missing = border.ask(operation, KEY_OF[role], absent_of(row))
        if missing.status_code != 404:
            wrong.append((operation, "absent", missing.text))
        if row.common:
            continue
        number = border.objects[row.kind]
        strangers = {ready.name for ready in READY if role in ready.roles}
        known = SEEN_BY[row.kind] | SEEN_LATER.get(row.kind, set())
        for who in strangers - {row.owner} - known:
            other = border.ask(operation, who, number)
            if plain(other, number) != plain(missing, absent_of(row)):
                wrong.append((operation, who, other.text))
    assert not wrong


def test_whoever_has_to_do_with_an_object_reaches_it(border):
    """Owners, the other side of a mandate, and officials; what ends an object comes last."""
    wrong = []
    for operation in sorted(border.operations.keys() - STREAMS - OF_A_PART, key=ends_it):
        row = ROWS[operation]
        if not row.kind:
            continue
        for ready in READY:
            if not set(ready.roles) & tables()[operation]:
                continue
            concerned = row.common or ready.name == row.owner or ready.name in SEEN_BY[row.kind]
            if not concerned or (operation, ready.name) in NOT_FOR:
                continue
            answer = border.ask(operation, ready.name, border.objects[row.kind])
            if answer.status_code in {401, 403, 404} or answer.status_code >= 500:
                wrong.append((operation, ready.name, answer.text))
    assert not wrong


def ends_it(operation):
    return operation.startswith(ENDS_IT), operation
