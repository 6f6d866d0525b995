"""Forgetting in time: what is kept no longer than it is needed."""

from datetime import datetime, timedelta

from handlers.ports import Store

CONTEXTS_KEPT = timedelta(days=1)


def forget_old(store: Store, *, now: datetime, questions_kept: timedelta) -> int:
    """Delete unanswered questions older than `questions_kept`, and what conversations were about a day ago.

    Returns how many rows went.
    """
    with store.begin() as records:
        return records.forget(questions_before=now - questions_kept, contexts_before=now - CONTEXTS_KEPT)
