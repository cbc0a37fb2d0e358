"""The lock: complete, in step with pyproject.toml and manifest, without addresses."""

from pathlib import Path
import re
import tomllib
from typing import Any

import pytest

from homeassistant import bootstrap
from homeassistant.util.yaml import load_yaml_dict
from scripts.house.config import configuration_yaml

from .source import COMPONENTS, JARVIS, ROOT, is_locked, locked, read_json

HOUSE = ROOT / "scripts" / "house"

ADDRESS = re.compile(r"https?://|^\s*--(?:index|extra-index|find-links|trusted)|\s@\s")


def test_every_pin_of_pyproject_is_locked() -> None:
    """scripts/lock was run after the last change of pyproject.toml."""
    missing = {pin for pin in _pins() if not is_locked(pin)}
    assert not missing, "run scripts/lock"


def test_pyproject_pins_exactly() -> None:
    """What we ask for has one version."""
    assert not {pin for pin in _pins() if "==" not in pin}


def test_every_locked_package_has_hashes() -> None:
    """A package that was changed after the lock does not install."""
    text = (ROOT / "requirements.txt").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]
    assert lines
    assert not [line for line in lines if "--hash=sha256:" not in line]
    assert len(lines) == len(locked())


@pytest.mark.parametrize(
    "path", [ROOT / "requirements.txt", ROOT / "pyproject.toml"], ids=lambda p: p.name
)
def test_no_addresses(path: Path) -> None:
    """Nobody's mirror gets into the repository."""
    lines = path.read_text("utf-8").splitlines()
    assert not [line for line in lines if ADDRESS.search(line)]


def test_no_other_lock() -> None:
    """There is one lock: a uv.lock would carry download addresses."""
    assert not (ROOT / "uv.lock").exists()


def test_manifest_requirements_are_pinned_and_locked() -> None:
    """Home Assistant installs the same versions that the tests run with."""
    requirements = read_json(JARVIS / "manifest.json")["requirements"]
    assert not [line for line in requirements if "==" not in line]
    assert not [line for line in requirements if not is_locked(line)]
    assert set(requirements) <= set(_pyproject()["project"]["dependencies"])


def test_the_house_starts_without_a_network() -> None:
    """Home Assistant finds everything installed that scripts/run makes it load."""
    missing = {
        f"{domain}: {requirement}"
        for domain in _loaded()
        for requirement in _manifest(domain).get("requirements", [])
        if not is_locked(requirement)
    }
    assert not missing


def _pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def _pins() -> set[str]:
    """Return everything that pyproject.toml asks for."""
    pyproject = _pyproject()
    groups = pyproject["dependency-groups"].values()
    pins = {pin for group in groups for pin in group if isinstance(pin, str)}
    return pins | set(pyproject["project"]["dependencies"])


def _manifest(domain: str) -> dict[str, Any]:
    return read_json(COMPONENTS / domain / "manifest.json")


def _loaded() -> set[str]:
    """Return Home Assistant's integrations that the house loads.

    What is only an after-dependency is not loaded by that.
    """
    jarvis = read_json(JARVIS / "manifest.json")
    waiting = {
        *bootstrap.CORE_INTEGRATIONS,
        *bootstrap.FRONTEND_INTEGRATIONS,
        *bootstrap.DEFAULT_INTEGRATIONS,
        *jarvis.get("dependencies", []),
        *_configured(),
    }
    loaded = set[str]()
    while waiting:
        domain = waiting.pop()
        loaded.add(domain)
        waiting |= set(_manifest(domain).get("dependencies", [])) - loaded
    return loaded


def _configured() -> set[str]:
    """Return the integrations that the house's YAML sets up."""
    domains = set[str]()
    packages = [load_yaml_dict(path) for path in HOUSE.glob("packages/*.yaml")]
    for package in [configuration_yaml("fr"), *packages]:
        for key, configs in package.items():
            domains.add(key.partition(" ")[0])
            for config in configs if isinstance(configs, list) else [configs]:
                if isinstance(config, dict) and isinstance(config.get("platform"), str):
                    domains.add(config["platform"])
    return domains
