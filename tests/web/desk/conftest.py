"""The small border, its people signed in at the pages."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from tests.declarations.conftest import border

from clearway.accounts.models import User

__all__ = ["border"]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Visitor:
    """Somebody before the pages; what he gets is checked for what no page may have."""

    def __init__(self, who, language):
        self.language = language
        self._client = Client(headers={"host": "localhost"})
        user = User.objects.get(email=f"{who}@demo.example")
        self._client.force_login(user, backend=BACKEND)

    def get(self, address, status=200, **asked):
        return self._checked(self._client.get(address, {"lang": self.language, **asked}), status)

    def post(self, address, status=303, **form):
        files = {"lang": self.language}
        query = "&" if "?" in address else "?"
        answer = self._client.post(f"{address}{query}lang={files['lang']}", form)
        return self._checked(answer, status)

    def follow(self, address, **form):
        """Post, and read the page that it leads to."""
        return self.get(self.post(address, **form)["Location"])

    def _checked(self, answer, status):
        if answer.status_code != status:
            text = re.sub(r"<[^>]+>|\s+", " ", answer.content.decode(errors="replace"))
            pytest.fail(f"{answer.status_code} instead of {status}: {text[:1500]}")
        if answer.get("Content-Type", "").startswith("text/html"):
            text = answer.content.decode()
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
            direction = "rtl" if self.language == "ar" else "ltr"
            if "<html" in text:
                assert f'<html lang="{self.language}" dir="{direction}"' in text
            answer.text = html.unescape(text)
        return answer


@pytest.fixture
def visit(border):
    """Sign somebody of the demonstration in: ``visit("trader", "fr")``."""
    return lambda who, language="en": Visitor(who, language)
