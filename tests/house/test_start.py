"""start.py: it prepares once, is quick afterwards, and says plainly what hinders it."""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def start(monkeypatch, tmp_path):
    monkeypatch.setenv("CLEARWAY_VENV", str(tmp_path / "venv"))
    spec = importlib.util.spec_from_file_location("start_under_test", ROOT / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_imports_the_standard_library_only():
    tree = ast.parse((ROOT / "start.py").read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    names = {alias.name for node in imports for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= set(sys.stdlib_module_names)


def test_an_old_python_is_told_so(start, monkeypatch, capsys):
    monkeypatch.setattr(start.sys, "version_info", (3, 8, 10))
    with pytest.raises(SystemExit) as leaving:
        start.main([])
    assert leaving.value.code == 2
    assert "Python 3.8 is too old: Clearway needs 3.11 or newer." in capsys.readouterr().err


def test_a_full_disk_is_told_before_anything_is_made(start, monkeypatch, capsys, tmp_path):
    usage = start.shutil.disk_usage(str(tmp_path))._replace(free=5 * 2**20)
    monkeypatch.setattr(start.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(SystemExit):
        start.main([])
    told = capsys.readouterr().err
    assert "The disk has 5 MiB free" in told
    assert "CLEARWAY_VENV" in told
    assert not (tmp_path / "venv").exists()


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("ERROR: [Errno 28] No space left on device", "The disk is full."),
        ("Failed to establish a new connection: [Errno 111]", "registry cannot be reached"),
        ("Temporary failure in name resolution", "registry cannot be reached"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "A package differs from the one"),
        ("ERROR: No matching distribution found for numpy", "no package that fits"),
    ],
)
def test_pip_trouble_becomes_a_sentence_and_a_remedy(start, capsys, output, sentence):
    with pytest.raises(SystemExit) as leaving:
        start.fail_setup(output, "The packages could not be installed.")
    assert leaving.value.code == 2
    assert sentence in capsys.readouterr().err


def test_an_interrupted_setup_is_not_trusted(start, tmp_path):
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").write_text("half a file")
    assert not start.is_ready("run")
    assert not start.interpreter_works()


def test_a_folder_that_is_no_environment_is_never_removed(start, tmp_path, capsys):
    kept = tmp_path / "venv" / "thesis.txt"
    kept.parent.mkdir()
    kept.write_text("years of work")
    with pytest.raises(SystemExit) as leaving:
        start.main([])
    assert leaving.value.code == 2
    assert kept.read_text() == "years of work"
    assert "left as it is" in capsys.readouterr().err


def test_a_broken_environment_is_removed(start, tmp_path):
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "pyvenv.cfg").touch()
    start.make_room()
    assert not venv.exists()


def test_an_empty_variable_means_the_usual_place(monkeypatch):
    monkeypatch.setenv("CLEARWAY_VENV", "")
    spec = importlib.util.spec_from_file_location("start_with_empty_variable", ROOT / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.VENV == ROOT / ".venv"


def test_a_finished_setup_is_known_by_its_lock(start, tmp_path):
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").touch()
    start.stamp("run").write_text(start.digest("run"))
    assert start.is_ready("run")
    assert not start.is_ready("dev")
    start.stamp("run").write_text("of another lock")
    assert not start.is_ready("run")


def test_long_checks_are_left_out_unless_asked_for(start):
    usual = ["-m", "not long and not browser"]
    assert start.test_words(["-s", "-k", "gold"]) == [*usual, "-s", "-k", "gold"]
    assert start.test_words(["--long", "-n", "0"]) == ["-m", "not browser", "-n", "0"]
    browser = ["-n", "auto", "--dist", "worksteal", "-m", "browser"]
    assert start.test_words(["--browser", "-x"]) == [*browser, "-x"]
    assert start.test_words(["-m", "long"]) == ["-n", "auto", "--dist", "worksteal", "-m", "long"]


def test_a_second_start_is_quick_and_silent_about_setup(tmp_path):
    if not (ROOT / ".venv" / "clearway-dev.ready").exists():
        pytest.skip("this environment was not made by start.py")
    answer = subprocess.run(
        [sys.executable, str(ROOT / "start.py"), "--version"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "installing" not in answer.stderr
    assert answer.stdout.startswith("clearway ")
