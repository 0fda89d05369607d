import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import ClientSession, ClientTimeout, web

from bot import (
    Address,
    Connector,
    Faults,
    Inviting,
    Option,
    OutboundMessage,
    PermanentSendError,
    RequestRejectedError,
    Secret,
    TransientSendError,
    WebhookRequest,
    account_of,
)
from bot.crashpoints import arm
from bot.testing.contracts.workbench import Workbench
from connectors.whatsapp import WhatsAppSettings, connect
from connectors.whatsapp.connector import WhatsAppConnector
from tests.connectors.whatsapp.benches import PHONE, SCOPED, open_bench

ANSWER = OutboundMessage(text="Booked for Ada.")
HERE = Address(account=account_of("shop", "1"), user=PHONE, place=PHONE, phone=PHONE)
TOKEN = "EAA-very-secret"
SETTINGS = WhatsAppSettings(
    phone_number_id="1",
    access_token=Secret(TOKEN),
    app_secret=Secret("s"),
    verify_token=Secret("v"),
)


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_bench() as bench:
        yield bench


@asynccontextmanager
async def connected(api_url: str) -> AsyncIterator[Connector]:
    async with connect("shop", replace(SETTINGS, api_url=api_url)) as connector:
        yield connector


@asynccontextmanager
async def answering(response: web.Response, seen: list[web.Request]) -> AsyncIterator[Connector]:
    """Connect to a server that gives one answer to everything."""

    async def handle(request: web.Request) -> web.Response:
        seen.append(request)
        await request.read()
        return response

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with connected(f"http://127.0.0.1:{runner.addresses[0][1]}/v23.0/") as connector:
            yield connector
    finally:
        await runner.cleanup()


@asynccontextmanager
async def failing_after(
    bench: Workbench, *, parts: int, faults: Faults
) -> AsyncIterator[Connector]:
    """Let the platform fail once so many parts are accepted."""
    passed = 0

    def visit(point: str) -> None:
        nonlocal passed
        passed += point == "whatsapp.send.after"
        if passed == parts and point == "whatsapp.send.after":
            bench.emulator.faults = faults

    arm(visit)
    try:
        yield bench.connector
    finally:
        arm(None)


@pytest.fixture
def points() -> Iterator[list[str]]:
    passed: list[str] = []
    arm(passed.append)
    yield passed
    arm(None)


def verification(token: str) -> WebhookRequest:
    query = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "1158201444"}
    return WebhookRequest(method="GET", path="webhook", headers={}, query=query, body=b"")


async def test_meta_gets_the_bare_challenge() -> None:
    async with connected("http://127.0.0.1:1") as connector:
        received = await connector.receive(verification("v"))

    assert (received.response.status, received.response.body) == (200, b"1158201444")
    assert not received.messages


async def test_a_wrong_verify_token_is_forbidden() -> None:
    async with connected("http://127.0.0.1:1") as connector:
        with pytest.raises(RequestRejectedError) as rejected:
            await connector.receive(verification("w"))

    assert rejected.value.status == 403


def test_the_official_api_is_the_default() -> None:
    assert SETTINGS.api_url == "https://graph.facebook.com/v23.0"
    assert TOKEN not in repr(SETTINGS)


async def test_the_call_goes_to_the_numbers_messages_with_the_token() -> None:
    seen: list[web.Request] = []
    answer = web.json_response({"messages": [{"id": "wamid.1"}]})

    async with answering(answer, seen) as connector:
        receipt = await connector.send(ANSWER, HERE, {"client_id": "c1"})

    (request,) = seen
    assert receipt.provider_id == "wamid.1"
    assert (request.method, request.path) == ("POST", "/v23.0/1/messages")
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"


async def test_the_token_follows_no_redirect() -> None:
    seen: list[web.Request] = []
    answer = web.Response(status=302, headers={"Location": "/elsewhere"})

    async with answering(answer, seen) as connector:
        with pytest.raises(PermanentSendError):
            await connector.send(ANSWER, HERE, {})

    assert [request.path for request in seen] == ["/v23.0/1/messages"]


async def test_an_answer_without_end_is_cut_off() -> None:
    answer = web.Response(body=b" " * 1_000_000, content_type="application/json")

    async with answering(answer, []) as connector:
        receipt = await connector.send(ANSWER, HERE, {})

    assert receipt.provider_id is None


@pytest.mark.parametrize("status", [401, 503])
async def test_errors_hold_neither_token_nor_words_nor_person(status: int) -> None:
    answer = web.Response(status=status, text=f"{TOKEN} {PHONE} Booked for Ada.")

    async with answering(answer, []) as connector:
        with pytest.raises((PermanentSendError, TransientSendError)) as refused:
            await connector.send(ANSWER, HERE, {})

    assert not any(word in str(refused.value) for word in (TOKEN, PHONE, "Ada"))


async def test_no_connection_is_worth_another_try() -> None:
    async with connected("http://127.0.0.1:1") as connector:
        with pytest.raises(TransientSendError) as refused:
            await connector.send(ANSWER, HERE, {})

    assert refused.value.retry_after is None


async def test_a_message_without_anything_to_show_never_works() -> None:
    async with connected("http://127.0.0.1:1") as connector:
        with pytest.raises(PermanentSendError):
            await connector.send(OutboundMessage(text=" \n"), HERE, {})


async def test_the_receipt_is_that_of_the_part_with_the_options(bench: Workbench) -> None:
    message = await bench.hears("hello")
    options = (Option(token="AbCdEfGhIjK.0", label="More"),)

    receipt = await bench.answers(OutboundMessage(text="word " * 1000, options=options), message)

    assert len(bench.replies) > 1
    assert receipt.provider_id == bench.replies[-1].id
    assert bench.replies[-1].buttons == ("More",)


async def test_every_call_passes_its_crash_points(bench: Workbench, points: list[str]) -> None:
    message = await bench.hears("hello")
    await bench.answers(OutboundMessage(text="word " * 1000), message)

    assert points == ["whatsapp.send.before", "whatsapp.send.after"] * len(bench.replies)


async def test_the_reports_name_the_receipts_message(bench: Workbench) -> None:
    message = await bench.hears("hello")
    receipt = await bench.answers(ANSWER, message)
    await bench.emulator.settled()

    reports = [report for received in bench.received for report in received.reports]
    assert {report.provider_id for report in reports} == {receipt.provider_id}
    assert {report.account for report in reports} == {message.sender.account}


@pytest.mark.parametrize("person", [PHONE, SCOPED])
async def test_a_stored_address_without_its_phone_still_reaches_the_person(person: str) -> None:
    async with open_bench(person) as bench:
        sender = (await bench.hears("hello")).sender
        bare = Address(account=sender.account, user=sender.user, place=sender.place)

        await bench.connector.send(ANSWER, bare, {})

        assert [seen.text for seen in bench.replies] == ["Booked for Ada."]


async def test_the_connector_listens_where_the_contract_says() -> None:
    async with connected("http://127.0.0.1:1") as connector:
        routes = [(route.method, route.path) for route in connector.routes]

    assert routes == [("GET", "webhook"), ("POST", "webhook")]


async def test_a_slow_server_is_worth_another_try() -> None:
    released = asyncio.Event()

    async def hang(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await released.wait()
        writer.close()

    impatient = ClientTimeout(total=0.05)
    async with (
        await asyncio.start_server(hang, "127.0.0.1", 0) as server,
        ClientSession(timeout=impatient) as http,
    ):
        port = server.sockets[0].getsockname()[1]
        settings = replace(SETTINGS, api_url=f"http://127.0.0.1:{port}")
        connector = WhatsAppConnector("shop", settings, http)
        with pytest.raises(TransientSendError, match="in time"):
            await connector.send(ANSWER, HERE, {})
        released.set()


@pytest.mark.parametrize("faults", [Faults(fail=1), Faults(throttle=1)])
async def test_the_next_attempt_repeats_no_part_that_was_accepted(
    bench: Workbench, faults: Faults
) -> None:
    message = await bench.hears("hello")
    text = " ".join(f"word{number:05d}" for number in range(1500))
    hints = {"client_id": "AAAAAAAAAAA"}

    async with failing_after(bench, parts=1, faults=faults) as connector:
        with pytest.raises(TransientSendError):
            await connector.send(OutboundMessage(text=text), message.sender, hints)
        shown = len(bench.replies)
        await connector.send(OutboundMessage(text=text), message.sender, hints)

    assert shown == 1
    assert " ".join(seen.text for seen in bench.replies) == text


async def test_the_same_words_are_sent_again_for_another_message(bench: Workbench) -> None:
    message = await bench.hears("hello")

    for client_id in ("one", "one", "two"):
        await bench.connector.send(ANSWER, message.sender, {"client_id": client_id})

    assert len(bench.replies) == 3


@pytest.mark.parametrize(
    ("phone", "url"),
    [("+39 333 1112222", "https://wa.me/393331112222?text=%2Flink%2065V2WGYA"), ("", None)],
)
async def test_a_link_brings_a_code_into_the_chat(phone: str, url: str | None) -> None:
    secret = Secret("secret")
    settings = WhatsAppSettings(
        phone_number_id="1", access_token=secret, app_secret=secret, verify_token=secret,
        phone=phone,
    )  # fmt: skip
    async with connect("whatsapp", settings) as connector:
        assert isinstance(connector, Inviting)
        assert await connector.invitation("65V2WGYA") == url
