"""A content of each kind, right and whole; texts with the letters of five languages."""

from clearway.documents import contents as c
from clearway.documents.rules import totals_of

ISSUER = {
    "country": "Republic of Portolan",
    "authority": "Portolan Customs Administration",
    "office": "XP000110",
    "office_name": "Port Lodestar Container Terminal",
    "time_zone": "Europe/Lisbon",
}
MRN = "26XP0000000000000A1"
IMPORTER = c.Party("XP100000001", "Công ty TNHH Ánh Dương", "Lodestar, 12 Rua da Bússola")
DECLARANT = c.Party("XP100000002", "上海罗盘报关有限公司")
MONEY = {"currency": "XPR", "exponent": 2}


def goods(quantity=100):
    """Two items; the first of so many pieces at 12.50 each."""
    return (
        c.Goods(
            item=1, commodity="61091000", description="Cotton T-shirts, knitted (áo thun)",
            origin="VN", procedure="4000", packages=4, gross_mass=60_500_000,
            net_mass=quantity * 500_000, quantity=quantity * 1_000_000, unit="NAR",
            value=quantity * 1250,
        ),
        c.Goods(
            item=2, commodity="85171300", description="智能手机 Smartphones",
            origin="CN", procedure="4000", packages=2, gross_mass=20_250_000,
            net_mass=18_000_000, quantity=40_000_000, unit="NAR", value=800_000,
        ),
    )  # fmt: skip


def charges(quantity=100):
    value = quantity * 1250
    return (
        c.TaxLine(
            item=1, commodity="61091000", quantity=quantity * 1_000_000, unit="NAR", tax="A00",
            tax_name="Customs duty", base=value, rate="12 %", amount=value * 12 // 100,
            payable=value * 12 // 100, legal_basis="Tariff Order 2025, chapter 61",
        ),
        c.TaxLine(
            item=2, commodity="85171300", quantity=40_000_000, unit="NAR", tax="B00",
            tax_name="Value added tax", base=800_000, rate="20 %", amount=160_000,
            payable=160_000, legal_basis="VAT Act, section 4",
        ),
    )  # fmt: skip


def declaration_print(quantity=100):
    lines = goods(quantity)
    return c.DeclarationPrint(
        **ISSUER, **MONEY, mrn=MRN, lrn="LRN-2026-0007", version=1, kind="standard",
        direction="IM", declarant=DECLARANT, importer=IMPORTER,
        exporter=c.Party("VN0100000009", "شركة النسيج الحديثة"),
        transport_document="MAEU123456789", means="IMO 9876543", containers=("MSKU1234565",),
        export_country="VN", destination_country="XP", incoterm="CIF Lodestar",
        invoice_amount="2,050.00 USD", legal_date="2026-03-02",
        received_at="2026-03-01T22:10:00Z", accepted_at="2026-03-02T08:15:00Z",
        goods=lines, totals=totals_of(lines),
        payable=sum(one.payable for one in charges(quantity)),
    )  # fmt: skip


def tax_notice(quantity=100):
    lines = charges(quantity)
    return c.TaxNotice(
        **ISSUER, **MONEY, mrn=MRN, version=1, notice="TN-1", payer=IMPORTER,
        assessed_at="2026-03-02T08:15:01Z", due="2026-03-16", lines=lines,
        by_tax=tuple(c.TaxTotal(one.tax, one.tax_name, one.payable) for one in lines),
        value=sum(one.value for one in goods(quantity)),
        payable=sum(one.payable for one in lines),
    )  # fmt: skip


def release_note(quantity=100):
    lines = goods(quantity)
    return c.ReleaseNote(
        **ISSUER, **MONEY, mrn=MRN, version=1, direction="IM", declarant=DECLARANT,
        consignee=IMPORTER, transport_document="MAEU123456789", means="IMO 9876543",
        containers=("MSKU1234565",), released_at="2026-03-02T11:40:00Z",
        goods=lines, totals=totals_of(lines),
        payable=sum(one.payable for one in charges(quantity)),
    )  # fmt: skip


SAMPLES = {
    "declaration_print": declaration_print(),
    "tax_notice": tax_notice(),
    "receipt": c.Receipt(
        **ISSUER, **MONEY, payment="PAY-26-000031", payer=IMPORTER, mrn=MRN,
        paid_at="2026-03-02T10:02:11Z", method="bank", bank_reference="CAMT054/7781",
        settled=(c.Settled("TN-1", 160_000), c.Settled("TN-2", 15_000)), total=175_000,
    ),
    "release_note": release_note(),
    "permit": c.Permit(
        **{**ISSUER, "authority": "Plant Health Inspectorate", "office": "PHI"}, **MONEY,
        permit="PHI-26-000004", type="C085", type_name="Phytosanitary import permit",
        holder=IMPORTER, direction="IM", granted_at="2026-02-20T09:00:00Z",
        valid_from="2026-02-20", valid_to="2026-08-20", legal_basis="Plant Health Act, section 12",
        conditions="Goods are to be presented at Port Lodestar. يجب تقديم البضائع.",
        lines=(
            c.PermitLine(line=1, commodity="0803", description="Bananas, fresh", origin="EC",
                         quantity=20_000_000_000, unit="KGM", value=3_000_000),
        ),
    ),
    "inspection_report": c.InspectionReport(
        **ISSUER, order="INS-26-000012", mrn=MRN, agencies=("PCA", "PHI"), unit="MSKU1234565",
        place="Bay 4", opened_at="2026-03-02T09:00:00Z", closed_at="2026-03-02T09:55:00Z",
        outcome="discrepancy", outcome_name="Less found than declared",
        findings=(
            c.InspectionFinding(item=1, code="quantity_short", text="Quantity differs",
                                declared="100 NAR", found="98 NAR"),
        ),
        seals_broken=("SL000123",), seals_set=("PC900001",), samples=("S-1",),
        remarks="Two cartons were wet.",
    ),
    "delivery_order": c.DeliveryOrder(
        **ISSUER, order="DO-77", unit_kind="container", unit="MSKU1234565", plate="AB-12-CD",
        transport_document="MAEU123456789", declarations=(MRN,),
        terminal=c.Party("XP100000010", "Lodestar Terminal"), holder=DECLARANT,
        consignee=IMPORTER, valid_from="2026-03-02T12:00:00Z", valid_to="2026-03-04T12:00:00Z",
        goods=(c.Packages(line=1, description="Cartons of T-shirts", marks="AD 1-6", packages=6,
                          gross_mass=80_750_000),),
        packages=6, conditions="Seal to be checked at the gate.",
    ),
    "interchange_receipt": c.InterchangeReceipt(
        **ISSUER, receipt="EIR-9001", movement="out", unit_kind="container", unit="MSKU1234565",
        size_type="22G1", plate="AB-12-CD", gate="Gate 2",
        terminal=c.Party("XP100000010", "Lodestar Terminal"),
        other=c.Party("XP100000055", "Vận tải Hướng Đông"), at="2026-03-03T08:20:00Z",
        gross_mass=24_380_000_000, tare_mass=2_230_000_000, full=True, seals=("PC900001",),
        conditions=(
            c.Condition(by="Lodestar Terminal", code="D1", text="Dent, left side panel"),
            c.Condition(by="Vận tải Hướng Đông", code="OK"),
        ),
        token="GT-26-000044",
    ),
}  # fmt: skip
