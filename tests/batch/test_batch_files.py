"""Files and folders: found by content, read piece by piece, refused one by one."""

import gzip

import pytest

from clearway import packs
from clearway.batch.output_folder import output_folder
from clearway.batch.reading import read_source
from clearway.batch.run import MOST_TOLD, Run
from clearway.batch.sources import Form, find_sources, form_of
from clearway.batch.spreadsheets import flattened, read_flattened, safe_cell
from clearway.batch.summary import Summary
from clearway.batch.writing import WRITERS
from clearway.kernel.assess import assess
from clearway.kernel.lodgement import Item, Lodgement
from clearway.kernel.tables import DECISION_SCHEMAS, Batch
from clearway.vocabulary.errors import InputUnusable


@pytest.mark.parametrize(
    ("head", "form"),
    [
        (b"<?xml version='1.0'?><a/>", Form.XML),
        (b"\xef\xbb\xbf  <a/>", Form.XML),
        (b'{\n "Declaration": {}}', Form.JSON),
        (b'{"Declaration": {}}\n', Form.JSON),
        (b'{"a": 1}\n{"a": 2}\n', Form.NDJSON),
        (b'{"a": \n{"a": 2}\n', Form.NDJSON),
        (b'[{"a": 1}]', Form.JSON),
        (b"PAR1\x15\x04", Form.PARQUET),
        (b"42A:D026,42A:017\n", Form.CSV),
        (b"\x89PNG\r\n\x1a\n\0\0", None),
        (b"", None),
        (b"hello world", None),
    ],
)
def test_a_form_is_known_by_its_beginning(head, form):
    assert form_of(head) is form


def test_names_do_not_matter_and_hidden_files_are_passed_by(tmp_path):
    (tmp_path / "b.csv").write_bytes(b"<a/>")
    (tmp_path / "a.txt").write_bytes(gzip.compress(b'{"a": 1}\n{"b": 2}\n', mtime=0))
    (tmp_path / ".hidden").write_bytes(b"<a/>")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "c").write_bytes(b"PAR1")
    found = [(s.path.name, s.form, s.compressed) for s in find_sources([tmp_path])]
    assert found == [
        ("a.txt", Form.NDJSON, True),
        ("b.csv", Form.XML, False),
        ("c", Form.PARQUET, False),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\1\2",
        b"PAR1 and nothing else",
        b"<a>",
        b"[1, 2",
        b"{",
        b"a,b,c\n1,2,3\n",
        gzip.compress(b'{"a": 1}\n' * 500, mtime=0)[:-20],
        gzip.compress(b"[" + b" " * 90_000_000, mtime=0),
    ],
)
def test_what_cannot_be_read_is_told_and_never_raised(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    (source,) = find_sources([tmp_path / "x"])
    found = [one for _, one in read_source(source)]
    assert found
    assert all(one.reason and one.file.endswith("x") for one in found)


def test_an_error_in_the_middle_leaves_no_folder(tmp_path):
    def fail_half_way():
        with output_folder(tmp_path / "out") as folder:
            (folder / "half").write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert list(tmp_path.iterdir()) == []


def test_a_former_output_stands_until_the_new_one_is_whole(tmp_path):
    with output_folder(tmp_path / "out") as folder:
        (folder / "summary.json").write_text("first")
    with pytest.raises(ZeroDivisionError), output_folder(tmp_path / "out"):
        raise ZeroDivisionError
    assert (tmp_path / "out" / "summary.json").read_text() == "first"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").write_text("keep")
    with pytest.raises(InputUnusable, match="did not write"), output_folder(tmp_path / "mine"):
        pass


def test_csv_of_decisions_comes_back_the_same():
    reference = packs.load(packs.demo_pack())
    lodgement = Lodgement(lrn="=cmd|' /C calc'!A0", id="'-1", items=(Item(description="\t+1"),))
    tables = assess(Batch([lodgement, Lodgement()]), reference).tables()
    for name, table in tables.items():
        flat = flattened(table)
        for column in flat.columns:
            for cell in column.to_pylist():
                assert not (isinstance(cell, str) and cell[:1] in set("=+-@\t\r"))
        import io

        import pyarrow.csv as pc_csv

        sink = io.BytesIO()
        pc_csv.write_csv(flat, sink)
        back = read_flattened(sink.getvalue(), DECISION_SCHEMAS[name])
        assert back.equals(table.replace_schema_metadata(None))


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\tx", "\rx", "'x"])
def test_cells_that_could_run_get_an_apostrophe(text):
    assert safe_cell(text) == f"'{text}"
    assert safe_cell("ordinary = text") == "ordinary = text"


def test_the_same_reference_twice_in_a_run_is_told_on_the_later_one():
    reference = packs.load(packs.demo_pack())
    taken = []

    class Keeping:
        def write(self, _places, decisions):
            taken.extend(decisions)

        def finish(self, summary):
            assert isinstance(summary, Summary)

    placed = [(None, Lodgement(lrn=name, function_code="9")) for name in ("A", "B", "A")]
    Run(reference).over_lodgements(placed, [Keeping()])
    told = [[f for f in one.findings if f.rule == "CLW4201"] for one in taken]
    assert [len(one) for one in told] == [0, 0, 1]
    assert dict(told[2][0].parameters) == {"earlier": "1", "reference": "A"}


@pytest.mark.parametrize("form", ["table", "json", "csv", "parquet"])
def test_of_very_many_broken_lines_the_first_are_told_and_the_rest_counted(tmp_path, form):
    (tmp_path / "bad.ndjson").write_bytes(b"{}\n" * (MOST_TOLD + 2_345) + b"{\n")
    (tmp_path / "other.ndjson").write_bytes(b"{}\n" * MOST_TOLD)

    class Notes(WRITERS[form]):
        def __init__(self, folder):
            super().__init__(folder)
            self.told = []

        def note(self, error):
            self.told.append(error)
            super().note(error)

    folder = tmp_path / "out"
    folder.mkdir()
    writer = Notes(folder)
    run = Run(packs.load(packs.demo_pack()))
    with pytest.raises(InputUnusable, match="No declaration could be read"):
        run.over_files([tmp_path / "bad.ndjson", tmp_path / "other.ndjson"], [writer])
    writer.close()
    assert run.summary.unreadable == 2 * MOST_TOLD + 2_346
    assert len(writer.told) == 2 * MOST_TOLD + 1
    (rest,) = [error for error in writer.told if error.code == "CLW1018"]
    assert rest.file.endswith("bad.ndjson")
    assert dict(rest.parameters) == {"count": "2346"}
    assert rest.reason.startswith("2346 further parts of this file")
