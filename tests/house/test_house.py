"""What holds for the house as a whole: its documents, its floors, its locks, its files."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "clearway"


def tracked_files() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        pytest.skip("not a git checkout, so the list of the project's files is not known")
    return [path for line in listing.stdout.splitlines() if (path := ROOT / line).is_file()]


@pytest.mark.parametrize("document", sorted((ROOT / "docs").rglob("*.md")), ids=lambda p: p.name)
def test_every_file_that_a_document_names_exists(document):
    text = document.read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:src|tests|docs|requirements)/[^`\s]*)`", text))
    missing = [name for name in sorted(named) if not any(ROOT.glob(name))]
    assert not missing


@pytest.mark.parametrize(
    "document",
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))],
    ids=lambda path: path.name,
)
def test_every_link_leads_somewhere(document):
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", text)
    missing = [link for link in links if not (document.parent / link).exists()]
    assert not missing


def test_start_here_passes_through_every_room():
    story = (ROOT / "docs" / "start-here.md").read_text(encoding="utf-8")
    rooms = [path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()]
    assert rooms
    assert [
        room for room in rooms if f"clearway/{room}" not in story and room != "vocabulary"
    ] == []


@pytest.mark.parametrize("room", ["kernel", "batch", "messages", "packs"])
def test_no_room_below_the_platform_loads_a_web_framework(room):
    program = (
        f"import pkgutil, importlib, sys, clearway.{room} as room\n"
        "for module in pkgutil.walk_packages(room.__path__, room.__name__ + '.'):\n"
        "    importlib.import_module(module.name)\n"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in"
        " {'django', 'flask', 'starlette', 'fastapi', 'ninja', 'uvicorn', 'aiohttp', 'tornado'}))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


def test_locks_pin_by_hash_and_name_no_address():
    for lock in sorted((ROOT / "requirements").glob("*.lock")):
        text = lock.read_text(encoding="utf-8")
        pins = re.findall(r"^[a-z0-9].*", text, flags=re.MULTILINE)
        assert pins
        assert all("==" in pin for pin in pins)
        assert text.count("--hash=sha256:") >= len(pins)
        assert not re.search(r"https?:|--index|--find-links|--extra-index", text)


def test_every_dependency_is_in_the_lock():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    run = (ROOT / "requirements" / "run.lock").read_text(encoding="utf-8")
    dev = (ROOT / "requirements" / "dev.lock").read_text(encoding="utf-8")
    for requirement in project["project"]["dependencies"]:
        name = re.match(r"[A-Za-z0-9_-]+", requirement)[0].lower()
        assert f"\n{name}==" in "\n" + run, name
    for requirement in project["dependency-groups"]["dev"]:
        name = re.match(r"[A-Za-z0-9_-]+", requirement)[0].lower()
        assert f"\n{name}==" in "\n" + dev, name


def test_no_file_is_longer_than_a_sitting():
    # 400 is the aim; a table of facts may pass it, a module of logic may not by much.
    long = {
        str(path.relative_to(ROOT)): count
        for path in SOURCE.rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 460
    }
    assert long == {}


def test_no_path_of_a_machine_stands_in_the_project():
    pattern = re.compile(r"(?<![\w.])/(?:work|farm|root|home/\w+)/|/tmp/\w+_jobs")
    itself = Path(__file__).resolve()
    guilty = [
        str(path.relative_to(ROOT))
        for path in tracked_files()
        if path != itself
        and path.suffix in {".py", ".md", ".toml", ".csv", ".txt", ".yml", ""}
        and pattern.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert guilty == []


def test_stubs_are_not_left_behind():
    pattern = re.compile(r"\b(TODO|FIXME)\b")
    guilty = [
        str(path.relative_to(ROOT))
        for path in SOURCE.rglob("*.py")
        if pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert guilty == []


def test_all_languages_speak_of_the_same_things():
    texts = SOURCE / "kernel" / "texts"
    rooms = {path.name.split(".")[0] for path in texts.glob("*.toml")}
    assert rooms
    for room in rooms:
        keys = {
            language: set(tomllib.loads((texts / f"{room}.{language}.toml").read_text("utf-8")))
            for language in ("en", "fr", "zh", "vi", "ar")
        }
        assert all(each == keys["en"] for each in keys.values()), room
