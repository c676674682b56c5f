"""The OpenAPI document: what ninja reads off the rooms' routers, made whole in one place.

The rooms describe their operations and data. What is the same everywhere is added here: how an
operation can fail, what headers an answer has, and which operation follows which (links).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

import clearway
from clearway.api.bounds import bound
from clearway.api.examples import example
from clearway.api.links import add_links
from clearway.vocabulary.errors import DefectFound
from clearway.vocabulary.problem_details import KINDS, MEDIA_TYPE, Kind

DESCRIPTION: Final = """\
Lodge once: declarations, cargo reports and all that follows from them.

- Send `Authorization: Bearer <API key>` with every request.
- Lodging needs an `Idempotency-Key`: the same key with the same message gets the same answer.
- Whatever fails is answered as `application/problem+json`; its `type` is stable and explained
  under `/problems/`.
- Lists come in pages: give `cursor` the value of `next`, until it is null.
- Amounts of money are whole minor units of the currency named beside them. Instants are RFC 3339
  in UTC.
"""

TAGS: Final = {
    "declarations": "Goods declarations (WCO 42A): lodge, amend, cancel, follow.",
    "bulk": "Many declarations in one file; the good rows are taken, the bad ones come back.",
    "line": "The intake line: how full it is, what it set aside, its alarms.",
    "assessment": "What the kernel found, charged and selected, with reasons.",
    "goods": "Holds, transport units, movements under control, exits.",
    "clearance": "The officers' work: queue, decisions, desks, second decisions.",
    "risk profiles": "Who writes, tries, approves and retires what selects, and its worth.",
    "models": "What learns from inspections: its card, its shadow, who lets it serve.",
    "cargo": "Conveyances, transport documents, discharge and write-off.",
    "traders": "Mandates and authorisations.",
    "reference": "Country packs and the tariff.",
    "events": "What happened, as a list, as a stream and as webhooks.",
    "audit": "The tamper-evident log: checkpoints and proofs.",
    "accounts": "Who you are, keys, organisations and roles.",
}
MESSAGES: Final = frozenset(
    {"lodgeDeclaration", "estimateCharges", "tryLodging", "amendDeclaration", "lodgeCuscar"}
)
"""Operations whose body is a message of its own standard."""
METHODS: Final = ("get", "put", "post", "delete", "patch")


class _Schema(OpenAPISchema):
    """Ninja's document, which would let one room's schema silently stand for another's."""

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        """Add schemas by name.

        Raises:
            DefectFound: two different schemas have one name.
        """
        for name, schema in definitions.items():
            if self.schemas.setdefault(name, schema) != schema:
                raise DefectFound(f"Two different schemas of the API are called {name}.")


def document_of(api: NinjaAPI, prefix: str) -> dict[str, Any]:
    """Return the whole document of an API mounted under a prefix."""
    told: dict[str, Any] = dict(_Schema(api, prefix))
    told["info"] |= {
        "summary": "One record from lodging to gate-out",
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        "x-software-version": clearway.__version__,
    }
    told["servers"] = [{"url": "/", "description": "This installation"}]
    components = told["components"]
    components["schemas"] |= {"Problem": _problem_schema()}
    components["headers"] = _headers()
    components["responses"] = {_named(kind): _failure(kind) for kind in KINDS.values()}
    used = set()
    for _, method, operation in operations(told):
        _complete(method, operation)
        used |= set(operation.get("tags", ()))
    told["tags"] = [
        {"name": name, "description": TAGS.get(name, name)}
        for name in sorted(used, key=lambda tag: ([*TAGS, tag].index(tag), tag))
    ]
    add_links(told)
    bound(told)
    return told


def operations(told: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and operation of a document, in its order."""
    for path, methods in told["paths"].items():
        for method in METHODS:
            if method in methods:
                yield path, method, methods[method]


def _complete(method: str, operation: dict[str, Any]) -> None:
    """Add how an operation may fail and the headers of its answers."""
    responses = {str(status): told for status, told in operation["responses"].items()}
    for status, told in responses.items():
        if status < "3":
            told["headers"] = {
                name: {"$ref": f"#/components/headers/{name}"} for name in _headers()
            } | told.get("headers", {})
    known = bool(operation.setdefault("security", []))
    body = "requestBody" in operation
    if operation["operationId"] in MESSAGES:
        for kind, content in operation["requestBody"]["content"].items():
            content["example"] = example(kind)
    names = ["unreadable", "not-there", "wrong-data", "too-much", "defect", "storage-fails"]
    names += ["not-signed-in", "not-permitted"] if known else []
    names += ["state-forbids", "storage-full"] if method != "get" else []
    names += ["too-large", "wrong-media-type"] if body else []
    for name in names:
        kind = KINDS[name]
        reference = {"$ref": f"#/components/responses/{_named(kind)}"}
        responses.setdefault(str(kind.status), reference)
    operation["responses"] = dict(sorted(responses.items()))


def _named(kind: Kind) -> str:
    return "".join(word.capitalize() for word in kind.name.split("-"))


def _failure(kind: Kind) -> dict[str, Any]:
    told: dict[str, Any] = {
        "description": f"{kind.title}. {kind.meaning}",
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}},
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "example": {
                    "type": f"/problems/{kind.name}",
                    "title": kind.title,
                    "status": kind.status,
                    "detail": kind.meaning,
                    "instance": "urn:clearway:request:0c6f4e7d1f5b4c0e9a55c1c8f2b6a3d7",
                },
            }
        },
    }
    if kind.name in {"too-much", "storage-fails", "storage-full"}:
        told["headers"]["Retry-After"] = {
            "description": "Seconds after which to come back.",
            "schema": {"type": "integer", "minimum": 1},
        }
    if kind.name == "not-signed-in":
        told["headers"]["WWW-Authenticate"] = {
            "description": "How to be known.",
            "schema": {"type": "string"},
        }
    return told


def _headers() -> dict[str, Any]:
    return {
        "X-Request-Id": {
            "description": "The number of this request, which the log has too.",
            "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        }
    }


def _problem_schema() -> dict[str, Any]:
    fault = {
        "type": "object",
        "required": ["pointer", "detail"],
        "properties": {
            "pointer": {"type": "string", "description": "Which datum: /body/…, /query/…"},
            "detail": {"type": "string", "description": "What is wrong with it."},
        },
    }
    return {
        "type": "object",
        "title": "Problem",
        "description": "Problem details (RFC 9457).",
        "required": ["type", "title", "status", "detail", "instance"],
        "properties": {
            "type": {
                "type": "string",
                "format": "uri-reference",
                "enum": [f"/problems/{name}" for name in KINDS],
            },
            "title": {"type": "string"},
            "status": {"type": "integer", "enum": sorted({k.status for k in KINDS.values()})},
            "detail": {"type": "string"},
            "instance": {"type": "string", "format": "uri"},
            "errors": {"type": "array", "items": fault},
        },
    }
