"""A recorded conversation played again: on a temporary store, at the recorded moments."""

import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.app import Bot, Options, open_bot
from bot.cli.answering import Missing, RecordedConsulting, Tape, answered, told
from bot.cli.films import Film, SilentConnector
from bot.cli.recorded import CODE, MOVED, Past, Reel, decided, read_reels, renamed, said_now
from bot.cli.rereading import Reread, reread
from bot.errors import BotError
from bot.model.capabilities import card_as_text
from bot.model.conversation import PRIVATE, room_scope
from bot.model.customers import Customer
from bot.model.ids import AccountId, ConversationId, EventId, PromptId, TraceId
from bot.model.messages import Address, FormFilled, InboundMessage, Profile, Tap
from bot.plugins import Extensions
from bot.plugins.catalogue import provided_type
from bot.ports.connectors import Connector
from bot.ports.lines import Fact
from bot.ports.misses import Teaching
from bot.ports.records import EffectRecord, TurnResult
from bot.ports.stores import Store
from bot.settings import Settings

LONG = timedelta(days=1)
MOST_SENDS = 50
MOST = 1000  # conversations that are looked through


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The first turn that is another one now; ``what`` is said, effects or decided."""

    turn: int
    came_in: str
    what: str
    then: Sequence[str]
    now: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What playing again came to: ``same`` turns of ``turns``, and why it ended before the last.

    ``reread`` are the turns whose messages other engines, models or vocabularies read now.
    """

    turns: int
    same: int
    difference: Difference | None = None
    gap: str = ""
    reread: Sequence[Reread] = ()


class _GapError(BotError):
    """The record does not hold what the next turn needs."""


async def replay(
    settings: Settings, extensions: Extensions, store: Store, conversation: ConversationId
) -> Report:
    """Play a conversation again with the code as it is now; reads the store, and writes nothing.

    Raises:
        BotError: there is no such conversation.
    """
    reels = await read_reels(store, conversation)
    if not reels:
        raise BotError(
            f"there is no conversation {conversation}; `threadline show` lists the last ones"
        )
    tape = Tape(await _ledger(store, reels))
    customers = await _customers(store, reels)
    async with _stage(settings, extensions, reels, tape, teaching=store.teaching) as (bot, film):
        scopes = {one: scope for one, scope, _ in await store.log.conversations(limit=MOST)}
        film.scope = scopes.get(conversation, PRIVATE)
        return await _Rerun(bot, film, tape, reels, customers).run()


@dataclass(slots=True)
class _Rerun:
    """The conversations on their way; ``homes`` are their places in the temporary store.

    ``tokens``, ``codes`` and ``prompts`` lead from what was shown then to what is shown now.
    """

    bot: Bot
    film: Film
    tape: Tape
    reels: list[Reel]
    customers: Mapping[tuple[str, str], Customer]
    homes: dict[ConversationId, ConversationId] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    labels: dict[tuple[str, str], str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    prompts: dict[str, PromptId] = field(default_factory=dict)
    ended: dict[ConversationId, datetime] = field(default_factory=dict)
    reread: list[Reread] = field(default_factory=list)

    async def run(self) -> Report:
        """Play up to the end, the first difference or the first gap."""
        return replace(await self._played(), reread=tuple(self.reread))

    async def _played(self) -> Report:
        turns = sum(fact.kind == "turn" for reel in self.reels for fact in reel.facts)
        same = 0
        try:
            while (reel := await self._next()) is not None:
                taken = reel.take()
                if isinstance(taken, Fact):
                    await self._hear(reel.conversation, taken)
                    continue
                difference = await self._turn(taken, same + 1)
                if difference is not None:
                    return Report(turns=turns, same=same, difference=difference)
                same += 1
        except _GapError as error:
            return Report(turns=turns, same=same, gap=str(error))
        return Report(turns=turns, same=same)

    async def _next(self) -> Reel | None:
        """Choose whose turn it is: by time, but nothing goes before what it follows from."""
        heads = [(head, reel) for reel in self.reels if (head := reel.head()) is not None]
        for head, reel in sorted(heads, key=lambda one: one[0].at):
            if await self._is_ready(head):
                return reel
        if heads:
            raise _GapError(f"what began the turn: {_kind(heads[0][0])}")
        return None

    async def _is_ready(self, fact: Fact) -> bool:
        if fact.kind == MOVED:
            return True
        if fact.kind == "message":
            return all(code in self.codes for code in CODE.findall(str(fact.body.get("text", ""))))
        home = self.homes.get(fact.conversation)
        if home is None:
            return False
        if await self.bot.store.turns.open(home) is not None:
            return True
        await self.bot.store.timers.fire(now=fact.at, limit=100)
        return await self.bot.store.turns.open(home) is not None

    async def _hear(self, conversation: ConversationId, fact: Fact) -> None:
        self.film.clock.moment = fact.at
        if fact.kind == MOVED:
            await self.bot.store.customers.learn([renamed(fact.body)], now=fact.at)
            return
        [recorded] = await self.bot.store.inbox.record([self._message(fact)], now=fact.at)
        self.homes.setdefault(conversation, recorded.conversation)

    async def _turn(self, past: Past, number: int) -> Difference | None:
        """Play one turn; raises _GapError."""
        self._check_engine(past)
        conversation = past.fact.conversation
        begun = past.fact.at if past.message is None else past.message.at
        self.film.clock.moment = max(begun, self.ended.get(conversation, begun))
        self.ended[conversation] = past.fact.at
        self.tape.begin(past)
        self.film.begin(TraceId(str(past.fact.trace)), past.fact.at)
        await self.bot.stage.runner.run(self.homes[conversation])
        if self.tape.gap:
            raise _GapError(self.tape.gap)
        result = self.film.result
        other = reread(number, past.steps, result.trail["steps"]) if result else None
        self.reread += [other] if other else []
        difference = self._compared(past, number, self.film.result)
        if difference is None and self.film.result is not None:
            self._learn(past, self.film.result)
            self.film.clock.moment = past.fact.at  # from now on what was said is due
            await self._deliver()
        return difference

    def _compared(self, past: Past, number: int, result: TurnResult | None) -> Difference | None:
        if self.tape.other is not None:
            then, now = self.tape.other
            pairs = [("effects", [then], [now])]
        elif result is None:
            pairs = [("said", [one.line for one in past.said], ["(the turn fails)"])]
        else:
            said = [one.line for one in said_now(result.outgoing)]
            pairs = [
                ("said", [one.line for one in past.said], said),
                ("effects", self._effects(past), self._names(past, self.tape.done)),
                ("decided", [*decided(past.steps)], [*decided(result.trail["steps"])]),
            ]
        for what, then_lines, now_lines in pairs:
            if then_lines != now_lines:
                return Difference(
                    turn=number, came_in=past.came_in, what=what, then=then_lines, now=now_lines
                )
        return None

    def _effects(self, past: Past) -> list[str]:
        """Name the effects that were carried out in a turn; a saga's own row is none."""
        done = [key for key, states in past.effects.items() if {"started", "done"} <= {*states}]
        return self._names(past, [key for key in done if ":" not in past.actions[key]])

    def _names(self, past: Past, keys: Sequence[str]) -> list[str]:
        held = [(self.tape.ledger.get(key), past.actions.get(key, key)) for key in keys]
        return sorted(told(one.action, one.arguments) if one else name for one, name in held)

    def _learn(self, past: Past, result: TurnResult) -> None:
        """Note which button, code and question of now stands for which of then."""
        for one, tokens in zip(result.outgoing, past.tokens, strict=True):
            for option, token in zip(one.message.options, tokens, strict=True):
                self.tokens[token] = option.token
                self.labels[one.address.user, option.label] = option.token
        texts = (card_as_text(one.message).text for one in result.outgoing)
        codes = [code for text in texts for code in CODE.findall(text)]
        self.codes.update(zip(past.codes, codes, strict=False))
        for prompt, one in zip(past.prompts, result.outgoing, strict=True):
            if prompt and one.message.prompt:
                self.prompts[prompt] = one.message.prompt

    async def _deliver(self) -> None:
        """Let everything arrive: what a customer has seen decides what their words answer."""
        while entries := await self.bot.delivery.claim(MOST_SENDS):
            for entry in entries:
                await self.bot.delivery.deliver(entry)

    def _check_engine(self, past: Past) -> None:
        for step in past.steps:
            engine = step.get("engine")
            if step.get("command") and engine in self.film.left_out:
                raise _GapError(f"how the engine {engine} read it, all of it")

    def _message(self, fact: Fact) -> InboundMessage:
        """Make the message that a fact tells of; raises _GapError."""
        body, where = fact.body, fact.body.get("address") or {}
        address = Address(
            account=AccountId(where["account"]), user=where["user"], place=where["place"]
        )
        customer = self.customers.get((address.account, address.user))
        profile = Profile(name=body.get("name"))
        if customer is not None:
            profile = replace(profile, locale=customer.locale, time_zone=customer.time_zone)
        room = self.film.scope.removeprefix(room_scope(address.account, ""))
        message = InboundMessage(
            event_id=EventId(f"replay:{fact.conversation}:{fact.seq}"), sender=address,
            profile=profile, client_id=body.get("client_id"),
            room=None if room == PRIVATE else room,
        )  # fmt: skip
        return replace(message, **self._content(body, address))

    def _content(self, body: Mapping[str, Any], address: Address) -> dict[str, Any]:
        """Tell what a message holds: a form, a tap or words; raises _GapError."""
        text = str(body.get("text") or "")
        if body.get("attached"):
            raise _GapError("the files that came with a message")
        if body.get("submitted") is not None:
            prompt = self.prompts.get(str(body.get("prompt")))
            if prompt is None:
                raise _GapError("which form was sent")
            return {"form": FormFilled(prompt=prompt, values=body["submitted"])}
        token = self._tapped(body, address)
        if token is not None:
            return {"tap": Tap(token=token, label=text)}
        if not text:
            raise _GapError("the words of a message")
        for then, now in self.codes.items():
            text = text.replace(then, now)
        return {"text": text}

    def _tapped(self, body: Mapping[str, Any], address: Address) -> str | None:
        """Find the button that was pressed; logs of earlier releases hold only its label."""
        if "tap" not in body:
            return self.labels.get((address.user, str(body.get("text"))))
        token = body["tap"]
        if token is None:
            return None
        if token not in self.tokens:
            raise _GapError("the message whose button was pressed")
        return self.tokens[token]


@asynccontextmanager
async def _stage(
    settings: Settings,
    extensions: Extensions,
    reels: Sequence[Reel],
    tape: Tape,
    *,
    teaching: Teaching,
) -> AsyncIterator[tuple[Bot, Film]]:
    """Open a bot that speaks with nobody: no platform, no service, no engine with a URL."""
    remote = {name for name, table in settings.nlu.tables.items() if "url" in table}
    kinds = {table.name: table.kind for table in settings.connectors}
    names = {str(fact.body["connector"]) for reel in reels for fact in reel.facts
             if fact.kind == "message"}  # fmt: skip
    connectors: dict[str, Connector] = {
        name: SilentConnector(kinds.get(name, name)) for name in {*kinds, *names}
    }
    missing = {
        provided_type(one.provider): Missing(one.provider.name, tape)
        for one in extensions.providers
    }
    with tempfile.TemporaryDirectory(prefix="threadline-") as folder:
        alone = replace(
            settings, connectors=(), services={},
            state=replace(
                settings.state, url=f"sqlite+aiosqlite:///{folder}/bot.db",
                blobs=f"{folder}/blobs", tables={},
            ),
            nlu=replace(
                settings.nlu,
                engines=tuple(one for one in settings.nlu.engines if one not in remote),
            ),
        )  # fmt: skip
        film = Film(reels[0].facts[0].at, left_out=frozenset(remote))
        options = Options(
            clock=film.clock, secrets=False, connectors=connectors, provide=missing,
            synchronous="OFF", teaching=teaching,
        )  # fmt: skip
        async with open_bot(alone, extensions, options) as bot:
            runner = bot.stage.runner
            store = replace(bot.store, turns=film.over(bot.store.turns))
            runs = answered(runner.runs, tape)
            scene = replace(runner.scene, consults=True)
            consulting = RecordedConsulting(tape=tape)
            bot.stage.exchange(
                replace(
                    runner, store=store, runs=runs, slow=LONG, scene=scene, consulting=consulting
                )
            )
            yield bot, film


async def _ledger(store: Store, reels: Sequence[Reel]) -> dict[str, EffectRecord]:
    keys = {str(f.body["key"]) for reel in reels for f in reel.facts if f.kind == "effect"}
    found = {key: await store.ledger.find(key) for key in sorted(keys)}
    return {key: one for key, one in found.items() if one is not None}


async def _customers(store: Store, reels: Sequence[Reel]) -> dict[tuple[str, str], Customer]:
    """Find who spoke; their language and zone are those known today."""
    found: dict[tuple[str, str], Customer] = {}
    for reel in reels:
        for fact in reel.facts:
            where = fact.body.get("address") if fact.kind == "message" else None
            if not where or (where["account"], where["user"]) in found:
                continue
            address = Address(
                account=AccountId(where["account"]), user=where["user"], place=where["place"]
            )
            customer = await store.customers.customer_of(address)
            if customer is not None:
                found[where["account"], where["user"]] = customer
    return found


def _kind(fact: Fact) -> str:
    if fact.kind == "message":
        return "a code that was made elsewhere"
    steps: list[dict[str, Any]] = fact.body.get("steps") or [{}]
    return f"{str(steps[0].get('event', 'something')).lower()}, from elsewhere"
