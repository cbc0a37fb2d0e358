"""The report on a real Ollama, tried at a scripted one."""

from tests.ollama_server import ScriptedOllama

from .conftest import Bench


async def test_report(bench: Bench, ollama: ScriptedOllama) -> None:
    """Given a server with one model, the report has the model and all figures."""
    figures, table = await bench("real", "--ollama", ollama.url, "--commands", "1")

    assert figures["model"] == "scripted:latest"
    assert figures["version"] == ollama.version
    for language in ("en", "fr"):
        assert figures[f"commands.{language}"] == 1
        assert figures[f"right.{language}"] == 1
        assert figures[f"core.right.{language}"] == 1
    for name in (
        "prompt_tokens",
        "prompt_s.cold",
        "prompt_s.warm",
        "prompt_s.second_turn",
        "first_word_s.warm",
        "first_word_s.commands",
        "turn_s.commands",
    ):
        assert figures[name] > 0
        assert figures[f"core.{name}"] > 0
    assert "Allume la lumière du salon." in table
