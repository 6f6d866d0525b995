"""Words of danger: what is taken for them, and what is not."""

import pytest

from knowledge.content import ContentFile
from knowledge.danger import DangerSigns
from knowledge.finding import Finder


@pytest.fixture(scope="module")
def shipped(finder: Finder) -> DangerSigns:
    """The words that are shipped."""
    return DangerSigns(finder.knowledge.danger)


@pytest.mark.parametrize(
    "text",
    [
        "He hit me at the meeting.",
        "A nurse HIT a patient!",
        "My partner beats me.",
        "She said she will kill herself.",
        "I feel suicidal and cannot see a way out",
        "He has been self-harming since they stopped.",
        "I don't want to live any more",
        "One of the residents is being neglected.",
        "Staff are neglecting residents.",
        "There is abuse in the care home.",
        "She does not feel safe there.",
        "She’s unsafe at home.",
        "The manager threatened to hurt him.",
        "He pulled a knife on our volunteer.",
        "A child was hurt.",
        "A patient was assaulted on the ward.",
        "I am frightened of him.",
        "Our members are at risk of harm.",
        "He is violent towards us.",
        "She was locked in her room.",
        "He threatened to kill me.",
        "He says he will end his life.",
        "Their neighbour ended her life.",
        "She just wants to end it all.",
        "She took all her tablets.",
        "He hung himself.",
        "A woman was strangled.",
        "I am scared for my safety.",
        "I fear for her life.",
        "A patient could die.",
        "We were attacked by staff.",
        "She is at risk.",
    ],
)
def test_a_story_of_danger_is_known(shipped: DangerSigns, text: str) -> None:
    assert shipped.in_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "They want to kill the funding.",
        "They are killing off small groups.",
        "The cut to our grant hurt us badly.",
        "We were hit by the cuts, and hit hard.",
        "They hit their target and we missed ours.",
        "They neglected to tell us.",
        "They neglected the Compact.",
        "This is an abuse of power.",
        "Our domestic abuse service lost its grant.",
        "The suicide prevention charity was not consulted.",
        "The knife crime project was dropped.",
        "It was a stab in the dark, and we were left in the dark.",
        "The council jumped the gun.",
        "Our project is in danger of closing.",
        "They threatened to end the contract.",
        "They attacked our report in the press.",
        "They beat us to the tender.",
        "People are hurt and angry.",
        "Our grant is at risk.",
        "It is at risk of closure, and she is at risk of losing her job.",
        "The lunch club could die without it.",
        "We were attacked by the press.",
        "They ended the life of our project.",
        "",
    ],
)
def test_a_story_of_money_and_manners_is_not_taken_for_one(shipped: DangerSigns, text: str) -> None:
    assert not shipped.in_text(text)


def test_there_are_few_false_alarms(shipped: DangerSigns, finder: Finder) -> None:
    """Of all that people ask about, most of which endangers nobody, fewer than one in a hundred."""
    asked = [phrasing for topic in finder.knowledge.topics.values() for phrasing in topic.asked]
    assert sum(map(shipped.in_text, asked)) < len(asked) / 100


def test_words_of_an_owner_follow_one_another_as_they_say() -> None:
    own = ContentFile.model_validate(
        {"danger": [{"said": ["hit", "was beaten"], "followed-by": ["a guest"], "but-not-by": ["a guest record"]}]}
    )
    signs = DangerSigns(own.danger)
    told = {text: signs.in_text(text) for text in ("hits a guest", "was beaten, a guest", "hit", "hit a guest record")}
    assert told == {"hits a guest": True, "was beaten, a guest": True, "hit": False, "hit a guest record": False}
