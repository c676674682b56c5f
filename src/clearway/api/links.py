"""Which operation may follow which: OpenAPI links, read off the addresses.

An operation that answers with a thing leads to every operation on that thing: what comes back from
``POST /mandates`` or ``GET /mandates`` leads to ``/mandates/{id}`` and all below it, by the member
of the answer that the parameter is named after (or ``id``). An operation that already names the
thing in its address leads to its neighbours below it.
"""

from __future__ import annotations

import re
from typing import Any, Final

_PARAMETER: Final = re.compile(r"{(\w+)}")
_KEYS: Final = ("mrn", "id", "number")
"""Members by which a thing is known, where none is called as the parameter of its address is."""


def add_links(told: dict[str, Any]) -> None:
    """Add its links to every successful answer of a document."""
    targets = [
        (path, _PARAMETER.findall(path), operation["operationId"])
        for path, methods in told["paths"].items()
        for operation in methods.values()
        if "{" in path and not _needs_more(operation)
    ]
    for path, methods in told["paths"].items():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if status[0] != "2":
                    continue
                where, members = _members(told, answer)
                links = {}
                for target, names, follower in targets:
                    found = _expressions(path, target, names, where, members)
                    if found and follower != operation["operationId"]:
                        links[follower] = {"operationId": follower, "parameters": found}
                if links:
                    answer.setdefault("links", {}).update(links)


def _needs_more(operation: dict[str, Any]) -> bool:
    return any(
        each["required"] for each in operation.get("parameters", ()) if each["in"] == "query"
    )


def _expressions(
    path: str, target: str, names: list[str], where: str, members: dict[str, Any]
) -> dict[str, str]:
    """Return where each parameter of a target comes from, or nothing where one is not known."""
    found = {}
    own = set(_PARAMETER.findall(path))
    for name in names:
        above = target[: target.index(f"/{{{name}}}")]
        if name in own and target.startswith(path[: path.index(f"{{{name}}}")]):
            found[name] = f"$request.path.{name}"
        elif above == path or ("mrn" in (name, *members) and above.endswith("/declarations")):
            key = next((key for key in (name, *_KEYS) if key in members), "")
            found[name] = f"$response.body#{where}/{key}"
            if not key:
                return {}
        else:
            return {}
    return found


def _members(told: dict[str, Any], answer: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the members of an answer's thing, or of the first of its list, and where it stands."""
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    members = _resolved(told, schema).get("properties", {})
    items = members.get("items", {})
    if items.get("type") == "array":
        return "/items/0", _resolved(told, items.get("items", {})).get("properties", {})
    return "", members


def _resolved(told: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref", "")
    if reference:
        found: dict[str, Any] = told["components"]["schemas"][reference.rsplit("/", 1)[1]]
        return found
    return schema
