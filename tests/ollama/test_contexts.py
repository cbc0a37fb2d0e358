"""A model that another client loads otherwise is noticed, not fought over."""

import pytest

from custom_components.jarvis.ollama.contexts import PATIENCE, Contexts

KEY = ("nas:11434", "gemma4:12b")
OURS, THEIRS = 8192, 4096
DAY = 86_400.0


@pytest.fixture
def contexts() -> Contexts:
    """Return what nothing was seen of yet."""
    return Contexts()


def test_ours(contexts: Contexts) -> None:
    """What we asked for, and what is not told, is nobody else's."""
    assert not contexts.found(KEY, OURS, OURS, 0)
    assert not contexts.found(KEY, OURS, 0, 1)

    assert contexts.patience(KEY, 2) is None
    assert not contexts.seen(2)


def test_another_client_comes(contexts: Contexts) -> None:
    """It is news once, and taken back at once the first time."""
    assert contexts.found(KEY, OURS, THEIRS, 10)
    assert not contexts.found(KEY, OURS, THEIRS, 40)

    assert contexts.patience(KEY, 40) == 0
    other = contexts.seen(40)[KEY]
    assert (other.context, other.times, other.is_habit) == (THEIRS, 1, False)

    assert contexts.found(KEY, OURS, OURS, 50)
    assert contexts.patience(KEY, 50) is None
    assert contexts.seen(50) == {KEY: other}, "the owner may still be told"


def test_it_is_not_fought_over(contexts: Contexts) -> None:
    """The more often it changes hands, the longer it is left to the other."""
    pauses = []
    for time in range(6):
        contexts.found(KEY, OURS, THEIRS, time)
        pauses.append(contexts.patience(KEY, time))
        contexts.found(KEY, OURS, OURS, time)

    assert pauses == [*PATIENCE, PATIENCE[-1], PATIENCE[-1]]
    other = contexts.seen(6)[KEY]
    assert other.is_habit


def test_patience_ends(contexts: Contexts) -> None:
    """The pause counts from when the other was first seen there."""
    for time in (0, 10):
        contexts.found(KEY, OURS, THEIRS, time)
        contexts.found(KEY, OURS, OURS, time + 1)
    contexts.found(KEY, OURS, THEIRS, 100)
    contexts.found(KEY, OURS, THEIRS, 130)

    assert contexts.patience(KEY, 130) == PATIENCE[2] - 30
    assert contexts.patience(KEY, 5000) == 0


def test_what_is_long_ago(contexts: Contexts) -> None:
    """A client that came yesterday is a new one."""
    for time in (0, 10):
        contexts.found(KEY, OURS, THEIRS, time)
        contexts.found(KEY, OURS, OURS, time)
    assert contexts.seen(DAY)
    assert not contexts.seen(2 * DAY)

    contexts.found(KEY, OURS, THEIRS, 2 * DAY)
    assert contexts.patience(KEY, 2 * DAY) == 0


def test_a_model_that_cannot_have_as_much(contexts: Contexts) -> None:
    """What it has after our own prompt is ours: Ollama gives no more than it can."""
    contexts.found_after_reading(KEY, OURS, 2048, 0)

    assert not contexts.found(KEY, OURS, 2048, 30)
    assert contexts.patience(KEY, 30) is None
    assert contexts.found(KEY, OURS, THEIRS, 60)


def test_another_client_is_quicker(contexts: Contexts) -> None:
    """Who has it again right after our prompt has come twice, and is known for it."""
    contexts.found(KEY, OURS, THEIRS, 0)
    contexts.found_after_reading(KEY, OURS, THEIRS, 5)

    assert contexts.patience(KEY, 5) == PATIENCE[1]
    contexts.found_after_reading(KEY, OURS, 32_768, 100)
    assert contexts.patience(KEY, 100) == PATIENCE[2]


def test_each_by_itself(contexts: Contexts) -> None:
    """What happens at one endpoint says nothing of another."""
    contexts.found(KEY, OURS, THEIRS, 0)

    assert contexts.patience(("mac:11434", KEY[1]), 0) is None
    assert contexts.patience((KEY[0], "other:1b"), 0) is None
