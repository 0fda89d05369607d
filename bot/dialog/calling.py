"""Commands that are begun: typed with a slash, tapped, or proposed by words."""

from dataclasses import replace

from bot.authoring.signatures import CommandSpec
from bot.dialog import manual, phrases
from bot.dialog.binding import Reading, Value, read_call
from bot.dialog.events import Draft
from bot.dialog.forms import advance, fill, open_frame
from bot.dialog.repairs import built_in, explain_all
from bot.dialog.slash import SlashCall, parse_slash
from bot.dialog.ways_on import choose_of, offer, repeat
from bot.model.conversation import PromptChoice


def called(draft: Draft, call: SlashCall) -> Draft:
    """Take a slash command: a command's, the umbrella's, a built-in, or a group's."""
    commands = draft.around.commands
    if call.name == draft.around.umbrella and call.name not in commands:
        inner = parse_slash(f"/{call.rest}")
        return explain_all(draft) if inner is None else called(draft, inner)
    spec = commands.get(call.name)
    if spec is not None:
        reading = read_call(call, spec, draft.around)
        return begin(draft, spec, reading, proposed=False, strict=True)
    wanted = built_in(call.name)
    if wanted is not None:
        return wanted(draft)
    members = manual.members(commands, call.name)
    if members:
        return _called_in_group(draft, call, members)
    nearest = manual.nearest(commands, call.name)
    draft = draft.note(phrases.unknown_command(call.name, nearest))
    if draft.state.top is not None:
        return repeat(draft)
    spec = commands.get(nearest or "")
    return offer(draft) if spec is None else choose_of(draft, (spec,))


def begin(
    draft: Draft, spec: CommandSpec, reading: Reading, *, proposed: bool, strict: bool = False
) -> Draft:
    """Open a command's dialog, or go on with the open one, with what was read.

    ``strict`` is a typed command: words that say nothing are named.
    """
    known = {frame.id for frame in draft.state.frames}
    draft = open_frame(draft, spec, proposed=proposed)
    frame = draft.state.top
    if frame is None:
        return draft
    if frame.id in known and strict:
        draft = draft.note(phrases.GOING_ON)
    if strict and reading.rest:
        draft = draft.note(phrases.not_understood(" ".join(reading.rest)))
    if proposed and reading.values:
        frame = replace(frame, proposed=True)
    if not proposed and not frame.answers:
        # answers that words gave stay a proposal, whoever calls the command now
        frame = replace(frame, proposed=False)
    return advance(fill(draft, frame, spec, reading))


def start_choice(draft: Draft, choice: PromptChoice) -> Draft:
    """Start the command of a tapped choice."""
    spec = draft.around.commands.get(choice.command or "")
    if spec is None:
        return repeat(draft.note(phrases.not_offered(choice.command or "")))
    values = [
        Value(parameter=name, value=value, words=choice.label)
        for name, value in choice.arguments.items()
    ]
    return begin(draft, spec, Reading(tuple(values)), proposed=False)


def _called_in_group(draft: Draft, call: SlashCall, members: tuple[CommandSpec, ...]) -> Draft:
    """Take ``/group name …``; the group alone or a mistyped name gets the group's menu."""
    inner = parse_slash(f"/{call.rest}") if call.rest else None
    names = {name: spec for spec in members for name in (spec.name, *spec.command.aliases)}
    if inner is not None and inner.name in names:
        return called(draft, inner)
    if inner is not None:
        wanted = built_in(inner.name)
        if wanted is not None:
            return wanted(draft)
        nearest = manual.nearest(names, inner.name)
        meant = None if nearest is None else f"{call.name} {nearest}"
        draft = draft.note(phrases.unknown_command(f"{call.name} {inner.name}", meant))
    return choose_of(draft, members)
