"""The command line. Errors are one line with a remedy; exit codes: 0 done, 1 failed, 2 usage."""

from bot.cli.entry import main

__all__ = ["main"]
