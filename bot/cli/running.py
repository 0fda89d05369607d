"""Subcommands that make the bot talk: run, sandbox, chat."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from bot.app import Options, open_bot
from bot.cli.opening import CONFIG, Config, read, run
from bot.cli.reloading import Reloading
from bot.cli.serving import converse, serve
from bot.errors import ConfigError, PluginError
from bot.plugins import Extensions
from bot.sandbox import serve as serve_sandbox
from bot.sandbox.overlay import ALWAYS
from bot.sandbox.screens import OpenEmulator
from bot.settings import ConnectorTable, Settings

Overlay = Annotated[Path | None, typer.Option("--overlay", help="JSON laid over bot.toml.")]
Port = Annotated[int | None, typer.Option("--port", help="Instead of bot.toml's.")]


def running(app: typer.Typer) -> None:
    """Add the subcommands."""
    app.command("run")(run_bot)
    app.command("sandbox")(run_sandbox)
    app.command("chat")(chat)


def run_bot(
    config: Config = CONFIG,
    overlay: Overlay = None,
    port: Port = None,
    *,
    migrate: Annotated[bool, typer.Option("--migrate", help="Upgrade PostgreSQL first.")] = False,
    reload: Annotated[
        bool, typer.Option("--reload", help="Read plugins anew when their files change.")
    ] = False,
    log_level: Annotated[str, typer.Option("--log-level")] = "info",
) -> None:
    """Run the bot: take in webhooks, answer, deliver."""
    settings, extensions = read(config, overlay)
    if settings.server.workers > 1:
        raise ConfigError("server.workers: one process a `run` so far; write 1")
    options = Options(upgrade=settings.state.is_sqlite or migrate)
    how = _How(port=port, leashed=overlay is not None, reload=reload)
    run(_run(settings, extensions, options, how), level=log_level)


def run_sandbox(config: Config = CONFIG, port: Port = None) -> None:
    """Run the bot against emulated platforms, with a page of chat panes; needs no account."""
    settings, extensions = read(config)
    run(
        serve_sandbox(
            settings.path, host=settings.server.host,
            port=settings.server.port if port is None else port,
            extensions=_emulators(settings, extensions),
        ),
        level="info",
    )  # fmt: skip


def _emulators(settings: Settings, extensions: Extensions) -> dict[str, OpenEmulator]:
    """Load what bot.toml names, and of the panes that are always there those that are installed."""
    named = {connector.kind for connector in settings.connectors}
    found = {}
    for kind, one in extensions.emulators.items():
        if kind in named:
            found[kind] = one.load()
        elif kind in ALWAYS:
            try:
                found[kind] = one.load()
            except PluginError as error:
                typer.echo(f"without {kind}: {error}", err=True)
    return found


def chat(
    config: Config = CONFIG,
    customer: Annotated[str, typer.Option("--as", help="Who you are.")] = "you",
    channel: Annotated[str, typer.Option("--channel", help="The channel's name.")] = "console",
) -> None:
    """Talk to the bot in the terminal; /quit or Ctrl+D ends it."""
    settings, extensions = read(config)
    run(_chat(settings, extensions, customer, channel))


@dataclass(frozen=True, slots=True, kw_only=True)
class _How:
    """How a bot is served."""

    port: int | None
    leashed: bool
    reload: bool


async def _run(settings: Settings, extensions: Extensions, options: Options, how: _How) -> None:
    async with open_bot(settings, extensions, options) as bot:
        port = settings.server.port if how.port is None else how.port
        beside = [Reloading(bot).run] if how.reload else []
        await serve(bot, host=settings.server.host, port=port, leashed=how.leashed, beside=beside)


async def _chat(settings: Settings, extensions: Extensions, customer: str, channel: str) -> None:
    """Open the bot with the terminal as its only channel: no other account is needed."""
    table = ConnectorTable(name=channel, kind="console", table={"customer": customer})
    alone = replace(settings, connectors=(table,))
    async with open_bot(alone, extensions, Options(secrets=False)) as bot:
        await converse(bot)
