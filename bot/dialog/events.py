"""What can happen to a conversation, and what a decision wishes for."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeAlias

from bot.authoring.happenings import Happening
from bot.authoring.replies import Reply
from bot.authoring.signatures import CommandSpec
from bot.dialog.access import Offered, Refusal
from bot.dialog.localising import Localised
from bot.dialog.phrases import Phrases, phrases_in
from bot.dialog.traces import Trace
from bot.model.answers import Statement
from bot.model.conversation import Frame, Prompt, PromptChoice, State
from bot.model.ids import ConversationId, CustomerId, FrameId, PromptId
from bot.model.messages import Attachment, Form, FormField, FormFilled, Tap
from bot.model.understanding import NOTHING, Hints, Interpretation
from bot.ports.language import Recogniser


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """All that a decision may know beside the state.

    Attributes:
        now: the moment of the turn, aware, in the place's zone.
        locale: the customer's.
        commands: by name, aliases included; `Offered` where some are not for everybody.
        recognisers: the most specific first.
        conversation: where new frames come from.
        connector: the name of the channel that speaks.
        address: (account, user, place) that speaks.
        version: the conversation's after this turn.
        umbrella: what built-in commands must be typed behind on this channel, or "".
        labels: connector name to what customers call it.
        salt: random text of this turn, from which new ids are made.
        human: the answer to who asks for a person.
        flows: what the open flows came to when they were last replayed, by frame.
        patterns: the names of those that an author has written anew.
        overridden: what authors' patterns said in this turn; None where the core goes on.
        answers: an engine answers questions.
        statements: what the engines answered in this turn, by whether small talk was welcome.
        customers: all ids of the customer, the root's first; see `Customer.ids`.
        in_room: others read the answers.
        learnt: how the locale is known: ``stated``, ``profile``, ``detected`` or ``bot``.
        languages: the commands in every language.
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
    flows: Mapping[FrameId, Trace] = field(default_factory=dict)
    patterns: frozenset[str] = frozenset()
    overridden: Mapping[str, tuple[Reply, ...] | None] = field(default_factory=dict)
    customers: Sequence[CustomerId] = ()
    in_room: bool = False
    profile: Mapping[str, str] = field(default_factory=dict)
    learnt: str = "bot"
    languages: Localised | None = None
    answers: bool = False
    statements: Mapping[bool, Statement | None] = field(default_factory=dict)

    @property
    def phrases(self) -> Phrases:
        """The bot's own sentences, in the customer's language."""
        return phrases_in(self.locale)

    def speaking(self, locale: str) -> "Surroundings":
        """Go on in another language."""
        commands = self.commands
        if isinstance(commands, Offered) and self.languages is not None:
            commands = Offered(self.languages.commands_in(locale), commands.standing)
        return replace(self, locale=locale, commands=commands)

    @property
    def known(self) -> Mapping[str, CommandSpec]:
        """All commands, also those that are not there for this customer."""
        return self.commands.known if isinstance(self.commands, Offered) else self.commands

    def refusal(self, spec: CommandSpec) -> Refusal | None:
        """Tell why a command is not there for this customer, here and now; None where it is."""
        if not isinstance(self.commands, Offered):
            return None
        return self.commands.standing.refusal(spec)

    def works_on(self, spec: CommandSpec) -> list[str]:
        """Name the channels that can show a command, as customers call them."""
        if not isinstance(self.commands, Offered):
            return []
        return [self.labels.get(one, one) for one in self.commands.standing.works_on(spec)]

    def spec_of(self, frame: Frame | None) -> CommandSpec | None:
        """Find the command of a frame; a flow's parameters are the questions it has reached.

        One that is switched off, or does not work on this channel, is found: the dialog stays.
        """
        spec = None if frame is None else self.known.get(frame.command)
        if spec is not None and self.refusal(spec) is Refusal.ROLE:
            return None
        if frame is None or spec is None or not spec.is_flow:
            return spec
        trace = self.flows.get(frame.id)
        return spec if trace is None else replace(spec, parameters=trace.parameters)

    def hints(self, *, wanted: bool = False, currency: str = "") -> Hints:
        """Make the hints for recognisers."""
        return Hints(now=self.now, locale=self.locale, wanted=wanted, currency=currency)

    def new_id(self, state: State, purpose: str) -> str:
        """Make an id of eight bytes that no other turn makes."""
        seed = f"{self.salt}:{purpose}:{len(state.frames)}:{len(state.prompts)}:{state.notes}"
        if state.prompts:
            seed += state.prompts[-1].id
        return base64.urlsafe_b64encode(hashlib.sha256(seed.encode()).digest()[:8])[:11].decode()

    def new_prompt_id(self, state: State, purpose: str) -> PromptId:
        """Make a prompt's id; it begins with the customer's mark."""
        made = self.new_id(state, purpose)
        return PromptId(mark_of(self.customers[0]) + made[MARK:] if self.customers else made)

    def is_foreign(self, token: str) -> bool:
        """Tell whether a button that this conversation does not know was another customer's."""
        marks = {mark_of(customer) for customer in self.customers}
        return bool(marks) and token[:MARK] not in marks


MARK = 4
"""Characters of a prompt's id that tell whose it is; the other 42 bits make it unique there."""


def mark_of(customer: CustomerId) -> str:
    """Make the mark of a customer's prompts: a tap in a room must tell an old one from another's.

    It proves nothing, and need not: a token only ever chooses among the customer's own prompts.
    """
    return base64.urlsafe_b64encode(hashlib.sha256(customer.encode()).digest()[:3]).decode()


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
    | Consult | Prefer
)  # fmt: skip
