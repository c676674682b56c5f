"""Small messages of our own: one declaration of one item, and the notice on it."""

from clearway.proving.conformance.verdicts import Verdict

META = "urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"
DECLARATION = """<?xml version="1.0" encoding="UTF-8"?>
<md:MetaData xmlns:md="urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"
 xmlns="urn:wco:datamodel:WCO:DEC-DMS:2">
<md:WCODataModelVersionCode>3.6</md:WCODataModelVersionCode><md:WCOTypeName>DEC</md:WCOTypeName>
<Declaration><FunctionCode>9</FunctionCode><FunctionalReferenceID>{lrn}</FunctionalReferenceID>
<TypeCode>IMA</TypeCode><GoodsItemQuantity>1</GoodsItemQuantity><GoodsShipment>
<GovernmentAgencyGoodsItem><SequenceNumeric>{number}</SequenceNumeric>{statement}
<Commodity><Description>Parts of shavers</Description>
<Classification><ID>{commodity}</ID><IdentificationTypeCode>TSP</IdentificationTypeCode>
</Classification>
<Classification><ID>00</ID><IdentificationTypeCode>TRC</IdentificationTypeCode></Classification>
{code}<DutyTaxFee><DutyRegimeCode>{preference}</DutyRegimeCode></DutyTaxFee>{supplied}
<GoodsMeasure><GrossMassMeasure>600</GrossMassMeasure>
<NetNetWeightMeasure>500</NetNetWeightMeasure>{quantity}</GoodsMeasure>
<InvoiceLine><ItemChargeAmount currencyID="{currency}">{price}</ItemChargeAmount></InvoiceLine>
</Commodity>
<CustomsValuation><MethodCode>1</MethodCode></CustomsValuation>
<GovernmentProcedure><CurrentCode>{procedure}</CurrentCode><PreviousCode>00</PreviousCode>
</GovernmentProcedure>
<GovernmentProcedure><CurrentCode>{additional}</CurrentCode></GovernmentProcedure>
<Origin><CountryCode>US</CountryCode><TypeCode>1</TypeCode></Origin>
</GovernmentAgencyGoodsItem>
<TradeTerms><ConditionCode>CIF</ConditionCode></TradeTerms></GoodsShipment></Declaration>
</md:MetaData>"""
NOTICE = """<MetaData><WCODataModelVersionCode>3.6</WCODataModelVersionCode>
<WCOTypeName>RES</WCOTypeName><Response><FunctionCode>13</FunctionCode>
<FunctionalReferenceID>n1</FunctionalReferenceID>
<IssueDateTime><DateTimeString formatCode="304">{day}101500Z</DateTimeString></IssueDateTime>
<Declaration><FunctionalReferenceID>{lrn}</FunctionalReferenceID><ID>23GB1</ID>
<VersionID>{version}</VersionID>{total}<GoodsShipment><GovernmentAgencyGoodsItem>
<SequenceNumeric>{number}</SequenceNumeric><Commodity>{lines}</Commodity></GovernmentAgencyGoodsItem>
</GoodsShipment></Declaration></Response></MetaData>"""
PLAIN = {
    "lrn": "A1", "commodity": "85109000", "statement": "", "code": "", "preference": "100",
    "currency": "GBP", "price": "1000", "procedure": "40", "additional": "000",
    "number": "1", "quantity": "", "supplied": "", "day": "20230615",
}  # fmt: skip
RATES = "USD,2023-06-01,2023-06-30,1.25\n"
TABLE = """commodity,description,cet_duty_rate,ukgt_duty_rate,trade_remedy_applies
85109000,Parts of shavers,2.2%,2.0%,False
02011000,Carcases,12.80%,12.00% + 147.00 GBP/100kg,False
22042195,Wine,13.10 EUR / hl,10.00 GBP / hl,False
"""


def line(tax, base, rate, assessed, deduct="0.00", regime="100"):
    parts = [f'<AdValoremTaxBaseAmount currencyID="GBP">{base}</AdValoremTaxBaseAmount>'] * bool(
        base
    )
    parts.append(f'<DeductAmount currencyID="GBP">{deduct}</DeductAmount>')
    parts.append(f"<DutyRegimeCode>{regime}</DutyRegimeCode>")
    parts += [f"<TaxRateNumeric>{rate}</TaxRateNumeric>"] * bool(rate)
    paid = f'<PaymentAmount currencyID="GBP">{assessed}</PaymentAmount>'
    return fee(parts, tax, assessed, paid)


def security(tax, amount):
    return fee([], tax, amount, "")


def fee(parts, tax, assessed, paid):
    return (
        f"<DutyTaxFee>{''.join(parts)}<TypeCode>{tax}</TypeCode><Payment>"
        f'<TaxAssessedAmount currencyID="GBP">{assessed}</TaxAssessedAmount>{paid}</Payment>'
        "</DutyTaxFee>"
    )


DUTY, VAT = line("A00", "1000.00", "2.00", "20.00"), line("B00", "1020.00", "20.00", "204.00")


def verdicts(check):
    return [case.verdict for case in check.cases]


PASS, FAIL, UNSUPPORTED = Verdict.PASS, Verdict.FAIL, Verdict.UNSUPPORTED
