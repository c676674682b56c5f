"""Firms and brokers: they lodge, mend, amend, cancel and complete, and some of them cheat."""

from __future__ import annotations

from datetime import datetime, timedelta

from clearway.messages import write_json, write_xml
from clearway.messages.goods import PreviousDocument
from clearway.messages.records import Declaration, MetaData
from clearway.messages.values import DateTime
from clearway.simulators.border.border import Border
from clearway.simulators.border.calendar import office_hours_after
from clearway.simulators.border.hidden import HiddenTruth
from clearway.simulators.border.minds import Minds
from clearway.simulators.border.officers import Officers
from clearway.simulators.border.platform import Body, document
from clearway.simulators.border.shipments import Shipment, twin

_JSON, _XML = "application/json", "application/xml"
_MENDS, _AMENDS, _CANCELS, _LODGES_AGAIN = 0.75, 0.05, 0.02, 0.6
_MOST_TRIES = 3


class Declarants:
    """All who lodge declarations one by one."""

    def __init__(
        self, border: Border, officers: Officers, minds: Minds, hidden: HiddenTruth
    ) -> None:
        self._border = border
        self._officers = officers
        self._minds = minds
        self._hidden = hidden

    def lodge(self, shipment: Shipment, at: datetime) -> None:
        """Lodge a declaration and plan what its answer makes somebody do."""
        border = self._border
        border.settle(at)
        self._minds.consider(shipment, at)
        body = _message(shipment.declaration, at, xml=shipment.xml)
        reply = border.send(
            shipment.lodger,
            "POST",
            "/declarations",
            at,
            body=body,
            key=f"lodge-{shipment.lrn}",
            expected=(422,),
        )
        border.figures.lodged(reply)
        if reply.ok:
            shipment.mrn = reply.body["mrn"]
            self._hidden.note(shipment)
            border.unsettle()
            self._taken(shipment, reply.body, at)
        elif reply.status == 422:
            self._refused(shipment, at)

    def _taken(self, shipment: Shipment, answer: dict[str, object], at: datetime) -> None:
        border = self._border
        rng = border.draw(shipment.lrn, "next")
        lane = str(answer.get("lane") or "")
        if shipment.kind == "prelodged" and shipment.arrives is not None:
            here = shipment.arrives + timedelta(minutes=rng.uniform(2, 25))
            border.schedule.plan(max(at, here), self._present, shipment)
        if shipment.kind == "simplified":
            self._complete_later(shipment, at)
        if lane == "red" and shipment.differences and rng.random() < 0.3:
            # Hoping for a better lane: the draw is inherited, and he will not get one.
            self._plan_cancellation(shipment, at, again=True)
            return
        choice = rng.random()
        if choice < _AMENDS and shipment.kind != "supplementary":
            later = office_hours_after(at, rng.uniform(10, 150), border.zone)
            border.schedule.plan(later, self._amend, shipment)
        elif choice < _AMENDS + _CANCELS:
            self._plan_cancellation(shipment, at, again=rng.random() < _LODGES_AGAIN)

    def _present(self, shipment: Shipment, at: datetime) -> None:
        """Say that the goods are here, where their arrival has not presented them already."""
        border = self._border
        border.settle(at)
        who = shipment.lodger
        stands = border.send(who, "GET", f"/declarations/{shipment.mrn}", at)
        if stands.ok and stands.body["state"] == "received":
            path = f"/declarations/{shipment.mrn}/presentation"
            reply = border.send(who, "POST", path, at, key=f"present-{shipment.lrn}",
                                expected=(409, 422))  # fmt: skip
            border.figures.counts["presented"] += reply.ok
            border.unsettle()
            stands = reply if reply.ok else stands
        if stands.ok and stands.body.get("lane"):
            border.figures.lanes[stands.body["lane"]] += 1

    def _refused(self, shipment: Shipment, at: datetime) -> None:
        """Mend what was rejected and lodge it again under another reference, or give up."""
        rng = self._border.draw(shipment.lrn, "mends")
        gives_up = rng.random() >= _MENDS or not shipment.mistakes
        if gives_up or shipment.tries + 1 >= _MOST_TRIES:
            return
        later = office_hours_after(at, rng.uniform(8, 120), self._border.zone)
        still_wrong = rng.random() < 0.1
        self._lodge_again(shipment, later, mended=not still_wrong)

    def _lodge_again(self, shipment: Shipment, at: datetime, *, mended: bool) -> None:
        tries = shipment.tries + 1
        lrn = f"{shipment.lrn[:17]}-{tries}"
        declared = twin(shipment.sound if mended else shipment.declaration)
        declared.functional_reference_id = lrn
        again = Shipment(
            lrn=lrn,
            firm=shipment.firm,
            lodger=shipment.lodger,
            declaration=declared,
            sound=_renamed(shipment.sound, lrn),
            kind=shipment.kind,
            cargo=shipment.cargo,
            arrives=shipment.arrives,
            behaviours=shipment.behaviours,
            differences=shipment.differences,
            mistakes=() if mended else shipment.mistakes,
            xml=shipment.xml,
            tries=tries,
        )
        self._border.schedule.plan(at, self.lodge, again, lodgements=1)

    def _amend(self, shipment: Shipment, at: datetime) -> None:
        """Correct marks on the packages: free before selection, an officer's decision after it."""
        border = self._border
        border.settle(at)
        amended = twin(shipment.declaration)
        whole = amended.goods_shipment
        assert whole is not None
        packaging = whole.goods_items[0].packagings[0]
        packaging.marks_numbers_id = f"{packaging.marks_numbers_id} (corrected)"
        amended.id = shipment.mrn
        body = _message(amended, at, xml=shipment.xml)
        reply = border.send(
            shipment.lodger,
            "POST",
            f"/declarations/{shipment.mrn}/amendments",
            at,
            body=body,
            key=f"amend-{shipment.lrn}",
            parameters={"reason": "marks and numbers corrected"},
            expected=(409, 422),
        )
        border.figures.counts["amended"] += reply.status == 200
        border.unsettle()
        if reply.status == 202:
            self._officers.consider(shipment, reply.body["id"], at)

    def _plan_cancellation(self, shipment: Shipment, at: datetime, *, again: bool) -> None:
        rng = self._border.draw(shipment.lrn, "cancels")
        later = office_hours_after(at, rng.uniform(15, 200), self._border.zone)
        self._border.schedule.plan(later, self._cancel, shipment, "again" if again else "")

    def _cancel(self, shipment: Shipment, then: str, at: datetime) -> None:
        border = self._border
        border.settle(at)
        reply = border.send(
            shipment.lodger,
            "POST",
            f"/declarations/{shipment.mrn}/cancellation",
            at,
            body=document({"reason": "lodged in error" if then else "order withdrawn"}),
            key=f"cancel-{shipment.lrn}",
            expected=(409,),
        )
        border.figures.counts["cancelled"] += reply.status == 200
        border.unsettle()
        if reply.status == 202:
            self._officers.consider(shipment, reply.body["id"], at)
        if then and reply.ok and shipment.tries + 1 < _MOST_TRIES:
            rng = border.draw(shipment.lrn, "lodges again")
            later = office_hours_after(at, rng.uniform(200, 400), border.zone)
            self._lodge_again(shipment, later, mended=True)

    def _complete_later(self, shipment: Shipment, at: datetime) -> None:
        """Plan the supplementary declaration: soon, within the ten days, or late."""
        rng = self._border.draw(shipment.lrn, "supplementary")
        days = rng.choices((0, rng.randint(2, 8), rng.randint(11, 14)), (60, 30, 10))[0]
        later = office_hours_after(
            at + timedelta(days=days), rng.uniform(60, 300), self._border.zone
        )
        self._border.schedule.plan(later, self._complete, shipment, lodgements=1)

    def _complete(self, shipment: Shipment, at: datetime) -> None:
        lrn = f"{shipment.lrn}S"
        declared = _renamed(shipment.sound, lrn)
        declared.type_code = "IMY"
        whole = declared.goods_shipment
        assert whole is not None
        whole.previous_documents = (
            PreviousDocument(category_code="Y", id=shipment.mrn, type_code="MRN"),
            *whole.previous_documents,
        )
        self.lodge(
            Shipment(
                lrn=lrn,
                firm=shipment.firm,
                lodger=shipment.lodger,
                declaration=declared,
                sound=declared,
                kind="supplementary",
                cargo=shipment.cargo,
                xml=shipment.xml,
            ),
            at,
        )


def _renamed(declaration: Declaration, lrn: str) -> Declaration:
    same = twin(declaration)
    same.functional_reference_id = lrn
    return same


def _message(declaration: Declaration, at: datetime, *, xml: bool) -> Body:
    """Return a declaration as it is sent, dated now."""
    declaration.issue_date_time = DateTime(
        value=f"{at:%Y%m%d%H%M%S}{_offset(at):+03d}", format="304"
    )
    record = MetaData(wco_type_name="DEC", declaration=declaration)
    return Body(write_xml(record), _XML) if xml else Body(write_json(record), _JSON)


def _offset(at: datetime) -> int:
    offset = at.utcoffset()
    return 0 if offset is None else round(offset.total_seconds() / 3600)
