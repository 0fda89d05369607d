"""The sandbox's page as a person uses it: type, tap, read, kill."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Browser, Locator, Page, expect

from tests.connectors.webchat.browser import open_page

PANES = ("slack", "telegram", "whatsapp", "web")
PATIENCE = 30  # seconds, for an answer on a machine that has much else to do
LOOK_EVERY = 0.1
# the web chat's bubbles and chips beside those of the emulated apps
_READ = """messages => messages.map(message => ({
  id: message.dataset.id ?? `${message.dataset.seq} ${message.dataset.at}`,
  isBot: message.dataset.from === "bot",
  text: [...message.querySelectorAll(".text, .bubble:not(:has(.text))")]
    .map(part => part.textContent).join("\\n"),
  buttons: [...message.querySelectorAll(".buttons button, .chip")]
    .filter(button => button.checkVisibility()).map(button => button.textContent),
}))"""


@dataclass(frozen=True, slots=True)
class Said:
    """A message as a pane shows it."""

    id: str
    is_bot: bool
    text: str
    buttons: tuple[str, ...]


@dataclass(slots=True)
class Screen:
    """The open page; remembers what was read of each pane."""

    page: Page
    _read: dict[str, set[str]] = field(default_factory=lambda: {pane: set() for pane in PANES})

    def pane(self, pane: str) -> Locator:
        return self.page.locator(f"[data-pane={pane}]")

    def messages(self, pane: str) -> Locator:
        return self.pane(pane).locator("[data-role=message]")

    async def all_said(self, pane: str) -> Sequence[Said]:
        """List what a pane shows, oldest first."""
        return [
            Said(one["id"], one["isBot"], one["text"], tuple(one["buttons"]))
            for one in await self.messages(pane).evaluate_all(_READ)
        ]

    async def says(self, pane: str, text: str) -> None:
        """Type a message and press Enter."""
        box = self.pane(pane).locator("textarea")
        await box.fill(text)
        await box.press("Enter")

    async def loses_buttons(self, pane: str, said: Said) -> None:
        """Wait until a message shows nothing to press any more."""
        message = self.pane(pane).locator(f"[data-role=message][data-id='{said.id}']")
        await expect(message.get_by_role("button")).to_have_count(0, timeout=60_000)

    async def taps(self, pane: str, label: str) -> None:
        """Press the newest button of that label."""
        messages = self.messages(pane)
        await messages.get_by_role("button", name=label, exact=True).last.click()

    async def taps_at_once(self, label: str, *panes: str) -> None:
        """Press the newest buttons of that label in several panes, each twice, in one moment."""
        buttons = [
            await self.messages(pane)
            .get_by_role("button", name=label, exact=True)
            .last.element_handle()
            for pane in panes
        ]
        await self.page.evaluate(
            "all => all.forEach(one => { one.click(); one.click(); })", buttons
        )

    async def sees(self, pane: str, *words: str, buttons: Sequence[str] = ()) -> Said:
        """Wait for a message of the bot that was not read yet; read up to and including it."""
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self._find(pane, words, buttons)
                while found is None:
                    await asyncio.sleep(LOOK_EVERY)
                    found = await self._find(pane, words, buttons)
        except TimeoutError:
            shown = [said.text for said in await self.all_said(pane)]
            raise AssertionError(f"no new {words} {buttons} in {pane}, but: {shown}") from None
        return found

    async def _find(self, pane: str, words: Sequence[str], buttons: Sequence[str]) -> Said | None:
        read = self._read[pane]
        passed = []
        for said in await self.all_said(pane):
            passed.append(said.id)
            has_words = all(word in said.text for word in words)
            has_buttons = all(label in said.buttons for label in buttons)
            if said.is_bot and said.id not in read and has_words and has_buttons:
                read.update(passed)
                return said
        return None

    async def sees_somewhere(self, words: str, *panes: str) -> None:
        """Wait for a message of the bot with these words in any of some panes."""
        messages = self.messages(panes[0])
        for pane in panes[1:]:
            messages = messages.or_(self.messages(pane))
        await expect(messages.filter(has_text=words)).not_to_have_count(0, timeout=60_000)

    async def is_online(self) -> None:
        """Wait until the web chat is connected."""
        await expect(self.pane("web").locator(".online")).to_be_attached(timeout=60_000)

    async def running(self, *, not_as: str | None = None) -> str:
        """Wait until the bot runs, as another process than ``not_as``; tells its process id."""
        status = self.page.locator("[data-role=status]")
        await expect(status).to_have_attribute("data-phase", "running", timeout=60_000)
        other = rf"(?!{not_as}\b)" if not_as else ""
        facts = self.page.locator("[data-role=facts]")
        await expect(facts).to_have_text(re.compile(rf"^pid {other}\d+"), timeout=60_000)
        await expect(status).to_have_attribute("data-phase", "running", timeout=60_000)
        return (await facts.inner_text()).split()[1].rstrip(",")

    async def kill(self) -> None:
        """Let the bot crash (SIGKILL) and wait until it runs again."""
        killed = await self.running()
        await self.page.get_by_role("button", name="Kill bot").click()
        await self.running(not_as=killed)

    async def breaks(self, pane: str, fault: str) -> None:
        """Press a button of a pane's menu of faults."""
        menu = self.pane(pane).locator(".faults")
        await menu.locator("summary").click()
        button = menu.get_by_role("button", name=fault)
        armed = int(await button.get_attribute("data-armed") or 0)
        await button.click()
        await expect(button).to_have_attribute("data-armed", str(armed + 1))
        await self.page.keyboard.press("Escape")


@asynccontextmanager
async def open_screen(browser: Browser, url: str) -> AsyncIterator[Screen]:
    """Open the page in a fresh profile, 1440 by 900; the bot runs when the block begins."""
    viewport = {"width": 1440, "height": 900}
    async with open_page(browser, url, viewport=viewport) as page:
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        screen = Screen(page)
        await screen.running()
        await screen.is_online()
        yield screen
        assert await page.evaluate("violations") == []
        assert complaints == []
