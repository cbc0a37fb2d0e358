"""Every failure has a sentence, in both languages, that says all that it can say."""

import ast
from collections.abc import Iterator
import re
from string import Formatter

import pytest

from custom_components.jarvis.errors import TurnError, async_sentence
from custom_components.jarvis.local.text.words import LANGUAGES
from custom_components.jarvis.ollama.errors import OllamaError, Reason
from homeassistant.core import HomeAssistant

from .source import JARVIS, called, calls, modules, read_json

ENDPOINT = "ollama.lan:11434"
MODEL = "gemma4:12b"
SENTENCES = {
    language: {
        key: str(text["message"])
        for key, text in read_json(JARVIS / "translations" / f"{language}.json")[
            "exceptions"
        ].items()
    }
    for language in LANGUAGES
}


def raised() -> Iterator[tuple[str, str, set[str]]]:
    """Find every `TurnError("key", given=…)` of the integration."""
    for module, call in calls():
        if called(call) != "TurnError":
            continue
        place = f"{module.label}:{call.lineno}"
        match call.args:
            case [ast.Constant(value=str() as key)]:
                yield place, key, {keyword.arg or "**" for keyword in call.keywords}
            case _:
                pytest.fail(f"{place} raises an error whose key is not written out")


def test_there_are_errors() -> None:
    """The search finds something, and only keys with a sentence."""
    keys = {key for _, key, _ in raised()}
    assert {"not_understood", "not_allowed", "internal"} <= keys
    assert keys <= SENTENCES["en"].keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_errors_give_what_their_sentences_ask_for(language: str) -> None:
    """Each error that is raised fills every placeholder of its sentence."""
    lacking = {
        f"{place} {key}": wanted
        for place, key, given in raised()
        if (wanted := placeholders(SENTENCES[language][key]) - given)
    }
    assert not lacking


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", Reason)
async def test_reasons(hass: HomeAssistant, reason: Reason, language: str) -> None:
    """What fails at an endpoint is said with what is known of it, and nothing else."""
    failure = OllamaError(reason, endpoint=ENDPOINT, model=MODEL, detail="<traceback>")

    sentence = await async_sentence(hass, language, TurnError.of(failure))

    assert sentence == SENTENCES[language][reason].format(
        endpoint=ENDPOINT, model=MODEL
    )
    assert_complete(sentence)
    assert "traceback" not in sentence


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "key", sorted({key for _, key, _ in raised()} | {str(reason) for reason in Reason})
)
async def test_sentences(hass: HomeAssistant, key: str, language: str) -> None:
    """Every sentence can be formed and spoken: no brace is left, no markup is in it."""
    given = dict.fromkeys(placeholders(SENTENCES[language][key]), ENDPOINT)
    error = TurnError(key, **given)
    sentence = await async_sentence(hass, language, error)
    assert_complete(sentence)


def test_no_sentence_is_left_over() -> None:
    """A sentence that nothing says any more is taken out."""
    used = {key for _, key, _ in raised()} | {str(reason) for reason in Reason}
    written = {
        node.value
        for module in modules().values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert SENTENCES["en"].keys() <= used | written


def test_nobody_knows_no_endpoint() -> None:
    """A sentence about no endpoint in particular names none."""
    for sentences in SENTENCES.values():
        assert not placeholders(sentences[Reason.NO_ENDPOINT])


def placeholders(text: str) -> set[str]:
    """Return the names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def assert_complete(sentence: str) -> None:
    """Check that a sentence is one that can be read aloud."""
    assert not re.search(r"[{}<>*_`#\[\]]|None|\s{2}", sentence)
    assert sentence[0].isupper() or sentence.startswith(ENDPOINT)
    assert sentence.endswith(".")
