from collections.abc import Callable
from typing import Any

import pytest

from bot import Command, Context, PluginError, action, command
from bot.authoring import natures
from bot.authoring.natures import Nature


@action
async def charge(ctx: Context, amount: int) -> str:
    return f"{ctx.event_id}:{amount}"


@action(read=True)
async def balance(ctx: Context) -> int:
    return len(ctx.event_id)


async def charge_for(ctx: Context) -> str:
    return await charge(ctx, amount=7)


async def pays(ctx: Context) -> str:
    async def inner() -> str:
        return await charge_for(ctx)

    return await inner()


async def looks(ctx: Context) -> str:
    return str(await balance(ctx))


async def looks_and_pays(ctx: Context) -> str:
    return f"{await balance(ctx)} {await charge.undo(ctx, key='k')}"


async def greets() -> str:
    return natures.__name__


def from_within(function: Callable[..., Any]) -> Callable[..., Any]:
    async def calls(ctx: Context) -> object:
        return await function(ctx)

    return calls


@pytest.mark.parametrize(
    ("function", "nature"),
    [
        (pays, Nature.ACTS),
        (looks, Nature.READS),
        (looks_and_pays, Nature.ACTS),
        (greets, Nature.PLAIN),
        (from_within(balance), Nature.READS),
        (from_within(charge), Nature.ACTS),
        (from_within(pays), Nature.ACTS),
    ],
)
def test_a_commands_nature_follows_from_the_actions_that_its_code_names(
    function: Callable[..., Any], nature: Nature
) -> None:
    assert natures.nature_of(command("it")(function), source="here") is nature


def test_an_author_may_say_that_a_command_only_reads_or_does_not() -> None:
    assert natures.nature_of(command("it", read=True)(greets), source="") is Nature.READS
    assert natures.nature_of(command("it", read=False)(looks), source="") is Nature.ACTS
    assert natures.nature_of(command("it", confirm="Sure?")(looks), source="") is Nature.ACTS


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        (command("it", read=True)(pays), "calls charge"),
        (command("it", read=True, confirm="Sure?")(greets), "has a confirm"),
    ],
)
def test_a_command_that_only_reads_and_yet_acts_is_refused_with_the_remedy(
    declared: Command[..., Any], why: str
) -> None:
    with pytest.raises(PluginError, match=f"here: /it is declared read=True and {why}; remove"):
        natures.nature_of(declared, source="here")
