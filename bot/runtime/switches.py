"""Commands that operators switch off and on while the bot runs."""

from collections.abc import Mapping

import structlog

from bot.authoring.signatures import CommandSpec
from bot.dialog import manual
from bot.errors import UserError
from bot.ports.stores import Upkeep

log = structlog.get_logger()
OPERATOR = "operator"
"""The role whose commands cannot be switched off: who could switch them on again?"""


class Switchboard:
    """What is switched off, as this process knows it; see `bot.authoring.services.Switches`.

    Turns read it from memory. The sweep reads it anew every second, so that every process follows
    a switch that another one was told.
    """

    def __init__(self, upkeep: Upkeep, commands: Mapping[str, CommandSpec]) -> None:
        self._upkeep = upkeep
        self._commands = commands
        self._off: frozenset[str] = frozenset()

    @property
    def off(self) -> frozenset[str]:
        """The full names of commands that are off."""
        return self._off

    def know(self, commands: Mapping[str, CommandSpec]) -> None:
        """Go by other commands from now on: the plugins were read anew."""
        self._commands = commands

    async def refresh(self) -> None:
        """Read the switches; raises StoreError if the database cannot be reached."""
        switches = await self._upkeep.switches()
        off = (name for name, is_on in switches.items() if not is_on)
        self._off = frozenset(name for name in off if not self._stays_on(name))

    def state(self) -> Mapping[str, bool]:
        """See `bot.authoring.services.Switches.state`."""
        names = {spec.name for spec in self._commands.values()}
        return {name: name not in self._off for name in sorted(names) if not self._stays_on(name)}

    async def switch(self, name: str, *, on: bool) -> str:
        """See `bot.authoring.services.Switches.switch`."""
        spec = self._commands.get(_typed(name))
        if spec is None or spec.command.hidden:
            raise UserError(_unknown(self._commands, name))
        if not on and self._stays_on(spec.name):
            raise UserError(f"/{spec.name} stays on: without it there would be no way back.")
        await self._upkeep.switch(spec.name, on=on)
        await self.refresh()
        log.info("command.switched", command=spec.name, on=on)
        return spec.name

    def _stays_on(self, name: str) -> bool:
        spec = self._commands.get(name)
        if spec is None:
            return False
        return name in manual.BUILT_IN or OPERATOR in spec.command.roles


def _typed(name: str) -> str:
    return " ".join(name.removeprefix("/").casefold().split())


def _unknown(commands: Mapping[str, CommandSpec], name: str) -> str:
    wanted = _typed(name)
    if wanted in manual.BUILT_IN:
        return f"/{wanted} is built in and stays on."
    nearest = manual.nearest(commands, wanted)
    meant = f" Did you mean {nearest}?" if nearest else ""
    return f"There is no command {wanted}.{meant}"
