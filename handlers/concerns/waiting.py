"""Concerns that are half told and wait: asked about again when their person wanted it, and deleted in time, after a warning.

To be called by a scheduler; what is said goes through the outbox, once, however often these are called. Each draft is seen
to in a transaction of its person's, so that nobody's answer of the same moment is lost.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from handlers.concerns import leaving
from handlers.concerns.records import Draft
from handlers.conversation import Block, Reply
from handlers.ports import Records, Store
from handlers.posts import Post

WARNED_BEFORE = timedelta(days=7)


def ask_again(store: Store, now: datetime) -> int:
    """Ask those who tried to talk with the other side first how it went; returns how many are asked."""

    def ask(records: Records, draft: Draft) -> bool:
        if draft.ask_again is None or draft.ask_again > now:
            return False
        _tell(records, draft, f"ask:{draft.ask_again:%Y-%m-%d}", leaving.asking(draft), now)
        # From here on its time runs: whoever does not answer lets it go.
        records.drafts.keep(replace(draft, ask_again=None, touched=now))
        return True

    with store.begin() as records:
        waiting = records.drafts.asking_again(now)
    return sum(_see_to(store, each, ask) for each in waiting)


def let_go(store: Store, now: datetime, *, kept: timedelta) -> int:
    """Delete what nobody has gone on with for as long as it is `kept`, having warned before; returns how many are deleted.

    `now` is in the time zone whose days people are told. A concern that is to be asked about waits until then.
    """

    def see_to(records: Records, draft: Draft) -> bool:
        if draft.ask_again or draft.touched >= now - kept + WARNED_BEFORE:
            return False
        if not draft.warned:
            _warn(records, draft, now, kept)
            return False
        if draft.touched >= now - kept:
            return False
        records.drafts.drop(draft.person)
        return True

    with store.begin() as records:
        old = records.drafts.untouched_since(now - kept + WARNED_BEFORE)
    return sum(_see_to(store, each, see_to) for each in old)


def _see_to(store: Store, found: Draft, act: Callable[[Records, Draft], bool]) -> bool:
    """Act on a draft as it stands when it is its person's turn; whether that did what was to be counted."""
    with store.begin(of=found.person) as records:
        draft = records.drafts.of(found.person)
        return draft is not None and act(records, draft)


def _warn(records: Records, draft: Draft, now: datetime, kept: timedelta) -> None:
    # Whoever is warned late, as after a long standstill, has the whole time all the same.
    touched = max(draft.touched, now - kept + WARNED_BEFORE)
    last = (touched + kept).astimezone(now.tzinfo).date()
    _tell(records, draft, f"warn:{last:%Y-%m-%d}", leaving.warning(draft, last), now)
    records.drafts.keep(replace(draft, warned=True, touched=touched))


def _tell(records: Records, draft: Draft, key: str, blocks: tuple[Block, ...], now: datetime) -> None:
    records.outbox.put(Post(f"draft:{draft.id}:{key}", draft.person, Reply(blocks), now))
