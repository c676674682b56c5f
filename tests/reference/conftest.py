"""A data folder of its own for each test, and packs to publish."""

from __future__ import annotations

import shutil

import pytest

from clearway import packs
from clearway.reference import in_force


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA = tmp_path / "data"
    in_force.opened.cache_clear()
    yield
    in_force.opened.cache_clear()


@pytest.fixture
def published(db):
    """The demo country's pack, published as at the first start."""
    from clearway.reference.service import publish_first

    return publish_first("portolan")


@pytest.fixture
def changed_pack(tmp_path):
    """The demo country's pack without its golden cases, to be changed."""
    folder = tmp_path / "changed"
    shutil.copytree(packs.demo_pack(), folder, ignore=shutil.ignore_patterns("golden", "*.pyc"))
    return folder
