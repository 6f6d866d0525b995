"""What coordinators say to change a forum, and what only sounds like it."""

import pytest

from handlers.forums.changewords import Wanted, wanted
from handlers.forums.words import Act


@pytest.mark.parametrize(
    "words",
    [
        "cancel my place at the forum",
        "please cancel our booking for the January forum",
        "Can you cancel  my attendance?",
        "cancel my provider forum place",
        "call off our attendance at the forum",
        "move my place at the January forum to the one in April",
        "restore my booking for the forum",
    ],
)
def test_a_place_of_ones_own_is_no_forum(words: str) -> None:
    assert wanted(words) is None


@pytest.mark.parametrize(
    ("words", "want"),
    [
        ("cancel our forum", Wanted(Act.CANCEL, "our forum")),
        ("cancel our January forum: too few people", Wanted(Act.CANCEL, "our January forum", "too few people")),
        ("cancel the forum due to snow", Wanted(Act.CANCEL, "the forum", "snow")),
        ("cancel the forum, the place is flooded", Wanted(Act.CANCEL, "the forum", "the place is flooded")),
        (
            "cancel the forum on Wednesday, 13 January, 2027, 3 people are ill",
            Wanted(Act.CANCEL, "the forum on Wednesday, 13 January, 2027", "3 people are ill"),
        ),
        ("cancel the forum on Wednesday, 13/01/2027", Wanted(Act.CANCEL, "the forum on Wednesday, 13/01/2027")),
        ("call off the forum because of snow", Wanted(Act.CANCEL, "the forum", "snow")),
        ("move our forum to 3 May 2027", Wanted(Act.MOVE, "our forum", "3 May 2027")),
        ("bring back our forum", Wanted(Act.REINSTATE, "our forum")),
    ],
)
def test_a_forum_of_ones_own_is_one(words: str, want: Wanted) -> None:
    assert wanted(words) == want
