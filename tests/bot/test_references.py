"""Where people and rooms are, and the cards they were sent, in a real database."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.store.cards import KEPT_FOR, SqlCards
from bot.store.references import References
from handlers.conversation import Person, Platform, Room
from tests.clock import FRIDAY

ADA = Person(Platform.TEAMS, "t", "ada")
GENERAL = Room(Platform.TEAMS, "t", "general")


@pytest.fixture
def references(engine: Engine) -> References:
    """No references."""
    return References(engine)


@pytest.fixture
def cards(engine: Engine) -> SqlCards:
    """No cards."""
    return SqlCards(engine)


class TestReferences:
    def test_the_last_one_counts(self, references: References) -> None:
        references.keep(ADA, {"conversation": "old"}, FRIDAY)
        references.keep(ADA, {"conversation": "new"}, FRIDAY)
        assert references.find(ADA) == {"conversation": "new"}

    @pytest.mark.parametrize(
        "other",
        [
            Person(Platform.TEAMS, "t", "bea"),
            Person(Platform.TEAMS, "another", "ada"),
            Person(Platform.SLACK, "t", "ada"),
            Room(Platform.TEAMS, "t", "ada"),
        ],
    )
    def test_nobody_else_is_found(self, references: References, other: Person | Room) -> None:
        references.keep(ADA, {"conversation": "ada"}, FRIDAY)
        assert references.find(other) is None

    def test_a_thread_is_found_by_its_channel(self, references: References) -> None:
        references.keep(GENERAL, {"conversation": "general"}, FRIDAY)
        assert references.find(Room(Platform.TEAMS, "t", "general", "7")) == {"conversation": "general"}

    def test_one_that_is_dropped_is_gone(self, references: References) -> None:
        references.keep(ADA, {}, FRIDAY)
        references.keep(GENERAL, {}, FRIDAY)
        references.drop(ADA)
        assert (references.find(ADA), references.find(GENERAL)) == (None, {})


def without(card: dict[str, Any], button: str) -> dict[str, Any] | None:
    """The card without a button; one that is "always" there stays."""
    if button not in card["buttons"]:
        return None
    return {"buttons": [each for each in card["buttons"] if each != button or each == "always"]}


class TestCards:
    CARD = {"buttons": ["yes", "no", "always"]}  # noqa: RUF012 - a card is a JSON object

    def test_a_button_is_used_once(self, cards: SqlCards) -> None:
        cards.keep("general", "1", self.CARD, FRIDAY, "always")
        use = cards.use("general", "1", "yes", "press 1", without)
        assert use
        assert (use.card, use.changed, use.again) == ({"buttons": ["no", "always"]}, True, False)
        late = cards.use("general", "1", "yes", "press 2", without)
        assert late
        assert (late.card, late.changed, late.again) == (use.card, False, True)

    def test_the_same_press_taken_up_again_is_no_other(self, cards: SqlCards) -> None:
        cards.keep("general", "1", self.CARD, FRIDAY, "")
        first = cards.use("general", "1", "yes", "press 1", without)
        assert cards.use("general", "1", "yes", "press 1", without) == first

    def test_one_that_stays_may_be_used_by_many(self, cards: SqlCards) -> None:
        cards.keep("general", "1", self.CARD, FRIDAY, "always")
        for press in ("1", "2"):
            use = cards.use("general", "1", "always", press, without)
            assert use
            assert (use.changed, use.again, use.more) == (False, False, "always")

    def test_a_card_in_anothers_place_is_fresh(self, cards: SqlCards) -> None:
        cards.keep("general", "1", self.CARD, FRIDAY, "")
        cards.use("general", "1", "yes", "press 1", without)
        cards.keep("general", "1", self.CARD, FRIDAY, "")
        use = cards.use("general", "1", "yes", "press 2", without)
        assert use
        assert not use.again

    @pytest.mark.parametrize(("conversation", "message"), [("general", "2"), ("other", "1")])
    def test_another_card_is_not_known(self, cards: SqlCards, conversation: str, message: str) -> None:
        cards.keep("general", "1", self.CARD, FRIDAY, "")
        assert cards.use(conversation, message, "yes", "press", without) is None

    def test_a_card_is_forgotten_after_a_month(self, cards: SqlCards) -> None:
        cards.keep("general", "1", self.CARD, FRIDAY, "")
        assert cards.forget(FRIDAY + KEPT_FOR - timedelta(seconds=1)) == 0
        assert cards.forget(FRIDAY + KEPT_FOR + timedelta(seconds=1)) == 1
        assert cards.use("general", "1", "yes", "press", without) is None
