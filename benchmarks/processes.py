"""What whole processes of the command line take: time from start to end, and memory at rest."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bot.settings import Settings

_COMMAND = Path(sys.executable).with_name("compactbot")
_QUESTION = "How much notice must we be given before our funding ends?"
_TIMES = 7
_AT_MOST = 60.0
_QUIET = 1.0
_PROC = Path("/proc")


@dataclass(frozen=True)
class Taken:
    """`first` and `cold`: seconds of one `compactbot ask`, with nothing kept and with the index kept from before;
    `resting`: bytes in memory of a `compactbot chat` after one question, None where they cannot be told.
    """

    first: float
    cold: float
    resting: int | None


def taken() -> Taken:
    """Everything measured, in a folder of its own that is gone afterwards."""
    with TemporaryDirectory() as folder:
        surroundings = _surroundings(Path(folder))
        first = _seconds(surroundings, folder)
        _seconds(surroundings, folder)
        cold = median(_seconds(surroundings, folder) for _ in range(_TIMES))
        resting = _resting(surroundings, folder) if _PROC.joinpath("self", "status").exists() else None
        return Taken(first, cold, resting)


def memory(process: int | str, kind: str) -> int | None:
    """What /proc tells of a process's memory, in bytes: VmRSS is what is in use, VmHWM the most that ever was."""
    try:
        lines = _PROC.joinpath(str(process), "status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1_024 for line in lines if line.startswith(f"{kind}:")), None)


def _surroundings(folder: Path) -> dict[str, str]:
    """The environment without anyone's settings: this measures what is shipped."""
    ours = {name.upper() for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name.upper() not in ours}
    places = {"DATABASE_URL": f"sqlite:///{folder / 'bench.db'}", "CACHE_DIR": str(folder / "cache")}
    return {**kept, **places, "TERM": "dumb"}


def _seconds(surroundings: dict[str, str], folder: str) -> float:
    begun = time.perf_counter()
    subprocess.run(
        [_COMMAND, "ask", _QUESTION],
        env=surroundings,
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=_AT_MOST,
    )
    return time.perf_counter() - begun


def _resting(surroundings: dict[str, str], folder: str) -> int | None:
    # People chat in a terminal, which loads more than a pipe does.
    import pty

    ours, theirs = pty.openpty()
    command: Sequence[str | Path] = (_COMMAND, "chat")
    chat = subprocess.Popen(command, env=surroundings, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    try:
        _read_to_prompt(ours)
        os.write(ours, f"{_QUESTION}\n".encode())
        _read_to_prompt(ours)
        _wait_until_idle(chat.pid)
        return memory(chat.pid, "VmRSS")
    finally:
        chat.terminate()
        chat.wait(_AT_MOST)
        os.close(ours)


def _read_to_prompt(terminal: int) -> None:
    said = b""
    while not said.endswith(b"\n> "):
        said += os.read(terminal, 65_536)


def _wait_until_idle(process: int) -> None:
    before, now = -1, _ticks(process)
    while now != before:
        time.sleep(_QUIET)
        before, now = now, _ticks(process)


def _ticks(process: int) -> int:
    """How long a process has run, in the kernel's ticks, for itself and inside the system."""
    fields = _PROC.joinpath(str(process), "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
