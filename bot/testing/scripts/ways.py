"""Ways to convey what a step means: its words, a slash command, buttons, a model's tool call."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.authoring.commands import Command, command
from bot.authoring.replies import Button, Reply
from bot.authoring.signatures import CommandSpec, Parameter
from bot.model.understanding import NOTHING, Interpretation, Utterance
from bot.testing.harness import Harness
from bot.testing.persons import Channel
from bot.testing.scripts.steps import Meaning
from bot.testing.scripts.values import json_value

PRESS = "scriptbutton"
LABEL = "Press here"
_LETTERS = "abcdefghij"


class Way(StrEnum):
    """How what steps mean is conveyed; steps without a meaning are played as they are."""

    WORDS = "words"  # as written
    SLASH = "slash"
    BUTTONS = "buttons"
    TOOLS = "tools"


@dataclass(slots=True)
class ToolCalls:
    """An engine that calls commands as a language model does: a name and JSON arguments."""

    calls: dict[str, Interpretation] = field(default_factory=dict)

    async def interpret(self, utterance: Utterance) -> Interpretation:
        """See `bot.ports.language.Engine.interpret`."""
        return self.calls.get(utterance.text, NOTHING)

    def expect(self, name: str, arguments: dict[str, Any]) -> str:
        """Make a sentence that is understood as a call; its words say nothing by themselves."""
        text = "toolcall" + "".join(_LETTERS[int(digit)] for digit in str(len(self.calls)))
        self.calls[text] = Interpretation(
            command=name,
            arguments=arguments,
            confidence=1.0,
            engine="script",
            used=((0, len(text)),),
        )
        return text


@dataclass(slots=True)
class Kit:
    """What the ways need of a bot: an engine, and a hidden command that shows a button."""

    engine: ToolCalls = field(default_factory=ToolCalls)
    offered: list[Button] = field(default_factory=list)

    def plugin(self) -> Command[..., Any]:
        """Make the hidden command."""

        @command(PRESS, hidden=True)
        def press() -> Reply:
            return Reply("A button:", buttons=self.offered[-1:])

        return press


@dataclass(slots=True)
class Conveyance:
    """Conveys meanings to a bot in one way; ``begun`` are the commands so far, oldest first."""

    bot: Harness
    way: Way
    kit: Kit
    begun: list[str] = field(default_factory=list)

    async def convey(
        self, channel: Channel, means: Meaning, words: str, *, twice: bool = False
    ) -> None:
        """Let a person mean something on a channel; ``words`` are how the script says it."""
        if means.yes is not None:
            await self._answer(channel, means, twice=twice)
            return
        spec = self._spec(means)
        self.begun.append(spec.name)
        values = {name: self._value(spec, name, raw) for name, raw in means.arguments.items()}
        if spec.is_flow and (means.command is None or self.way is Way.SLASH):
            await self._answer_flow(channel, spec, means, words, twice=twice)
            return
        match self.way:
            case Way.BUTTONS:
                await self._tap(
                    channel, spec, values, is_new=means.command is not None, twice=twice
                )
            case Way.TOOLS:
                text = self.kit.engine.expect(spec.name, values)
                await channel.says(text, twice=twice)
            case _:
                pairs = [f"{name}={_quoted(raw)}" for name, raw in means.arguments.items()]
                await channel.says(" ".join([f"/{spec.name}", *pairs]), twice=twice)

    async def _answer_flow(
        self, channel: Channel, spec: CommandSpec, means: Meaning, words: str, *, twice: bool
    ) -> None:
        """A flow's questions are answered where they are asked: by their buttons, else by words."""
        shown = channel.screen[-1].buttons if channel.screen else ()
        if means.command is not None:
            await channel.says(f"/{spec.name} {' '.join(means.arguments.values())}", twice=twice)
        elif self.way is Way.BUTTONS and words in shown:
            await channel.taps(words, twice=twice)
        else:
            await channel.says(words, twice=twice)

    async def _answer(self, channel: Channel, means: Meaning, *, twice: bool) -> None:
        word = "Yes" if means.yes else "No"
        shown = next((seen.buttons for seen in reversed(channel.screen) if seen.buttons), ())
        label = next((label for label in shown if label.startswith(word)), None)
        if self.way is Way.BUTTONS and label is not None:
            await channel.taps(label, twice=twice)
        else:
            await channel.says(word.lower(), twice=twice)

    async def _tap(
        self,
        channel: Channel,
        spec: CommandSpec,
        values: dict[str, Any],
        *,
        is_new: bool,
        twice: bool,
    ) -> None:
        """Press the question's own button where it has one for the value, else one made for it."""
        label = None if is_new or len(values) != 1 else self._offered(channel, *values.items())
        if label is None:
            self.kit.offered.append(Button(LABEL, command=spec.name, args=values))
            await channel.says(f"/{PRESS}")
            label = LABEL
        await channel.taps(label, twice=twice)

    def _offered(self, channel: Channel, item: tuple[str, Any]) -> str | None:
        name, value = item
        prompts = [s.open_prompt for s in self.bot.watch.states.values() if s.open_prompt]
        for prompt in prompts:
            for choice in prompt.choices:
                if (prompt.argument, choice.value) == (name, value) and any(
                    choice.label in seen.buttons for seen in channel.screen[-1:]
                ):
                    return choice.label
        return None

    def _spec(self, means: Meaning) -> CommandSpec:
        """Find the command: named, or the last one begun that has these arguments."""
        commands = self.bot.bot.commands
        names = [means.command] if means.command else list(reversed(self.begun))
        for name in names:
            spec = commands.get((name or "").casefold())
            if spec is not None and (
                spec.is_flow or all(spec.parameter(one) for one in means.arguments)
            ):
                return spec
        known = ", ".join(sorted({spec.name for spec in commands.values()}))
        wanted = means.command or " and ".join(means.arguments)
        raise AssertionError(f"no command for {wanted}; there are {known}")

    def _value(self, spec: CommandSpec, name: str, raw: str) -> Any:  # noqa: ANN401 - JSON form
        parameter = spec.parameter(name)
        return raw if parameter is None else _dumped(parameter, raw)


def _dumped(parameter: Parameter, raw: str) -> Any:  # noqa: ANN401 - JSON form
    try:
        return parameter.dump(parameter.load(json_value(raw)))
    except ValueError:
        return parameter.dump(raw)


def _quoted(raw: str) -> str:
    return f'"{raw}"' if " " in raw or not raw else raw
