"""Which commitments a story may be about."""

from datetime import date

import pytest

from knowledge.content import Party
from knowledge.finding import Finder, Scope
from knowledge.touching import likeliest

TODAY = date(2026, 11, 20)
LUNCH_CLUB = (
    "Hello. I am the treasurer of a lunch club in Ely. We have run it for twelve years with a small grant. In March a new "
    "manager came. She was friendly at first. Then in June we had an email saying that the grant would stop at the end of "
    "the month. Nobody had spoken to us before. We rang and rang. When we got through they said it was decided."
)


@pytest.mark.parametrize(
    ("story", "compact", "expected"),
    [
        (LUNCH_CLUB, "cpft", "cpft.outcome-4.public.4"),
        ("CPFT ended our grant with two weeks' notice.", "cpft", "cpft.outcome-4.public.4"),
        (
            "We were not consulted about closing the library. They gave us five days.",
            "sglos",
            "sglos.consultation.public",
        ),
        ("A forty page form for a grant of £300.", "sglos", "sglos.funding.commissioning.public.4"),
    ],
)
def test_the_likeliest_come_first(finder: Finder, story: str, compact: str, expected: str) -> None:
    found = [each.id for each in likeliest(finder, story, Scope(compact, Party.PUBLIC), today=TODAY, most=5)]
    assert expected in found[:2]


def test_only_what_the_compact_says_and_the_other_side_first(finder: Finder) -> None:
    for compact, against in (("cpft", Party.PUBLIC), ("sglos", Party.VCSE)):
        found = likeliest(finder, LUNCH_CLUB, Scope(compact, against), today=TODAY, most=5)
        assert {each.compact for each in found} == {compact}
        sides = [each.party in {against, Party.BOTH} for each in found]
        assert sides == sorted(sides, reverse=True)


@pytest.mark.parametrize("most", [0, 1, 3])
def test_no_more_than_are_wanted(finder: Finder, most: int) -> None:
    assert len(likeliest(finder, LUNCH_CLUB, Scope("cpft"), today=TODAY, most=most)) == most


@pytest.mark.parametrize("story", ["", "xyzzy plugh", "🙂", "!" * 6_000])
def test_nothing_is_found_where_nothing_is_told(finder: Finder, story: str) -> None:
    assert not likeliest(finder, story, Scope("cpft"), today=TODAY, most=5)
