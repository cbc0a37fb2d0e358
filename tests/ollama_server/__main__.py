"""The scripted Ollama on its own: python -m tests.ollama_server --port 11434."""

import argparse
import asyncio
from pathlib import Path
import signal
import sys

from .script import DEFAULT_SCRIPT, load_script
from .server import ScriptedOllama


def main() -> None:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(prog="python -m tests.ollama_server")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--script", type=Path, default=DEFAULT_SCRIPT)
    parser.add_argument(
        "--model", nargs="+", help="what is installed, instead of the usual models"
    )
    asyncio.run(_serve(parser.parse_args()))


async def _serve(options: argparse.Namespace) -> None:
    server = ScriptedOllama(load_script(options.script), options.model)
    end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end.set)
    await server.start(options.port)
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    await end.wait()
    await server.stop()


if __name__ == "__main__":
    main()
