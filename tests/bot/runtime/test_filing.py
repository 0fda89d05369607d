"""What customers send is kept once, and read from there whatever their platform does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import Attachment, Body, Connector, File, Image, PermanentSendError, StoreError
from bot.authoring.kinds import KEPT, received
from bot.runtime.blobs import FolderBlobs
from bot.runtime.files import Files
from bot.runtime.filing import Filing
from bot.testing.fakes import KINDS, FakeConnector

PNG = b"\x89PNG\r\n\x1a\n" + bytes(92)


@dataclass
class DictShelf:
    """A shelf without a database."""

    rows: dict[str, Body] = field(default_factory=dict)

    async def get(self, key: str) -> Body | None:
        return self.rows.get(key)

    async def put(self, key: str, value: Body, *, expires: datetime | None = None) -> None:
        self.rows[key] = value

    async def keep(self, key: str, value: Body) -> Body:
        return self.rows.setdefault(key, value)

    async def remove(self, key: str) -> None:
        self.rows.pop(key, None)


@dataclass
class Bench:
    """A platform, and what is kept from turn to turn."""

    folder: Path
    slack: FakeConnector
    shelf: DictShelf = field(default_factory=DictShelf)

    def turn(self) -> Files:
        """Read as one turn does."""
        connectors: Mapping[str, Connector] = {"slack": self.slack}
        filing = Filing(FolderBlobs(self.folder), self.shelf)
        return Files(connectors, filing, patience=timedelta(seconds=1))

    def sent(self, file: File) -> File:
        """Give a file as it comes in."""
        return received("slack", self.slack.keep(file))

    def kept(self) -> list[Path]:
        """List what is on the disk."""
        return [path for path in self.folder.rglob("*") if path.is_file()]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    slack = FakeConnector(kind="slack", capabilities=KINDS["slack"])
    return Bench(tmp_path / "blobs", slack)


async def test_an_answer_becomes_the_bots_own_copy(bench: Bench) -> None:
    photo = bench.sent(Image("me.png", data=PNG))

    kept = await bench.turn().kept(photo)

    bench.slack.sent.clear()
    assert (type(kept), kept.name, kept.mime, kept.size) == (Image, "me.png", "image/png", 100)
    assert kept.origin.connector == KEPT
    assert await bench.turn().read(kept) == PNG


async def test_what_was_read_once_is_read_again_without_the_platform(bench: Bench) -> None:
    file = bench.sent(File("a.bin", data=b"x"))
    await bench.turn().read(file)
    bench.slack.sent.clear()

    assert await bench.turn().read(file) == b"x"


async def test_the_same_bytes_of_two_messages_are_kept_once(bench: Bench) -> None:
    for _ in range(2):
        await bench.turn().read(bench.sent(File("a.bin", data=b"x")))

    assert len(bench.kept()) == 1


async def test_a_copy_that_is_gone_is_fetched_and_kept_anew(bench: Bench) -> None:
    file = bench.sent(File("a.bin", data=b"x"))
    await bench.turn().read(file)
    bench.kept()[0].unlink()

    assert await bench.turn().read(file) == b"x"
    assert len(bench.kept()) == 1


async def test_a_kept_file_that_is_gone_is_gone_for_good(bench: Bench) -> None:
    kept = await bench.turn().kept(bench.sent(File("a.bin", data=b"x")))
    bench.kept()[0].unlink()

    with pytest.raises(PermanentSendError, match="no longer kept"):
        await bench.turn().read(kept)


async def test_reading_goes_on_where_nothing_can_be_kept(bench: Bench) -> None:
    bench.folder.write_text("in the way")

    assert await bench.turn().read(bench.sent(File("a.bin", data=b"x"))) == b"x"


async def test_an_answer_is_not_taken_where_nothing_can_be_kept(bench: Bench) -> None:
    bench.folder.write_text("in the way")

    with pytest.raises(StoreError):
        await bench.turn().kept(bench.sent(File("a.bin", data=b"x")))


async def test_a_file_is_kept_as_what_its_content_is(bench: Bench) -> None:
    told = bench.sent(File("me.jpg", data=PNG, mime="image/jpeg"))

    kept = await bench.turn().kept(told)

    assert kept.mime == "image/png"


async def test_every_file_of_a_list_is_kept(bench: Bench) -> None:
    files = [bench.sent(File(f"{n}.bin", data=bytes([n]))) for n in range(3)]

    kept = await bench.turn().kept(files)

    assert [await bench.turn().read(one) for one in kept] == [b"\0", b"\1", b"\2"]


async def test_files_that_nobody_asked_for_are_kept_if_they_are_small(bench: Bench) -> None:
    small, large = (bench.sent(File(f"{n}.bin", data=bytes(n))) for n in (10, 11))
    gone = received("slack", Attachment(ref="none"))
    turn = bench.turn()

    await turn.keep_each([gone, small, large], 10)

    assert turn.filing is not None
    assert set(turn.filing.filed) == {small.origin}
    assert [path.stat().st_size for path in bench.kept()] == [10]


async def test_where_a_file_came_from_is_no_key_that_another_channel_has(bench: Bench) -> None:
    attachment = bench.slack.keep(File("a.bin", data=b"x"))
    await bench.turn().read(received("slack", attachment))
    other = received("telegram", attachment)

    with pytest.raises(PermanentSendError):
        await bench.turn().read(other)
