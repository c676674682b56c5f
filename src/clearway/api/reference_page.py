"""The API's reference as a page: made of the OpenAPI document on the server, without any script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

from clearway.api.document import operations


class ReferencePage(DocsBase):
    """Shows every operation with its parameters, data, answers and followers."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **_: Any) -> HttpResponse:
        """Return the page."""
        told: dict[str, Any] = api.get_openapi_schema()
        context = {"told": told, "groups": list(_groups(told)), "schemas": list(_schemas(told))}
        return render(request, "api/reference.html", context)


def _groups(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for tag in told["tags"]:
        rows = [
            _row(told, path, method, operation)
            for path, method, operation in operations(told)
            if tag["name"] in operation.get("tags", ())
        ]
        yield {**tag, "operations": rows}


def _row(told: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {})
    return {
        **operation,
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "parameters": [
            {**one, "type": type_of(one["schema"])} for one in operation.get("parameters", ())
        ],
        "bodies": [_content(kind, part) for kind, part in body.items()],
        "answers": [_answer(told, status, one) for status, one in operation["responses"].items()],
    }


def _answer(told: dict[str, Any], status: str, answer: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in answer:
        answer = told["components"]["responses"][answer["$ref"].rsplit("/", 1)[1]]
    contents = [_content(kind, part) for kind, part in answer.get("content", {}).items()]
    first = answer["description"].split(". ")[0].rstrip(".")
    return {**answer, "status": status, "words": first, "contents": contents}


def _content(kind: str, part: dict[str, Any]) -> dict[str, Any]:
    example = part.get("example")
    if example is None and part.get("examples"):
        example = next(iter(part["examples"].values())).get("value")
    text = example if isinstance(example, str | None) else _pretty(example)
    return {"kind": kind, "type": type_of(part.get("schema", {})), "example": text}


def _schemas(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, schema in sorted(told["components"]["schemas"].items()):
        required = set(schema.get("required", ()))
        members = [
            {**part, "name": member, "type": type_of(part), "required": member in required}
            for member, part in schema.get("properties", {}).items()
        ]
        yield {
            "name": name,
            "description": schema.get("description", ""),
            "members": members,
            "type": type_of(schema),
        }


def type_of(schema: dict[str, Any]) -> str:
    """Return the type of a datum in words that fit in a cell.

    >>> type_of({"type": "array", "items": {"$ref": "#/components/schemas/Mandate"}})
    'list of Mandate'
    >>> type_of({"anyOf": [{"type": "string", "maxLength": 17}, {"type": "null"}]})
    'string (maxLength 17) or null'
    """
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[1]
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(type_of(part) for part in schema[several])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    kind = schema.get("type", "any")
    if kind == "array":
        return f"list of {type_of(schema.get('items', {}))}"
    bounds = [
        f"{name} {schema[name]}"
        for name in ("format", "const", "minLength", "maxLength", "minimum", "maximum", "pattern")
        if name in schema
    ]
    return f"{kind} ({', '.join(bounds)})" if bounds else str(kind)


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
