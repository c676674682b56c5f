"""Money's objects for each role, and right data of its operations."""

from __future__ import annotations

from typing import Any, Final

from clearway.audit.actor import Role
from clearway.proving.api_objects import (
    CUSTOMS,
    LODGERS,
    NUMBERS,
    ROLE_OF,
    TRADER,
    Objects,
    Right,
)

_CASHIER: Final = "cashier"
_OTHER: Final = "cashier2"
"""The first person, where the second one is tried."""
_WHY: Final = {"reason": "As the ledger shows"}
_TODAY: Final = "2026-03-02"
_BANK: Final = "XP36PCUS00000000000017"
_HEAD: Final = "reference,account,amount,currency,value_date,payer_name,payer_iban,told"


def wanted(objects: Objects, holder: str, *, until: str = "2026-12-31") -> dict[str, Any]:
    """Return a guarantee of somebody's as it is entered; on its last day it may be called."""
    return {
        "number": objects.name(),
        "holder": NUMBERS[holder],
        "guarantor": "First Bank of Portolan",
        "reference_amount": 10**12,
        "valid_from": "2026-01-01",
        "valid_to": until,
    }


def guarantee(objects: Objects, holder: str = TRADER, **how: str) -> str:
    """Enter a guarantee of somebody's, and return its number."""
    made = objects.ask(_CASHIER, "POST", "/guarantees", wanted(objects, holder, **how))
    return str(made["number"])


def account(objects: Objects, holder: str = TRADER) -> str:
    """Open a deferred account of somebody's, and return its number."""
    told = {"number": objects.name(), "holder": NUMBERS[holder]}
    told["guarantee"] = guarantee(objects, holder)
    return str(objects.ask(_CASHIER, "POST", "/deferred-accounts", told)["number"])


def securing(objects: Objects, who: str, **how: str) -> Right:
    """Lodge a declaration that owes something; return what secures it by a guarantee."""
    named = guarantee(objects, "trader" if who == "broker" else who, **how)
    return Right({"mrn": objects.declaration(who)}, {"guarantee": named})


def secured(objects: Objects, who: str = TRADER, **how: str) -> tuple[str, str]:
    """Let a declaration of somebody's be secured; return its MRN and the guarantee's number."""
    right = securing(objects, who, **how)
    mrn = right.parameters["mrn"]
    objects.ask(who, "POST", f"/declarations/{mrn}/security", right.body)
    return str(mrn), str(right.body["guarantee"])


def notice(objects: Objects, who: str = TRADER) -> str:
    """Return the number of a notice of somebody's on which something is due."""
    mrn, _ = secured(objects, who)
    told = objects.ask(who, "GET", "/notices")["items"]
    return str(next(one["number"] for one in told if one["mrn"] == mrn))


def use(objects: Objects) -> int:
    """Return the number of what a guarantee holds on its last day."""
    _, named = secured(objects, until=_TODAY)
    return int(objects.ask(_CASHIER, "GET", f"/guarantees/{named}")["uses"][0]["id"])


def call(objects: Objects) -> int:
    """Let a first person ask that a guarantor pays; return the number of the call."""
    path = f"/guarantee-uses/{use(objects)}/call"
    return int(objects.ask(_OTHER, "POST", path, _WHY)["id"])


def bank_file(objects: Objects) -> str:
    """Return a bank file of one line that names no notice."""
    line = f"{objects.name()},{_BANK},125.50,XPR,{_TODAY},Nobody,,with many thanks"
    return f"{_HEAD}\n{line}\n"


def bank_line(objects: Objects) -> int:
    """Let money be parked; return the number of its line."""
    headers = {"Content-Type": "text/csv"}
    objects.ask(_CASHIER, "POST", "/bank-files", content=bank_file(objects), headers=headers)
    told = objects.ask(_CASHIER, "GET", "/bank-lines?state=suspended&limit=1")
    return int(told["items"][0]["id"])


def returned(objects: Objects) -> int:
    """Let a first person send parked money back; return the number of the refund."""
    path = f"/bank-lines/{bank_line(objects)}/return"
    return int(objects.ask(_OTHER, "POST", path, _WHY)["id"])


def right_data(objects: Objects, who: str) -> dict[str, Right]:
    """Lay what one of ``READY`` needs of money; return right data of his operations on it."""
    role = ROLE_OF[who]
    found: dict[str, Right] = {}
    if role not in LODGERS | CUSTOMS | {Role.AUDITOR, Role.CASHIER}:
        return found
    own = who if role in LODGERS else TRADER
    found["getNotice"] = Right({"number": notice(objects, own)})
    found["getGuarantee"] = Right({"number": guarantee(objects, own)})
    found["getDeferredAccount"] = Right({"number": account(objects, own)})
    if role != Role.CASHIER:
        found["getDebt"] = Right({"mrn": objects.declaration(own)})
    if role in LODGERS:
        found["payOnline"] = Right({"number": notice(objects, who)})
        found["secureDebt"] = securing(objects, who)
    if role in CUSTOMS:
        mrn = objects.releasable()
        order = {"goods_controlled": True, "security": guarantee(objects)}
        objects.ask("officer", "POST", f"/declarations/{mrn}/release", order)
        found["finaliseDebt"] = Right({"mrn": mrn}, _WHY)
    if role in {Role.CASHIER, Role.SUPERVISOR}:
        found["releaseGuarantee"] = Right({"number": guarantee(objects)}, _WHY)
        found["confirmCall"] = Right({"number": call(objects)}, {"confirm": True})
        found["approveRefund"] = Right({"number": overpaid(objects)})
        found["payRefund"] = Right({"number": returned(objects)})
        found["refuseRefund"] = Right({"number": returned(objects)}, _WHY)
    if role == Role.CASHIER:
        found["enterGuarantee"] = Right(body=wanted(objects, TRADER))
        found["callGuarantee"] = Right({"number": use(objects)}, _WHY)
        found["openDeferredAccount"] = Right(
            body={
                "number": objects.name(),
                "holder": NUMBERS[TRADER],
                "guarantee": guarantee(objects),
            }
        )
        found["uploadBankFile"] = Right(body=bank_file(objects))
        found["assignBankLine"] = Right({"number": bank_line(objects)}, {"target": notice(objects)})
        found["returnBankLine"] = Right({"number": bank_line(objects)}, _WHY)
    return found


def paid(objects: Objects, mrn: str) -> str:
    """Pay the notice of ``TRADER``'s declaration by bank; return a tax that it asks for."""
    rows = objects.ask(TRADER, "GET", "/notices")["items"]
    told = next(one for one in rows if one["mrn"] == mrn and one["state"] != "cancelled")
    amount = f"{told['open'] // 100}.{told['open'] % 100:02}"
    line = f"{objects.name()},{_BANK},{amount},XPR,{_TODAY},Somebody,,{told['number']}"
    headers = {"Content-Type": "text/csv"}
    if told["open"]:
        objects.ask(_OTHER, "POST", "/bank-files", content=f"{_HEAD}\n{line}\n", headers=headers)
    return str(told["lines"][0]["tax"])


def overpaid(objects: Objects) -> int:
    """Let more than is due be given to a notice; return the number of the refund that waits."""
    told = notice(objects)
    due = objects.ask(_CASHIER, "GET", f"/notices/{told}")["open"]
    amount = f"{(due + 100) // 100}.{(due + 100) % 100:02}"
    line = f"{objects.name()},{_BANK},{amount},XPR,{_TODAY},Somebody,,{told}"
    headers = {"Content-Type": "text/csv"}
    objects.ask(_OTHER, "POST", "/bank-files", content=f"{_HEAD}\n{line}\n", headers=headers)
    parked = objects.ask(_OTHER, "GET", "/bank-lines?state=suspended&limit=1")["items"][0]["id"]
    path = f"/bank-lines/{parked}/assignment"
    objects.ask(_OTHER, "POST", path, {"target": told})
    return int(objects.ask(_OTHER, "GET", "/refunds?limit=1")["items"][0]["id"])
