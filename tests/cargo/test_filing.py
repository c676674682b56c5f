"""CUSCAR through the API: a manifest becomes conveyance, masters and houses; the bad come back."""

from pathlib import Path

import pytest

from clearway.cargo.models import Conveyance, Interchange, TransportDocument

SAMPLE = Path(__file__).parents[1] / "messages" / "cuscar_samples" / "sea.edi"


@pytest.fixture
def manifest():
    """Our sample, sent by the demonstration's carrier, for a forwarder and three traders."""
    text = SAMPLE.read_text().replace("XPCARRIER1", "XP3000000001").replace("XPAST", "XPLOD")
    return text.replace("202602280910", "202603011200").replace("202603020600", "202603040600")


def _send(border, text, who="carrier", media_type="application/edifact"):
    return border.send(who, "POST", "/cuscar", data=text.encode(), content_type=media_type)


def _outcomes(answer):
    (message,) = answer.told["messages"]
    return [(one["number"], one["outcome"], one["state"]) for one in message["documents"]]


def test_a_manifest_becomes_reports(border, manifest):
    answer = _send(border, manifest)
    assert answer.status_code == 201, answer.told
    assert (answer.told["filed"], answer.told["refused"]) == (4, 0)
    assert _outcomes(answer) == [
        ("MEDU7700001", "filed", "ok"),
        ("MEDU7700002", "filed", "ok"),
        ("CMP-H-1", "filed", "ok"),
        ("CMP-H-2", "filed", "ok"),
    ]
    ship = Conveyance.objects.get()
    # 06:00 as written is the port's own time, which in March is UTC's.
    assert (ship.means, ship.expected_at.isoformat()) == ("9074729", "2026-03-04T06:00:00+00:00")
    squid = TransportDocument.objects.get(number="CMP-H-1")
    assert (squid.master.number, squid.perishable, squid.packages) == ("MEDU7700002", True, 25)
    shirts = TransportDocument.objects.get(number="MEDU7700001")
    (container,) = shirts.containers.all()
    assert (container.number, container.size_type) == ("CSQU3054383", "22G1")
    assert container.seals[0] == {"number": "SL4411", "party": "CA"}
    assert bytes(Interchange.objects.get().content) == manifest.encode()


def test_sent_again_it_gets_the_first_answer_and_another_under_its_reference_none(border, manifest):
    first = _send(border, manifest)
    assert _send(border, manifest).told == first.told
    assert TransportDocument.objects.count() == 4
    assert _send(border, manifest.replace("COTTON", "LINEN")).status_code == 409


def test_bad_consignments_come_back_with_segment_and_words(border, manifest):
    bad = manifest.replace("KGM:1250.5", "KGM:heavy").replace("CSQU3054383", "CSQU3054384")
    bad = bad.replace("MSCU0000060", "MSCU0000061").replace("GID+1+15:PX", "GID+1+fifteen:PX")
    answer = _send(border, bad)
    assert answer.status_code == 422  # the master's container refuses it, and so its houses
    told = {(error["pointer"], error["detail"][:7]) for error in answer.told["errors"]}
    assert {rule for _, rule in told} == {"CLW1509", "CLW5102", "CLW5112"}
    assert not TransportDocument.objects.exists()
    partly = manifest.replace("KGM:1250.5", "KGM:heavy").replace("FROZEN COD FILLETS", "FAK")
    answer = _send(border, partly)
    assert answer.status_code == 201, answer.told
    assert [outcome[1:] for outcome in _outcomes(answer)] == [
        ("refused", ""),
        ("filed", "ok"),
        ("filed", "ok"),
        ("filed", "rfi"),
    ]
    (fault,) = answer.told["messages"][0]["faults"]
    assert (fault["rule"], fault["text"], fault["consignment"]) == (
        "CLW1509",
        "MEA+AAE+G+KGM:heavy",
        1,
    )


def test_a_replacement_corrects_and_a_cancellation_cancels(border, manifest):
    _send(border, manifest)
    replaced = manifest.replace("0226+9", "0226+5").replace("MAN0001", "MAN0002")
    answer = _send(border, replaced.replace("FROZEN SQUID RINGS", "FROZEN CUTTLEFISH"))
    assert [outcome[1] for outcome in _outcomes(answer)][2] == "corrected"
    squid = TransportDocument.objects.get(number="CMP-H-1")
    assert (squid.description, squid.version) == ("FROZEN CUTTLEFISH", 2)
    assert TransportDocument.objects.get(number="CMP-H-2").version == 1
    cancelled = manifest.replace("0226+9", "0226+1").replace("MAN0001", "MAN0003")
    answer = _send(border, cancelled)
    assert [outcome[1] for outcome in _outcomes(answer)] == ["cancelled"] * 4
    assert set(TransportDocument.objects.values_list("state", flat=True)) == {"cancelled"}


@pytest.mark.parametrize(
    ("text", "media_type", "status"),
    [
        ("hello", "application/edifact", 400),
        ("UNB+UNOA:3+A+B'", "text/plain", 415),
        ("UNB+UNOA:3+A+B+1:1+X'UNZ+0+X'", "application/edifact", 422),
    ],
)
def test_what_is_no_manifest_is_refused_and_logged(border, text, media_type, status):
    from clearway.audit.models import Leaf

    before = Leaf.objects.count()
    assert _send(border, text, media_type=media_type).status_code == status
    assert Leaf.objects.count() == before + (status != 415)
    assert _send(border, "x", who="trader").status_code == 403
