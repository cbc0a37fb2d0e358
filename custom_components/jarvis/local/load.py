"""Reads everything that is known of the languages, before it is needed."""

from .commands.replies import phrases
from .complaints import known_complaints
from .complete import known_ends
from .corrections import read_corrections
from .lists.list_names import known_lists
from .memos import memo_phrases, memo_templates, read_past, read_questions
from .questions.grammar import questions
from .questions.wording import answers
from .reminders.awaiting import conditions
from .reminders.sentences import known_reminders
from .text.grammar import grammar
from .text.normal import spelled_numbers
from .text.nouns import nouns
from .text.words import LANGUAGES, words
from .timers.delays import known_delays
from .timers.durations import lengths
from .timers.timers import known_timers
from .timers.times import times


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
        read_questions(language)
        read_past(language)
        questions(language)
        answers(language)
        read_corrections(language)
        lengths(language)
        times(language)
        known_timers(language)
        known_delays(language)
        known_lists(language)
        known_reminders(language)
        conditions(language)
        known_complaints(language)
        known_ends(language)
