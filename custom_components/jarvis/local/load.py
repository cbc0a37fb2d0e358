"""Reads everything that is known of the languages, before it is needed."""

from .complaints import known_complaints
from .delays import known_delays
from .durations import lengths
from .grammar import grammar
from .list_names import known_lists
from .memos import memo_phrases, memo_templates
from .normal import spelled_numbers
from .nouns import nouns
from .questions.grammar import questions
from .questions.wording import answers
from .replies import phrases
from .timers import known_timers
from .times import times
from .words import LANGUAGES, words


def load() -> None:
    """Read the data files of all languages; blocks."""
    for language in LANGUAGES:
        words(language)
        nouns(language)
        grammar(language)
        phrases(language)
        spelled_numbers(language)
        memo_templates(language)
        memo_phrases(language)
        questions(language)
        answers(language)
        lengths(language)
        times(language)
        known_timers(language)
        known_delays(language)
        known_lists(language)
        known_complaints(language)
