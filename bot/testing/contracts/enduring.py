"""What a connector does when its platform is in trouble: a part of `ConnectorContract`."""

import asyncio
import traceback
from datetime import timedelta
from typing import Protocol, runtime_checkable

import pytest
import structlog

from bot.errors import (
    BlockedError,
    ConnectorError,
    PermanentSendError,
    TransientSendError,
)
from bot.model.messages import OutboundMessage
from bot.ports.emulators import Faults
from bot.testing.contracts.hooks import Platform, secrets_of
from bot.testing.contracts.samples import SLIP
from bot.testing.contracts.troubles import Trouble, time_machine
from bot.testing.contracts.workbench import NAME, Workbench

ANSWER = OutboundMessage(text="Booked.")
LONG_WAIT = 120.0
"""Seconds of the loop's clock; no send may last as long."""

LONG = " ".join(f"word{number:05d}" for number in range(4000))
"""More than one message on most platforms."""


@runtime_checkable
class Blocking(Protocol):
    """An emulator whose app can shut the bot out."""

    async def blocks(self, person: str) -> None:
        """Shut the bot out, until the person writes again."""
        ...


class TroubleContract(Platform):
    """Errors are of the declared kinds, nothing hangs, nothing is said twice for no reason."""

    @pytest.mark.parametrize("trouble", [Trouble.BROKEN, Trouble.RESET], ids=str)
    async def test_a_platform_in_trouble_may_be_asked_again(
        self, bench: Workbench, trouble: Trouble
    ) -> None:
        message = await bench.hears("hello")
        self.upset(bench, trouble)

        with pytest.raises(TransientSendError):
            await bench.answers(ANSWER, message)

        await bench.answers(ANSWER, message)
        assert [seen.text for seen in bench.replies] == ["Booked."]

    async def test_an_answer_that_is_none_of_the_platforms_counts_as_none_or_as_taken(
        self, bench: Workbench
    ) -> None:
        message = await bench.hears("hello")
        self.upset(bench, Trouble.GARBAGE)

        try:
            receipt = await bench.answers(ANSWER, message)
        except TransientSendError:
            await bench.answers(ANSWER, message)
            assert [seen.text for seen in bench.replies] == ["Booked."]
        else:
            assert receipt.provider_id is None

    async def test_a_platform_that_never_answers_is_not_waited_for(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        self.upset(bench, Trouble.HANG)

        async def attempt() -> None:
            with pytest.raises(TransientSendError):
                await bench.answers(ANSWER, message)

        with time_machine() as travel:
            async with asyncio.TaskGroup() as group:
                group.create_task(attempt())
                await bench.front.hung.wait()
                travel(LONG_WAIT)

    async def test_a_redirect_takes_no_secret_along(self, bench: Workbench) -> None:
        if not self.over_http:
            pytest.skip("does not apply: the platform is not called over HTTP")
        message = await bench.hears("hello")
        self.upset(bench, Trouble.ELSEWHERE)

        with pytest.raises(ConnectorError):
            await bench.answers(ANSWER, message)

        secrets = secrets_of(bench)
        assert not [one for one in bench.front.stolen for secret in secrets if secret in repr(one)]

    async def test_a_platform_that_asks_to_slow_down_is_obeyed(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        bench.emulator.faults = Faults(throttle=1)

        with pytest.raises(TransientSendError) as slow:
            await bench.answers(ANSWER, message)

        assert slow.value.retry_after is None or slow.value.retry_after > timedelta(0)
        assert not bench.replies

    async def test_an_address_that_cannot_be_is_refused_for_good(self, bench: Workbench) -> None:
        message = await bench.hears("hello")

        with pytest.raises(PermanentSendError):
            await bench.connector.send(ANSWER, self.nowhere(message.sender), {})

        assert not bench.replies

    async def test_who_shut_the_bot_out_is_told_apart(self, bench: Workbench) -> None:
        emulator = bench.emulator
        if not isinstance(emulator, Blocking):
            pytest.skip("does not apply: nobody can block the bot on the emulator")
        message = await bench.hears("hello")
        await emulator.blocks(bench.person)

        with pytest.raises(BlockedError):
            await bench.answers(ANSWER, message)

    async def test_an_attempt_that_failed_half_way_goes_on_where_it_was(
        self, bench: Workbench
    ) -> None:
        message = await bench.hears("hello")
        answer = OutboundMessage(text=LONG)
        self.upset(bench, Trouble.BROKEN, after=1)

        try:
            await bench.answers(answer, message)
        except TransientSendError:
            await bench.answers(answer, message)

        words = " ".join(seen.text for seen in bench.replies).split()
        assert words == LONG.split()

    async def test_a_cancelled_send_leaves_the_connector_whole(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        self.upset(bench, Trouble.HANG)

        async with asyncio.TaskGroup() as group:
            sending = group.create_task(bench.answers(ANSWER, message))
            await bench.front.hung.wait()
            sending.cancel()

        assert sending.cancelled()
        bench.front.release()
        await bench.answers(OutboundMessage(text="After all."), message)
        assert bench.replies[-1].text == "After all."

    async def test_sends_at_the_same_time_do_not_mix(self, bench: Workbench) -> None:
        message = await bench.hears("hello")

        async with asyncio.TaskGroup() as group:
            for number in range(6):
                one = OutboundMessage(text=f"part {number}")
                hints = {**message.hints, "client_id": f"AAAAAAAAAA{number}"}
                group.create_task(bench.connector.send(one, message.sender, hints))

        assert {seen.text for seen in bench.replies} == {f"part {number}" for number in range(6)}
        assert len(bench.replies) == 6

    async def test_wrong_credentials_are_no_reason_to_try_for_ever(self, bench: Workbench) -> None:
        message = await bench.hears("hello")

        async with bench.connect(NAME, self.wrong_settings(bench)) as stranger:
            with pytest.raises(PermanentSendError):
                await bench.answers(ANSWER, message, by=stranger)

        assert not bench.replies

    async def test_no_trouble_brings_a_secret_or_a_word_into_an_error_or_a_log(
        self, bench: Workbench, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG")
        told = []
        with structlog.testing.capture_logs() as events:
            message = await bench.hears(SLIP)
            for trouble in (Trouble.BROKEN, Trouble.GARBAGE, Trouble.RESET):
                self.upset(bench, trouble)
                try:
                    await bench.answers(OutboundMessage(text=SLIP), message)
                except ConnectorError as error:
                    told += traceback.format_exception(error)
            await bench.answers(OutboundMessage(text=SLIP), message)

        lines = "\n".join([*told, repr(events), *map(self._line, caplog.records)])
        assert len(told) > 2
        assert not [secret for secret in secrets_of(bench) if secret in lines]
        assert SLIP not in "\n".join([repr(events), *map(self._line, caplog.records)])

    def _line(self, record: object) -> str:
        """Write what a connector's own log says; the emulator is the platform's, not ours."""
        name, words = getattr(record, "name", ""), getattr(record, "getMessage", str)()
        return "" if "emulator" in name or name.startswith("aiohttp.access") else str(words)

    async def test_a_connector_leaves_no_task_behind(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        before = asyncio.all_tasks()

        async with bench.connect(NAME, bench.emulator.connector_settings()) as another:
            await bench.answers(ANSWER, message, by=another)

        left = asyncio.all_tasks() - before
        assert not [task for task in left if not self._is_the_platforms(task)]

    def _is_the_platforms(self, task: asyncio.Task[object]) -> bool:
        """Tell whether a task serves the emulator: its own, or that of a server's library."""
        return any(one in repr(task) for one in ("aiohttp", "aiosmtpd", "emulator"))
