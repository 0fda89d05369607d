"""What every emulator must do, seen through the connector of its platform.

Subclass `EmulatorContract` with the same fixture ``bench`` as for the connector's contract.
"""

import asyncio

import pytest

from bot.errors import ConnectorError, PermanentSendError, TransientSendError
from bot.model.messages import OutboundMessage
from bot.ports.emulators import Faults
from bot.testing.contracts.samples import SECRETS
from bot.testing.contracts.workbench import NAME, Workbench

ANSWER = OutboundMessage(text="Booked.")


class EmulatorContract:
    """Subclass it and give the fixture ``bench``."""

    def wrong(self, key: str, value: str) -> str:
        """Give a value of the same form that the platform does not know."""
        return f"{value[:-4]}0000" if key in SECRETS else value

    async def test_the_screen_shows_what_was_typed(self, bench: Workbench) -> None:
        await bench.emulator.says(bench.person, "hello <you> & me")

        (seen,) = bench.emulator.screen(bench.person)
        assert (seen.role, seen.text) == ("user", "hello <you> & me")
        assert seen.raw

    async def test_the_screen_keeps_the_order(self, bench: Workbench) -> None:
        message = await bench.hears("first")
        await bench.answers(OutboundMessage(text="second"), message)
        await bench.hears("third")

        screen = bench.emulator.screen(bench.person)
        assert [seen.text for seen in screen] == ["first", "second", "third"]
        assert len({seen.id for seen in screen}) == 3

    async def test_the_wire_log_holds_what_the_connector_sent(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        await bench.answers(OutboundMessage(text="T-1234"), message)

        assert "T-1234" in repr(bench.replies[0].raw)

    async def test_other_persons_see_nothing_of_it(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        await bench.answers(ANSWER, message)

        assert not bench.emulator.screen(f"{bench.person}9")

    async def test_a_change_wakes_who_waits_for_it(self, bench: Workbench) -> None:
        before = await bench.emulator.changed(-1)

        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            waiting = group.create_task(bench.emulator.changed(before))
            group.create_task(bench.emulator.says(bench.person, "hello"))

        assert waiting.result() > before

    async def test_a_failing_call_shows_nothing_and_may_be_tried_again(
        self, bench: Workbench
    ) -> None:
        message = await bench.hears("hello")
        bench.emulator.faults = Faults(fail=1)

        with pytest.raises(TransientSendError):
            await bench.answers(ANSWER, message)

        assert not bench.replies
        assert bench.emulator.faults.fail == 0
        await bench.answers(ANSWER, message)
        assert len(bench.replies) == 1

    async def test_a_throttled_call_may_be_tried_again(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        bench.emulator.faults = Faults(throttle=1)

        with pytest.raises(TransientSendError):
            await bench.answers(ANSWER, message)

        assert not bench.replies
        assert bench.emulator.faults.throttle == 0
        await bench.answers(ANSWER, message)
        assert len(bench.replies) == 1

    async def test_a_dropped_connection_leaves_the_message_and_no_receipt(
        self, bench: Workbench
    ) -> None:
        message = await bench.hears("hello")
        bench.emulator.faults = Faults(drop=1)

        with pytest.raises(TransientSendError):
            await bench.answers(ANSWER, message)

        assert len(bench.replies) == 1
        assert bench.emulator.faults.drop == 0

    async def test_a_duplicated_webhook_is_the_same_event(self, bench: Workbench) -> None:
        bench.emulator.faults = Faults(duplicate=1)

        await bench.emulator.says(bench.person, "hello")
        await bench.emulator.settled()

        assert len(bench.requests) == 2
        assert bench.requests[0].body == bench.requests[1].body
        assert len({message.event_id for message in bench.messages}) == 1
        assert bench.emulator.faults.duplicate == 0

    async def test_what_was_not_answered_is_delivered_again_unchanged(
        self, bench: Workbench
    ) -> None:
        bench.refuse = 2

        await bench.emulator.says(bench.person, "hello")
        await bench.emulator.settled()

        assert len(bench.requests) == 3
        assert len({request.body for request in bench.requests}) == 1
        assert [message.text for message in bench.messages] == ["hello"]

    async def test_wrong_credentials_are_refused(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        table = bench.emulator.connector_settings()
        wrong = {key: self.wrong(key, value) for key, value in table.items()}

        with pytest.raises(ConnectorError) as refused:
            async with bench.connect(NAME, wrong) as stranger:
                await bench.answers(ANSWER, message, by=stranger)

        assert isinstance(refused.value, PermanentSendError)
        assert not bench.replies
        assert not any(wrong[key] in str(refused.value) for key in wrong if key in SECRETS)
