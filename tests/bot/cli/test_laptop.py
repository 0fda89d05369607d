"""``threadline run`` on a laptop: no public address, and Slack and Telegram answer all the same."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from aiohttp import web

from bot.ports.emulators import Emulator, EmulatorSettings
from bot.testing.wires import free_port
from connectors.slack.emulator import open_emulator as open_slack
from connectors.telegram.emulator import open_emulator as open_telegram
from tests.bot.cli.projects import HELLO, write_project
from tests.bot.cli.shell import running

NOBODY = "http://127.0.0.1:9"
TABLES = """
[connectors.slack]
kind = "slack"
bot_token = "env:SLACK_BOT_TOKEN"
app_token = "env:SLACK_APP_TOKEN"
api_url = "{url}/slack/api/"

[connectors.telegram]
kind = "telegram"
token = "env:TELEGRAM_TOKEN"
api_url = "{url}/telegram"
"""


async def answered(emulator: Emulator, person: str) -> str:
    """Say hello and wait for what the bot says."""
    version = 0
    async with asyncio.timeout(30):
        await emulator.says(person, "/hello")
        while not any(seen.role == "bot" for seen in emulator.screen(person)):
            version = await emulator.changed(version)
    return emulator.screen(person)[-1].text


async def test_without_a_public_address_sockets_and_polling_are_chosen_and_answered(
    tmp_path: Path,
) -> None:
    port, platforms = free_port(), dict[str, Emulator]()
    url = f"http://127.0.0.1:{port}"

    async def handle(request: web.Request) -> web.StreamResponse:
        answer: web.StreamResponse = await platforms[request.match_info["name"]].handle(
            request, request.match_info["path"]
        )
        return answer

    app = web.Application()
    app.router.add_route("*", "/{name}/{path:.*}", handle)
    async with AsyncExitStack() as stack:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", port).start()
        given = {
            name: EmulatorSettings(webhook_url=f"{NOBODY}/{name}", base_url=f"{url}/{name}")
            for name in ("slack", "telegram")
        }
        slack = await stack.enter_async_context(open_slack(given["slack"]))
        telegram = await stack.enter_async_context(open_telegram(given["telegram"]))
        platforms.update(slack=slack, telegram=telegram)
        folder = write_project(tmp_path, TABLES.format(url=url), hello=HELLO)
        settings = (folder / "bot.toml").read_text()
        here = f'port = 0\npublic_url = "{NOBODY}"'
        (folder / "bot.toml").write_text(settings.replace("port = 0", here))
        secrets = {
            "SLACK_BOT_TOKEN": slack.connector_settings()["bot_token"],
            "SLACK_APP_TOKEN": slack.app.app_token,
            "TELEGRAM_TOKEN": telegram.connector_settings()["token"],
        }
        with running(folder, "run", environment=secrets) as bot:
            await asyncio.to_thread(bot.until, "socket.opened")
            assert await answered(slack, "U1") == "Hello!"
            assert await answered(telegram, "7") == "Hello!"

    told = [line for line in bot.err if "transport.chosen" in line]
    assert any("slack" in line and "transport=socket" in line for line in told)
    assert any("telegram" in line and "transport=polling" in line for line in told)
    assert not any(secret in line for line in bot.err for secret in secrets.values())
