"""A hub of models on the loopback, in the place of huggingface.co."""

from collections.abc import Iterator
from contextlib import contextmanager
import hashlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import json
from pathlib import Path
import threading
from typing import Any


class Hub:
    """Serves the files of a folder as the repository `small/model`."""

    repository = "small/model"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.damaged = False
        """Whether the last byte of large files arrives wrong."""
        self.cut = 0
        """Bytes after which the next large file breaks off."""
        self.ranges = list[str]()
        """What was asked for of files that had come in part."""
        self.open = threading.Event()
        self.open.set()
        """Cleared, nothing is answered."""
        self.address = ""

    def listing(self) -> list[dict[str, Any]]:
        """What the hub says of the files."""
        entries = list[dict[str, Any]]()
        for path in sorted(self.folder.iterdir()):
            content = path.read_bytes()
            head = f"blob {len(content)}\0".encode()
            entry: dict[str, Any] = {
                "type": "file",
                "path": path.name,
                "size": len(content),
                "oid": hashlib.sha1(head + content).hexdigest(),  # noqa: S324 - git's
            }
            if path.suffix == ".bin":
                entry["lfs"] = {"oid": hashlib.sha256(content).hexdigest()}
            entries.append(entry)
        return entries

    def content(self, name: str) -> bytes:
        """What comes of a file."""
        content = (self.folder / name).read_bytes()
        if self.damaged and name.endswith(".bin"):
            content = content[:-1] + bytes([content[-1] ^ 1])
        return content


@contextmanager
def running(folder: Path) -> Iterator[Hub]:
    """Serve a folder of models."""
    hub = Hub(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hub.open.wait(30)
            if self.path == f"/api/models/{hub.repository}/tree/main":
                self._reply(200, json.dumps(hub.listing()).encode())
                return
            prefix = f"/{hub.repository}/resolve/main/"
            name = self.path.removeprefix(prefix)
            if not self.path.startswith(prefix) or not (hub.folder / name).is_file():
                self._reply(404, b"")
                return
            content, status = hub.content(name), 200
            if asked := self.headers.get("Range"):
                hub.ranges.append(asked)
                content = content[int(asked.removeprefix("bytes=").rstrip("-")) :]
                status = 206
            self._reply(status, content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

        def _reply(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if hub.cut and len(content) > hub.cut:
                content, hub.cut = content[: hub.cut], 0
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    hub.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        hub.open.set()
        server.shutdown()
        server.server_close()
