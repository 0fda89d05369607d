"""/link and /unlink: one conversation over several channels.

A code is made on one channel and typed on another; the side that made it says yes. Nothing but
that joins two people, so every check is in the core's `Linking`.
"""

from typing import Annotated

from bot import Arg, Button, Context, Linking, Reply, command


def linking_of(ctx: Context) -> Linking:
    """Find the core's service."""
    return ctx.service(Linking)  # type: ignore[type-abstract]  # mypy 4717: a protocol names a service


@command("link", say=["link my channels", "join my channels", "link [this] account"])
async def link(
    ctx: Context, code: Annotated[str | None, Arg("Which code?", mask=True)] = None
) -> Reply:
    """Go on with this conversation on another channel."""
    if code is None:
        made = await linking_of(ctx).new_code()
        links = await linking_of(ctx).invitations(made)
        return Reply(
            ctx.gettext(
                "Type this on the other channel within 10 minutes:\n/link {code}\n"
                "Then say yes here. Give the code to nobody else.",
                code=made,
            ),
            buttons=[Button(link.label, url=link.url) for link in links],
            ephemeral=True,
        )
    await linking_of(ctx).redeem(code)
    return Reply("The code is good. Say yes on the channel where you asked for it.", ephemeral=True)


@command("joining", hidden=True, confirm="Join {who} to this conversation?")
async def joining(
    ctx: Context,
    request: Annotated[str, Arg("Which request?")],
    who: Annotated[str, Arg("Who asks?")],
) -> Reply:
    """Join the channel where your code was typed."""
    where = await linking_of(ctx).join(request)
    return Reply(
        ctx.gettext(
            "Joined: {where}. Your conversation goes on there, too. /unlink parts it again.",
            where=where,
        )
    )


@command(
    "unlink",
    say=["unlink this channel", "unlink [this] account"],
    confirm="Part this channel from your others?",
)
async def unlink(ctx: Context) -> Reply:
    """Part this channel from your others."""
    if await linking_of(ctx).part():
        return Reply("Parted. What you write here is a conversation of its own from now on.")
    return Reply("This channel stands alone already. /link joins it to another.")
