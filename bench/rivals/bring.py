"""Brings rhasspy's speech servers into the cache: python -m bench.rivals.bring."""

import os
from pathlib import Path
import shutil
import subprocess
import sys

_PACKAGES = Path(__file__).with_name("requirements.txt")


def folder() -> Path:
    """Where they lie, or are to lie."""
    return _cache() / "rivals"


def found() -> Path | None:
    """Find the Python that they run in, with None if they were not brought here."""
    python, brought = _places()
    is_here = python.exists() and brought.is_file()
    return (
        python if is_here and brought.read_bytes() == _PACKAGES.read_bytes() else None
    )


def bring() -> Path:
    """Install them unless they are there; return their Python."""
    if (there := found()) is not None:
        return there
    where = folder()
    python, brought = _places()
    print(f"Bringing rhasspy's servers into {where}…", file=sys.stderr)
    uv = _uv()
    _run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, where)
    install = (uv, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode")
    _run(*install, "--python", python, _PACKAGES)
    brought.write_bytes(_PACKAGES.read_bytes())
    return python


def _places() -> tuple[Path, Path]:
    """Return where their Python is, and what says which packages it has."""
    return folder() / "bin" / "python", folder() / ".requirements"


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, stdout=sys.stderr)


def _uv() -> str:
    """Find the uv that scripts/setup found or brought."""
    own = _cache() / "uv" / "bin"
    found = shutil.which("uv") or shutil.which("uv", path=own)
    if found is None:
        raise SystemExit("There is no uv: run scripts/setup.")
    return found


def _cache() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "jarvis"


if __name__ == "__main__":
    bring()
