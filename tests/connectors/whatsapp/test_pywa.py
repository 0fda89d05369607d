"""The emulator as pywa sees it, a client that was not written here.

pywa knows one host only, so its requests are turned to the emulator below it, in the transport.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from typing_extensions import override

from bot import Faults
from bot.testing.contracts.workbench import Workbench
from tests.connectors.whatsapp.benches import PHONE, SCOPED, emulator_of, open_bench

pywa = pytest.importorskip("pywa_async", reason="pywa is in the extra dev")
errors = pytest.importorskip("pywa_async.errors")
handlers = pytest.importorskip("pywa_async.handlers")
types = pytest.importorskip("pywa_async.types")

SCOPED_IN_DIGITS = "US.13491208655302741918"  # pywa sends to no others


class Turned(httpx.AsyncHTTPTransport):
    """Sends what is meant for graph.facebook.com to another server."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._base = httpx.URL(base_url)

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raw_path = self._base.raw_path.rstrip(b"/") + request.url.raw_path
        request.url = request.url.copy_with(
            scheme=self._base.scheme, host=self._base.host, port=self._base.port, raw_path=raw_path
        )
        request.headers["Host"] = self._base.netloc.decode()
        return await super().handle_async_request(request)


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_bench() as bench:
        yield bench


@pytest.fixture
async def client(bench: Workbench) -> AsyncIterator[Any]:
    table = bench.emulator.connector_settings()
    base_url = table["api_url"].rpartition("/")[0]
    async with httpx.AsyncClient(transport=Turned(base_url), trust_env=False) as session:
        yield pywa.WhatsApp(
            phone_id=table["phone_number_id"],
            token=table["access_token"],
            session=session,
            app_secret=table["app_secret"],
            verify_token=table["verify_token"],
        )


async def heard(client: Any, bench: Workbench, handler_type: Any) -> Any:
    """Give the last webhook to pywa and take what its handler gets."""
    found: list[Any] = []

    async def take(_client: Any, update: Any) -> None:
        found.append(update)

    client.add_handlers(handler_type(take))
    request = bench.requests[-1]
    signature = request.headers["x-hub-signature-256"]
    assert await client.webhook_update_validator(request.body, signature) is None
    assert await client.webhook_update_handler(request.body) == ("ok", 200)
    (update,) = found
    return update


@pytest.mark.parametrize("person", [PHONE, SCOPED_IN_DIGITS])
async def test_pywa_sends_a_text(client: Any, bench: Workbench, person: str) -> None:
    await bench.emulator.says(person, "hello")

    sent = await client.send_message(to=person, text="*Booked*", tracker="t-1")

    (_, seen) = bench.emulator.screen(person)
    assert (seen.id, seen.text) == (sent.id, "Booked")
    assert seen.raw["biz_opaque_callback_data"] == "t-1"


async def test_pywa_sends_buttons_and_hears_the_tap(client: Any, bench: Workbench) -> None:
    await bench.hears("hello")
    buttons = [types.Button(title=t, callback_data=t.lower()) for t in ("Yes", "No")]
    sent = await client.send_message(to=PHONE, text="Shall I?", buttons=buttons)
    await emulator_of(bench).looks(PHONE)
    await bench.emulator.settled()

    await bench.emulator.taps(PHONE, sent.id, "No")

    update = await heard(client, bench, handlers.CallbackButtonHandler)
    assert (update.data, update.title, update.reply_to_message.id) == ("no", "No", sent.id)
    assert (update.from_user.wa_id, update.from_user.bsuid) == (PHONE, f"IT.{PHONE}")


async def test_pywa_sends_a_list_and_hears_the_choice(client: Any, bench: Workbench) -> None:
    await bench.hears("hello")
    rows = [
        types.SectionRow(title=f"Row {n}", callback_data=f"r{n}", description="d") for n in range(9)
    ]
    sections = types.SectionList(
        button_title="Choose", sections=[types.Section(title="All", rows=rows)]
    )
    sent = await client.send_message(to=PHONE, text="Which?", buttons=sections)
    await emulator_of(bench).looks(PHONE)
    await bench.emulator.settled()

    await bench.emulator.taps(PHONE, sent.id, "Row 8")

    update = await heard(client, bench, handlers.CallbackSelectionHandler)
    assert (update.data, update.title, update.description) == ("r8", "Row 8", "d")


@pytest.mark.parametrize("person", [PHONE, SCOPED])
async def test_pywa_hears_a_text(client: Any, bench: Workbench, person: str) -> None:
    await bench.emulator.says(person, "a table for four ✓")

    update = await heard(client, bench, handlers.MessageHandler)

    assert update.text == "a table for four ✓"
    assert update.from_user.bsuid is not None
    assert person in {update.from_user.wa_id, update.from_user.bsuid}
    assert update.timestamp.tzinfo is not None


async def test_pywa_hears_the_statuses(client: Any, bench: Workbench) -> None:
    await bench.hears("hello")
    sent = await client.send_message(to=PHONE, text="Booked")
    await bench.emulator.settled()

    await emulator_of(bench).looks(PHONE)

    update = await heard(client, bench, handlers.MessageStatusHandler)
    assert (update.id, update.status) == (sent.id, types.MessageStatusType.READ)


async def test_pywa_marks_a_message_as_read(client: Any, bench: Workbench) -> None:
    message = await bench.hears("hello")

    await client.mark_message_as_read(message.event_id)

    assert emulator_of(bench).has_read(message.event_id)


@pytest.mark.parametrize(
    ("title", "count"), [("t" * 21, 1), ("Yes", 2), ("ok", 4)], ids=["long", "equal", "many"]
)
async def test_pywa_is_refused_what_meta_refuses(
    client: Any, bench: Workbench, title: str, count: int
) -> None:
    await bench.hears("hello")
    buttons = [types.Button(title=title, callback_data=f"b{n}") for n in range(count)]

    with pytest.raises(errors.WhatsAppError):
        await client.send_message(to=PHONE, text="Well?", buttons=buttons)

    assert not bench.replies


async def test_pywa_is_refused_a_fourth_button(client: Any, bench: Workbench) -> None:
    """Meta, "Interactive reply buttons": up to three; their titles differ here."""
    await bench.hears("hello")
    buttons = [types.Button(title=f"Row {n}", callback_data=f"b{n}") for n in range(4)]

    with pytest.raises(errors.WhatsAppError):
        await client.send_message(to=PHONE, text="Well?", buttons=buttons)
    assert not bench.replies

    await client.send_message(to=PHONE, text="Well?", buttons=buttons[:3])
    assert bench.replies[-1].buttons == ("Row 0", "Row 1", "Row 2")


async def test_pywa_knows_the_emulators_errors(client: Any, bench: Workbench) -> None:
    await bench.hears("hello")
    bench.emulator.faults = Faults(throttle=1)

    with pytest.raises(errors.RateLimitHit) as refused:
        await client.send_message(to=PHONE, text="Booked")

    assert refused.value.code == 130429
    assert refused.value.details


async def test_pywa_accepts_the_emulators_verification(client: Any, bench: Workbench) -> None:
    token = bench.emulator.connector_settings()["verify_token"]

    assert await client.webhook_challenge_handler(vt=token, ch="42") == ("42", 200)


async def test_pywa_looks_up_what_a_person_sent(client: Any, bench: Workbench) -> None:
    await emulator_of(bench).sends(PHONE, b"%PDF-1.7", name="bill.pdf", mime="application/pdf")

    message = await heard(client, bench, handlers.MessageHandler)
    told = await client.get_media_url(message.document.id)

    assert (message.document.filename, message.document.mime_type) == (
        "bill.pdf",
        "application/pdf",
    )
    assert (told.file_size, told.mime_type) == (8, "application/pdf")


async def test_pywa_shows_that_it_is_typing(client: Any, bench: Workbench) -> None:
    message = await bench.hears("hello")

    await client.indicate_typing(message.event_id)

    assert emulator_of(bench).has_read(message.event_id)
    assert emulator_of(bench).sees_typing(message.event_id)


async def test_pywa_asks_for_a_place_and_hears_it(client: Any, bench: Workbench) -> None:
    await bench.hears("hello")

    sent = await client.request_location(to=PHONE, text="Where to?")
    await emulator_of(bench).looks(PHONE)
    await bench.emulator.settled()
    await bench.emulator.taps(PHONE, sent.id, "Send location")

    update = await heard(client, bench, handlers.MessageHandler)
    assert bench.replies[-1].buttons == ("Send location",)
    assert (update.location.latitude, update.location.longitude) == (45.4642, 9.19)


async def test_pywa_sends_a_link_under_a_picture(client: Any, bench: Workbench) -> None:
    await bench.hears("hello")

    button = types.URLButton(title="Menu", url="https://example.test/")
    await client.send_message(to=PHONE, text="Lunch", header="Today", buttons=button)

    assert (bench.replies[-1].text, bench.replies[-1].buttons) == ("Today\nLunch", ("Menu",))


async def test_pywa_sends_a_template_and_hears_its_button(client: Any, bench: Workbench) -> None:
    templates = pytest.importorskip("pywa_async.types.templates")
    backstage = emulator_of(bench).backstage
    backstage.approve("sure", language="en_US", body="Hello {{1}}", buttons=("Yes", "No"))
    body = templates.BodyText("Hello {{1}}", "Ada")
    button = templates.QuickReplyButton(text="Yes")
    params = [body.params("Ada"), button.params(callback_data="AbCdEfGhIjK.0", index=0)]

    sent = await client.send_template(
        to=PHONE, name="sure", language=templates.TemplateLanguage.ENGLISH_US, params=params
    )
    await emulator_of(bench).looks(PHONE)
    await bench.emulator.settled()
    await bench.emulator.taps(PHONE, sent.id, "Yes")

    update = await heard(client, bench, handlers.CallbackButtonHandler)
    assert bench.replies[-1].text == "Hello Ada"
    assert (update.data, update.title) == ("AbCdEfGhIjK.0", "Yes")


async def test_pywa_is_refused_a_template_that_is_not_approved(
    client: Any, bench: Workbench
) -> None:
    templates = pytest.importorskip("pywa_async.types.templates")
    language = templates.TemplateLanguage.ENGLISH_US

    with pytest.raises(errors.TemplateNotExists):
        await client.send_template(to=PHONE, name="sure", language=language, params=[])


async def test_pywa_sets_the_menu(client: Any, bench: Workbench) -> None:
    command = types.Command(name="book", description="Book a table")

    await client.update_conversational_automation(ice_breakers=["Plan"], commands=[command])

    assert emulator_of(bench).backstage.menu() == {
        "prompts": ["Plan"],
        "commands": [{"command_name": "book", "command_description": "Book a table"}],
    }


async def test_pywa_hears_a_reaction_and_a_new_number(client: Any, bench: Workbench) -> None:
    message = await bench.hears("hello")
    reaction = {"message_id": message.event_id, "emoji": "👍"}
    await emulator_of(bench).shares(PHONE, "reaction", reaction)
    liked = await heard(client, bench, handlers.MessageHandler)

    await emulator_of(bench).changes_number(PHONE, "393335556666")
    moved = await heard(client, bench, handlers.PhoneNumberChangeHandler)

    assert liked.reaction.emoji == "👍"
    assert (moved.old_wa_id, moved.new_wa_id) == (PHONE, "393335556666")
    assert moved.new_user_id == "IT.393335556666"


async def test_pywa_knows_the_pair_rate_and_the_closed_window(
    client: Any, bench: Workbench
) -> None:
    await bench.hears("hello")
    backstage = emulator_of(bench).backstage
    backstage.limit_pairs(1)
    backstage.refuse_at_once()

    await client.send_message(to=PHONE, text="one")
    with pytest.raises(errors.TooManyMessages):
        await client.send_message(to=PHONE, text="two")
    backstage.forward(timedelta(hours=25))
    with pytest.raises(errors.ReEngagementMessage):
        await client.send_message(to=PHONE, text="three")
