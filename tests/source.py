"""What the tests of the package itself read: its files, its imports, its pins."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
import json
from pathlib import Path
import re
from typing import Any, cast

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import homeassistant

ROOT = Path(__file__).parents[1]
JARVIS = ROOT / "custom_components" / "jarvis"
COMPONENTS = Path(homeassistant.__file__ or "").parent / "components"
PACKAGE = "custom_components.jarvis"


@dataclass(frozen=True)
class Module:
    """One Python file of the integration."""

    name: str
    """As it is imported within the package: `ollama.errors`, "" for the package."""
    path: Path
    tree: ast.Module

    @property
    def folder(self) -> str:
        """The part that it belongs to: `ollama`, or its own name beside the folders."""
        return self.name.partition(".")[0]

    @property
    def label(self) -> str:
        """How a failed test calls it."""
        return self.path.relative_to(JARVIS).as_posix()

    def imports(self) -> Iterator[str]:
        """Every name that it imports, in full, wherever the import stands."""
        parts = ["custom_components", "jarvis", *filter(None, self.name.split("."))]
        base = parts if self.path.name == "__init__.py" else parts[:-1]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                up = base[: len(base) - node.level + 1] if node.level else []
                start = ".".join([*up, *filter(None, [node.module])])
                yield from (f"{start}.{alias.name}" for alias in node.names)

    def own_imports(self) -> Iterator[str]:
        """The modules of the integration that it imports, by their short names."""
        for name in self.imports():
            if name == PACKAGE or name.startswith(f"{PACKAGE}."):
                yield _module_of(name.removeprefix(PACKAGE).lstrip("."))


@cache
def modules() -> dict[str, Module]:
    """Every module of the integration by its short name."""
    found = {}
    for path in sorted(JARVIS.rglob("*.py")):
        parts = path.relative_to(JARVIS).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = Module(name, path, ast.parse(path.read_text("utf-8")))
    return found


def calls() -> Iterator[tuple[Module, ast.Call]]:
    """Every call in the integration."""
    for module in modules().values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                yield module, node


def called(call: ast.Call) -> str:
    """Return the last part of what a call calls."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def literal(call: ast.Call, keyword: str) -> str | None:
    """Return the string that a call gives for a keyword, if it is written out."""
    for given in call.keywords:
        match given:
            case ast.keyword(arg=arg, value=ast.Constant(value=str() as value)):
                if arg == keyword:
                    return value
    return None


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON file that holds an object."""
    return cast("dict[str, Any]", json.loads(path.read_text("utf-8")))


@cache
def locked() -> dict[str, str]:
    """Every package of requirements.txt with its version."""
    pins = re.findall(
        r"^([\w.-]+)(?:\[[^\]]*\])?==([^\s;]+)",
        (ROOT / "requirements.txt").read_text("utf-8"),
        flags=re.MULTILINE,
    )
    return {canonicalize_name(name): version for name, version in pins}


def is_locked(requirement: str) -> bool:
    """Whether requirements.txt holds a version that satisfies a requirement."""
    wanted = Requirement(requirement)
    version = locked().get(canonicalize_name(wanted.name))
    return version is not None and wanted.specifier.contains(version)


def _module_of(name: str) -> str:
    """Return the module that a name comes from, which may be the name itself."""
    while name and name not in modules():
        name = name.rpartition(".")[0]
    return name
