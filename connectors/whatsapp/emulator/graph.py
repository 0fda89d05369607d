"""The business's side: Meta's Graph API for one phone number."""

import hmac
import json
import re
from datetime import timedelta

from aiohttp import web

from bot import Body, Request
from connectors.whatsapp.emulator.checks import check_message, check_product
from connectors.whatsapp.emulator.media import Media
from connectors.whatsapp.emulator.people import (
    Person,
    dialled,
    is_scoped_id,
    new_message_id,
    person_of,
)
from connectors.whatsapp.emulator.phones import Phone
from connectors.whatsapp.emulator.refusals import Refusal, RefusedError
from connectors.whatsapp.emulator.uploads import take_upload
from connectors.whatsapp.emulator.webhooks import Sent, status_update
from connectors.whatsapp.emulator.world import World

WINDOW = timedelta(hours=24)
"""How long after a person's last message free-form answers are allowed (Meta, "24-hour window")."""

_PATH = re.compile(r"(?:v[0-9]+\.[0-9]+/)?(?P<id>[0-9]+)(?P<edge>/messages|/media)?")
_CLOSED = Refusal(
    code=131047,
    details="More than 24 hours have passed since the person last wrote to this number.",
)


class GraphApi:
    """Answers the connector's requests."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def handle(self, request: Request, path: str) -> Request:
        """See `bot.Emulator.handle`; paths may begin with a version, ``v23.0/``."""
        is_cut = False
        try:
            self._check_caller(request.headers.get("Authorization", ""))
            if path.startswith("media/"):
                return self._file(path.removeprefix("media/"))
            if self._is_upload(request.method, path):
                return web.json_response(await take_upload(request, self._world.media))
            raw = await request.read()
            asked_for = request.query.get("phone_number_id", self._world.number.phone_number_id)
            answer, status = self._answer(request.method, path, raw, number=asked_for), 200
            is_cut = "messages" in answer and self._world.take("drop")
        except RefusedError as error:
            answer, status = error.refusal.answer(), error.refusal.status
        if is_cut and request.transport is not None:
            request.transport.abort()
        return web.json_response(answer, status=status)

    def _is_upload(self, method: str, path: str) -> bool:
        found = _PATH.fullmatch(path)
        ours = found is not None and found["id"] == self._world.number.phone_number_id
        return ours and method == "POST" and found is not None and found["edge"] == "/media"

    def _check_caller(self, authorization: str) -> None:
        expected = f"Bearer {self._world.access_token}"
        given = authorization.encode(errors="replace")
        if not hmac.compare_digest(given, expected.encode()):
            raise RefusedError(190, "The access token is not valid.")
        if self._world.take("fail"):
            raise RefusedError(131000, "Message failed to send because of an unknown error.")
        if self._world.take("throttle"):
            raise RefusedError(130429, "Cloud API message throughput has been reached.")

    def _file(self, ticket: str) -> web.Response:
        """Give a file by its address; Meta's own server answers 404 to one that is too old."""
        media = self._world.media.use_ticket(ticket, self._world.now())
        if media is None:
            return web.Response(status=404)
        return web.Response(body=media.data, headers={"Content-Type": media.mime})

    def _answer(self, method: str, path: str, raw: bytes, *, number: str) -> Body:
        ours = self._world.number
        found = _PATH.fullmatch(path)
        media = self._world.media.find(found["id"]) if found and not found["edge"] else None
        if method == "GET" and media is not None and number == ours.phone_number_id:
            ticket = self._world.media.open_ticket(media, self._world.now())
            return media.told(self._world.base_url, ticket)
        if found is None or found["id"] != ours.phone_number_id:
            raise RefusedError(100, f"Unsupported {method.lower()} request.", subcode=33)
        match method, found["edge"]:
            case "GET", None:
                shown = ours.display_phone_number
                return {"id": ours.phone_number_id, "display_phone_number": shown}
            case "POST", "/messages":
                body = _parsed(raw)
                return self._mark(body) if "status" in body else self._send(body)
            case _:
                raise RefusedError(100, f"Unsupported {method.lower()} request.", subcode=33)

    def _mark(self, body: Body) -> Body:
        check_product(body)
        message_id = str(body.get("message_id"))
        if body["status"] != "read" or message_id not in self._world.read:
            raise RefusedError(100, "status must be read, message_id a message received")
        self._world.read[message_id] = True
        return {"success": True}

    def _send(self, body: Body) -> Body:
        check_message(body)
        media = self._media(body)
        phone = self._addressee(body)
        person = phone.person if phone else person_of(str(body["to"]))
        callback_data = body.get("biz_opaque_callback_data")
        sent = Sent(id=new_message_id(person), person=person, callback_data=callback_data)
        if phone is not None:
            self._transmit(phone, sent, body, media)
        return {
            "messaging_product": "whatsapp",
            "contacts": [{"input": body.get("to") or body["recipient"], **_known(person)}],
            "messages": [{"id": sent.id}],
        }

    def _addressee(self, body: Body) -> Phone | None:
        """Find who gets a message; ``to`` wins over ``recipient``.

        None for a business-scoped id in ``to``: the real API accepts that and drops the message.
        """
        if "to" not in body:
            return self._world.phone(body["recipient"])
        to = str(body["to"])
        if is_scoped_id(to):
            return None
        number = dialled(to)
        if number is None or body.get("recipient_type") == "group":
            raise RefusedError(100, "to must be a phone number; there are no groups here")
        return self._world.phone(number)

    def _media(self, body: Body) -> Media | None:
        """Find the file of a message by its id; addresses elsewhere are not followed here."""
        content = body.get(str(body.get("type")))
        if not isinstance(content, dict) or "id" not in content:
            return None
        media = self._world.media.find(str(content["id"]))
        if media is None or media.kind != body["type"]:
            raise RefusedError(131053, "There is no such file, or it is of another type.")
        return media

    def _transmit(self, phone: Phone, sent: Sent, body: Body, media: Media | None) -> None:
        world, now = self._world, self._world.now()
        is_open = phone.wrote_at is not None and now - phone.wrote_at <= WINDOW
        if not is_open and body.get("type") != "template":
            world.courier.put(status_update(sent, "failed", now, failure=_CLOSED))
            return
        phone.show(sent, body, media)
        world.change()
        statuses = [status_update(sent, status, now) for status in ("sent", "delivered")]
        if world.swap_statuses > 0:
            world.swap_statuses -= 1
            statuses.reverse()
        world.courier.put(*statuses)


def _known(person: Person) -> Body:
    return {"wa_id": person.phone} if person.phone else {"user_id": person.scoped_id}


def _parsed(raw: bytes) -> Body:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise RefusedError(100, "The body must be a JSON object.")
    return body
