"""The conversation: open dialogs, the answers they hold, the questions that were shown.

All of it is JSON (`dump_state`, `load_state`): it survives a restart, another process and a
changed release. Values of answers are kept in JSON form; the command's signature knows the type.
"""

import heapq
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

from bot.model.ids import ConversationId, FrameId, MissId, PromptId
from bot.model.misses import Proposal
from bot.model.understanding import Interpretation

Json = Any  # whatever json.loads gives; typed again by a parameter's TypeAdapter

ANEW = "/anew:"
"""Begins the memo of a flow's questions that are to be asked whatever was said before."""

GIVEN = ""
"""The source of an answer that is not the customer's."""

PRIVATE = "private"
"""The scope of the conversation that follows the customer over every linked channel."""

KEPT_PROMPTS = 20
"""How many prompts stay in the state, so that a tap on an old button is still recognised."""


def room_scope(account: str, place: str) -> str:
    """Name the scope of a conversation in a room or thread."""
    return f"room:{account}:{place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a customer answered: the value, the words it came from, when and how.

    ``source`` is the name of the connector it came by; `GIVEN` where a program began the dialog
    with it. ``checked`` tells that the author's check
    passed. ``instead_of`` is the answer that this one corrects, until the check has passed.
    ``others`` are readings of the words that are as good, ``fits`` those that passed the check:
    where more than one is left, the customer is asked which.
    """

    value: Json
    words: str
    at: datetime
    source: str
    checked: bool = False
    others: tuple[Json, ...] = ()
    fits: tuple[Json, ...] = ()
    instead_of: "Answer | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """What a parked dialog waits for; ``step`` is the flow's step, ``until`` an aware moment."""

    step: str
    event: str | None = None
    key: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One open dialog: a command and the answers given so far.

    ``opening`` are the words that opened a flow: later questions may find their answer there.
    ``memo`` is what a flow's steps other than questions came to, by the step's id. ``waiting`` is
    set while a flow is parked: it is not talked about until what it waits for happens.

    ``proposed`` tells that the command was understood from words and not typed as a command or
    tapped: no effect runs before a yes. ``proposal`` are these words, until the first yes or no.
    ``queued`` tells that the same words asked for something that comes first: it has its turn
    when that is over. ``origin`` is the conversation it was opened in.
    ``used_at`` orders the stack; the newest is on top.
    """

    id: FrameId
    command: str
    opened_at: datetime
    used_at: datetime
    origin: ConversationId
    answers: dict[str, Answer] = field(default_factory=dict)
    proposed: bool = False
    confirmed: bool = False
    asked: tuple[str, ...] = ()
    opening: str = ""
    memo: dict[str, Json] = field(default_factory=dict)
    waiting: Wait | None = None
    proposal: Proposal | None = None
    queued: bool = False

    def with_answer(self, name: str, answer: Answer) -> "Frame":
        """Keep an answer; a yes that was given for other answers counts no more."""
        return replace(self, answers={**self.answers, name: answer}, confirmed=False)

    def without(self, *names: str) -> "Frame":
        """Forget answers; what opened a flow answers these questions no more."""
        kept = {name: value for name, value in self.answers.items() if name not in names}
        forgotten = {f"{ANEW}{name}": True for name in names} if self.opening or self.memo else {}
        return replace(self, answers=kept, confirmed=False, memo={**self.memo, **forgotten})


class PromptKind(StrEnum):
    """What an answer to a prompt means."""

    ASK = "ask"  # a value for the argument
    CONFIRM = "confirm"  # yes or no to run the frame
    MENU = "menu"  # choices that start commands or are said back
    DROP = "drop"  # yes or no to losing the frame's answers


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptChoice:
    """One choice of a prompt; its token is the prompt's id, a dot and the choice's index.

    ``value`` answers an ask (JSON form) or a confirm (true, false); ``command`` with ``arguments``
    starts a command; ``words`` are taken as if the customer had typed them. A command that is
    ``offered`` begins with what the sentence says of it that the prompt is about; ``slots`` are
    words in that sentence, by parameter, as an engine found them. ``meant`` is what an engine made
    of the ``words``, where they are not to be read as an answer.
    """

    label: str
    value: Json = None
    command: str | None = None
    arguments: dict[str, Json] = field(default_factory=dict)
    words: str | None = None
    slots: dict[str, str] = field(default_factory=dict)
    offered: bool = False
    meant: Interpretation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A question as it was shown; ``text`` is kept to show it again elsewhere.

    ``to`` is the address (account, user, place) it was asked at; ``chosen`` the index of the
    choice that answered it, ``closed_at`` when and ``closed_by`` from where it was answered.
    ``locale`` is what it was asked in; "" where that was not kept yet.
    ``version`` is the conversation's after the turn that asked: what was recorded before that
    cannot be an answer. ``fields`` are those of the form that was offered beside it, each with the
    words that it was shown with. ``about`` is the sentence that a "did you mean" is about.
    ``retired`` tells that its buttons were taken away wherever it was
    shown.
    """

    id: PromptId
    kind: PromptKind
    origin: ConversationId
    frame: FrameId | None = None
    argument: str | None = None
    text: str = ""
    choices: tuple[PromptChoice, ...] = ()
    at: datetime
    locale: str = ""
    version: int = 0
    to: tuple[str, str, str] | None = None
    open: bool = True
    chosen: int | None = None
    closed_at: datetime | None = None
    closed_by: tuple[str, str, str] | None = None
    fields: dict[str, str] = field(default_factory=dict)
    retired: bool = False
    about: Proposal | None = None

    def token(self, index: int) -> str:
        """Make the token of the button for a choice: at most 20 ASCII bytes."""
        return f"{self.id}.{index}"

    def shut(self) -> "Prompt":
        """Close it without an answer; most of those that are kept are closed already."""
        return replace(self, open=False) if self.open else self


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A conversation's dialog state: frames newest last, the last prompts newest last.

    ``notes`` are reasons that go before the next question, ``recalls`` that it is shown with what
    is known; both are empty between turns. ``misses`` counts the messages in a row that were not
    understood; ``missed`` is the last miss that was kept, and when, until it is known what the
    customer turned to instead.
    """

    frames: tuple[Frame, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    notes: tuple[str, ...] = ()
    recalls: bool = False
    misses: int = 0
    missed: tuple[MissId, datetime] | None = None

    @property
    def top(self) -> Frame | None:
        """The dialog that is being talked about: the newest that is not parked."""
        return next((frame for frame in reversed(self.frames) if frame.waiting is None), None)

    @property
    def open_prompt(self) -> Prompt | None:
        """The question that waits for an answer: the newest open one."""
        return next((prompt for prompt in reversed(self.prompts) if prompt.open), None)

    def frame(self, frame_id: FrameId | None) -> Frame | None:
        """Find an open frame by id."""
        return next((frame for frame in self.frames if frame.id == frame_id), None)

    def prompt(self, prompt_id: str | None) -> Prompt | None:
        """Find one of the kept prompts by id."""
        return next((prompt for prompt in self.prompts if prompt.id == prompt_id), None)

    def open_frame(self, command: str) -> Frame | None:
        """Find the newest dialog of a command that can be gone on with."""
        found = (f for f in reversed(self.frames) if f.command == command and f.waiting is None)
        return next(found, None)

    def put(self, frame: Frame) -> "State":
        """Replace a frame in its place, or put a new one on top."""
        if self.frame(frame.id) is None:
            return replace(self, frames=(*self.frames, frame))
        return replace(self, frames=tuple(frame if f.id == frame.id else f for f in self.frames))

    def raised(self, frame_id: FrameId, at: datetime) -> "State":
        """Put a frame on top because it is talked about now."""
        frame = self.frame(frame_id)
        if frame is None:
            return self
        others = tuple(f for f in self.frames if f.id != frame_id)
        newest = max([at, *(f.used_at for f in others)])
        return replace(self, frames=(*others, replace(frame, used_at=newest)))

    def dropped(self, frame_id: FrameId) -> "State":
        """End a dialog; its questions are closed."""
        prompts = tuple(p.shut() if p.frame == frame_id else p for p in self.prompts)
        frames = tuple(f for f in self.frames if f.id != frame_id)
        return replace(self, frames=frames, prompts=prompts)

    def asked(self, prompt: Prompt) -> "State":
        """Open a question; the frame's earlier ones and menus are closed.

        What is asked before answers are lost leaves the question behind it open.
        """
        over = {None} if prompt.kind is PromptKind.DROP else {prompt.frame, None}
        closed = tuple(
            p.shut()
            if p.frame in over or (p.frame == prompt.frame and p.kind is PromptKind.DROP)
            else p
            for p in self.prompts
        )
        return replace(self, prompts=(*closed, prompt)[-KEPT_PROMPTS:])

    def answered(
        self,
        prompt_id: PromptId,
        at: datetime,
        *,
        by: tuple[str, str, str],
        chosen: int | None = None,
    ) -> "State":
        """Close a question; ``chosen`` is the index of the choice, ``by`` the address."""
        prompts = tuple(
            replace(p, open=False, chosen=chosen, closed_at=at, closed_by=by)
            if p.id == prompt_id
            else p
            for p in self.prompts
        )
        return replace(self, prompts=prompts)

    def closed(self, frame_id: FrameId, kind: PromptKind) -> "State":
        """Close a frame's questions of one kind without an answer."""
        prompts = tuple(
            p.shut() if p.frame == frame_id and p.kind is kind else p for p in self.prompts
        )
        return replace(self, prompts=prompts)

    def retiring(self, prompt_ids: Collection[PromptId]) -> "State":
        """Remember whose buttons were taken away."""
        prompts = tuple(replace(p, retired=True) if p.id in prompt_ids else p for p in self.prompts)
        return replace(self, prompts=prompts)

    def shown_again(self, prompt: Prompt) -> "State":
        """Make a question that was shown once more the newest."""
        others = tuple(p for p in self.prompts if p.id != prompt.id)
        return replace(self, prompts=(*others, prompt))

    def noted(self, *notes: str) -> "State":
        """Add reasons that go before the next question."""
        return replace(self, notes=(*self.notes, *notes))


def joined(host: State, guest: State) -> State:
    """Put the frames and prompts of two conversations into one, by last use.

    Undone exactly by `parted`, whatever happened to neither of them in between.
    """
    # merged, not sorted: each one's own order stays, even where a clock was set back
    frames = heapq.merge(host.frames, guest.frames, key=lambda frame: frame.used_at)
    prompts = heapq.merge(host.prompts, guest.prompts, key=lambda prompt: prompt.at)
    return State(frames=tuple(frames), prompts=tuple(prompts))


def parted(state: State, origin: ConversationId) -> tuple[State, State]:
    """Split off what came from ``origin``: (what stays, what goes back)."""

    def part(*, leaving: bool) -> State:
        return State(
            frames=tuple(f for f in state.frames if (f.origin == origin) is leaving),
            prompts=tuple(p for p in state.prompts if (p.origin == origin) is leaving),
        )

    return part(leaving=False), part(leaving=True)


_STATE: TypeAdapter[State] = TypeAdapter(State)


def dump_state(state: State) -> str:
    """Write a state as JSON text."""
    return _STATE.dump_json(state).decode()


def load_state(text: str | bytes) -> State:
    """Read what `dump_state` wrote; unknown fields of a newer release are ignored."""
    return _STATE.validate_json(text)
