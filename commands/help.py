"""/help: what can be typed here."""

from typing import Annotated

from bot import Arg, Button, Context, Manual, Reply, UserError, command


@command("help", say=["what can you do", "what can i say", "show [me] the commands"], read=True)
async def show_help(
    ctx: Context, topic: Annotated[str | None, Arg("Which command?")] = None
) -> Reply:
    """Explain what can be typed here, or one command."""
    manual = ctx.service(Manual)  # type: ignore[type-abstract]  # mypy 4717: a protocol names a service
    if topic is None:
        return Reply(manual.overview())
    name = topic.strip().lstrip("/").lower()
    text = manual.explain(name)
    if text is not None:
        return Reply(text)
    nearest = manual.nearest(name)
    if nearest is None:
        raise UserError(
            ctx.gettext("There is no command {name}. Type help to see what there is.", name=name)
        )
    return Reply(
        ctx.gettext(
            "There is no command {name}. Did you mean {nearest}?", name=name, nearest=nearest
        ),
        buttons=[
            Button(
                ctx.gettext("Help on {command}", command=nearest),
                command=show_help.with_(topic=nearest),
            )
        ],
    )
