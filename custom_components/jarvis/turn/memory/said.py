"""How memories are told aloud."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from homeassistant.util import dt as dt_util

from ...local.memos import memo_phrases
from ...local.questions.wording import answers
from ...memory.records import Fact, Turn as KeptTurn
from ...memory.terms import terms


def listed(texts: Sequence[str]) -> str:
    """Join sentences within a sentence."""
    return " ; ".join(text.strip(" .") for text in texts)


def about_all(memories: Sequence[KeptTurn | Fact]) -> list[str]:
    """Return what memories say: the facts, and what was said besides."""
    facts = [one for one in memories if isinstance(one, Fact)]
    told = [set(terms(fact.text)) for fact in facts]
    return [
        *(fact.text for fact in facts),
        *(
            one.said
            for one in memories
            if isinstance(one, KeptTurn)
            and not any(fact <= set(terms(one.words)) for fact in told)
        ),
    ]


def said_on(told: Sequence[tuple[datetime, str]], language: str) -> str:
    """Tell what was said, a sentence a day; the most relevant day first."""
    by_day: dict[date, list[str]] = {}
    for moment, text in told:
        by_day.setdefault(dt_util.as_local(moment).date(), []).append(text)
    return " ".join(
        _on(day, language).format(facts=listed(texts), day=_day(day, language))
        for day, texts in by_day.items()
    )


def _on(day: date, language: str) -> str:
    """Return the sentence for what was said on a day."""
    phrases = memo_phrases(language)
    today = dt_util.now().date()
    if day == today:
        return phrases["told_today"]
    if day == today - timedelta(days=1):
        return phrases["told_yesterday"]
    return phrases["told_on"]


def _day(day: date, language: str) -> str:
    """Return a day by its date, with the year where it is another one."""
    said, phrases = answers(language), memo_phrases(language)
    which = "day" if day.year == dt_util.now().year else "day_of_year"
    number = said["first"] if day.day == 1 else str(day.day)
    month = said["months"][day.month - 1]
    return phrases[which].format(day=number, month=month, year=day.year)
