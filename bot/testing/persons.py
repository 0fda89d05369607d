"""Persons of a test: they say, tap and see, on one channel or several."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.authoring.kinds import File
from bot.ports.emulators import Seen
from bot.testing.chaos import Fate
from bot.testing.worlds import World

Settle = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Channel:
    """A person on one channel; ``read`` counts the messages that `sees` has consumed."""

    name: str
    user: str
    world: World
    prepare: Settle
    settle: Settle
    draw: Callable[[], Fate] = Fate
    read: int = 0

    async def says(self, text: str, *, twice: bool = False) -> None:
        """Type a text; returns when it has been answered and nothing is open.

        ``twice``: the platform delivers it twice.
        """
        await self.prepare()
        self._befall(twice=twice)
        await self.world.says(self.name, self.user, text)
        await self.settle()

    async def sends(self, *files: File, text: str = "") -> None:
        """Send files of the test's own, ``Image("a.jpg", data=…)``, with words under them."""
        await self.prepare()
        self._befall(twice=False)
        await self.world.sends(self.name, self.user, files, text)
        await self.settle()

    async def fills(self, **fields: str) -> None:
        """Fill in the newest form by field name and send it; the others stay as shown.

        AssertionError if there is none, or if the platform itself would not send it.
        """
        await self.prepare()
        self._befall(twice=False)
        refused = await self.world.fills(self.name, self.user, fields)
        if refused:
            raise AssertionError(f"the form on {self.name} is not sent: {dict(refused)}")
        await self.settle()

    async def taps(self, label: str, *, twice: bool = False, behind: bool = False) -> None:
        """Press the newest button with this label; AssertionError if there is none.

        ``twice``: the platform delivers the tap twice. ``behind``: the app has not shown yet that
        the button was taken away; it counts as one that is there.
        """
        await self.prepare()
        for seen in reversed(self.screen):
            if label in seen.buttons or (behind and label in seen.gone):
                self._befall(twice=twice)
                await self.world.taps(self.name, self.user, seen.id, label)
                await self.settle()
                return
        raise AssertionError(f"no button {label!r} on {self.name}; seen: {self.told()}")

    def sees(self, text: str, *, buttons: Sequence[str] = ()) -> Seen:
        """Find the next message that contains a text and has these buttons, in this order.

        Consumes the messages up to it; AssertionError with the unread ones if there is none.
        """
        for index, seen in enumerate(self.screen[self.read :], start=self.read + 1):
            if text in seen.text and _in_order(buttons, seen.buttons):
                self.read = index
                return seen
        wanted = f"{text!r}" + (f" with {list(buttons)}" if buttons else "")
        raise AssertionError(
            f"{wanted} was not seen on {self.name}; unread: {self.told(self.read)}"
        )

    def sees_nothing(self) -> None:
        """Assert that every message has been consumed."""
        if self.screen[self.read :]:
            raise AssertionError(f"unread on {self.name}: {self.told(self.read)}")

    @property
    def screen(self) -> Sequence[Seen]:
        """Everything that the bot has shown here, oldest first; edits where they were made."""
        return [seen for seen in self.world.screen(self.name, self.user) if seen.role == "bot"]

    def _befall(self, *, twice: bool) -> None:
        fate = self.draw()
        self.world.befall(self.name, replace(fate, duplicate=fate.duplicate or twice))

    def told(self, since: int = 0) -> str:
        """Write what is on the screen, for messages of failed assertions."""
        lines = [f"{seen.text!r} {list(seen.buttons)}" for seen in self.screen[since:]]
        return "; ".join(lines) or "nothing"


def _in_order(wanted: Sequence[str], shown: Sequence[str]) -> bool:
    rest = iter(shown)
    return all(label in rest for label in wanted)


@dataclass(slots=True)
class Person:
    """A person with a user id on each of some channels, all linked with one another."""

    name: str
    channels: Mapping[str, Channel]
    linked: bool = field(default=False)

    def __getattr__(self, name: str) -> Channel:
        try:
            return self.channels[name]
        except KeyError:
            raise AttributeError(f"{self.name} has no channel {name!r}") from None

    async def link(self) -> None:
        """Link the channels as customers do: a code here, typed there, a yes here."""
        if self.linked:
            return
        self.linked = True
        first, *others = self.channels.values()
        for other in others:
            await first.says("/link")
            code = _code_in(first.screen[-1].text)
            await other.says(f"/link {code}")
            await first.says("yes")
            if "Joined" not in first.told():
                raise AssertionError(f"linking {first.name} and {other.name}: {first.told()}")
        for channel in self.channels.values():
            channel.read = len(channel.screen)


def _code_in(text: str) -> str:
    return next(word for word in text.split() if len(word) == 9 and word[4] == "-")
