"""What whoever runs the assistant sets for concerns and forums."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from handlers.concerns.clock import Targets
from handlers.concerns.references import drawn
from handlers.conversation import Platform
from knowledge.forums.content import Series


@dataclass(frozen=True)
class House:
    """The rules of the house.

    `safeguarding`: a sentence on whom to tell of somebody at risk. `drafts_kept`: how long a concern that is half told is
    kept. `targets` and `administrators`: as in `handlers.concerns.desk.Desk`. `references`: draws a reference at each call.
    `series` and `public_url`: as in `handlers.forums.hall.Hall`. `takes_concerns`: the platforms on which concerns can be
    raised and followed; on others nothing is offered that could not be seen through.
    """

    safeguarding: str = "You can also tell your organisation's safeguarding lead."
    drafts_kept: timedelta = timedelta(days=30)
    targets: Targets = field(default_factory=dict)
    administrators: frozenset[str] = frozenset()
    references: Callable[[], str] = drawn
    series: tuple[Series, ...] = ()
    public_url: str = ""
    takes_concerns: frozenset[Platform] = frozenset(Platform)
