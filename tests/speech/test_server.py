"""Where a server is, and what it says of itself."""

import asyncio

import pytest

from custom_components.jarvis.speech.errors import Reason, SpeechError
from custom_components.jarvis.speech.offer import Offer
from custom_components.jarvis.speech.server import Address, Server

from .conftest import HASTE
from .servers import Start


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("nas:10300", Address("nas", 10300)),
        (" tcp://NAS:10300/ ", Address("nas", 10300)),
        ("192.168.1.20:10200", Address("192.168.1.20", 10200)),
        ("tcp://[fd00::2]:10200", Address("fd00::2", 10200)),
        ("", None),
        ("nas", None),
        ("nas:0", None),
        ("nas:99999", None),
        ("nas:port", None),
        (":10300", None),
        ("na s:10300", None),
        ("http://nas:10300", None),
        ("tcp://me:word@nas:10300", None),
        ("tcp://nas:10300/path", None),
        ("fd00::2:10200", None),
    ],
)
def test_addresses(text: str, address: Address | None) -> None:
    """They are read as people write them."""
    assert Address.parse(text) == address


@pytest.mark.parametrize("host", ["nas", "192.168.1.20", "fd00::2"])
def test_addresses_are_read_again(host: str) -> None:
    """What people are shown they may enter."""
    assert Address.parse(str(Address(host, 10300))) == Address(host, 10300)


async def test_describe(start: Start) -> None:
    """It says which languages it hears and which voices it has."""
    scripted = await start(
        hears=["fr", "en"],
        voices={"amy": ["en_GB"], "siwis": ["fr_FR"]},
        streams=True,
        needs_vad=False,
    )

    offer = await Server(scripted.address).describe()

    assert offer.ears
    assert (offer.ears.languages, offer.ears.needs_vad) == (("fr", "en"), False)
    assert offer.mouth
    assert offer.mouth.streams
    assert [(one.name, one.label) for one in offer.mouth.voices] == [
        ("amy", "Voice amy"),
        ("siwis", "Voice siwis"),
    ]


async def test_ears_alone(start: Start) -> None:
    """What it does not offer is not there."""
    scripted = await start(hears=["fr"])

    assert (await Server(scripted.address).describe()).mouth is None


async def test_unreachable(start: Start) -> None:
    """Nobody listens there."""
    scripted = await start(hears=["fr"])
    await scripted.stop()

    assert await failure(Server(scripted.address)) is Reason.UNREACHABLE
    await scripted.start()


async def test_mute(start: Start) -> None:
    """Nothing is waited for for ever."""
    scripted = await start(hears=["fr"], is_mute=True)

    assert await failure(Server(scripted.address, HASTE)) is Reason.STALLED


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", Reason.NOT_WYOMING),
        (b'{"type": "info", "data": {"asr": 3}}\n', Reason.NOT_WYOMING),
        (b'{"type": "info", "data": {"asr": [{}]}}\n', Reason.NOT_WYOMING),
        (b'{"type": "error", "data": {"text": "no"}}\n', Reason.SERVER_ERROR),
        (b'["info"]\n', Reason.NOT_WYOMING),
        (b'{"type": "info", "data_length": 99}\n{', Reason.INTERRUPTED),
        (b"", Reason.INTERRUPTED),
    ],
)
@pytest.mark.usefixtures("socket_enabled")
async def test_others(answer: bytes, reason: Reason) -> None:
    """Whatever answers there is told by its cause."""

    async def handle(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.readline()
        writer.write(answer)
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        assert await failure(Server(Address("127.0.0.1", port))) is reason


async def test_closed(start: Start) -> None:
    """Nothing begins any more at a server that was told to end."""
    scripted = await start(hears=["fr"])
    server = Server(scripted.address)
    server.close()

    assert await failure(server) is Reason.INTERRUPTED
    assert not scripted.described


async def failure(server: Server) -> Reason:
    """Return why a server did not say what it offers."""
    try:
        offer: Offer = await server.describe()
    except SpeechError as err:
        return err.reason
    raise AssertionError(offer)
