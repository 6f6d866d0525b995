"""What people see in Slack of concerns and forums: played through once, each scene a page of messages to be drawn."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from bot.slack.rendering import home_blocks, messages
from bot.store.outbox import SqlOutbox
from bot.store.sql import SqlStore
from handlers.assistant import Assistant
from handlers.concerns.desk import Desk
from handlers.concerns.house import House
from handlers.conversation import Filled, Platform, Reply, Room
from handlers.forums.hall import Hall
from handlers.posts import Address
from knowledge.finding import Finder
from knowledge.forums.loading import example_forums, load
from scheduler.forums import plan
from tests.clock import LONDON, DrivenClock
from tests.conftest import LEADS
from tests.handlers.concerns.stage import References, Stage, person
from tests.slack.blocks import Json

Pages = dict[str, list[Json]]

PUBLIC_URL = "https://compactbot.example.org"
OFFICE, MARKET, ORGANISERS = "leads", "market", "organisers"
STORY = (
    "CPFT ended the grant for our Quillby lunch club with two weeks' notice. Nobody talked with us before.",
    "We had to let two people go, and forty older people now eat alone.",
)
WISH = "Three months' money, and a talk about what comes next."
TOLD = (
    *("raise a concern", "CPFT", "On our own", "Quillby Lunch Club", "charity", *STORY, "that's all", "last Tuesday"),
    *("1 and 2", "done", "we tried", WISH, "no", "here"),
)


def by(whom: str | None, blocks: Any) -> Json:
    """One message as it is to be drawn; None for a page without messages."""
    return {"by": whom, "app": whom in (None, "compactbot"), "blocks": list(blocks)}


def from_the_bot(*replies: Reply, short: bool = False) -> list[Json]:
    """Replies as the messages that they are."""
    return [by("compactbot", each.blocks) for reply in replies for each in messages(reply, short=short)]


@dataclass
class Town:
    """People on Slack, the assistant, and what it says unasked."""

    stage: Stage
    engine: Engine
    hall: Hall
    pages: Pages = field(default_factory=dict)
    posted: list[tuple[str, str, Reply]] = field(default_factory=list)

    def say(self, who: str, text: str, room: str = "", filled: Filled = ()) -> list[Json]:
        """What somebody hears in return."""
        return from_the_bot(*self.stage.replies(who, text, room, filled))

    def unasked(self, to: str, key: str = "") -> list[Json]:
        """What was last said unasked, to a person or in a channel, under a key that begins so."""
        self._deliver()
        found = [reply for whom, of, reply in self.posted if whom == to and of.startswith(key)]
        return from_the_bot(found[-1])

    def plan_at(self, day: str, hour: str) -> None:
        """Go on to an hour, and have said what is due about forums."""
        self.stage.clock.moment = datetime.fromisoformat(f"{day} {hour}").replace(tzinfo=LONDON)
        now = self.stage.clock.now()
        with SqlStore(self.engine).begin() as records:
            plan(records, self.hall, now - timedelta(hours=1), now, timedelta(hours=12))

    def _deliver(self) -> None:
        queue, now = SqlOutbox(self.engine), self.stage.clock.now()
        while claimed := queue.claim(now, [Platform.SLACK], 99):
            for each in claimed:
                queue.sent(each.post.key, "m", now)
                self.posted.append((_name(each.post.to), each.post.key, each.post.reply))


def played(finder: Finder, engine: Engine) -> Pages:
    """All scenes, by their names."""
    clock, store = DrivenClock(), SqlStore(engine)
    series = load(example_forums(), finder.knowledge.compacts)
    administrators = frozenset({"slack:max"})
    house = House(references=References(), administrators=administrators, series=series, public_url=PUBLIC_URL)
    desk = Desk(finder.knowledge, administrators=administrators)
    town = Town(
        Stage(Assistant(finder, store, clock, leads=LEADS, house=house), clock), engine, Hall(desk, series, PUBLIC_URL)
    )
    town.say("max", "send CPFT concerns here", OFFICE)
    _concern(town)
    _forum(town)
    return town.pages


def _concern(town: Town) -> None:
    pages, assistant = town.pages, town.stage.assistant
    *_, pages["concern-review"] = [town.say("ann", words) for words in TOLD]
    pages["concern-filed"] = town.say("ann", "file it")
    pages["leads-fresh"] = town.unasked(OFFICE, "case:")
    reference = town.posted[-1][1].split(":")[1]
    pages["concern-mine"] = town.say("ann", "my concerns")
    pages["concern-shown"] = town.say("ann", f"show {reference}")
    town.stage.clock.advance(timedelta(days=3, hours=1))
    town.say("ada", f"take {reference}", OFFICE)
    pages["concern-news"] = town.unasked("ann")
    town.say("ada", f"ask {reference}: Did anybody tell you why?", OFFICE)
    pages["concern-asked"] = town.unasked("ann")
    pages["leads-taken"] = town.unasked(OFFICE, "case:")
    town.say("ann", f"answer {reference}: They said that the money had run out.")
    town.say("ann", "raise a concern")
    town.say("ann", "CPFT")
    pages["home-with-concerns"] = [by(None, home_blocks(assistant.home(person("ann"))))]
    town.say("ada", f"close {reference} as settled: CPFT pays for three more months, and will talk with you.", OFFICE)
    pages["leads-closed"] = town.unasked(OFFICE, "case:")
    pages["concern-closed"] = town.unasked("ann")


def _forum(town: Town) -> None:
    pages, january = town.pages, "forum cpft-provider-forum 2027-01-13"
    pages["forum-appointed"] = town.say("max", "post forum reminders here", MARKET)
    town.say("max", "coordinate forums here", ORGANISERS)
    town.plan_at("2026-12-01", "09:00")
    pages["forum-asked"] = town.say("bea", "when is the next provider forum?")
    pages["forums-asked"] = town.say("bea", "when is the next forum?")
    pages["forum-calendar"] = [*town.say("bea", "show " + january), *town.say("bea", "add it to my calendar")]
    town.plan_at("2026-12-16", "09:30")
    pages["forum-invite"] = town.unasked(MARKET, "forum:cpft")
    pages["forum-coming"] = town.say("ann", f"coming to {january}")
    town.say("bea", f"apologies for {january}")
    town.say("ann", f"suggest an item for {january}: Who pays for taxis to late appointments?")
    town.plan_at("2027-01-06", "09:00")
    pages["forum-agenda-call"] = town.unasked(MARKET, "forum:cpft")
    move = "move the January forum to 20 January 2027 at 14:00 because the hall is flooded"
    pages["forum-change-shown"] = town.say("ada", move, ORGANISERS)
    pages["forum-change-made"] = town.say("ada", "yes", ORGANISERS)
    pages["forum-change"] = town.unasked(MARKET, "forum:cpft")
    pages["forum-manage"] = town.say("ada", "manage the January forum", ORGANISERS)
    town.plan_at("2027-01-19", "09:00")
    pages["forum-digest"] = town.unasked(ORGANISERS, "forum:cpft")
    pages["forum-joining"] = town.unasked(MARKET, "forum:cpft")
    town.plan_at("2027-01-21", "09:30")
    pages["forum-follow-up"] = town.unasked(ORGANISERS, "forum:cpft")
    town.say("ada", "cancel the April forum: too few people", ORGANISERS)
    town.plan_at("2027-03-17", "09:30")
    town.say("ada", "cancel the April forum: too few people can come", ORGANISERS)
    town.say("ada", "yes", ORGANISERS)
    pages["forum-cancelled"] = town.unasked(MARKET, "forum:cpft")


def _name(to: Address) -> str:
    return to.channel if isinstance(to, Room) else to.user
