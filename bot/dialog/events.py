"""What can happen to a conversation, and what a decision wishes for."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeAlias

from bot.authoring.replies import Reply
from bot.authoring.signatures import CommandSpec
from bot.model.conversation import Frame, Prompt, PromptChoice, State
from bot.model.ids import ConversationId, FrameId, PromptId
from bot.model.messages import Tap
from bot.model.understanding import NOTHING, Hints, Interpretation
from bot.ports.language import Recogniser


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """All that a decision may know beside the state.

    Attributes:
        now: the moment of the turn, aware, in the place's zone.
        locale: the customer's.
        commands: by name, aliases included.
        recognisers: the most specific first.
        conversation: where new frames come from.
        connector: the name of the channel that speaks.
        address: (account, user, place) that speaks.
        version: the conversation's after this turn.
        umbrella: what built-in commands must be typed behind on this channel, or "".
        labels: connector name to what customers call it.
        salt: random text of this turn, from which new ids are made.
        human: the answer to who asks for a person.
    """

    now: datetime
    locale: str
    commands: Mapping[str, CommandSpec]
    recognisers: Sequence[Recogniser[Any]]
    conversation: ConversationId
    connector: str
    address: tuple[str, str, str]
    salt: str
    version: int = 1
    umbrella: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    human: str = "A person will answer you here."

    def hints(self, *, wanted: bool = False) -> Hints:
        """Make the hints for recognisers."""
        return Hints(now=self.now, locale=self.locale, wanted=wanted)

    def new_id(self, state: State, purpose: str) -> str:
        """Make an id of eight bytes that no other turn makes."""
        seed = f"{self.salt}:{purpose}:{len(state.frames)}:{len(state.prompts)}:{state.notes}"
        if state.prompts:
            seed += state.prompts[-1].id
        return base64.urlsafe_b64encode(hashlib.sha256(seed.encode()).digest()[:8])[:11].decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A customer's message. ``shown`` is the newest prompt that its address had been sent.

    ``crossed`` tells that it was recorded before the open question was asked: it cannot be an
    answer to that.
    """

    text: str = ""
    tap: Tap | None = None
    shown: PromptId | None = None
    crossed: bool = False
    interpretation: Interpretation = NOTHING
    around: Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """Something other than a message starts a command: a link request, a campaign."""

    command: str
    arguments: Mapping[str, Any]
    around: Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """The time that a command gave its open dialogs has passed."""

    frame: FrameId
    around: Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """An address has just joined the conversation: tell ``note`` and what is open, there."""

    note: str
    around: Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The answer to `Check`: None, or the text to show."""

    frame: FrameId
    argument: str
    problem: str | None
    around: Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """The answer to `Suggest`."""

    frame: FrameId
    argument: str
    choices: Sequence[PromptChoice]
    around: Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """The answer to `Run`: what the command says.

    ``leaving``: the address is being parted from this conversation, so what is open in it is no
    longer this address's business.
    """

    frame: FrameId
    replies: Sequence[Reply]
    leaving: bool = False
    around: Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The other answer to `Run`.

    ``why`` is ``user`` (the text ends the command), ``retry`` (``argument`` is asked again),
    ``unconfirmed`` (an effect needs a yes first), ``unknown`` (nobody knows what became of an
    effect) or ``error`` (``text`` is the id under which it was logged).
    """

    frame: FrameId
    why: str
    text: str = ""
    argument: str | None = None
    around: Surroundings


Event: TypeAlias = Heard | Started | Expired | Resumed | Checked | Suggested | Ran | Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Say something that needs no answer."""

    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Show a prompt; ``reply`` carries links and further buttons where a command said them."""

    prompt: Prompt
    reply: Reply | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Have an author's check look at a value."""

    frame: FrameId
    argument: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggest:
    """Have an author's function name choices."""

    frame: FrameId
    argument: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Run the command of a frame with its answers."""

    frame: FrameId


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Set a timer that ends a frame."""

    frame: FrameId
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff:
    """A customer asks for a person."""


Wish: TypeAlias = Say | Ask | Check | Suggest | Run | Schedule | Handoff


@dataclass(frozen=True, slots=True)
class Draft:
    """A decision in the making: the state so far and the wishes so far."""

    state: State
    around: Surroundings
    wishes: tuple[Wish, ...] = ()

    def spec_of(self, frame: Frame | None) -> CommandSpec | None:
        """Find the command of a frame, if it is still offered."""
        return None if frame is None else self.around.commands.get(frame.command)

    def wish(self, *wishes: Wish) -> "Draft":
        """Add wishes."""
        return replace(self, wishes=(*self.wishes, *wishes))

    def on(self, state: State) -> "Draft":
        """Go on with another state."""
        return replace(self, state=state)

    def note(self, *notes: str) -> "Draft":
        """Add reasons that go before the next question or are said alone at the end."""
        return self.on(self.state.noted(*notes))
