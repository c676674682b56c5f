"""Every WCO notification code that a declaration's life has goes out as an event, by its acts.

Events are what webhooks carry, so that each code reaches whoever subscribed. Code 15, the
reminder of what is due, is the payments room's.
"""

from __future__ import annotations

import json

import pytest
from tests.clearance.test_exits import clerk, lot  # noqa: F401
from tests.clearance.test_holds import inside  # noqa: F401
from tests.declarations.conftest import a_message

from clearway.clearance import automatic, deciding, exits
from clearway.clearance.releasing import Order
from clearway.declarations.models import Declaration
from clearway.events.models import Event
from clearway.events.service import act
from clearway.payments import events as payments
from clearway.payments.models import Guarantee
from clearway.vocabulary.errors import StateForbids

CODES = {
    "01": "declaration.accepted",
    "02": "declaration.received",
    "03": "declaration.rejected",
    "05": "declaration.under_control",
    "06": "declaration.documents_requested",
    "07": "declaration.amended",
    "08": "declaration.released",
    "09": "declaration.cleared",
    "10": "declaration.invalidated",
    "11": "declaration.amended",
    "13": "declaration.assessed",
    "14": "guarantee.short",
    "16": "declaration.exited",
    "18": "declaration.exit_enquiry",
}
SEEN = Order(documents_checked=True, goods_controlled=True, security="GRN-1")


def told():
    """Return the codes that went out, each with the kinds of event that carried it."""
    found = {}
    for kind, body in Event.objects.values_list("kind", "body"):
        code = json.loads(bytes(body)).get("code")
        if code:
            found.setdefault(code, set()).add(kind)
    return found


def test_each_code_has_its_event(border, people, waiting, inside, lot, clerk):  # noqa: F811
    border.lodged(type_code="IMD", document="HBL-X")  # 02
    border.lodge(packages=0, document="HBL-Y")  # 03
    mrn = waiting()  # 01, 13
    deciding.ask_for_documents(people.ann, mrn, "The invoice")  # 06
    deciding.control(people.ann, mrn, "Weight")  # 05
    Guarantee.objects.update(reference_amount=5)
    with pytest.raises(StateForbids, match="falls short"):
        deciding.accept(people.ann, mrn, SEEN)  # 14
    Guarantee.objects.update(reference_amount=10**12)
    deciding.accept(people.ann, mrn, SEEN)  # 08
    Declaration.objects.filter(mrn=mrn).update(debt_state="paid")
    automatic.look_at(mrn)  # 09
    gone, unit = lot
    with act(clerk) as doing:
        exits.load(doing, unit)
    border.later(days=91)
    exits.enquire(border.clock.now())  # 18
    with act(clerk) as doing:
        exits.depart(doing, unit)
    automatic.confirm_exit(gone)  # 16
    early = border.lodged(type_code="IMD", document="HBL-Z", lrn="EARLY")
    amended(border, early)  # 11
    cancelled = border.ask("trader", "post", f"/declarations/{early}/cancellation", WHY)  # 10
    assert cancelled.status == 200
    border.report("HBL-7", arrived=True)
    late = border.lodged(document="HBL-7", lrn="LATE")
    deciding.release(people.ann, late, SEEN)
    asked = border.ask("trader", "post", f"/declarations/{late}/amendments?reason=P", a_message(
        lrn="LATE", document="HBL-7", price="9500.00", mrn=late))  # fmt: skip
    grant = {"grant": True, "reason": "As the invoice says"}
    path = f"/requests/{asked.json['id']}/decision"
    assert border.ask("officer", "post", path, grant).status == 200  # 07
    found = told()
    missing = {code for code, kind in CODES.items() if kind not in found.get(code, ())}
    assert missing == set()
    assert payments.REMINDER_CODE == "15"


WHY = {"reason": "Sold to another"}


def amended(border, mrn):
    body = a_message(lrn="EARLY", type_code="IMD", document="HBL-Z", price="9000.00", mrn=mrn)
    answer = border.ask("trader", "post", f"/declarations/{mrn}/amendments?reason=Price", body)
    assert answer.status == 200, answer.json
