"""Which operation may follow which: OpenAPI links, read off the addresses.

An operation that answers with a thing leads to every operation on that thing: what comes back from
``POST /mandates`` or ``GET /mandates`` leads to ``/mandates/{number}`` and all below it, by the
member of the answer that the parameter is named after, or by its key. An operation that already
names the thing in its own address leads to its neighbours below it.
"""

from __future__ import annotations

import re
from typing import Any, Final

_PARAMETER: Final = re.compile(r"{(\w+)}")
_KEYS: Final = ("id", "number")
"""Members by which a thing is known, where none is called as the parameter of its address is."""
_REFERS: Final = {
    "organisation": "/api/v1/organisations",
    "conveyance": "/api/v1/conveyances",
    "transport_document": "/api/v1/transport-documents",
}
"""Members by which one thing names another, and where that one lives."""
_LIVES_AT: Final = {"RequestTold": "/api/v1/requests"}
"""Where a thing has its address that other addresses answer with."""


def add_links(told: dict[str, Any]) -> None:
    """Add its links to every successful answer of a document."""
    targets = [
        (path, _PARAMETER.findall(path), operation["operationId"])
        for path, methods in told["paths"].items()
        for operation in methods.values()
        if "{" in path
    ]
    for path, methods in told["paths"].items():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if status[0] != "2":
                    continue
                where, members, home = _members(told, answer)
                links = {}
                for target, names, follower in targets:
                    found = _expressions(home or path, path, target, names, where, members)
                    if found and follower != operation["operationId"]:
                        links[follower] = {"operationId": follower, "parameters": found}
                if links:
                    answer.setdefault("links", {}).update(links)


def _expressions(
    home: str, path: str, target: str, names: list[str], where: str, members: dict[str, Any]
) -> dict[str, str]:
    """Return where each parameter of a target comes from, or nothing where one is not known."""
    found = {}
    own = set(_PARAMETER.findall(path))
    for name in names:
        above = target[: target.index(f"/{{{name}}}")]
        if name in own and target.startswith(path[: path.index(f"{{{name}}}")]):
            found[name] = f"$request.path.{name}"
            continue
        keys = (name, *_KEYS) if _is_collection(above, home) else (name,) if name == "mrn" else ()
        others = (key for key, home_of_it in _REFERS.items() if home_of_it == above)
        key = next((key for key in (*keys, *others) if key in members), "")
        if not key:
            return {}
        found[name] = f"$response.body#{where}/{key}"
    return found


def _is_collection(above: str, home: str) -> bool:
    """Tell whether what an address answers with lives below another: its own, or a part of it."""
    return home == above or (home.startswith(f"{above}/") and "{" not in home[len(above) :])


def _members(told: dict[str, Any], answer: dict[str, Any]) -> tuple[str, dict[str, Any], str]:
    """Return where an answer's thing (or the first of its list) stands; its members; its home."""
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    members = _resolved(told, schema).get("properties", {})
    items = members.get("items", {})
    if items.get("type") == "array" and "next" in members:
        return "/items/0", _resolved(told, items.get("items", {})).get("properties", {}), ""
    return "", members, _LIVES_AT.get(name, "")


def _resolved(told: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref", "")
    if reference:
        found: dict[str, Any] = told["components"]["schemas"][reference.rsplit("/", 1)[1]]
        return found
    return schema
