"""The connector over botbuilder: signing in, and what goes over the wire."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.teams.adapter import App, BotBuilderConnector
from bot.teams.port import ConnectorError, Reference, SignInError
from bot.teams.rendering import cards
from handlers.conversation import Choices, Option, Reply, Text
from tests.teams.activities import APP_ID, ASKER, BOT, TENANT, Json, chat
from tests.teams.connector import CARD, HOST, PASSWORD, Failure, Teams

[DRAWN] = cards(
    Reply((Text("É <at>all</at> – 3 < 4"), Choices((Option("Yes", "yes"), Option("No", "no")), numbered=False)))
)
SAID: Json = {
    "type": "message",
    "summary": DRAWN.summary,
    "attachments": [{"contentType": CARD, "content": DRAWN.card}],
}

Scenario = Callable[[Teams, BotBuilderConnector, Reference], Awaitable[None]]


@pytest.fixture(autouse=True)
def _trusting(certified: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certified[0]))


def play(certified: tuple[Path, Path], scenario: Scenario, *, password: str = PASSWORD) -> Teams:
    """Plays a scenario with a connector alone."""

    async def go() -> Teams:
        async with Teams().running(certified) as teams, aiohttp.ClientSession() as session:
            app = App(APP_ID, password, f"{teams.authority}{TENANT}")
            await scenario(teams, BotBuilderConnector(app, session), Reference(teams.url, chat(), TENANT, BOT))
            return teams

    return asyncio.run(go())


class TestSigningIn:
    def test_one_token_serves_for_all(self, certified: tuple[Path, Path]) -> None:
        async def scenario(teams: Teams, connector: BotBuilderConnector, to: Reference) -> None:
            await asyncio.gather(*(connector.send(to, SAID) for _ in range(5)))
            await connector.sign_in()
            assert teams.signed_in == 1

        played = play(certified, scenario)
        assert played.wrong == []

    def test_a_token_that_is_about_to_expire_is_renewed(self, certified: tuple[Path, Path]) -> None:
        async def scenario(teams: Teams, connector: BotBuilderConnector, to: Reference) -> None:
            teams.expires_in = 299
            await connector.send(to, SAID)
            await connector.send(to, SAID)
            assert teams.signed_in == 2

        assert play(certified, scenario).wrong == []

    def test_a_token_serves_until_it_expires_where_there_is_no_other(self, certified: tuple[Path, Path]) -> None:
        async def scenario(teams: Teams, connector: BotBuilderConnector, to: Reference) -> None:
            teams.expires_in = 1
            await connector.send(to, SAID)
            teams.refusal = {"error": "temporarily_unavailable"}
            await connector.send(to, SAID)
            await asyncio.sleep(1)
            with pytest.raises(SignInError, match="temporarily_unavailable"):
                await connector.send(to, SAID)

        assert len(play(certified, scenario).said) == 2

    def test_a_wrong_password_is_told_in_a_word_and_not_tried_at_every_message(
        self, certified: tuple[Path, Path]
    ) -> None:
        """The word is Microsoft's, without its sentences."""

        async def scenario(teams: Teams, connector: BotBuilderConnector, to: Reference) -> None:
            for _ in range(2):
                with pytest.raises(SignInError) as refused:
                    await connector.send(to, SAID)
                assert str(refused.value) == "invalid_client AADSTS7000215"
            teams.refusal = {"error": "unauthorized_client", "error_codes": [700016]}
            with pytest.raises(SignInError, match="invalid_client"):
                await connector.sign_in()
            connector._app._asked_next = 0.0  # type: ignore[union-attr]
            with pytest.raises(SignInError, match="unauthorized_client AADSTS700016"):
                await connector.sign_in()

        assert play(certified, scenario, password="wrong").said == []  # noqa: S106 - it opens nothing

    def test_where_nobody_answers_the_kind_of_the_error_is_told(self, certified: tuple[Path, Path]) -> None:
        async def scenario(teams: Teams, connector: BotBuilderConnector, to: Reference) -> None:
            nowhere = App(APP_ID, PASSWORD, "https://127.0.0.1:1/tenant")
            with pytest.raises(SignInError, match="ConnectionError"):
                await nowhere.token()

        play(certified, scenario)

    def test_nobody_waits_while_it_signs_in(self, certified: tuple[Path, Path]) -> None:
        """The library that signs in would hold the whole program up."""

        async def scenario(teams: Teams, connector: BotBuilderConnector, to: Reference) -> None:
            longest, last = 0.0, time.monotonic()
            signing_in = asyncio.create_task(connector.sign_in())
            while not signing_in.done():
                await asyncio.sleep(0.001)
                longest, last = max(longest, time.monotonic() - last), time.monotonic()
            assert longest < 0.5

        play(certified, scenario)


class TestOnTheWire:
    def test_a_card_arrives_as_it_was_made(self, certified: tuple[Path, Path]) -> None:
        async def scenario(teams: Teams, connector: BotBuilderConnector, to: Reference) -> None:
            made = await connector.send(to, SAID)
            await connector.update(to, made, SAID)

        sent, updated = play(certified, scenario).said
        assert (sent.id, updated.instead) == (updated.id, True)
        for each in (sent, updated):
            assert each.card == SAID["attachments"][0]["content"]
            assert (each.conversation, each.activity["conversation"]["id"]) == (chat(), chat())

    def test_a_message_is_taken_away(self, certified: tuple[Path, Path]) -> None:
        async def scenario(teams: Teams, connector: BotBuilderConnector, to: Reference) -> None:
            made = await connector.send(to, SAID)
            await connector.delete(to, made)
            assert teams.deleted == [made]

        played = play(certified, scenario)
        assert played.wrong == []
        assert played.calls[-1].path.endswith(f"/conversations/{chat()}/activities/1")

    def test_a_personal_chat_is_begun_where_somebody_is(self, certified: tuple[Path, Path]) -> None:
        async def scenario(teams: Teams, connector: BotBuilderConnector, to: Reference) -> None:
            elsewhere = Reference(to.service_url, "19:general@thread.tacv2", TENANT, BOT)
            assert await connector.begin(elsewhere, ASKER) == to

        assert play(certified, scenario).begun == [ASKER]

    @pytest.mark.parametrize("status", [301, 302, 307])
    def test_the_token_is_led_nowhere_else(self, certified: tuple[Path, Path], status: int) -> None:
        async def scenario(teams: Teams, connector: BotBuilderConnector, to: Reference) -> None:
            asked = []

            async def lead(request: web.BaseRequest) -> web.Response:
                asked.append(request.path)
                return web.Response(status=status, headers={"Location": "/elsewhere"})

            with pytest.raises(ConnectorError, match=f"Teams answered {status}"):
                await at(lead, lambda url: connector.send(Reference(url, "a:1", TENANT, BOT), SAID))
            assert asked == ["/v3/conversations/a:1/activities"]

        play(certified, scenario)

    @pytest.mark.parametrize(
        ("body", "kind"), [("<html>", "text/html"), ("{", "application/json"), ("[]", "application/json")]
    )
    def test_an_answer_that_is_not_teams_is_an_error_of_its_own(
        self, certified: tuple[Path, Path], body: str, kind: str
    ) -> None:
        async def scenario(teams: Teams, connector: BotBuilderConnector, to: Reference) -> None:
            async def answer(_: web.BaseRequest) -> web.Response:
                return web.Response(text=body, content_type=kind)

            with pytest.raises(ConnectorError, match="Teams did not answer"):
                await at(answer, lambda url: connector.send(Reference(url, "a:1", TENANT, BOT), SAID))

        play(certified, scenario)

    def test_an_empty_answer_to_an_update_is_fine(self, certified: tuple[Path, Path]) -> None:
        async def scenario(teams: Teams, connector: BotBuilderConnector, to: Reference) -> None:
            async def answer(_: web.BaseRequest) -> web.Response:
                return web.Response()

            await at(answer, lambda url: connector.update(Reference(url, "a:1", TENANT, BOT), "1", SAID))

        play(certified, scenario)

    @pytest.mark.parametrize(
        ("failure", "permanent"),
        [(Failure(403), True), (Failure(500), False), (Failure(401), False), (Failure(None), False)],
    )
    def test_an_error_tells_whether_trying_again_can_help(
        self, certified: tuple[Path, Path], failure: Failure, *, permanent: bool
    ) -> None:
        async def scenario(teams: Teams, connector: BotBuilderConnector, to: Reference) -> None:
            teams.fail(failure)
            with pytest.raises(ConnectorError) as raised:
                await connector.send(to, SAID)
            assert (raised.value.status, raised.value.permanent) == (failure.status, permanent)

        play(certified, scenario)

    def test_how_long_teams_asks_us_to_wait_is_told(self, certified: tuple[Path, Path]) -> None:
        async def scenario(teams: Teams, connector: BotBuilderConnector, to: Reference) -> None:
            teams.fail(Failure(429, "600"))
            with pytest.raises(ConnectorError) as raised:
                await connector.send(to, SAID)
            assert raised.value.retry_after == 600

        assert len(play(certified, scenario).calls) == 1


async def at(
    answer: Callable[[web.BaseRequest], Awaitable[web.Response]], work: Callable[[str], Awaitable[object]]
) -> None:
    """Work towards a server that answers so."""
    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, HOST, 0).start()
    try:
        await work(f"http://{HOST}:{runner.addresses[0][1]}/")
    finally:
        await runner.cleanup()
