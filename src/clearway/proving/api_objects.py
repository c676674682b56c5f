"""Objects of every kind for each role, laid through the API itself: what checks of it ask for.

Where an operation uses its object up (cancel, revoke, decide …) it has one of its own.
"""

from __future__ import annotations

import copy
import itertools
import json
import string
import time
from contextlib import suppress
from functools import cached_property
from typing import Any, Final, NamedTuple

import httpx

from clearway.accounts.ready import READY, demo_secret
from clearway.api.examples import example
from clearway.audit import notes
from clearway.audit.actor import Role
from clearway.proving.pack_archive import archive
from clearway.site.server_process import HOST, ServerProcess
from clearway.vocabulary.errors import DefectFound
from clearway.vocabulary.identifiers import iso6346_digit

TRADE: Final = frozenset({Role.TRADER, Role.BROKER, Role.CARRIER, Role.TERMINAL, Role.PLATFORM})
LODGERS: Final = frozenset({Role.TRADER, Role.BROKER, Role.PLATFORM})
REPORTERS: Final = frozenset({Role.CARRIER, Role.BROKER, Role.PLATFORM})
CUSTOMS: Final = frozenset({Role.OFFICER, Role.SUPERVISOR})
ROLE_OF: Final = {one.name: one.roles[0] for one in READY}
NUMBERS: Final = {one.name: one.identifier for one in READY}
OFFICE: Final = next(one.office for one in READY if one.name == "officer")
NOW: Final = "2026-03-02T00:00:00Z"
"""Where a demonstration's clock begins, and stands for who sends no instant of his own."""
TRADER: Final = "trader2"
SECURITY: Final = "GRN-26-000021"
"""Number of the trader's guarantee."""
CARRIER: Final = "airline"
"""Whose objects officials act on: their keys are never tried themselves, and so end nothing."""
WEBHOOK: Final = {"url": "https://example.com/in", "kinds": ["declaration."]}
PDF: Final = b"%PDF-1.4\n%%EOF"
_WHY: Final = {"reason": "lodged in error"}
_JSON: Final = "application/json"
_TRIES: Final = 100
_LETTERS: Final = string.digits + string.ascii_uppercase


class Right(NamedTuple):
    """Right data of an operation: its parameters by name, and its body."""

    parameters: dict[str, Any] = {}  # noqa: RUF012 - never changed
    body: Any = None


class Objects:
    """Objects on a running demonstration, each made by whose it is to be.

    Args:
        server: it runs, over a demonstration's data folder.
    """

    def __init__(self, server: ServerProcess) -> None:
        self._server = server
        self._client = httpx.Client(base_url=f"http://{HOST}:{server.port}/api/v1", timeout=120)
        self._fresh = itertools.count(1)
        self._mandates = itertools.count()
        self.promised: dict[str, int] = {}
        """What right data of one role will have done when those of the next are used."""

    def ask(self, who: str, method: str, path: str, body: Any = None, **how: Any) -> Any:
        """Return the JSON that one of ``READY`` is answered with.

        Raises:
            DefectFound: he is refused.
        """
        headers = {"Authorization": f"Bearer {demo_secret(who)}", "Idempotency-Key": self.name()}
        headers |= how.pop("headers", {})
        if body is not None:
            how["json"] = body
        answer = self._client.request(method, path, headers=headers, **how)
        if not answer.is_success:
            raise DefectFound(f"{who} {method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content else None

    def beside(self, module: str, given: str) -> None:
        """Run a program of ours over the platform's data; ``given`` is its standard input."""
        self._server.beside("-m", module, given=given)

    def name(self) -> str:
        """Return a name that nothing has yet."""
        return f"LAID{next(self._fresh)}"

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    # Declarations and what hangs on them

    def message(self, who: str, *, kind: str = "IMA", document: str = "") -> dict[str, Any]:
        """Return a declaration that one of ``LODGERS`` may lodge, at the first officer's office."""
        whole: dict[str, Any] = copy.deepcopy(example(_JSON))
        told, principal = whole["Declaration"], "trader" if who == "broker" else who
        told |= {
            "FunctionalReferenceID": self.name(),
            "TypeCode": kind,
            "DeclarationOfficeID": OFFICE,
            "Declarant": {"ID": NUMBERS[who]},
        }
        shipment = told["GoodsShipment"]
        for part in ("Consignee", "Importer"):
            shipment[part]["ID"] = NUMBERS[principal]
        shipment["PreviousDocument"][0]["ID"] = document or self.name()
        return whole

    def declaration(self, who: str = TRADER, **how: Any) -> str:
        """Lodge a declaration and return its MRN; a pre-lodged one is ``kind="IMD"``."""
        return str(self.ask(who, "POST", "/declarations", self.message(who, **how))["mrn"])

    def amendment(self, who: str) -> Right:
        """Lodge a declaration in advance and return it with its marks changed."""
        message = self.message(who, kind="IMD")
        mrn = self.ask(who, "POST", "/declarations", message)["mrn"]
        told = message["Declaration"]
        told["ID"] = mrn
        item = told["GoodsShipment"]["GovernmentAgencyGoodsItem"][0]
        item["Packaging"][0]["MarksNumbersID"] = "ATLAS 1/107 (corrected)"
        return Right({"mrn": mrn, "reason": "Marks corrected"}, message)

    def attached(self, who: str, mrn: str) -> int:
        """Attach a document to a declaration and return its number."""
        files = {"file": ("invoice.pdf", PDF, "application/pdf")}
        path, data = f"/declarations/{mrn}/documents", {"type_code": "N380"}
        return int(self.ask(who, "POST", path, files=files, data=data)["id"])

    def printed(self, who: str, mrn: str) -> dict[str, str]:
        """Print a declaration and return the document as it is told."""
        wanted = {"kind": "declaration_print"}
        return dict(self.ask(who, "POST", f"/declarations/{mrn}/prints", wanted))

    def request(self, who: str = TRADER) -> int:
        """Ask for the cancellation of a declaration that has its lane; return its number."""
        path = f"/declarations/{self.declaration(who)}/cancellation"
        return int(self.ask(who, "POST", path, _WHY)["id"])

    def waiting(self, *, much: bool = False, **how: Any) -> str:
        """Return the MRN of a declaration whose goods are under control, which nobody has taken.

        Args:
            much: of such a value that two persons find its goods in order.
            how: what else its message says.
        """
        message = self.message(TRADER, **how)
        if much:
            told, amount = message["Declaration"], {"value": "5000000", "currencyID": "USD"}
            told["InvoiceAmount"] = amount
            item = told["GoodsShipment"]["GovernmentAgencyGoodsItem"][0]
            item["Commodity"]["InvoiceLine"]["ItemChargeAmount"] = amount
        mrn = str(self.ask(TRADER, "POST", "/declarations", message)["mrn"])
        stands = self.ask("supervisor", "GET", f"/declarations/{mrn}")["state"]
        if stands != "under_control":
            self.decide("supervisor", mrn, decision="control", reason="Weight")
        return mrn

    def looked_at(self, *, much: bool = False) -> str:
        """Return the MRN of such a declaration at whose goods the first officer has looked.

        The look is ordered by itself, a moment after the goods were sent to control.

        Raises:
            DefectFound: no look was ordered in time.
        """
        mrn = self.waiting(much=much, document=self.landed())
        for _ in range(_TRIES):
            looks = self.ask("officer", "GET", f"/declarations/{mrn}/inspections")["items"]
            if looks:
                path = f"/inspections/{looks[0]['id']}"
                self.ask("officer", "POST", f"{path}/start", {})
                result = {"outcome": "satisfactory", "rest_in_order": True}
                self.ask("officer", "POST", f"{path}/result", result)
                return mrn
            time.sleep(0.1)
        raise DefectFound(f"no look at {mrn} was ordered")

    def decide(self, who: str, mrn: str, **decision: Any) -> Any:
        """Let an official decide on a declaration; return what became of it."""
        return self.ask(who, "POST", f"/declarations/{mrn}/decision", decision)

    def taken(self, who: str) -> str:
        """Return the MRN of a declaration that an official has taken."""
        mrn = self.waiting()
        self.ask(who, "POST", f"/declarations/{mrn}/assignment")
        return mrn

    def desk(self) -> str:
        """Return the name of an officer who may be given what waits at the first one's office."""
        desks = self.ask("supervisor", "GET", "/desks")["items"]
        return next(str(one["officer"]) for one in desks if OFFICE in one["offices"])

    def proposal(self, who: str) -> int:
        """Let an official propose a decision that another confirms; return its number."""
        mrn = self.looked_at(much=True)
        done = self.decide(who, mrn, decision="accept", goods_controlled=True)
        other = "supervisor" if who == "officer" else "officer"
        rows = self.ask(other, "GET", "/proposals", params={"limit": 200})["items"]
        found = next((int(one["id"]) for one in rows if one["mrn"] == mrn), 0)
        if not found:
            raise DefectFound(f"nothing was proposed: {done}")
        return found

    def releasable(self) -> str:
        """Return the MRN of a trader's declaration whose goods have arrived, and no others."""
        return self.declaration(document=self.landed())

    def released(self) -> str:
        """Return the MRN of a trader's declaration whose goods were released.

        What is ready may be released by itself before the officer's word arrives.

        Raises:
            DefectFound: it is not released.
        """
        mrn = self.releasable()
        order = {"goods_controlled": True, "security": SECURITY}
        with suppress(DefectFound):
            self.ask("officer", "POST", f"/declarations/{mrn}/release", order)
        state = self.ask("officer", "GET", f"/declarations/{mrn}")["state"]
        if state not in {"released", "cleared"}:
            raise DefectFound(f"{mrn} is {state}")
        return mrn

    def written_off(self) -> str:
        """Return the number of a transport document of which all goods were released."""
        mrn = self.released()
        return str(self.ask("officer", "GET", f"/declarations/{mrn}")["transport_document"])

    # Goods: holds, containers, movements under control, exports

    def hold(self, who: str) -> int:
        """Let an official hold a declaration's goods; return the number of the hold."""
        told = {"legal_reason": "Customs Act, section 12"}
        return int(self.ask(who, "POST", f"/declarations/{self.declaration()}/holds", told)["id"])

    def box(self) -> str:
        """Report a container whose goods have arrived; return its number."""
        ship, body = self.conveyance(CARRIER), f"LAIU{next(self._fresh):06}"
        told = self.waybill(ship, consignee=NUMBERS[TRADER])
        told["containers"] = [{"number": body + iso6346_digit(body)}]
        self.ask(CARRIER, "POST", "/transport-documents", told)
        self.ask(CARRIER, "POST", f"/conveyances/{ship}/arrival", {"arrived_at": NOW})
        return str(told["containers"][0]["number"])

    def moving(self) -> dict[str, str]:
        """Return a movement under control that may be authorised."""
        return {"kind": "container", "number": self.box(), "station": NUMBERS["terminal"]}

    def move(self, who: str) -> int:
        """Let an official authorise a movement under control; return its number."""
        return int(self.ask(who, "POST", "/moves", self.moving())["id"])

    def exported(self, *, loaded: bool = False) -> str:
        """Return the MRN of an export that is released, and loaded where that is wanted."""
        mrn = str(self.ask(TRADER, "POST", "/declarations", self._export())["mrn"])
        for _ in range(_TRIES):
            state = self.ask("supervisor", "GET", f"/declarations/{mrn}")["state"]
            if state in {"documents_requested", "under_control"}:
                seen = {"documents_checked": True, "goods_controlled": True}
                self.decide("supervisor", mrn, decision="accept", **seen)
            elif state in {"released", "cleared"}:
                break
            time.sleep(0.1)
        if loaded:
            self.ask("terminal", "POST", "/units/loading", {"kind": "packages", "number": mrn})
        return mrn

    def _export(self) -> dict[str, Any]:
        whole = self.message(TRADER, kind="EXA")
        told = whole["Declaration"]
        shipment = told["GoodsShipment"]
        abroad = told["Exporter"]
        told["Exporter"] = {"Name": "Cedar Foods Ltd", "ID": NUMBERS[TRADER]}
        told["Exporter"]["Address"] = shipment["Consignee"]["Address"]
        shipment["Importer"], shipment["Consignee"] = abroad, abroad
        shipment["Destination"], shipment["ExportCountry"] = {"CountryCode": "TR"}, {"ID": "XP"}
        del shipment["PreviousDocument"]
        item = shipment["GovernmentAgencyGoodsItem"][0]
        item["GovernmentProcedure"] = [{"CurrentCode": "10", "PreviousCode": "00"}]
        item["Origin"] = [{"CountryCode": "XP", "TypeCode": "1"}]
        return whole

    def bulk(self, who: str) -> int:
        """Hand in a file with one good row and one bad one; return its number."""
        return int(self._uploaded(who, self.rows(who))["id"])

    def rows(self, who: str) -> str:
        """Return a bulk file: one declaration and a row that is none."""
        return json.dumps(self.message(who)) + '\n{"WCOTypeName": "DEC"}\n'

    def _uploaded(self, who: str, rows: str) -> Any:
        answer = self._client.post(
            "/bulk",
            content=rows,
            headers={
                "Authorization": f"Bearer {demo_secret(who)}",
                "Content-Type": "application/x-ndjson",
            },
        )
        if not answer.is_success:
            raise DefectFound(f"{who} POST /bulk: {answer.status_code} {answer.text[:500]}")
        return answer.json()

    # Cargo

    def voyage(self, who: str) -> dict[str, Any]:
        """Return the report of a conveyance."""
        return {
            "reference": self.name(), "mode": "1", "means": "9074729",
            "means_name": "EVER MERIDIAN", "nationality": "PA", "journey": self.name(),
            "carrier": NUMBERS[who], "place": "XPLOD", "expected_at": NOW,
        }  # fmt: skip

    def conveyance(self, who: str, voyage: dict[str, Any] | None = None) -> int:
        """Report a conveyance and return its number."""
        return int(self.ask(who, "POST", "/conveyances", voyage or self.voyage(who))["id"])

    def waybill(self, conveyance: int, *, master: str = "", consignee: str = "") -> dict[str, Any]:
        """Return the report of a master document on a conveyance, or of a house under a master."""
        many = 1 if master else 100  # so that many houses stand on a master
        return {
            "number": self.name(), "conveyance": None if master else conveyance,
            "master_number": master, "consignor_name": "Atlas Works", "consignee": consignee,
            "consignee_name": "Atlas Trading SA", "description": "Wooden office furniture",
            "package_type": "CT", "packages": 107 * many, "gross_mass": str(2532 * many),
        }  # fmt: skip

    def landed(self) -> str:
        """Report a trader's transport document, let its conveyance arrive; return its number."""
        ship = self.conveyance(CARRIER)
        told = self.waybill(ship, consignee=NUMBERS[TRADER])
        told |= {"packages": 107, "gross_mass": "2531.62"}
        document = self.ask(CARRIER, "POST", "/transport-documents", told)["number"]
        self.ask(CARRIER, "POST", f"/conveyances/{ship}/arrival", {"arrived_at": NOW})
        return str(document)

    def document(self, who: str, conveyance: int, **how: str) -> str:
        """Report a transport document and return its number."""
        told = self.waybill(conveyance, **how)
        return str(self.ask(who, "POST", "/transport-documents", told)["number"])

    def parcel(self) -> dict[str, Any]:
        """Return air pre-loading data."""
        return {
            "house_number": self.name(), "consignor_name": "Atlas Works",
            "consignor_address": "Main Street 1, Harbour, TR",
            "consignee_name": "Atlas Trading SA",
            "consignee_address": "Quay Road 12, Bayview, XP", "pieces": 2, "gross_mass": "12.5",
            "description": "Wooden office furniture", "departure_at": "2026-03-02T06:00:00Z",
            "origin_country": "TR",
        }  # fmt: skip

    def pre_loading(self, who: str) -> int:
        """Lodge air pre-loading data and return their number."""
        return int(self.ask(who, "POST", "/pre-loading", self.parcel())["id"])

    # What officials keep

    def pack(self) -> int:
        """Let the second steward propose a pack for a day of its own; return its number."""
        day = f"2027-01-01T00:{next(self._fresh) % 60:02}:00Z"
        files = {"archive": ("pack.zip", archive(), "application/zip")}
        return int(
            self.ask("tariff2", "POST", "/packs", files=files, data={"valid_from": day})["id"]
        )

    def approval(self) -> Right:
        """Return the approval of a new proposal by who has read what it changes."""
        pack = self.pack()
        seen = self.ask("tariff", "GET", f"/packs/{pack}/changes")["digest"]
        return Right({"number": pack}, {"changes_seen": seen})

    def organisation(self) -> int:
        """Register an organisation that has applied; return its number."""
        told = {"name": self.name(), "kind": "trader", "country": "XP", "identifier": ""}
        return int(self.ask("registrar", "POST", "/organisations", told)["id"])

    def member(self, organisation: int) -> int:
        """Grant somebody a role in an organisation; return the number of the membership."""
        told = {"email": f"{self.name()}@firm.example", "role": "trader"}
        path = f"/organisations/{organisation}/members"
        return int(self.ask("registrar", "POST", path, told)["id"])

    def authorisation(self, holder: str) -> int:
        """Authorise an operator; return the number of it."""
        told = self.authorising(holder)
        return int(self.ask("registrar", "POST", "/authorisations", told)["id"])

    def authorising(self, holder: str) -> dict[str, Any]:
        """Return an authorisation to be granted."""
        return {"holder": NUMBERS[holder], "type": "SDE", "reference": self.name()}

    def mandate(self, principal: str, agent: str) -> int:
        """Let an agent ask for a mandate, which nobody has answered; return its number."""
        procedure = f"A{_LETTERS[next(self._mandates)]}"  # two for the same one exclude each other
        told = {"principal": NUMBERS[principal], "procedures": [procedure]}
        return int(self.ask(agent, "POST", "/mandates/requests", told)["id"])

    def granted(self, principal: str, agent: str) -> int:
        """Let an agent have a mandate; return its number."""
        number = self.mandate(principal, agent)
        self.ask(principal, "POST", f"/mandates/{number}/answer", {"grant": True})
        return number

    def key(self, who: str) -> int:
        """Make a key of the same roles; return its number."""
        return int(self.ask(who, "POST", "/api-keys", self.key_wanted(who))["id"])

    def key_wanted(self, who: str) -> dict[str, Any]:
        """Return a key to be made."""
        return {"name": self.name(), "roles": [ROLE_OF[who].value]}

    def webhook(self, who: str) -> int:
        """Make a webhook; return its number."""
        return int(self.ask(who, "POST", "/webhooks", WEBHOOK)["id"])

    @cached_property
    def checkpoint(self) -> dict[str, Any]:
        """The checkpoint over what the platform began with."""
        told: dict[str, Any] = self.ask("auditor", "GET", "/audit/checkpoint")
        return told

    def countersigned(self) -> dict[str, str]:
        """Return the checkpoint with the signature of a witness."""
        note, witness = self.checkpoint["note"], notes.new_signer("port", notes.WITNESS)
        line = witness.line(notes.split(note)[0], 5)
        return {"note": note + line, "key": str(witness.verifier)}

    @cached_property
    def quarantined(self) -> list[int]:
        """Messages that the line could not process, held for an operator."""
        return self._set_aside["quarantine"]

    @cached_property
    def alarms(self) -> list[int]:
        """Alarms that nobody has acknowledged."""
        return self._set_aside["alarms"]

    @cached_property
    def parked(self) -> list[int]:
        """Events that a consumer could not handle, held for an operator."""
        return self._set_aside["events/parked"]

    @cached_property
    def _set_aside(self) -> dict[str, list[int]]:
        messages = [self.message("trader") for _ in range(3)]
        self._server.beside("-m", "clearway.proving.set_aside", given=json.dumps(messages))
        return {
            name: [int(one["id"]) for one in self.ask("operator", "GET", f"/{name}")["items"]]
            for name in ("quarantine", "alarms", "events/parked")
        }
