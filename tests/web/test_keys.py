"""An officer's common acts take at most three keystrokes from the queue, and the help names them.

What a key does is read from the page as ``keys.js`` reads it: it follows a link, presses a button,
or opens a dialog, whose field that has the focus sends its form by Enter.
"""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.urls import reverse

from clearway.clearance.models import Hold
from clearway.declarations.models import Declaration
from clearway.events.models import Event
from clearway.inspection.models import Opening
from clearway.web.words import LANGUAGES, words

MOST = 3


def attributes(tag):
    return {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}


def sent(form):
    """Return where a form goes and what it sends as it stands; nothing required may be empty."""
    fields = {}
    for tag in re.findall(r"<(?:input|select)\b[^>]*>", form):
        told = attributes(tag)
        if told.get("name") in {None, "csrfmiddlewaretoken"}:
            continue
        if told.get("type") == "checkbox":
            if re.search(r"\bchecked\b", tag):
                fields.setdefault(told["name"], []).append(told["value"])
            continue
        assert told.get("value") or not re.search(r"\brequired\b", tag), tag
        fields[told["name"]] = told.get("value", "")
    for name, text in re.findall(
        r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', form, re.DOTALL
    ):
        fields[name] = unescape(text).strip()
    return re.search(r'action="([^"]+)"', form[: form.index(">")]), fields


class Keyboard:
    """A page and what one does on it by keys alone; ``count`` how many were pressed."""

    def __init__(self, client, address, language="en"):
        self.client, self.count, self.dialog = client, 0, ""
        self._show(client.get(address, {"lang": language}))

    def _show(self, answer):
        assert answer.status_code == 200, answer.status_code
        self.address, self.page = answer.request["PATH_INFO"], answer.content.decode()

    def press(self, key):
        self.count += 1
        if key == "Enter":
            return self._enter()
        tag = next(
            one for one in re.findall(r"<(?:a|button)\b[^>]*>", self.page)
            if f'data-key="{key}"' in one
        )  # fmt: skip
        told = attributes(tag)
        assert told["data-key-words"], "the list of shortcuts names it"
        if "data-opens" in told:
            name = told["data-opens"]
            self.dialog = re.search(rf'<dialog id="{name}".*?</dialog>', self.page, re.DOTALL)[0]
        elif "href" in told:
            self._show(self.client.get(told["href"], follow=True))
        else:
            form = next(
                one for one in re.findall(r"<form.*?</form>", self.page, re.DOTALL) if tag in one
            )
            self._send(form)
        return None

    def _enter(self):
        part = self.dialog or self.page[self.page.index("<main") :]
        focused = re.search(r"<(input|button)\b[^>]*\bautofocus\b", part)
        assert focused, "Enter sends the form whose field or button has the focus"
        form = next(
            one for one in re.findall(r"<form.*?</form>", part, re.DOTALL) if focused[0] in one
        )
        self._send(form)

    def _send(self, form):
        to, fields = sent(form)
        self.dialog = ""
        self._show(self.client.post(to[1] if to else self.address, fields, follow=True))


ACTS = {
    "accept": ("n", "a"),
    "documents": ("n", "d", "Enter"),
    "control": ("n", "i", "Enter"),
    "hold": ("n", "h", "Enter"),
    "inspection": ("n", "o", "Enter"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("act", ACTS)
def test_a_common_act_takes_three_keys_at_most(signed, waiting, act, language):
    mrn = waiting("documents_requested")
    at = Keyboard(signed("officer"), reverse("queue"), language)
    for key in ACTS[act]:
        at.press(key)
    assert at.count <= MOST
    row = Declaration.objects.get(mrn=mrn)
    if act == "accept":
        assert row.state not in {"documents_requested", "under_control"}
    elif act == "documents":
        told = Event.objects.filter(kind="declaration.documents_requested").latest("id")
        assert words(language)["ask_usual"] == json.loads(bytes(told.body))["wanted"]
    elif act == "control":
        assert row.state == "under_control"
    elif act == "hold":
        assert Hold.objects.get().declaration_id == row.pk
    else:
        assert Opening.objects.get().declaration_id == row.pk


def test_goods_are_released_by_two_keys_where_all_is_well(signed, waiting):
    mrn = waiting("documents_requested")
    Declaration.objects.filter(mrn=mrn).update(state="assessed", debt_state="paid")
    at = Keyboard(signed("officer"), reverse("queue_declaration", args=[mrn]))
    at.press("a")
    assert Declaration.objects.get(mrn=mrn).state in {"released", "cleared"}
