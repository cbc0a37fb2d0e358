"""Brings a real llama.cpp with tiny models here: python -m tests.engine.bring."""

import argparse
from pathlib import Path
import subprocess
import sys

from .llama import Kind, folder, model, program
from .tiny import write_model

_UNPACK = Path(__file__).with_name("unpack")


def main() -> None:
    """Bring what is not there yet and print where it is."""
    parser = argparse.ArgumentParser(prog="python -m tests.engine.bring")
    parser.add_argument("folder", nargs="?", type=Path, default=folder())
    sys.stdout.write(f"{bring(parser.parse_args().folder)}\n")


def bring(where: Path) -> Path:
    """Unpack the program unless it is there, and write the models."""
    if not _runs(program(where)):
        subprocess.run([_UNPACK, where], check=True, stdout=sys.stderr)
    for kind in Kind:
        write_model(model(where, kind), kind)
    return where


def _runs(path: Path) -> bool:
    if not path.is_file():
        return False
    tried = subprocess.run([path, "--version"], capture_output=True, check=False)
    return tried.returncode == 0


if __name__ == "__main__":
    main()
