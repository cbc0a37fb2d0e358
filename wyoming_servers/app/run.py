"""Runs a speech server as an app of Home Assistant: its options, and being found."""

import argparse
from collections.abc import Mapping
import json
import os
from pathlib import Path
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import Any
from urllib.request import Request, urlopen

PORTS = {"whisper": 10300, "piper": 10200}
_FOLDERS = {"whisper": "MODEL_DIR", "piper": "VOICE_DIR"}
_TOKEN = "SUPERVISOR_TOKEN"  # noqa: S105 - its name
_TRIES = 20
_PAUSE = 3
_SECONDS = 10


def main() -> int:
    """Serve until the supervisor says stop; the exit status is the server's."""
    arguments = _parser().parse_args()
    program, data = arguments.program, arguments.data
    models = data / "models"
    models.mkdir(exist_ok=True)
    if arguments.user:
        shutil.chown(models, arguments.user, arguments.user)
    options = json.loads((data / "options.json").read_text("utf-8"))
    environ = {**os.environ, **variables(program, options, models)}
    token = environ.pop(_TOKEN, "")
    server = subprocess.Popen(
        [sys.executable, "-m", f"jarvis_wyoming.{program}"],
        env=environ,
        user=arguments.user,
        group=arguments.user,
        extra_groups=[] if arguments.user else None,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.terminate())
    if token:
        there = (arguments.supervisor, token, options.get("port", PORTS[program]))
        threading.Thread(target=_announce, args=there, daemon=True).start()
    return server.wait()


def variables(program: str, options: Mapping[str, Any], models: Path) -> dict[str, str]:
    """The options as the server's variables; those that are empty keep its defaults."""
    # The supervisor tells Home Assistant where the app is; /share is for own models.
    folders = f"{models},/share/piper" if program == "piper" else str(models)
    found = {"ZEROCONF": "false", _FOLDERS[program]: folders}
    for name, value in options.items():
        if value not in (None, "", []):
            found[name.upper()] = _text(value)
    return {f"JARVIS_{program.upper()}_{key}": text for key, text in found.items()}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _announce(supervisor: str, token: str, port: int) -> None:
    """Tell Home Assistant of the server, as soon as it listens."""
    message = {
        "service": "wyoming",
        "config": {"uri": f"tcp://{socket.gethostname()}:{port}"},
    }
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = json.dumps(message).encode()
    request = Request(f"{supervisor}/discovery", body, headers)  # noqa: S310 - ours
    reason: OSError | None = None
    for _ in range(_TRIES):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=_SECONDS).close()
            urlopen(request, timeout=_SECONDS).close()  # noqa: S310 - ours
        except OSError as err:
            reason = err
            time.sleep(_PAUSE)
        else:
            return
    print(f"Home Assistant was not told of the server: {reason}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", choices=sorted(PORTS))
    parser.add_argument("--user", help="whom the server runs as")
    parser.add_argument("--data", type=Path, default=Path("/data"))
    parser.add_argument("--supervisor", default="http://supervisor")
    return parser


if __name__ == "__main__":
    sys.exit(main())
