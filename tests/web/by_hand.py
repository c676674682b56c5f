"""A person with a browser, and a declaration as he types it."""

from __future__ import annotations

import html
import json
import re

from django.test import Client
from tests.declarations.conftest import a_message, border  # noqa: F401 - fixtures

from clearway.accounts.models import User
from clearway.web.models import Draft

PARTIES = {
    "declarant-id": "XP1000000001", "declarant-name": "Atlas Trading SA",
    "importer-id": "XP1000000001", "importer-name": "Atlas Trading SA",
    "importer-line": "Quay Road 12", "importer-city": "Bayview", "importer-country": "XP",
    "exporter-name": "Atlas Works", "exporter-line": "Main Street 1", "exporter-city": "Izmir",
    "exporter-postcode": "35000", "exporter-country": "TR",
}  # fmt: skip
TRANSPORT = {
    "office": "XP000110", "export-country": "TR", "destination": "XP", "mode": "1",
    "means-type": "10", "means": "9074729", "nationality": "TR", "arrival-type": "10",
    "arrival": "9074729", "document-type": "705", "document": "BL-4711", "containerised": "0",
}  # fmt: skip
ITEM = {
    "description": "Wooden office desks", "commodity": "9403.30.00", "origin": "tr",
    "procedure": "40", "previous": "00", "amount": "14,172.34", "amount-currency": "USD",
    "method": "1", "gross": "2531.62", "net": "2,366", "package-type": "CT", "packages": "107",
    "marks": "A 1/107", "preference": "100",
}  # fmt: skip
DOCUMENTS = {
    "invoice": "INV-7", "invoice-amount": "14,172.34", "invoice-amount-currency": "USD",
    "incoterm": "CIF", "incoterm-place": "Bayview", "nature": "11",
}  # fmt: skip


class Hand:
    """A person with a browser: fills forms as they are shown, and sends them."""

    def __init__(self, name):
        self.client = Client(raise_request_exception=True, headers={"accept-language": "en"})
        person = User.objects.get(email=f"{name}@demo.example")
        self.client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")

    def get(self, path, **query):
        return self.client.get(path, query)

    def fill(self, path, fields, *, to=None, **more):
        """Open a page, fill fields in, and send its form as the page says."""
        shown = self.client.get(path)
        assert shown.status_code == 200, (path, shown.status_code, shown.headers)
        given = form_of(shown.content.decode())
        assert fields.keys() <= given.keys(), fields.keys() - given.keys()
        return self.client.post(to or path, given | fields | more)

    def begin(self, **chosen):
        made = self.client.post("/drafts/new", {"direction": "IM", "letter": "A", **chosen})
        assert made.status_code == 303, made.content
        return re.fullmatch(r"/drafts/(\d+)/parties", made["Location"])[1]

    def write(self, **changes):
        """Write a whole import, page by page."""
        draft = self.begin()
        self.fill(f"/drafts/{draft}/parties", PARTIES)
        self.fill(f"/drafts/{draft}/transport", TRANSPORT | changes.pop("transport", {}))
        item = {f"items-1-{name}": value for name, value in (ITEM | changes).items()}
        self.fill(f"/drafts/{draft}/items/1", item)
        self.fill(f"/drafts/{draft}/documents", DOCUMENTS)
        return draft

    def lodge(self, draft, **fields):
        return self.fill(f"/drafts/{draft}/check", fields, to=f"/drafts/{draft}/lodge")


def form_of(page):
    """Return what the form of a page would send as it stands."""
    main = page[page.index('<main id="content"') : page.index("</main>")]
    form = max(re.findall(r"<form method=\"post\".*?</form>", main, re.DOTALL), key=len)
    found = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name = re.search(r'\bname="([^"]*)"', tag)
        value = re.search(r'\bvalue="([^"]*)"', tag)
        if name:
            found[name[1]] = html.unescape(value[1]) if value else ""
    for name, held in re.findall(
        r'<textarea [^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL
    ):
        found[name] = html.unescape(held)
    for name, held in re.findall(
        r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'<option value="([^"]*)" selected', held)
        found[name] = chosen[1] if chosen else ""
    return found


def tree_of(draft):
    kept = json.loads(bytes(Draft.objects.get(pk=draft).answers))
    return kept["envelope"]["Declaration"]


def begin_to_amend(hand, mrn):
    answer = hand.client.post(f"/declarations/{mrn}/amend")
    return re.fullmatch(r"/drafts/(\d+)/check", answer["Location"])[1]
