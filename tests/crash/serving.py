"""`compactbot serve`, in a process that has loaded its program already, and with shorter holds.

What a killed process held is so taken up by others within seconds, not within a minute. Every time is shortened alike, so
that what has to be longer than another still is. Nothing else differs.
"""

import os
import sys
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path

from bot import answering, cli
from bot.slack import calling
from bot.store import inbox
from scheduler import delivery

# All of it, also what is loaded only where it is needed: loading takes two seconds, the rest of a start less than one.
PRELOADED = ("__main__", __name__, "bot.serving", "bot.store.opening", "bot.store.sql", "psycopg")
TIMES = 6


def live(environment: Mapping[str, str], folder: Path, log: Path, there: Connection) -> None:
    """Serve until killed. What is printed goes to `there`, what is logged to the end of the file `log`."""
    sys.stdout, sys.stderr = os.fdopen(there.fileno(), "w"), log.open("a", buffering=1)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    _hold_shorter()
    cli.main(["serve"])


def _hold_shorter() -> None:
    held_for = inbox.HELD_FOR / TIMES
    for name, module in list(sys.modules.items()):
        if name.startswith(("bot.", "scheduler.")) and hasattr(module, "HELD_FOR"):
            vars(module)["HELD_FOR"] = held_for
    answering._HOLD_EVERY /= TIMES
    answering._TAKE_UP_EVERY /= TIMES
    delivery.SENT_WITHIN /= TIMES
    calling._ANSWERS_WITHIN /= TIMES
