"""Workspaces that install the app, are answered with their own token, and let it go again."""

from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import structlog
from yarl import URL

from bot import (
    OutboundMessage,
    PermanentSendError,
    StoreBusyError,
    TransientSendError,
    account_of,
)
from bot.testing.contracts.files import LIMIT, PICTURE, fetching, sent_picture
from bot.testing.contracts.workbench import NAME
from connectors.slack.emulator.workspace import TEAM
from connectors.slack.install.manifest import SCOPES
from tests.connectors.slack.app import signed_request
from tests.connectors.slack.installing import Store, open_store_front

ANSWER = OutboundMessage(text="Booked.")
NEVER = "?code=1.a&state=b"


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    async with open_store_front() as store:
        yield store


async def begun(store: Store) -> str:
    """Go as far as Slack's own page; gives its address."""
    url = f"{store.url}/{NAME}/install"
    async with store.browser.get(url, allow_redirects=False) as answer:
        assert answer.status == 302
        return answer.headers["Location"]


async def back_from(store: Store, page: str) -> str:
    """Allow the app on Slack's page; gives the address that leads back to us."""
    async with store.browser.get(page, allow_redirects=False) as answer:
        return answer.headers["Location"]


async def test_a_workspace_installs_the_app_and_is_answered(store: Store) -> None:
    status, page = await store.installs()

    await store.bench.answers(ANSWER, await store.bench.hears("hello"))

    assert status == 200
    assert "app_redirect?app=A0EMULATOR&amp;team=T0EMULATOR" in page
    assert store.installed() == {TEAM}
    assert [seen.text for seen in store.bench.replies] == ["Booked."]


async def test_slack_is_asked_for_our_scopes_and_led_back_to_us(store: Store) -> None:
    query = parse_qs(urlsplit(await begun(store)).query)

    assert query["scope"] == [",".join(SCOPES)]
    assert query["redirect_uri"] == [f"{store.url}/{NAME}/oauth_redirect"]
    assert len(query["state"][0]) >= 32


async def test_two_workspaces_are_answered_with_a_token_of_their_own(store: Store) -> None:
    store.slack.teams.move("U2", "T2")
    await store.installs()
    await store.installs("T2")
    await store.slack.says("U1", "one")
    await store.slack.says("U2", "two")
    first, second = store.bench.messages

    await store.bench.answers(OutboundMessage(text="for one"), first)
    await store.bench.answers(OutboundMessage(text="for two"), second)
    crossed = replace(second, sender=replace(second.sender, account=first.sender.account))
    with pytest.raises(PermanentSendError):
        await store.bench.answers(ANSWER, crossed)

    assert first.sender.account == account_of(NAME, TEAM)
    assert second.sender.account == account_of(NAME, "T2")
    assert [seen.text for seen in store.slack.screen("U1")] == ["one", "for one"]
    assert [seen.text for seen in store.slack.screen("U2")] == ["two", "for two"]


async def test_an_organisation_has_one_token_for_all_its_workspaces(store: Store) -> None:
    store.slack.teams.move("W1", "T5", organisation="E1")
    store.slack.teams.move("W2", "T6", organisation="E1")
    status, _ = await store.installs("E1")
    for person in ("W1", "W2"):
        await store.slack.says(person, "hello")
        await store.slack.says(person, "/book")
        await store.bench.answers(ANSWER, store.bench.messages[-1])

    assert status == 200
    assert store.installed() == {"E1"}
    assert {m.sender.account for m in store.bench.messages} == {account_of(NAME, "E1")}
    assert store.slack.screen("W1")[-1].text == store.slack.screen("W2")[-1].text == "Booked."


async def test_where_the_app_is_not_installed_it_says_how(store: Store) -> None:
    message = await store.bench.hears("hello")

    with pytest.raises(PermanentSendError, match="/shop/install"):
        await store.bench.answers(ANSWER, message)


@pytest.mark.parametrize("asked", ["", "?code=1.a", NEVER, "?error=access_denied", "?state=b"])
async def test_who_did_not_begin_here_installs_nothing(store: Store, asked: str) -> None:
    await begun(store)

    status, page = await store.opens(f"{store.url}/{NAME}/oauth_redirect{asked}")

    assert status == 400
    assert f'href="/{NAME}/install"' in page
    assert not store.installed()


async def test_another_browser_cannot_finish_an_installation(store: Store) -> None:
    back = await back_from(store, await begun(store))
    store.browser.cookie_jar.clear()

    status, _ = await store.opens(back)

    assert status == 400
    assert not store.installed()


async def test_a_state_is_good_for_one_installation(store: Store) -> None:
    back = await back_from(store, await begun(store))
    (cookie,) = store.browser.cookie_jar
    first, _ = await store.opens(back)
    store.browser.cookie_jar.update_cookies({cookie.key: cookie.value}, URL(store.url) / NAME / "")

    again, page = await store.opens(back)

    assert (first, again) == (200, 400)
    assert "finished before" in page


async def test_a_state_is_good_for_ten_minutes(store: Store) -> None:
    back = await back_from(store, await begun(store))
    store.line.time.forward(minutes=10)

    status, _ = await store.opens(back)

    assert status == 400
    assert not store.installed()


async def test_a_code_that_slack_does_not_know_installs_nothing(store: Store) -> None:
    back = await back_from(store, await begun(store))
    code = parse_qs(urlsplit(back).query)["code"][0]

    status, page = await store.opens(back.replace(code, "9.stolen"))

    assert status == 400
    assert "stolen" not in page
    assert not store.installed()


async def test_who_declines_is_told_that_nothing_happened(store: Store) -> None:
    store.slack.app.denies = True

    status, page = await store.installs()

    assert status == 200
    assert "nothing was installed" in page
    assert not store.installed()


async def test_a_workspace_that_removes_the_app_is_forgotten(store: Store) -> None:
    await store.installs()
    await store.installs("T2")
    message = await store.bench.hears("hello")

    await store.slack.uninstalls(TEAM)

    assert store.installed() == {"T2"}
    assert not [received for received in store.bench.received if received.unreadable]
    with pytest.raises(PermanentSendError, match="install"):
        await store.bench.answers(ANSWER, message)


async def test_an_organisation_that_removes_the_app_is_forgotten(store: Store) -> None:
    store.slack.teams.move("W1", "T5", organisation="E1")
    await store.installs("E1")

    await store.slack.uninstalls("E1")

    assert not store.installed()


async def test_an_old_farewell_told_again_does_not_end_a_new_installation(store: Store) -> None:
    await store.installs()
    store.line.time.time = store.line.time.time.replace(year=2020)
    await store.slack.uninstalls(TEAM)
    farewell = store.bench.requests[-1]
    store.line.time.time = store.line.time.time.replace(year=2036)
    await store.installs()

    secret = store.slack.connector_settings()["signing_secret"]
    await store.bench.connector.receive(signed_request(farewell.body, secret=secret))

    assert store.installed() == {TEAM}


async def test_a_persons_own_token_is_not_the_bots(store: Store) -> None:
    await store.installs()
    secret = store.slack.connector_settings()["signing_secret"]
    body = (
        b'{"type": "event_callback", "team_id": "T0EMULATOR", "event_id": "Ev1", "event_time": 9,'
        b' "event": {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}}'
    )

    received = await store.bench.connector.receive(signed_request(body, secret=secret))

    assert not received.unreadable
    assert store.installed() == {TEAM}


async def test_a_token_that_ends_soon_is_renewed_before_it_is_used(store: Store) -> None:
    store.slack.app.rotates = True
    await store.installs()
    (first,) = [token for token, at in store.slack.app.tokens.items() if token.startswith("xoxe")]
    message = await store.bench.hears("hello")
    await store.bench.answers(ANSWER, message)

    store.line.time.forward(hours=11)
    await store.bench.answers(ANSWER, message)
    await store.bench.answers(ANSWER, message)

    kept = store.line.kept.values[f"install:{TEAM}"][0]
    assert kept is not None
    assert kept["token"] != first
    assert len([token for token in store.slack.app.tokens if token.startswith("xoxe")]) == 2
    assert len(store.bench.replies) == 3


async def test_a_token_that_cannot_be_renewed_is_used_as_long_as_it_lives(store: Store) -> None:
    store.slack.app.rotates = True
    await store.installs()
    message = await store.bench.hears("hello")
    store.line.time.forward(hours=11)
    store.slack.app._refreshes.clear()

    await store.bench.answers(ANSWER, message)

    assert [seen.text for seen in store.bench.replies] == ["Booked."]


async def test_a_file_is_fetched_with_the_token_of_its_workspace(store: Store) -> None:
    await store.installs()
    found = await sent_picture(store.bench)

    assert await fetching(store.bench.connector).fetch(found, limit=LIMIT) == PICTURE
    stray = replace(found, ref=found.ref.replace(f"#{TEAM}", "#T9"))
    with pytest.raises(PermanentSendError, match="not installed"):
        await fetching(store.bench.connector).fetch(stray, limit=LIMIT)


async def test_the_apps_own_token_still_speaks_for_its_own_workspace() -> None:
    async with open_store_front(bot_token=True) as store:
        store.slack.teams.move("U2", "T2")
        await store.slack.says("U1", "hello")
        await store.slack.says("U2", "hello")
        home, away = store.bench.messages

        await store.bench.answers(ANSWER, home)
        with pytest.raises(PermanentSendError, match="not installed"):
            await store.bench.answers(ANSWER, away)

    assert [seen.text for seen in store.bench.replies] == ["Booked."]


async def test_while_the_store_is_away_a_message_waits(store: Store) -> None:
    message = await store.bench.hears("hello")

    async def get(key: str) -> None:
        raise StoreBusyError(key)

    store.line.kept.get = get  # type: ignore[method-assign] # a shelf that fails
    with pytest.raises(TransientSendError):
        await store.bench.answers(ANSWER, message)


async def test_installing_writes_no_secret_into_the_log(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="slack_bolt")
    with structlog.testing.capture_logs() as events:
        await store.installs()
        back = await back_from(store, await begun(store))
        await store.opens(back.replace("code=", "code=9"))
        await store.slack.uninstalls(TEAM)

    lines = repr(events) + caplog.text
    names = {event["event"] for event in events}
    assert {"app.installed", "app.not_installed", "app.uninstalled"} <= names
    secrets = [store.slack.app.client_secret, *store.slack.app.tokens, "xoxb-"]
    assert not [secret for secret in secrets if secret in lines]
    assert parse_qs(urlsplit(back).query)["state"][0] not in lines


async def test_a_page_shows_nothing_to_others(store: Store) -> None:
    async with store.browser.get(f"{store.url}/{NAME}/oauth_redirect{NEVER}") as answer:
        headers = answer.headers

    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
