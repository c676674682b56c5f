import os
from pathlib import Path

import pytest

from clearway.messages import Schemas, read_xml

DATA = Path(os.environ.get("CLEARWAY_OPEN_DATA", "../shared/data")) / "wco_dm"


@pytest.fixture(scope="session")
def schema_folder():
    folder = DATA / "schemas"
    if not folder.is_dir():
        pytest.skip("the public WCO schemas are not here; set CLEARWAY_OPEN_DATA")
    return folder


@pytest.fixture(scope="session")
def schemas(schema_folder):
    return Schemas(schema_folder)


@pytest.fixture(scope="session")
def public_messages():
    folder = DATA / "scenarios"
    if not folder.is_dir():
        pytest.skip("the public scenarios are not here; set CLEARWAY_OPEN_DATA")
    return [path.read_bytes() for path in sorted(folder.rglob("*.xml"))]


@pytest.fixture(scope="session")
def public_readings(public_messages):
    return [(data, read_xml(data)) for data in public_messages]
