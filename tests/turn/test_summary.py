"""A long conversation is summed up in the background before its past is given up."""

from custom_components.jarvis.const import CONF_HISTORY_TOKENS
from homeassistant.core import HomeAssistant

from ..conftest import MODEL, async_prepared, async_settle
from ..house import Jarvis
from ..ollama_server import ScriptedOllama, load_script
from .requests import turns

SCRIPT = [
    {"said": "sum up this conversation", "say": "They talked about the boiler."},
    {"say": "The boiler was serviced in March and is fine, as far as I can tell. " * 3},
]


async def test_what_is_cut_off_is_told_in_short(
    home: HomeAssistant, ollama: ScriptedOllama
) -> None:
    """Given a small budget, the summary stands in front once the past is cut."""
    agent = {"model": MODEL, "prefer_local": False, CONF_HISTORY_TOKENS: 300}
    entry = await async_settle(home, [ollama.url], agent)
    await async_prepared(entry, ollama)
    ollama.script = load_script(SCRIPT)
    jarvis = Jarvis(home, entry, ollama)

    for number in range(8):
        await jarvis.say(f"Story {number} about the boiler", conversation_id="long")
        await home.async_block_till_done()

    asked = turns(jarvis)
    firsts = [request["messages"][1]["content"] for request in asked]
    cuts = [first for first in firsts if first.startswith("<earlier>")]
    assert cuts
    assert "They talked about the boiler." in cuts[0]
    # It stays as it is until the next cut.
    assert len(set(firsts)) < len(firsts) / 2 + 1
    await home.config_entries.async_unload(entry.entry_id)
