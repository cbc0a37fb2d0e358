"""What tests of jarvis-piper ask of a server, and how they listen."""

from array import array
from dataclasses import dataclass, field
from typing import Any

from ..process import MODELS
from ..wire import Reply, Wire

VOICES = MODELS / "tiny-piper"
EN = VOICES / "en_US-tiny-low.onnx"
FR = VOICES / "fr_FR-tiny-low.onnx"

LONG = (
    "La lampe du salon est allumée, et celle de la cuisine est éteinte. "
    "Il fait vingt et un degrés dans la chambre. La porte du garage est fermée, "
    "mais la fenêtre du bureau est ouverte depuis une heure. Voulez-vous la fermer ? "
)


@dataclass
class Heard:
    """All that was heard of one utterance."""

    kinds: list[str] = field(default_factory=list)
    audio: bytes = b""
    rate: int = 0
    error: dict[str, Any] | None = None

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.audio) / 2 / self.rate if self.rate else 0.0

    @property
    def loudest(self) -> int:
        """The highest sample."""
        return max(map(abs, array("h", self.audio)), default=0)

    @property
    def silence_at_end(self) -> float:
        """Seconds without any sound at its end."""
        return (len(self.audio) - len(self.audio.rstrip(b"\0"))) / 2 / self.rate

    def take(self, reply: Reply) -> None:
        """Listen to an event."""
        self.kinds.append(reply.kind)
        if reply.kind == "audio-chunk":
            self.audio += reply.payload
            self.rate = reply.data["rate"]
        elif reply.kind == "error":
            self.error = reply.data


async def hear(wire: Wire, until: str) -> Heard:
    """Listen until an event of the kind, or the end."""
    heard = Heard()
    while not heard.kinds or heard.kinds[-1] not in (until, "closed"):
        heard.take(await wire.receive())
    return heard


async def speak(port: int, text: str, **voice: str) -> Heard:
    """Have a whole text spoken on a connection of its own."""
    async with Wire(port) as wire:
        await wire.send("synthesize", {"text": text, "voice": voice})
        return await hear(wire, "audio-stop")


async def stream(port: int, chunks: list[str], **voice: str) -> Heard:
    """Have a text spoken as Home Assistant streams it."""
    async with Wire(port) as wire:
        await wire.send("synthesize-start", {"voice": voice} if voice else None)
        for chunk in chunks:
            await wire.send("synthesize-chunk", {"text": chunk})
        await wire.send("synthesize", {"text": "".join(chunks), "voice": voice})
        await wire.send("synthesize-stop")
        return await hear(wire, "synthesize-stopped")
