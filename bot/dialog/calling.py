"""Commands that are begun: typed with a slash, tapped, or proposed by words."""

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from bot.authoring.replies import Reply
from bot.authoring.signatures import CommandSpec
from bot.dialog import manual
from bot.dialog.access import Refusal
from bot.dialog.binding import Reading, Value, read_call
from bot.dialog.drafts import Draft
from bot.dialog.events import Say
from bot.dialog.flowing import Opening, begin_flow
from bot.dialog.forms import advance, end, fill
from bot.dialog.language import LANGUAGE, language
from bot.dialog.offers import reading_of
from bot.dialog.opening import open_frame
from bot.dialog.repairs import built_in, explain_all
from bot.dialog.slash import SlashCall, parse_slash
from bot.dialog.ways_on import choose_of, offer, repeat
from bot.model.conversation import Prompt, PromptChoice


def called(draft: Draft, call: SlashCall) -> Draft:
    """Take a slash command: a group's, a command's, the umbrella's or a built-in.

    Where a group and a command have the same name, the words behind it tell them apart: the name
    of one of the group's commands, or help, means the group; anything else is the command's.
    """
    known = draft.around.known
    if call.name == draft.around.umbrella and call.name not in known:
        inner = parse_slash(f"/{call.rest}")
        return explain_all(draft) if inner is None else called(draft, inner)
    member = _member(call, known)
    if member is not None:
        return _typed(draft, *member)
    if call.name in known and not _is_help_on_group(draft, call):
        return _typed(draft, known[call.name], call)
    wanted = built_in(call.name)
    if call.name == LANGUAGE:
        return language(draft, call.rest)
    if wanted is not None:
        return wanted(draft)
    members = manual.members(draft.around.commands, call.name)
    return _called_in_group(draft, call, members) if members else _unknown(draft, call)


def unavailable(draft: Draft, spec: CommandSpec, why: Refusal) -> Draft:
    """Tell why a command that was named is not there, and what is."""
    return repeat(draft.note(reason_of(draft, spec, why)))


def reason_of(draft: Draft, spec: CommandSpec, why: Refusal) -> str:
    """Write why a command is not there."""
    match why:
        case Refusal.ROLE:
            return draft.phrases.not_yours(spec.name)
        case Refusal.OFF:
            return draft.phrases.switched_off(f"/{spec.name}")
        case Refusal.CHANNEL:
            return draft.phrases.only_on(f"/{spec.name}", draft.around.works_on(spec))
        case _:
            assert_never(why)


def _typed(draft: Draft, spec: CommandSpec, call: SlashCall) -> Draft:
    """Take a command that was typed with its exact name."""
    why = draft.around.refusal(spec)
    if why is not None:
        return unavailable(draft, spec, why)
    if spec.is_flow:
        return begin_flow(draft, spec, Opening(words=f"/{call.name} {call.rest}"), proposed=False)
    return begin(draft, spec, read_call(call, spec, draft.around), proposed=False, strict=True)


def _member(
    call: SlashCall, known: Mapping[str, CommandSpec]
) -> tuple[CommandSpec, SlashCall] | None:
    """Find the command of a group that was typed behind the group's name."""
    inner = parse_slash(f"/{call.rest}") if call.rest else None
    spec = None if inner is None else known.get(f"{call.name} {inner.name}")
    return None if inner is None or spec is None else (spec, inner)


def _is_help_on_group(draft: Draft, call: SlashCall) -> bool:
    asks = call.rest.casefold().split()[:1] == [manual.HELP]
    return asks and bool(manual.members(draft.around.commands, call.name))


def _unknown(draft: Draft, call: SlashCall) -> Draft:
    """Tell that there is no such command, and what was meant perhaps."""
    commands = draft.around.commands
    nearest = manual.nearest(commands, call.name)
    draft = draft.missed().note(draft.phrases.unknown_command(call.name, nearest))
    if draft.state.top is not None:
        return repeat(draft)
    spec = commands.get(nearest or "")
    meant = (spec,) if spec is not None else manual.members(commands, nearest or "")
    return choose_of(draft, meant) if meant else offer(draft)


def begin(
    draft: Draft, spec: CommandSpec, reading: Reading, *, proposed: bool, strict: bool = False
) -> Draft:
    """Open a command's dialog, or go on with the open one, with what was read.

    ``strict`` is a typed command: words that say nothing are named.
    """
    return advance(laid_open(draft, spec, reading, proposed=proposed, strict=strict))


def laid_open(
    draft: Draft,
    spec: CommandSpec,
    reading: Reading,
    *,
    proposed: bool,
    strict: bool = False,
    anew: bool = False,
) -> Draft:
    """Do what `begin` does, but for the next step; ``anew``: beside an open one of the command."""
    known = {frame.id for frame in draft.state.frames}
    draft = open_frame(draft, spec, proposed=proposed, anew=anew)
    frame = draft.state.top
    if frame is None:
        return draft
    if frame.id in known and strict:
        draft = draft.note(draft.phrases.GOING_ON)
    if strict and reading.rest:
        draft = draft.note(draft.phrases.not_understood(" ".join(reading.rest)))
    if proposed and reading.values:
        frame = replace(frame, proposed=True)
    if not proposed and not frame.answers:
        # answers that words gave stay a proposal, whoever calls the command now
        frame = replace(frame, proposed=False)
    return fill(draft, frame, spec, reading)


def start_choice(draft: Draft, choice: PromptChoice, prompt: Prompt) -> Draft:
    """Start the command of a tapped choice."""
    spec = draft.around.commands.get(choice.command or "")
    if spec is None:
        return _gone(draft, choice.command or "")
    if choice.offered:
        return _start_offered(draft, spec, choice, prompt)
    if spec.is_flow:
        return begin_flow(draft, spec, Opening(given=choice.arguments), proposed=False)
    values = [
        Value(parameter=name, value=value, words=choice.label)
        for name, value in choice.arguments.items()
    ]
    return begin(draft, spec, Reading(tuple(values)), proposed=False)


def _start_offered(draft: Draft, spec: CommandSpec, choice: PromptChoice, prompt: Prompt) -> Draft:
    """Start what a customer chose of a "did you mean", with what they had said of it.

    The values were guessed, the command was not: an effect asks for a yes where there are some.
    """
    if spec.is_flow:
        words = prompt.about.text if prompt.about else ""
        opening = Opening(words=words, slots=choice.slots, given=choice.arguments)
        return begin_flow(draft, spec, opening, proposed=True)
    reading, reasons = reading_of(draft, spec, prompt, choice)
    return begin(draft.note(*reasons), spec, reading, proposed=bool(reading.values))


def _gone(draft: Draft, name: str) -> Draft:
    """Tell why a button's command is not there."""
    spec = draft.around.known.get(name)
    why = None if spec is None else draft.around.refusal(spec)
    if spec is None or why is None:
        return repeat(draft.note(draft.phrases.not_offered(name)))
    return unavailable(draft, spec, why)


def _called_in_group(draft: Draft, call: SlashCall, members: tuple[CommandSpec, ...]) -> Draft:
    """Take the name of a group alone, with help or with a word that none of its commands has."""
    inner = parse_slash(f"/{call.rest}") if call.rest else None
    if inner is not None and inner.name == manual.HELP:
        return _explain_group(draft, call.name, inner.rest)
    wanted = built_in(inner.name) if inner else None
    if wanted is not None:
        return wanted(draft)
    if call.rest:
        typed = inner.name if inner else call.rest
        nearest = manual.nearest_member(members, typed)
        meant = None if nearest is None else f"{call.name} {nearest}"
        draft = draft.note(draft.phrases.unknown_command(f"{call.name} {typed}", meant))
    return choose_of(draft, members)


def _explain_group(draft: Draft, group: str, rest: str) -> Draft:
    """Explain a group, or one of its commands, then lead back to the open question."""
    commands = draft.around.commands
    text = manual.explain(commands, f"{group} {rest}", draft.phrases) if rest else None
    text = text or manual.explain_group(commands, group) or ""
    prompt = draft.state.open_prompt
    draft = draft.wish(Say(reply=Reply(text)))
    return end(draft) if prompt is None or prompt.frame is None else repeat(draft)
