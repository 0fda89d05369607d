"""What a decision may know beside the state: who speaks, where, when, and what there is."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.authoring.replies import Reply
from bot.authoring.signatures import CommandSpec
from bot.dialog.access import Offered, Refusal
from bot.dialog.localising import Localised
from bot.dialog.phrases import Phrases, phrases_in
from bot.dialog.traces import Trace
from bot.model.answers import Statement
from bot.model.conversation import Frame, State
from bot.model.ids import ConversationId, CustomerId, FrameId, PromptId
from bot.model.thresholds import Thresholds
from bot.model.understanding import Hints
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
        thresholds: how sure engines must be.
        data: the mark of the vocabulary that they were opened with.
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
    thresholds: Thresholds = field(default_factory=Thresholds)
    data: str = ""
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
