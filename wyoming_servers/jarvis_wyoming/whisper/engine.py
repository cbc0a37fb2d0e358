"""One Whisper model in CTranslate2: from audio to words with a single encode."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
import zlib

import ctranslate2
import numpy as np
import tokenizers

from .certain import variants
from .config import WhisperSettings
from .features import FRAMES_PER_SECOND, Spectrogram
from .vad import RATE, Audio
from .words import plain, without_repeats

# Nobody says more: what comes beyond is a loop of the decoder.
_TOKENS_PER_SECOND = 12
_TOKENS_AT_LEAST = 24
_TOKENS_AT_MOST = 224
_PROMPT_TOKENS = 200
_STEP = 48
"""Tokens between two looks whether the work is still wanted."""
_TEMPERATURES = (0.0, 0.4, 0.8)
"""Of the further tries, all without a prompt: it may be what misleads."""
_SURE = -0.15
"""A text that is likelier than this needs no names: they mislead small models."""
_BAD_LOGPROB = -1.0
_BAD_COMPRESSION = 2.4
_SILENCE = 0.6
_MARGIN = 50
"""Frames behind the sound when words are looked for in it."""

Check = Callable[[], None]
"""Raises when the work is no longer wanted."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is known of an utterance before it is heard."""

    languages: tuple[str, ...]
    """It is in one of them."""
    prompts: dict[str, str] = field(default_factory=dict)
    """By language, words that it continues."""
    names: str = ""
    """How things are called here: asked for when the first try is not sure."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What was said, and how sure that is."""

    text: str
    language: str
    logprob: float = 0.0
    """Of an average token."""
    silence: float = 0.0
    """How likely nobody spoke."""
    compression: float = 0.0
    """How much the text repeats itself."""
    certainty: float = 1.0
    """How likely the least likely word is, where that was looked at."""

    @property
    def doubtful(self) -> bool:
        """Whether another try may do better."""
        if self.nothing:
            return False
        if self.logprob < _BAD_LOGPROB or self.compression > _BAD_COMPRESSION:
            return True
        return without_repeats(self.text) != self.text

    @property
    def nothing(self) -> bool:
        """Whether the model itself thinks that nobody spoke."""
        return self.silence > _SILENCE and self.logprob < _BAD_LOGPROB


class Engine:
    """Transcribes; may be used from several threads at a time."""

    def __init__(self, folder: Path, settings: WhisperSettings) -> None:
        self.device = _device(settings.device)
        wanted = settings.compute_type
        self._model = ctranslate2.models.Whisper(
            str(folder),
            device=self.device,
            compute_type=_compute_type(self.device) if wanted == "auto" else wanted,
            inter_threads=settings.workers,
            intra_threads=settings.cores,
        )
        self.compute_type: str = self._model.compute_type
        self.multilingual: bool = self._model.is_multilingual
        self._beams = settings.beam_size or (1 if self.device == "cpu" else 5)
        self._frames = int(settings.window_seconds * FRAMES_PER_SECOND)
        self._spectrogram = Spectrogram(self._model.n_mels)
        self._words = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._text_end = self._token("<|endoftext|>")

    def knows(self, language: str) -> bool:
        """Whether the model has a language by this code."""
        return self._words.token_to_id(f"<|{language}|>") is not None

    def hear(self, audio: Audio, wish: Wish, check: Check) -> Heard:
        """Transcribe up to 30 seconds."""
        encoded = self._encode(audio)
        check()
        language = self._language(encoded, wish.languages)
        decode = partial(
            self._decode,
            encoded,
            language=language,
            most=self._most_tokens(len(audio) / RATE),
            check=check,
        )
        prompt = wish.prompts.get(language, "")
        best: Heard = decode(prompt, 0)
        if wish.names and best.logprob < _SURE:
            best = _better(best, decode(f"{prompt} {wish.names}", 0))
        for temperature in _TEMPERATURES[0 if prompt else 1 :]:
            if not best.doubtful:
                break
            best = _better(best, decode("", temperature))
        return best

    def certainty(self, audio: Audio, heard: Heard, wish: Wish, check: Check) -> float:
        """Return how likely the least likely word is, in this sound and ones like it.

        The model is given no more of a window than the sound needs: words that are
        known need less care than words that are looked for.
        """
        ids = self._words.encode(f" {heard.text}", add_special_tokens=False).ids
        words = [at for at, one in enumerate(ids) if plain(self._words.decode([one]))]
        if not words:
            return 0.0
        looks = [self._spectrogram.of(one) for one in variants(audio)]
        lengths = [look.shape[1] for look in looks]
        window = min(max(lengths) + _MARGIN, 30 * FRAMES_PER_SECOND) // 2 * 2
        features = [_fitted(look, window) for look in looks]
        encoded = self._model.encode(_view(np.stack(features)))
        check()
        found = self._model.align(
            encoded,
            self._prompt(heard.language, wish.prompts.get(heard.language, "")),
            [ids] * len(looks),
            [min(length, window) for length in lengths],
            median_filter_width=1,
        )
        return min(float(one.text_token_probs[at]) for one in found for at in words)

    def _encode(self, audio: Audio) -> ctranslate2.StorageView:
        features = _fitted(self._spectrogram.of(audio), self._window(audio))
        return self._model.encode(_view(features[None]))

    def _window(self, audio: Audio) -> int:
        """Frames of the encoder: a long utterance gets the whole window back."""
        needed = len(audio) * FRAMES_PER_SECOND // RATE
        return self._frames if needed <= self._frames else 30 * FRAMES_PER_SECOND

    def _language(
        self, encoded: ctranslate2.StorageView, languages: Sequence[str]
    ) -> str:
        if not self.multilingual or len(languages) == 1:
            return languages[0]
        wanted = {f"<|{language}|>": language for language in languages}
        for token, _ in self._model.detect_language(encoded)[0]:
            if token in wanted:
                return wanted[token]
        return languages[0]

    def _prompt(self, language: str, text: str) -> list[int]:
        start = [self._token("<|startoftranscript|>")]
        if self.multilingual:
            start += [self._token(f"<|{language}|>"), self._token("<|transcribe|>")]
        start.append(self._token("<|notimestamps|>"))
        if not text:
            return start
        words = self._words.encode(f" {text.strip()}", add_special_tokens=False)
        before: list[int] = words.ids[:_PROMPT_TOKENS]
        return [self._token("<|startofprev|>"), *before, *start]

    def _token(self, name: str) -> int:
        number: int | None = self._words.token_to_id(name)
        if number is None:
            raise ValueError(f"the tokenizer lacks {name}")
        return number

    def _text(self, tokens: list[int]) -> str:
        words = [token for token in tokens if token < self._text_end]
        return str(self._words.decode(words)).strip()

    def _decode(
        self,
        encoded: ctranslate2.StorageView,
        words: str,
        temperature: float,
        *,
        language: str,
        most: int,
        check: Check,
    ) -> Heard:
        """Decode in steps; beams, which cannot be taken up again, in one."""
        prompt = self._prompt(language, words)
        beams = self._beams if temperature == 0 else 1
        step = _STEP if beams == 1 else most
        found, total, silence = list[int](), 0.0, 0.0
        while len(found) < most:
            check()
            size = min(step, most - len(found))
            result = self._model.generate(
                encoded,
                [prompt + found],
                beam_size=beams,
                patience=2,
                max_length=len(prompt) + len(found) + size,
                suppress_blank=not found,
                sampling_topk=0 if temperature else 1,
                sampling_temperature=temperature or 1,
                return_scores=True,
                return_no_speech_prob=not found,
            )[0]
            tokens = result.sequences_ids[0]
            total += result.scores[0] * max(1, len(tokens))
            silence = silence if found else result.no_speech_prob
            found += tokens
            if len(tokens) < size:
                break
        text = self._text(found)
        return Heard(
            text=text,
            language=language,
            logprob=total / (len(found) + 1),
            silence=silence,
            compression=_compression(text),
        )

    @staticmethod
    def _most_tokens(seconds: float) -> int:
        tokens = _TOKENS_AT_LEAST + int(seconds * _TOKENS_PER_SECOND)
        return min(tokens, _TOKENS_AT_MOST)


def _fitted(features: Audio, frames: int) -> Audio:
    """Return so many frames of it, with silence behind."""
    features = features[:, :frames]
    return np.pad(features, ((0, 0), (0, frames - features.shape[1])))


def _view(features: Audio) -> ctranslate2.StorageView:
    contiguous = np.ascontiguousarray(features, dtype=np.float32)
    return ctranslate2.StorageView.from_array(contiguous)


def _better(first: Heard, second: Heard) -> Heard:
    """Return the one that is no doubt, or else the likelier."""
    return max(first, second, key=lambda heard: (not heard.doubtful, heard.logprob))


def _device(wanted: str) -> str:
    if wanted != "auto":
        return wanted
    return "cuda" if ctranslate2.get_cuda_device_count() else "cpu"


def _compute_type(device: str) -> str:
    """Choose the numbers that are fastest where the accuracy stays."""
    able = ctranslate2.get_supported_compute_types(device)
    order = ("float16", "int8_float16") if device == "cuda" else ("int8", "float32")
    return next((kind for kind in order if kind in able), "default")


def _compression(text: str) -> float:
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0
