"""Calling authors' functions: arguments by name, services by type, plain or async."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.authoring.context import Context
from bot.authoring.kinds import File, attached, reader
from bot.authoring.parameters import Choice
from bot.authoring.signatures import Callback, Parameter
from bot.dialog.binding import show_value
from bot.dialog.surroundings import Surroundings
from bot.model.conversation import PromptChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a `Callback`: what is known by name, and the value that is checked."""

    callback: Callback
    context: Context
    known: Mapping[str, Any]
    value: Any = None

    async def run(self) -> Any:  # noqa: ANN401 - whatever the author's function returns
        """Call the function and wait for it."""
        callback = self.callback
        arguments = {name: self.known[name] for name in callback.needs if name in self.known}
        arguments |= {name: self.context.service(kind) for name, kind in callback.services.items()}
        if callback.value is not None:
            arguments[callback.value] = self.value
        if callback.given:
            arguments["given"] = dict(self.known)
        if callback.context is not None:
            arguments[callback.context] = self.context
        read = {name: attached(value, self._fetch) for name, value in arguments.items()}
        before = reader.set(self._fetch)
        try:
            answer = callback.function(**read)
            return await answer if inspect.isawaitable(answer) else answer
        finally:
            reader.reset(before)

    async def _fetch(self, file: File) -> bytes:
        return await self.context.desk.fetch(file)


async def check(call: Call) -> str | None:
    """Run a check: None, or the text to show."""
    problem = await call.run()
    return None if problem is None else call.context.gettext(str(problem))


async def suggest(call: Call, parameter: Parameter, around: Surroundings) -> list[PromptChoice]:
    """Run a suggestion: choices in the order the author gave."""
    offered = await call.run()
    choices = []
    for one in offered or ():
        choice = one if isinstance(one, Choice) else Choice(one)
        value = parameter.dump(choice.value)
        named = call.context.gettext(choice.label) if choice.label else None
        label = named or show_value(parameter, value, around)
        choices.append(PromptChoice(label=label, value=value))
    return choices
