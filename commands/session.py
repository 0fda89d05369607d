"""/start: the first words, and the way in by a link that carries a code.

Cancel, back and a person are decided by the core, whichever plugins are enabled: they need no
code here.
"""

from typing import Annotated

from bot import Arg, Context, Linking, Manual, Reply, command

LINK_PAYLOAD = "link_"


@command("start", say=["get started"])
async def start(
    ctx: Context, payload: Annotated[str | None, Arg("What brings you here?")] = None
) -> Reply:
    """Begin, and see what can be typed here."""
    if payload is not None and payload.lower().startswith(LINK_PAYLOAD):
        linking = ctx.service(Linking)  # type: ignore[type-abstract]  # mypy 4717: a protocol names a service
        await linking.redeem(payload[len(LINK_PAYLOAD) :])
        return Reply("The channel where you asked for the code now asks you for a yes.")
    manual = ctx.service(Manual)  # type: ignore[type-abstract]  # mypy 4717: a protocol names a service
    name, what = ctx.customer.name, manual.overview()
    if not name:
        return Reply(ctx.gettext("Hello. This is what you can type here:\n{what}", what=what))
    return Reply(
        ctx.gettext("Hello, {name}. This is what you can type here:\n{what}", name=name, what=what)
    )
