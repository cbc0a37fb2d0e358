"""A text that grows without taking anything back."""

import pytest

from jarvis_wyoming.whisper.agreement import Agreement, begins_alike


async def shown(*looks: str, end: str) -> list[str]:
    """What a client gets to see."""
    chunks = list[str]()

    async def show(text: str) -> None:
        chunks.append(text)

    agreement = Agreement(show)
    for look in looks:
        await agreement.take(look)
    await agreement.finish(end)
    return chunks


async def test_what_two_looks_share_is_shown() -> None:
    """The last word may still change."""
    end = "Allume la lumière du salon."
    chunks = await shown(
        "Allume la.", "Allume la lumière.", "Allume la lumière du", end=end
    )
    assert chunks == ["Allume la", " lumière", " du salon."]
    assert "".join(chunks) == end


async def test_one_look_is_not_enough() -> None:
    """A first guess shows nothing."""
    assert await shown("Good night.", end="Set a timer.") == ["Set a timer."]


async def test_what_was_shown_is_not_taken_back() -> None:
    """The transcript says it right; the chunks stop."""
    looks = ("Turn on the", "Turn on the light")
    assert await shown(*looks, end="Turn off the light.") == ["Turn on the"]


@pytest.mark.parametrize(
    ("shorter", "longer", "alike"),
    [
        ("Allume le salon.", "Allume le salon, et la cuisine.", True),
        ("Allume le salon.", "Allume la cuisine.", False),
        ("", "Allume", False),
    ],
)
def test_hypotheses(shorter: str, longer: str, *, alike: bool) -> None:
    """Signs and case do not count, nothing agrees with nothing."""
    assert begins_alike(shorter, longer) is alike
