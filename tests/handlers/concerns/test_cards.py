"""The leads' card tells of the raiser in words for the leads."""

import pytest

from handlers.conversation import Facts
from tests.handlers.concerns.office import ANSWERS, LEADS, Office


@pytest.mark.parametrize(
    ("reach", "told"),
    [("Here, in this chat", "In private, through me: ask the raiser"), ("ann@example.org", "ann@example.org")],
)
def test_nobody_is_called_you_on_it(office: Office, monkeypatch: pytest.MonkeyPatch, reach: str, told: str) -> None:
    monkeypatch.setitem(ANSWERS, "reach", (reach,))
    office.appoint(LEADS)
    office.file()
    rows = dict(row for block in office.card().blocks if isinstance(block, Facts) for row in block.rows)
    assert rows["How to reach them"] == told
    assert (rows["Their side"], rows["Naming them"]) == ("The voluntary sector", "No, keep our name out of it")
    assert not [name for name in rows if "you" in name.lower()]
