"""Later versions of a declaration: the original with its amendments, or nothing."""

import pytest

from clearway.messages import read_xml
from clearway.proving.conformance.amendments import amended

HEAD = (
    '<md:MetaData xmlns:md="urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"'
    ' xmlns="urn:wco:datamodel:WCO:DEC-DMS:2">'
    "<md:WCODataModelVersionCode>3.6</md:WCODataModelVersionCode><md:WCOTypeName>DEC</md:WCOTypeName>"
    "<Declaration>"
)
TAIL = "</Declaration></md:MetaData>"


def declaration(text):
    return read_xml((HEAD + text + TAIL).encode()).declaration


def shipment(*items):
    return f"<GoodsShipment>{''.join(items)}</GoodsShipment>"


def item(number, commodity):
    return (
        f"<GovernmentAgencyGoodsItem><SequenceNumeric>{number}</SequenceNumeric>"
        f"<Commodity>{commodity}</Commodity></GovernmentAgencyGoodsItem>"
    )


def price(amount):
    amount = f'<ItemChargeAmount currencyID="GBP">{amount}</ItemChargeAmount>'
    return f"<InvoiceLine>{amount}</InvoiceLine>"


def fee(tax, amount=""):
    paid = f'<PaymentAmount currencyID="GBP">{amount}</PaymentAmount>' if amount else ""
    return f"<DutyTaxFee><TypeCode>{tax}</TypeCode><Payment>{paid}</Payment></DutyTaxFee>"


def pointers(*places):
    parts = (
        f"<Pointer><SequenceNumeric>{position}</SequenceNumeric>"
        f"<DocumentSectionCode>{section}</DocumentSectionCode></Pointer>"
        for section, position in places
    )
    return f"<Amendment><ChangeReasonCode>21</ChangeReasonCode>{''.join(parts)}</Amendment>"


def original(*items):
    return declaration(
        "<FunctionCode>9</FunctionCode><FunctionalReferenceID>L1</FunctionalReferenceID>"
        "<TypeCode>IMA</TypeCode>" + shipment(*items)
    )


def correction(places, *items):
    return declaration(
        "<FunctionCode>13</FunctionCode><FunctionalReferenceID>L2</FunctionalReferenceID>"
        "<ID>23GB1</ID><TypeCode>COR</TypeCode>"
        + "".join(pointers(("42A", 1), ("67A", 1), *place) for place in places)
        + shipment(*items)
    )


def goods(record):
    return record.goods_shipment.goods_items


TWO = (item(1, price(1000)), item(2, price(500)))


def test_a_price_is_changed_on_the_item_with_the_number_and_nowhere_else():
    place = (("68A", 2), ("23A", 1), ("79A", 1))
    after = amended(original(*TWO), correction([place], item(2, price(499))))
    prices = [one.commodity.invoice_line.item_charge_amount.value for one in goods(after)]
    assert prices == ["1000", "499"]
    assert (after.function_code, after.functional_reference_id) == ("9", "L1")
    assert (after.type_code, after.id, after.amendments) == ("IMA", None, ())


def test_fees_are_changed_and_added_by_position():
    before = original(item(1, fee("A00") + fee("B00")))
    changes = fee("A00", "10.00") + fee("A00", "3.00") + fee("B00", "2.00")
    places = [(("68A", 1), ("23A", 1), ("50A", position)) for position in (1, 2, 3)]
    (one,) = goods(amended(before, correction(places, item(1, changes))))
    paid = [
        (fee.type_code, fee.payment.payment_amount.value) for fee in one.commodity.duty_tax_fees
    ]
    assert paid == [("A00", "10.00"), ("A00", "3.00"), ("B00", "2.00")]


def test_one_fee_alone_is_put_where_the_pointer_says():
    before = original(item(1, fee("A00") + fee("B00")))
    place = (("68A", 1), ("23A", 1), ("50A", 2))
    (one,) = goods(amended(before, correction([place], item(1, fee("B00", "2.00")))))
    first, second = one.commodity.duty_tax_fees
    assert (first.type_code, first.payment.payment_amount) == ("A00", None)
    assert second.payment.payment_amount.value == "2.00"


@pytest.mark.parametrize(
    ("places", "items"),
    [
        ([], [item(1, price(1))]),  # it names nothing that changes
        ([(("68A", 1), ("23A", 1), ("79A", 1))], [item(1, "")]),  # it takes something away
        ([(("68A", 1), ("23A", 1), ("50A", 5))], [item(1, fee("A00"))]),  # a hole before it
        (
            [(("68A", 1), ("23A", 1), ("50A", position)) for position in (1, 2, 4)],
            [item(1, fee("A00") + fee("B00"))],  # two for three places
        ),
    ],
)
def test_what_cannot_be_told_is_not_guessed(places, items):
    before = original(item(1, fee("A00") + fee("B00")))
    assert amended(before, correction(places, *items)) is None
