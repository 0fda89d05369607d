"""Commands of the role operator; bot.toml tells who has it: ``[roles] operator = [...]``."""

from typing import Annotated

from bot import Arg, Button, Context, Reply, Switches, action, command

OPERATOR = "operator"
MOST_SUGGESTED = 10


def switches_of(ctx: Context) -> Switches:
    """Find the core's service."""
    return ctx.service(Switches)  # type: ignore[type-abstract]  # mypy 4717: a protocol names a service


def that_are_on(ctx: Context) -> list[str]:
    """Suggest what can be switched off."""
    return _named(ctx, on=True)


def that_are_off(ctx: Context) -> list[str]:
    """Suggest what can be switched on again."""
    return _named(ctx, on=False)


@action(idempotent=True)
async def set_switch(ctx: Context, name: str, on: bool) -> str:  # noqa: FBT001 - given by name
    """Switch a command."""
    return await switches_of(ctx).switch(name, on=on)


@command("disable", roles=[OPERATOR])
async def disable(
    ctx: Context, name: Annotated[str, Arg("Which command?", suggest=that_are_on)]
) -> Reply:
    """Switch a command off for everybody.

    Open dialogs stay with their answers, and go on once it is on again.
    """
    switched = await set_switch(ctx, name=name, on=False)
    label = ctx.gettext("Enable {name}", name=switched)
    return Reply(
        ctx.gettext("/{name} is off. Open dialogs wait with their answers.", name=switched),
        buttons=[Button(label, command=enable.with_(name=switched))],
    )


@command("enable", roles=[OPERATOR])
async def enable(
    ctx: Context, name: Annotated[str, Arg("Which command?", suggest=that_are_off)]
) -> Reply:
    """Switch a command on again."""
    switched = await set_switch(ctx, name=name, on=True)
    return Reply(ctx.gettext("/{name} is on.", name=switched))


def _named(ctx: Context, *, on: bool) -> list[str]:
    state = switches_of(ctx).state()
    return [name for name, is_on in state.items() if is_on is on][:MOST_SUGGESTED]
