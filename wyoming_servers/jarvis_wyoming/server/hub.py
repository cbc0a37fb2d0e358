"""Fetching models from a hub, huggingface.co or a mirror of it, and checking them.

What was fetched keeps its hashes beside it in `SHA256SUMS`, as `sha256sum -c` reads it,
so that a copy on another machine or a NAS can be checked without any network.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
import hashlib
import json
import logging
from pathlib import Path
import shutil
from typing import Any
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from .errors import ServerError

SUMS = "SHA256SUMS"
_LOGGER = logging.getLogger(__name__)
_BLOCK = 1 << 20
_SECONDS = 30
_STEP = 10  # percent between two lines of progress


@dataclass(frozen=True, kw_only=True)
class HubFile:
    """A file that the hub has."""

    path: str
    """Within the repository."""
    size: int
    sha256: str | None
    """Large files have it;"""
    blob: str
    """all have git's hash."""


Progress = Callable[[str, int, int], None]
"""Told the file, the bytes that came and the bytes that it has."""


def fetch(
    hub: str,
    repository: str,
    target: Path,
    *,
    wanted: Iterable[str],
    folder: str = "",
    progress: Progress | None = None,
) -> None:
    """Bring the files that match into target; blocks, so it is for a thread.

    Target appears whole or not at all; what is there already stays.
    """
    part = target.with_name(target.name + ".part")
    part.mkdir(parents=True, exist_ok=True)
    patterns = tuple(wanted)
    try:
        files = [
            file
            for file in _list(hub, repository, folder)
            if any(fnmatch(file.path.rpartition("/")[2], p) for p in patterns)
        ]
        if not files:
            raise ServerError("no-model", f"{hub} has no such model: {repository}.")
        sums = {
            name: _bring(hub, repository, file, part / name, progress or _Lines())
            for file in files
            for name in (file.path.rpartition("/")[2],)
        }
    except (OSError, ValueError) as err:
        reason = err.reason if isinstance(err, URLError) else err
        text = f"{repository} cannot be fetched from {hub}: {reason}."
        raise ServerError("no-model", text) from err
    _write_sums(part, sums)
    _move_into(part, target)


def check(folder: Path) -> bool:
    """Compare a folder's files with its SHA256SUMS; False when it has none.

    A file that is not what was fetched raises a `ServerError`.
    """
    try:
        lines = (folder / SUMS).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return False
    for line in lines:
        want, _, name = line.partition("  ")
        path = folder / Path(name).name
        if not path.is_file() or _sha256(path) != want:
            raise ServerError("damaged-model", f"{path} is damaged: fetch it again.")
    return True


def _list(hub: str, repository: str, folder: str) -> list[HubFile]:
    path = f"{hub.rstrip('/')}/api/models/{quote(repository)}/tree/main"
    with _open(f"{path}/{quote(folder)}" if folder else path) as reply:
        entries = json.load(reply)
    return [
        HubFile(
            path=entry["path"],
            size=entry["size"],
            sha256=(entry.get("lfs") or {}).get("oid"),
            blob=entry.get("oid", ""),
        )
        for entry in entries
        if entry.get("type") == "file"
    ]


def _bring(
    hub: str, repository: str, file: HubFile, target: Path, progress: Progress
) -> str:
    """Bring one file, going on where an earlier try ended; return its hash."""
    if not (target.is_file() and _matches(target, file)):
        _download(hub, repository, file, target, progress)
    if target.stat().st_size < file.size:
        raise OSError("the connection broke off")
    if not _matches(target, file):
        target.unlink()
        raise ServerError("damaged-model", f"{file.path} came damaged from {hub}.")
    return _sha256(target)


def _download(
    hub: str, repository: str, file: HubFile, target: Path, progress: Progress
) -> None:
    have = target.stat().st_size if target.is_file() else 0
    have = have if have < file.size else 0
    url = f"{hub.rstrip('/')}/{quote(repository)}/resolve/main/{quote(file.path)}"
    headers = {"Range": f"bytes={have}-"} if have else {}
    with _open(url, headers) as reply:
        goes_on = have and reply.status == 206
        have = have if goes_on else 0
        with target.open("ab" if goes_on else "wb") as out:
            while block := reply.read(_BLOCK):
                out.write(block)
                have += len(block)
                progress(file.path, have, file.size)


def _open(url: str, headers: dict[str, str] | None = None) -> Any:
    if not url.startswith(("https://", "http://")):
        raise ValueError(f"{url} is not an address of the web")
    return urlopen(Request(url, headers=headers or {}), timeout=_SECONDS)  # noqa: S310 - checked above


def _matches(path: Path, file: HubFile) -> bool:
    if path.stat().st_size != file.size:
        return False
    if file.sha256:
        return _sha256(path) == file.sha256
    content = path.read_bytes()
    head = f"blob {len(content)}\0".encode()
    return hashlib.sha1(head + content, usedforsecurity=False).hexdigest() == file.blob


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _write_sums(folder: Path, sums: dict[str, str]) -> None:
    lines = [f"{digest}  {name}\n" for name, digest in sorted(sums.items())]
    (folder / SUMS).write_text("".join(lines), "utf-8")


def _move_into(part: Path, target: Path) -> None:
    if target.exists():  # an older, broken one
        shutil.rmtree(target)
    part.rename(target)


class _Lines:
    """Progress in the log, a line every ten percent."""

    def __init__(self) -> None:
        self._shown = dict[str, int]()

    def __call__(self, name: str, have: int, size: int) -> None:
        percent = 100 if size == 0 else have * 100 // size
        if percent >= self._shown.get(name, -_STEP) + _STEP:
            self._shown[name] = percent - percent % _STEP
            _LOGGER.info("fetching", extra={"file": name, "percent": percent})
