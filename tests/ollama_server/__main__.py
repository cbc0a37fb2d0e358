"""The scripted Ollama on its own: python -m tests.ollama_server --port 11434."""

import argparse
import asyncio
import math
from pathlib import Path
import signal
import sys

from .cost import Machine
from .layouts import LAYOUTS
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
    parser.add_argument("--engine", help="a llama-server that reads every prompt")
    parser.add_argument("--layout", choices=LAYOUTS, help="of all models")
    parser.add_argument("--native", action="store_true", help="write and read calls")
    machine = parser.add_argument_group("what each request costs")
    machine.add_argument("--slots", type=int, default=1)
    machine.add_argument("--prefill", type=float, default=math.inf, help="tokens/s")
    machine.add_argument("--decode", type=float, default=math.inf, help="tokens/s")
    machine.add_argument("--load", type=float, default=0.0, help="seconds")
    machine.add_argument("--no-host-cache", action="store_true")
    asyncio.run(_serve(parser.parse_args()))


async def _serve(options: argparse.Namespace) -> None:
    machine = Machine(
        slots=options.slots,
        prefill=options.prefill,
        decode=options.decode,
        load=options.load,
        host_cache=not options.no_host_cache,
    )
    server = ScriptedOllama(
        load_script(options.script),
        options.model,
        machine=machine,
        engine=options.engine,
        layout=options.layout,
        native=options.native,
    )
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
