"""``read``, ``schema`` and ``round_trip``: what we make of each message's form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
from lxml import etree

from clearway.messages import MalformedMessage, read_xml
from clearway.messages.comparison import Difference, equal_field_by_field
from clearway.messages.records import MetaData
from clearway.messages.schema_verdict import Schemas, our_verdict
from clearway.messages.table_reader import from_table
from clearway.messages.tables import to_table
from clearway.messages.xml_names import META
from clearway.messages.xml_writer import NOTIFICATION, NOTIFICATION_VALUES, write_xml
from clearway.proving.conformance.folder import Message
from clearway.proving.conformance.verdicts import Case, Check, Verdict
from clearway.vocabulary.errors import InputUnusable


def read_check(messages: list[Message]) -> Check:
    """Every declaration reads into records; one that is not well-formed XML is unsupported."""
    check = Check("read")
    for message in messages:
        if message.reading is None:
            wrong = Verdict.FAIL if _well_formed(message.data) else Verdict.UNSUPPORTED
            check.cases.append(Case(wrong, message.name, "read", explanation=message.refusal))
        elif message.reading.kind == "declaration":
            good = message.declaration is not None
            verdict = Verdict.PASS if good else Verdict.FAIL
            check.cases.append(Case(verdict, message.name, "read"))
    kinds = [message.reading.kind for message in messages if message.reading is not None]
    check.notes.append(
        f"{len(messages)} files: {kinds.count('declaration')} declarations,"
        f" {kinds.count('notification')} notifications,"
        f" {kinds.count('other')} of other kinds, which are not counted"
    )
    return check


def _well_formed(data: bytes) -> bool:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return False
    return True


def schema_check(messages: list[Message], directory: Path) -> Check:
    """Our verdict on each message's form is that of the published schemas.

    Declarations are judged as they are. The published notifications lack namespaces, so the
    schema sees a copy whose names stand in the namespaces where they belong.
    """
    check = Check("schema")
    try:
        schemas = Schemas(directory)
        responses = _response_schema(directory)
    except InputUnusable as error:
        check.notes.append(f"no schemas: {error}")
        schemas = None
    verdicts = {True: "valid", False: "invalid"}
    for message in messages:
        if message.reading is None or message.reading.kind == "other":
            continue
        if schemas is None:
            explanation = f"there are no schemas in {directory}"
            check.cases.append(
                Case(Verdict.UNSUPPORTED, message.name, "schema verdict", explanation=explanation)
            )
            continue
        if message.declaration is not None:
            what, errors = "declaration", schemas.errors(message.data)
        else:
            what, errors = "notification", _response_errors(responses, message.data)
        ours = our_verdict(message.data)
        verdict = Verdict.PASS if ours == (not errors) else Verdict.FAIL
        problems = "; ".join(str(problem) for problem in message.reading.problems[:3])
        why = "" if verdict is Verdict.PASS else "; ".join(errors[:3]) or problems
        check.cases.append(
            Case(
                verdict,
                message.name,
                f"schema verdict on a {what}",
                ours=verdicts[ours],
                theirs=verdicts[not errors],
                explanation=why,
            )
        )
    return check


def _response_schema(directory: Path) -> Any:
    found = sorted(directory.rglob("WCO_RES_2_DMS.xsd"))
    found = [path for path in found if path.with_name("DocumentMetaData_2_DMS.xsd").is_file()]
    if not found:
        raise InputUnusable("the notification schema is not there", where=str(directory))
    source = (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        f'<xs:import namespace="{META}" schemaLocation="DocumentMetaData_2_DMS.xsd"/>'
        f'<xs:import namespace="{NOTIFICATION}" schemaLocation="{found[0].name}"/></xs:schema>'
    )
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    base = found[0].with_name("conformance.xsd").resolve().as_uri()
    try:
        return etree.XMLSchema(etree.fromstring(source, parser, base_url=base))
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError) as error:
        raise InputUnusable(f"the schema is unusable: {error}", where=str(directory)) from error


def _response_errors(schema: Any, data: bytes) -> list[str]:
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, remove_comments=True))
    if schema.validate(_with_namespaces(root, META)):
        return []
    return [f"{entry.message}" for entry in schema.error_log]


def _with_namespaces(element: Any, namespace: str) -> Any:
    """Copy an element into the namespaces of a notification, going by local names.

    Where a prefix lost its colon (``_2MetaData``) the name is what follows the prefix.
    """
    name = etree.QName(element).localname
    name = name.lstrip("_0123456789") or name
    if name == "Response":
        namespace = NOTIFICATION
    place = NOTIFICATION_VALUES if name == "DateTimeString" else namespace
    copy = etree.Element(f"{{{place}}}{name}", dict(element.attrib))
    copy.text = element.text
    for child in element:
        if isinstance(child.tag, str):
            copy.append(_with_namespaces(child, namespace))
    return copy


def round_trip_check(messages: list[Message]) -> Check:
    """XML to an Arrow table, the source dropped; table to records to XML, equal field by field.

    The table goes through the bytes of an Arrow stream, so that nothing of the first records
    but what the table itself holds can come back.
    """
    check = Check("round_trip")
    found = [
        (message.name, message.reading.record)
        for message in messages
        if message.declaration is not None
        and message.reading is not None
        and message.reading.record is not None
    ]
    stream = _as_stream([record for _, record in found])
    again = from_table(pa.ipc.open_stream(stream).read_all())
    for (name, record), other in zip(found, again, strict=True):
        differences = _differences(record, other)
        verdict = Verdict.FAIL if differences else Verdict.PASS
        first = differences[0] if differences else Difference("", "", "")
        check.cases.append(
            Case(
                verdict,
                name,
                f"round trip {first.path}".rstrip(),
                ours=first.right,
                theirs=first.left,
                explanation=f"{len(differences)} fields differ" if differences else "",
            )
        )
    return check


def _as_stream(records: list[MetaData]) -> pa.Buffer:
    table = to_table(records)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _differences(record: MetaData, again: MetaData) -> list[Difference]:
    """Write the records that came out of the table as XML, read them, and compare."""
    try:
        read = read_xml(write_xml(again)).record
    except MalformedMessage as error:
        return [Difference("(the written message)", "readable", str(error))]
    if read is None:
        return [Difference("(the written message)", "a declaration", "something else")]
    return equal_field_by_field(record, read)
