"""What Jarvis says in the user interface: complete, clean and in both languages."""

import ast
from collections.abc import Iterator
import re
from typing import Any

import pytest

from .source import JARVIS, called, calls, literal, modules, read_json

FOLDER = JARVIS / "translations"
LANGUAGES = ["en", "fr"]
SECTIONS = {
    "config",
    "config_subentries",
    "device",
    "entity",
    "exceptions",
    "issues",
    "options",
    "selector",
    "services",
    "system_health",
    "title",
}
UNCLEAN = {
    "HTML": re.compile(r"</?[a-z!]", re.IGNORECASE),
    "an address, which belongs into a placeholder": re.compile(r"https?://|www\."),
    "a placeholder in single quotes": re.compile(r"'\{[^}]*\}'"),
    "space at an edge": re.compile(r"^\s|\s$"),
    "a reference that nothing resolves": re.compile(r"\[%key:"),
    "a placeholder that is no name": re.compile(r"\{(?![a-z_][a-z0-9_]*\})"),
    "nothing": re.compile(r"^$"),
}


@pytest.fixture(name="texts", params=LANGUAGES)
def texts_fixture(request: pytest.FixtureRequest) -> dict[str, str]:
    """Every text of one language by its place: `config.step.user.title`."""
    return dict(_walk(read_json(FOLDER / f"{request.param}.json")))


@pytest.fixture(name="english")
def english_fixture() -> dict[str, Any]:
    """The English texts as they are nested."""
    return read_json(FOLDER / "en.json")


def test_languages_are_these() -> None:
    """A new language joins the tests when its file comes."""
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == LANGUAGES


def test_sections_and_keys(texts: dict[str, str]) -> None:
    """Home Assistant knows every section and every key is a slug."""
    assert not {key.partition(".")[0] for key in texts} - SECTIONS
    slug = re.compile(r"(?!.*__)[a-z0-9][a-z0-9_-]*(?<![_-])")
    keys = {part for key in texts for part in key.split(".")}
    assert not {key for key in keys if not slug.fullmatch(key)}


@pytest.mark.parametrize("unclean", UNCLEAN)
def test_texts_are_clean(texts: dict[str, str], unclean: str) -> None:
    """No text holds what Home Assistant would refuse or show as it is."""
    pattern = UNCLEAN[unclean]
    assert not {key: text for key, text in texts.items() if pattern.search(text)}


def test_languages_say_the_same() -> None:
    """French has the keys of English and fills in the same placeholders."""
    english, french = (
        dict(_walk(read_json(FOLDER / f"{language}.json"))) for language in LANGUAGES
    )
    assert french.keys() == english.keys()
    differing = {
        key
        for key, text in english.items()
        if _placeholders(text) != _placeholders(french[key])
    }
    assert not differing


def test_french_is_not_english() -> None:
    """A long text that is the same in both languages was not translated."""
    english, french = (
        dict(_walk(read_json(FOLDER / f"{language}.json"))) for language in LANGUAGES
    )
    same = {key for key, text in english.items() if french.get(key) == text}
    assert not {key for key in same if len(english[key].split()) > 3}


def test_descriptions_describe_fields(english: dict[str, Any]) -> None:
    """Whatever data_description describes is a field of the same form."""
    for place, form in _forms(english):
        described = form.get("data_description", {}).keys()
        assert described <= form.get("data", {}).keys(), place


def test_translation_keys_exist(english: dict[str, Any]) -> None:
    """Every translation_key that is written out in Python has its text."""
    missing = {
        f"{module.label}:{call.lineno} {key}"
        for module, call in calls()
        if (key := literal(call, "translation_key"))
        and key not in _known_keys(english, called(call))
    }
    missing |= {
        f"{module.label}:{node.lineno} {node.value.value}"
        for module in modules().values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and _assigned(node) == "_attr_translation_key"
        and node.value.value not in _entities(english)
    }
    assert not missing


def test_flow_texts_exist(english: dict[str, Any]) -> None:
    """Every step, error and reason to abort that is written out has its text."""
    flows = [english.get("config", {}), english.get("options", {})]
    flows += english.get("config_subentries", {}).values()
    flows += [issue.get("fix_flow", {}) for issue in english.get("issues", {}).values()]
    known = {
        kind: {key for flow in flows for key in flow.get(kind, {})}
        for kind in ("step", "error", "abort", "progress")
    }
    missing = {
        f"{place} {kind} {key}"
        for place, kind, key in _flow_keys()
        if key not in known[kind]
    }
    assert not missing


def _walk(value: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text with its place."""
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield from _walk(inner, f"{path}{key}.")
        else:
            yield f"{path}{key}", inner


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def _forms(value: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every object that may describe fields: steps and their sections."""
    yield path, value
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield from _forms(inner, f"{path}.{key}")


def _known_keys(english: dict[str, Any], function: str) -> set[str]:
    """Return where a call may find its translation_key."""
    if function == "async_create_issue":
        return set(english.get("issues", {}))
    if function.startswith("SelectSelectorConfig"):
        return set(english.get("selector", {}))
    if function.endswith(("Description", "DeviceInfo")):
        return _entities(english) | set(english.get("device", {}))
    return set(english.get("exceptions", {}))


def _entities(english: dict[str, Any]) -> set[str]:
    """Return the keys of all entities' texts; some have an icon and no text."""
    path = JARVIS / "icons.json"
    icons = read_json(path).get("entity", {}) if path.exists() else {}
    kinds = [*english.get("entity", {}).values(), *icons.values()]
    return {key for kind in kinds for key in kind}


def _assigned(node: ast.Assign | ast.AnnAssign) -> str:
    """Return the name of the attribute that is assigned."""
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
    return ast.unparse(target).rpartition(".")[2]


def _flow_keys() -> Iterator[tuple[str, str, str]]:
    """Yield place, kind and key of what the flows write out."""
    for module, call in calls():
        place = f"{module.label}:{call.lineno}"
        for keyword, kind in (
            ("step_id", "step"),
            ("reason", "abort"),
            ("progress_action", "progress"),
        ):
            key = literal(call, keyword)
            if key and called(call).startswith("async_"):
                yield place, kind, key
    for module in modules().values():
        if "flow" not in module.name:
            continue
        for node in ast.walk(module.tree):
            for key in _errors(node):
                yield module.label, "error", key


def _errors(node: ast.AST) -> Iterator[str]:
    """Yield the errors that a form is given: `errors["base"] = …`, `{"base": …}`."""
    match node:
        case ast.Assign(
            targets=[ast.Subscript(value=ast.Name(id=name))],
            value=ast.Constant(value=str() as key),
        ) if "error" in name:
            yield key
        case ast.Dict(keys=keys, values=values):
            for field, value in zip(keys, values, strict=True):
                match field, value:
                    case ast.Constant(value="base"), ast.Constant(value=error):
                        yield str(error)
