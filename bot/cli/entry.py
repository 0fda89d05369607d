"""Reads the arguments and turns errors into lines and exit codes."""

import sys

import typer

from bot.cli.evaluating import evaluating
from bot.cli.looking import looking
from bot.cli.new import new
from bot.cli.rasa import rasa
from bot.cli.replaying import replaying
from bot.cli.running import running
from bot.cli.syncing import syncing
from bot.cli.testing import testing
from bot.cli.training import training
from bot.errors import BotError, ConfigError

app = typer.Typer(
    name="threadline", no_args_is_help=True, add_completion=False,
    help="One conversation, every channel. Errors are one line; --debug shows where they arose.",
    pretty_exceptions_enable=False,
)  # fmt: skip
running(app)
app.command("new")(new)
looking(app)
evaluating(app)
training(app)
rasa(app)
testing(app)
replaying(app)
syncing(app)


def main() -> None:
    """Run ``threadline``; the console script and ``python -m bot`` call this."""
    debug = "--debug" in sys.argv
    if debug:
        sys.argv.remove("--debug")
    try:
        code = app(standalone_mode=False, prog_name="threadline")
    except typer.TyperException as error:
        sys.exit(_misused(error))
    except (BotError, OSError) as error:
        if debug:
            raise
        sys.exit(_told(error))
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except Exception as error:
        if debug:
            raise
        sys.stderr.write(f"threadline: {type(error).__name__}; again with --debug shows where\n")
        sys.exit(1)
    sys.exit(code or 0)


def _misused(error: typer.TyperException) -> int:
    """Write what is wrong with the arguments; without any, the help was shown already."""
    if said := error.format_message():
        sys.stderr.write(f"threadline: {said.rstrip('.')}; --help shows what there is\n")
    return 2


def _told(error: Exception) -> int:
    """Write an error as lines and tell the exit code."""
    problems = error.problems if isinstance(error, ConfigError) else (str(error),)
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 2 if isinstance(error, ConfigError) else 1
