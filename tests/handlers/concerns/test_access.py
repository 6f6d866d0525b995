"""Who may do what: each action, tried by everybody who might try it."""

import pytest

from handlers.concerns.cases import IN_PRIVATE, NOT_FOUND
from handlers.conversation import Room
from tests.handlers.concerns.office import ELSEWHERE, LEADS, OTHER_LEADS, PUBLIC, REFERENCE, STORY, Office

NO_LONGER = "This channel no longer handles concerns under the CPFT Compact."
ONLY_LEADS, ONLY_RAISER = "Only the Compact leads can do that.", f"Only whoever raised {REFERENCE} can do that"
NEVER_WAS = "2222-3333"

OF_LEADS = {
    "acknowledge {}": "is acknowledged",
    "take {}": "is yours now",
    "note {}: inside": "Your note is kept",
    "note {}": "A note: ",
    "ask {}: who?": "is on its way",
    "ask {}": "A question to the raiser: ",
    "move {} to talking": "is now at: Talking it over",
    "move {}": "to a stage",
    "close {} as settled: Done.": "is closed: settled",
    "close {}": "How did it end?",
}
OF_RAISERS = {
    "add to {}: and more": "I have put that with",
    "add to {}": "Add to your concern: ",
    "answer {}: in May": "I have put that with",
    "answer {}": "Your answer: ",
    "withdraw {}": "Do you want to withdraw",
    "yes, withdraw {}": "is withdrawn",
}

PLACES: dict[str, tuple[str, Room | None]] = {
    "raiser": ("ann", None),
    "another user": ("zoe", None),
    "a lead": ("ada", LEADS),
    "a lead of the other Compact": ("bea", OTHER_LEADS),
    "a button in a former room": ("ada", ELSEWHERE),
    "the raiser in public": ("ann", PUBLIC),
    "a lead in public": ("ada", PUBLIC),
    "private chat of a lead": ("ada", None),
}
SHUT_OUT = {
    "another user": NOT_FOUND,
    "a lead of the other Compact": NOT_FOUND,
    "a button in a former room": NO_LONGER,
    "the raiser in public": NOT_FOUND,
    "a lead in public": NOT_FOUND,
    "private chat of a lead": NOT_FOUND,
}
LET_IN = [
    *(("a lead", act, heard) for act, heard in OF_LEADS.items()),
    *(("raiser", act, ONLY_LEADS) for act in OF_LEADS),
    *(("raiser", act, heard) for act, heard in OF_RAISERS.items()),
    *(("a lead", act, ONLY_RAISER) for act in OF_RAISERS),
    *((who, "show {}", STORY) for who in ("raiser", "a lead")),
]
ACTS = [*OF_LEADS, *OF_RAISERS, "show {}"]


@pytest.fixture
def filed(office: Office) -> Office:
    """One case, brought to a channel that is the leads' no more, then to the leads' channel; both Compacts have one."""
    office.appoint(ELSEWHERE)
    office.file()
    office.appoint(LEADS)
    office.appoint(OTHER_LEADS, "sglos")
    return office


def heard_by(office: Office, who: str, reference: str = REFERENCE) -> dict[str, str]:
    """What somebody hears of each action."""
    name, room = PLACES[who]
    return {act: office.say(act.format(reference), name, room) for act in ACTS}


@pytest.mark.parametrize(("who", "act", "heard"), LET_IN)
def test_the_raiser_and_the_leads_do_each_what_is_theirs(filed: Office, who: str, act: str, heard: str) -> None:
    name, room = PLACES[who]
    assert heard in filed.say(act.format(REFERENCE), name, room)


@pytest.mark.parametrize(("who", "act", "heard"), [row for row in LET_IN if row[2] in {ONLY_LEADS, ONLY_RAISER}])
def test_what_is_the_others_to_do_changes_nothing(filed: Office, who: str, act: str, heard: str) -> None:
    before = kept(filed)
    name, room = PLACES[who]
    filed.say(act.format(REFERENCE), name, room)
    assert kept(filed) == before


@pytest.mark.parametrize(("who", "heard"), SHUT_OUT.items())
def test_all_others_can_do_nothing_and_see_nothing(both: str, filed: Office, who: str, heard: str) -> None:
    before = kept(filed)
    assert [said for said in heard_by(filed, who).values() if heard not in said or STORY in said] == []
    assert kept(filed) == before


@pytest.mark.parametrize("who", [who for who, heard in SHUT_OUT.items() if heard == NOT_FOUND])
def test_what_is_not_yours_sounds_like_what_never_was(filed: Office, who: str) -> None:
    assert heard_by(filed, who) == heard_by(filed, who, NEVER_WAS)


def kept(office: Office) -> object:
    """All that an action could change."""
    return office.case(), office.events(), [post.key for post in office.posts()]


@pytest.mark.parametrize("room", [PUBLIC, LEADS, OTHER_LEADS, ELSEWHERE])
def test_nobodys_concerns_are_listed_where_others_read(filed: Office, room: Room) -> None:
    said = filed.say("my concerns", "ann", room)
    assert IN_PRIVATE in said
    assert REFERENCE not in said


def test_only_the_raiser_has_it_among_their_concerns(filed: Office) -> None:
    assert REFERENCE in filed.say("my concerns", "ann")
    for who in ("zoe", "ada"):
        assert "You have not raised any concerns" in filed.say("my concerns", who)


def test_the_same_user_id_on_another_platform_or_tenant_is_somebody_else(filed: Office) -> None:
    other = Room(LEADS.platform, "T2", LEADS.channel)
    assert NOT_FOUND in filed.say(f"show {REFERENCE}", "ada", other)
