"""`jarvis-whisper`: speech to text for Home Assistant."""

import os
import sys

# Before numpy and CTranslate2 are imported: their threads must not fight for the cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# ONNX Runtime tells Microsoft of its sessions otherwise: nothing leaves the house.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from ..server.program import Program, run
from .config import WhisperSettings
from .service import WhisperService, fetch


def main() -> None:
    """Serve, or do what the command line says."""
    program = Program(
        name="jarvis-whisper",
        about="Hears what is said, in Home Assistant's Wyoming protocol.",
        settings=WhisperSettings,
        make=WhisperService,
        commands={"fetch": ("fetch the models and end", fetch)},
    )
    sys.exit(run(program))


if __name__ == "__main__":
    main()
