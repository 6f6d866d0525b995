"""Changing a forum: shown first, announced once to whoever was told, and kept."""

import pytest

from handlers.conversation import FieldKind
from handlers.forums.hall import schedule
from handlers.ports import Purpose
from knowledge.forums.occurrences import Change
from tests.forums.small import day, made
from tests.handlers.forums.town import APRIL, BACK_OFFICE, JANUARY, MARKET, OFFICE, SQUARE, Town

MOVE = "move the January forum to 20 January 2027 at 14:00 because the hall is flooded"
CONFIRM = f"confirm {JANUARY}: 0 move 2027-01-20 14:00, the hall is flooded"


@pytest.fixture
def told(town: Town) -> Town:
    """The town after the invitation to the forum of January, with Ann coming and Bea not."""
    for room in (SQUARE, MARKET):
        town.appoint(room)
    for room in (OFFICE, BACK_OFFICE):
        town.appoint(room, Purpose.COORDINATORS)
    town.plan()
    town.plan_at("2026-12-16", "09:30")
    town.press(f"coming to {JANUARY}", "ann")
    town.press(f"apologies for {JANUARY}", "bea", MARKET)
    town.new_posts()
    return town


def change(town: Town) -> Change:
    """What was changed about the forum of January."""
    with town.store.begin() as records:
        return schedule(town.hall, records, town.clock.now()).changes.get(("quarterly", day("2027-01-13")), Change())


def test_a_change_is_shown_first_with_how_many_are_told(told: Town) -> None:
    heard = told.say(MOVE, "ada", OFFICE)
    assert "If you say yes, I tell 2 channels and 2 people this:" in heard
    assert "It is now on Wednesday 20 January 2027 at 14:00. The reason: the hall is flooded." in heard
    assert CONFIRM in heard
    assert told.new_posts() == []
    assert change(told) == Change()


@pytest.mark.usefixtures("both")
def test_everybody_who_was_told_is_told_of_the_change_once(told: Town) -> None:
    told.say(MOVE, "ada", OFFICE)
    assert "Done. I am telling 2 channels and 2 people." in told.say("yes", "ada", OFFICE)
    posts = told.new_posts()
    assert sorted(post.to for post in posts) == ["C1", "C2", "C4", "ann", "bea"]
    assert all("Moved" in post and "the hall is flooded" in post for post in posts)
    assert "2027-01-13.ics" in posts[0]
    assert change(told).day == day("2027-01-20")
    assert change(told).number == 1
    told.press(CONFIRM, "ada", OFFICE)
    assert told.new_posts() == []
    assert change(told).number == 1


def test_the_same_button_pressed_again_says_how_it_stands(told: Town) -> None:
    told.press(CONFIRM, "ada", OFFICE)
    assert "That is when it is held already." in told.press(CONFIRM, "bea", OFFICE)


def test_what_was_changed_meanwhile_is_shown_anew(told: Town) -> None:
    told.press(f"confirm {JANUARY}: 0 agenda Taxis", "ada", OFFICE)
    told.new_posts()
    heard = told.press(CONFIRM, "bea", OFFICE)
    assert "This forum was changed since I asked you." in heard
    assert f"confirm {JANUARY}: 1 move" in heard
    assert told.new_posts() == []


def test_who_changed_it_and_when_is_kept(told: Town) -> None:
    told.press(CONFIRM, "ada", OFFICE)
    with told.store.begin() as records:
        [kept] = records.forums.changed()
    assert (kept.name, kept.by and kept.by.user, kept.change.at) == ("Ada", "ada", told.clock.now())
    assert kept.rescheduled == told.clock.now()
    told.at("2026-12-24")
    told.press(f"confirm {JANUARY}: 1 agenda Taxis", "bea", OFFICE)
    with told.store.begin() as records:
        [again] = records.forums.changed()
    assert (again.name, again.rescheduled) == ("Bea", kept.rescheduled)


@pytest.mark.parametrize(
    ("words", "announced"),
    [
        ("cancel the January forum: too few people", "Cancelled: Quarterly forum"),
        ("change the place of the January forum to The Guildhall", "It is now at The Guildhall."),
        ("change the link for the January forum to https://zoom.example.org/1", "https://zoom.example.org/1"),
        ("add Winter pressures to the agenda of the January forum", "we will also talk about: Winter pressures"),
    ],
)
def test_each_change_in_words_is_shown_and_announced(told: Town, words: str, announced: str) -> None:
    assert announced in told.say(words, "ada", OFFICE)
    told.say("yes", "ada", OFFICE)
    assert all(announced in post for post in told.new_posts())


def test_a_cancelled_forum_can_be_reinstated(told: Town) -> None:
    told.press(f"confirm {JANUARY}: 0 cancel, snow", "ada", OFFICE)
    assert "The next one is on Wednesday 14 April 2027" in told.new_posts()[0]
    assert f"reinstate {JANUARY}" in told.press(f"manage {JANUARY}", "ada", OFFICE)
    heard = told.press(f"reinstate {JANUARY}", "ada", OFFICE)
    assert "It goes ahead: Quarterly forum" in heard
    told.press(f"confirm {JANUARY}: 1 reinstate", "ada", OFFICE)
    assert not change(told).cancelled
    assert all("It goes ahead" in post for post in told.new_posts())


def test_who_stopped_reminders_is_still_told_of_a_change_to_what_was_announced_there(told: Town) -> None:
    told.say("stop forum reminders here", "max", MARKET)
    told.press(CONFIRM, "ada", OFFICE)
    assert {"C1", "C2"} <= {post.to for post in told.new_posts()}


def test_a_forum_that_nobody_was_told_of_is_changed_quietly(told: Town) -> None:
    heard = told.press(f"move {APRIL}: 21 April 2027", "ada", OFFICE)
    assert "Nobody was told of this forum yet." in heard
    assert "Done." in told.press(f"confirm {APRIL}: 0 move 2027-04-21 10:00", "ada", OFFICE)
    assert [post.to for post in told.new_posts()] == ["C4"], "only the other coordinators"


@pytest.mark.parametrize(
    "act", ["manage", "move", "cancel", "reinstate", "change the place of", "add to the agenda of"]
)
def test_only_the_coordinators_channel_can_change_anything(told: Town, act: str) -> None:
    for room in (SQUARE, MARKET):
        assert "Only the coordinators can do that" in told.press(f"{act} {JANUARY}", "ada", room)


def test_a_confirmation_elsewhere_changes_nothing(told: Town) -> None:
    assert "Only the coordinators can do that" in told.press(CONFIRM, "ada", SQUARE)
    assert change(told) == Change()
    assert told.new_posts() == []


def test_who_may_not_change_the_agenda_can_suggest_an_item(told: Town) -> None:
    assert "The coordinators will see it" in told.say("add taxis to the agenda of the January forum", "ann")
    assert "taxis" in told.press(f"manage {JANUARY}", "ada", OFFICE)


@pytest.mark.parametrize(
    "words", ["cancel the meeting with the council", "move the chairs to the hall", "can we cancel it", "cancel"]
)
def test_other_words_are_left_alone(told: Town, words: str) -> None:
    assert told.heard(words, "ann") is None


def test_a_channel_changes_only_the_forums_that_it_coordinates(told: Town) -> None:
    """And does not take one of its own for another that is named."""
    told.series = (*told.series, made(id="yearly", name="The great gathering", starts="2026-12-09"))
    for words in ("cancel the great gathering", "move the great gathering to 3 February 2027"):
        assert "Only the coordinators can do that" in told.say(words, "ada", OFFICE)
    assert "Quarterly forum" in told.say("cancel the next forum", "ada", OFFICE)


@pytest.mark.parametrize(
    "edit",
    [
        "move 2027-02-30 10:00",
        "move 2027-02-03 24:00",
        "paint it",
        "where place",
        "cancel, " + "x" * 301,
        "agenda Welcome",
    ],
)
def test_a_confirmation_that_was_typed_wrong_changes_nothing(told: Town, edit: str) -> None:
    assert "Done." not in told.press(f"confirm {JANUARY}: 0 {edit}", "ada", OFFICE)
    assert "cannot read that" in told.press(f"confirm {JANUARY}", "ada", OFFICE)
    assert change(told) == Change()


def test_what_is_over_is_not_changed_any_more(told: Town) -> None:
    told.at("2027-01-13", "12:00")
    for words in (f"move {JANUARY}", f"cancel {JANUARY}", CONFIRM, f"reinstate {JANUARY}"):
        assert "is over" in told.press(words, "ada", OFFICE)
    assert "Write down the actions" in told.press(f"manage {JANUARY}", "ada", OFFICE)


def test_a_cancelled_forum_is_moved_only_once_it_is_reinstated(told: Town) -> None:
    told.press(f"confirm {JANUARY}: 0 cancel", "ada", OFFICE)
    assert "Reinstate it first" in told.press(CONFIRM.replace(": 0", ": 1"), "ada", OFFICE)


class TestForms:
    def test_a_move_is_asked_for_with_how_it_stands_filled_in(self, told: Town) -> None:
        form = told.form(f"move {JANUARY}", "ada", OFFICE)
        assert [(field.key, field.kind, field.values) for field in form.fields] == [
            ("day", FieldKind.DAY, ("2027-01-13",)),
            ("hour", FieldKind.LINE, ("10:00",)),
            ("reason", FieldKind.LINE, ()),
        ]
        assert form.submit.says == form.opens.says == f"move {JANUARY}"

    def test_sent_it_is_shown_first(self, told: Town) -> None:
        filled = (("day", ("2027-01-20",)), ("hour", ("2pm",)), ("reason", ("the hall is flooded",)))
        assert CONFIRM in told.say(f"move {JANUARY}", "ada", OFFICE, filled=filled)

    @pytest.mark.parametrize(
        ("filled", "wrong"),
        [
            ({"day": "", "hour": "14:00"}, "Please pick a day."),
            ({"day": "2026-01-20", "hour": "14:00"}, "has gone by"),
            ({"day": "2027-01-13", "hour": "10:00"}, "That is when it is held already."),
            ({"day": "2027-01-20", "hour": "14:00", "reason": "x" * 301}, "That is too long."),
        ],
        ids=str,
    )
    def test_what_is_wrong_is_told_at_the_field_and_the_rest_stays(
        self, told: Town, filled: dict[str, str], wrong: str
    ) -> None:
        sent = tuple((key, (value,)) for key, value in filled.items())
        form = told.form(f"move {JANUARY}", "ada", OFFICE, filled=sent)
        assert wrong in form.fields[0].error
        assert form.fields[1].values == (filled["hour"],)

    @pytest.mark.parametrize("hour", ["soon", "afternoon", "25:00", "14:75", "14:00 or 15:00", "2:30", "27"])
    def test_a_wrong_hour_is_told_at_the_hour(self, told: Town, hour: str) -> None:
        filled = (("day", ("2027-01-20",)), ("hour", (hour,)))
        day, at, reason = told.form(f"move {JANUARY}", "ada", OFFICE, filled=filled).fields
        assert at.error == f"I could not read “{hour}” as an hour. Please write it like 14:00."
        assert at.values == (hour,)
        assert (day.error, day.values, reason.error) == ("", ("2027-01-20",), "")

    def test_the_place_and_the_link_have_one_form(self, told: Town) -> None:
        form = told.form(f"change the place of {JANUARY}", "ada", OFFICE)
        assert [field.values for field in form.fields] == [("The hall",), ("https://meet.example.org/quarterly",)]
        filled = (("place", ("The Guildhall",)), ("link", ("http://zoom",)))
        assert "starts with https://" in told.form(form.submit.says, "ada", OFFICE, filled=filled).fields[0].error
        filled = (("place", ("The Guildhall",)), ("link", ("https://meet.example.org/quarterly",)))
        assert f"confirm {JANUARY}: 0 where place The Guildhall'" in told.say(
            form.submit.says, "ada", OFFICE, filled=filled
        )

    @pytest.mark.parametrize(
        ("link", "wrong"),
        [
            ("http://meet.example.org", "starts with https://"),
            ("javascript:alert(1)", "starts with https://"),
            ("https:///forum", "starts with https://"),
            ("https://meet.example.org/a b", "starts with https://"),
            (f"https://meet.example.org/{'x' * 1000}", "I can take 1,000 characters."),
        ],
    )
    def test_a_link_that_no_button_may_open_is_refused(self, told: Town, link: str, wrong: str) -> None:
        filled = (("place", ("The hall",)), ("link", (link,)))
        form = told.form(f"change the place of {JANUARY}", "ada", OFFICE, filled=filled)
        assert wrong in form.fields[0].error
        told.heard(f"change the link for the January forum to {link}", "ada", OFFICE)
        told.heard("yes", "ada", OFFICE)
        assert change(told) == Change()

    def test_a_cancellation_needs_no_reason(self, told: Town) -> None:
        form = told.form(f"cancel {JANUARY}", "ada", OFFICE)
        assert form.fields[0].optional
        heard = told.say(form.submit.says, "ada", OFFICE, filled=(("reason", ("",)),))
        assert f"confirm {JANUARY}: 0 cancel'" in heard

    def test_an_agenda_item_needs_words(self, told: Town) -> None:
        form = told.form(f"add to the agenda of {JANUARY}", "ada", OFFICE)
        assert (
            "write something" in told.form(form.submit.says, "ada", OFFICE, filled=(("item", ("",)),)).fields[0].error
        )


class TestManaging:
    def test_the_coordinators_see_who_comes_and_what_is_suggested(self, told: Town) -> None:
        told.press(f"coming to {JANUARY}", "cal")
        told.press(f"suggest an item for {JANUARY}: Taxis", "bea")
        for heard in (told.say("who is coming?", "ada", OFFICE), told.say("manage the next forum", "ada", OFFICE)):
            assert "Coming: 2 (Ann and 1 whose name I do not know)" in heard
            assert "Apologies: 1 (Bea)" in heard
            assert f"add to the agenda of {JANUARY}: Taxis" in heard

    def test_others_do_not(self, told: Town) -> None:
        assert "Only the coordinators" in told.say("who is coming to the January forum?", "ann")
        assert "Ann" not in told.say("who is coming to the January forum?", "ann")

    def test_what_was_added_to_the_agenda_is_not_offered_again(self, told: Town) -> None:
        told.press(f"suggest an item for {JANUARY}: Taxis", "bea")
        told.press(f"add to the agenda of {JANUARY}: Taxis", "ada", OFFICE)
        told.say("yes", "ada", OFFICE)
        assert "Add to the agenda: Taxis" not in told.press(f"manage {JANUARY}", "ada", OFFICE)


class TestActions:
    def test_after_a_forum_the_actions_are_shown_and_then_posted_where_it_was_announced_once(self, told: Town) -> None:
        told.plan_at("2027-01-14", "09:30")
        told.new_posts()
        form = told.form(f"actions of {JANUARY}", "ada", OFFICE)
        heard = told.say(form.submit.says, "ada", OFFICE, filled=(("text", ("Ann rings the hall.",)),))
        assert "Shall I post this in 2 channels?" in heard
        assert told.new_posts() == []
        assert "Posted in 2 channels." in told.say("yes", "ada", OFFICE)
        posts = told.new_posts()
        assert [post.to for post in posts] == ["C1", "C2"]
        assert all("Ann rings the hall." in post for post in posts)
        again = told.press(f"post the actions of {JANUARY}: Ann rings the hall.", "bea", OFFICE)
        assert "That is posted already." in again
        assert told.new_posts() == []

    @pytest.mark.parametrize(("text", "wrong"), [("", "Please write something"), ("x" * 1_501, "1,500 characters")])
    def test_what_cannot_be_posted_is_told_at_the_field(self, told: Town, text: str, wrong: str) -> None:
        form = told.form(f"actions of {JANUARY}", "ada", OFFICE, filled=(("text", (text,)),))
        assert wrong in form.fields[0].error

    def test_of_a_forum_that_was_announced_nowhere_there_is_nowhere_to_post_them(self, told: Town) -> None:
        assert "nowhere to post them" in told.press(f"actions of {APRIL}: something", "ada", OFFICE)

    def test_no_posts_nothing(self, told: Town) -> None:
        told.press(f"actions of {JANUARY}: something", "ada", OFFICE)
        assert "Nothing was changed" in told.say("no", "ada", OFFICE)
        assert told.new_posts() == []
