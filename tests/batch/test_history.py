"""The parties' history beside a file: read strictly, written as it is read."""

import io

import pytest

from clearway.batch.history import Supplied, read_history, write_history
from clearway.kernel.lodgement import Lodgement
from clearway.vocabulary.dates import day_from_iso
from clearway.vocabulary.errors import InputUnusable


@pytest.fixture
def table(tmp_path):
    def write(text):
        path = tmp_path / "history.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_cells_become_what_the_kernel_reads(table):
    path = table(
        "lrn,median_unit_price,median_unit_price[2],importer_aeo_active,draw_day,red_score_cut,"
        "order_amount,previous_lane,consignment_key,low_value_regime\n"
        "A-1,4.00,12.5,true,2026-03-03,62.5,519.00,yellow,26XP1,LVC\n"
        "A-2,,,false,,,,,,\n"
    )
    history = read_history(path, 2)
    assert history["A-1"] == Supplied(
        {
            "median_unit_price": history["A-1"].features["median_unit_price"],
            "median_unit_price[2]": history["A-1"].features["median_unit_price"] * 25 // 8,
            "importer_aeo_active": True,
            "draw_day": day_from_iso("2026-03-03"),
            "red_score_cut": 62_500,
            "order_amount": 51_900,
            "previous_lane": "yellow",
        },
        "26XP1",
        "LVC",
    )
    assert history["A-2"].features == {"importer_aeo_active": False}


def test_what_the_declaration_has_already_stays():
    lodgement = Lodgement(lrn="A-1", consignment_key="own", features={"route_new": True})
    Supplied({"route_new": False, "audit_planned": True}, "other", "LVC").complete(lodgement)
    assert lodgement.features == {"route_new": True, "audit_planned": True}
    assert (lodgement.consignment_key, lodgement.low_value_regime) == ("own", "LVC")


def test_written_and_read_again_it_is_the_same(tmp_path):
    features = {"importer_first_seen_days": 30, "route_new": True, "median_unit_price[2]": 4_250}
    target = io.StringIO()
    both = [Lodgement(lrn="A-1", features=features), Lodgement(lrn="A-2")]
    count = write_history(both, target, 2)
    assert count == 2
    (tmp_path / "again.csv").write_text(target.getvalue(), encoding="utf-8")
    again = read_history(tmp_path / "again.csv", 2)
    assert again == {"A-1": Supplied(features), "A-2": Supplied({})}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        ("reference,route_new\n", "the first column is 'reference', not 'lrn'"),
        ("lrn,rout_new\n", "unknown column 'rout_new'; did you mean 'route_new'?"),
        ("lrn,route_new\nA,yes\n", "line 2: route_new is 'yes', which is no true or false"),
        ("lrn,draw_day\nA,2026-02-30\n", "line 2: draw_day is '2026-02-30', which is no date"),
        ("lrn,median_unit_price\nA,NaN\n", "line 2: median_unit_price is 'NaN'"),
        ("lrn,median_unit_price\nA,1e309x\n", "line 2: median_unit_price is '1e309x'"),
        ("lrn,route_new\nA\n", "line 2: 1 cells, the header has 2"),
        ("lrn,route_new\nA,true\nA,true\n", "line 3: the reference 'A' stands there twice"),
        ('lrn,route_new\n"A,true\n', "cannot be read"),
    ],
)
def test_a_table_out_of_order_is_refused_with_its_place(table, text, told):
    with pytest.raises(InputUnusable) as refusal:
        read_history(table(text), 2)
    assert told in str(refusal.value)
    assert "history.csv" in str(refusal.value)


def test_every_wrong_cell_is_told_at_once(table):
    path = table("lrn,route_new,draw_day\nA,yes,never\nB,no,2026-13-01\n")
    with pytest.raises(InputUnusable) as refusal:
        read_history(path, 2)
    assert str(refusal.value).count("which is no") == 4
