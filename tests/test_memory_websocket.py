"""What the card asks of the memory, and what it gets of whom."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.jarvis.memory.records import Fact, Turn
from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .house import Jarvis

type Ask = Callable[..., Awaitable[dict[str, Any]]]

KEY = Fact(text="The key is in the blue drawer", owner="ann")
HOUSE = Fact(text="The bin goes out on Monday")
SECRET = Fact(text="The present is a bicycle", owner="ben")


@pytest.fixture
async def persons(jarvis_alone: Jarvis) -> dict[str, User]:
    """Return Ann, an administrator called Ben, and what each of them told."""
    hass = jarvis_alone.hass
    ann = await hass.auth.async_create_user("Ann", group_ids=["system-users"])
    ben = await hass.auth.async_create_user("Ben", group_ids=["system-admin"])
    config = [
        {"id": "ann", "name": "Ann", "user_id": ann.id},
        {"id": "ben", "name": "Ben", "user_id": ben.id},
    ]
    assert await async_setup_component(hass, "person", {"person": config})
    await hass.async_block_till_done()
    repository = jarvis_alone.entry.runtime_data.memory.repository
    await repository.add_facts([KEY, HOUSE, SECRET])
    await repository.add_turn(Turn(conversation="c", said="Hello", owner="ann"))
    return {"ann": ann, "ben": ben}


async def _asking(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, user: User
) -> Ask:
    """Return how a user asks."""
    token = await hass.auth.async_create_refresh_token(user, "http://client")
    client = await hass_ws_client(hass, hass.auth.async_create_access_token(token))

    async def ask(command: str, **more: Any) -> dict[str, Any]:
        await client.send_json_auto_id({"type": f"jarvis/memory/{command}", **more})
        while True:
            answer: dict[str, Any] = await client.receive_json()
            if answer["type"] == "result":
                return answer
            events.append(answer["event"])

    events: list[Any] = []
    ask.events = events  # type: ignore[attr-defined]
    return ask


@pytest.fixture
async def ann(
    jarvis_alone: Jarvis,
    hass_ws_client: WebSocketGenerator,
    persons: dict[str, User],
    socket_enabled: None,
) -> Ask:
    """Return how Ann asks."""
    return await _asking(jarvis_alone.hass, hass_ws_client, persons["ann"])


@pytest.fixture
async def ben(
    jarvis_alone: Jarvis,
    hass_ws_client: WebSocketGenerator,
    persons: dict[str, User],
    socket_enabled: None,
) -> Ask:
    """Return how Ben asks, who is an administrator."""
    return await _asking(jarvis_alone.hass, hass_ws_client, persons["ben"])


def _texts(answer: dict[str, Any]) -> set[str]:
    return {one["text"] for one in answer["result"]["memories"]}


async def test_own_and_the_households(ann: Ask, ben: Ask) -> None:
    """Given memories of three, then each sees their own and the household's."""
    assert _texts(await ann("list")) == {KEY.text, HOUSE.text}
    assert _texts(await ben("list")) == {SECRET.text, HOUSE.text}
    assert _texts(await ann("list", kind="turn")) == {"Hello"}
    assert _texts(await ann("list", text="drawer")) == {KEY.text}
    assert _texts(await ann("search", text="the blue drawer")) == {KEY.text}
    assert _texts(await ben("search", text="the blue drawer")) == set()
    counts = (await ann("counts"))["result"]
    assert counts == {"turns": 1, "facts": 2, "past_facts": 0}


async def test_pages(ann: Ask) -> None:
    """Given more than a page, then the next one goes on."""
    first = (await ann("list", limit=1))["result"]
    second = (await ann("list", limit=1, offset=1))["result"]

    assert (first["more"], second["more"]) == (True, False)
    assert {first["memories"][0]["text"], second["memories"][0]["text"]} == {
        KEY.text,
        HOUSE.text,
    }


@pytest.mark.parametrize(
    ("command", "more"),
    [
        ("list", {"person": "person.ann"}),
        ("search", {"text": "drawer", "person": "person.ann"}),
        ("counts", {"person": "person.ann"}),
        ("history", {"memory_id": KEY.id}),
        ("edit", {"memory_id": KEY.id, "text": "The key is lost"}),
        ("delete", {"memory_ids": [KEY.id], "dry_run": True}),
    ],
)
async def test_not_even_an_administrator_reads_it(
    ben: Ask, command: str, more: dict[str, Any]
) -> None:
    """Given somebody else's memory, then it is neither told nor changed."""
    answer = await ben(command, **more)

    assert not answer["success"]
    assert "drawer" not in str(answer)


async def test_deleted(ann: Ask, ben: Ask) -> None:
    """Given memories, then one's own go, and an administrator deletes any."""
    assert not (await ann("delete", memory_ids=[SECRET.id]))["success"]
    assert (await ben("delete", memory_ids=[KEY.id]))["result"] == {"forgotten": 1}
    assert _texts(await ann("delete", memory_ids=[HOUSE.id], dry_run=True)) == {
        HOUSE.text
    }
    assert (await ann("delete", memory_ids=[HOUSE.id]))["result"] == {"forgotten": 1}
    assert _texts(await ann("list", past=True)) == set()


async def test_edited(ann: Ask) -> None:
    """Given a fact, then another sentence takes its place, and the past stays."""
    edited = (await ann("edit", memory_id=KEY.id, text="The key is lost"))["result"]

    assert _texts(await ann("list")) == {"The key is lost", HOUSE.text}
    history = (await ann("history", memory_id=edited["id"]))["result"]["memories"]
    assert [one["text"] for one in history] == ["The key is lost", KEY.text]
    refused = await ann("edit", memory_id=edited["id"], text="The gate code is 4825")
    assert refused["error"]["translation_key"] == "memory_secret"
    gone = await ann("edit", memory_id="gone", text="x")
    assert gone["error"]["translation_key"] == "unknown_memory"


async def test_told_of_changes(ann: Ask) -> None:
    """Given a subscription, then a sign comes after each change, without words."""
    await ann("subscribe")
    await ann("edit", memory_id=KEY.id, text="The key is lost")
    await ann("counts")

    assert ann.events == [{"changed": True}]  # type: ignore[attr-defined]


async def test_unknown_person(ann: Ask) -> None:
    """Given nobody of this name, then that is said."""
    answer = await ann("list", person="person.nobody")
    assert answer["error"]["translation_key"] == "unknown_person"
