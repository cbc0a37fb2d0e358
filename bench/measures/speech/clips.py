"""What is said: the commands that the small model knows, and others, as audio."""

from array import array
from dataclasses import dataclass

from wyoming.audio import AudioChunk, AudioStart
from wyoming.tts import Synthesize, SynthesizeVoice

from wyoming_servers.tests.commands import COMMANDS

from .servers import VOICE, Server, receive

RATE, WIDTH = 16000, 2
CHUNK_SECONDS = 0.01
CHUNK = int(RATE * CHUNK_SECONDS) * WIDTH
BEFORE = 0.3
AFTER = 0.7
"""Seconds of silence that Home Assistant waits for by default."""
_AUDIBLE = 300

NAMES = {
    "en": (
        "kitchen light",
        "living room light",
        "bedroom light",
        "bedroom",
        "front door",
        "garage door",
        "blinds",
        "shopping list",
    ),
    "fr": (
        "lumière de la cuisine",
        "lumière du salon",
        "lumière de la chambre",
        "chambre",
        "porte d'entrée",
        "porte du garage",
        "volets",
        "liste de courses",
    ),
}
"""How things are called in the house of the commands."""
OTHERS = {
    "en": (
        "Turn on the fan in the office and close the curtains.",
        "Could you please turn down the radiator in the bathroom?",
        "Put bread and butter on the list for Saturday.",
        "What did we talk about yesterday evening?",
        "Is there any washing left in the machine?",
        "How long does it take to drive to the station?",
        "Set the alarm for half past six on weekdays.",
        "Tell me a story about a fox and a bear.",
        "Turn the heating down to eighteen when we leave.",
        "Who called while I was in the garden?",
        "Start the vacuum cleaner in the hall.",
        "I think the window in the attic is still open.",
    ),
    "fr": (
        "Allume le ventilateur du bureau et ferme les rideaux.",
        "Peux-tu baisser le radiateur de la salle de bains ?",
        "Mets du pain et du beurre sur la liste de samedi.",
        "De quoi avons-nous parlé hier soir ?",
        "Est-ce qu'il reste du linge dans la machine ?",
        "Combien de temps faut-il pour aller à la gare ?",
        "Règle le réveil à six heures et demie en semaine.",
        "Raconte-moi une histoire de renard et d'ours.",
        "Baisse le chauffage à dix-huit degrés quand nous partons.",
        "Qui a appelé pendant que j'étais au jardin ?",
        "Lance l'aspirateur dans le couloir.",
        "Je crois que la fenêtre du grenier est encore ouverte.",
    ),
}
"""Sentences that are none of the commands."""
SENTENCES = [(language, one) for language in COMMANDS for one in COMMANDS[language]]
FOREIGN = [(language, one) for language in OTHERS for one in OTHERS[language]]


@dataclass(frozen=True, slots=True)
class Clip:
    """A sentence as a microphone records it, up to where Home Assistant ends it."""

    language: str
    text: str
    audio: bytes
    spoken_until: float
    """Seconds to the last sample that is heard."""

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.audio) / WIDTH / RATE

    @property
    def speech(self) -> float:
        """Seconds without the silence around it."""
        return self.spoken_until - BEFORE


class Speaker:
    """Says sentences with a server's voices, each once."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._said: dict[tuple[str, str], bytes] = {}

    async def clip(self, language: str, *parts: str, pause: float = 0.0) -> Clip:
        """Return the parts of a sentence with a pause between them."""
        said = [await self._say(language, part) for part in parts]
        speech = _silence(BEFORE) + _silence(pause).join(said)
        return Clip(
            language,
            " ".join(parts),
            speech + _silence(AFTER),
            len(speech) / WIDTH / RATE,
        )

    async def _say(self, language: str, text: str) -> bytes:
        """Return the samples of words, without the silence around them."""
        if (found := self._said.get((language, text))) is not None:
            return found
        samples = array("h")
        async with self._server.client() as client:
            voice = SynthesizeVoice(name=VOICE[language])
            await client.write_event(Synthesize(text=text, voice=voice).event())
            start = await receive(client, "audio-start")
            assert AudioStart.from_event(start).rate == RATE
            while True:
                event = await receive(client, "audio-chunk", "audio-stop")
                if event.type == "audio-stop":
                    break
                samples.frombytes(AudioChunk.from_event(event).audio)
        loud = [at for at, sample in enumerate(samples) if abs(sample) > _AUDIBLE]
        audio = samples[loud[0] : loud[-1] + 1].tobytes()
        self._said[language, text] = audio
        return audio


def _silence(seconds: float) -> bytes:
    return bytes(int(seconds * RATE) * WIDTH)
