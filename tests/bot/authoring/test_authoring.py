"""How commands, actions, services and replies are written."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar, assert_type
from zoneinfo import ZoneInfo

import pytest

from bot import (
    Action,
    Address,
    Arg,
    Button,
    Capabilities,
    Card,
    Channel,
    Choice,
    Command,
    Context,
    Customer,
    CustomerId,
    Invocation,
    Provider,
    Reply,
    Shown,
    account_of,
    action,
    command,
    provide,
)
from bot.authoring.replies import buttons_of, dump_reply, load_reply, replies_of, words_of
from tests.closed_desk import ClosedDesk

S = TypeVar("S")


@command
def hello() -> str:
    """Say hello."""
    return "Hello."


@command("greet", aliases=["welcome"], hidden=True, expires=timedelta(days=1), zone="customer")
def greet(name: str, *, times: int = 1) -> str:
    """Greet somebody."""
    return f"Hello {name}." * times


def test_a_bare_decorator_takes_the_functions_name() -> None:
    assert isinstance(hello, Command)
    assert (hello.name, hello.say, hello.confirm, hello.zone) == ("hello", (), None, "place")


def test_a_decorator_with_arguments_keeps_them() -> None:
    assert (greet.name, greet.aliases, greet.hidden) == ("greet", ("welcome",), True)
    assert (greet.expires, greet.zone) == (timedelta(days=1), "customer")
    assert command()(lambda: "x").name == "<lambda>"


def test_a_command_is_called_like_its_function() -> None:
    assert hello() == "Hello."
    assert_type(greet("Ada", times=2), str)
    assert greet("Ada", times=2) == "Hello Ada.Hello Ada."


def test_some_arguments_are_given_for_a_button() -> None:
    assert greet.with_(name="Ada") == Invocation("greet", {"name": "Ada"})


# ── Actions ───────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class SmallDesk(ClosedDesk):
    """Performs actions at once, and remembers."""

    services: Mapping[Any, Any] = field(default_factory=dict)
    said: list[str | Reply] = field(default_factory=list)
    undone: list[str] = field(default_factory=list)

    def service(self, wanted: type[S]) -> S:
        found: S = self.services[wanted]
        return found

    async def say(self, reply: str | Reply) -> Shown:
        self.said.append(reply)
        return SmallShown(self.said)

    async def perform(
        self, action: Action[..., Any], context: Context, arguments: Mapping[str, Any]
    ) -> Any:
        return await action.function(replace(context, idempotency_key="k-1"), **arguments)

    async def undo(self, action: Action[..., Any], context: Context, key: str) -> bool:
        self.undone.append(key)
        return True


@dataclass(slots=True)
class SmallShown:
    """Keeps what was said better."""

    said: list[str | Reply]

    async def update(self, reply: str | Reply) -> None:
        self.said[-1] = reply


def around(desk: SmallDesk | None = None) -> Context:
    return Context(
        customer=Customer(id=CustomerId("c-1")),
        channel=Channel(name="web", kind="webchat", capabilities=Capabilities(max_text=4000)),
        address=Address(account=account_of("web"), user="u", place="u"),
        now=datetime(2026, 11, 18, 23, 30, tzinfo=ZoneInfo("UTC")), zone=ZoneInfo("Europe/Rome"),
        event_id="e-1", frame="f-1", desk=desk or SmallDesk(),
    )  # fmt: skip


@action
async def charge(ctx: Context, amount: int) -> str:
    return f"{amount} under {ctx.idempotency_key}"


@action(key="{order}", idempotent=True, read=True, timeout=1.5, mask=["card"])
async def pay(ctx: Context, order: str, card: str) -> int:
    return len(order)


def test_an_action_keeps_what_its_decorator_says() -> None:
    assert (charge.name, charge.key, charge.timeout, charge.read) == ("charge", None, None, False)
    assert (pay.key, pay.idempotent, pay.read, pay.mask) == ("{order}", True, True, ("card",))
    assert pay.timeout == timedelta(seconds=1.5)
    assert action(timeout=timedelta(minutes=1))(pay.function).timeout == timedelta(minutes=1)


async def test_an_action_is_carried_out_by_the_desk_and_keeps_its_type() -> None:
    said = await charge(around(), amount=5)

    assert_type(said, str)
    assert said == "5 under k-1"


async def test_an_actions_arguments_reach_the_desk_by_name() -> None:
    assert await charge(around(), 5) == "5 under k-1"
    assert charge.named((5,), {}) == charge.named((), {"amount": 5}) == {"amount": 5}


@pytest.mark.parametrize(("args", "kwargs"), [((5, 6), {}), ((5,), {"amount": 6})])
def test_an_argument_too_many_is_told_with_those_there_are(
    args: tuple[int, ...], kwargs: dict[str, int]
) -> None:
    with pytest.raises(TypeError, match="the action charge takes amount; give each of them once"):
        charge.named(args, kwargs)


async def test_an_action_is_undone_by_its_key() -> None:
    desk = SmallDesk()

    assert await charge.undo(around(desk), key="k-7")
    assert desk.undone == ["k-7"]


# ── Context, services, replies ────────────────────────────────────────────────


async def test_a_context_knows_the_date_where_it_is_and_hands_on_to_its_desk() -> None:
    desk = SmallDesk({Clock: Clock()})
    ctx = around(desk)

    assert ctx.today == date(2026, 11, 19)
    assert isinstance(ctx.service(Clock), Clock)
    shown = await ctx.say("One moment.")
    await shown.update("Here.")
    assert desk.said == ["Here."]
    assert "desk" not in repr(ctx)


class Clock:
    """A service."""


@provide
async def clock() -> AsyncIterator[Clock]:
    yield Clock()


async def test_a_service_is_a_named_generator() -> None:
    assert isinstance(clock, Provider)
    assert clock.name == "clock"
    assert [type(one) async for one in clock.function()] == [Clock]


@pytest.mark.parametrize(
    ("said", "texts"),
    [
        (None, []), ("a", ["a"]), (Reply("a"), ["a"]), (["a", Reply("b"), None], ["a", "b"]),
        (("a", ["b"]), ["a", "b"]), ([], []),
    ],
)  # fmt: skip
def test_what_a_command_returns_becomes_replies(said: object, texts: list[str]) -> None:
    assert [reply.text for reply in replies_of(said)] == texts


def test_other_results_are_refused() -> None:
    with pytest.raises(TypeError, match="a command returns text, Reply, a list of them or None"):
        replies_of(7)


def test_an_arg_says_nothing_by_default() -> None:
    arg = Arg()

    assert (arg.ask, arg.ge, arg.le, arg.pattern, arg.check, arg.suggest) == (None,) * 6
    assert (arg.remember, arg.was, arg.mask) == (None, None, False)
    assert Arg("Which?", ge=1) == Arg("Which?", ge=1)


def test_choices_and_buttons_are_values() -> None:
    assert Choice(1).label is None
    assert Button("Book", command=greet.with_(name="Ada")).command == Invocation(
        "greet", {"name": "Ada"}
    )


def test_a_reply_tells_all_words_and_buttons_of_its_card() -> None:
    card = Card("Trip", "To Rome", image="https://example.org/a.png", buttons=[Button("Go")])
    reply = Reply("Here", buttons=[Button("Back")], ephemeral=True, card=card)

    for one in (reply, load_reply(dump_reply(reply))):
        assert words_of(one) == "Here\nTrip\nTo Rome"
        assert [button.label for button in buttons_of(one)] == ["Back", "Go"]
    assert (words_of(Reply("a")), buttons_of(Reply("a"))) == ("a", ())
