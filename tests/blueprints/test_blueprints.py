"""What all blueprints have in common."""

from pathlib import Path
from urllib.parse import quote

import pytest

from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.util.yaml import load_yaml_dict
from tests.source import JARVIS, ROOT, read_json

from .house import BLUEPRINTS

FILES = sorted(BLUEPRINTS.rglob("*.yaml"))
IMPORT = "https://my.home-assistant.io/redirect/blueprint_import/?blueprint_url="


@pytest.fixture(name="blueprint")
def blueprint_fixture(path: Path) -> Blueprint:
    """Return a blueprint that Home Assistant takes."""
    blueprint = Blueprint(
        load_yaml_dict(path),
        path=str(path.relative_to(BLUEPRINTS / "automation")),
        expected_domain="automation",
        schema=AUTOMATION_BLUEPRINT_SCHEMA,
    )
    assert blueprint.validate() is None
    return blueprint


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_can_be_imported(path: Path, blueprint: Blueprint) -> None:
    """It says where it comes from, and the documentation links to it."""
    home = read_json(JARVIS / "manifest.json")["documentation"]
    raw = home.replace("github.com", "raw.githubusercontent.com")
    url = f"{raw}/main/{path.relative_to(ROOT).as_posix()}"
    assert blueprint.metadata["source_url"] == url
    page = (ROOT / "docs" / "blueprints.md").read_text("utf-8")
    assert f"({IMPORT}{quote(url, safe='')})" in page


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_speaks_both_languages(path: Path, blueprint: Blueprint) -> None:
    """A blueprint has one text: what it does is said in English, then in French."""
    english, french = blueprint.metadata["description"].strip().split("\n\n")
    assert english
    assert french
    assert english != french
