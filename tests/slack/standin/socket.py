"""The platform's side of Socket Mode."""

import asyncio
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

from aiohttp import WSMsgType, web

from tests.slack.requests import APP, Json
from tests.slack.standin.things import Acknowledgement, Connection, Envelope, EnvelopeType, RefusedError
from tests.slack.standin.views import check_view
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from tests.slack.standin.server import SlackStandIn


@dataclass(frozen=True)
class _Line:
    """An open WebSocket; the transport is what an abrupt end needs."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport


class Socket:
    """The platform's side of Socket Mode: `connections` (all there were), `sent` and `acknowledgements` by envelope."""

    def __init__(self, slack: "SlackStandIn") -> None:
        self.connections: list[Connection] = []
        self.sent: dict[str, Envelope] = {}
        self.acknowledgements: dict[str, Acknowledgement] = {}
        self._slack = slack
        self._tickets: set[str] = set()
        self._lines: list[_Line] = []

    @property
    def open(self) -> int:
        """How many connections are open."""
        return len(self._lines)

    async def connected(self, times: int = 1, within: float = PATIENCE) -> None:
        """Waits until the app has connected so many times in all, and is."""
        await self._slack.until(lambda: len(self.connections) >= times and self._lines, within)

    async def send(
        self,
        kind: EnvelopeType,
        payload: Json,
        *,
        retry_attempt: int = 0,
        retry_reason: str = "timeout",
    ) -> str:
        """Sends an envelope over the newest connection (waits for one, as Slack does) and gives its id."""
        await self.connected()
        accepts = kind == "slash_commands" or payload.get("type") in {"view_submission", "block_suggestion"}
        envelope = Envelope(str(uuid4()), kind, payload, accepts, time.monotonic())
        self.sent[envelope.id] = envelope
        retry = {"retry_attempt": retry_attempt, "retry_reason": retry_reason if retry_attempt else ""}
        wire = {
            "envelope_id": envelope.id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": accepts,
        }
        await self._lines[-1].socket.send_json(wire | retry if kind == "events_api" else wire)
        return envelope.id

    async def acknowledged(self, envelope_id: str, within: float = PATIENCE) -> Acknowledgement:
        """Waits for the acknowledgement of an envelope."""
        await self._slack.until(lambda: envelope_id in self.acknowledgements, within)
        return self.acknowledgements[envelope_id]

    async def disconnect(self, reason: Literal["warning", "refresh_requested"] = "refresh_requested") -> None:
        """Asks the app to connect anew; the connection stays open until the app closes it."""
        for line in list(self._lines):
            await line.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "stand-in"}})

    async def close(self) -> None:
        """Closes all connections in an orderly way."""
        for line in list(self._lines):
            await line.socket.close()

    def drop(self) -> None:
        """Cuts all connections without a word."""
        lines, self._lines = self._lines, []
        for line in lines:
            line.transport.abort()

    def address(self) -> str:
        """A new WebSocket address, good for one connection."""
        ticket = str(uuid4())
        self._tickets.add(ticket)
        return f"ws://{self._slack.server}/link/?ticket={ticket}&app_id={APP}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from its greeting to its end."""
        ticket, transport = request.query.get("ticket", ""), request.transport
        if ticket not in self._tickets or transport is None:
            self._slack.refuse("socket", RefusedError("invalid_ticket"))
            return web.Response(status=403)
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json(self._hello())
        line = _Line(socket, transport)
        self._lines.append(line)
        self._slack.keep(self.connections, Connection(ticket, time.monotonic()))
        try:
            async for message in socket:
                self._heard(message.data if message.type is WSMsgType.TEXT else "")
        finally:
            self._lines = [other for other in self._lines if other is not line]
            self._slack.changed()
        return socket

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._lines) + 1,
            "debug_info": {"host": "stand-in", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": APP},
        }

    def _heard(self, text: str) -> None:
        now = time.monotonic()
        try:
            envelope, payload = self._read(text)
            self._check(envelope, payload)
        except RefusedError as refusal:
            return self._slack.refuse("socket", refusal)
        self.acknowledgements[envelope.id] = Acknowledgement(envelope.id, payload, now - envelope.at)
        return self._slack.changed()

    def _read(self, text: str) -> tuple[Envelope, Json | None]:
        try:
            message = json.loads(text)
            envelope = self.sent[message["envelope_id"]]
        except (ValueError, KeyError, TypeError) as error:
            raise RefusedError("unknown_envelope", text) from error
        if envelope.id in self.acknowledgements:
            raise RefusedError("acknowledged_twice", text)
        return envelope, message.get("payload")

    def _check(self, envelope: Envelope, payload: Json | None) -> None:
        if payload is None:
            return
        if not envelope.accepts_response_payload:
            raise RefusedError("unexpected_response_payload", json.dumps(payload))
        if "view" in payload:
            check_view(self._slack, payload["view"], "modal")
        if "blocks" in payload:
            self._slack.check_blocks(payload["blocks"], "message")
