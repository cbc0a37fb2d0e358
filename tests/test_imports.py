"""Who may import whom: what keeps the parts of the house apart."""

from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions, requires
import sys

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
import pytest

from .source import COMPONENTS, JARVIS, ROOT, Module, modules, read_json

PURE_FOLDERS = {"ollama", "store", "memory", "reminders", "speech"}
"""Folders that import no Home Assistant at all."""

PURE_MODULES = {
    "local.cancel",
    "local.commands.actions",
    "local.commands.reading",
    "local.complete",
    "local.data",
    "local.house.find",
    "local.house.things",
    "local.lists.list_names",
    "local.memos",
    "local.mentions",
    "local.questions",
    "local.questions.finding",
    "local.questions.grammar",
    "local.questions.measures",
    "local.questions.named",
    "local.questions.predicates",
    "local.questions.times",
    "local.questions.wording",
    "local.reminders",
    "local.reminders.awaiting",
    "local.reminders.sentences",
    "local.text.courtesy",
    "local.text.grammar",
    "local.text.language",
    "local.text.misheard",
    "local.text.normal",
    "local.text.nouns",
    "local.text.templates",
    "local.text.words",
    "local.think_hard",
    "local.timers.durations",
    "local.timers.running",
    "local.timers.times",
}
"""Modules that import no Home Assistant, in folders that otherwise do."""

PURE = [
    module
    for module in modules().values()
    if module.folder in PURE_FOLDERS or module.name in PURE_MODULES
]

BASE = {"const"}
"""What every part may import."""

LEAVES = {"people", "local", "memory", "ollama", "tools", "reminders", "speech"}
"""The parts that a turn passes. They do not know each other."""

MAY_IMPORT = {
    "const": set[str](),
    "errors": BASE | {"ollama"},
    "agent": BASE | {"ollama"},
    "store": BASE,
    **{leaf: BASE | {"store"} for leaf in LEAVES},
    "tools": BASE | {"store", "memory", "reminders"},
    "day": BASE | {"local", "people", "tools", "store", "reminders", "reminding"},
    "remembering": BASE | {"memory", "store", "ollama"},
    "reminding": BASE | {"reminders", "remembering", "store"},
    "turn": BASE
    | LEAVES
    | {"store", "errors", "agent", "remembering", "reminding", "day", "runtime"},
    # Of the background runtime knows only the type.
    "runtime": BASE
    | LEAVES
    | {"store", "errors", "agent", "remembering", "reminding", "turn", "background"},
}
"""What stands below the platforms, and what each part may import besides itself."""


@pytest.mark.parametrize("module", modules().values(), ids=lambda module: module.label)
def test_imports_point_downwards(module: Module) -> None:
    """A part imports only what stands below it, and nothing a platform."""
    if module.folder not in MAY_IMPORT:  # a platform: it stands above everything
        assert module.path.parent == JARVIS, f"Where does {module.folder}/ stand?"
        return
    allowed = MAY_IMPORT[module.folder] | {module.folder}
    wrong = {name for name in module.own_imports() if _folder(name) not in allowed}
    assert not wrong


@pytest.mark.parametrize("module", PURE, ids=lambda module: module.label)
def test_pure_modules_know_no_home_assistant(module: Module) -> None:
    """The libraries within the integration work without Home Assistant."""
    through = {
        needed.label
        for needed in _closure(module)
        if any(_is_within(name, "homeassistant") for name in needed.imports())
    }
    assert not through


def test_pure_modules_exist() -> None:
    """The list of pure modules names no module that went away."""
    assert set(modules()) >= PURE_MODULES


@pytest.mark.parametrize("module", modules().values(), ids=lambda module: module.label)
def test_imports_are_installed_with_the_integration(module: Module) -> None:
    """The integration imports only what it brings or Home Assistant always has."""
    allowed = _importable()
    wrong = {name for name in module.imports() if name.partition(".")[0] not in allowed}
    assert not wrong


@pytest.mark.parametrize("module", modules().values(), ids=lambda module: module.label)
def test_nothing_outside_the_integration_is_imported(module: Module) -> None:
    """HACS copies the integration's folder and nothing else."""
    beside = {path.name for path in ROOT.iterdir() if path.is_dir()}
    wrong = {
        name
        for name in module.imports()
        if name.partition(".")[0] in beside - {"custom_components"}
        or (
            _is_within(name, "custom_components")
            and not _is_within(name, "custom_components.jarvis")
        )
    }
    assert not wrong


def _folder(name: str) -> str:
    return name.partition(".")[0]


def _is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def _closure(module: Module) -> Iterator[Module]:
    """Yield a module and all modules of the integration that it needs."""
    seen = set[str]()
    waiting = [module.name]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += modules()[name].own_imports()
            yield modules()[name]


@cache
def _importable() -> set[str]:
    """Return what may be imported: ours, the standard library, what we depend on."""
    manifest = read_json(JARVIS / "manifest.json")
    lines = list(manifest["requirements"])
    for domain in manifest.get("dependencies", []):
        path = COMPONENTS / domain / "manifest.json"
        lines += read_json(path).get("requirements", [])
    required = set[str]()
    for line in lines:
        name = Requirement(line).name
        required.add(canonicalize_name(name))
        # What a requirement needs always comes with it: httpx with ollama.
        required |= {
            canonicalize_name(needed.name)
            for needed in map(Requirement, requires(name) or [])
            if needed.marker is None or needed.marker.evaluate({"extra": ""})
        }
    installed = {
        module
        for module, distributions in packages_distributions().items()
        if required & {canonicalize_name(name) for name in distributions}
    }
    ours = {"custom_components", "homeassistant", "probatio"}
    return ours | installed | set(sys.stdlib_module_names)
