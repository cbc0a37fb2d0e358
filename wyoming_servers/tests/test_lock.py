"""The lock: complete, in step with pyproject.toml, without addresses."""

from pathlib import Path
import re
import tomllib

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.txt").read_text("utf-8").replace("\\\n", " ")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
ADDRESS = re.compile(r"https?://|^\s*--(?:index|extra-index|find-links|trusted)|\s@\s")


def test_everything_has_hashes_and_no_address() -> None:
    """A package that was changed after the lock does not install."""
    lines = [line for line in LOCK.splitlines() if line.strip()]
    assert lines
    assert not [line for line in lines if "--hash=sha256:" not in line]
    assert not [line for line in lines if ADDRESS.search(line)]
    assert not (ROOT / "uv.lock").exists()


def test_everything_that_is_asked_for_is_locked() -> None:
    """scripts/lock was run after the last change of pyproject.toml."""
    wanted = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]
    names = {re.split(r"[<>=]", line)[0].lower() for line in wanted}
    locked = {line.partition("==")[0].lower() for line in LOCK.splitlines()}
    assert names <= locked, "run scripts/lock"


def test_both_programs_are_declared() -> None:
    """What a package installs."""
    assert set(PROJECT["project"]["scripts"]) == {"jarvis-whisper", "jarvis-piper"}
    assert PROJECT["project"]["requires-python"] == ">=3.11"
