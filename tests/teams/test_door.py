"""The endpoint that Teams sends to: nobody else gets in, and nothing else."""

import base64
import hmac
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from bot.teams import tokens as checked
from bot.teams.door import MOST_BYTES, PATH
from tests.teams.activities import MENTION, Json, chat, other, personal
from tests.teams.conftest import NOTICE, Bot, Stage
from tests.teams.connector import Teams
from tests.teams.tokens import HOUR, Signer, claims_of, unsigned
from tests.waiting import until

# What is shorter may stand in any log by chance.
SHORT = 10
ANONYMOUS = {"teams_app_id": None, "teams_app_password": None, "teams_anonymous": True}
REFUSED = "a request from 127.0.0.1 was refused: "
OTHER = "11111111-1111-2222-3333-444444444444"


def claiming(**claims: object) -> Callable[[Teams], str]:
    """A token that is good but for these claims."""
    return lambda teams: teams.signers[0].token(teams.url, **claims)


def headed(**header: object) -> Callable[[Teams], str]:
    """A token whose signature is of no worth, with this header."""
    whole = {"typ": "JWT", "alg": "RS256", "kid": "current"} | header
    return lambda teams: unsigned(claims_of(teams.url), {name: value for name, value in whole.items() if value})


def by_secret(teams: Teams) -> str:
    """A token signed with the public key as the secret of HS256."""
    signing = unsigned(claims_of(teams.url), {"alg": "HS256", "typ": "JWT", "kid": "current"}).rpartition(".")[0]
    signature = hmac.digest(teams.signers[0].public(), signing.encode(), "sha256")
    return f"{signing}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def forged(teams: Teams) -> str:
    """A token signed with somebody else's key in the name of Teams'."""
    return Signer("forger").sign(claims_of(teams.url), kid="current")


def tampered(teams: Teams) -> str:
    """A good token that was changed after it was signed."""
    header, _, signature = teams.signers[0].token(teams.url).split(".")
    changed = unsigned(claims_of(teams.url, exp=int(time.time() + 9 * HOUR)), {}).split(".")[1]
    return f"{header}.{changed}.{signature}"


BAD: dict[str, tuple[Callable[[Teams], str], str]] = {
    "garbage": (lambda _: "not.a.token", "its token cannot be read"),
    "one word": (lambda _: "token", "its token cannot be read"),
    "forged": (forged, "its token's signature is wrong"),
    "tampered": (tampered, "its token's signature is wrong"),
    "no signature": (headed(), "its token's signature is wrong"),
    "alg none": (headed(alg="none"), "its token is not signed by RS256"),
    "HS256": (by_secret, "its token is not signed by RS256"),
    "no alg": (headed(alg=None), "its token is not signed by RS256"),
    "unknown key": (lambda teams: Signer("unknown").token(teams.url), "its token is signed with an unknown key"),
    "no key": (headed(kid=None), "its token names no key"),
    "expired": (claiming(exp=int(time.time() - HOUR)), "its token has expired"),
    "just expired": (claiming(exp=int(time.time() - 10)), "its token has expired"),
    "no exp": (claiming(exp=None), "its token has no exp"),
    "exp no number": (claiming(exp="soon"), "its token cannot be read"),
    "not valid yet": (claiming(nbf=int(time.time() + HOUR)), "its token is not valid yet"),
    "another bot": (claiming(aud=OTHER), "its token is for another bot"),
    "no audience": (claiming(aud=None), "its token has no aud"),
    "another issuer": (claiming(iss=f"https://sts.windows.net/{OTHER}/"), "its token is from another issuer"),
    "no issuer": (claiming(iss=None), "its token has no iss"),
    "no service URL": (claiming(serviceurl=None), "its token names no service URL"),
    "another service URL": (
        claiming(serviceurl="https://smba.trafficmanager.net/uk/"),
        "its token names another service URL than its activity",
    ),
    "a key for others": (lambda teams: teams.signers[1].token(teams.url), "its key does not sign for Teams"),
}
MALFORMED: Sequence[Json] = (
    {"type": None},
    {"from": None},
    {"from": "29:1asker"},
    {"from": {"id": 7}},
    {"conversation": {}},
    {"recipient": []},
    {"text": 7},
    {"id": 7},
    {"replyToId": {"id": "1"}},
)
ELSEWHERE = (
    "https://evil.example/",
    "http://smba.trafficmanager.net/uk/",
    "https://smba.trafficmanager.net:8443/uk/",
    "https://smba.trafficmanager.net@evil.example/",
    "https://me@smba.trafficmanager.net/uk/",
    "https://smba.trafficmanager.net.evil.example/",
    "https://smba.trafficmanager.net/?to=https://evil.example",
    "https://[evil",
    "file:///etc/passwd",
    "smba.trafficmanager.net",
    "http://169.254.169.254/",
    "http://127.0.0.2/",
)


def refusals(stage: Stage) -> list[str]:
    """Why requests were refused, as logged."""
    return [line.removeprefix(REFUSED) for line in stage.logged(logging.WARNING) if line.startswith(REFUSED)]


def with_other_keys(teams: Teams) -> None:
    """Teams' key set has a key of another platform too."""
    teams.signers = [Signer(), Signer("skype", endorsements=("skype",))]


class TestToken:
    @pytest.mark.parametrize("kind", BAD)
    def test_a_bad_token_is_401_and_says_why_in_the_log(self, stage: Stage, kind: str) -> None:
        """And nothing is kept, nor said."""
        make, reason = BAD[kind]

        async def scenario(bot: Bot) -> None:
            with_other_keys(bot.teams)
            token = make(bot.teams)
            stage.typed.extend(part for part in token.split(".") if len(part) > SHORT)
            assert await bot.send(personal(NOTICE), token=token) == 401
            assert bot.inbox() == []

        assert stage.play(scenario).calls == []
        assert refusals(stage) == [reason]

    @pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "token"])
    def test_a_request_without_a_token_is_401(self, stage: Stage, header: str) -> None:
        async def scenario(bot: Bot) -> None:
            headers = {"Authorization": header} if header else {}
            status, _ = await bot.post(json.dumps(personal(NOTICE)).encode(), headers)
            assert status == 401

        assert stage.play(scenario).keys_fetched == 0
        assert refusals(stage) == ["it has no token"]

    @pytest.mark.parametrize("url", ELSEWHERE)
    def test_a_service_url_that_is_not_teams_is_401(self, stage: Stage, url: str) -> None:
        """Even where the token names it: the bot's own token would go there."""

        async def scenario(bot: Bot) -> None:
            token = bot.teams.signers[0].token(url)
            assert await bot.send(personal(NOTICE), token=token, serviceUrl=url) == 401

        stage.play(scenario)
        assert refusals(stage) == ["its service URL is not one of Teams'"]

    @pytest.mark.parametrize("url", [None, "", 7, ["https://smba.trafficmanager.net/uk/"]])
    def test_an_activity_without_a_service_url_is_401(self, stage: Stage, url: object) -> None:
        async def scenario(bot: Bot) -> None:
            assert await bot.send(personal(NOTICE), serviceUrl=url) == 401

        stage.play(scenario)
        assert refusals(stage) == ["its activity names no service URL"]

    @pytest.mark.parametrize("channel", ["webchat", "emulator", None])
    def test_an_activity_of_another_channel_is_401(self, stage: Stage, channel: object) -> None:
        async def scenario(bot: Bot) -> None:
            assert await bot.send(personal(NOTICE), channelId=channel) == 401

        stage.play(scenario)
        assert refusals(stage) == ["its activity is not from Teams"]

    def test_teams_own_addresses_are_taken(self, stage: Stage) -> None:
        """Without any setting: those that Microsoft publishes for its public cloud."""

        async def scenario(bot: Bot) -> None:
            for host in checked.SERVICE_HOSTS:
                url = f"https://{host}/uk/"
                token = bot.teams.signers[0].token(url)
                assert await bot.send(other("typing"), token=token, serviceUrl=url) == 200

        stage.play(scenario, teams_service_hosts="")

    def test_a_stand_in_is_taken_only_where_settings_name_it(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            assert await bot.send(personal(NOTICE)) == 401

        stage.play(scenario, teams_service_hosts="")

    def test_clocks_may_differ_a_little(self, stage: Stage) -> None:
        """A token that seems to be made in the next seconds is good."""

        async def scenario(bot: Bot) -> None:
            token = bot.teams.signers[0].token(bot.teams.url, nbf=int(time.time() + 30), iat=int(time.time() + 30))
            assert await bot.send(other("typing"), token=token) == 200

        stage.play(scenario)

    def test_a_key_without_endorsements_signs_for_all(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            bot.teams.signers = [Signer(endorsements=None)]
            assert await bot.send(other("typing")) == 200

        stage.play(scenario)


class TestKeys:
    def test_keys_are_fetched_once(self, stage: Stage) -> None:
        """However many requests come, and whatever keys they name."""

        async def scenario(bot: Bot) -> None:
            for _ in range(3):
                assert await bot.send(other("typing")) == 200
                assert await bot.send(other("typing"), token=Signer("unknown").token(bot.teams.url)) == 401

        assert stage.play(scenario).keys_fetched == 1

    def test_new_keys_are_found_in_time(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where a key is not known, and the keys are not the newest."""

        async def scenario(bot: Bot) -> None:
            assert await bot.send(other("typing")) == 200
            bot.teams.signers = [Signer("next")]
            assert await bot.send(other("typing")) == 401
            monkeypatch.setattr(checked, "_UNKNOWN_KEY_AFTER", 0.0)
            assert await bot.send(other("typing")) == 200

        assert stage.play(scenario).keys_fetched == 2

    def test_without_keys_teams_is_asked_to_send_again(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nobody can tell who calls; once the keys are there, all is well."""

        async def scenario(bot: Bot) -> None:
            bot.teams.keys_fail = True
            assert await bot.send(personal(NOTICE)) == 503
            bot.teams.keys_fail = False
            assert await bot.send(personal(NOTICE)) == 503, "it is not asked at every request"
            monkeypatch.setattr(checked, "_FAILED_AFTER", 0.0)
            assert await bot.send(personal(NOTICE)) == 200

        stage.play(scenario)
        keyless = "a request cannot be checked: the keys at TEAMS_OPENID_URL cannot be fetched"
        assert stage.logged(logging.ERROR) == [keyless] * 2

    def test_old_keys_go_on_being_used_where_there_are_no_new_ones(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def scenario(bot: Bot) -> None:
            assert await bot.send(other("typing")) == 200
            bot.teams.keys_fail = True
            monkeypatch.setattr(checked, "_KEYS_KEPT_FOR", 0.0)
            assert await bot.send(other("typing")) == 200

        stage.play(scenario)


class TestBody:
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"[]",
            b"7",
            b'"text"',
            b"\xff\xfe",
            b"[" * 100_000,
            b"{}",
            b'{"type": 7}',
            json.dumps(personal("hi") | {"value": float("nan")}).encode(),
            *[json.dumps(personal("hi") | wrong).encode() for wrong in MALFORMED],
        ],
    )
    def test_what_is_no_activity_is_400(self, stage: Stage, body: bytes) -> None:
        async def scenario(bot: Bot) -> None:
            good = {"Authorization": f"Bearer {bot.teams.signers[0].token(bot.teams.url)}"}
            assert (await bot.post(body, good))[0] == 400

        stage.play(scenario)

    @pytest.mark.parametrize("size", [MOST_BYTES + 1, 3 * 1024 * 1024])
    def test_what_is_too_large_is_413(self, stage: Stage, size: int) -> None:
        async def scenario(bot: Bot) -> None:
            assert await bot.send(personal(MENTION * (size // len(MENTION) + 1))) == 413
            assert bot.inbox() == []

        stage.play(scenario)

    @pytest.mark.parametrize("size", [MOST_BYTES + 1, 3 * 1024 * 1024])
    def test_what_is_too_large_is_413_even_where_its_size_is_not_told(self, stage: Stage, size: int) -> None:
        async def in_pieces() -> AsyncIterator[bytes]:
            for _ in range(size // 1024 + 1):
                yield b" " * 1024

        async def scenario(bot: Bot) -> None:
            good = {"Authorization": f"Bearer {bot.teams.signers[0].token(bot.teams.url)}"}
            async with bot.session.post(bot.address + PATH, data=in_pieces(), headers=good) as answer:
                assert answer.status == 413

        stage.play(scenario)

    @pytest.mark.parametrize(
        "kind", ["typing", "messageReaction", "messageUpdate", "messageDelete", "invoke", "endOfTime"]
    )
    def test_what_is_not_for_us_is_acknowledged_and_not_kept(self, stage: Stage, kind: str) -> None:
        async def scenario(bot: Bot) -> None:
            assert await bot.send(other(kind, text=NOTICE)) == 200
            assert bot.inbox() == []

        assert stage.play(scenario).calls == []

    def test_where_the_database_fails_teams_is_asked_to_send_again(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            with bot.running.engine.begin() as connection:
                connection.exec_driver_sql("ALTER TABLE inbox RENAME TO gone")
            assert await bot.send(personal(NOTICE)) == 503
            with bot.running.engine.begin() as connection:
                connection.exec_driver_sql("ALTER TABLE gone RENAME TO inbox")
            assert await bot.send(personal(NOTICE)) == 200

        stage.play(scenario)
        [failure] = stage.logged(logging.ERROR)
        assert failure == "an activity could not be kept, and Teams is asked to send it again: OperationalError"


class TestAnonymous:
    def test_a_client_on_this_machine_needs_no_token_and_is_sent_none(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            body = json.dumps(personal(NOTICE) | {"serviceUrl": bot.teams.url}).encode()
            assert (await bot.post(body, {}))[0] == 200
            await until(lambda: bot.teams.said)
            assert (await bot.get("/readyz"))[0] == 200

        played = stage.play(scenario, **ANONYMOUS)
        assert played.said[0].conversation == chat()
        assert (played.signed_in, played.keys_fetched) == (0, 0)

    @pytest.mark.parametrize("url", ["https://smba.trafficmanager.net.evil.example/", "http://192.0.2.1/", None])
    def test_answers_stay_on_this_machine(self, stage: Stage, url: object) -> None:
        async def scenario(bot: Bot) -> None:
            body = json.dumps(personal(NOTICE) | {"serviceUrl": url}).encode()
            assert (await bot.post(body, {}))[0] == 401

        stage.play(scenario, **ANONYMOUS)
