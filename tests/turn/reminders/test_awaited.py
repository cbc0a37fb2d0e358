"""What people wait for in place of a time, noted without a model in both languages."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from custom_components.jarvis.reminders.records import Edge, Kind, Trigger

from .conftest import Waiting

TABLES: Mapping[str, Mapping[str, Any]] = {
    language: yaml.load(
        (Path(__file__).parent / f"awaited_{language}.yaml").read_text("utf-8"),
        Loader=yaml.CBaseLoader,  # noqa: S506 - every value is text
    )
    for language in ("en", "fr")
}


def on(trigger: Trigger | None) -> str:
    """Return what a trigger waits for, briefly."""
    if trigger is None:
        return "a time"
    who = (" | " if trigger.is_any else " + ").join(trigger.entities)
    lasting = f" for {trigger.lasting:g}" if trigger.lasting else ""
    if trigger.below is not None:
        return f"{who} < {trigger.below:g}{lasting}"
    if trigger.above is not None:
        return f"{who} > {trigger.above:g}{lasting}"
    how = "is" if trigger.edge is Edge.ENTER else "is not"
    return f"{who} {how} {' '.join((trigger.state, *trigger.also))}{lasting}"


@pytest.mark.parametrize("language", sorted(TABLES))
async def test_noted(
    waiting: Waiting, language: str, subtests: pytest.Subtests
) -> None:
    """Given an event in a sentence, then that is waited for, and nothing else."""
    for said, wanted in TABLES[language]["waits"].items():
        with subtests.test(str(said)):
            reply = await waiting.talk(language).say(said)
            kept = await waiting.all()
            await waiting.reminding.async_delete([one.id for one in kept])

            assert len(kept) == 1, reply
            assert kept[0].trigger is not None, reply
            assert {
                "what": kept[0].what,
                "said": kept[0].trigger.said,
                "on": on(kept[0].trigger),
                "whom": " ".join(kept[0].whom),
                "kind": kept[0].kind.value,
            } == {"whom": "", "kind": Kind.REMINDER.value, **wanted}


@pytest.mark.parametrize("language", sorted(TABLES))
async def test_nothing_to_wait_for(
    waiting: Waiting, language: str, subtests: pytest.Subtests
) -> None:
    """Given a question, a command or half a sentence, then nothing is noted."""
    say = {*TABLES[language]["told"].values()}
    for said in TABLES[language]["nothing"]:
        with subtests.test(str(said)):
            reply = await waiting.talk(language).say(said)
            kept = await waiting.all()
            await waiting.reminding.async_delete([one.id for one in kept])

            assert [(one.what, on(one.trigger)) for one in kept] == []
            assert reply not in say


@pytest.mark.parametrize("language", sorted(TABLES))
async def test_told(waiting: Waiting, language: str, subtests: pytest.Subtests) -> None:
    """Given an event, then it is told back, or why it cannot be waited for."""
    for said, answer in TABLES[language]["told"].items():
        with subtests.test(str(said)):
            reply = await waiting.talk(language).say(said)
            kept = await waiting.all()
            await waiting.reminding.async_delete([one.id for one in kept])

            assert reply == answer
