"""Secrets in what people say: they are never learned, in no language.

Numbers that prove themselves (cards, IBANs, French social security) are known by
their checksum, others by the word that announces them. A location is no secret: «la
clé est dans le tiroir» may be kept.
"""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
import re

from ..terms import folded


class Secret(StrEnum):
    """What kind of secret a text holds."""

    CARD = "card"
    IBAN = "iban"
    IDENTITY = "identity"
    TOKEN = "token"  # noqa: S105 - its kind
    PASSWORD = "password"  # noqa: S105 - its kind
    CODE = "code"


_NUMBER_WORDS = """
zero un une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze
quinze seize vingt trente quarante cinquante soixante cent
one two three four five seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty
ninety oh double triple
""".split()
_SPOKEN = rf"(?:{'|'.join(_NUMBER_WORDS)})"

_DIGITS = r"(?:[#*]?\b[a-z]{0,2}\d(?:[ .-]?\d){2,9}[a-z]?\b|\b\d+[a-z]\d+\b)"
_SPOKEN_DIGITS = rf"\b{_SPOKEN}(?:[ ,-]+(?:et |and )?{_SPOKEN})+\b"
_IS = r"(?:est|sera|is|was|reste|=|:|,|devient|c ?'?est|s'appelle)"
_FEW_WORDS = r"(?:[\w'’-]+,? ){0,6}?"

_NO_CODE = re.compile(
    r"\b(?:code[s]? (?:postal|postaux|promo|couleur|erreur|qr|barres?|naf|ape|source)"
    r"|code d'erreur|(?:zip|post|postal|area|error|country|promo|dress|colou?r|source|"
    r"qr|status|http) ?code)\b"
)
_CODE_WORD = (
    r"(?:codes?|digicodes?|pin(?= (?:is|est|c)|[:=])|nip|combinaison|combination|"
    r"passcode|cvv|cvc|cryptogramme)"
)
_CODE = re.compile(
    rf"\b{_CODE_WORD}\b,? ?{_FEW_WORDS}{_IS}? ?(?:le |the |bien |now |toujours )?"
    rf"(?:{_DIGITS}|{_SPOKEN_DIGITS})"
)
_CODE_BEHIND = re.compile(
    rf"(?:{_DIGITS}|{_SPOKEN_DIGITS}),? (?:c'?est|est|is|as|comme|pour|for) "
    rf"{_FEW_WORDS}{_CODE_WORD}\b"
)
_OPENS = re.compile(
    r"\b(?:alarme?|coffre(?:-fort)?|safe|digicode|cadenas|padlock|portail|gate)\b"
    rf"[^.?!]*\b(?:avec|with|using|tape[rz]?|enter|dial|compose[rz]?)\b[^.?!]*?"
    rf"(?:{_DIGITS}|{_SPOKEN_DIGITS})"
)

_PASSWORD = re.compile(
    r"\b(?:mots? de passe|mdp|phrase (?:de passe|secrete)|pass ?words?|pass ?phrase|"
    r"passwd|pwd|(?:cle|key|code) (?:du |de la |of the )?(?:wi-?fi|wpa)|"
    r"(?:wi-?fi|wpa) (?:key|code))\b"
    rf"[^.?!]{{0,60}}?(?: |^)?{_IS}\s+(?P<value>[^\s,?!]+)"
)
_NO_VALUE = frozenset(
    """
    dans sur sous chez ecrit note range cache perdu oublie expire trop tres bien pas
    plus faux bon mauvais incorrect complique long court difficile different nouveau
    in on under at written hidden lost forgotten expired too very not wrong right bad
    weak strong long short hard difficult incorrect different new stored kept a an the
    le la les un une de du en pour qui que so really
    """.split()
)
_NAMING = r"(?:cle|clef|key|jeton|token|secret)"
_TOKEN_SHAPES = re.compile(
    r"\b(?:sk|pk|rk)[-_][\w-]{16,}|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|"
    r"\bxox[abprs]-[\w-]{10,}|\bAKIA[0-9A-Z]{16}\b|\bAIza[\w-]{30,}|"
    r"\beyJ[\w-]{8,}\.[\w-]{8,}|\b[0-9a-fA-F]{32,}\b|-----BEGIN [A-Z ]*PRIVATE KEY"
)
_LONG_WORD = re.compile(r"(?<![\w/])[A-Za-z0-9+/_=-]{24,}(?![\w/])")
_NAMED_TOKEN = re.compile(
    rf"\b(?:{_NAMING} (?:d'?|de l')?(?:api|acces|access)|api[ -]?{_NAMING}|token|jeton|"
    r"bearer|access key|private key|cle privee)\b[^.?!]{0,40}?"
    r"(?P<value>[a-z0-9_-]*\d[a-z0-9_-]{5,})"
)

_CARD = re.compile(r"(?<!\d)[2-6](?:[ -]?\d){12,18}(?!\d)")
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]){11,30}\b")
_NIR = re.compile(
    r"(?<!\d)[1278] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[ab]) ?\d{3} ?\d{3}"
    r"(?: ?\d{2})?(?!\d)"
)
_SSN = re.compile(r"(?<![\d-])(?!000|666|9)\d{3}-\d{2}-\d{4}(?![\d-])")
_NINO = re.compile(r"\b[a-ceghj-pr-tw-z][a-ceghj-npr-tw-z] ?(?:\d{2} ?){3}[a-d]\b")
_NAMED_IDENTITY = re.compile(
    r"\b(?:securite sociale|secu|carte vitale|carte d'identite|passeport|passport|"
    r"permis(?: de conduire)?|assure|assurance|mutuelle|social security|ssn|"
    r"national insurance|ni number|insurance|policy|identity card|driving licen[cs]e|"
    r"driver'?s licen[cs]e|numero fiscal|tax|account|compte(?: bancaire)?|rib|siret)\b"
    r"[^.?!]{0,40}?\b(?:number|numero|no|n°|id|est|is|c'est|:)\s*(?:le |c'?est |is )?"
    r"(?P<value>[a-z]{0,3}\d(?:[ -]?[a-z0-9]){5,})\b"
)


def secret_in(text: str) -> Secret | None:
    """Return what secret a text holds, if any."""
    plain = folded(text).replace("’", "'")
    return next((kind for kind, holds in _CHECKS if holds(text, plain)), None)


def has_secret(text: str) -> bool:
    """Tell whether a text holds a secret."""
    return secret_in(text) is not None


def _is_card(_text: str, plain: str) -> bool:
    return any(_passes_luhn(number) for number in _numbers(_CARD, plain))


def _is_iban(text: str, _plain: str) -> bool:
    for found in _IBAN.finditer(text):
        # The words behind it may have been taken for its end.
        letters = found[0].replace(" ", "").upper()
        if any(_is_97(letters[:end]) for end in range(15, len(letters) + 1)):
            return True
    return False


def _is_identity(_text: str, plain: str) -> bool:
    return (
        any(map(_is_social_security, _NIR.findall(plain)))
        or _SSN.search(plain) is not None
        or _NINO.search(plain) is not None
        or _NAMED_IDENTITY.search(plain) is not None
    )


def _is_token(text: str, plain: str) -> bool:
    return (
        _TOKEN_SHAPES.search(text) is not None
        or any(map(_looks_random, _LONG_WORD.findall(text)))
        or _NAMED_TOKEN.search(plain) is not None
    )


def _is_password(_text: str, plain: str) -> bool:
    return any(
        found["value"].strip("'\"«»") not in _NO_VALUE
        for found in _PASSWORD.finditer(plain)
    )


def _is_code(_text: str, plain: str) -> bool:
    bare = _NO_CODE.sub(" ", plain)
    return any(pattern.search(bare) for pattern in (_CODE, _CODE_BEHIND, _OPENS))


_CHECKS: Sequence[tuple[Secret, Callable[[str, str], bool]]] = (
    (Secret.CARD, _is_card),
    (Secret.IBAN, _is_iban),
    (Secret.IDENTITY, _is_identity),
    (Secret.TOKEN, _is_token),
    (Secret.PASSWORD, _is_password),
    (Secret.CODE, _is_code),
)


def _numbers(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """Yield the digits of each place where a pattern is found."""
    for found in pattern.finditer(text):
        yield re.sub(r"\D", "", found[0])


def _passes_luhn(digits: str) -> bool:
    """Tell whether the last digit is the check of the others, as on every card."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0


def _is_97(iban: str) -> bool:
    """Tell whether the two check digits of an IBAN are right."""
    return int("".join(str(int(one, 36)) for one in iban[4:] + iban[:4])) % 97 == 1


def _is_social_security(number: str) -> bool:
    """Tell whether the French key fits, where it was said."""
    plain = number.replace(" ", "").replace("2a", "19").replace("2b", "18")
    return len(plain) == 13 or int(plain[:13]) % 97 + int(plain[13:]) == 97


def _looks_random(word: str) -> bool:
    """Tell a key from a very long word: it mixes digits with both cases."""
    return (
        any(map(str.isdigit, word))
        and any(map(str.isupper, word))
        and any(map(str.islower, word))
    )
