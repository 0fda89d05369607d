"""Files that subcommands write for who called them."""

from pathlib import Path

from bot.errors import BotError


def write_file(path: Path, text: str) -> None:
    """Write a text whole; raises BotError with the remedy where that cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        told = f"{path} cannot be written ({error.strerror}); name another file"
        raise BotError(told) from error
