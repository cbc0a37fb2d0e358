"""How far ahead of the listener the sound is."""

from jarvis_wyoming.piper.player import Player


class _Clock:
    """A clock that is set by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_sound_runs_out_as_time_passes() -> None:
    """Given two seconds of sound, silence comes when they are over."""
    clock = _Clock()
    player = Player(clock)
    assert (player.begun, player.ahead, player.due) == (False, 0.0, 100.0)
    player.add(2.0)
    clock.now += 0.5
    assert (player.begun, player.ahead, player.due) == (True, 1.5, 102.0)
    clock.now += 5
    assert (player.ahead, player.due) == (0.0, clock.now)
    player.add(1.0)
    assert player.ahead == 1.0


def test_pieces_grow_with_the_lead_and_shrink_with_a_slow_voice() -> None:
    """The more is to be heard yet, the longer the next piece may be."""
    clock = _Clock()
    player = Player(clock)
    first = player.letters(0.5)
    assert player.letters(0.1) > first > player.letters(1.0)
    player.add(4.0)
    assert player.letters(0.5) > first > player.letters(2.0)
    player.add(100.0)
    assert player.letters(0.5) == player.letters(0.1)


def test_a_sentence_may_be_the_shorter_the_faster_the_voice_is() -> None:
    """Given nothing to be heard yet, a slow voice wants more before the next clause."""
    clock = _Clock()
    player = Player(clock)
    assert player.least(0.05) < player.least(0.4)
    player.add(10.0)
    assert player.least(0.4) == 0
