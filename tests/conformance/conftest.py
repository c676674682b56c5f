"""One scenario of our own, run through every check."""

import pytest
from tests.conformance.wco_messages import DECLARATION, NOTICE, PLAIN, RATES, TABLE

from clearway.packs.importers import import_tariff
from clearway.proving.conformance.wco_dm import CHECKS, run


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("law")
    (folder / "uk.csv").write_text(TABLE, encoding="utf-8")
    (folder / "fx.csv").write_text(RATES, encoding="latin-1")
    import_tariff(
        "uk-tariff", folder / "uk.csv", folder / "pack", exchange_rates=[folder / "fx.csv"]
    )
    return folder / "pack"


@pytest.fixture
def checks(tmp_path, pack, monkeypatch):
    """Return a function that runs one scenario and gives the checks by name."""

    monkeypatch.setenv("CLEARWAY_OPEN_DATA", str(tmp_path / "nowhere"))

    def run_one(lines, *, declaration=True, version="1", total="", **changes):
        folder = tmp_path / "messages" / "S1"
        folder.mkdir(parents=True)
        fields = PLAIN | changes
        if declaration:
            (folder / "declaration.xml").write_text(DECLARATION.format(**fields), encoding="utf-8")
        text = NOTICE.format(**fields, version=version, total=total, lines="".join(lines))
        (folder / "notice.xml").write_text(text, encoding="utf-8")
        report = run(tmp_path / "messages", pack)
        assert tuple(check.name for check in report.checks) == CHECKS
        return {check.name: check for check in report.checks}

    return run_one
