"""A command that wants a photo and a number, for platforms that do not tell a file's size."""

from typing import Annotated

from bot import Arg, Context, Image, action, command


@action
async def keep_reading(ctx: Context, units: int, photo: Image) -> int:
    """Keep a meter's reading."""
    return len(await photo.read())


@command("reading", say=["my meter shows {units}"])
async def reading(
    ctx: Context,
    units: Annotated[int, Arg("What does the meter show?", ge=0)],
    photo: Annotated[Image, Arg("A photo of the meter?", max_size=1 << 20)],
) -> str:
    """Send in a meter's reading."""
    size = await keep_reading(ctx, units=units, photo=photo)
    return f"Kept {units}, {size} bytes."
