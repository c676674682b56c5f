"""Card C09, **Accept**, literally, from the release to the barrier.

Container with lines A and B: A released, B yellow -> gate refuses; B released 16:40 -> accepted
08:20 next day; second use refused. New intelligence hold at 16:45 recalls the token within 5 s.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.gate.conftest import CONTAINER, dispatched, terminal  # noqa: F401 - fixtures

from clearway.clearance import deciding, holds, lines
from clearway.clearance.leaving import Reason, Unit, standing
from clearway.clearance.releasing import Order
from clearway.declarations.models import Declaration
from clearway.events.models import Event
from clearway.gate import passing
from clearway.kernel.decisions import Lane
from clearway.vocabulary.errors import StateForbids

BOX = Unit("container", CONTAINER)
INTELLIGENCE = holds.Wanted(legal_reason="Customs Act, section 31", note="A partner's warning")
ACCEPTED = Order(documents_checked=True, security="GRN-1")


def at(terminal, day, hour, minute):  # noqa: F811
    terminal.border.clock.advance(datetime(2026, 3, day, hour, minute, tzinfo=UTC))


def goods(terminal):  # noqa: F811
    """Line A is green; line B is yellow. Both lie in the container."""
    a, b = terminal.boxed("HBL-A"), terminal.boxed("HBL-B")
    Declaration.objects.filter(mrn=b).update(state="documents_requested", lane=int(Lane.YELLOW))
    return a, b


def test_the_container_leaves_when_its_last_line_is_released_and_once(terminal):  # noqa: F811
    a, b = goods(terminal)
    deciding.release(terminal.people.ann, a, ACCEPTED)
    assert standing(BOX).reasons == (Reason("not_released", b),)
    with pytest.raises(StateForbids):
        terminal.token()
    at(terminal, 3, 16, 40)
    assert deciding.accept(terminal.people.ann, b, ACCEPTED).what == "released"
    assert str(Declaration.objects.get(mrn=b).released_at) == "2026-03-03 16:40:00+00:00"
    token = terminal.token()
    at(terminal, 4, 8, 20)
    passed = passing.present(terminal.clerk, terminal.one, terminal.shown(token))
    assert (passed.verdict, str(passed.at)) == ("accepted", "2026-03-04 08:20:00+00:00")
    assert {row.goods_state for row in Declaration.objects.all()} == {"gated_out"}
    again = passing.present(terminal.clerk, terminal.two, terminal.shown(token))
    assert (again.verdict, again.alarm) == ("refused", True)


def test_a_new_hold_after_release_recalls_the_token_at_once(terminal, dispatched):  # noqa: F811
    a, b = goods(terminal)
    at(terminal, 3, 16, 40)
    for mrn in (a, b):
        deciding.accept(terminal.people.ann, mrn, ACCEPTED)
    token = terminal.token()
    at(terminal, 3, 16, 45)
    holds.place(terminal.people.ben, BOX, INTELLIGENCE)
    recalled = Event.objects.filter(kind="goods.recalled", subject=BOX.subject)
    assert {str(one.system_time) for one in recalled} == {"2026-03-03 16:45:00+00:00"}
    # The barrier asks what is true now: it stays down before the news of the recall come to it.
    assert not standing(BOX).may_leave
    dispatched.tell()
    token.refresh_from_db()
    assert token.state == "recalled"
    refused = passing.present(terminal.clerk, terminal.one, terminal.shown(token))
    assert (refused.verdict, refused.alarm) == ("refused", True)


def test_lines_of_one_declaration_are_released_apart_too(terminal):  # noqa: F811
    """Lines A and B as two goods items of one declaration, in the one container."""
    terminal.border.report("HBL-1", packages=20, kilograms=200, arrived=True)
    from clearway.cargo.models import Container, TransportDocument

    Container.objects.create(
        document=TransportDocument.objects.get(number="HBL-1"), number=CONTAINER
    )
    mrn = terminal.border.lodged(document="HBL-1", items=2)
    Declaration.objects.filter(mrn=mrn).update(state="documents_requested", lane=int(Lane.YELLOW))
    lines.release_items(terminal.people.ann, mrn, [1], ACCEPTED)
    assert not standing(BOX).may_leave
    lines.release_items(terminal.people.ann, mrn, [2], ACCEPTED)
    assert standing(BOX).may_leave
