"""What the explanation of a declaration tells of intelligence, and to whom."""

from __future__ import annotations

import pytest
from tests.declarations.conftest import border  # noqa: F401 - fixtures
from tests.intelligence.conftest import house, trader  # noqa: F401 - fixtures
from tests.web.conftest import signed, text_of  # noqa: F401 - fixtures

from clearway.audit.models import Leaf
from clearway.intelligence.models import Trace


@pytest.fixture
def told(house):  # noqa: F811
    """A declaration whose importer stands on a list, and the entry."""
    entry = house.listed(name="Atlas Trading SA", keys=trader("XP1000000001"))
    return f"/declarations/{house.lodged()}/explanation", entry


def test_an_officer_is_led_to_the_entry_and_to_whom_else_the_importer_stands_with(told, signed):  # noqa: F811
    page, entry = told
    officer = signed("officer")
    answer = officer.get(page)
    text, source = text_of(answer), answer.content.decode()
    assert "the importer is on a watchlist" in text
    assert f'href="/watch-entries/{entry.pk}"' in source
    assert officer.get(f"/watch-entries/{entry.pk}").status_code == 200
    importer = Trace.objects.get(identifier="XP1000000001")
    assert f"/links?key={importer.key}" in source.replace("%3A", ":")
    assert "Importer" in text
    assert officer.get("/links", {"key": importer.key}).status_code == 200


def test_who_saw_the_hits_is_noted(told, signed):  # noqa: F811
    page, _ = told
    before = Leaf.objects.count()
    signed("officer").get(page)
    noted = " ".join(
        map(str, Leaf.objects.order_by("id").values_list("subject", flat=True)[before:])
    )
    assert "hits:" in noted


@pytest.mark.parametrize("who", ["trader", "broker"])
def test_no_trader_sees_any_of_it(told, signed, who):  # noqa: F811
    page, _ = told
    answer = signed(who).get(page)
    source = answer.content.decode()
    if who == "trader":
        assert answer.status_code == 200
    assert "watch-entries" not in source
    assert "/links?" not in source
    assert "watchlist" not in source.lower()
