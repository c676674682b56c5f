"""Bad XML: each case has its named error; what can be read goes on; nothing outside is read."""

import gzip
import io
import zipfile

import pytest

from clearway.messages import DEFAULT_LIMITS, Limits, MalformedMessage, our_verdict, read_xml

HEAD = (
    '<md:MetaData xmlns="urn:wco:datamodel:WCO:DEC-DMS:2"'
    ' xmlns:md="urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"'
    ' xmlns:p1="urn:wco:datamodel:WCO:Declaration_DS:DMS:2">\n<Declaration>\n'
)
TAIL = "</Declaration></md:MetaData>"
GOOD = "<FunctionCode>9</FunctionCode>\n"


def message(*, before="", after="", code=GOOD):
    return f"{HEAD}{before}{code}{after}{TAIL}".encode()


def item(inner, sequence="<SequenceNumeric>1</SequenceNumeric>"):
    return (
        "<GoodsShipment><GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric>"
        f"</GovernmentAgencyGoodsItem>\n<GovernmentAgencyGoodsItem>{sequence}{inner}"
        "</GovernmentAgencyGoodsItem></GoodsShipment>"
    )


def found(data):
    return [(problem.rule, problem.pointer) for problem in read_xml(data).problems]


def refused(data, **limits):
    with pytest.raises(MalformedMessage) as caught:
        read_xml(data, limits=Limits(**limits) if limits else DEFAULT_LIMITS)
    assert caught.value.what
    assert caught.value.remedy
    return [problem.rule for problem in caught.value.problems]


def test_a_clean_message_has_no_problems():
    reading = read_xml(message())
    assert reading.kind == "declaration"
    assert reading.problems == ()
    assert reading.record.declaration.function_code == "9"


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "CLW1001"),
        (b" \n\t", "CLW1001"),
        (message()[:-40], "CLW1004"),
        (gzip.compress(message(), mtime=0), "CLW1003"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "CLW1003"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "CLW1003"),
        (b"<a>\x00</a>", "CLW1004"),
        (b"plain text", "CLW1004"),
        ("<a>caf\xe9</a>".encode("latin-1"), "CLW1009"),
    ],
)
def test_what_cannot_be_read_at_all(data, rule):
    assert refused(data)[0] == rule


def test_a_zip_bomb_is_never_unpacked():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("declaration.xml", b"0" * 5_000_000)
    assert refused(archive.getvalue()) == ["CLW1003"]


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE a [<!ENTITY a "1"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://example.org/a.dtd">',
    ],
)
def test_no_document_type_no_entities(head):
    assert refused(head.encode() + message()) == ["CLW1005"]


def test_a_document_type_in_another_encoding_is_refused_too():
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY a "1">]><a>&a;</a>'
    assert refused(text.encode("utf-16")) == ["CLW1005"]


def test_depth_size_and_number_of_elements():
    assert refused(b"<a>" * 60 + b"</a>" * 60) == ["CLW1006"]
    assert refused(b"<a>" * 5000 + b"</a>" * 5000) == ["CLW1006"]
    assert refused(message(), most_bytes=100) == ["CLW1002"]
    assert refused(b"<a>" + b"<b/>" * 50 + b"</a>", most_elements=40) == ["CLW1007"]


def number(text, tag="InvoiceAmount"):
    return message(after=f'<{tag} currencyID="USD">{text}</{tag}>')


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("NaN", "CLW1046"),
        ("-INF", "CLW1046"),
        ("1e309", "CLW1047"),
        ("12345678901234567", "CLW1047"),
        ("1,5", "CLW1044"),
        ("1.000,50", "CLW1044"),
        ("1,000.50", "CLW1044"),
        ("１２３", "CLW1045"),
        ("twelve", "CLW1043"),
        ("0x10", "CLW1043"),
        ("1_000", "CLW1043"),
        ("1.2345", "CLW1048"),
        ("", "CLW1040"),
    ],
)
def test_numbers_that_are_none(text, rule):
    reading = read_xml(number(text))
    assert found(number(text)) == [(rule, "42A:109")]
    assert reading.problems[0].line == 4
    assert reading.record.declaration.invoice_amount is None
    assert reading.record.declaration.function_code == "9"


@pytest.mark.parametrize("text", ["0", "-5", "+7", "007", "1000.00", ".5", "5.", " 12 ", "1.50000"])
def test_numbers_in_every_lawful_form(text):
    assert found(number(text)) == []
    assert read_xml(number(text)).record.declaration.invoice_amount.value == text.strip()


def test_every_error_at_once_with_pointer_and_line():
    data = message(
        code="",
        before="<Nickname>x</Nickname>\n",
        after="<TypeCode>IMAX</TypeCode>\n<FunctionalReferenceID>L1</FunctionalReferenceID>\n"
        + item("<Origin><CountryCode>XXXXX</CountryCode></Origin>\n", sequence=""),
    )
    problems = read_xml(data).problems
    assert {(p.rule, p.pointer, p.line) for p in problems} == {
        ("CLW1020", "42A", 3),
        ("CLW1041", "42A:D013", 4),
        ("CLW1021", "42A", 5),
        ("CLW1041", "42A/67A/68A[2]/92A:063", 7),
        ("CLW1024", "42A/67A/68A[2]:006", 7),
        ("CLW1024", "42A:017", 2),
    }
    assert [p.finding().item for p in problems if "68A[2]" in p.pointer] == [2, 2]


@pytest.mark.parametrize(
    ("after", "rule", "pointer"),
    [
        ("<TypeCode>IMA</TypeCode><TypeCode>IMD</TypeCode>", "CLW1022", "42A:D013"),
        ("<Declarant/>text<ExitOffice/>", "CLW1026", "42A"),
        ("<TypeCode>I<b/>MA</TypeCode>", "CLW1027", "42A:D013"),
        ('<TypeCode colour="red">IMA</TypeCode>', "CLW1028", "42A:D013"),
        ('<Declarant colour="red"/>', "CLW1028", "42A/57B"),
        ('<InvoiceAmount currencyID="usd">1</InvoiceAmount>', "CLW1030", "42A:109"),
        ('<InvoiceAmount unitCode="KGM">1</InvoiceAmount>', "CLW1028", "42A:109"),
        ("<TypeCode> </TypeCode>", "CLW1040", "42A:D013"),
        ("<Declarant><Name>a\nb</Name></Declarant>", "CLW1053", "42A/57B:R124"),
        ("<Declarant><Name>a\x7fb</Name></Declarant>", "CLW1051", "42A/57B:R124"),
        ("<Declarant><Name>a\u202eb</Name></Declarant>", "CLW1052", "42A/57B:R124"),
        ("<Declarant><Name>a\u200bb</Name></Declarant>", "CLW1052", "42A/57B:R124"),
        (
            "<BorderTransportMeans><ModeCode>１</ModeCode></BorderTransportMeans>",
            "CLW1045",
            "42A/15A:T022",
        ),
        (
            "<AcceptanceDateTime><p1:DateTimeString>20260131</p1:DateTimeString></AcceptanceDateTime>",
            "CLW1029",
            "42A:023",
        ),
        (
            (
                '<AcceptanceDateTime><p1:DateTimeString formatCode="304">2026-01-31'
                "</p1:DateTimeString></AcceptanceDateTime>"
            ),
            "CLW1049",
            "42A:023",
        ),
        ("<AcceptanceDateTime/>", "CLW1024", "42A:023"),
    ],
)
def test_one_error_of_form(after, rule, pointer):
    before = after if "AcceptanceDateTime" in after else ""
    data = message(before=before, after="" if before else after)
    assert found(data) == [(rule, pointer)]
    assert read_xml(data).record.declaration.function_code == "9"


def test_message_function_is_a_closed_list():
    assert found(message(code="<FunctionCode>7</FunctionCode>")) == [("CLW1050", "42A:017")]


def test_five_hundred_and_thirteen_characters():
    def described(length):
        return message(
            after=item(f"<Commodity><Description>{'x' * length}</Description></Commodity>")
        )

    assert found(described(512)) == []
    assert found(described(513)) == [("CLW1041", "42A/67A/68A[2]/23A:137")]


def test_names_in_arabic_vietnamese_and_chinese_are_text_like_any_other():
    for name in ("شركة النور للتجارة", "Công ty Cảng Hải Phòng", "Co\u0302ng ty", "上海進出口公司"):
        data = message(after=f"<Declarant><Name>{name}</Name></Declarant>")
        assert found(data) == []
        assert read_xml(data).record.declaration.declarant.name == name


def test_a_thousand_items_are_one_too_many():
    many = "".join(
        "<GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric></GovernmentAgencyGoodsItem>"
        for _ in range(1000)
    )
    data = message(after=f"<GoodsShipment>{many}</GoodsShipment>")
    assert found(data) == [("CLW1025", "42A/67A/68A[1000]")]
    assert len(read_xml(data).record.declaration.goods_shipment.goods_items) == 1000


def test_a_wrapper_is_passed_through_and_other_messages_are_told_apart():
    wrapped = (
        b"<submitDeclarationRequest><detail>" + message() + b"</detail></submitDeclarationRequest>"
    )
    assert read_xml(wrapped).kind == "declaration"
    assert (
        read_xml(b"<DeclarationStatusResponse>" + message() + b"</DeclarationStatusResponse>").kind
        == "other"
    )
    other = read_xml(b"<inventoryLinking/>")
    assert (other.kind, other.record, other.root) == ("other", None, "inventoryLinking")
    bare = message()[message().index(b"<Declaration") : message().index(b"</md:")]
    bare = bare.replace(b"<Declaration>", b'<Declaration xmlns="urn:wco:datamodel:WCO:DEC-DMS:2">')
    assert read_xml(bare).problems == ()


def test_foreign_names_are_read_and_reported():
    data = message().replace(b"urn:wco:datamodel:WCO:DEC-DMS:2", b"urn:other")
    reading = read_xml(data.replace(b"md:", b""))
    assert {problem.rule for problem in reading.problems} == {"CLW1011"}
    assert not our_verdict(data)


def test_a_notification_with_lost_colons():
    data = (
        b"<_2MetaData><_2WCOTypeName>RES</_2WCOTypeName><Response><FunctionCode>13</FunctionCode>"
        b'<IssueDateTime><pDateTimeString formatCode="304">20260320113918Z</pDateTimeString>'
        b"</IssueDateTime><Declaration><ID>26GB3</ID></Declaration></Response></_2MetaData>"
    )
    reading = read_xml(data)
    assert reading.kind == "notification"
    assert reading.problems == ()
    (response,) = reading.record.responses
    assert response.issue_date_time.value == "20260320113918Z"
    assert response.declaration.id == "26GB3"
