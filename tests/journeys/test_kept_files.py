"""Files of customers: kept before the turn that takes them ends, shown wherever they speak."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from bot import Context, File, Image, Reply, command
from bot.testing import bot_for
from bot.testing.harness import Harness
from tests.journeys.postcards import PDF, PNG
from tests.journeys.wired import USERS, world_of

METERS = "tests.journeys.meters"
POSTCARDS = "tests.journeys.postcards"
METER = Image("meter.png", data=PNG)


@command
async def forward(ctx: Context) -> Reply:
    """Send on what came with this message."""
    sizes = [str(len(await file.read())) for file in ctx.attachments]
    return Reply(", ".join(sizes), files=ctx.attachments)


@command
def ignore() -> str:
    """Look at nothing."""
    return "Fine."


def forget(bot: Harness, channel: str) -> None:
    """Let a platform forget all files, as WhatsApp does after thirty days."""
    bot.world.fakes[channel].sent.clear()  # type: ignore[attr-defined]  # the fake world's


def kept(bot: Harness) -> list[dict[str, Any]]:
    """List what the log tells of kept files."""
    return [dict(fact.body) for fact in bot.facts.all if fact.kind == "kept"]


def block(bot: Harness) -> None:
    """Put something where the folder of blobs is to be."""
    Path(bot.settings.state.blobs).write_text("in the way")


def unblock(bot: Harness) -> None:
    """Take it away again."""
    Path(bot.settings.state.blobs).unlink()


def on_disk(bot: Harness) -> list[bytes]:
    folder = Path(bot.settings.state.blobs)
    return sorted(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_a_photo_is_read_a_week_later_when_its_platform_has_forgotten_it() -> None:
    async with bot_for(METERS) as bot:
        alice = bot.person("alice", whatsapp="39333", web="v1")
        await alice.whatsapp.says("/reading")
        await alice.whatsapp.sends(METER)
        forget(bot, "whatsapp")
        await bot.restart()
        await bot.clock.forward(days=6)
        await alice.web.says("/reading")
        await alice.web.says("50")

        alice.web.sees(f"Kept 50, {len(PNG)} bytes.")


async def test_the_log_tells_of_kept_files_before_it_tells_the_answer() -> None:
    async with bot_for(POSTCARDS) as bot:
        alice = bot.person("alice", telegram="7")
        await alice.telegram.says("/echo")
        await alice.telegram.sends(Image("../me<1>.png", data=PNG))
        last = [fact for fact in bot.facts.all if fact.kind in {"message", "kept"}][-3:]

        assert [fact.kind for fact in last] == ["message", "kept", "message"]
        (told,) = kept(bot)
        (file,) = told["files"]
        assert (file["name"], file["mime"], file["size"]) == ("me1.png", "image/png", len(PNG))
        assert (told["message"], told["connector"]) == (last[0].body["id"], "telegram")
        assert last[2].body["files"] == [file]
        assert on_disk(bot) == [PNG]


async def test_a_file_that_no_question_asked_for_can_be_read_and_sent_on() -> None:
    async with bot_for(forward) as bot:
        alice = bot.person("alice", telegram="7")
        await alice.telegram.sends(METER, File("bill.pdf", data=PDF), text="/forward")
        shown = [file.data for seen in alice.telegram.screen for file in seen.files]

        assert shown == [PNG, PDF]
        assert [one["name"] for one in kept(bot)[0]["files"]] == ["meter.png", "bill.pdf"]
        assert on_disk(bot) == sorted([PNG, PDF])


async def test_what_nobody_read_stays_with_its_platform() -> None:
    async with bot_for(ignore) as bot:
        alice = bot.person("alice", telegram="7")
        await alice.telegram.sends(METER, text="/ignore")

        alice.telegram.sees("Fine.")
        assert kept(bot) == []
        assert on_disk(bot) == []


async def test_all_files_are_kept_where_bot_toml_says_so() -> None:
    async with bot_for(ignore) as bot:
        state = replace(bot.settings.state, keep_files="all")
        bot.settings = replace(bot.settings, state=state)
        await bot.restart()
        alice = bot.person("alice", telegram="7")
        await alice.telegram.sends(METER, text="/ignore")

        alice.telegram.sees("Fine.")
        assert [one["name"] for one in kept(bot)[0]["files"]] == ["meter.png"]
        assert on_disk(bot) == [PNG]


async def test_an_answer_that_cannot_be_kept_is_asked_for_again() -> None:
    async with bot_for(POSTCARDS) as bot:
        block(bot)
        alice = bot.person("alice", telegram="7")
        await alice.telegram.says("/echo")
        await alice.telegram.sends(METER)
        alice.telegram.sees("I could not get that file. Please send it again.")

        unblock(bot)
        await alice.telegram.sends(METER)

        alice.telegram.sees("Yours.")
        assert on_disk(bot) == [PNG]


async def test_a_refused_file_is_not_kept() -> None:
    async with bot_for(METERS) as bot:
        alice = bot.person("alice", telegram="7")
        await alice.telegram.says("/reading 50")
        await alice.telegram.sends(Image("meter.png", data=PDF))

        alice.telegram.sees("by its content that is a PDF")
        assert (kept(bot), on_disk(bot)) == ([], [])


async def test_a_photo_of_telegram_is_shown_in_the_web_chat() -> None:
    async with bot_for(METERS, wire=True) as bot:
        alice = bot.person("alice", web="v1", telegram=USERS["telegram"])
        await alice.telegram.says("/reading 50")
        await alice.telegram.sends(METER)
        alice.telegram.sees("Kept 50, ")
        *_, words, photo, answer = world_of(bot)._visitors["web", "v1"].seen

        assert (words.role, words.text) == ("user", "\N{PAPERCLIP}")
        assert (photo.role, [one.data for one in photo.files]) == ("user", [PNG])
        assert (answer.role, answer.text) == ("bot", f"Kept 50, {len(PNG)} bytes.")
