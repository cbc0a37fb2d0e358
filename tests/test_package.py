"""What hassfest and HACS check, as far as it can be checked without a network."""

import ast
from importlib.util import find_spec
import re
import tomllib
from typing import Any

from PIL import Image
import pytest

from homeassistant import bootstrap
from homeassistant.const import BASE_PLATFORMS
from homeassistant.helpers import selector
from homeassistant.util.yaml import load_yaml_dict

from .source import COMPONENTS, JARVIS, ROOT, Module, called, calls, modules, read_json

REQUIRED = {
    "codeowners",
    "config_flow",
    "documentation",
    "domain",
    "integration_type",
    "iot_class",
    "issue_tracker",
    "name",
    "requirements",
    "version",
}
HACS_KEYS = {
    "content_in_root",
    "country",
    "filename",
    "hacs",
    "hide_default_branch",
    "homeassistant",
    "name",
    "persistent_directory",
    "render_readme",
    "zip_release",
}
ALWAYS_THERE = {*BASE_PLATFORMS, *bootstrap.CORE_INTEGRATIONS, "websocket_api"}
"""Integrations that need not be declared: Home Assistant does not start without."""


@pytest.fixture(name="manifest")
def manifest_fixture() -> dict[str, Any]:
    """What the integration says about itself."""
    return read_json(JARVIS / "manifest.json")


def test_manifest_keys_are_in_order(manifest: dict[str, Any]) -> None:
    """Domain and name come first, everything else by the alphabet."""
    keys = list(manifest)
    assert keys[:2] == ["domain", "name"]
    assert keys[2:] == sorted(keys[2:])


def test_manifest_is_complete(manifest: dict[str, Any]) -> None:
    """Everything is said that hassfest and HACS ask for."""
    assert manifest.keys() >= REQUIRED
    assert manifest["domain"] == JARVIS.name
    assert all(owner.startswith("@") for owner in manifest["codeowners"])


@pytest.mark.parametrize("key", ["documentation", "issue_tracker"])
def test_manifest_links_are_safe(manifest: dict[str, Any], key: str) -> None:
    """Links use https."""
    assert manifest[key].startswith("https://")


def test_versions_agree(manifest: dict[str, Any]) -> None:
    """The manifest's version is the project's, and the changelog knows it."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert manifest["version"] == pyproject["project"]["version"]
    assert f"## [{manifest['version']}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


@pytest.mark.parametrize("key", ["dependencies", "after_dependencies"])
def test_declared_dependencies_exist(manifest: dict[str, Any], key: str) -> None:
    """What the manifest waits for is part of Home Assistant."""
    missing = {
        domain
        for domain in manifest.get(key, [])
        if find_spec(f"homeassistant.components.{domain}") is None
    }
    assert not missing


@pytest.mark.parametrize("module", modules().values(), ids=lambda module: module.label)
def test_used_integrations_are_declared(
    manifest: dict[str, Any], module: Module
) -> None:
    """Whose code a module imports is set up before Jarvis."""
    declared = {
        *ALWAYS_THERE,
        *manifest.get("dependencies", []),
        *manifest.get("after_dependencies", []),
        module.name,  # a platform is loaded by the integration that it serves
    }
    used = {
        name.split(".")[2]
        for name in module.imports()
        if name.startswith("homeassistant.components.")
    }
    assert not used - declared


def test_setup_says_what_yaml_it_takes() -> None:
    """An integration with async_setup has a CONFIG_SCHEMA."""
    names = {
        name
        for node in modules()[""].tree.body
        for name in (
            [node.name]
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            else [target.id for target in _targets(node)]
        )
    }
    assert "async_setup" not in names or "CONFIG_SCHEMA" in names


def test_actions_are_described() -> None:
    """Whoever registers an action describes it, with fields that can be chosen."""
    registers = {
        module.label
        for module, call in calls()
        if called(call)
        in {"async_register_admin_service", "async_register_platform_entity_service"}
        or ast.unparse(call.func).endswith("services.async_register")
    }
    path = JARVIS / "services.yaml"
    assert path.exists() == bool(registers)
    services = load_yaml_dict(path) if path.exists() else {}
    texts = read_json(JARVIS / "translations" / "en.json").get("services", {})
    assert services.keys() == texts.keys()
    for name, service in services.items():
        fields = (service or {}).get("fields", {})
        assert texts[name].keys() >= {"name", "description"}, name
        assert texts[name].get("fields", {}).keys() == fields.keys(), name
        for field in fields.values():
            selector.validate_selector(field["selector"])


def test_icons_are_material_design_icons() -> None:
    """Every icon has a name that Home Assistant's set can have."""
    path = JARVIS / "icons.json"
    if path.exists():
        wrong = [icon for icon in _leaves(read_json(path)) if not _is_icon(icon)]
        assert not wrong


def test_hacs_json() -> None:
    """HACS knows every key, and asks for the Home Assistant that the tests run."""
    hacs = read_json(ROOT / "hacs.json")
    assert "name" in hacs
    assert hacs.keys() <= HACS_KEYS
    pyproject = (ROOT / "pyproject.toml").read_text("utf-8")
    pin = re.search(r'"homeassistant==(\d+\.\d+)\.', pyproject)
    assert pin is not None
    assert hacs["homeassistant"] == f"{pin[1]}.0"


@pytest.mark.parametrize(("name", "side"), [("icon.png", 256), ("icon@2x.png", 512)])
def test_brand(name: str, side: int) -> None:
    """The icon has the size that Home Assistant asks for, and sees through."""
    with Image.open(JARVIS / "brand" / name) as image:
        assert image.size == (side, side)
        assert image.mode == "RGBA"
        assert image.getpixel((0, 0)) == (0, 0, 0, 0)


def test_quality_scale() -> None:
    """Every rule has a state, and what is exempt has a reason.

    The rules are those of any integration that comes with Home Assistant.
    """
    rules = load_yaml_dict(JARVIS / "quality_scale.yaml")["rules"]
    known = load_yaml_dict(COMPONENTS / "anthropic" / "quality_scale.yaml")["rules"]
    assert rules.keys() == known.keys()
    for rule, state in rules.items():
        status = state["status"] if isinstance(state, dict) else state
        assert status in {"done", "todo", "exempt"}, rule
        if status == "exempt":
            assert state["comment"].strip(), rule


def test_the_licence_is_said_once() -> None:
    """The text of the licence is the one that pyproject.toml names."""
    text = (ROOT / "LICENSE").read_text("utf-8")
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert pyproject["project"]["license"] == "Apache-2.0"
    assert re.search(r"Apache License\s+Version 2\.0", text)


def _targets(node: ast.stmt) -> list[ast.Name]:
    match node:
        case ast.Assign(targets=targets):
            return [target for target in targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name() as target):
            return [target]
    return []


def _leaves(value: object) -> list[object]:
    """Return what stands at the ends of nested objects."""
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in _leaves(inner)]
    return [value]


def _is_icon(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"mdi:[a-z0-9-]+", value) is not None
