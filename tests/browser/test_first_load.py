"""How much a first visit loads: every byte that comes over the line, with nothing in the cache."""

from __future__ import annotations

import sys

import pytest

from clearway.proving.shown_border import cookies_of

MOST = 150_000


@pytest.mark.parametrize(
    ("name", "who"),
    [("border", ""), ("account_login", ""), ("dashboard", "trader"), ("queue", "officer"),
     ("declaration", "officer")],
)  # fmt: skip
def test_a_first_visit_loads_little(chromium, still_border, catalogue, name, who, capsys):
    context = chromium.new_context(base_url=still_border, locale="en")
    context.add_cookies(
        [
            {"name": cookie, "value": value, "url": still_border}
            for cookie, value in cookies_of(still_border, who).items()
        ]
    )
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes = []
    network.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    page.goto(catalogue[name][who], wait_until="load")
    page.wait_for_timeout(500)  # a page's stream never ends; what it loads late has come
    context.close()
    with capsys.disabled():
        sys.stdout.write(f"\n{name}: {len(sizes)} answers, {sum(sizes) / 1000:.1f} kB\n")
    assert len(sizes) > 3, "styles and scripts come too"
    assert sum(sizes) < MOST
