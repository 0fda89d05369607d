"""No connector follows a platform's file to a server that is not the platform's."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import Attachment, Connector, PermanentSendError
from bot.testing.contracts.files import LIMIT, PICTURE, fetching
from tests.connectors.slack.app import connect_plainly as slack
from tests.connectors.telegram.opened import connect_plainly as telegram
from tests.connectors.whatsapp.benches import connect_plainly as whatsapp

Connecting = Callable[[str, Mapping[str, Any]], AbstractAsyncContextManager[Connector]]
CONNECTORS: Mapping[str, Connecting] = {"slack": slack, "telegram": telegram, "whatsapp": whatsapp}
SECRETS = {
    "slack": {"bot_token": "xoxb-1", "signing_secret": "s"},
    "telegram": {"token": f"42:{'AbC' * 5}", "webhook_secret": "s"},
    "whatsapp": {
        "phone_number_id": "1", "access_token": "EAA", "app_secret": "s", "verify_token": "v",
    },
}  # fmt: skip
API = {"slack": "/api/", "telegram": "", "whatsapp": "/v23.0"}


@dataclass
class Servers:
    """A platform that leads on to another server, which would give the file."""

    platform: str
    elsewhere: str
    strangers: list[str]

    def ref(self, kind: str) -> str:
        """Write how a connector knows the file."""
        known = {"slack": f"{self.platform}/files-pri/T1-F1/a.png", "telegram": "F1"}
        return known.get(kind, ":99")


@pytest.fixture(params=[301, 303, 308])
async def servers(request: pytest.FixtureRequest) -> AsyncIterator[Servers]:
    strangers: list[str] = []

    async def give(asked: web.Request) -> web.Response:
        strangers.append(str(asked.headers))
        return web.Response(body=PICTURE)

    async def lead_on(asked: web.Request) -> web.Response:
        if asked.path.endswith("/getFile"):
            return web.json_response({"ok": True, "result": {"file_path": "photos/a.jpg"}})
        if asked.path.startswith("/v23.0/"):
            return web.json_response({"url": f"http://{asked.host}/file"})
        return web.Response(status=request.param, headers={"Location": found.elsewhere})

    async with AsyncExitStack() as stack:
        urls = []
        for handler in (lead_on, give):
            app = web.Application()
            app.router.add_route("*", "/{path:.*}", handler)
            server = await stack.enter_async_context(TestServer(app))
            urls.append(str(server.make_url("")).rstrip("/"))
        found = Servers(platform=urls[0], elsewhere=f"{urls[1]}/a.png", strangers=strangers)
        yield found


@pytest.mark.parametrize("kind", list(CONNECTORS))
async def test_a_file_that_has_moved_to_another_server_is_not_fetched(
    servers: Servers, kind: str
) -> None:
    table = {**SECRETS[kind], "api_url": f"{servers.platform}{API[kind]}"}
    async with CONNECTORS[kind]("shop", table) as connector:
        with pytest.raises(PermanentSendError, match="not on the platform's servers"):
            await fetching(connector).fetch(Attachment(ref=servers.ref(kind)), limit=LIMIT)

    assert servers.strangers == []
