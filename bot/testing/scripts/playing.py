"""Playing a script against a bot, step by step; the first thing that differs ends it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from bot.ports.emulators import Seen
from bot.ports.records import EffectRecord
from bot.testing.harness import Harness
from bot.testing.persons import Channel, Person
from bot.testing.scripts.steps import (
    Expect,
    ExpectAnswer,
    ExpectNone,
    ExpectOpen,
    ExpectRead,
    Forward,
    Restart,
    Says,
    Script,
    Sees,
    SeesNothing,
    Step,
    Taps,
    Where,
)
from bot.testing.scripts.values import is_same, written
from bot.testing.scripts.ways import Conveyance, Kit, Way

ANYTHING = "…"
_REPEATED = re.compile(r"\s+")


class MismatchError(AssertionError):
    """The bot did something else: where, what the script says, what was there instead."""

    def __init__(self, source: str, line: int, wanted: str, found: Sequence[str]) -> None:
        self.source, self.line = source, line
        self.wanted, self.found = wanted, tuple(found)
        super().__init__(f"{source}:{line}: {wanted}; instead: {'; '.join(found) or 'nothing'}")


@dataclass(slots=True)
class Play:
    """A script on its way; ``expected`` are the keys of the effects that it named.

    ``was_open``: a dialog was open when something was said last.
    """

    script: Script
    bot: Harness
    way: Way
    conveyance: Conveyance
    people: Mapping[str, Person | Mapping[str, Person]]
    last: dict[str, str] = field(default_factory=dict)
    speaker: str = ""
    expected: list[str] = field(default_factory=list)
    was_open: bool = False

    async def run(self) -> None:
        """Play all steps; raises MismatchError."""
        for step in self.script.steps:
            try:
                await self._take(step)
            except MismatchError:
                raise
            except AssertionError as error:
                raise MismatchError(
                    self.script.source, step.line, "this step", [str(error)]
                ) from error
        self._nothing_else()

    async def _take(self, step: Step) -> None:
        match step:
            case Says() | Taps():
                await self._speak(step)
            case Sees() | SeesNothing():
                if self.way is Way.WORDS:  # what the bot asks depends on what was conveyed at once
                    self._look(step)
            case Restart(crash=crash):
                await (self.bot.crash() if crash else self.bot.restart())
            case Forward(by=by):
                await self.bot.clock.forward(seconds=by.total_seconds())
            case Expect() | ExpectNone() | ExpectOpen() | ExpectAnswer() | ExpectRead():
                self._check(step)
            case _:
                assert_never(step)

    async def _speak(self, step: Says | Taps) -> None:
        channel = self._channel(step.where)
        self.was_open = any(state.frames for state in self.bot.watch.states.values())
        if step.means is not None and self.way is not Way.WORDS:
            words = step.label if isinstance(step, Taps) else step.text
            await self.conveyance.convey(channel, step.means, words, twice=step.twice)
            return
        if step.means is not None and step.means.command:
            self.conveyance.begun.append(step.means.command)
        if isinstance(step, Taps):
            await channel.taps(step.label, twice=step.twice)
        else:
            await channel.says(step.text, twice=step.twice)

    def _channel(self, where: Where) -> Channel:
        """Find who speaks where: left out, it is who, or where, it was last."""
        person = where.person or self.speaker
        channel = where.channel or self.last[person]
        self.speaker, self.last[person] = person, channel
        found = self.people[person]
        return (found if isinstance(found, Person) else found[channel]).channels[channel]

    def _look(self, step: Sees | SeesNothing) -> None:
        channel = self._channel(step.where)
        unread = channel.screen[channel.read :]
        if isinstance(step, SeesNothing):
            if unread:
                raise self._mismatch(step, "bot says nothing", _lines(channel, unread))
            return
        for index, seen in enumerate(unread, start=channel.read + 1):
            if _shows(seen, step):
                channel.read = index
                return
        raise self._mismatch(step, _wanted(step), _lines(channel, unread))

    def _check(self, step: Expect | ExpectNone | ExpectOpen | ExpectAnswer | ExpectRead) -> None:
        match step:
            case Expect():
                self._expect(step)
            case ExpectNone(action=action):
                if found := [e for e in self._unexpected() if action in {None, e.action}]:
                    wanted = f"expect no {action}" if action else "expect nothing"
                    raise self._mismatch(step, wanted, [_effect(one) for one in found])
            case ExpectOpen():
                self._open(step)
            case ExpectAnswer():
                self._answered(step)
            case ExpectRead(meaning=meaning):
                if (told := self._read_as(meaning)) is not None:
                    raise self._mismatch(step, f"read as {meaning}", [told])

    def _expect(self, step: Expect) -> None:
        left = [one for one in self._unexpected() if one.action == step.action]
        pairs = "".join(f" {name}={value}" for name, value in step.arguments.items())
        undone = "undone " if step.state == "undone" else ""
        if not left or not _holds(left[0], step):
            told = [_effect(one) for one in left[:1]]
            raise self._mismatch(step, f"expect {undone}{step.action}{pairs}", told)
        self.expected.append(left[0].key)

    def _open(self, step: ExpectOpen) -> None:
        frames = [frame for state in self.bot.watch.states.values() for frame in state.frames]
        told = [
            " ".join(
                [f"open {f.command}", *(f"{n}={written(a.value)}" for n, a in f.answers.items())]
            )
            for f in frames
        ]
        if step.command is None:
            if frames:
                raise self._mismatch(step, "expect no dialog", told)
            return
        for frame in frames:
            answers = frame.answers
            if frame.command in {step.command, *step.others} and all(
                name in answers and is_same(raw, answers[name].value)
                for name, raw in step.arguments.items()
            ):
                return
        pairs = "".join(f" {name}={value}" for name, value in step.arguments.items())
        raise self._mismatch(step, f"expect open {step.command}{pairs}", told)

    def _answered(self, step: ExpectAnswer) -> None:
        known = dict(self.bot.watch.answers)
        for effect in self.bot.effects:
            known |= effect.arguments
        is_there = step.name in known and (
            step.value is None or is_same(step.value, known[step.name])
        )
        if is_there != step.given:
            told = written(known[step.name]) if step.name in known else "no answer"
            verb = "set" if step.given else "not set"
            wanted = f"{step.name} {verb}" + (f" to {step.value}" if step.value else "")
            raise self._mismatch(step, wanted, [told])

    def _read_as(self, meaning: str) -> str | None:
        """Tell what the last words were read as, where that is something else than meant."""
        steps = list(self.bot.facts.steps())
        heard = max((i for i, one in enumerate(steps) if one.get("event") == "Heard"), default=0)
        was_answer = any(one.get("mark") == "answered" for one in steps[heard:])
        command = steps[heard].get("command") if steps else None
        if meaning.casefold() in self.bot.bot.commands:
            is_right = command == meaning
        else:
            is_right = command is None or (self.was_open and was_answer)
        return None if is_right else f"read as {command or 'no command'}"

    def _unexpected(self) -> list[EffectRecord]:
        return [one for one in self.bot.effects if one.key not in self.expected]

    def _nothing_else(self) -> None:
        """Of the actions that the script names, nothing else may have happened."""
        named = {step.action for step in self.script.steps if isinstance(step, Expect | ExpectNone)}
        found = [one for one in self._unexpected() if one.action in named]
        if found:
            raise self._mismatch(
                self.script.steps[-1], "no other effect", [_effect(one) for one in found]
            )

    def _mismatch(self, step: Step, wanted: str, found: Sequence[str]) -> MismatchError:
        return MismatchError(self.script.source, step.line, wanted, found)


async def play(script: Script, bot: Harness, way: Way = Way.WORDS, kit: Kit | None = None) -> None:
    """Play a script against an open bot; raises MismatchError where it differs."""
    people = _people(script, bot)
    await Play(script, bot, way, Conveyance(bot, way, kit or Kit()), people).run()


def _people(script: Script, bot: Harness) -> dict[str, Person | Mapping[str, Person]]:
    """Make the persons of a script, with a user id of their own on each of their channels."""
    channels: dict[str, dict[str, None]] = {}
    for step in script.steps:
        if isinstance(step, Says | Taps | Sees | SeesNothing) and step.where.channel:
            _check_channel(script, step, bot)
            if step.where.person:
                channels.setdefault(step.where.person, {})[step.where.channel] = None
    people: dict[str, Person | Mapping[str, Person]] = {}
    for number, (name, own) in enumerate(channels.items(), start=1):
        users = {channel: _user(channel, number) for channel in own}
        if script.linked:
            people[name] = bot.person(name, **users)
        else:
            people[name] = {c: bot.person(name, **{c: user}) for c, user in users.items()}
    return people


def _check_channel(script: Script, step: Says | Taps | Sees | SeesNothing, bot: Harness) -> None:
    known = sorted(bot.bot.connectors)
    if step.where.channel not in known:
        raise MismatchError(
            script.source,
            step.line,
            f"no channel {step.where.channel!r}",
            [f"there are {', '.join(known)}"],
        )


def _user(channel: str, number: int) -> str:
    match channel:
        case "slack":
            return f"U{number}"
        case "telegram":
            return str(6 + number)
        case "whatsapp":
            return f"39333111{number:04}"
        case _:
            return f"{channel}-{number}"


def _shows(seen: Seen, step: Sees) -> bool:
    if step.buttons and not _in_order(step.buttons, seen.buttons):
        return False
    texts = map(_flat, (step.text, *step.others))
    return any(_says(_flat(seen.text), wanted, whole=step.whole) for wanted in texts)


def _says(text: str, wanted: str, *, whole: bool) -> bool:
    if whole and ANYTHING not in wanted:
        return text == wanted
    return _in_order([part.strip() for part in wanted.split(ANYTHING)], text)


def _in_order(parts: Sequence[str], whole: str | Sequence[str]) -> bool:
    """Tell whether all parts occur, one behind the other."""
    at = 0
    for part in parts:
        try:
            found = whole.index(part, at)
        except ValueError:
            return False
        at = found + (len(part) if isinstance(whole, str) else 1)
    return True


def _flat(text: str) -> str:
    return _REPEATED.sub(" ", text).strip()


def _lines(channel: Channel, unread: Sequence[Seen]) -> list[str]:
    return [
        f"bot on {channel.name}: {_flat(seen.text)}{''.join(f' [{b}]' for b in seen.buttons)}"
        for seen in unread
    ]


def _wanted(step: Sees) -> str:
    return f"bot: {_flat(step.text)}{''.join(f' [{label}]' for label in step.buttons)}"


def _holds(effect: EffectRecord, step: Expect) -> bool:
    return effect.state == step.state and all(
        name in effect.arguments and is_same(raw, effect.arguments[name])
        for name, raw in step.arguments.items()
    )


def _effect(effect: EffectRecord) -> str:
    pairs = (f"{name}={written(value)}" for name, value in effect.arguments.items())
    return " ".join([f"{effect.state} {effect.action}", *pairs])
