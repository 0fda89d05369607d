"""The business's side: Meta's Graph API for one phone number."""

import hmac
import json
import re
from datetime import timedelta

from aiohttp import web

from bot import Body, Request
from connectors.whatsapp.emulator.approved import Approved
from connectors.whatsapp.emulator.automation import read_automation
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
from connectors.whatsapp.emulator.webhooks import OURS, Number, Sent, status_update
from connectors.whatsapp.emulator.world import World

WINDOW = timedelta(hours=24)
"""How long after a person's last message free-form answers are allowed (Meta, "24-hour window")."""

_EDGES = "/messages|/media|/conversational_automation"
_PATH = re.compile(rf"(?:v[0-9]+\.[0-9]+/)?(?P<id>[0-9]+)(?P<edge>{_EDGES})?")
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
            asked_for = request.query.get("phone_number_id")
            answer, status = self._answer(request.method, path, raw, asked_for=asked_for), 200
            is_cut = "messages" in answer and self._world.take("drop")
        except RefusedError as error:
            answer, status = error.refusal.answer(), error.refusal.status
        if is_cut and request.transport is not None:
            request.transport.abort()
        return web.json_response(answer, status=status)

    def _is_upload(self, method: str, path: str) -> bool:
        found = _PATH.fullmatch(path)
        ours = found is not None and found["id"] in self._world.numbers
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

    def _answer(self, method: str, path: str, raw: bytes, *, asked_for: str | None) -> Body:
        world, found = self._world, _PATH.fullmatch(path)
        media = world.media.find(found["id"]) if found and not found["edge"] else None
        if (
            method == "GET"
            and media is not None
            and (asked_for or OURS.phone_number_id) in (world.numbers)
        ):
            return media.told(world.base_url, world.media.open_ticket(media, world.now()))
        number = world.numbers.get(found["id"]) if found else None
        if found is None or number is None:
            raise RefusedError(100, f"Unsupported {method.lower()} request.", subcode=33)
        match method, found["edge"]:
            case "GET", None:
                shown = number.display_phone_number
                return {"id": number.phone_number_id, "display_phone_number": shown}
            case "POST", "/messages":
                body = _parsed(raw)
                return self._mark(body) if "status" in body else self._send(body, number)
            case "POST", edge:
                return self._configure(_parsed(raw), number, is_menu=edge is not None)
            case _:
                raise RefusedError(100, f"Unsupported {method.lower()} request.", subcode=33)

    def _configure(self, body: Body, number: Number, *, is_menu: bool) -> Body:
        if is_menu:
            self._world.menus[number.phone_number_id] = read_automation(body)
            return {"success": True}
        match body:
            case {"webhook_configuration": {"override_callback_uri": str(url)} as told}:
                if told.get("verify_token") != self._world.verify_token:
                    raise RefusedError(100, "The callback URL could not be verified.")
                self._world.overrides[number.phone_number_id] = url
                return {"success": True}
            case _:
                raise RefusedError(100, "webhook_configuration is required.")

    def _mark(self, body: Body) -> Body:
        check_product(body)
        message_id = str(body.get("message_id"))
        if body["status"] != "read" or message_id not in self._world.read:
            raise RefusedError(100, "status must be read, message_id a message received")
        if body.get("typing_indicator", {"type": "text"}) != {"type": "text"}:
            raise RefusedError(100, "typing_indicator must be of type text")
        self._world.read[message_id] = True
        if "typing_indicator" in body:
            self._world.typing.add(message_id)
        self._world.change()
        return {"success": True}

    def _send(self, body: Body, number: Number) -> Body:
        check_message(body)
        media = self._media(body)
        template = self._world.templates.find(body) if body.get("type") == "template" else None
        phone = self._addressee(body, number)
        person = phone.person if phone else person_of(str(body["to"]))
        sent = Sent(
            id=new_message_id(person),
            person=person,
            callback_data=body.get("biz_opaque_callback_data"),
            number=number,
        )
        if phone is not None:
            self._check_pair(phone, body)
            self._transmit(phone, sent, body, (media, template))
        return {
            "messaging_product": "whatsapp",
            "contacts": [{"input": body.get("to") or body["recipient"], **_known(person)}],
            "messages": [{"id": sent.id}],
        }

    def _check_pair(self, phone: Phone, body: Body) -> None:
        """Refuse what does not get from this number to this person now."""
        world = self._world
        pair = (phone.number.phone_number_id, phone.person.scoped_id)
        if phone.has_blocked:
            raise RefusedError(131026, "The message cannot be delivered.")
        if world.refuses_at_once and not self._is_open(phone, body):
            raise RefusedError(_CLOSED.code, _CLOSED.details)
        if not world.pairs.take(pair, world.now()):
            raise RefusedError(131056, "Too many messages from this number to this person.")

    def _is_open(self, phone: Phone, body: Body) -> bool:
        since = phone.wrote_at
        is_recent = since is not None and self._world.now() - since <= WINDOW
        return is_recent or body.get("type") == "template"

    def _addressee(self, body: Body, number: Number) -> Phone | None:
        """Find who gets a message; ``to`` wins over ``recipient``.

        None for a business-scoped id in ``to``: the real API accepts that and drops the message.
        """
        ours = number.phone_number_id
        if "to" not in body:
            return self._world.phone(body["recipient"], ours)
        to = str(body["to"])
        if is_scoped_id(to):
            return None
        dialled_to = dialled(to)
        if dialled_to is None or body.get("recipient_type") == "group":
            raise RefusedError(100, "to must be a phone number; there are no groups here")
        return self._world.phone(dialled_to, ours)

    def _media(self, body: Body) -> Media | None:
        """Find the file of a message by its id; addresses elsewhere are not followed here."""
        content = body.get(str(body.get("type")))
        if not isinstance(content, dict) or "id" not in content:
            return None
        media = self._world.media.find(str(content["id"]))
        if media is None or media.kind != body["type"]:
            raise RefusedError(131053, "There is no such file, or it is of another type.")
        return media

    def _transmit(
        self, phone: Phone, sent: Sent, body: Body, parts: tuple[Media | None, Approved | None]
    ) -> None:
        world, now = self._world, self._world.now()
        if not self._is_open(phone, body):
            world.report(status_update(sent, "failed", now, failure=_CLOSED))
            return
        phone.show(sent, body, *parts)
        world.typing.clear()
        world.change()
        statuses = [status_update(sent, status, now) for status in ("sent", "delivered")]
        if world.swap_statuses > 0:
            world.swap_statuses -= 1
            statuses.reverse()
        world.report(*statuses)


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
