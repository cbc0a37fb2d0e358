"""Sentence templates match whole words, with every way that the notation allows."""

import pytest

from custom_components.jarvis.local.text.templates import Compiler, Template

COMPILER = Compiler(
    "en",
    rules={"turn": "turn|switch|put", "where": "[(in|at) {place}]"},
    lists={"colour": ["red", "light blue", "blue"]},
    numbers=frozenset({"percent"}),
)


def _template(sentence: str) -> Template:
    """Compile a sentence."""
    return COMPILER.template(sentence)


@pytest.mark.parametrize(
    ("sentence", "text", "slots"),
    [
        ("<turn> on {target}", "turn on the light", {"target": "the light"}),
        ("<turn> on {target}", "switch on tv", {"target": "tv"}),
        ("<turn> on {target}", "turn on", None),
        ("<turn> on {target}", "turn onthe light", None),
        ("<turn> {target} on", "turn the hall light on", {"target": "the hall light"}),
        ("[please] go", "go", {}),
        ("[please] go", "please go", {}),
        ("[please] go", "pleasego", None),
        ("(a|b) c", "b c", {}),
        ("(a;b)", "b a", {}),
        ("stop <where>", "stop in the hall", {"place": "the hall"}),
        ("stop <where>", "stop", {}),
        ("{target} to {percent}", "hall to 50", {"target": "hall", "percent": "50"}),
        ("{target} to {percent}", "hall to fifty", None),
        ("{target} {colour}", "the lamp light blue", {"target": "the lamp"}),
        ("turn off {target}", "turn off , the light ,", {"target": "the light"}),
    ],
)
def test_matches(sentence: str, text: str, slots: dict[str, str] | None) -> None:
    """A text fits from its first to its last word, or not at all."""
    found = _template(sentence).match(text)

    if slots is None:
        assert found is None
    else:
        assert found is not None
        assert slots.items() <= found.items()


def test_a_slot_may_stand_in_several_branches() -> None:
    """Only one of them is filled."""
    template = _template("(turn {target} on|turn on {target})")

    assert template.match("turn hall on") == {"target": "hall"}
    assert template.match("turn on hall") == {"target": "hall"}


def test_accents_and_case_do_not_count() -> None:
    """Data files are written as people write."""
    french = Compiler("fr", {}, {}, frozenset()).template("Éteins l'Été")

    assert french.match("eteins l ete") == {}
