"""Forms of the sign-in pages whose labels allauth leaves untranslated."""

from __future__ import annotations

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class AddSecurityKey(AddWebAuthnForm):
    """Adds a security key under a name, or under one made for it."""

    name = forms.CharField(label=_("Name"), required=False)


class EditSecurityKey(EditWebAuthnForm):
    """Gives a security key another name."""

    name = forms.CharField(label=_("Name"))
