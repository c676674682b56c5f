"""``clearway screenshots``: the pictures of the documentation, and the page that shows them."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from clearway.cli.screen import console, side_console
from clearway.proving.screenshots.pictures import PHONE, PICTURES, Picture, addresses
from clearway.vocabulary.errors import DefectFound, InputUnusable

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_SETTLES: Final = 400
"""Milliseconds in which a page's live parts have come."""
_FILE_WITHIN: Final = 60.0
_PIXELS: Final = """
async (told) => {
  const bytes = Uint8Array.from(atob(told), (one) => one.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], {type: "image/png"}));
  const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const data = canvas.getImageData(0, 0, image.width, image.height).data;
  let text = "";
  for (let at = 0; at < data.length; at += 32768)
    text += String.fromCharCode(...data.subarray(at, at + 32768));
  return [btoa(text), image.width, image.height];
}
"""
_HEAD: Final = """# The screens

Pictures of the main pages, as a demonstration with a fixed seed shows them. `python3 start.py
screenshots` makes this page and its pictures anew; it needs Chromium. Every part of the pages is
told in [components.md](components.md).
"""


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("screenshots")(screenshots)


def screenshots(
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="Where screens.md is written.")
    ] = Path("docs"),
    only: Annotated[
        str, typer.Option(metavar="NAME", help="Only pictures whose name begins so.")
    ] = "",
) -> None:
    """Take pictures of the main pages: light and dark, Arabic, on a phone.

    They show a demonstration with a fixed seed: two runs of the same code show the same, but for
    references that are drawn when a draft or a sample file is made.

    Example: clearway screenshots --only queue
    """
    if not out.is_dir():
        raise InputUnusable(
            "There is no such folder.", where=str(out), remedy="Name one with --out."
        )
    folder = out / "screens"
    folder.mkdir(exist_ok=True)
    size = 0
    for picture, content in _taken([one for one in PICTURES if one.name.startswith(only)]):
        (folder / f"{picture.name}.png").write_bytes(content)
        size += len(content)
    if not only:
        known = {f"{picture.name}.png" for picture in PICTURES}
        for old in folder.glob("*.png"):
            if old.name not in known:
                old.unlink()
        (out / "screens.md").write_text(_told(), "utf-8")
    console().print(f"{size / 1024:,.0f} KiB of pictures in {folder}", highlight=False)


def _taken(pictures: list[Picture]) -> Iterator[tuple[Picture, bytes]]:
    """Yield each picture with its file."""
    from clearway.proving.shown_border import Visitor, chromium, cookies_of, shown_border

    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise InputUnusable(
            "Playwright is not installed here.",
            where="the environment",
            remedy="Run this by `python3 start.py screenshots`, which installs it.",
        ) from None
    program = chromium()
    side_console().print("living a day of the demonstration …")
    with shown_border() as server, sync_playwright() as playwright:
        where = addresses(server)
        with Visitor(server.url, "trader") as trader:
            _wait_for_file(trader, where["file"])
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        cookies: dict[str, Mapping[str, str]] = {}
        for picture in pictures:
            side_console().print(f"{picture.name} …", highlight=False)
            if picture.who not in cookies:
                cookies[picture.who] = cookies_of(server.url, picture.who)
            address = where.get(picture.page, picture.page)
            yield picture, _take(browser, server.url, picture, address, cookies[picture.who])
        browser.close()


def _wait_for_file(trader: Any, address: str) -> None:
    """Wait until the line has taken a file through."""
    until = time.monotonic() + _FILE_WITHIN
    while "/errors" not in trader.get(address).text:
        if time.monotonic() > until:
            raise DefectFound("The uploaded file was not finished in time.")
        time.sleep(0.5)


def _take(
    browser: Browser, url: str, picture: Picture, address: str, cookies: Mapping[str, str]
) -> bytes:
    from clearway.proving.screenshots.palette import png

    width, height = picture.size
    context = browser.new_context(
        base_url=url,
        locale=picture.language,
        color_scheme=picture.theme,
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        is_mobile=picture.size == PHONE,
        has_touch=picture.size == PHONE,
    )
    context.add_cookies(
        [{"name": name, "value": value, "url": url} for name, value in cookies.items()]
    )
    page = context.new_page()
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        raise DefectFound(f"{picture.name}: {address} cannot be shown.")
    page.wait_for_timeout(_SETTLES)
    if picture.pressed:
        page.keyboard.press(picture.pressed)
        page.wait_for_timeout(_SETTLES)
        page.wait_for_load_state()
    raw = page.screenshot(caret="hide", animations="disabled", full_page=picture.whole)
    pixels, wide, high = _pixels(page, raw)
    context.close()
    return png(pixels, wide, high)


def _pixels(page: Page, raw: bytes) -> tuple[bytes, int, int]:
    """Let the browser itself read its picture: pixels of four bytes, width, height."""
    page.goto("about:blank")
    told, wide, high = page.evaluate(_PIXELS, base64.b64encode(raw).decode())
    return base64.b64decode(told), wide, high


def _told() -> str:
    """Return the page that shows the pictures."""
    return _HEAD + "".join(
        f"\n{one.told}\n\n![{one.told}](screens/{one.name}.png)\n" for one in PICTURES
    )
