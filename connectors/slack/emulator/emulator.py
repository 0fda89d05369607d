"""The emulator itself: persons on one side, an app's connector on the other."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from aiohttp import ClientSession, web

from bot import Body, EmulatorSettings, Faults, Form, Seen
from connectors.slack.emulator import payloads
from connectors.slack.emulator.api import Api
from connectors.slack.emulator.app import AUTHORIZE, App
from connectors.slack.emulator.files import Files
from connectors.slack.emulator.manifests import Manifests
from connectors.slack.emulator.methods import Methods
from connectors.slack.emulator.modals import errors_in, fill, form_shown, searched_in
from connectors.slack.emulator.passes import Passes
from connectors.slack.emulator.pressing import Pressing
from connectors.slack.emulator.shown import escaped, home_seen, plain, pressables, words_shown
from connectors.slack.emulator.sockets import PATH as SOCKETS
from connectors.slack.emulator.sockets import SocketMode
from connectors.slack.emulator.teams import Teams
from connectors.slack.emulator.uploads import Uploads
from connectors.slack.emulator.viewing import Viewing
from connectors.slack.emulator.webhooks import DeliveryError, Webhooks
from connectors.slack.emulator.workspace import BOT_USER, TEAM, Message, Workspace

MENTION = "@bot"
"""What a person types in a channel to call the app."""


class SlackEmulator:
    """See `bot.Emulator`. ``says`` also takes a channel; ``@bot`` mentions the app there."""

    kind = "slack"

    def __init__(
        self, settings: EmulatorSettings, http: ClientSession, group: asyncio.TaskGroup
    ) -> None:
        self._settings = settings
        self.app, self.teams = App(), Teams()
        self.sockets, self.manifests = SocketMode(settings.base_url), Manifests()
        self._token = self.app.install(TEAM)
        self._secret = secrets.token_hex(16)
        self.workspace = Workspace()
        now = self.workspace.now
        self._passes = Passes(settings.base_url, settings.pace, now)
        self._webhooks = Webhooks(
            settings,
            self._secret,
            now=now,
            http=http,
            group=group,
            sockets=self.sockets,
            teams=self.teams,
        )
        self._files = Files(settings.base_url)
        methods = Methods(self.workspace, self._echo, files=self._files)
        uploads = Uploads(self.workspace, self._files, settings.base_url, posted=self._echo)
        methods.table |= {**uploads.methods(), **self.app.methods(), **self.manifests.methods()}
        methods.table |= {"apps.connections.open": self.sockets.open}
        methods.table |= Viewing(self.workspace, self._passes).methods()
        self._pressing = Pressing(
            self.workspace,
            deliver=self._webhooks.deliver,
            open_trigger=self._passes.open_trigger,
            open_url=self._open_url,
        )
        self._api = Api(
            self.workspace,
            self._passes,
            methods,
            files=self._files,
            uploads=uploads,
            app=self.app,
            teams=self.teams,
        )

    @property
    def faults(self) -> Faults:
        """What still goes wrong; each half counts its own down."""
        of_webhooks = self._webhooks.faults
        return replace(self._api.faults, duplicate=of_webhooks.duplicate, delay=of_webhooks.delay)

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._api.faults = self._webhooks.faults = faults

    def connector_settings(self) -> Mapping[str, str]:
        """See `bot.Emulator.connector_settings`."""
        return {
            "bot_token": self._token,
            "signing_secret": self._secret,
            "api_url": f"{self._settings.base_url}/api/",
            "transport": "webhook",
        }

    async def handle(self, request: web.Request, path: str) -> web.StreamResponse:
        """See `bot.Emulator.handle`."""
        if path == SOCKETS:
            return await self.sockets.handle(request)
        if path == AUTHORIZE:
            return self.app.authorize(request)
        return await self._api.handle(request, path)

    async def says(self, person: str, text: str, *, channel: str | None = None) -> None:
        """See `bot.Emulator.says`; a text that begins with a slash is a command."""
        place = channel or self.workspace.direct(person)
        self.workspace.join(place, person)
        written = Message(ts=self.workspace.stamp(), channel=place, user=person, text=escaped(text))
        if text.startswith("/"):
            await self._commands(replace(written, visible_to=person))
        else:
            await self._writes(written)

    async def sends(
        self, person: str, data: bytes, *, name: str, mime: str, text: str = ""
    ) -> None:
        """See `bot.FileSender.sends`: in the direct message."""
        now = self.workspace.now()
        file = self._files.keep(data, name=name, mime=mime, owner=person, at=now)
        place, stamp = self.workspace.direct(person), self.workspace.stamp()
        await self._writes(
            Message(ts=stamp, channel=place, user=person, text=escaped(text), files=(file,))
        )

    async def taps(self, person: str, message: str, label: str) -> None:
        """See `bot.Emulator.taps`; a row of a menu is named by its label like a button.

        Raises:
            LookupError: the person sees no such message, or nothing of that label in it.
        """
        found = next((m for m in self.workspace.seen_by(person) if m.ts == message), None)
        if found is None:
            raise LookupError(f"{person} sees no message {message}")
        shown = pressables([*found.blocks, *found.gone])
        pressed = next((p for p in shown if p.label == label), None)
        if pressed is None:
            raise LookupError(f"message {message} shows nothing called {label!r}")
        try:
            await self._pressing.press(person, found, pressed)
        except DeliveryError:
            await self._note(found.channel, person, "This app is not responding. Try again.")

    def form(self, person: str) -> Form | None:
        """See `bot.Filling.form`: the modal, drawn from the view's blocks; else an open picker."""
        view = self.workspace.modal_of(person)
        return self._pressing.form(person) if view is None else form_shown(view)

    async def fills(self, person: str, values: Mapping[str, str]) -> Mapping[str, str]:
        """See `bot.Filling.fills`; what Slack's own app refuses never reaches the bot."""
        view = self.workspace.modal_of(person)
        if view is None and self._pressing.form(person) is None:
            raise LookupError(f"{person} has no form open")
        try:
            if view is None:
                return await self._pressing.pick(person, values)
            return await self._submits(person, view, values)
        except DeliveryError:
            return {"": "We had some trouble connecting. Try again?"}

    async def _submits(
        self, person: str, view: Body, values: Mapping[str, str]
    ) -> Mapping[str, str]:
        rows = {
            at.block_id: await self._pressing.search(person, view, at, values[at.block_id])
            for at in searched_in(view)
            if values.get(at.block_id)
        }
        state, refused = fill(view, values, rows)
        if refused:
            return refused
        trigger = self._passes.open_trigger(person)
        webhook = payloads.view_submission(view, state, person, trigger=trigger)
        errors = errors_in(await self._webhooks.deliver(webhook))
        if not errors:
            await self.workspace.close_view(person)
        return errors

    async def dismisses(self, person: str) -> None:
        """See `bot.Filling.dismisses`; our modals do not ask to be told."""
        await self._pressing.dismiss(person)
        await self.workspace.close_view(person)

    async def blocks(self, person: str) -> None:
        """Let a person's account be deactivated: nobody shuts an app out of Slack otherwise."""
        self.workspace.disabled.add(person)
        await self.workspace.touch()

    async def edits(self, person: str, message: str, text: str) -> None:
        """Let a person write other words where theirs stand."""
        old = self._own(person, message)
        new = replace(old, text=escaped(text), edited=True)
        await self.workspace.edit(old, text=new.text, blocks=(), raw=old.raw)
        stamp = self.workspace.stamp()
        await self._webhooks.deliver(payloads.changed(old, new, ts=stamp))

    async def deletes(self, person: str, message: str) -> None:
        """Let a person take back what they wrote."""
        old = self._own(person, message)
        await self.workspace.remove(old)
        await self._webhooks.deliver(payloads.changed(old, None, ts=self.workspace.stamp()))

    async def opens_home(self, person: str, *, tab: str = "home") -> None:
        """Let a person look at a tab of the app."""
        webhook = payloads.home_opened(
            person,
            self.workspace.direct(person),
            tab=tab,
            view=self.workspace.homes.get(person),
            ts=self.workspace.stamp(),
        )
        await self._webhooks.deliver(webhook)

    def home(self, person: str) -> Seen | None:
        """Tell what a person's home tab shows; None where the app has shown nothing yet."""
        view = self.workspace.homes.get(person)
        return None if view is None else home_seen(view)

    async def taps_home(self, person: str, label: str, *, nth: int = 0) -> None:
        """Press a button of the home tab; of several called the same, the ``nth``."""
        view = self.workspace.homes.get(person, {"blocks": []})
        found = [one for one in pressables(view["blocks"]) if one.label == label]
        if len(found) <= nth:
            raise LookupError(f"the home tab of {person} shows nothing called {label!r}")
        await self._pressing.press(person, view, found[nth])

    async def assists(self, person: str) -> str:
        """Let a person open a thread with the app as an assistant; gives its stamp."""
        channel, thread = self.workspace.direct(person), self.workspace.stamp()
        self.workspace.assisted[channel, thread] = ""
        webhook = payloads.assistant_started(person, channel, ts=thread)
        await self._webhooks.deliver(webhook)
        return thread

    async def uninstalls(self, team: str) -> None:
        """Let a workspace, or an organisation, take the app's token away and tell it so."""
        self.app.uninstall(team)
        at = next((one for one, held in self.teams.organisations.items() if held == team), team)
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}}
        for told in (revoked, {"type": "app_uninstalled"}):
            webhook = payloads.enveloped(told, ts=self.workspace.stamp())
            await self._webhooks.deliver(self.teams.of_team(webhook, at))

    def _own(self, person: str, message: str) -> Message:
        own = (m for m in self.workspace.seen_by(person) if m.user == person)
        found = next((m for m in own if m.ts == message), None)
        if found is None:
            raise LookupError(f"{person} wrote no message {message}")
        return found

    def _open_url(self, message: Message, person: str) -> str:
        return self._passes.open_url(
            "actions", team=TEAM, channel=message.channel, person=person, message=message.ts
        )

    def screen(self, person: str) -> Sequence[Seen]:
        """See `bot.Emulator.screen`: the direct message, and the channels the person wrote in."""
        return [_seen(message, self._files) for message in self.workspace.seen_by(person)]

    async def changed(self, since: int) -> int:
        """See `bot.Emulator.changed`."""
        return await self.workspace.changed(since)

    async def settled(self) -> None:
        """See `bot.Emulator.settled`."""
        await self._webhooks.settled()

    def stop(self) -> None:
        """Forget the webhooks that wait for another try."""
        self._webhooks.stop()

    async def _writes(self, written: Message) -> None:
        if written.channel.startswith("D"):
            await self._tell("message", written, "im")
            return
        mentioned = replace(written, text=written.text.replace(MENTION, f"<@{BOT_USER}>"))
        await self._tell("message", mentioned, "channel")
        if mentioned.text != written.text:
            webhook = payloads.event("app_mention", mentioned, channel_type="channel")
            await self._webhooks.deliver(webhook)

    async def _tell(self, kind: str, written: Message, channel_type: str) -> None:
        webhook = payloads.event(kind, written, channel_type=channel_type)
        await self.workspace.add(replace(written, raw=webhook.content))
        await self._webhooks.deliver(webhook)

    async def _commands(self, written: Message) -> None:
        """Send a command; Slack does not repeat it, but tells the person when it failed."""
        url = self._passes.open_url(
            "commands", team=TEAM, channel=written.channel, person=written.user
        )
        trigger = self._passes.open_trigger(written.user)
        webhook = payloads.command(written, response_url=url, trigger=trigger)
        await self.workspace.add(replace(written, raw=webhook.content))
        typed = plain(written.text.partition(" ")[0])
        try:
            answer = await self._webhooks.deliver(webhook)
        except DeliveryError as error:
            await self._note(written.channel, written.user, _failure(typed, error.reason))
        else:
            await self._show_answer(written, answer)

    async def _show_answer(self, written: Message, answer: bytes) -> None:
        """Show what stood in the answer to a command, as Slack does: words, or a message."""
        text = answer.decode("utf-8", "replace").strip()
        if not text:
            return
        try:
            given = json.loads(text)
        except ValueError:
            given = {"text": text}
        if isinstance(given, Mapping):
            await self._note(written.channel, written.user, str(given.get("text", "")))

    async def _note(self, channel: str, person: str, text: str) -> None:
        """Show what Slackbot tells one person."""
        await self.workspace.add(
            Message(
                ts=self.workspace.stamp(),
                channel=channel,
                user=BOT_USER,
                text=text,
                visible_to=person,
            )
        )

    def _echo(self, message: Message) -> None:
        """Tell the app of its own message: Slack sends those, too."""
        if message.channel.startswith("D"):
            webhook = payloads.event("message", message, channel_type="im")
            self._webhooks.deliver_later(webhook)


def _failure(typed: str, reason: str) -> str:
    if reason == "http_timeout":
        return f"{typed} failed because the app did not respond"
    return f'{typed} failed with the error "dispatch_failed"'


def _seen(message: Message, files: Files) -> Seen:
    words = words_shown(message.text, message.blocks)
    names = [f"\N{PAPERCLIP} {file['name']}" for file in message.files]
    return Seen(
        id=message.ts,
        role="bot" if message.is_bot else "user",
        text="\n".join([*names, *([words] if words or not names else [])]),
        buttons=tuple(pressed.label for pressed in pressables(message.blocks)),
        gone=tuple(pressed.label for pressed in pressables(message.gone)),
        raw=message.raw,
        ephemeral=message.visible_to is not None,
        files=tuple(files.seen(file["id"]) for file in message.files if message.is_bot),
    )


@asynccontextmanager
async def open_emulator(settings: EmulatorSettings) -> AsyncIterator[SlackEmulator]:
    """Open an emulated workspace with one app in it; this is what the entry point names."""
    async with ClientSession(trust_env=False) as http, asyncio.TaskGroup() as group:
        emulator = SlackEmulator(settings, http, group)
        try:
            yield emulator
        finally:
            emulator.stop()
