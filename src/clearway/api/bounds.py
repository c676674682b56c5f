"""What the parser holds of every request, as the document tells it: no NUL, 64-bit numbers."""

from __future__ import annotations

from typing import Any, Final

TEXT: Final = "^[^\\u0000]*$"
_LARGEST: Final = 2**63 - 1


def bound(told: dict[str, Any]) -> None:
    """Add the bounds to every schema of requests of a document that has none of its own."""
    reached: set[str] = set()
    for methods in told["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                _bound(told, parameter["schema"], reached)
            for content in operation.get("requestBody", {}).get("content", {}).values():
                _bound(told, content.get("schema", {}), reached)


def _bound(told: dict[str, Any], schema: dict[str, Any], reached: set[str]) -> None:
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    if name and name not in reached:
        reached.add(name)
        _bound(told, told["components"]["schemas"][name], reached)
    kind = schema.get("type")
    if kind == "string" and not {"pattern", "enum", "const", "format"} & schema.keys():
        schema["pattern"] = TEXT
    if kind == "integer" and "enum" not in schema:
        schema.setdefault("minimum", -_LARGEST)
        if "exclusiveMaximum" not in schema:
            schema.setdefault("maximum", _LARGEST)
    inner = [schema.get("items"), schema.get("additionalProperties")]
    inner += [*schema.get("properties", {}).values(), *schema.get("prefixItems", ())]
    for several in ("anyOf", "oneOf", "allOf"):
        inner += schema.get(several, ())
    for part in inner:
        if isinstance(part, dict):
            _bound(told, part, reached)
