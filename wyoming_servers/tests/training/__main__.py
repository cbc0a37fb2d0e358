"""Makes the small Whisper of the tests: python -m tests.training --help."""

import argparse
import logging
from pathlib import Path
import shutil

from tokenizers import Tokenizer
import torch

from ..process import WHISPER
from .check import check
from .export import export
from .network import TinyWhisper
from .speech import Speech, render
from .train import train
from .vocabulary import Vocabulary

_SEED = 7
_STEPS = 4600
_TOKENIZER = WHISPER / "tokenizer.json"


def main() -> None:
    """Render, train, export and check."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.training", description="Make the small Whisper."
    )
    parser.add_argument(
        "--work",
        type=Path,
        required=True,
        help="a folder for speech and weights; what is there is not made again",
    )
    parser.add_argument("--output", type=Path, required=True, help="the model's folder")
    parser.add_argument("--steps", type=int, default=_STEPS)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logging.getLogger(__package__).setLevel(logging.INFO)
    work, output = arguments.work, arguments.output
    work.mkdir(parents=True, exist_ok=True)
    vocabulary = Vocabulary(Tokenizer.from_file(str(_TOKENIZER)))
    speech = render(work, _SEED)
    weights = work / f"weights-{arguments.steps}.pt"
    network = _trained(weights, speech, vocabulary, arguments.steps)
    export(network, vocabulary, output)
    if not (output / _TOKENIZER.name).exists():
        shutil.copyfile(_TOKENIZER, output / _TOKENIZER.name)
    check(output, speech, _SEED)


def _trained(
    path: Path, speech: Speech, vocabulary: Vocabulary, steps: int
) -> TinyWhisper:
    """The network of a file, which is trained if it is not there."""
    if not path.exists():
        network = train(speech, vocabulary, steps=steps, seed=_SEED)
        torch.save(network.state_dict(), path)
        return network
    network = TinyWhisper(vocabulary.size)
    network.load_state_dict(torch.load(path, weights_only=True))
    return network


if __name__ == "__main__":
    main()
