"""Every page of every role, tried by axe: both directions, both themes, wide and narrow."""

from __future__ import annotations

import pytest

from clearway.web.navigation import PLACES

WIDTHS = (1280, 320)
LANGUAGES = ("en", "ar")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
STRANGERS = ("/", "/accounts/login/", "/help/", "/help/findings/", "/help/findings/CLW3103",
             "/problems/")  # fmt: skip
ROLES = ("trader", "broker", "platform", "carrier", "terminal", "officer", "supervisor",
         "registrar", "auditor", "operator", "tariff")  # fmt: skip


def faults(page, axe):
    """What axe finds on a page as it is shown, in the light and in the dark."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        told = axe.run(page, options={"runOnly": {"type": "tag", "values": list(RULES)}})
        found += [
            f"{page.url} {scheme}: {each['id']}: {node['target']} {node['failureSummary'][:200]}"
            for each in told.response["violations"]
            for node in each["nodes"][:3]
        ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
        found.append(f"{page.url}: scrolls sideways")
    return found


def addresses(page):
    """The pages of a role: its places, and of each list the first object."""
    shown = [each.get_attribute("href") for each in page.locator(".top nav a").all()]
    for address in list(shown):
        page.goto(address)
        first = page.locator("main tbody th a, main .stack li a").first
        if first.count():
            shown.append(first.get_attribute("href"))
    return list(dict.fromkeys(each for each in shown if each and not each.startswith("/api/")))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", [None, *ROLES])
def test_nothing_keeps_anybody_out(visit, who, language):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = []
    pages = STRANGERS
    for width in WIDTHS:
        page = visit(who, language, width=width)
        if who and width == WIDTHS[0]:
            page.goto("/desk")
            pages = addresses(page)
            assert len(pages) >= 1
        for address in pages:
            page.goto(address + ("" if who else f"?lang={language}"))
            found += faults(page, axe)
    assert not found, "\n".join(found)


def test_every_place_of_the_menu_is_somebodys():
    roles = {role for place in PLACES for role in place.roles}
    assert {str(role) for role in roles} <= {*ROLES}
