"""The attributes that the UN/CEFACT unqualified data types 6.0 allow on a value."""

from __future__ import annotations

import re

from clearway.messages.formats import Leaf

_TEXT = {"languageID": re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*\Z")}
_ANY = re.compile(r".*\Z", re.DOTALL)
_AGENCY = re.compile(r".{1,3}\Z")
_CODE = {
    "listID": _ANY,
    "listAgencyID": _AGENCY,
    "listAgencyName": _ANY,
    "listName": _ANY,
    "listVersionID": _ANY,
    "name": _ANY,
    "languageID": _TEXT["languageID"],
    "listURI": _ANY,
    "listSchemeURI": _ANY,
}
_IDENTIFIER = {
    "schemeID": _ANY,
    "schemeName": _ANY,
    "schemeAgencyID": _AGENCY,
    "schemeAgencyName": _ANY,
    "schemeVersionID": _ANY,
    "schemeDataURI": _ANY,
    "schemeURI": _ANY,
}
_OWN = {
    "currencyID": re.compile(r"[A-Z]{3}\Z"),
    "unitCode": re.compile(r".{1,5}\Z", re.DOTALL),
    "formatCode": re.compile(r"(?:102|304)\Z"),
}
_ALLOWED = {"code": _CODE, "id": _IDENTIFIER, "text": _TEXT}


def check_attribute(leaf: Leaf, own: str, name: str, value: str) -> str | None:
    """Return the number of the rule that an attribute breaks, or ``None``.

    Args:
        leaf: the format of the value that has the attribute.
        own: the attribute that the value itself has (``currencyID`` …), empty for plain text.
        name: the attribute's name.
        value: the attribute's value.
    """
    pattern = _OWN[own] if own and name == own else _ALLOWED.get(leaf.kind, {}).get(name)
    if pattern is None:
        return "CLW1028"
    if leaf.any_language and name == "languageID":
        return None
    return None if pattern.match(value) else "CLW1030"
