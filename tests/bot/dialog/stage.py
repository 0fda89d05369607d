"""A stage for the dialog manager alone: customers at several addresses, authors' plain functions.

The stage grants wishes as the runtime does (checks, suggestions and commands are called, their
errors become events), keeps what each address has been shown, and dumps and loads the state
between any two steps, so that every conversation here is also one over restarts.
"""

import hashlib
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.authoring.commands import Command
from bot.authoring.parameters import Choice
from bot.authoring.replies import replies_of
from bot.authoring.signatures import Callback, CommandSpec, read_command
from bot.dialog.binding import show_value
from bot.dialog.decisions import Next
from bot.dialog.events import (
    Ask,
    Check,
    Checked,
    Event,
    Expired,
    Failed,
    Handoff,
    Heard,
    Overridden,
    Override,
    Ran,
    Resumed,
    Run,
    Say,
    Schedule,
    Started,
    Suggest,
    Suggested,
    Wish,
)
from bot.dialog.forms import arguments_of
from bot.dialog.manager import decide
from bot.dialog.misses import Chose, Keep
from bot.dialog.names import by_name
from bot.dialog.plain import with_plain
from bot.dialog.surroundings import Surroundings
from bot.dialog.traces import Trace
from bot.errors import Retry, UserError
from bot.model.conversation import Prompt, PromptChoice, State, dump_state, load_state
from bot.model.ids import ConversationId, FrameId, MissId, PromptId
from bot.model.messages import Form, FormField, FormFilled, Tap
from bot.model.thresholds import Thresholds
from bot.model.understanding import NOTHING, Alternative, Interpretation
from bot.ports.language import Recogniser

ROME = ZoneInfo("Europe/Rome")
START = datetime(2026, 11, 18, 10, 0, tzinfo=ROME)  # a Wednesday
MOST_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Around:
    """What the commands on this stage get as their context: the little that they use."""

    now: datetime
    confirmed: bool
    proposed: bool

    @property
    def today(self) -> Any:
        return self.now.date()


class UnconfirmedError(BaseException):
    """An effect was wanted in a dialog that was only proposed."""


class UnknownError(Exception):
    """Nobody knows what became of an effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One thing that an address has been shown."""

    at: str
    text: str
    buttons: tuple[str, ...] = ()
    prompt: PromptId | None = None
    form: Form | None = None
    asks: FormField | None = None


def specs_of(
    commands: Iterable[Command[..., Any]], recognisers: Sequence[Recogniser[Any]] = ()
) -> dict[str, CommandSpec]:
    """Read commands as the loader does: by name and by alias."""
    known = {recogniser.type for recogniser in recognisers}
    return by_name(
        read_command(command, source="stage", provided=(), known=known) for command in commands
    )


def an_effect(ctx: Around) -> None:
    """Stand for an action: it refuses to run where the customer has not said yes to a proposal."""
    if ctx.proposed and not ctx.confirmed:
        raise UnconfirmedError


@dataclass(slots=True)
class Stage:
    """One conversation and everything around it."""

    commands: Mapping[str, CommandSpec]
    recognisers: Sequence[Recogniser[Any]] = ()
    umbrella: str = ""
    state: State = field(default_factory=State)
    now: datetime = START
    version: int = 0
    turns: int = 0
    seen: dict[str, PromptId] = field(default_factory=dict)
    transcript: list[Shown] = field(default_factory=list)
    ran: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    timers: list[Schedule] = field(default_factory=list)
    handoffs: int = 0
    restarts: bool = True
    patterns: Mapping[str, Callable[[str], Any]] = field(default_factory=dict)
    asked_patterns: list[Override] = field(default_factory=list)
    ends: list[Next] = field(default_factory=list)
    flows: dict[FrameId, Trace] = field(default_factory=dict)
    thresholds: Thresholds = field(default_factory=Thresholds)
    missed: list[Keep] = field(default_factory=list)
    chosen: dict[MissId, str] = field(default_factory=dict)

    # ── What customers do ─────────────────────────────────────────────────────

    def says(
        self,
        text: str,
        at: str = "slack",
        *,
        meant: Interpretation = NOTHING,
        crossed: bool = False,
    ) -> list[Shown]:
        """Write a message; ``crossed`` came before the open question was asked."""
        return self._turn(at, lambda around: self._heard(around, at, text, meant, crossed=crossed))

    def taps(self, label: str, at: str = "slack") -> list[Shown]:
        """Press the newest button with this label, wherever it was shown."""
        return self.presses(self.token(label), at)

    def presses(self, token: str, at: str = "slack") -> list[Shown]:
        """Press a button by its token."""
        return self._turn(
            at,
            lambda around: Heard(tap=Tap(token=token), shown=self.seen.get(at), around=around),
        )

    def sends(self, prompt: PromptId, values: Mapping[str, str], at: str = "slack") -> list[Shown]:
        """Send a form that stood beside a prompt."""
        form = FormFilled(prompt=prompt, values=values)
        return self._turn(
            at, lambda around: Heard(form=form, shown=self.seen.get(at), around=around)
        )

    def token(self, label: str, *, nth: int = -1) -> str:
        """Find the token of a button by its label; ``nth`` counts the prompts that have it."""
        found = [
            prompt.token(index)
            for prompt in self.state.prompts
            for index, choice in enumerate(prompt.choices)
            if choice.label == label
        ]
        return found[nth]

    # ── What else happens ─────────────────────────────────────────────────────

    def starts(self, command: str, at: str = "slack", **arguments: Any) -> list[Shown]:
        return self._turn(
            at, lambda around: Started(command=command, arguments=arguments, around=around)
        )

    def resumes(self, note: str, at: str = "slack") -> list[Shown]:
        return self._turn(at, lambda around: Resumed(note=note, around=around))

    def expires(self, timer: Schedule, at: str = "slack") -> list[Shown]:
        return self._turn(at, lambda around: Expired(frame=timer.frame, around=around))

    def waits(self, pause: timedelta) -> None:
        self.now += pause

    def releases(self, *commands: Command[..., Any]) -> None:
        """Go on with other commands: a new release."""
        self.commands = specs_of(commands, self.recognisers)

    def unseen(self, at: str, prompt: PromptId | None = None) -> None:
        """Say that an address has been shown no more than ``prompt`` so far."""
        if prompt is None:
            self.seen.pop(at, None)
        else:
            self.seen[at] = prompt

    @property
    def answers(self) -> dict[str, Any]:
        """The answers of the dialog on top, in JSON form."""
        top = self.state.top
        return {} if top is None else {name: one.value for name, one in top.answers.items()}

    @property
    def question(self) -> Prompt:
        prompt = self.state.open_prompt
        if prompt is None:
            raise LookupError("no question is open")
        return prompt

    def surroundings(self, at: str) -> Surroundings:
        salt = hashlib.sha256(f"turn {self.turns}".encode()).hexdigest()
        return Surroundings(
            now=self.now, locale="en", commands=self.commands,
            recognisers=with_plain(self.recognisers), conversation=ConversationId("c-1"),
            connector=at, address=(at, "user", "place"), salt=salt, version=self.version + 1,
            umbrella=self.umbrella, labels={"slack": "Slack", "telegram": "Telegram"},
            patterns=frozenset(self.patterns), thresholds=self.thresholds,
        )  # fmt: skip

    # ── How it is played ──────────────────────────────────────────────────────

    def _heard(
        self, around: Surroundings, at: str, text: str, meant: Interpretation, *, crossed: bool
    ) -> Heard:
        return Heard(
            text=text, shown=self.seen.get(at), interpretation=meant, crossed=crossed, around=around
        )

    def _turn(self, at: str, begun: Any) -> list[Shown]:
        self.turns += 1
        around = self.surroundings(at)
        self._look(around)
        event: Event | None = begun(replace(around, flows=dict(self.flows)))
        first = len(self.transcript)
        for _ in range(MOST_ROUNDS):
            if event is None:
                break
            if self.restarts:
                self.state = load_state(dump_state(self.state))
            decision = decide(self.state, event)
            self.state, wishes = decision
            event = self._granted(at, replace(around, flows=dict(self.flows)), wishes)
            if event is None:
                self.ends.append(decision.next)
        else:
            raise RuntimeError("the turn does not end")
        self.version += 1
        return self.transcript[first:]

    def _granted(self, at: str, around: Surroundings, wishes: Sequence[Wish]) -> Event | None:
        answer: Event | None = None
        for wish in wishes:
            match wish:
                case Check():
                    answer = self._check(wish, around)
                case Suggest():
                    answer = self._suggest(wish, around)
                case Run():
                    answer = self._run(wish, around)
                case Override():
                    answer = self._override(wish)
                case Say() | Ask() | Schedule() | Handoff() | Keep() | Chose():
                    self._note(at, wish)
                case _:
                    answer = self._beyond(wish, around) or answer
        return answer

    def _look(self, around: Surroundings) -> None:
        """Find out which questions the open flows have reached."""

    def _beyond(self, wish: Wish, around: Surroundings) -> Event | None:
        """Grant what only flows and subscribers wish for."""
        raise TypeError(f"this stage has no flows: {wish}")

    def _note(self, at: str, wish: Say | Ask | Schedule | Handoff | Keep | Chose) -> None:
        match wish:
            case Say(reply=reply):
                self.transcript.append(Shown(at=at, text=reply.text))
            case Ask(prompt=prompt, form=form, asks=asks):
                labels = tuple(choice.label for choice in prompt.choices)
                shown = Shown(at=at, text=prompt.text, buttons=labels, prompt=prompt.id, form=form)
                self.transcript.append(replace(shown, asks=asks))
                self.seen[at] = prompt.id
            case Schedule():
                self.timers.append(wish)
            case Handoff():
                self.handoffs += 1
            case Keep():
                self.missed.append(wish)
            case Chose():
                self.chosen[wish.miss] = wish.command

    def _override(self, wish: Override) -> Event:
        self.asked_patterns.append(wish)
        said = replies_of(self.patterns[wish.pattern](wish.words))
        return Overridden(pattern=wish.pattern, replies=tuple(said) or None, event=wish.event)

    def _check(self, wish: Check, around: Surroundings) -> Event:
        spec, known = self._known(wish)
        parameter = spec.parameter(wish.argument)
        problem = None
        if parameter is not None and parameter.check is not None:
            problem = self._call(parameter.check, known, known[wish.argument])
        return Checked(frame=wish.frame, argument=wish.argument, problem=problem, around=around)

    def _suggest(self, wish: Suggest, around: Surroundings) -> Event:
        spec, known = self._known(wish)
        parameter = spec.parameter(wish.argument)
        choices = []
        if parameter is not None and parameter.suggest is not None:
            for offered in self._call(parameter.suggest, known):
                one = offered if isinstance(offered, Choice) else Choice(offered)
                value = parameter.dump(one.value)
                label = one.label or show_value(parameter, value, around)
                choices.append(PromptChoice(label=label, value=value))
        return Suggested(frame=wish.frame, argument=wish.argument, choices=choices, around=around)

    def _run(self, wish: Run, around: Surroundings) -> Event:
        spec, known = self._known(wish)
        failed = Failed(frame=wish.frame, why="error", text="e-1", around=around)
        try:
            said = replies_of(self._call(spec.handler, known, frame=wish.frame))
        except UnconfirmedError:
            return replace(failed, why="unconfirmed", text="")
        except Retry as error:
            return replace(failed, why="retry", text=str(error), argument=error.arg)
        except UserError as error:
            return replace(failed, why="user", text=str(error))
        except UnknownError:
            return replace(failed, why="unknown", text="")
        except ZeroDivisionError:
            return failed
        self.ran.append((spec.name, known))
        return Ran(frame=wish.frame, replies=said, around=around)

    def _known(self, wish: Check | Suggest | Run) -> tuple[CommandSpec, dict[str, Any]]:
        frame = self.state.frame(wish.frame)
        if frame is None:
            raise LookupError(wish.frame)
        spec = self.commands[frame.command]
        return spec, arguments_of(frame, spec)

    def _call(
        self, callback: Callback, known: Mapping[str, Any], value: Any = None, frame: Any = None
    ) -> Any:
        arguments = {name: known[name] for name in callback.needs if name in known}
        if callback.value is not None:
            arguments[callback.value] = value
        if callback.given:
            arguments["given"] = dict(known)
        if callback.context is not None:
            top = self.state.frame(frame)
            arguments[callback.context] = Around(
                now=self.now,
                confirmed=top is not None and top.confirmed,
                proposed=top is not None and top.proposed,
            )
        answer = callback.function(**arguments)
        if inspect.isawaitable(answer):
            raise TypeError("functions on this stage are plain")
        return answer


def last(shown: Sequence[Shown]) -> Shown:
    """Give the last thing shown in a turn."""
    return shown[-1]


def told(shown: Sequence[Shown]) -> str:
    """Join all texts of a turn."""
    return "\n".join(one.text for one in shown)


def proposal(command: str, confidence: float = 0.9, *others: str, **slots: str) -> Interpretation:
    """Make what an engine would tell."""
    return Interpretation(
        command=command, slots=slots, confidence=confidence, engine="stage",
        alternatives=[Alternative(command=name, confidence=0.3) for name in others],
    )  # fmt: skip
