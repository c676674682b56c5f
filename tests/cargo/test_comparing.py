"""A declaration held against its transport document: what differs, and what is no difference."""

from __future__ import annotations

import pytest
from django.db import connection

from clearway.cargo import comparing
from clearway.cargo.comparing import Asked, Difference, Story
from clearway.cargo.models import Container, TransportDocument
from clearway.kernel.lodgement import Item, Lodgement, Party

KG = 1_000_000
STORY = Story("XP1", bulk=False, perishable=False, packages=10, gross_mass=1_000 * KG,
              mass_allowance=1_010 * KG, dangerous=False)  # fmt: skip


def asked(packages=10, mass=1_000 * KG, importer="XP1", **more):
    told = Lodgement(importer=Party(id=importer), items=(Item(),), **more)
    return Asked("HBL-1", packages, mass, told)


def parts(one, **changed):
    import msgspec

    return [
        each.part for each in comparing.differences(one, msgspec.structs.replace(STORY, **changed))
    ]


@pytest.mark.parametrize(
    ("one", "changed", "expected"),
    [
        (asked(), {}, []),
        (asked(mass=1_010 * KG), {}, []),
        (asked(mass=1_010 * KG + 1), {}, ["gross_mass"]),
        (asked(mass=990 * KG), {}, []),
        (asked(mass=990 * KG - 1), {}, ["gross_mass"]),
        (asked(packages=4, mass=300 * KG), {}, []),
        (asked(packages=11), {}, ["packages"]),
        (asked(packages=99), {"bulk": True}, []),
        (asked(packages=None, mass=None), {}, []),
        (asked(importer="XP2"), {}, ["consignee"]),
        (asked(importer="XP2"), {"consignee": ""}, []),
        (asked(importer=""), {}, []),
        (asked(containers=("CSQU 305438-3",)), {"containers": frozenset({"CSQU3054383"})}, []),
        (asked(containers=("MSKU1234565",)), {"containers": frozenset({"CSQU3054383"})},
         ["containers"]),
        (asked(containers=("MSKU1234565",)), {}, []),
        (asked(), {"dangerous": True}, ["dangerous_goods"]),
        (asked(packages=4, mass=300 * KG), {"dangerous": True}, []),
    ],
)  # fmt: skip
def test_what_differs(one, changed, expected):
    """A hundredth is tolerated either way; less is held to all of it where all packages are."""
    assert parts(one, **changed) == expected


def test_dangerous_goods_that_are_declared_are_no_difference():
    told = Lodgement(importer=Party(id="XP1"), items=(Item(dangerous_goods=("1203",)), Item()))
    assert parts(Asked("HBL-1", 10, 1_000 * KG, told), dangerous=True) == []


def test_what_is_told_is_read_again():
    found = comparing.differences(
        asked(packages=12, mass=2_000 * KG, importer="XP2", containers=("MSKU1234565", "X/1=2 3")),
        STORY.__class__("XP1", False, False, 10, 1_000 * KG, 1_010 * KG, False,
                        frozenset({"CSQU3054383"})),
    )  # fmt: skip
    assert found == [
        Difference("packages", "12", "10"),
        Difference("gross_mass", str(2_000 * KG), str(1_000 * KG)),
        Difference("consignee", "", ""),
        Difference("containers", "MSKU1234565,X123", ""),
    ]
    features = {"cargo_differs": " ".join(f"{a}={b}/{c}" for a, b, c in found)}
    assert comparing.told(features) == found
    assert comparing.told({}) == []


def document(number, **more):
    from clearway.cargo.rules import document_key
    from clearway.vocabulary.clock import instant_of

    return TransportDocument.objects.create(
        number=number, key=document_key(number), level="house", author="carrier", organisation=1,
        consignor_name="A", consignee="XP1", consignee_name="B", description="Fish",
        **{"packages": 10, "gross_mass": 1_000 * KG, "mass_allowance": 1_010 * KG,
           "reported_at": instant_of(0), **more},
    )  # fmt: skip


def test_the_record_is_asked_twice_for_all(both_databases, monkeypatch):
    first = document("HBL-1", perishable=True)
    Container.objects.create(document=first, number="CSQU3054383")
    document("HBL-2", dangerous_goods=[{"un_number": "1203"}])
    document("HBL-3", state="cancelled")
    document("HBL-4", houses=2)
    counted = []
    ask = comparing.ask
    monkeypatch.setattr(comparing, "ask", lambda *given: counted.append(1) or ask(*given))
    wanted = [asked(containers=("MSKU1234565",))]
    wanted += [
        wanted[0]._replace(document=name) for name in ("hbl 2", "HBL-3", "HBL-4", "", "HBL-9")
    ]
    with connection.cursor() as cursor:
        found = comparing.features_for(cursor, wanted)
    assert len(counted) == 2
    assert found == [
        {"cargo_mismatch": True, "perishable": True, "cargo_differs": "containers=MSKU1234565/"},
        {"cargo_mismatch": True, "perishable": False, "cargo_differs": "dangerous_goods=/"},
        {}, {}, {}, {},
    ]  # fmt: skip
    with connection.cursor() as cursor:
        assert comparing.features_for(cursor, [wanted[0]._replace(lodgement=Lodgement())]) == [
            {"cargo_mismatch": False, "perishable": True}
        ]


def test_anothers_document_is_as_good_as_unknown_but_for_officers(both_databases):
    """Neither lane nor queue may tell a stranger that there is such a document."""
    document("HBL-1", perishable=True)
    with connection.cursor() as cursor:
        (found,) = comparing.features_for(cursor, [asked(importer="XP2", packages=12)])
    assert found == {"cargo_differs": "consignee=/"}
