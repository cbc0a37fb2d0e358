"""Replies of models, and how it shows that a part of one is missing or came twice."""

from collections import Counter
from itertools import groupby
import re

TEXTS = {
    "french": (
        "Il fait vingt et un degrés dans le salon, et le volet est ouvert. La porte "
        "d'entrée est verrouillée depuis ce matin. Voulez-vous que je baisse le "
        "chauffage ? Dehors, l'air est plus frais qu'hier, mais il ne pleut pas."
    ),
    "english": (
        "It is twenty-one degrees in the living room, and the blind is open. The front "
        "door has been locked since this morning. Shall I turn the heating down? "
        "Outside the air is cooler than yesterday, but it isn't raining."
    ),
    "list": (
        "Voici ce qui est allumé :\n1. La lumière du salon\n2. La lumière de la "
        "cuisine\n3. La machine à café\n\nTout le reste est éteint. Bonne soirée !"
    ),
    "numbers": (
        "Le code est 4 8 15 16 23 42. Il reste 3,5 litres, soit 12 % de moins que les "
        "4,0 litres d'hier. À 18 h 30, il fera 7 °C ; demain à 6 h 45, 2 °C."
    ),
    "repeated": (
        "Non, non, ce n'est pas très très grave. La porte du garage est fermée. La "
        "porte du jardin est fermée. La porte du garage est verrouillée, et la porte "
        "du jardin ne l'est pas. Ho ho ho, la porte du jardin !"
    ),
    "alike": (
        "La porte du garage est fermée. La porte du garage est verrouillée. La lampe "
        "de la cuisine est allumée, la lampe de la chambre aussi, et deux lampes du "
        "salon sont éteintes et deux lampes du salon sont allumées. Est-ce bon ? Oui, "
        "oui. Volet roulant de la chambre : ouvert, Volet roulant de la cave : fermé."
    ),
    "short": "Oui.",
    "accents": "Évidemment… « L'été », dit-il, « c'était hier ! » N'est-ce pas ?",
    "lines": "First:\n\n- one lamp\n- two lamps\n\nSecond:\n\n- three lamps\n- done",
}
_RUN = 4


def words(text: str) -> list[str]:
    """Return the words of a text, as they are heard."""
    return [word for one in text.split() if (word := re.sub(r"\W+", "", one.lower()))]


def missing(text: str, heard: str) -> list[str]:
    """Return the sentences and lines of a text that were not heard whole.

    Of a word that is said twice in a row ("très très") one may be lost.
    """
    said = f" {_once(heard)} "
    sentences = re.split(r"(?<=[.!?…])\s+|\n+", text)
    return [one for one in sentences if f" {_once(one)} " not in said]


def rest_of(text: str, said: str) -> str:
    """Return what follows in a text, however spaced what was said of it is."""
    left = len("".join(said.split()))
    for index, char in enumerate(text):
        if not left:
            return text[index:]
        left -= not char.isspace()
    return ""


def twice(text: str, heard: str) -> list[str]:
    """Return the runs of four words that were heard more often than they are said."""
    more = _runs(heard) - _runs(text)
    return [run for run in more if _runs(text)[run]]


def stuttered(text: str, heard: str) -> list[str]:
    """Return one to three words that were heard twice in a row and are said once."""
    said, found = f" {' '.join(words(text))} ", words(heard)
    return [
        run
        for length in range(1, _RUN)
        for start in range(len(found) - 2 * length + 1)
        if (pair := found[start : start + 2 * length])[:length] == pair[length:]
        and f" {(run := ' '.join(pair))} " not in said
    ]


def _once(text: str) -> str:
    """Return the words of a text, each once in a row."""
    return " ".join(word for word, _ in groupby(words(text)))


def _runs(text: str) -> Counter[str]:
    """Count the runs of four words."""
    said = words(text)
    return Counter(
        " ".join(said[start : start + _RUN]) for start in range(len(said) - _RUN + 1)
    )


def breaks(text: str) -> list[int]:
    """Return every place at which a text may break off."""
    return list(range(len(text) + 1))
