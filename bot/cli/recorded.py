"""A recorded conversation, read from the log: turn by turn what came in and what came of it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.dialog.phrases import ENGLISH
from bot.model.capabilities import card_as_text
from bot.model.delivery import Moved
from bot.model.ids import AccountId, ConversationId
from bot.ports.connectors import Body
from bot.ports.lines import Fact
from bot.ports.records import Outgoing
from bot.ports.stores import Store

PAGE = 500
MOST_CONVERSATIONS = 1000
CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b")
"""A link code as it is shown: Crockford's base 32."""
MOVED = "moved"
"""The kind of the fact that an address is called otherwise from then on."""
_ERROR_ID = re.compile(r"\(id [0-9a-f]{8}\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the bot says in one message, as far as two runs can be compared."""

    connector: str
    text: str
    options: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    form: str | None = None

    @property
    def line(self) -> str:
        """Write it in one line."""
        labels = "".join(f" [{label}]" for label in (*self.options, *self.links))
        form = f" (form: {self.form})" if self.form else ""
        return f"{self.connector}: {' '.join(self.text.split())}{labels}{form}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A turn as it was.

    ``effects`` are the states that each key went through in it, ``tokens`` those of the buttons
    and ``prompts`` the question of each message that was ``said``, ``codes`` the link codes there.
    """

    fact: Fact
    message: Fact | None
    said: tuple[Said, ...]
    tokens: tuple[tuple[str, ...], ...]
    prompts: tuple[str, ...]
    codes: tuple[str, ...]
    effects: Mapping[str, Sequence[str]]
    actions: Mapping[str, str]

    @property
    def steps(self) -> Sequence[Mapping[str, Any]]:
        """What was read and decided, in order."""
        return tuple(self.fact.body.get("steps") or ())

    @property
    def came_in(self) -> str:
        """Tell in one line what began it."""
        if self.message is None:
            first = next((step for step in self.steps if "event" in step), {})
            return f"({str(first.get('event', 'nothing')).lower()})"
        body = self.message.body
        return f"{body.get('connector', '?')}: {' '.join(str(body.get('text', '')).split())}"

    def checked(self, argument: str) -> list[str | None]:
        """List what checks of an argument said, oldest first; None is no objection."""
        return [
            step.get("problem")
            for step in self.steps
            if step.get("event") == "Checked" and step.get("argument") == argument
        ]

    def asks(self, argument: str) -> bool:
        """Tell whether an argument's suggestions were wanted."""
        return any(
            step.get("event") == "Suggested" and step.get("argument") == argument
            for step in self.steps
        )


@dataclass(slots=True)
class Reel:
    """One conversation's facts that are still to come."""

    conversation: ConversationId
    facts: list[Fact]
    effects: dict[str, list[str]] = field(default_factory=dict)
    actions: dict[str, str] = field(default_factory=dict)
    messages: dict[str, Fact] = field(default_factory=dict)
    spoken: list[Fact] = field(default_factory=list)

    def head(self) -> Fact | None:
        """Look at the next message of the customer, their next name, or the next turn."""
        while self.facts:
            fact = self.facts[0]
            spoken = fact.kind == "message" and fact.body.get("role") == "user"
            if spoken or fact.kind in {"turn", MOVED}:
                return fact
            self._pass(self.facts.pop(0))
        return None

    def take(self) -> Past | Fact:
        """Take the next: a turn with everything that belongs to it, a message, or a new name."""
        fact = self.facts.pop(0)
        if fact.kind == MOVED:
            return fact
        if fact.kind == "message":
            self.messages[str(fact.trace)] = fact
            return fact
        committed = tuple(_committed(self.spoken, fact))
        past = Past(
            fact=fact, message=self.messages.get(str(fact.trace)),
            said=tuple(_of_fact(one) for one in committed),
            tokens=tuple(_tokens(one) for one in committed),
            prompts=tuple(str(one.body.get("prompt") or "") for one in committed),
            codes=tuple(code for one in committed for code in CODE.findall(one.body["text"])),
            effects=self.effects, actions=self.actions,
        )  # fmt: skip
        self.spoken, self.effects, self.actions = [], {}, {}
        return past

    def _pass(self, fact: Fact) -> None:
        if fact.kind == "message":
            self.spoken.append(fact)
        elif fact.kind == "effect":
            key = str(fact.body["key"])
            self.effects.setdefault(key, []).append(str(fact.body["state"]))
            self.actions[key] = str(fact.body.get("action", ""))


def renamed(body: Body) -> Moved:
    """Read the news again that the log tells of."""
    old, new = body["from"], body["to"]
    return Moved(
        account=AccountId(old["account"]), user=old["user"], place=old["place"],
        new_user=new["user"], new_place=new["place"],
    )  # fmt: skip


async def read_reels(
    store: Store, conversation: ConversationId, *, passed: Sequence[ConversationId] = ()
) -> list[Reel]:
    """Read a conversation, and those that were joined into it: they came to be one.

    One that was itself joined to another is read with that one, where its log goes on.
    """
    own = await _facts(store, conversation)
    moves = [fact for fact in own if fact.kind in {"linked", "parted"}]
    if moves and moves[-1].kind == "linked" and conversation not in passed:
        host = ConversationId(str(moves[-1].body["to"]))
        return await read_reels(store, host, passed=(*passed, conversation))
    reels = [Reel(conversation, own)] if own else []
    if len({_address(fact) for fact in own if _is_customers(fact)}) < 2:
        return reels
    for other, _, _ in await store.log.conversations(limit=MOST_CONVERSATIONS):
        last = await store.log.before(other, seq=await store.log.head(other) + 1, limit=PAGE)
        if any(fact.kind == "linked" and fact.body.get("to") == conversation for fact in last):
            reels.append(Reel(other, await _facts(store, other)))
    return reels


def said_now(outgoing: Iterable[Outgoing]) -> tuple[Said, ...]:
    """Read what a turn says."""
    shown = ((one.address.connector, card_as_text(one.message)) for one in outgoing)
    return tuple(
        Said(
            connector=connector, text=_plain(message.text),
            options=tuple(option.label for option in message.options),
            links=tuple(link.label for link in message.links),
            form=None if message.form is None else message.form.title,
        )
        for connector, message in shown
    )  # fmt: skip


def decided(steps: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """List what was understood and done to dialogs, without how sure an engine was."""
    found: list[str] = []
    for step in steps:
        if "mark" in step:
            found.append(" ".join(str(value) for value in step.values()))
        elif "event" in step and step.get("command"):
            named = [step["command"], *(step.get("more") or ())]
            found.append(f"understood {', '.join(named)}")
    return tuple(found)


def _committed(spoken: Sequence[Fact], turn: Fact) -> Iterator[Fact]:
    """Leave out what was shown while a command was at work: how fast it was is no decision."""
    for fact in spoken:
        is_ours = fact.trace == turn.trace and fact.at == turn.at
        if is_ours and fact.body.get("text") != ENGLISH.ONE_MOMENT:
            yield fact


def _of_fact(fact: Fact) -> Said:
    body = fact.body
    form = body.get("form") or {}
    return Said(
        connector=str(body.get("connector")), text=_plain(str(body.get("text", ""))),
        options=tuple(str(option[1]) for option in body.get("options") or ()),
        links=tuple(str(link[0]) for link in body.get("links") or ()), form=form.get("title"),
    )  # fmt: skip


def _tokens(fact: Fact) -> tuple[str, ...]:
    return tuple(str(option[0]) for option in fact.body.get("options") or ())


def _plain(text: str) -> str:
    """Blot out what is drawn anew each time: link codes and the ids of errors."""
    return _ERROR_ID.sub("(id …)", CODE.sub("(code)", text))


def _is_customers(fact: Fact) -> bool:
    return fact.kind == "message" and fact.body.get("role") == "user"


def _address(fact: Fact) -> tuple[str, ...]:
    address = fact.body.get("address") or {}
    return tuple(str(address.get(name)) for name in ("account", "user", "place"))


async def _facts(store: Store, conversation: ConversationId) -> list[Fact]:
    facts: list[Fact] = []
    while page := await store.log.read(
        conversation, after=facts[-1].seq if facts else 0, limit=PAGE
    ):
        facts.extend(page)
    return facts
