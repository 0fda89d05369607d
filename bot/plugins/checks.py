"""Every mistake of authors that can be told while no bot runs: for `threadline check`."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from bot.authoring.signatures import CommandSpec
from bot.errors import ConfigError
from bot.plugins.buttonlook import look_at_buttons
from bot.plugins.catalogue import read_actions, read_commands, read_patterns, read_subscribers
from bot.plugins.extensions import Extensions
from bot.plugins.flowlook import look_at_flow
from bot.plugins.lookalikes import find_lookalikes
from bot.plugins.translations import find_slips

_READINGS: tuple[Callable[[Extensions], Any], ...] = (read_subscribers, read_patterns, read_actions)


def find_problems(extensions: Extensions) -> list[str]:
    """List what is wrong with extensions, each with its place and remedy."""
    problems: list[str] = []
    try:
        specs = {spec.name: spec for spec in read_commands(extensions).values()}
    except ConfigError as error:
        problems += error.problems
    else:
        problems += _of_commands(tuple(specs.values()))
    for reading in _READINGS:
        try:
            reading(extensions)
        except ConfigError as error:
            problems += error.problems
    for loaded in extensions.commands:
        if loaded.command.is_flow:
            problems += look_at_flow(loaded.command, loaded.origin)
    return problems


def _of_commands(specs: Collection[CommandSpec]) -> Sequence[str]:
    return (*find_lookalikes(specs), *look_at_buttons(specs), *find_slips(specs))
