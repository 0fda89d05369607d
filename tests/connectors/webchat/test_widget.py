"""The widget in a real browser."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot import AccountId, Address, ConversationId, DraftPiece, InboundMessage, OutboxId
from connectors.webchat import Brand, Limits, WebChatSettings
from tests.connectors.webchat.browser import html, open_browser, open_page
from tests.connectors.webchat.memory import MemoryLine, Site, open_site

# one browser for all tests, a fresh profile for each: all on one loop
pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = WebChatSettings(brand=Brand(title="Mira", subtitle="Usually replies at once"))
INLINE = '<threadline-chat mode="inline"></threadline-chat>'


def booking(line: MemoryLine) -> MemoryLine:
    """Teach the line a small dialog."""

    def answer(conversation: ConversationId, message: InboundMessage) -> None:
        if message.text == "/book":
            options = [["p.0", "Today"], ["p.1", "Friday"]]
            line.say(conversation, "Which day?", options=options, prompt="p")
        else:
            words = message.tap.label if message.tap else message.text
            line.say(conversation, f"Noted: {words}")

    line.bot = answer
    return line


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@asynccontextmanager
async def chat(body: str = "", settings: WebChatSettings = SETTINGS) -> AsyncIterator[Site]:
    pages = {"/": html(body)}
    async with open_site(settings, line=booking(MemoryLine()), pages=pages) as site:
        yield site


def messages(page: Page) -> Locator:
    return page.get_by_role("region", name="Conversation").get_by_role("article")


def field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message")


async def opened(page: Page) -> None:
    await page.get_by_role("button", name="Open chat").click()
    await expect(page.get_by_role("dialog", name="Mira")).to_be_visible()
    await expect(page.locator(".online")).to_be_attached()


async def say(page: Page, text: str) -> None:
    await field(page).fill(text)
    await field(page).press("Enter")


async def test_a_visitor_books_by_words_and_chips_without_a_policy_violation(
    browser: Browser,
) -> None:
    async with chat() as site, open_page(browser, site.origin) as page:
        await opened(page)
        await say(page, "/book")
        await expect(messages(page)).to_have_count(2)
        chips = page.get_by_role("group", name="Suggested replies")
        await chips.get_by_role("button", name="Friday").click()
        await expect(messages(page)).to_have_count(4)
        texts = await messages(page).locator(".bubble").all_text_contents()
        await expect(chips).to_have_count(0)
        states = await page.locator(".mine .state").all_text_contents()
        violations = await page.evaluate("violations")

    assert texts == ["/book", "Which day?", "Friday", "Noted: Friday"]
    assert states == ["Sent", "Sent"]
    assert violations == []
    assert [m.tap.token for m in site.line.accepted if m.tap] == ["p.1"]


async def test_an_answer_grows_while_it_is_written_and_is_announced_once(browser: Browser) -> None:
    async with chat() as site, open_page(browser, site.origin) as page:
        site.line.bot = lambda _, __: None
        await opened(page)
        await say(page, "is breakfast included?")
        await expect(messages(page)).to_have_count(1)
        ((user, home),) = site.line.homes.items()
        to = Address(account=AccountId("web"), user=user, place=user)
        for number, text in enumerate(("Breakfast", " is inclu")):
            piece = DraftPiece(message=OutboxId("m-1"), number=number, text=text)
            await site.connector.draft(piece, to)
        await expect(messages(page).nth(1)).to_contain_text("Breakfast is inclu")
        announced = await page.get_by_role("status").all_text_contents()
        site.line.say(home, "Breakfast is included.", id="m-1")
        await expect(messages(page).nth(1)).to_contain_text("Breakfast is included.")
        await expect(messages(page)).to_have_count(2)

    assert not any("Breakfast" in one for one in announced)


async def test_a_reload_shows_the_same_transcript_and_the_half_typed_draft(
    browser: Browser,
) -> None:
    async with chat() as site, open_page(browser, site.origin) as page:
        await opened(page)
        await say(page, "/book")
        await expect(messages(page)).to_have_count(2)
        await field(page).fill("half a thou")
        await page.reload()
        await expect(messages(page)).to_have_count(2)
        draft = await field(page).input_value()
        buttons = page.get_by_role("group", name="Suggested replies").get_by_role("button")
        await expect(buttons).to_have_text(["Today", "Friday"])

    assert draft == "half a thou"
    assert len(site.line.homes) == 1


async def test_twenty_dropped_sockets_lose_and_double_nothing(browser: Browser) -> None:
    async with chat() as site, open_page(browser, site.origin) as page:
        await opened(page)
        for n in range(20):
            await page.evaluate("sockets.at(-1).close(); 0")
            await say(page, f"message {n}")
            await expect(messages(page)).to_have_count(2 * n + 2)
            site.line.time.forward(seconds=1)
        texts = await messages(page).locator(".bubble").all_text_contents()

    assert texts == [t for n in range(20) for t in (f"message {n}", f"Noted: message {n}")]
    assert len(site.line.accepted) == 20


async def test_what_was_written_offline_is_sent_in_order_once(browser: Browser) -> None:
    async with chat() as site, open_page(browser, site.origin) as page:
        await opened(page)
        await page.context.set_offline(True)
        await expect(page.get_by_text("You are offline.")).to_be_visible()
        for n in range(5):
            await say(page, f"offline {n}")
        waiting = await page.locator(".waiting").count()
        await page.context.set_offline(False)
        await expect(messages(page)).to_have_count(10)
        await expect(page.get_by_text("You are offline.")).to_be_hidden()

    assert waiting == 5
    assert [m.text for m in site.line.accepted] == [f"offline {n}" for n in range(5)]


async def test_quick_messages_wait_for_their_turn_and_all_arrive(browser: Browser) -> None:
    limits = Limits(sends=5, sends_seconds=1)
    settings = replace(SETTINGS, limits=limits)
    async with chat(settings=settings) as site, open_page(browser, site.origin) as page:
        await opened(page)
        for n in range(12):
            await say(page, f"quick {n}")
        await expect(messages(page)).to_have_count(24)
        failed = await page.locator(".lost").count()

    assert failed == 0
    assert [m.text for m in site.line.accepted] == [f"quick {n}" for n in range(12)]


async def test_a_message_that_is_refused_can_be_tried_again_or_deleted(browser: Browser) -> None:
    settings = replace(SETTINGS, limits=Limits(text=10))
    async with chat(settings=settings) as site, open_page(browser, site.origin) as page:
        await opened(page)
        await page.evaluate("Threadline.send('much longer than ten characters')")
        lost = page.locator(".lost")
        await expect(lost.get_by_text("Not sent.")).to_be_visible()
        await lost.get_by_role("button", name="Try again").click()
        await expect(lost.get_by_text("Not sent.")).to_be_visible()
        await lost.get_by_role("button", name="Delete").click()
        await expect(messages(page)).to_have_count(0)
        await say(page, "short")
        await expect(messages(page)).to_have_count(2)

    assert [m.text for m in site.line.accepted] == ["short"]


async def test_a_session_that_the_server_forgot_is_opened_anew(browser: Browser) -> None:
    async with chat() as site, open_page(browser, site.origin) as page:
        await opened(page)
        await say(page, "before")
        await expect(messages(page)).to_have_count(2)
        site.line.kept.values.clear()
        await page.evaluate("sockets.at(-1).close(); 0")
        await say(page, "after")
        await expect(messages(page)).to_have_count(2)
        texts = await messages(page).locator(".bubble").all_text_contents()

    assert texts == ["after", "Noted: after"]
    assert len(site.line.homes) == 2


async def test_two_tabs_show_the_same(browser: Browser) -> None:
    async with chat() as site, open_page(browser, site.origin) as one:
        await opened(one)
        two = await one.context.new_page()
        await two.goto(site.origin)
        await expect(two.locator(".online")).to_be_attached()
        await say(two, "/book")
        await expect(messages(one)).to_have_count(2)
        await one.get_by_role("button", name="Today").click()
        await expect(messages(two)).to_have_count(4)
        await expect(two.get_by_role("button", name="Today")).to_be_hidden()

    assert len(site.line.homes) == 1


async def test_where_sockets_are_blocked_the_chat_goes_on_by_polling(browser: Browser) -> None:
    async with chat() as site, open_page(browser) as page:
        await page.add_init_script("globalThis.blocked = true")
        await page.goto(site.origin)
        await page.get_by_role("button", name="Open chat").click()
        await expect(page.locator(".online")).to_be_attached(timeout=20_000)
        await say(page, "by post")
        await expect(messages(page)).to_have_count(2)
        texts = await messages(page).locator(".bubble").all_text_contents()

    assert texts == ["by post", "Noted: by post"]


async def test_the_widget_follows_a_link_and_tells_where_words_came_from(browser: Browser) -> None:
    async with chat() as site, open_page(browser, site.origin) as page:
        await opened(page)
        await say(page, "hello")
        await expect(messages(page)).to_have_count(2)
        (guest,) = site.line.logs
        host = ConversationId("host")
        site.line.time.forward(minutes=1)
        site.line.link(guest, host)
        site.line.say(host, "Linked.")
        site.line.append(
            host,
            "message",
            {"id": "t", "role": "user", "text": "From my phone", "connector": "telegram"},
        )
        await expect(messages(page)).to_have_count(4)
        await expect(page.get_by_text("Your chats are now one conversation.")).to_be_visible()
        via = await messages(page).last.locator(".via").text_content()
        await say(page, "on we go")
        await expect(messages(page)).to_have_count(6)

    assert via == "via Telegram"
    assert site.line.log(host)[-1].body["text"] == "Noted: on we go"


async def test_the_keyboard_is_enough(browser: Browser) -> None:
    async with chat() as site, open_page(browser, site.origin) as page:
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(field(page)).to_be_focused()
        await expect(page.locator(".online")).to_be_attached()
        await page.keyboard.type("two")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("lines")
        await page.keyboard.press("Enter")
        await expect(messages(page).first.locator(".bubble")).to_have_text("two\nlines")
        await page.keyboard.type("/boo")
        options = page.get_by_role("listbox", name="Commands").get_by_role("option")
        await expect(options).to_have_count(2)
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Tab")
        await expect(field(page)).to_have_value("/bookings ")
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("listbox")).to_be_hidden()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_be_hidden()
        await expect(page.get_by_role("button", name="Open chat")).to_be_focused()

    assert site.line.accepted[0].text == "two\nlines"


async def test_enter_in_the_palette_runs_the_command(browser: Browser) -> None:
    async with chat() as site, open_page(browser, site.origin) as page:
        await opened(page)
        await field(page).press_sequentially("/")
        await expect(page.get_by_role("option")).to_have_count(3)
        await field(page).press("Enter")
        await expect(messages(page)).to_have_count(2)

    assert site.line.accepted[0].text == "/book"


async def test_hostile_texts_are_shown_as_text(browser: Browser) -> None:
    texts = [
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "\u202eright to left",
        "Z\u0351\u036b\u0343a\u0363\u0368l\u0348g\u0352o",
        "*stars* stay",
    ]
    async with chat() as site, open_page(browser, site.origin) as page:
        await opened(page)
        for text in texts:
            await say(page, text)
        await expect(messages(page)).to_have_count(10)
        shown = await page.locator(".mine .bubble").all_text_contents()
        links = await page.get_by_role("region").get_by_role("link").count()
        images = await page.locator("threadline-chat img").count()
        violations = await page.evaluate("violations")

    assert shown == texts
    assert (links, images, violations) == (0, 0, [])


async def test_addresses_become_links_that_tell_nothing(browser: Browser) -> None:
    async with chat() as site, open_page(browser, site.origin) as page:
        await opened(page)
        await say(page, "see https://example.org/a?b=1.")
        link = page.locator(".mine").get_by_role("link")
        await expect(link).to_have_attribute("href", "https://example.org/a?b=1")
        rel = await link.get_attribute("rel")

    assert rel == "noopener noreferrer nofollow"


async def test_each_new_message_is_announced_once_and_history_never(browser: Browser) -> None:
    watch = """() => {
      const log = document.querySelector("threadline-chat").shadowRoot.querySelector("[role=log]");
      new MutationObserver((changes) => changes.forEach((change) =>
        change.addedNodes.forEach((added) => said.push(added.textContent)))
      ).observe(log, {childList: true});
    }"""
    heard = """async (text) => {
      while (!said.join().includes(text)) await new Promise(requestAnimationFrame);
    }"""
    async with chat() as site, open_page(browser, site.origin) as page:
        await opened(page)
        await page.evaluate(watch)
        await say(page, "hello")
        await page.evaluate(heard, "Mira: Noted: hello")
        first = " ".join(await page.evaluate("said"))
        await page.reload()
        await page.evaluate(watch)
        await expect(messages(page)).to_have_count(2)
        await expect(page.locator(".online")).to_be_attached()
        await say(page, "again")
        await page.evaluate(heard, "again")
        second = " ".join(await page.evaluate("said"))

    assert first.count("Noted: hello") == 1
    assert "hello" not in second


async def test_answers_to_a_closed_chat_are_counted_on_the_launcher(browser: Browser) -> None:
    async with chat() as site, open_page(browser, site.origin) as page:
        await opened(page)
        await say(page, "hello")
        await expect(messages(page)).to_have_count(2)
        await page.get_by_role("dialog").get_by_role("button", name="Close chat").click()
        (conversation,) = site.line.logs
        site.line.say(conversation, "By the way")
        unread = page.get_by_role("button", name="Open chat, 1 unread message")
        await expect(unread).to_be_visible()
        await page.reload()
        await expect(unread).to_be_visible()
        await unread.click()
        await expect(messages(page)).to_have_count(3)
        await expect(page.get_by_role("button", name="unread")).to_have_count(0)


async def test_a_thousand_messages_are_paged_without_a_jump(browser: Browser) -> None:
    async with chat(INLINE) as site, open_page(browser) as page:
        await page.goto(site.origin)
        await expect(page.locator(".online")).to_be_attached()
        (user,) = site.line.homes
        for n in range(200):
            site.line.say(site.line.homes[user], f"number {n}")
        await expect(messages(page)).to_have_count(200)
        await page.reload()
        await expect(messages(page)).to_have_count(50)
        jump = await page.evaluate("""async () => {
          const root = document.querySelector("threadline-chat").shadowRoot;
          const box = root.querySelector(".transcript");
          box.scrollTop = 40;
          const first = root.querySelector(".message");
          const top = first.getBoundingClientRect().top;
          while (root.querySelectorAll(".message").length === 50)
            await new Promise(requestAnimationFrame);
          await new Promise(requestAnimationFrame);
          await new Promise(requestAnimationFrame);
          return Math.abs(first.getBoundingClientRect().top - top);
        }""")
        await expect(messages(page)).to_have_count(100)
        first = await messages(page).first.locator(".bubble").text_content()

    assert jump <= 2
    assert first == "number 100"


async def test_a_server_that_comes_back_is_found_within_six_seconds(browser: Browser) -> None:
    line = booking(MemoryLine())
    async with open_page(browser) as page:
        async with open_site(SETTINGS, line=line, pages={"/": html()}) as site:
            await page.goto(site.origin)
            await opened(page)
            await say(page, "/book")
            await expect(messages(page)).to_have_count(2)
            port = site.server.port
        await expect(page.get_by_text("Connecting again.")).to_be_visible()
        await say(page, "while away")
        (conversation,) = line.logs
        line.say(conversation, "Said while away")
        async with open_site(SETTINGS, line=line, pages={"/": html()}, port=port):
            async with asyncio.timeout(8):
                await expect(messages(page)).to_have_count(5)
            texts = await messages(page).locator(".bubble").all_text_contents()

    assert texts[2:] == ["Said while away", "while away", "Noted: while away"]


async def test_a_hostile_page_style_changes_nothing(browser: Browser) -> None:
    box = """getComputedStyle(document.querySelector("threadline-chat").shadowRoot
      .querySelector(".launcher")).cssText"""
    hostile = """() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`* {all: unset !important; color: red !important}
        button {display: none !important}`);
      document.adoptedStyleSheets = [sheet];
    }"""
    async with chat() as site, open_page(browser, site.origin) as page:
        launcher = page.get_by_role("button", name="Open chat")
        await expect(launcher).to_be_visible()
        before = await page.evaluate(box), await launcher.bounding_box()
        await page.evaluate(hostile)
        after = await page.evaluate(box), await launcher.bounding_box()

    assert before == after


async def test_nothing_is_cut_off_on_a_phone_and_at_320_pixels(browser: Browser) -> None:
    for width in (390, 320):
        async with chat() as site:
            size = {"width": width, "height": 640}
            async with open_page(browser, site.origin, viewport=size) as page:
                await opened(page)
                await say(page, "/book")
                await say(page, "averyveryverylongwordthatcannotbebroken" * 4)
                await expect(messages(page)).to_have_count(4)
                panel = await page.get_by_role("dialog").bounding_box()
                overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
                inside = await page.locator(".transcript").evaluate(
                    "(box) => box.scrollWidth - box.clientWidth"
                )

        assert panel == {"x": 0, "y": 0, **size}
        assert (overflow, inside) == (0, 0)


async def test_the_token_is_in_no_address(browser: Browser) -> None:
    addresses: list[str] = []
    async with chat() as site, open_page(browser) as page:
        page.on("request", lambda request: addresses.append(request.url))
        page.on("websocket", lambda socket: addresses.append(socket.url))
        await page.goto(site.origin)
        await opened(page)
        await say(page, "hello")
        await expect(messages(page)).to_have_count(2)
        token = await page.evaluate("localStorage.getItem('threadline:web:token')")

    assert re.fullmatch(r"[\w-]{43}", token)
    assert len(addresses) > 3
    assert not any(token in address for address in addresses)


async def test_an_accent_that_cannot_be_read_is_darkened(browser: Browser) -> None:
    async with chat() as site, open_page(browser, site.origin) as page:
        shades = await page.evaluate("""async () => {
          const { readable } = await import("/web/widget.js");
          return ["#ffcc00", "#0b6e63", "#fc0", "rebeccapurple"].map((c) => readable(c, ""));
        }""")

    assert shades[1] == "#0b6e63"
    assert shades[3] == "rebeccapurple"
    assert shades[0] == shades[2]
    assert contrast_with_white(shades[0]) >= 4.5


def contrast_with_white(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


async def test_a_half_open_socket_is_noticed_within_thirty_seconds(browser: Browser) -> None:
    stall = """() => {
      const socket = sockets.at(-1);
      socket.send = () => {};
      socket.onmessage = null;
    }"""
    async with chat() as site, open_page(browser) as page:
        await page.clock.install()
        await page.goto(site.origin)
        await opened(page)
        await page.evaluate(stall)
        await say(page, "into the void")
        await page.clock.run_for(30_000)
        await expect(messages(page)).to_have_count(2)
        sockets = await page.evaluate("sockets.length")

    assert sockets == 2
    assert [m.text for m in site.line.accepted] == ["into the void"]


async def test_the_accessibility_tree_names_every_part(browser: Browser) -> None:
    async with chat() as site, open_page(browser, site.origin) as page:
        await opened(page)
        await say(page, "/book")
        await expect(messages(page)).to_have_count(2)
        dialog = page.get_by_role("dialog", name="Mira")
        article = dialog.get_by_role("article", name=re.compile(r"^Mira, \d+:\d\d"))
        await expect(article).to_have_count(1)
        await expect(article.get_by_role("group", name="Suggested replies")).to_be_visible()
        await expect(dialog.get_by_role("textbox", name="Message")).to_be_visible()
        await expect(page.get_by_role("log")).to_have_count(1)
        await expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
        await expect(page.get_by_role("banner")).to_have_count(0)
        await expect(page.get_by_role("contentinfo")).to_have_count(0)
        inside = await page.get_by_role("region", name="Conversation").get_by_role("log").count()

    assert inside == 0
