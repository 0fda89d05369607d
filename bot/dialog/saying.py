"""What commands and flows say: behind the reasons noted so far, with buttons as a menu."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from bot.authoring.replies import Button, Invocation, Reply, buttons_of, words_of
from bot.authoring.signatures import CommandSpec
from bot.dialog.drafts import Draft
from bot.dialog.events import Say
from bot.dialog.forms import show
from bot.dialog.surroundings import Surroundings
from bot.model.conversation import PromptChoice, PromptKind


def behind_notes(draft: Draft, replies: Sequence[Reply]) -> list[Reply]:
    """Put the reasons noted so far in front of what a command says."""
    if not replies or not draft.state.notes:
        return list(replies)
    first, *others = replies
    text = "\n".join([" ".join(draft.state.notes), first.text])
    return [replace(first, text=text), *others]


def say(draft: Draft, reply: Reply) -> Draft:
    """Say a reply; its buttons become a menu that can be tapped at any time."""
    tapped = [button for button in buttons_of(reply) if button.url is None]
    choices = [_menu_choice(button, draft.around) for button in tapped]
    draft = draft.on(replace(draft.state, notes=()))
    if not choices:
        return draft.wish(Say(reply=reply))
    return show(draft, PromptKind.MENU, words_of(reply), choices, reply=reply)


def _menu_choice(button: Button, around: Surroundings) -> PromptChoice:
    wanted = button.command
    call = wanted if isinstance(wanted, Invocation) else Invocation(wanted or "")
    arguments = {**call.arguments, **(button.args or {})}
    spec = around.commands.get(call.command)
    if spec is None:
        return PromptChoice(label=button.label, words=button.value or button.label)
    dumped = _dumped(spec, arguments)
    return PromptChoice(label=button.label, command=spec.name, arguments=dumped)


def _dumped(spec: CommandSpec, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Write a button's arguments in JSON form; what does not fit the signature is asked instead."""
    dumped = {}
    for name, value in arguments.items():
        parameter = spec.parameter(name)
        if parameter is None:
            continue
        try:
            dumped[name] = parameter.dump(parameter.load(value))
        except ValidationError:
            continue
    return dumped
