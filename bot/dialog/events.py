"""What can happen to a conversation, and what a decision wishes for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from bot.authoring.happenings import Happening
from bot.authoring.replies import Reply
from bot.dialog.misses import Chose, Keep
from bot.dialog.surroundings import Surroundings
from bot.dialog.traces import Trace
from bot.model.answers import Statement
from bot.model.conversation import Prompt, PromptChoice
from bot.model.ids import FrameId, PromptId
from bot.model.messages import Attachment, Form, FormField, FormFilled, Tap
from bot.model.understanding import NOTHING, Interpretation


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A customer's message. ``shown`` is the newest prompt that its address had been sent.

    ``crossed`` tells that it was recorded before the open question was asked: it cannot be an
    answer to that.
    """

    text: str = ""
    tap: Tap | None = None
    form: FormFilled | None = None
    attachments: tuple[Attachment, ...] = ()
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
    effect), ``later`` (``text`` tells what has to wait; the answers are kept) or ``error``
    (``text`` is the id under which it was logged). ``notes`` are told before it.
    ``memo`` is what a flow keeps of the steps that it took before it failed.
    """

    frame: FrameId
    why: str
    text: str = ""
    memo: Mapping[str, Any] | None = None
    argument: str | None = None
    notes: tuple[str, ...] = ()
    around: Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """The answer to `Replay`, and to `Run` where the command is a flow."""

    frame: FrameId
    trace: Trace
    around: Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Woken:
    """What a parked flow waits for has happened: the moment ``step`` names, or ``event``."""

    frame: FrameId
    step: str | None = None
    event: str | None = None
    data: Mapping[str, Any] | None = None
    around: Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """Something happened that a subscriber wants to know of."""

    subscriber: str
    happening: Happening
    around: Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something is to be said that no message here asked for: a notice, a subscriber's words."""

    replies: Sequence[Reply]
    around: Surroundings


Incoming: TypeAlias = (
    Heard | Started | Expired | Resumed | Checked | Suggested | Ran | Failed
    | Replayed | Woken | Noticed | Told
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Overridden:
    """The answer to `Override`; without ``replies`` the pattern is left to the core.

    ``event`` is decided once more, with this known.
    """

    pattern: str
    replies: tuple[Reply, ...] | None
    event: Incoming

    @property
    def around(self) -> Surroundings:
        """Give the surroundings of the event, with what the pattern said."""
        around = self.event.around
        return replace(around, overridden={**around.overridden, self.pattern: self.replies})


@dataclass(frozen=True, slots=True, kw_only=True)
class Consulted:
    """The answer to `Consult`; ``statement`` None where no engine knows anything.

    ``event`` is decided once more, with this known.
    """

    chatty: bool
    statement: Statement | None
    event: Incoming

    @property
    def around(self) -> Surroundings:
        """Give the surroundings of the event, with what the engines answered."""
        around = self.event.around
        return replace(around, statements={**around.statements, self.chatty: self.statement})


Event: TypeAlias = Incoming | Overridden | Consulted


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Say something that needs no answer.

    ``drafted``: it was shown while it was being written, and takes the place of that.
    """

    reply: Reply
    drafted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Show a prompt; ``reply`` carries links and further buttons where a command said them.

    ``form`` is offered beside the question where the platform has forms, ``asks`` where it has a
    control for the one answer.
    """

    prompt: Prompt
    reply: Reply | None = None
    form: Form | None = None
    asks: FormField | None = None


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
class Replay:
    """Replay a flow against what its frame knows now; nothing with an effect is done."""

    frame: FrameId


@dataclass(frozen=True, slots=True, kw_only=True)
class Sleep:
    """Set a timer that wakes a parked flow."""

    frame: FrameId
    step: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Call a subscriber."""

    subscriber: str
    happening: Happening


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Have an author's pattern speak; the decision that wishes it is made again with the answer.

    ``frame`` is the dialog that is open, ``words`` what the customer wrote.
    """

    pattern: str
    frame: FrameId | None
    question: str | None
    words: str
    event: Incoming


@dataclass(frozen=True, slots=True, kw_only=True)
class Consult:
    """Ask the engines that answer questions; the decision is made again with their answer."""

    words: str
    chatty: bool
    event: Incoming


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Set a timer that ends a frame."""

    frame: FrameId
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefer:
    """Answer the customer in a language from now on; ``learnt`` tells how that is known."""

    locale: str
    learnt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff:
    """A customer asks for a person, or a flow does; ``frame`` waits until one hands them back."""

    frame: FrameId | None = None
    skill: str | None = None
    note: str | None = None


Wish: TypeAlias = (
    Say | Ask | Check | Suggest | Run | Schedule | Handoff | Replay | Sleep | Notify | Override
    | Consult | Prefer | Keep | Chose
)  # fmt: skip
