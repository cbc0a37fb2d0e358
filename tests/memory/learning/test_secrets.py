"""Secrets are known by their shape or by the word that announces them."""

import pytest

from custom_components.jarvis.memory.learning.secrets import Secret, secret_in

SECRETS = [
    # Codes
    ("mon code PIN est 4821", Secret.CODE),
    ("le code de l'alarme c'est 1 2 3 4", Secret.CODE),
    ("Le code du portail est le 7391B", Secret.CODE),
    ("le digicode de l'immeuble est 45A78", Secret.CODE),
    ("le code de la porte d'entrée, c'est zéro sept quatre deux", Secret.CODE),
    ("4821 c'est mon code de carte bleue", Secret.CODE),
    ("la combinaison du coffre est 12-34-56", Secret.CODE),
    ("mon code de confirmation est 839201", Secret.CODE),
    ("le cryptogramme de ma carte est 123", Secret.CODE),
    ("l'alarme s'arrête avec 2580", Secret.CODE),
    ("Le nouveau code est douze trente-quatre", Secret.CODE),
    ("le code wifi du voisin c'est 12345678", Secret.PASSWORD),
    ("my PIN is 4821", Secret.CODE),
    ("the alarm code is 1 2 3 4", Secret.CODE),
    ("the gate code is now 7391", Secret.CODE),
    ("the combination of the safe is 12-34-56", Secret.CODE),
    ("The door code: 4567", Secret.CODE),
    ("the code is one two three four", Secret.CODE),
    ("2580 is the alarm code", Secret.CODE),
    ("open the safe with 99812", Secret.CODE),
    ("my cvv is 123", Secret.CODE),
    # Passwords
    ("mon mot de passe est azerty", Secret.PASSWORD),
    ("le mot de passe du wifi, c'est LesChats2020", Secret.PASSWORD),
    ("mdp : hunter2", Secret.PASSWORD),
    ("la clé wifi est Poireaux44", Secret.PASSWORD),
    ("my password is hunter2", Secret.PASSWORD),
    ("the wifi password is correcthorse", Secret.PASSWORD),
    ("Netflix password = Zanzibar", Secret.PASSWORD),
    ("the passphrase is tomato tomato tomato", Secret.PASSWORD),
    # Cards and accounts
    ("ma carte est la 4111 1111 1111 1111", Secret.CARD),
    ("my card number is 5500-0000-0000-0004", Secret.CARD),
    ("378282246310005 expires in May", Secret.CARD),
    ("mon IBAN est FR76 3000 6000 0112 3456 7890 189", Secret.IBAN),
    ("send it to GB29 NWBK 6016 1331 9268 19 please", Secret.IBAN),
    ("DE89370400440532013000", Secret.IBAN),
    ("mon compte bancaire est le 00123456789", Secret.IDENTITY),
    # Identity
    ("mon numéro de sécu est 2 69 05 49 588 157 80", Secret.IDENTITY),
    ("269054958815780", Secret.IDENTITY),
    ("my social security number is 078-05-1120", Secret.IDENTITY),
    ("my national insurance number is AB 12 34 56 C", Secret.IDENTITY),
    ("mon passeport est le numéro 12AB34567", Secret.IDENTITY),
    ("my passport number is 123456789", Secret.IDENTITY),
    ("mon numéro d'assurance est 4455667788", Secret.IDENTITY),
    # Tokens
    ("ma clé API est sk-abcdefghijklmnop1234", Secret.TOKEN),
    ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", Secret.TOKEN),
    ("my api key is 7f3a9c21", Secret.TOKEN),
    ("the token is eyJhbGciOiJI.eyJzdWIiOiIx", Secret.TOKEN),
    ("d41d8cd98f00b204e9800998ecf8427e", Secret.TOKEN),
    ("mon jeton d'accès est 9x8y7z6w5v", Secret.TOKEN),
]

NONE = [
    "le portail est au 12 rue des Lilas",
    "il fait 21,5 degrés dans le salon",
    "je préfère 19 degrés dans la chambre",
    "le numéro du plombier est le 06 12 34 56 78",
    "the plumber's number is 0612345678",
    "appelle le +33 6 12 34 56 78",
    "le code postal est 75011",
    "our zip code is 90210",
    "the error code is 404",
    "le code couleur des poubelles est jaune le lundi",
    "j'ai oublié mon mot de passe",
    "le mot de passe est dans le tiroir",
    "the password is written on the fridge",
    "la clé du portail est dans le tiroir bleu",
    "the key is under the mat",
    "mon anniversaire est le 3 mai 1980",
    "my birthday is 3 May 1980",
    "100 ppm est normal pour le capteur du garage",
    "la chaudière a été changée en 2019",
    "le pin du jardin a 100 ans",
    "ma voiture est une Peugeot 3008",
    "on part en vacances le 12",
    "le train part à 18h45",
    "my car is a Model 3",
    "I live at 1600 Pennsylvania Avenue",
    "turn the heating to 20 degrees at 7:30",
    "la facture était de 1234,56 euros",
    "the invoice was 4500 dollars",
    "mets la chaîne 123",
    "le lave-linge consomme 1500 watts",
    "j'ai rendez-vous le 12/05/2027 à 14h30",
    "anticonstitutionnellement est un mot très long",
    "mon colis arrive mardi entre 8 et 12 heures",
    "we have 24 chickens and 2 goats",
    "il y a 366 jours dans une année bissextile",
    "le digicode est en panne",
    "l'alarme sonne à 7 heures",
    "change the alarm to 6:45",
]


@pytest.mark.parametrize(("said", "kind"), SECRETS)
def test_secrets(said: str, kind: Secret) -> None:
    """What must not be learned is found, and for the right reason."""
    assert secret_in(said) is kind


@pytest.mark.parametrize("said", NONE)
def test_no_secrets(said: str) -> None:
    """Everyday numbers may be remembered."""
    assert secret_in(said) is None
