"""`jarvis-piper`: text to speech for Home Assistant."""

import os
import sys

# Before numpy is imported: its threads must not fight with the voices' for the cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# ONNX Runtime tells Microsoft of its sessions otherwise: nothing leaves the house.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from ..server.program import Program, run
from .config import PiperSettings
from .service import PiperService, fetch


def main() -> None:
    """Serve, or do what the command line says."""
    program = Program(
        name="jarvis-piper",
        about="Says what is written, in Home Assistant's Wyoming protocol.",
        settings=PiperSettings,
        make=PiperService,
        commands={"fetch": ("fetch the voices and end", fetch)},
    )
    sys.exit(run(program))


if __name__ == "__main__":
    main()
