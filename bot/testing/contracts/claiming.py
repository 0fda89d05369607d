"""What a connector claims of its platform is true: a part of `ConnectorContract`.

Each flag of `bot.Capabilities` and each optional protocol has a check here or in the other parts.
"""

import json

import pytest

from bot.errors import WindowClosedError
from bot.model.ids import BlobId, PromptId
from bot.model.messages import Form, FormField, OutboundMessage, SentFile, ShownCard
from bot.ports.connectors import Attending, Inviting, Menu, NativeCommand, Syncing
from bot.ports.emulators import Filling
from bot.testing.contracts.hooks import Platform, able, claiming, secrets_of, where
from bot.testing.contracts.samples import options_of
from bot.testing.contracts.showing import written
from bot.testing.contracts.workbench import Workbench

PROMPT = PromptId("AAAAAAAAAAA")
CONTROLS = frozenset({"date", "time", "phone", "place"})
FORM = Form(
    title="Book a table",
    fields=(
        FormField(name="day", label="Day", kind="date", value="2026-11-20"),
        FormField(name="guests", label="Guests", kind="number"),
        FormField(name="note", label="Anything else", required=False),
    ),
)
MENU = Menu(
    title="Trattoria",
    commands={"": (NativeCommand(name="book", summary="Book a table", usage="[guests] [day]"),)},
    umbrella="trattoria",
    public_url="https://bot.example.test",
)


class ClaimContract(Platform):
    """`bot.fit` and the runtime go by what is claimed, so it must be exactly what is there."""

    async def test_the_capabilities_make_sense(self, bench: Workbench) -> None:
        capabilities = bench.connector.capabilities

        assert bench.connector.kind == bench.emulator.kind
        assert capabilities.max_text >= 160
        assert bool(capabilities.max_buttons) == bool(capabilities.max_button_label)
        assert bool(capabilities.max_rows) == bool(capabilities.max_row_label)
        assert (capabilities.max_text_with_options or 1) <= capabilities.max_text
        assert capabilities.max_caption <= capabilities.max_text
        assert capabilities.controls <= CONTROLS
        assert capabilities.files or not capabilities.max_caption

    async def test_read_marks_and_typing_are_claimed_by_those_who_can(
        self, bench: Workbench
    ) -> None:
        capabilities = bench.connector.capabilities

        attends = isinstance(bench.connector, Attending)
        assert attends == (capabilities.typing or capabilities.reads)

    @able("attend")
    async def test_attending_shows_no_message_and_may_be_repeated(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        connector = bench.connector
        assert isinstance(connector, Attending)

        for busy in (False, True, True):
            await connector.attend(message.sender, message.hints, busy=busy)

        assert not bench.replies
        await bench.answers(OutboundMessage(text="Here."), message)
        assert [seen.text for seen in bench.replies] == ["Here."]

    @claiming("edits")
    async def test_a_message_takes_the_place_of_another(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        asked = OutboundMessage(text="Shall I?", options=options_of("Yes", "No"))
        receipt = await bench.answers(asked, message)
        assert receipt.provider_id is not None

        closed = OutboundMessage(text="Shall I? Yes", replaces=receipt.provider_id)
        for _ in range(2):  # what is tried again must not show twice
            await bench.answers(closed, message)

        (seen,) = bench.replies
        assert (seen.text, seen.buttons) == ("Shall I? Yes", ())
        assert seen.id == receipt.provider_id

    @claiming("edits")
    async def test_an_edit_leaves_the_other_messages_alone(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        first = await bench.answers(OutboundMessage(text="Looking …"), message)
        await bench.answers(OutboundMessage(text="Meanwhile."), message)

        found = OutboundMessage(text="Found: 5 < 6 & *so*", replaces=first.provider_id)
        await bench.answers(found, message)

        assert [seen.text for seen in bench.replies] == ["Found: 5 < 6 & *so*", "Meanwhile."]

    @claiming("forms")
    async def test_a_form_comes_back_filled_in(self, bench: Workbench) -> None:
        emulator = bench.emulator
        if not isinstance(emulator, Filling):
            pytest.skip("does not apply: the emulator's app opens no forms")
        message = await bench.hears("hello")
        asked = OutboundMessage(text="Which day?", prompt=PROMPT, form=FORM)
        await bench.answers(asked, message)
        label = next(label for label in bench.replies[-1].buttons if label == FORM.label)
        await emulator.taps(bench.person, bench.replies[-1].id, label)

        assert not await emulator.fills(bench.person, {"guests": "4"})

        filled = bench.messages[-1].form
        assert filled is not None
        assert filled.prompt == PROMPT
        assert filled.values["guests"] == "4"
        assert bench.messages[-1].sender == message.sender

    @where("no forms", lambda connector: not connector.capabilities.forms)
    async def test_a_form_that_cannot_be_shown_leaves_its_question(self, bench: Workbench) -> None:
        message = await bench.hears("hello")

        await bench.answers(OutboundMessage(text="Which day?", prompt=PROMPT, form=FORM), message)

        assert [seen.text for seen in bench.replies] == ["Which day?"]

    @claiming("files")
    async def test_a_file_is_shown(self, bench: Workbench) -> None:
        message = await bench.hears("hello")

        await bench.answers(OutboundMessage(text="Here.", files=(self._file(),)), message)

        assert [file.data for seen in bench.replies for file in seen.files] == [self._file().data]

    @where("no files", lambda connector: not connector.capabilities.files)
    async def test_a_file_that_cannot_be_shown_is_named(self, bench: Workbench) -> None:
        message = await bench.hears("hello")

        await bench.answers(OutboundMessage(text="Here.", files=(self._file(),)), message)

        assert "menu.pdf" in written(bench)

    @claiming("max_caption")
    async def test_words_under_a_file_are_as_long_as_claimed(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        longest = min(bench.connector.capabilities.max_caption, 20_000)

        answer = OutboundMessage(text="x" * longest, files=(self._file(),))
        await bench.answers(answer, message)

        (seen,) = bench.replies
        assert seen.text.count("x") == longest + "menu.pdf".count("x")
        assert len(seen.files) == 1

    @claiming("cards")
    async def test_a_card_with_buttons_is_one_message(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        card = ShownCard(title="Trattoria", text="Open")

        answer = OutboundMessage(text="Found.", card=card, options=options_of("Book"))
        await bench.answers(answer, message)

        assert bench.replies[-1].buttons == ("Book",)
        assert "Trattoria" in repr(bench.replies[-1].raw)

    @claiming("controls")
    async def test_a_control_that_is_claimed_is_drawn(self, bench: Workbench) -> None:
        message = await bench.hears("hello")

        for kind in sorted(bench.connector.capabilities.controls):
            field = FormField(name="it", label="Which?", kind=kind)
            plain = OutboundMessage(text="Which?", prompt=PROMPT)
            await bench.answers(plain, message)
            await bench.answers(OutboundMessage(text="Which?", prompt=PROMPT, asks=field), message)
            without, with_it = (len(json.dumps(seen.raw)) for seen in bench.replies[-2:])
            assert with_it > without, kind

    @claiming("receipts")
    async def test_what_became_of_a_message_is_reported(self, bench: Workbench) -> None:
        message = await bench.hears("hello")

        receipt = await bench.answers(OutboundMessage(text="Booked."), message)
        await bench.emulator.settled()

        reports = [report for received in bench.received for report in received.reports]
        assert receipt.provider_id in {report.provider_id for report in reports}
        assert {report.account for report in reports} == {message.sender.account}

    @claiming("window")
    async def test_what_comes_too_late_is_said_to_be_too_late(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        hints = {**message.hints, "heard_at": "2020-01-01T00:00:00+00:00"}

        try:
            await bench.connector.send(OutboundMessage(text="Late."), message.sender, hints)
        except WindowClosedError:
            assert not bench.replies
        else:  # the platform's own clock is what counts, and it says that the window is open
            assert len(bench.replies) == 1

    @able("invitation")
    async def test_an_invitation_is_a_link_with_the_code_in_it(self, bench: Workbench) -> None:
        connector = bench.connector
        assert isinstance(connector, Inviting)

        link = await connector.invitation("K7QP4M2X")

        assert link is None or ("K7QP4M2X" in link and "://" in link) or link.startswith("mailto:")

    @able("sync")
    async def test_a_dry_run_tells_the_same_each_time_and_no_secret(self, bench: Workbench) -> None:
        connector = bench.connector
        assert isinstance(connector, Syncing)

        first = await connector.sync(MENU, dry_run=True)
        second = await connector.sync(MENU, dry_run=True)

        assert list(first) == list(second)
        assert "book" in "\n".join(first)
        assert not any(secret in "\n".join(first) for secret in secrets_of(bench))

    @able("sync")
    async def test_registering_commands_again_changes_nothing(self, bench: Workbench) -> None:
        connector = bench.connector
        assert isinstance(connector, Syncing)

        await connector.sync(MENU, dry_run=False)
        told = await connector.sync(MENU, dry_run=False)

        assert all(type(line) is str for line in told)
        assert not any(secret in "\n".join(told) for secret in secrets_of(bench))
        assert (await bench.hears("hello")).text == "hello"

    def _file(self) -> SentFile:
        data = b"%PDF-1.7\nthe menu\n"
        blob = BlobId("0" * 64)
        return SentFile(
            blob=blob, name="menu.pdf", mime="application/pdf", size=len(data), data=data
        )
