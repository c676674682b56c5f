"""The short way through XML says exactly what the careful way says."""

import importlib.util
from pathlib import Path
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from clearway.messages import read_xml, write_xml
from clearway.messages.records import Declaration, MetaData
from clearway.messages.right_values import DoubtError

_spec = importlib.util.spec_from_file_location(
    "generated_records", Path(__file__).with_name("generated_records.py")
)
_generated = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_generated)
messages = _generated.messages
ODD = ["", " ", " x", "x ", "\n", "a  b", "x" * 600, "1,5", "-1", "+7", "007", "7.0", "2", "100000"]
ODD += ["\u00a0", "٣", "a\u202eb", "a\nb", "20260131", "20261331", "é"]
ATTRIBUTES = ["currencyID", "unitCode", "formatCode", "listID", "colour"]
SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"


def _twice(element, _odd):
    element.addnext(etree.fromstring(etree.tostring(element, with_tail=False)))


def _later(element, _odd):
    element.getparent().append(element)


CHANGES = {
    "text": lambda element, odd: setattr(element, "text", odd),
    "tail": lambda element, odd: setattr(element, "tail", odd),
    "tag": lambda element, _odd: setattr(element, "tag", element.tag + "x"),
    "local": lambda element, _odd: setattr(element, "tag", etree.QName(element).localname),
    "inside": lambda element, _odd: etree.SubElement(element, element.tag),
    "comment": lambda element, _odd: element.append(etree.Comment("c")),
    "location": lambda element, _odd: element.set(SCHEMA, "a b"),
    "bare": lambda element, _odd: element.attrib.clear(),
    "gone": lambda element, _odd: element.getparent().remove(element),
    "twice": _twice,
    "later": _later,
}
for _name in ATTRIBUTES:
    CHANGES[_name] = lambda element, odd, name=_name: element.set(name, odd)


def both_ways(data):
    quick = read_xml(data)
    with patch("clearway.messages.xml_reader.quick_declaration", side_effect=DoubtError):
        return quick, read_xml(data)


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(messages(), st.data())
def test_xml_with_odd_places(record, data):
    root = etree.fromstring(write_xml(record))
    for _ in range(data.draw(st.integers(0, 3))):
        below = list(root.iterdescendants(etree.Element))
        if not below:
            break
        change = data.draw(st.sampled_from(sorted(CHANGES)))
        CHANGES[change](data.draw(st.sampled_from(below)), data.draw(st.sampled_from(ODD)))
    if data.draw(st.booleans()):
        root.set(SCHEMA, "a b")
    quick, careful = both_ways(etree.tostring(root))
    assert quick == careful


def test_public_messages_read_alike(public_messages):
    for data in public_messages:
        quick, careful = both_ways(data)
        assert quick == careful


def test_a_clean_declaration_takes_the_short_way():
    data = write_xml(MetaData(declaration=Declaration(function_code="9", type_code="IMA")))
    with patch("clearway.messages.xml_reader._read_with_care", side_effect=AssertionError):
        assert read_xml(data).declaration.type_code == "IMA"
