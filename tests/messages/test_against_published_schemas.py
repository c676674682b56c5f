"""Our table of the declaration and our verdicts against the published schemas and messages."""

import random
from pathlib import Path

import pytest
from lxml import etree

from clearway.messages import (
    equal_field_by_field,
    from_table,
    our_verdict,
    read_json,
    read_xml,
    structural_problems,
    to_lodgement,
    to_table,
    write_json,
    write_xml,
)
from clearway.messages.records import Declaration, Response
from clearway.messages.shapes import shape_of

XS = "{http://www.w3.org/2001/XMLSchema}"


def _ours(shape, path, rows):
    for member in shape.members:
        here = f"{path}/{member.tag}"
        least = int(member.required)
        most = {1: "1", -1: "unbounded"}.get(member.most, str(member.most))
        if member.shape is not None:
            rows.append((here, member.shape.wco_class, least, most, None))
            _ours(member.shape, here, rows)
            continue
        leaf = member.leaf
        bounds = (leaf.longest, leaf.digits, leaf.decimals, leaf.choices)
        rows.append((here, member.wco_id, least, most, bounds))


def _theirs(content, types, named, path, rows):
    for element in content.find(f"{XS}sequence").findall(f"{XS}element"):
        if element.get("ref"):
            continue
        here = f"{path}/{element.get('name')}"
        found = element.find(f"{XS}annotation").find(".//{*}WCOID")
        wco_id = found.text.strip() if found is not None else ""
        least, most = int(element.get("minOccurs", "1")), element.get("maxOccurs", "1")
        kind = element.get("type") or ""
        inner = element.find(f"{XS}complexType")
        if kind.startswith("ds:"):
            rows.append((here, wco_id, least, most, _bounds(types[kind[3:]])))
            continue
        rows.append((here, wco_id, least, most, None))
        _theirs(named[kind] if inner is None else inner, types, named, here, rows)


def _bounds(kind):
    facets = {facet.tag.removeprefix(XS): facet.get("value") for facet in kind.iter()}
    choices = tuple(f.get("value") for f in kind.iter(f"{XS}enumeration"))
    longest = int(facets.get("maxLength") or facets.get("length") or -1)
    digits, decimals = int(facets.get("totalDigits", -1)), int(facets.get("fractionDigits", -1))
    return longest, digits, decimals, choices


def _schema_rows(folder, main, values, root):
    main_file = next(Path(folder).rglob(main))
    schema = etree.parse(str(main_file)).getroot()
    sources = etree.parse(str(main_file.parent / "WCO_DS" / values)).getroot()
    types = {kind.get("name"): kind for kind in sources if kind.get("name")}
    named = {kind.get("name"): kind for kind in schema.findall(f"{XS}complexType")}
    rows = []
    top = next(e for e in schema.findall(f"{XS}element") if e.get("name") == root)
    inner = top.find(f"{XS}complexType")
    _theirs(named[root] if inner is None else inner, types, named, "", rows)
    return rows


def test_our_declaration_has_every_position_of_the_schema(schema_folder):
    ours = []
    _ours(shape_of(Declaration), "", ours)
    theirs = _schema_rows(schema_folder, "WCO_DEC_2_DMS.xsd", "WCO_DEC_DS_2_DMS.xsd", "Declaration")
    assert len(theirs) == 459
    assert ours == theirs


def test_our_notification_has_every_position_of_the_schema(schema_folder):
    ours = []
    _ours(shape_of(Response), "", ours)
    theirs = _schema_rows(schema_folder, "WCO_RES_2_DMS.xsd", "WCO_RES_DS_2_DMS.xsd", "Response")
    # Identifiers are not compared (the schema repeats some wrongly), nor that a notification must
    # name its declaration: ours is read without one, too.
    assert [(row[0], row[3], row[4]) for row in ours] == [(r[0], r[3], r[4]) for r in theirs]


def test_public_declarations_are_read_and_round_tripped(public_readings):
    declarations = [reading for _, reading in public_readings if reading.kind == "declaration"]
    assert len(declarations) >= 140
    records = [reading.record for reading in declarations]
    for record, back in zip(records, from_table(to_table(records)), strict=True):
        again = read_xml(write_xml(back)).record
        assert equal_field_by_field(record, again) == []
        assert read_json(write_json(record)).record == record
        assert to_lodgement(record)[1] == []


def test_notifications_and_strangers_are_told_apart(public_readings):
    kinds = {reading.kind for _, reading in public_readings}
    assert kinds == {"declaration", "notification", "other"}
    for _, reading in public_readings:
        if reading.kind == "notification":
            assert reading.record.responses[0].function_code is not None


def test_verdicts_agree_on_every_public_declaration(public_readings, schemas):
    for data, reading in public_readings:
        if reading.kind == "declaration":
            assert our_verdict(data) == schemas.verdict(data), schemas.errors(data)[:3]


def _remove(element, chance):
    element.getparent().remove(element)


def _lengthen(element, chance):
    if len(element) == 0:
        element.text = (element.text or "x") * chance.choice((1, 3, 30, 600))


def _stranger(element, chance):
    etree.SubElement(element, chance.choice(("Nickname", "ID", "Name", "TypeCode")))


def _swap(element, chance):
    parent = element.getparent()
    parent.insert(chance.randrange(len(parent)), element)


def _double(element, chance):
    element.addnext(etree.fromstring(etree.tostring(element, with_tail=False)))


def _number(element, chance):
    if len(element) == 0:
        texts = (
            "NaN",
            "1,5",
            "-3",
            "+7",
            "1e3",
            ".5",
            "5.",
            "1.2345678",
            "12345678901234567",
            "1.50000000",
        )
        element.text = chance.choice(
            (*texts, "007", " 12 ", "", " ", "a\nb", "Ab", "9", "20260230", "x y")
        )


def _attribute(element, chance):
    name = chance.choice(
        ("currencyID", "unitCode", "listID", "schemeID", "languageID", "formatCode")
    )
    element.set(name, chance.choice(("GBP", "gbp", "KGM", "304", "", "en-GB", "123456", "a b")))


def _bare(element, chance):
    for name in list(element.attrib):
        if not name.startswith("{"):
            del element.attrib[name]


def _move_namespace(element, chance):
    element.tag = "{urn:other}" + etree.QName(element).localname


MUTATIONS = (
    _remove,
    _lengthen,
    _stranger,
    _swap,
    _double,
    _number,
    _number,
    _attribute,
    _bare,
    _move_namespace,
)


@pytest.mark.parametrize("seed", range(6))
def test_verdicts_agree_on_mutated_declarations(public_readings, schemas, seed):
    chance = random.Random(seed)
    sources = [data for data, r in public_readings if r.kind == "declaration" and not r.problems]
    valid = invalid = 0
    for data in chance.sample(sources, 60):
        root = etree.fromstring(data, etree.XMLParser(remove_comments=True))
        inside = [e for e in root.iter() if isinstance(e.tag, str) and "DMS:2" in e.tag][1:]
        for _ in range(chance.choice((1, 1, 1, 2))):
            mutation = chance.choice(MUTATIONS)
            element = chance.choice(inside)
            if element.getparent() is not None:
                mutation(element, chance)
        mutant = etree.tostring(root)
        theirs = schemas.errors(mutant)
        ours = structural_problems(mutant)
        assert bool(theirs) == bool(ours), (theirs[:3], [str(p) for p in ours[:3]])
        valid, invalid = valid + (not theirs), invalid + bool(theirs)
    assert valid > 5
    assert invalid > 5
