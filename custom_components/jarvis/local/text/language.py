"""Which language an utterance is in."""

from .words import LANGUAGES, folded, tokens, words

_ONLY_FRENCH = set("àâçéèêëîïôœùûÿ")
_FIRST_WORD = 3
"""What the first word counts more: a verb or question word, seldom a name."""


def language_of(text: str, expected: str) -> str:
    """Return the language of an utterance, as one of `LANGUAGES`.

    The expected one (the pipeline's) wins unless another plainly fits better: names of
    devices and people are often from another language than the sentence.
    """
    usual = expected.partition("-")[0].lower()
    scores = {language: _score(text, language) for language in LANGUAGES}
    if usual not in LANGUAGES:
        usual = "en"
    best = max(scores, key=lambda language: (scores[language], language == usual))
    return best if scores[best] > scores[usual] else usual


def _score(text: str, language: str) -> int:
    """Count the signs of a language."""
    known = words(language).function_words
    score = _FIRST_WORD if folded(text) in words(language).cancel else 0
    for position, token in enumerate(tokens(text)):
        parts = {token, *token.replace("'", "' ").replace("-", " ").split()}
        if parts & known:
            score += 1 if position else 1 + _FIRST_WORD
        if language == "fr":
            score += "'" in token and token[0] in "cdjlmnstq" and token[1] == "'"
    if language == "fr":
        score += bool(_ONLY_FRENCH & set(text.lower()))
    return score
