"""What is said to both stacks, and what the scripted model answers who asks it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests.voice.sentences import house as whole_house

LANGUAGES = ("en", "fr")


class Case(StrEnum):
    """Kinds of sentences."""

    COMMAND_DECLINED = "command_declined"
    """A command that Home Assistant's strict sentences do not know."""
    COMMAND_TAKEN = "command_taken"
    """One that they know."""
    STATE_QUESTION = "state_question"
    """They know it, but leave it to an agent that controls the house."""
    CHAT = "chat"
    """Nobody but the model answers it, with eighty words."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, of those that the small Whisper knows."""

    language: str
    text: str
    before: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """States that are not as in the house."""
    leaves: Mapping[str, Any] = field(default_factory=dict)
    """A state that is to be so afterwards, whoever did it."""


def _is(entity_id: str, state: str) -> dict[str, Mapping[str, str]]:
    return {entity_id: {"state": state}}


SAID: Mapping[Case, Mapping[str, Sequence[Sentence]]] = {
    Case.COMMAND_DECLINED: {
        "en": (
            Sentence(
                "en",
                "Close the blinds.",
                leaves={"cover.bedroom": "closed"},
            ),
            Sentence(
                "en",
                "Play some music.",
                before=_is("media_player.living", "paused"),
                leaves={"media_player.living": "playing"},
            ),
        ),
        "fr": (
            Sentence(
                "fr",
                "Ferme la porte d'entrée.",
                before=_is("lock.door", "unlocked"),
                leaves={"lock.door": "locked"},
            ),
            Sentence(
                "fr",
                "Mets de la musique.",
                before=_is("media_player.living", "paused"),
                leaves={"media_player.living": "playing"},
            ),
        ),
    },
    Case.COMMAND_TAKEN: {
        "en": (
            Sentence(
                "en", "Turn on the kitchen light.", leaves={"light.kitchen": "on"}
            ),
            Sentence("en", "Open the garage door.", leaves={"cover.garage": "open"}),
        ),
        "fr": (
            Sentence(
                "fr", "Allume la lumière de la cuisine.", leaves={"light.kitchen": "on"}
            ),
            Sentence(
                "fr", "Ouvre la porte du garage.", leaves={"cover.garage": "open"}
            ),
        ),
    },
    Case.STATE_QUESTION: {
        "en": (
            Sentence("en", "Is the front door locked?"),
            Sentence("en", "What is the temperature in the bedroom?"),
        ),
        "fr": (
            Sentence("fr", "Est-ce que la porte d'entrée est fermée ?"),
            Sentence("fr", "Quelle est la température dans la chambre ?"),
        ),
    },
    Case.CHAT: {
        "en": (Sentence("en", "Good night."),),
        "fr": (Sentence("fr", "Bonne nuit."),),
    },
}

CHAT = {
    "en": (
        "Good night, and sleep well after this long day that you spent at the desk"
        " again. I have turned the heating down a little, because it will stay mild"
        " until the morning. The first appointment tomorrow is at nine, which leaves"
        " time for breakfast and for the paper. It may rain a bit around noon, so that"
        " an umbrella will certainly do no harm. If you wake up during the night, just"
        " say a word and I will light up."
    ),
    "fr": (
        "Bonne nuit, et dormez bien après cette longue journée que vous avez encore"
        " passée au bureau. J'ai baissé un peu le chauffage, parce qu'il fera plutôt"
        " doux jusqu'à demain matin chez vous. Le premier rendez-vous de demain est à"
        " neuf heures, ce qui laisse le temps de déjeuner. Il pleuvra peut-être un peu"
        " vers midi, et un parapluie ne sera donc pas de trop. Si vous vous réveillez"
        " pendant la nuit, dites juste un seul mot et j'allume le couloir."
    ),
}
"""Eighty words in five sentences of sixteen, as a model says them."""
WARMING = {
    "en": "Tell me something about the sea.",
    "fr": "Raconte-moi quelque chose sur la mer.",
}
"""What nobody understands but the model, which answers it with two words."""


def house() -> dict[str, Any]:
    """Return the description of the house that is spoken to."""
    return whole_house()


def script() -> list[dict[str, Any]]:
    """Return what the model does: it calls a tool and says so, or it chats."""
    acts = (
        *_act(
            "close the blinds",
            ("HassTurnOff", {"domain": ["cover"], "area": "Chambre"}),
            "The blinds in the bedroom are closed.",
        ),
        *_act(
            "play some music",
            ("HassMediaUnpause", {"area": "Salon"}),
            "The music is playing in the living room.",
        ),
        *_act(
            "ferme la porte d'entrée",
            ("HassTurnOn", {"domain": ["lock"], "name": "Porte d'entrée"}),
            "La porte d'entrée est maintenant verrouillée.",
        ),
        *_act(
            "mets de la musique",
            ("HassMediaUnpause", {"area": "Salon"}),
            "La musique joue maintenant dans le salon.",
        ),
        *_act(
            "turn on the kitchen light",
            ("HassTurnOn", {"domain": ["light"], "area": "Cuisine"}),
            "The light in the kitchen is on.",
        ),
        *_act(
            "open the garage door",
            ("HassTurnOn", {"domain": ["cover"], "name": "Porte du garage"}),
            "The garage door is opening now.",
        ),
        *_act(
            "allume la lumière de la cuisine",
            ("HassTurnOn", {"domain": ["light"], "area": "Cuisine"}),
            "La lumière de la cuisine est allumée.",
        ),
        *_act(
            "ouvre la porte du garage",
            ("HassTurnOn", {"domain": ["cover"], "name": "Porte du garage"}),
            "La porte du garage est en train de s'ouvrir.",
        ),
        *_ask(
            "is the front door locked",
            ("lock", "Entrée"),
            r"entrée[^\n]*(?P<state>locked)",
            "Yes, the front door is locked.",
        ),
        *_ask(
            "temperature in the bedroom",
            ("sensor", "Chambre"),
            r"température de la chambre[^\n]*17",
            "It is seventeen and a half degrees in the bedroom.",
        ),
        *_ask(
            "porte d'entrée est fermée",
            ("lock", "Entrée"),
            r"entrée[^\n]*(?P<state>locked|verrouill)",
            "Oui, la porte d'entrée est verrouillée.",
        ),
        *_ask(
            "température dans la chambre",
            ("sensor", "Chambre"),
            r"température de la chambre[^\n]*17",
            "Il fait dix-sept degrés et demi dans la chambre.",
        ),
    )
    return [
        *acts,
        {"said": "bonne nuit", "say": CHAT["fr"]},
        {"said": "good night", "say": CHAT["en"]},
        {"say": "All right."},
    ]


def _act(
    said: str, call: tuple[str, dict[str, Any]], then: str
) -> tuple[dict[str, Any], ...]:
    """Call a tool, then say that it is done."""
    name, arguments = call
    return (
        {
            "said": said,
            "round": 0,
            "call": [{"name": name, "arguments": arguments}],
        },
        {"said": said, "failed": False, "say": then},
    )


def _ask(
    said: str, where: tuple[str, str], known: str, answer: str
) -> tuple[dict[str, Any], ...]:
    """Answer from the context where that has the state; look it up otherwise."""
    domain, area = where
    call = {
        "name": "GetLiveContext",
        "arguments": {"domain": domain, "area": area},
    }
    return (
        {
            "said": said,
            "round": 0,
            "needs": known,
            "say": answer,
            "otherwise": {"call": [call]},
        },
        {"said": said, "failed": False, "say": answer},
    )
