"""What a test or the sandbox changes at Meta itself: numbers, templates, limits, statuses."""

import random
import secrets
from datetime import timedelta

from bot import Body
from connectors.whatsapp.emulator.approved import Approved
from connectors.whatsapp.emulator.webhooks import Number
from connectors.whatsapp.emulator.world import World


class Backstage:
    """WhatsApp Manager and the weather at Meta, in one place."""

    def __init__(self, world: World) -> None:
        self._world = world

    def approve(
        self, name: str, *, body: str, language: str = "en", buttons: tuple[str, ...] = ()
    ) -> None:
        """Approve a template: ``approve("news", body="News: {{1}}", buttons=("Yes", "No"))``."""
        self._world.templates.approve(
            Approved(name=name, language=language, body=body, buttons=buttons)
        )

    def add_number(self) -> str:
        """Give the business one more number; tells its phone_number_id."""
        number = Number(
            phone_number_id=str(secrets.randbelow(9 * 10**14) + 10**14),
            display_phone_number=f"1555{secrets.randbelow(9 * 10**6) + 10**6}",
            business_account_id=self._world.number.business_account_id,
        )
        self._world.numbers[number.phone_number_id] = number
        return number.phone_number_id

    def limit_pairs(self, burst: int) -> None:
        """Refuse more than so many messages to one person at once; 0 lifts the limit."""
        self._world.pairs.burst = burst

    def refuse_at_once(self) -> None:
        """Refuse what comes after the 24 hours at once, instead of reporting it failed later."""
        self._world.refuses_at_once = True

    def forward(self, by: timedelta) -> None:
        """Let time pass on the platform."""
        self._world.ahead += by

    def hold_statuses(self) -> None:
        """Keep statuses back until `release_statuses`."""
        self._world.held = []

    def release_statuses(self, seed: int) -> None:
        """Deliver the statuses that were kept back, shuffled by a seed."""
        held, self._world.held = self._world.held or [], None
        random.Random(seed).shuffle(held)  # noqa: S311 - an order, no secret
        if held:
            self._world.courier.put(*held)

    def menu(self, number: str = "") -> Body:
        """Tell the commands and prompts that a number's chats show."""
        return self._world.menus.get(number or self._world.number.phone_number_id, {})

    def webhook(self, number: str = "") -> str | None:
        """Tell the address that was set for one number's webhooks, in place of the app's."""
        return self._world.overrides.get(number or self._world.number.phone_number_id)
