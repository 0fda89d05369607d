"""Nobody but the platform is heard, and nobody learns a secret: a part of `ConnectorContract`."""

import traceback
from dataclasses import replace

import pytest

from bot.errors import RequestRejectedError
from bot.testing.contracts.hooks import Platform, secrets_of, where
from bot.testing.contracts.samples import GARBAGE, SLIP
from bot.testing.contracts.workbench import NAME, Workbench

ODD_PROOFS = ("", " ", "é", "\udcff", "0" * 100_000, "sha256=", "Basic ?", "v0=", "-1", "\0")


class ProofContract(Platform):
    """Requests are verified before they are read, in whatever way the platform proves itself."""

    async def test_a_forged_request_is_rejected(self, bench: Workbench) -> None:
        await bench.emulator.says(bench.person, "hello")
        genuine = bench.requests[0]

        with pytest.raises(RequestRejectedError) as forged:
            await bench.connector.receive(self.forged(genuine))

        assert forged.value.status in {401, 403}

    async def test_an_unsigned_request_is_rejected(self, bench: Workbench) -> None:
        await bench.emulator.says(bench.person, "hello")

        with pytest.raises(RequestRejectedError):
            await bench.connector.receive(self.unsigned(bench.requests[0]))

    async def test_the_proof_of_another_bot_is_rejected(self, bench: Workbench) -> None:
        await bench.emulator.says(bench.person, "hello")

        async with bench.connect(NAME, self.wrong_settings(bench)) as stranger:
            with pytest.raises(RequestRejectedError):
                await stranger.receive(bench.requests[0])

    async def test_a_proof_covers_its_own_body_only(self, bench: Workbench) -> None:
        if not self.signs_bodies:
            pytest.skip("does not apply: the platform signs no bodies")
        await bench.emulator.says(bench.person, "hello")
        genuine = bench.requests[0]

        for body in (genuine.body + b" ", genuine.body[:-1], b""):
            with pytest.raises(RequestRejectedError):
                await bench.connector.receive(replace(genuine, body=body))

    async def test_an_old_request_is_not_heard_again(self, bench: Workbench) -> None:
        await bench.emulator.says(bench.person, "hello")
        stale = self.stale(bench, bench.requests[0].body)
        if stale is None:
            pytest.skip("does not apply: the platform's requests tell no time")

        with pytest.raises(RequestRejectedError):
            await bench.connector.receive(stale)

    async def test_odd_proofs_are_rejected_like_any_other(self, bench: Workbench) -> None:
        await bench.emulator.says(bench.person, "hello")
        genuine = bench.requests[0]

        for name in self.proofs(genuine):
            for odd in ODD_PROOFS:
                headers = {**genuine.headers, name: odd}
                with pytest.raises(RequestRejectedError):
                    await bench.connector.receive(replace(genuine, headers=headers))

    async def test_a_rejection_tells_neither_secret_nor_words(self, bench: Workbench) -> None:
        await bench.emulator.says(bench.person, SLIP)

        with pytest.raises(RequestRejectedError) as rejected:
            await bench.connector.receive(self.forged(bench.requests[0]))

        told = "".join(traceback.format_exception_only(rejected.value))
        assert not [secret for secret in [*secrets_of(bench), SLIP] if secret in told]

    @pytest.mark.parametrize("body", GARBAGE)
    async def test_genuine_garbage_is_kept_as_unreadable(
        self, bench: Workbench, body: bytes
    ) -> None:
        request = self.signed(bench, body)

        received = await bench.connector.receive(request)
        again = await bench.connector.receive(request)

        assert received.response.status == 200
        assert not received.messages
        (letter,) = received.unreadable
        assert letter.body == body
        assert [again.event_id for again in again.unreadable] == [letter.event_id]

    @pytest.mark.parametrize("body", GARBAGE)
    async def test_forged_garbage_is_rejected_before_it_is_read(
        self, bench: Workbench, body: bytes
    ) -> None:
        request = self.forged(self.signed(bench, body))

        with pytest.raises(RequestRejectedError):
            await bench.connector.receive(request)

    async def test_no_secret_is_seen_in_what_a_connector_is_made_of(self, bench: Workbench) -> None:
        parts = [bench.connector, *getattr(bench.connector, "__dict__", {}).values()]

        shown = "\n".join(repr(part) for part in parts)

        assert not any(secret in shown for secret in secrets_of(bench))

    async def test_opening_a_connector_calls_nobody(self, bench: Workbench) -> None:
        before = len(bench.front.calls)

        async with bench.connect(NAME, bench.emulator.connector_settings()):
            pass

        assert len(bench.front.calls) == before

    @where("routes", lambda connector: bool(connector.routes))
    async def test_other_methods_and_paths_are_no_messages(self, bench: Workbench) -> None:
        await bench.emulator.says(bench.person, "hello")
        genuine = bench.requests[0]

        for request in (replace(genuine, method="GET", body=b""), self.unsigned(genuine)):
            try:
                received = await bench.connector.receive(request)
            except RequestRejectedError:
                continue
            assert not received.messages
