"""Every command that the documents show is one that exists, and the harmless ones run."""

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from clearway.__main__ import ROOMS, build

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
SHOWN = re.compile(r"^(?:\$ )?(?:python3 start\.py|clearway)( .*)?$")


def commands_of(page):
    """Return the words of each command in a code block or between back-ticks."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"```(?:console|sh|)\n(.*?)```", text, re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    lines += re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    found = [SHOWN.match(line) for line in lines]
    # What follows two spaces in a block says what the command does.
    return [re.split(r"\s{2,}", (one[1] or "").strip())[0] for one in found if one]


CASES = sorted({(page.name, line) for page in PAGES for line in commands_of(page)})


def test_commands_are_found():
    assert len(CASES) > 12
    assert {name for name, _ in CASES} >= {"README.md", "country-packs.md", "start-here.md"}


@pytest.mark.parametrize(("page", "line"), CASES)
def test_the_words_of_each_shown_command_are_understood(page, line):
    """The command and its options exist; whether its files do is not asked."""
    words = [word for word in shlex.split(line) if word not in {"…", "..."}]
    if not words or words[0] == "test" or words[0].isupper() or words[0].startswith("--"):
        return
    command = typer.main.get_command(build())
    context = command.make_context("clearway", [], resilient_parsing=True)
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        assert words[0] in command.commands, f"{page}: {line}"
        _, command, words = command.resolve_command(context, words)
        context = command.make_context(command.name, [], parent=context, resilient_parsing=True)
    options = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    used = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
    assert used <= options | {"--help"}, f"{page}: {line}"


def test_each_command_is_told_in_its_own_words():
    """What the program lists without opening a command is what the command says of itself."""
    command = typer.main.get_command(build())
    context = command.make_context("clearway", [], resilient_parsing=True)
    assert len(command.commands) == sum(map(len, ROOMS.values()))
    for name, face in command.commands.items():
        _, real, _ = command.resolve_command(context, [name])
        assert real.name == name
        assert " ".join(real.help.split("\n\n")[0].split()) == face.help


def test_the_commands_of_the_readme_run_one_after_another(clearway, tmp_path):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    _, _, ready = text.partition("These work as they stand:")
    lines = re.search(r"```console\n(.*?)```", ready, re.DOTALL)[1].splitlines()
    assert len(lines) >= 4
    for line in lines:
        words = shlex.split(line.removeprefix("python3 start.py "))
        done = clearway(*words, cwd=tmp_path, env={"CLEARWAY_CACHE": str(tmp_path / "cache")})
        assert done.returncode == 0, (line, done.stderr.decode())
