"""Whatever the pipeline expects, the language is that of the words."""

import pytest

from custom_components.jarvis.local.text.language import language_of

ENGLISH = """\
Turn on the kitchen light
Turn off the Lumière du salon
Switch the lights off
Open the Volet du salon please
Close the blinds in the bedroom
Is the front door locked?
Is the Porte d'entrée open?
Are the lights on?
What's the temperature in the Chambre?
How warm is it in the salon?
What time is it
What's the weather like?
Will it rain tomorrow?
Who is at home?
Where is Géraldine?
Set the heating to 20 degrees
Make it warmer in here
It's too cold
Dim the light to 30 %
Play some jazz in the living room
Play Édith Piaf in the living room
Stop the music
Good night
Good morning
Hello
Hello Jarvis
Thanks
Thank you
Yes
Yes please
No
Why?
What?
And now turn it off
And in the bedroom?
Add milk to the shopping list
Remind me to call André tomorrow
Start the Machine à café
Lock the door
I'm going to bed
Tell me a joke
Can you help me?
Don't forget the café
Never mind
The same in the kitchen
Lights off"""
FRENCH = """\
Allume la lumière de la cuisine
Allume living room light
Éteins la kitchen light
Allume la lampe Hue Play du salon
Ouvre le volet du salon
Ferme les volets
Est-ce que la porte d'entrée est verrouillée ?
Est-ce que la front door est ouverte ?
La lumière est-elle allumée ?
Quelle température fait-il dans la chambre ?
Il fait combien dehors ?
Quelle heure est-il
Quel temps fait-il ?
Va-t-il pleuvoir demain ?
Qui est à la maison ?
Où est John ?
Mets le chauffage à 20 degrés
Monte un peu le chauffage
J'ai froid
Il fait trop chaud ici
Baisse la lumière à 30 %
Mets du jazz dans le salon
Mets The Dark Side of the Moon dans le salon
Mets Let It Be
Arrête la musique
Bonne nuit
Bonjour
Bonsoir Jarvis
Salut
Merci
Merci beaucoup
Oui
Oui s'il te plaît
Non
Pourquoi ?
Quoi ?
Et maintenant éteins-la
Et dans la chambre ?
Ajoute du lait à la liste de courses
Rappelle-moi d'appeler Andrew demain
Lance la coffee machine
Verrouille la porte
Je vais me coucher
Raconte-moi une blague
Tu peux m'aider ?
N’oublie pas le café
Laisse tomber
La même chose dans la cuisine
Coupe tout
Un café
Éteins tout"""
NEITHER = ["", "?", "42", "Jarvis", "Netflix", "Stop", "OK", "Pause", "20 %", "Radio"]


@pytest.mark.parametrize("expected", ["en", "fr", "en-GB", "fr-CA", "de"])
@pytest.mark.parametrize("text", ENGLISH.splitlines())
def test_english(text: str, expected: str) -> None:
    """English is English, in a French pipeline and with French names too."""
    assert language_of(text, expected) == "en"


@pytest.mark.parametrize("expected", ["fr", "en", "fr-CA", "en-GB", "de"])
@pytest.mark.parametrize("text", FRENCH.splitlines())
def test_french(text: str, expected: str) -> None:
    """French is French, in an English pipeline and with English names too."""
    assert language_of(text, expected) == "fr"


@pytest.mark.parametrize("text", NEITHER)
@pytest.mark.parametrize(
    ("expected", "language"),
    [("en", "en"), ("fr", "fr"), ("fr-BE", "fr"), ("EN", "en"), ("de", "en")],
)
def test_neither(text: str, expected: str, language: str) -> None:
    """Where the words do not tell, it is the pipeline's, or English."""
    assert language_of(text, expected) == language


def test_enough_sentences() -> None:
    """Each language has a table of at least forty."""
    assert len(ENGLISH.splitlines()) >= 40
    assert len(FRENCH.splitlines()) >= 40
