"""Every page, tried by axe: both directions, both themes, wide and narrow.

``pages.py`` finds the pages by links and tells which there must be; each is loaded once a language
and then looked at in both widths and themes. Of a theme only the contrast can be wrong: all other
rules are tried in the light.
"""

from __future__ import annotations

import pytest
from tests.browser import pages

from clearway.proving.shown_border import cookies_of

LANGUAGES = {"en": "ltr", "ar": "rtl"}
SIZES = {"narrow": {"width": 320, "height": 850}, "wide": {"width": 1280, "height": 850}}
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RULES = {
    "light": {"type": "tag", "values": list(TAGS)},
    "dark": {"type": "rule", "values": ["color-contrast"]},
}
TELLING = """
addEventListener("securitypolicyviolation", (told) =>
  console.error(`policy: ${told.violatedDirective} ${told.blockedURI} ${told.sample}`));
"""
"""Each report of the content security policy becomes an error of the console."""
REPEATED = ".card.flush tbody > tr, .stack > li, .operation"
SHORTEN = """
(repeated) => {
  const counts = new Map();
  for (const each of document.querySelectorAll(repeated)) {
    const home = each.matches(".operation") ? document : each.parentNode;
    const count = (counts.get(home) ?? 0) + 1;
    counts.set(home, count);
    if (count > 12) each.remove();
  }
}
"""
"""Of what a template repeats the first twelve are tried, once the page's width is known: what may
stand in one stands on the page of parts too. Axe takes seconds for fifty rows, and minutes for the
whole reference of the interface."""
FIND = """
async (only) => {
  const found = await axe.run({runOnly: only, resultTypes: ["violations"], preload: false});
  return found.violations.flatMap(({id, nodes}) => nodes.slice(0, 3).map(
    (node) => `${id}: ${node.target} ${node.failureSummary.slice(0, 300)}`));
}
"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SEEN = [(name, who) for name in pages.names() for who in pages.SEVERAL.get(name, ("",))]


@pytest.fixture(scope="module")
def axe():
    from importlib import resources

    pytest.importorskip("axe_playwright_python", reason="axe is not installed")
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="module")
def look(chromium, still_border):
    """Give ``look(who, language)``: the one page of somebody, and what it complains of."""
    kept, visitors = {}, {}

    def give(who, language):
        if (who, language) not in kept:
            if who not in visitors:
                visitors[who] = cookies_of(still_border, who)
            context = chromium.new_context(base_url=still_border, locale=language)
            context.set_default_timeout(90_000)
            context.add_cookies(
                [
                    {"name": name, "value": value, "url": still_border}
                    for name, value in visitors[who].items()
                ]
            )
            context.add_init_script(TELLING)
            page, complaints = context.new_page(), []
            page.on(
                "console",
                lambda told: complaints.append(told.text) if told.type == "error" else None,
            )
            page.on("pageerror", lambda error: complaints.append(str(error)))
            kept[who, language] = page, complaints
        page, complaints = kept[who, language]
        complaints.clear()
        return page, complaints

    yield give
    for page, _ in kept.values():
        page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "who"), SEEN)
def test_nothing_keeps_anybody_out(catalogue, look, axe, name, who, language):
    assert name in catalogue, "no link leads there"
    seen = catalogue[name]
    who = who or next(iter(seen))
    assert who in seen, f"no link leads there for this role, but for {', '.join(seen)}"
    page, found = look(who, language)
    page.set_viewport_size(SIZES["narrow"])
    answer = page.goto(seen[who])
    assert answer is not None
    assert answer.status == 200
    assert pages.name_of(page.url) == name
    assert page.evaluate("document.documentElement.dir") == LANGUAGES[language]
    for told, size in SIZES.items():
        page.set_viewport_size(size)
        if (more := page.evaluate(WIDER)) > 0:
            found.append(f"{told}: {more} px wider than its window")
    page.evaluate(SHORTEN, REPEATED)
    page.evaluate(axe)
    for told, size in SIZES.items():
        page.set_viewport_size(size)
        for theme, only in RULES.items():
            page.emulate_media(color_scheme=theme)
            found += [f"{told} {theme}: {fault}" for fault in page.evaluate(FIND, only)]
    page.goto("about:blank")  # its stream ends
    assert not found, "\n".join([seen[who], *found])


def test_what_is_no_page_shows_none(catalogue, still_border):
    for name in pages.ACTS | pages.FILES | pages.LEADING_ON | pages.PARTS:
        assert name not in catalogue, name
    assert set(catalogue) <= set(pages.names()), "a page that nobody named"
