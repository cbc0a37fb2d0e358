"""How the memory is set up: by which model, for how long, and with which copy."""

import pytest

from custom_components.jarvis.memory_flow import MemoryFlow
from custom_components.jarvis.store.errors import Reason
from homeassistant.data_entry_flow import FlowResultType

from .house import Jarvis
from .ollama_server import Kind
from .postgres_server import HOST, Server
from .walk import TEXTS, Walk


async def _memory(jarvis: Jarvis) -> Walk:
    """Come to what is remembered."""
    walk = await Walk.set_options(jarvis.hass, jarvis.entry)
    return await walk.choose("memory")


async def _second_home(jarvis: Jarvis) -> Walk:
    """Come to the address of the second home."""
    walk = await Walk.set_options(jarvis.hass, jarvis.entry)
    return await walk.choose("second_home")


async def test_what_is_remembered(jarvis: Jarvis) -> None:
    """Models that embed are offered first; all is applied without a reload."""
    jarvis.ollama.models.install("embeddinggemma")
    walk = await _memory(jarvis)
    offered = walk.options("embedding_model")
    await walk.fill(embedding_model="bge-m3", learn=False, keep_turns_days=30.0)

    assert offered[0] == "embeddinggemma:latest"
    assert "embeddinggemma" not in offered
    assert "bge-m3" in offered
    assert walk.result["type"] is FlowResultType.CREATE_ENTRY
    assert jarvis.entry.options == {
        "embedding_model": "bge-m3",
        "learn": False,
        "keep_turns_days": 30,
    }
    assert jarvis.entry.runtime_data.embedding.chosen == "bge-m3"


async def test_what_was_set_is_shown_and_can_be_emptied(jarvis: Jarvis) -> None:
    """The form shows what holds; an empty field takes it back."""
    await (await _memory(jarvis)).fill(
        embedding_model="bge-m3", guest_entity="input_boolean.invites"
    )
    walk = await _memory(jarvis)
    assert walk.suggested["embedding_model"] == "bge-m3"
    assert walk.suggested["guest_entity"] == "input_boolean.invites"
    await walk.fill_only(learn=True, keep_turns_days=365)

    assert jarvis.entry.options == {"learn": True, "keep_turns_days": 365}


async def test_without_any_endpoint(jarvis_alone: Jarvis) -> None:
    """Models that are known to do well are offered where none can be asked."""
    walk = await _memory(jarvis_alone)

    assert "bge-m3" in walk.options("embedding_model")


async def test_while_ollama_is_down(jarvis: Jarvis) -> None:
    """The form says why what is installed is not among the models."""
    jarvis.ollama.models.install("embeddinggemma")
    jarvis.ollama.faults.set(Kind.DOWN)
    walk = await _memory(jarvis)

    assert walk.errors == {"base": "endpoint_silent"}
    assert "embeddinggemma" in walk.options("embedding_model")
    await walk.fill(embedding_model="bge-m3")
    assert jarvis.entry.options["embedding_model"] == "bge-m3"


async def test_a_second_home(jarvis_alone: Jarvis, server: Server) -> None:
    """Given a good database, then its address is kept, and can be emptied."""
    url = server.url(server.new_database())
    walk = await (await _second_home(jarvis_alone)).fill(second_home=url)
    assert walk.result["type"] is FlowResultType.CREATE_ENTRY
    kept = dict(jarvis_alone.entry.options)
    await (await _second_home(jarvis_alone)).fill_only()

    assert kept == {"second_home": url}
    assert jarvis_alone.entry.options == {}


async def test_wrong_addresses(jarvis_alone: Jarvis, server: Server) -> None:
    """Each cause is told apart, with the way to mend it, and can be corrected."""
    good = server.url(server.new_database())
    server.sql("CREATE ROLE guest LOGIN NOSUPERUSER")
    closed = server.new_database()
    server.sql(f"REVOKE ALL ON DATABASE {closed} FROM PUBLIC")
    server.sql(f"GRANT CONNECT ON DATABASE {closed} TO guest")
    walk = await _second_home(jarvis_alone)
    wrong = {
        "mysql://paul@nas/jarvis": "postgres_url",
        f"postgresql://paul@{HOST}:9/jarvis": "postgres_unreachable",
        f"{good}?sslmode=require": "postgres_tls",
        server.url("no_such_database"): "postgres_no_database",
        server.url(closed, "guest"): "postgres_vector_rights",
        server.url("postgres", "nobody"): "postgres_login",
    }
    told = {}
    for url in wrong:
        await walk.fill(second_home=url)
        told[url] = walk.errors["base"]
        assert walk.suggested["second_home"] == url
    await walk.fill(second_home=good)

    assert told == wrong
    assert walk.result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("reason", Reason)
def test_every_cause_has_words(reason: Reason) -> None:
    """Whatever a server reports has a text."""
    assert MemoryFlow.error_of(reason) in TEXTS["options"]["error"]
