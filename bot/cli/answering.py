"""What the outside said then, said again: effects, checks and menus come from the record.

Nothing outside is called. What the record does not hold is a gap: the turn ends there, and the
gap is told instead of guessed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from typing_extensions import override

from bot.authoring.actions import Action, Effect, Found
from bot.authoring.context import Context
from bot.cli.recorded import Past
from bot.dialog.binding import read_value, show_value
from bot.dialog.events import Check, Checked, Consult, Consulted, Event, Suggest, Suggested
from bot.errors import StoreError
from bot.model.conversation import PromptChoice
from bot.ports.records import EffectRecord
from bot.runtime.consulting import Consulting
from bot.runtime.fingerprints import masked
from bot.runtime.outside import Outside, loaded
from bot.runtime.runs import Runs, Turn
from bot.runtime.scene import Scene
from bot.runtime.trails import consulted


@dataclass(slots=True)
class Tape:
    """The turn that is played again; ``keys`` lead from keys of now to those of then.

    ``gap`` is what the record does not hold, ``done`` the effects of the code as it is now, and
    ``other`` the first that the record does not know: what it was then, what it is now.
    """

    ledger: Mapping[str, EffectRecord]
    past: Past | None = None
    gap: str = ""
    done: list[str] = field(default_factory=list)
    other: tuple[str, str] | None = None
    keys: dict[str, str] = field(default_factory=dict)

    def begin(self, past: Past) -> None:
        """Turn to another turn."""
        self.past, self.gap, self.done, self.other = past, "", [], None

    def find(self, key: str, action: str) -> str:
        """Find the recorded key that an effect's key of now stands for.

        Frames of linked customers have other ids here, so else the action's next in this turn.
        """
        past = self.past
        if key in self.ledger or past is None:
            return key
        if key not in self.keys:
            of_action = (one for one, name in past.actions.items() if name == action)
            free = (one for one in of_action if one not in self.keys.values())
            self.keys[key] = next(free, key)
        return self.keys[key]

    def states(self, key: str) -> Sequence[str]:
        """List what became of an effect in this turn."""
        return self.past.effects.get(key, ()) if self.past else ()

    def missing(self, what: str) -> StoreError:
        """Note a gap, the first of a turn; the error ends the turn."""
        self.gap = self.gap or what
        return StoreError(what)

    def differs(self, then: str, now: str) -> StoreError:
        """Note an effect that is another one than it was; the error ends the turn."""
        self.other = self.other or (then, now)
        return StoreError(now)


class Missing:
    """Stands for a service that is not opened."""

    def __init__(self, name: str, tape: Tape) -> None:
        self._name = name
        self._tape = tape

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any attribute of any service
        if name.startswith("__"):  # Python's own look at what kind of value it is
            raise AttributeError(name)
        raise self._tape.missing(f"what the service {self._name} answered ({name})")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredOutside(Outside):
    """See `Outside`; answers from the record."""

    tape: Tape

    @override
    async def call(
        self, action: Action[..., Any], context: Context, arguments: Mapping[str, Any]
    ) -> Any:
        """Give the recorded result of an effect."""
        tape = self.tape
        key = tape.find(context.idempotency_key, action.name)
        states = tape.states(key)
        now = told(action.name, masked(action, arguments))
        if not states:
            raise tape.differs("no such effect", now)
        if "done" not in states:
            raise tape.missing(f"why {action.name} was {states[-1]}")
        held = tape.ledger.get(key)
        if held is None:
            raise tape.missing(f"the result of {action.name}")
        then = told(held.action, held.arguments)
        if then != now:
            raise tape.differs(then, now)
        tape.done.append(key)
        return loaded(action, held.result)

    @override
    async def look_up(
        self, action: Action[..., Any], context: Context, arguments: Mapping[str, Any]
    ) -> Any:
        """Refuse: what was looked up is kept nowhere."""
        raise self.tape.missing(f"what {action.name} found")

    @override
    async def undo(self, action: Action[..., Any], context: Context, effect: Effect) -> None:
        """Take it that the undo works, if it did."""
        states = self.tape.states(self.tape.find(effect.key, action.name))
        if "undone" in states:
            return
        if states:
            raise self.tape.missing(f"why undoing {action.name} came to nothing")
        raise self.tape.differs("nothing undone", f"undo {action.name}")

    @override
    async def probe(
        self, action: Action[..., Any], context: Context, effect: Effect
    ) -> Found[Any] | None:
        """Tell what is known by now."""
        held = self.tape.ledger.get(self.tape.find(effect.key, action.name))
        return Found(loaded(action, held.result)) if held and held.state == "done" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredRuns(Runs):
    """See `Runs`; what checks and suggestions had from a service is read from the record."""

    tape: Tape

    @override
    async def check(self, turn: Turn, wish: Check) -> Event:
        """See `Runs.check`."""
        event = await super(AnsweredRuns, self).check(turn, wish)
        if not self.tape.gap or self.tape.past is None:
            return event
        told_then = self.tape.past.checked(wish.argument)
        events = [step for step in turn.trail if step.get("event") == "Checked"]
        count = sum(step.get("argument") == wish.argument for step in events)
        if count >= len(told_then):
            return event
        self.tape.gap = ""
        return Checked(
            frame=wish.frame, argument=wish.argument, problem=told_then[count], around=turn.around
        )

    @override
    async def suggest(self, turn: Turn, wish: Suggest) -> Event:
        """See `Runs.suggest`."""
        event = await super(AnsweredRuns, self).suggest(turn, wish)
        past = self.tape.past
        if not self.tape.gap or past is None or not past.asks(wish.argument):
            return event
        labels = next((said.options for said in reversed(past.said) if said.options), ())
        choices = [self._choice(turn, wish, label) for label in labels]
        if any(choice is None for choice in choices):
            self.tape.gap = f"the values behind the buttons of {wish.argument}"
            return event
        self.tape.gap = ""
        return Suggested(
            frame=wish.frame, argument=wish.argument, around=turn.around,
            choices=tuple(choice for choice in choices if choice is not None),
        )  # fmt: skip

    def _choice(self, turn: Turn, wish: Suggest, label: str) -> PromptChoice | None:
        """Read a button's value from its label; None where that might be another value."""
        spec = turn.around.spec_of(turn.state.frame(wish.frame))
        parameter = spec.parameter(wish.argument) if spec else None
        read = None if parameter is None else read_value(label, parameter, turn.around)
        if parameter is None or read is None:
            return None
        is_its = show_value(parameter, read.value, turn.around) == label
        return PromptChoice(label=label, value=read.value) if is_its else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedConsulting(Consulting):
    """See `Consulting`; what an engine answered that is not open here is read from the record."""

    tape: Tape

    @override
    async def run(self, scene: Scene, turn: Turn, wish: Consult) -> Event:
        """See `Consulting.run`."""
        past = self.tape.past
        statement = consulted(past.steps, chatty=wish.chatty) if past is not None else None
        if statement is not None and statement.engine not in scene.reader.answering:
            return Consulted(chatty=wish.chatty, statement=statement, event=wish.event)
        return await super(RecordedConsulting, self).run(scene, turn, wish)


def answered(runs: Runs, tape: Tape) -> AnsweredRuns:
    """Make runs that speak with nobody."""

    def reach(**parts: Any) -> AnsweredOutside:  # noqa: ANN401 - the parts of `Outside`
        return AnsweredOutside(**parts, tape=tape)

    parts = {one.name: getattr(runs, one.name) for one in fields(runs) if one.init}
    return AnsweredRuns(**{**parts, "reach": reach}, tape=tape)


def told(action: str, arguments: Mapping[str, Any]) -> str:
    """Write an effect in one line."""
    return " ".join([action, *(f"{name}={value}" for name, value in arguments.items())])
