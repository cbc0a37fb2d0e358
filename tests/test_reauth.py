"""An endpoint lets Jarvis in no more: the owner is asked, and all is well again."""

from collections.abc import Mapping

import pytest

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from .conftest import MODEL, async_settle
from .house import Jarvis
from .idle import async_idle
from .ollama_server import Kind, ScriptedOllama, load_script
from .walk import Walk

TOKEN = {"token": "a new secret"}
LOGIN = {"username": "me", "password": "a word"}


async def test_refused_at_set_up(bare: HomeAssistant, ollama: ScriptedOllama) -> None:
    """Jarvis is set up nevertheless; wrong credentials, then right ones."""
    ollama.auth = "a new secret"
    entry = await async_settle(bare, [ollama.url], {"model": MODEL})
    await async_idle(entry, bare)
    assert entry.state is ConfigEntryState.LOADED

    walk = await Walk.reauth(bare)
    assert walk.step == "reauth_confirm"
    assert walk.result["description_placeholders"]["endpoint"] == ollama.url
    walk = await walk.fill(token="an old secret")
    assert walk.errors == {"base": "unauthorized"}
    walk = await walk.fill(**TOKEN)
    await async_idle(entry, bare)

    assert walk.ended == "reauth_successful"
    assert entry.data["endpoints"] == [
        {"url": ollama.url, "verify_ssl": True, "token": "a new secret"}
    ]
    assert not bare.config_entries.flow.async_progress()
    assert ollama.requests[-1].status == 200


@pytest.mark.parametrize(
    ("auth", "right"), [("a new secret", TOKEN), (("me", "a word"), LOGIN)]
)
async def test_refused_in_a_turn(
    jarvis_model_only: Jarvis,
    auth: str | tuple[str, str],
    right: Mapping[str, str],
) -> None:
    """A secret that is changed while Jarvis runs: the turn says so and asks for it."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script([{"say": "Here I am."}])
    await async_idle(jarvis.entry, jarvis.hass)
    assert not jarvis.hass.config_entries.flow.async_progress()
    jarvis.ollama.auth = auth

    reply = await jarvis.say("Are you there?")
    await jarvis.say("Are you really there?")

    assert reply.error == "unauthorized"
    walk = await Walk.reauth(jarvis.hass)
    assert (await walk.fill(**right)).ended == "reauth_successful"
    await jarvis.hass.async_block_till_done()
    assert (await jarvis.say("Are you there?")).speech == "Here I am."


async def test_one_of_two_is_refused(
    bare: HomeAssistant, ollama: ScriptedOllama, spare: ScriptedOllama
) -> None:
    """Only the endpoint that refuses is given other credentials."""
    spare.auth = ("me", "a word")
    entry = await async_settle(bare, [ollama.url, spare.url], {"model": MODEL})
    old = {**entry.data["endpoints"][1], "token": "an old secret"}
    bare.config_entries.async_update_entry(
        entry, data={"endpoints": [entry.data["endpoints"][0], old]}
    )
    await async_idle(entry, bare)

    walk = await Walk.reauth(bare)
    assert walk.result["description_placeholders"]["endpoint"] == spare.url
    walk = await walk.fill(**LOGIN)
    await bare.async_block_till_done()

    assert walk.ended == "reauth_successful"
    # The login stands in the place of the token: sent together they exclude each other.
    assert entry.data["endpoints"] == [
        {"url": ollama.url, "verify_ssl": True},
        {"url": spare.url, "verify_ssl": True, **LOGIN},
    ]


async def test_down_while_the_owner_types(
    bare: HomeAssistant, ollama: ScriptedOllama
) -> None:
    """Another failure than the credentials is told as what it is."""
    ollama.auth = "a new secret"
    entry = await async_settle(bare, [ollama.url], {"model": MODEL})
    await async_idle(entry, bare)
    walk = await Walk.reauth(bare)

    ollama.faults.set(Kind.DOWN)
    walk = await walk.fill(**TOKEN)
    assert walk.errors == {"base": "unreachable"}

    ollama.faults.clear()
    assert (await walk.fill(**TOKEN)).ended == "reauth_successful"
    await bare.async_block_till_done()


async def test_all_is_well_meanwhile(jarvis_model_only: Jarvis) -> None:
    """A refusal that is over when it is looked at bothers nobody."""
    jarvis = jarvis_model_only
    jarvis.ollama.faults.set(Kind.UNAUTHORIZED, path="/api/chat", times=1)

    assert (await jarvis.say("Are you there?")).error == "unauthorized"
    assert not jarvis.hass.config_entries.flow.async_progress()

    result = await jarvis.entry.start_reauth_flow(jarvis.hass)
    assert result["reason"] == "all_authorized"
