"""What a fact has to pass before it is learned, whoever found it."""

from collections.abc import Iterable, Sequence
import math
import re

from ..terms import folded, terms
from .secrets import has_secret

_SMALL_WORDS = frozenset(
    """
    ne n pas plus jamais sans sous sur dans avant apres chez ni aucun
    not no never nor t on off in out up down before after over under without
    """.split()
)
"""Words that no search asks for and that yet make another sentence."""
_NEGATIONS = frozenset("ne n pas jamais aucun not t never no cannot nor".split())
_CLAUSE_END = re.compile(r"[.!?;,](?!\d)|\b(?:but|mais)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"\w+")
_DEFIANCE = re.compile(
    r"\b(?:ignor\w*|oubli\w*|contourn\w*|outrepass\w*|desobei\w*|desactiv\w*|saut\w*|"
    r"bypass\w*|disregard\w*|overrid\w*|overrul\w*|disobey\w*|forget|skip\w*|"
    r"disabl\w*)\b.{0,60}\b(?:regles?|consignes?|instructions?|permissions?|droits?|"
    r"securites?|protections?|confirmations?|autorisations?|limites?|rules?|guards?|"
    r"prompts?|safety|checks?|restrictions?|rights?)\b"
    r"|\b(?:sans|without)\b.{0,20}\b(?:demander|confirmer|confirmation|autorisation|"
    r"permission|asking|confirming|approval|checking)\b"
    r"|\b(?:tu es|vous etes|you are|you re) (?:desormais|maintenant|now|an?|un|une)\b"
    r"|\b(?:system prompt|prompt systeme|developer mode|mode developpeur|jailbreak)\b"
    r"|\b(?:assistant|jarvis|tu|vous|you)\b.{0,20}\b(?:doi[st]|devez|must|should|shall|"
    r"may always|peu[tx] toujours|always|toujours)\b"
    r"|\b(?:tous les droits|toutes les permissions|full access|all permissions|"
    r"any permission|is allowed to|est autorisee? a|peut toujours|may always)\b"
)
_LENGTH = range(3, 241)


def is_harmless(text: str, off_limits: Sequence[str]) -> bool:
    """Tell whether a sentence may be kept at all."""
    return (
        len(text) in _LENGTH
        and text.isprintable()
        and not has_secret(text)
        and not is_off_limits(text, off_limits)
        and _DEFIANCE.search(" ".join(_WORD.findall(folded(text)))) is None
    )


def is_off_limits(text: str, off_limits: Sequence[str]) -> bool:
    """Tell whether a text is about what somebody wants not to be remembered.

    Half of the declared words are enough: too little is learned rather than too much.
    """
    there = set(terms(text))
    for declared in off_limits:
        wanted = set(terms(declared))
        if wanted and len(wanted & there) >= math.ceil(len(wanted) / 2):
            return True
    return False


def is_supported(text: str, said: Iterable[str], language: str | None = None) -> bool:
    """Tell whether a sentence says what was said.

    It does with half of its terms, all of its numbers, and a "not" where there was one.
    """
    clauses = [clause for one in said for clause in _CLAUSE_END.split(one)]
    there: dict[bool, set[str]] = {True: set(), False: set()}
    for clause in clauses:
        there[_is_negated(clause)].update(terms(clause, language))
    wanted = set(terms(text, language))
    covered = wanted & (there[True] | there[False])
    numbers = {number for one in clauses for number in _NUMBER.findall(one)}
    return (
        bool(covered)
        and 2 * len(covered) >= len(wanted)
        and covered <= there[_is_negated(text)]
        and numbers.issuperset(_NUMBER.findall(text))
    )


def _is_negated(text: str) -> bool:
    """Tell whether a clause says that something is not so."""
    return not _NEGATIONS.isdisjoint(_WORD.findall(folded(text)))


def likeness(text: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return what two sentences that say the same in other forms have in common."""
    small = _SMALL_WORDS.intersection(_WORD.findall(folded(text)))
    return tuple(terms(text)), frozenset(small)
