"""Which voices stay loaded."""

import asyncio
from dataclasses import replace

import pytest

from jarvis_wyoming.piper.engine import Engine
from jarvis_wyoming.piper.shelf import Shelf
from jarvis_wyoming.piper.voices import Voice, read_voice
from jarvis_wyoming.server.errors import ServerError

from .helpers import FR

VOICE = read_voice(FR)
A, B, C = (replace(VOICE, name=name) for name in "abc")


def _load(voice: Voice) -> Engine:
    return Engine(voice, threads=1, device="cpu")


async def test_what_was_not_used_for_longest_is_put_away() -> None:
    """Given room for two voices, the third takes the place of the older one."""
    shelf = Shelf(_load, 2 * VOICE.size)
    first = await shelf.engine(A)
    await shelf.engine(B)
    assert await shelf.engine(A) is first
    await shelf.engine(C)
    assert shelf.names == ["a", "c"]


async def test_a_voice_that_is_larger_than_the_room_is_loaded_all_the_same() -> None:
    """Given too little room, one voice is there at least."""
    shelf = Shelf(_load, 1)
    await shelf.engine(A)
    await shelf.engine(B)
    assert shelf.names == ["b"]


async def test_two_who_ask_at_once_wait_for_one_loading() -> None:
    """Given two clients and one voice, it is loaded once."""
    loaded = list[str]()

    def load(voice: Voice) -> Engine:
        loaded.append(voice.name)
        return _load(voice)

    shelf = Shelf(load, 1 << 30)
    one, other = await asyncio.gather(shelf.engine(A), shelf.engine(A))
    assert one is other
    assert loaded == ["a"]


async def test_who_leaves_while_it_loads_does_not_spoil_it_for_others() -> None:
    """Given a client that hangs up, the other gets the voice."""
    shelf = Shelf(_load, 1 << 30)
    leaves = asyncio.create_task(shelf.engine(A))
    await asyncio.sleep(0)
    stays = asyncio.create_task(shelf.engine(A))
    await asyncio.sleep(0)
    leaves.cancel()
    assert (await stays).voice == A


async def test_a_failure_is_told_and_tried_again() -> None:
    """Given a loading that failed, the next one who asks tries anew."""
    tries = list[int]()

    def load(voice: Voice) -> Engine:
        tries.append(1)
        if len(tries) == 1:
            raise ServerError("no-voice", "broken")
        return _load(voice)

    shelf = Shelf(load, 1 << 30)
    with pytest.raises(ServerError, match="broken"):
        await shelf.engine(A)
    assert (await shelf.engine(A)).voice == A
