"""Payers, their bank and the cashiers: notices are paid late, in parts, twice or under no name.

What is paid during a day comes to the treasury as bank files, at noon and in the evening. Who has
a guarantee lets it answer first, so that his goods go, and pays some days later.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from clearway.simulators.border.border import Border
from clearway.simulators.border.calendar import office_hours_after
from clearway.simulators.border.firms import IDENTIFIERS, READY_TRADERS, SUPERVISOR
from clearway.simulators.border.platform import Body, document

CASHIER, SECOND = "cashier", "cashier2"
_TREASURY: Final = "XP36PCUS00000000000017"
_FILES_AT: Final = (11, 17)
"""Hours of the looks at which the bank's file of what was paid so far is handed in."""
_IN_PARTS, _TOO_MUCH, _NAMELESS, _NEVER = 0.06, 0.02, 0.02, 0.01
_REMEMBERS = 0.5
"""Share of those who named no notice that can say, when they are asked, which one they meant."""
_GUARANTEES: Final = dict(
    zip(READY_TRADERS, ("GRN-26-000017", "GRN-26-000021", "DPA-26-000001"), strict=True)
)
"""What the demonstration's ready traders secure their debts by (``payments.seeding``)."""
_CSV: Final = "reference,account,amount,currency,value_date,payer_name,payer_iban,told"


class Line(NamedTuple):
    """Money on its way: minor units, currency, whose, and what its payer wrote."""

    reference: str
    amount: int
    currency: str
    payer: str
    told: str


class Money:
    """Everybody who pays, and the two cashiers who book it."""

    def __init__(self, border: Border) -> None:
        self._border = border
        self._seen: set[str] = set()
        self._lines: list[Line] = []
        self._files = 0
        self._asked: set[int] = set()
        self._nameless: dict[str, dict[str, Any]] = {}
        """The notices that were paid without being named, by the bank's reference."""

    def look_around(self, at: datetime) -> None:
        """Let payers learn of their notices; let the cashiers hand in files and settle the rest."""
        border = self._border
        border.settle(at)
        for state in ("due", "part_paid"):
            for notice in border.platform.pages(CASHIER, "/notices", at, state=state, limit="200"):
                if notice["number"] not in self._seen:
                    self._seen.add(notice["number"])
                    self._plan(notice, at)
        if at.hour in _FILES_AT and self._lines:
            self._hand_in(at)
        self._settle_suspense(at)
        self._settle_refunds(at)

    def _plan(self, notice: dict[str, Any], at: datetime) -> None:
        """Plan when, and how well, a notice is paid."""
        border = self._border
        rng = border.draw(str(notice["mrn"]), str(notice["kind"]), "pays")
        if rng.random() < _NEVER:
            return
        days = rng.choices((0, 1, rng.randint(2, 9)), (70, 20, 10))[0]
        who = next((one for one in _GUARANTEES if IDENTIFIERS[one] == notice["payer"]), "")
        if who and notice["kind"] == "assessment":
            soon = office_hours_after(at, rng.uniform(2, 20), border.zone)
            border.schedule.plan(soon, self._secure, who, str(notice["mrn"]))
            days += 2
        then = office_hours_after(at + timedelta(days=days), rng.uniform(20, 300), border.zone)
        choice, amount = rng.random(), int(notice["open"])
        told, number = str(notice["reference"]), str(notice["number"])
        if choice < _IN_PARTS and amount > 1:
            part = amount * rng.randint(40, 90) // 100
            border.schedule.plan(then, self._pay, notice, f"{number}-1", part, told)
            later = office_hours_after(then + timedelta(days=1), 60, border.zone)
            border.schedule.plan(later, self._pay, notice, f"{number}-2", amount - part, told)
            return
        if choice < _IN_PARTS + _TOO_MUCH:
            amount += amount // 10 + 1
        elif choice < _IN_PARTS + _TOO_MUCH + _NAMELESS:
            told = "duties for our last shipment"
            self._nameless[f"PB{number}"] = notice
        border.schedule.plan(then, self._pay, notice, number, amount, told)

    def _secure(self, who: str, mrn: str, at: datetime) -> None:
        """Let a guarantee, or a deferred account, answer for what is owed."""
        wanted = document({"guarantee": _GUARANTEES[who]})
        path = f"/declarations/{mrn}/security"
        reply = self._border.send(who, "POST", path, at, body=wanted, expected=(404, 409))
        self._border.figures.counts["secured"] += reply.ok
        self._border.unsettle()

    def _pay(
        self, notice: dict[str, Any], reference: str, amount: int, told: str, at: datetime
    ) -> None:
        del at
        line = Line(f"PB{reference}", amount, notice["currency"], str(notice["payer"]), told)
        self._lines.append(line)

    def _hand_in(self, at: datetime) -> None:
        """Hand in what the bank tells; once in a while the same file a second time."""
        border = self._border
        self._files += 1
        rows = [_row(line, at) for line in self._lines]
        content = "\n".join([_CSV, *rows]).encode() + b"\n"
        name = f"bank-{at:%Y%m%d-%H}.csv"
        for _ in range(2 if self._files % 10 == 0 else 1):
            reply = border.send(
                CASHIER, "POST", "/bank-files", at, body=Body(content, "text/csv"),
                parameters={"name": name},
            )  # fmt: skip
            if reply.ok:
                border.figures.counts["bank lines"] += len(rows)
        self._lines.clear()
        border.unsettle()

    def _settle_suspense(self, at: datetime) -> None:
        """Give parked money to the notice that it means; send back what nobody can place.

        Who paid too much named his notice. Who named nothing is asked what he meant: some say it,
        the others get their money back and pay anew.
        """
        border = self._border
        for line in self._listed("/bank-lines", "suspended", at):
            if line["id"] in self._asked:
                continue
            self._asked.add(line["id"])
            meant = str(line["told"])
            if line["why"] == "unknown_notice":
                found = border.draw(line["reference"], "asked").random() < _REMEMBERS
                meant = self._nameless[line["reference"]]["number"] if found else ""
            path = f"/bank-lines/{line['id']}"
            given = meant and border.send(
                CASHIER, "POST", f"{path}/assignment", at, body=document({"target": meant}),
                expected=(409, 422),
            ).ok  # fmt: skip
            border.figures.counts["assigned"] += bool(given)
            if not given:
                border.send(
                    CASHIER, "POST", f"{path}/return", at,
                    body=document({"reason": "Nothing is known that this pays."}), expected=(409,),
                )  # fmt: skip
                self._pay_anew(line["reference"], at)
            border.unsettle()

    def _pay_anew(self, reference: str, at: datetime) -> None:
        """Let a payer whose money comes back pay again, and name his notice this time."""
        notice = self._nameless.get(reference)
        if notice is not None:
            border = self._border
            then = office_hours_after(at + timedelta(days=1), 60, border.zone)
            number = f"{notice['number']}-anew"
            border.schedule.plan(
                then, self._pay, notice, number, int(notice["open"]), str(notice["reference"])
            )

    def _settle_refunds(self, at: datetime) -> None:
        """Let the supervisor approve what is not owed, and the second cashier pay it.

        What the first one sends back, or what was over where he placed parked money, is on his
        word already: neither his approval nor his payment would be another person's.
        """
        border = self._border
        for refund in self._listed("/refunds", "approved", at):
            paid = document({"bank_reference": f"PAYOUT-{refund['id']}"})
            path = f"/refunds/{refund['id']}/payment"
            reply = border.send(SECOND, "POST", path, at, body=paid)
            border.figures.counts["refunded"] += reply.ok
            border.unsettle()
        for refund in self._listed("/refunds", "requested", at):
            wanted = document({"reason": "Checked against the ledger."})
            path = f"/refunds/{refund['id']}/approval"
            border.send(SUPERVISOR, "POST", path, at, body=wanted)
            border.unsettle()

    def _listed(self, path: str, state: str, at: datetime) -> list[Any]:
        return self._border.platform.pages(CASHIER, path, at, state=state, limit="200")


def _row(line: Line, at: datetime) -> str:
    amount = Decimal(line.amount) / 100
    cells = (
        line.reference, _TREASURY, f"{amount:.2f}", line.currency, f"{at:%Y-%m-%d}", line.payer,
        "", line.told,
    )  # fmt: skip
    return ",".join(cells)
