"""One utterance: it is listened to while it comes, and known when it ends.

At the first silence a transcription begins on speculation (a guess). If speech goes on
it is thrown away; if not, it is the answer. Of a long utterance pieces are settled on
the way, so that only the rest is left at the end.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from ..server.errors import ServerError
from .agreement import Agreement, begins_alike
from .clean import clean
from .ending import is_made_up
from .engine import Heard
from .hearing import Hearing
from .speech import Speech
from .tape import Tape
from .vad import RATE, WINDOW, Audio
from .wishes import Request
from .workers import Job, Urgency

_PAD = RATE // 5
"""Samples of silence that are left in front of speech."""
_TAIL = 3 * WINDOW
"""Those behind it, always as many: a few more, and a model may be less certain."""
_PIECE = 26 * RATE
"""A piece is cut before the model's window of 30 seconds is full."""
_PIECE_AT_LEAST = 8 * RATE
_PIECES_AT_WORK = 4
_BEHIND = 20 * RATE
"""Samples that may wait for the ear before the client has to."""
_BITE = 8 * RATE
"""Samples that the ear takes at once."""
_PARTIAL = RATE
"""Samples of speech between two looks at the text while it grows."""


@dataclass(eq=False)
class Guess:
    """A transcription of what was said between two samples."""

    audio: Audio
    job: Job[Heard]
    start: int
    end: int
    """Where the speech ended that it covers."""
    cut: int
    """Where the audio ended."""
    seconds: float
    """How much of it is speech, with pauses."""
    check: Job[float] | None = None
    """Looks how certain it is."""

    @property
    def heard(self) -> Heard | None:
        """Words that were looked at whether they were said; None before."""
        if self.check is None or not self.check.done:
            return None
        certainty = 0.0 if self.check.result.exception() else self.check.result.result()
        return replace(self.job.result.result(), certainty=certainty)

    def call_off(self) -> None:
        """Nobody wants it."""
        self.job.call_off()
        if self.check is not None:
            self.check.call_off()


class Listening:
    """Takes an utterance's audio and returns its text."""

    def __init__(
        self,
        hearing: Hearing,
        request: Request,
        show: Callable[[str], Awaitable[None]],
        guess: Callable[[str, float], Awaitable[None]],
    ) -> None:
        self._hearing = hearing
        self._request = request
        self._engine = hearing.engine(request.model, request.given)
        self._wish = request.wish(hearing.settings)
        self._ear = hearing.ear()
        self._speech = Speech(hearing.settings.vad_threshold)
        self._tape = Tape()
        self._agreement = Agreement(show) if request.partials else None
        self._tell = guess if request.guesses else None
        self._told: Guess | None = None
        self._heard = 0  # samples that the ear has had
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._ended = False
        self._start = 0  # of what is not settled yet
        self._settled = list[Job[Heard]]()
        self._guess: Guess | None = None
        self._candidate: Guess | None = None
        self._partial: Guess | None = None
        self._patience: tuple[Guess, float] | None = None
        self.early = False
        """Whether the text was there before the client ended the audio."""

    @property
    def seconds(self) -> float:
        """How much audio came."""
        return self._tape.end / RATE

    async def add(self, audio: Audio) -> None:
        """Take more audio; wait when the ear is far behind."""
        if self.seconds > self._hearing.settings.max_audio_seconds:
            text = "The utterance is longer than this server takes."
            raise ServerError("audio-too-long", text)
        self._tape.add(audio)
        if self._tape.end - self._heard >= WINDOW:
            self._news.set()
        while self._tape.end - self._heard > _BEHIND:
            self._room.clear()
            await self._room.wait()

    def end(self) -> None:
        """No more comes."""
        self._ended = True
        self._news.set()

    def close(self) -> None:
        """Nobody wants the text any more."""
        guesses = (self._guess, self._candidate, self._partial)
        for job in self._settled:
            job.call_off()
        for guess in filter(None, guesses):
            guess.call_off()
        self._heard = self._tape.end
        self._room.set()

    async def text(self) -> Heard:
        """Listen to the end and return what was said."""
        try:
            while not (self._ended and self._heard == self._tape.end):
                await self._wait()
                await self._listen()
                await self._settle()
                if self._heard == self._tape.end or not self._ended:
                    self._begin_guess()
                    self._begin_check()
                    await self._tell_guess()
                    await self._show()
                if not self._ended and await self._is_over():
                    self.early = True
                    break
            heard = await self._finish()
            if self._agreement is not None:
                await self._agreement.finish(heard.text)
            return heard
        finally:
            self.close()

    async def _wait(self) -> None:
        """Wait for more, as long as a client may be silent."""
        try:
            async with asyncio.timeout(self._hearing.settings.idle_seconds):
                await self._news.wait()
        except TimeoutError as err:
            text = "The utterance neither went on nor ended."
            raise ServerError("idle-timeout", text) from err
        self._news.clear()

    async def _listen(self) -> None:
        """Let the detector judge what came."""
        audio = self._tape.part(self._heard, self._heard + _BITE)
        self._speech.feed(await self._hearing.beside(lambda: self._ear.feed(audio)))
        self._heard += len(audio)
        self._room.set()
        behind = self._tape.end - self._heard
        if behind >= WINDOW or (self._ended and behind):
            self._news.set()
        if self._speech.first is None:
            self._start = max(0, self._speech.now - 2 * _PAD)
            self._tape.forget(self._start)

    async def _settle(self) -> None:
        """Decide what becomes of guesses behind which speech went on."""
        guess, speech = self._guess, self._speech
        if guess is not None and guess.end != speech.end:
            self._guess = None
            self._go_on_behind(guess)
            if self._tell is not None and guess is self._told:
                await self._tell("", speech.end / RATE)
        while speech.first is not None and speech.end - self._start > _PIECE:
            self._cut_piece()
        for job in self._settled[:-_PIECES_AT_WORK]:
            await job.result

    def _go_on_behind(self, guess: Guess) -> None:
        """Keep a long guess until the next one begins alike; drop a short one."""
        if guess.end - guess.start < _PIECE_AT_LEAST:
            self._drop(guess)
            return
        earlier, self._candidate = self._candidate, guess
        if earlier is None:
            return
        if _agree(earlier, guess):
            self._keep(earlier)
        else:
            self._drop(earlier)

    def _cut_piece(self) -> None:
        candidate = self._candidate
        if candidate is not None:
            self._keep(candidate)
            return
        low, high = self._start + _PIECE_AT_LEAST, self._start + _PIECE
        pauses = [p for p in self._speech.pauses if low <= p.start and p.end <= high]
        if pauses:
            cut = max(pauses, key=lambda pause: pause.end - pause.start).middle
        else:
            cut = self._speech.softest(low, high)
        self._keep(self._guess_of(cut, cut, Urgency.SOON))

    def _keep(self, guess: Guess) -> None:
        """Settle a piece: what is not settled begins behind it."""
        self._settled.append(guess.job)
        if self._candidate is not None and self._candidate is not guess:
            self._drop(self._candidate)
        self._candidate = None
        self._start = guess.cut
        self._tape.forget(self._start)

    def _begin_guess(self) -> None:
        """Transcribe at the first silence, in the hope that it is the end."""
        speech = self._speech
        if speech.first is None or self._guess is not None or speech.speaking:
            return
        silence = self._hearing.settings.listen_ms / 1000
        if speech.silence >= silence and speech.end > self._start:
            self._guess = self._guess_of(speech.end, speech.now, Urgency.SOON)

    def _begin_check(self) -> None:
        """Look whether words were said on which somebody acts before the end."""
        guess = self._guess
        if not self._hearing.settings.early_end and self._tell is None:
            return
        if guess is None or guess.check is not None or not guess.job.done:
            return
        if guess.job.result.exception() is None:
            heard = guess.job.result.result()
            guess.check = self._hearing.certainty(
                self._engine, guess.audio, heard, self._wish, guess.seconds
            )
            guess.check.result.add_done_callback(lambda _: self._news.set())

    async def _tell_guess(self) -> None:
        """Tell a client that asked what was said if nobody goes on."""
        guess = self._guess
        if self._tell is None or guess is None or guess is self._told:
            return
        last = guess.heard
        if last is None or is_made_up(last):
            return
        if not all(job.done and not job.result.exception() for job in self._settled):
            return
        heard = self._joined([*(job.result.result() for job in self._settled), last])
        if heard.text:
            self._told = guess
            await self._tell(heard.text, guess.end / RATE)

    def _guess_of(self, end: int, cut: int, urgency: Urgency) -> Guess:
        first = self._speech.first or 0
        start = max(self._start, first - _PAD)
        audio = self._tape.part(start, min(cut, end + _TAIL))
        job = self._hearing.transcribe(self._engine, audio, self._wish, urgency)
        job.result.add_done_callback(lambda _: self._news.set())
        seconds = (end - max(self._start, first)) / RATE
        return Guess(audio, job, self._start, end, cut, seconds)

    async def _is_over(self) -> bool:
        """Whether the speaker is done, if the owner wants that to be judged."""
        guess, ending = self._guess, self._hearing.ending
        if not self._hearing.settings.early_end or guess is None:
            return False
        if (heard := guess.heard) is None:
            return False
        if guess.end != self._speech.end or self._speech.speaking:
            return False
        if self._patience is None or self._patience[0] is not guess:
            audio = self._tape.part(guess.end - ending.wants, guess.end + _PAD)
            patience = await self._hearing.beside(
                lambda: ending.patience(heard, self._request, audio)
            )
            self._patience = (guess, patience)
        return self._speech.silence >= self._patience[1]

    async def _finish(self) -> Heard:
        """Return the text of the settled pieces and of the rest."""
        speech, guess = self._speech, self._guess
        if speech.first is None:
            return Heard(text="", language=self._wish.languages[0])
        used = guess is not None and guess.end == speech.end
        self._hearing.figures.guesses.add(of="used" if used else "none")
        if not used and speech.end > self._start:
            guess = self._guess_of(speech.end, self._tape.end, Urgency.NOW)
            self._guess = guess
        jobs = [*self._settled, *([guess.job] if guess else [])]
        for job in jobs:
            job.urgency = Urgency.NOW
        pieces = [await job.result for job in jobs]
        return self._joined(pieces)

    def _joined(self, pieces: list[Heard]) -> Heard:
        texts = [clean(piece, weak=self._speech.weak) for piece in pieces]
        return Heard(
            text=" ".join(text for text in texts if text),
            language=pieces[0].language,
            logprob=min(piece.logprob for piece in pieces),
        )

    async def _show(self) -> None:
        """Show a client that asked what is certain of the text so far."""
        agreement, partial, speech = self._agreement, self._partial, self._speech
        if agreement is None or speech.first is None:
            return
        if partial is not None and partial.job.done:
            settled = [job.result.result() for job in self._settled if job.done]
            if partial.start == self._start and len(settled) == len(self._settled):
                heard = self._joined([*settled, partial.job.result.result()])
                await agreement.take(heard.text)
        last = max(self._start, speech.first, partial.end if partial else 0)
        if partial is not None and not partial.job.done:
            return
        if speech.end - last >= _PARTIAL and self._hearing.workers.idle:
            self._partial = self._guess_of(speech.end, speech.end, Urgency.MEANWHILE)

    def _drop(self, guess: Guess) -> None:
        self._hearing.figures.guesses.add(of="dropped")
        guess.call_off()


def _agree(earlier: Guess, later: Guess) -> bool:
    if earlier.start != later.start or not (earlier.job.done and later.job.done):
        return False
    shorter, longer = earlier.job.result.result(), later.job.result.result()
    return begins_alike(shorter.text, longer.text)
