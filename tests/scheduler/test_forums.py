"""What forums' channels are told, and when: each once, at its hour, by what holds then."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.conversation import Choices, Option, Platform, Room
from handlers.ports import Purpose
from scheduler.forums import AHEAD, LOOK_AT_DELIVERY
from tests.clock import FRIDAY, LONDON
from tests.forums.small import made
from tests.handlers.forums.town import BACK_OFFICE, JANUARY, MARKET, OFFICE, QUARTERLY, SQUARE, TENANT, Town

INVITE = "forum:quarterly:2027-01-13:P28D at 09:30:slack:T1:C1"
CALL = "forum:quarterly:2027-01-13:P7D:slack:T1:C1"
LAST = "forum:quarterly:2027-01-13:PT1H:slack:T1:C1"
DIGEST = "forum:quarterly:2027-01-13:digest:slack:T1:C3"
FOLLOW_UP = "forum:quarterly:2027-01-13:P1D after at 09:30:slack:T1:C3"


def keys(town: Town) -> list[str]:
    """The keys of what was put into the outbox since last asked."""
    return [post.key for post in town.new_posts()]


class TestOnTime:
    @pytest.mark.usefixtures("both")
    def test_each_is_put_at_its_moment_and_not_before_and_once(self, town: Town) -> None:
        seen = []
        moment = town.plan()
        while moment < datetime(2027, 2, 1, tzinfo=UTC):
            town.clock.moment = moment.astimezone(LONDON) - timedelta(seconds=1)
            town.plan()
            assert town.new_posts() == []
            town.clock.moment = moment.astimezone(LONDON)
            town.plan()
            seen += [(post.key, post.due) for post in town.new_posts()]
            moment = town.plan()
        told = [(key, f"{due.astimezone(LONDON):%Y-%m-%d %H:%M}") for key, due in seen]
        assert told == [
            (INVITE, "2026-12-16 09:30"),
            (CALL, "2027-01-06 09:00"),
            (DIGEST, "2027-01-12 09:00"),
            (LAST, "2027-01-13 09:00"),
            (FOLLOW_UP, "2027-01-14 09:30"),
        ]

    def test_planned_anew_from_long_before_nothing_is_said_again(self, town: Town) -> None:
        town.plan_at("2026-12-16", "09:30")
        assert keys(town) == [INVITE]
        town.plan(FRIDAY - timedelta(days=400))
        assert keys(town) == []

    def test_it_tells_when_there_is_something_to_do_next(self, town: Town) -> None:
        assert town.plan() == datetime(2026, 12, 16, 9, 30, tzinfo=UTC)
        after = town.plan_at("2026-12-16", "09:30")
        assert after == town.clock.now() + LOOK_AT_DELIVERY, "what was put may fail to be delivered"
        town.new_posts()
        assert town.plan() == datetime(2027, 1, 6, 9, tzinfo=UTC)
        town.series = ()
        assert town.plan() == town.clock.now() + AHEAD

    def test_every_channel_has_its_own(self, town: Town) -> None:
        town.appoint(MARKET)
        town.plan_at("2026-12-16", "09:30")
        assert sorted(post.to for post in town.new_posts()) == ["C1", "C2"]

    def test_a_channel_with_a_very_long_name_has_a_short_key(self, town: Town) -> None:
        town.appoint(Room(Platform.SLACK, TENANT, "x" * 300))
        town.plan_at("2026-12-16", "09:30")
        posts = town.new_posts()
        assert len(posts) == len({post.key for post in posts}) == 2
        assert max(len(post.key) for post in posts) < 150

    def test_what_is_said_holds_when_it_is_said(self, town: Town) -> None:
        town.press(f"confirm {JANUARY}: 0 where place The Guildhall", "ada", OFFICE)
        town.plan_at("2026-12-16", "09:30")
        [post] = town.new_posts()
        assert "The Guildhall" in post
        assert "The hall" not in post


class TestTexts:
    def test_an_invitation_tells_all_that_one_needs(self, town: Town) -> None:
        town.plan_at("2026-12-16", "09:30")
        [post] = town.new_posts()
        for told in (
            "Quarterly forum: Wednesday 13 January 2027",
            "You are invited. Please say whether you can come.",
            "Wednesday 13 January 2027, 10:00 to 12:00",
            "The hall, and online",
            "https://meet.example.org/quarterly",
            "1. Welcome\\n2. The Compact: is it being kept?",
            "Provider forums must take place every quarter.",
            "[cpft.delivery.forums]",
            "https://bot.example.org/forums/quarterly/2027-01-13.ics",
            f"coming to {JANUARY}",
            f"apologies for {JANUARY}",
            f"suggest an item for {JANUARY}",
            "show cpft.delivery.forums",
        ):
            assert told in post, told

    def test_the_call_for_the_agenda_and_the_last_one_open_otherwise(self, town: Town) -> None:
        [call] = town.live_until("2027-01-06", "09:00")
        assert "It is in 7 days. What should we talk about? Please suggest an item" in call
        [last] = town.live_until("2027-01-13", "09:00")
        assert "It is today, at 10:00." in last
        assert last.blocks[2] == Choices(
            (
                Option("Join online", "", link="https://meet.example.org/quarterly"),
                Option("Add to calendar", "", link="https://bot.example.org/forums/quarterly/2027-01-13.ics"),
            ),
            numbered=False,
        )

    def test_a_digest_tells_the_coordinators_who_comes(self, town: Town) -> None:
        town.press(f"coming to {JANUARY}", "ann")
        town.press(f"suggest an item for {JANUARY}: Taxis", "bea")
        [post] = town.live_until("2027-01-12", "09:00")
        assert (post.key, post.to) == (DIGEST, "C3")
        for told in (
            "Quarterly forum: tomorrow",
            "Coming: 1 (Ann)",
            "Apologies: nobody yet",
            "Taxis",
            f"manage {JANUARY}",
        ):
            assert told in post, told

    def test_a_follow_up_asks_the_coordinators_for_actions(self, town: Town) -> None:
        town.plan_at("2027-01-14", "09:30")
        [post] = [post for post in town.new_posts() if post.key == FOLLOW_UP]
        assert post.to == "C3"
        assert f"actions of {JANUARY}" in post

    def test_a_forum_in_another_time_zone_is_told_by_its_own_clock(self, town: Town) -> None:
        town.series = (made(time_zone="Europe/Athens", compact_item=False, starts="2026-10-14"),)
        town.plan()
        town.plan_at("2026-12-16", "07:29")
        assert keys(town) == []
        town.plan_at("2026-12-16", "07:30")
        assert "10:00 to 12:00 (EET)" in town.new_posts()[0]


class TestLate:
    @pytest.mark.parametrize(("hour", "said"), [("21:30", True), ("21:31", False)])
    def test_late_ones_go_within_the_grace(self, town: Town, hour: str, *, said: bool) -> None:
        town.plan_at("2026-12-16", hour)
        assert (INVITE in keys(town)) is said

    def test_what_is_too_late_is_told_to_the_coordinators_once(self, town: Town) -> None:
        town.plan_at("2026-12-17", "09:30")
        [post] = town.new_posts()
        assert post.to == "C3"
        assert "1 message did not go out, because I was not running at the time." in post
        assert "invitation: Quarterly forum, Wednesday 13 January 2027" in post
        town.planned = None
        town.plan()
        assert keys(town) == []

    @pytest.mark.parametrize(("hour", "said"), [("09:59", True), ("10:00", False)])
    def test_none_goes_out_when_the_forum_has_begun(self, town: Town, hour: str, *, said: bool) -> None:
        town.plan_at("2027-01-12", "20:00")
        town.new_posts()
        town.plan_at("2027-01-13", hour)
        assert (LAST in keys(town)) is said

    def test_a_follow_up_goes_late_as_well(self, town: Town) -> None:
        town.plan_at("2027-01-14", "21:00")
        assert FOLLOW_UP in keys(town)

    def test_of_several_late_ones_only_the_last_goes_out(self, town: Town) -> None:
        reminders = [{"when": when, "holds": "joining-link"} for when in ("PT8H", "PT2H", "PT1H")]
        town.series = (made(reminders=reminders, starts="2026-10-14"),)
        town.plan()
        town.live_until("2027-01-12", "12:00")
        town.plan_at("2027-01-13", "09:30")
        assert keys(town) == [LAST]
        town.plan_at("2027-01-13", "09:45")
        assert keys(town) == []

    def test_after_a_long_time_away_there_is_one_report_and_no_flood(self, town: Town) -> None:
        town.series = tuple(made(id=f"s{number}", starts="2026-10-14", name=f"Forum {number}") for number in range(30))
        town.appoint(SQUARE)
        town.appoint(MARKET)
        town.appoint(OFFICE, Purpose.COORDINATORS)
        town.plan()
        town.plan_at("2027-01-20", "12:00")
        [post] = town.new_posts()
        assert "240 messages did not go out" in post
        assert "and 230 others" in post
        assert len(repr(post.blocks)) < 3_000

    def test_without_coordinators_the_administrators_are_told(self, town: Town) -> None:
        town.say("stop coordinating forums here", "max", OFFICE)
        town.plan_at("2026-12-17", "09:30")
        assert [post.to for post in town.new_posts()] == ["max"]


class TestBeginning:
    def test_a_channel_is_told_nothing_from_before_it_was_appointed(self, town: Town) -> None:
        town.at("2026-12-16", "12:00")
        town.appoint(MARKET)
        town.plan()
        assert [post.to for post in town.new_posts()] == ["C1"]

    def test_the_first_start_with_old_forums_is_quiet(self, town: Town) -> None:
        weekly = made(id="weekly", recurrence="FREQ=WEEKLY", starts="2020-01-08")
        town.series = (weekly,)
        town.appoint(SQUARE)
        town.plan(FRIDAY - timedelta(days=400))
        assert keys(town) == []

    def test_a_reminder_that_is_new_in_the_file_is_not_missed_for_the_past(self, town: Town) -> None:
        town.at("2027-01-04", "12:00")
        town.plan()
        town.new_posts()
        more = [*({"when": plan.when.words, "holds": plan.holds} for plan in QUARTERLY.reminders)]
        town.series = (made(starts="2026-10-14", reminders=[*more, {"when": "P10D", "holds": "invite"}]),)
        town.plan(FRIDAY)
        assert keys(town) == []

    def test_a_channel_that_was_stopped_is_told_no_more(self, town: Town) -> None:
        town.say("stop", "max")
        town.plan_at("2026-12-16", "09:30")
        assert keys(town) == []


class TestChanges:
    def confirm(self, town: Town, edit: str, number: int = 0) -> None:
        assert "Done." in town.press(f"confirm {JANUARY}: {number} {edit}", "ada", OFFICE)

    def test_a_cancelled_forum_is_reminded_of_no_more(self, town: Town) -> None:
        self.confirm(town, "cancel")
        for on in ("2026-12-16", "2027-01-06", "2027-01-12", "2027-01-13", "2027-01-14"):
            town.plan_at(on, "09:30")
        assert keys(town) == []

    def test_the_reminders_of_a_moved_forum_move_with_it(self, town: Town) -> None:
        self.confirm(town, "move 2027-01-20 14:00")
        town.plan_at("2026-12-16", "09:30")
        assert keys(town) == []
        town.plan_at("2026-12-23", "09:30")
        assert keys(town) == [INVITE]

    def test_what_went_out_before_a_move_is_not_said_again(self, town: Town) -> None:
        town.plan_at("2026-12-16", "09:30")
        self.confirm(town, "move 2027-01-20 14:00")
        assert [key.split(":")[3] for key in keys(town)] == ["P28D at 09", "change 1"]
        town.plan_at("2026-12-23", "09:30")
        assert keys(town) == []

    def test_what_a_move_puts_into_the_past_goes_out_at_once_where_nobody_was_told(self, town: Town) -> None:
        self.confirm(town, "move 2026-11-30 14:00")
        town.plan()
        [post] = town.new_posts()
        assert post.key == INVITE, "the last of those that would have gone out by now"
        assert "Monday 30 November 2026, 14:00" in post

    def test_who_is_told_of_the_move_is_not_reminded_of_what_went_by(self, town: Town) -> None:
        town.plan_at("2026-12-16", "09:30")
        town.new_posts()
        self.confirm(town, "move 2026-12-20 14:00")
        assert [key.split(":")[3] for key in keys(town)] == ["change 1"]
        town.plan()
        assert keys(town) == []
        town.plan_at("2026-12-20", "13:00")
        assert LAST in keys(town)

    def test_reinstated_late_a_forum_is_still_announced(self, town: Town) -> None:
        self.confirm(town, "cancel")
        town.at("2027-01-08", "12:00")
        town.plan()
        assert keys(town) == []
        self.confirm(town, "reinstate", 1)
        town.plan()
        assert keys(town) == [CALL]

    def test_another_change_does_not_bring_back_what_went_by(self, town: Town) -> None:
        town.plan_at("2026-12-17", "09:30")
        town.new_posts()
        self.confirm(town, "agenda Taxis")
        town.plan()
        assert keys(town) == []


class TestClocks:
    def test_set_forward_and_back_each_goes_out_once(self, town: Town) -> None:
        town.plan_at("2027-01-07", "12:00")
        assert CALL not in keys(town), "a day too late, as the clock has it"
        town.plan_at("2026-12-16", "09:30")
        assert keys(town) == [INVITE]
        town.plan_at("2027-01-06", "09:00")
        assert keys(town) == [CALL]
        town.plan_at("2026-12-16", "09:30")
        town.plan_at("2027-01-06", "09:00")
        assert keys(town) == []

    def test_a_change_made_while_a_clock_was_ahead_holds_back_no_reminder(self, town: Town) -> None:
        town.plan_at("2026-12-16", "09:30")
        town.new_posts()
        town.at("2027-01-06", "12:00")
        assert "Done." in town.press(f"confirm {JANUARY}: 0 move 2027-01-13 14:00", "ada", OFFICE)
        town.plan_at("2027-01-05", "20:00")
        town.plan_at("2027-01-06", "09:00")
        assert keys(town) == [CALL]

    @pytest.mark.parametrize(
        ("series", "at", "hour"),
        [
            ({"time": "10:00", "reminders": [{"when": "P28D at 01:30", "holds": "invite"}]}, "2027-03-17", "01:30"),
            ({"time": "10:00", "reminders": [{"when": "P17D at 01:30", "holds": "invite"}]}, "2027-03-28", "02:30"),
        ],
        ids=["before the clocks change", "in the hour that does not come"],
    )
    def test_each_at_its_local_hour_when_the_clocks_change(
        self, town: Town, series: dict[str, Any], at: str, hour: str
    ) -> None:
        town.series = (made(starts="2026-10-14", **series),)
        town.plan()
        for day in (at,):
            town.at(day, hour)
            town.clock.advance(-timedelta(minutes=1))
            town.plan()
            assert not [key for key in keys(town) if "2027-04-14" in key]
            town.plan_at(day, hour)
            assert len([key for key in keys(town) if "2027-04-14" in key]) == 1


class TestUndelivered:
    def test_the_coordinators_are_told_once_what_could_not_be_delivered(self, town: Town) -> None:
        town.plan_at("2026-12-16", "09:30")
        town.fail(INVITE)
        town.clock.advance(LOOK_AT_DELIVERY)
        assert town.plan() > town.clock.now() + LOOK_AT_DELIVERY
        [post] = town.new_posts()
        assert post.to == "C3"
        assert "1 message could not be delivered." in post
        assert "stop forum reminders in slack C1 for quarterly" in post
        town.plan()
        assert keys(town) == []

    def test_they_are_told_of_what_a_move_had_put_into_the_past(self, town: Town) -> None:
        """Its moment was nine days ago, and it failed just now."""
        town.plan_at("2026-12-01", "10:00")
        assert "Done." in town.press(f"confirm {JANUARY}: 0 move 2026-12-20 10:00", "ada", OFFICE)
        town.plan()
        town.fail(INVITE)
        town.new_posts()
        town.clock.advance(LOOK_AT_DELIVERY)
        town.plan()
        [post] = town.new_posts()
        assert post.to == "C3"
        assert "invitation: Quarterly forum, Sunday 20 December 2026" in post

    def test_it_counts_as_not_told(self, town: Town) -> None:
        town.plan_at("2026-12-16", "09:30")
        town.fail(INVITE)
        town.plan()
        town.new_posts()
        assert "Nobody was told of this forum yet." in town.press(f"move {JANUARY}: 20 January 2027", "ada", OFFICE)

    @pytest.mark.parametrize(("rooms", "to"), [((), "max"), ((BACK_OFFICE,), "C4")])
    def test_where_the_coordinators_channel_is_gone_others_are_told(
        self, town: Town, rooms: tuple[Room, ...], to: str
    ) -> None:
        for room in rooms:
            town.appoint(room, Purpose.COORDINATORS)
        town.plan_at("2027-01-12", "09:00")
        town.fail(DIGEST)
        town.new_posts()
        town.plan()
        assert to in [post.to for post in town.new_posts()]
