"""The emulated app, asked by slack_sdk's own clients."""

import json
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.slack.emulator import open_emulator
from connectors.slack.emulator.workspace import APP
from tests.connectors.slack.app import connect_plainly, slack

# slack_sdk 3.47 still names the app by what aiohttp 4 will not have any more
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

BACK = "http://127.0.0.1:1/back"


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_workbench(connect_plainly, open_emulator, person="U1") as bench:
        yield bench


def client_of(bench: Workbench, token: str | None = None) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=bench.emulator.connector_settings()["api_url"])


async def code_of(bench: Workbench, team: str) -> str:
    """Walk over the page where a person allows the app."""
    api = bench.emulator.connector_settings()["api_url"]
    page = AuthorizeUrlGenerator(
        client_id=slack(bench).app.client_id,
        redirect_uri=BACK,
        scopes=["chat:write"],
        authorization_url=f"{api.removesuffix('api/')}oauth/v2/authorize",
    ).generate("state-1", team=team)
    async with (
        ClientSession(trust_env=False) as http,
        http.get(page, allow_redirects=False) as answer,
    ):
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query["state"] == ["state-1"]
    return query["code"][0]


async def test_the_sdk_installs_the_app_and_speaks_with_its_token(bench: Workbench) -> None:
    app = slack(bench).app
    told = await client_of(bench).oauth_v2_access(
        client_id=app.client_id, client_secret=app.client_secret, code=await code_of(bench, "T7")
    )

    who = await client_of(bench, told["access_token"]).auth_test()

    assert told["team"]["id"] == who["team_id"] == "T7"
    assert told["is_enterprise_install"] is False


async def test_a_code_is_worth_one_token(bench: Workbench) -> None:
    app, client = slack(bench).app, client_of(bench)
    code = await code_of(bench, "T7")
    proof = {"client_id": app.client_id, "client_secret": app.client_secret, "code": code}
    await client.oauth_v2_access(**proof)

    with pytest.raises(SlackApiError, match="invalid_code"):
        await client.oauth_v2_access(**proof)
    with pytest.raises(SlackApiError, match="bad_client_secret"):
        await client.oauth_v2_access(**{**proof, "client_secret": "guessed"})


async def test_the_sdks_rotator_renews_a_token(bench: Workbench) -> None:
    app, client = slack(bench).app, client_of(bench)
    app.rotates = True
    told = await client.oauth_v2_access(
        client_id=app.client_id, client_secret=app.client_secret, code=await code_of(bench, "T7")
    )
    rotator = AsyncTokenRotator(
        client_id=app.client_id, client_secret=app.client_secret, client=client
    )
    bot = Bot(
        bot_token=told["access_token"],
        bot_id="B1",
        bot_user_id="U1",
        bot_refresh_token=told["refresh_token"],
        bot_token_expires_in=told["expires_in"],
        installed_at=0.0,
    )

    renewed = await rotator.perform_bot_token_rotation(bot=bot, minutes_before_expiration=24 * 60)

    assert renewed is not None
    assert renewed.bot_token != told["access_token"]
    assert (await client_of(bench, renewed.bot_token).auth_test())["team_id"] == "T7"


async def test_the_sdk_changes_the_manifest(bench: Workbench) -> None:
    client = client_of(bench, slack(bench).app.config_token)
    manifest = {"display_information": {"name": "Renamed"}}

    await client.apps_manifest_validate(manifest=json.dumps(manifest), app_id=APP)
    await client.apps_manifest_update(app_id=APP, manifest=json.dumps(manifest))

    assert (await client.apps_manifest_export(app_id=APP))["manifest"] == manifest


@pytest.mark.parametrize(
    ("method", "error"),
    [
        ("apps.connections.open", "not_allowed_token_type"),
        ("apps.manifest.export", "not_allowed_token_type"),
    ],
)
async def test_a_bots_token_opens_nothing_of_the_apps(
    bench: Workbench, method: str, error: str
) -> None:
    token = bench.emulator.connector_settings()["bot_token"]

    with pytest.raises(SlackApiError, match=error):
        await client_of(bench, token).api_call(method)
