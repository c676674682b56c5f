"""Two verdicts on the form of a message: ours, and that of the published XML schemas.

Ours needs no schema file. ``Schemas`` loads a folder of WCO schemas and asks lxml, so that a
conformance run can hold the two against each other.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lxml import etree

from clearway.messages.limits import DEFAULT_LIMITS, Limits
from clearway.messages.problems import MalformedMessage, SyntaxProblem
from clearway.messages.xml_names import DECLARATION, META
from clearway.messages.xml_reader import find_message, parse_xml, read_xml
from clearway.vocabulary.errors import InputUnusable

_DECLARATION_SCHEMA = "WCO_DEC_2_DMS.xsd"
_ENVELOPE_SCHEMA = "DocumentMetaData_2_DMS.xsd"


def structural_problems(data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> list[SyntaxProblem]:
    """Return the problems that a schema of the WCO Data Model would see too; none means valid."""
    try:
        reading = read_xml(data, limits=limits)
    except MalformedMessage as error:
        return list(error.problems)
    if reading.kind == "other":
        return [SyntaxProblem("CLW1010", "", 0, (("root", reading.root),))]
    return [problem for problem in reading.problems if problem.structural]


def our_verdict(data: bytes) -> bool:
    """Tell whether a message has the form that the WCO Data Model asks for, by our own rules."""
    return not structural_problems(data)


class Schemas:
    """The published schemas of one folder, ready to judge declarations."""

    def __init__(self, directory: Path) -> None:
        """Load the schemas.

        Args:
            directory: a folder that holds the declaration schemas somewhere beneath it.

        Raises:
            InputUnusable: the schemas are not there or cannot be compiled.
        """
        declaration = _find(directory, _DECLARATION_SCHEMA, "declaration")
        envelope = declaration.with_name(_ENVELOPE_SCHEMA)
        source = (
            f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{META}">'
            f'<xs:include schemaLocation="{envelope.resolve().as_uri()}"/>'
            f'<xs:import namespace="{DECLARATION}" '
            f'schemaLocation="{declaration.resolve().as_uri()}"/></xs:schema>'
        )
        parser = etree.XMLParser(no_network=True, resolve_entities=False)
        try:
            self._schema = etree.XMLSchema(etree.fromstring(source, parser))
        except (etree.XMLSchemaParseError, etree.XMLSyntaxError) as error:
            raise InputUnusable(
                f"the schemas cannot be compiled: {error}",
                where=str(directory),
                remedy="Give a folder with the unchanged WCO schemas.",
            ) from error

    def errors(self, data: bytes) -> list[str]:
        """Return what the schemas find wrong with a message; none means valid.

        A wrapper around the message is not judged, only the message within.
        """
        try:
            root = parse_xml(data)
        except MalformedMessage as error:
            return [str(problem) for problem in error.problems]
        message: Any = find_message(root)
        if message is None:
            return ["neither a declaration nor a notification"]
        message = etree.fromstring(etree.tostring(message, with_tail=False))
        if self._schema.validate(message):
            return []
        log: Any = self._schema.error_log
        return [f"line {entry.line}: {entry.message}" for entry in log]

    def verdict(self, data: bytes) -> bool:
        """Tell whether a message is valid by the schemas."""
        return not self.errors(data)


def _find(directory: Path, name: str, folder: str) -> Path:
    found = sorted(directory.rglob(name), key=lambda path: (path.parent.name != folder, str(path)))
    if not found:
        raise InputUnusable(
            f"there is no {name} in the folder or beneath it",
            where=str(directory),
            remedy="Give the folder that holds the WCO declaration schemas.",
        )
    return found[0]
