"""What everything must do that keeps files, wherever it puts them.

::

    class TestMyBlobs(BlobContract):
        @pytest.fixture
        async def shelter(self) -> AsyncIterator[Shelter]:
            ...

A `Shelter` is the blobs under test, and what a test may do behind their back.
"""

import asyncio
import hashlib
from typing import Protocol

import pytest

from bot.errors import BlobMissingError, StoreError
from bot.model.ids import BlobId
from bot.ports.blobs import Blobs

DATA = b"a picture"
LARGE = bytes(range(256)) * 4096 * 16
"""Sixteen megabytes: the largest file that a bot sends."""
NOT_HASHES = ["../bot.toml", "", "a" * 63, "A" * 64, "0" * 65, "٣" * 64, "a" * 32 + "/" + "a" * 31]


class Shelter(Protocol):
    """Where blobs are kept, as a test sees it."""

    blobs: Blobs

    async def count(self) -> int:
        """Tell how many files are kept."""
        ...

    async def writes(self) -> int:
        """Tell how often bytes were written so far, or a number that rises with it."""
        ...

    async def replace(self, blob: BlobId, data: bytes) -> None:
        """Put other bytes where a blob's are, behind the blobs' back."""
        ...

    async def remove(self, blob: BlobId) -> None:
        """Take a blob away, behind the blobs' back."""
        ...

    async def again(self) -> Blobs:
        """Open the same place as a bot does that was started anew."""
        ...

    async def unreachable(self) -> Blobs:
        """Open blobs whose place cannot be reached."""
        ...


class BlobContract:
    """Subclass it and give the fixture ``shelter``."""

    async def test_what_is_put_can_be_had_by_its_hash(self, shelter: Shelter) -> None:
        blob = await shelter.blobs.put(DATA)

        assert blob == hashlib.sha256(DATA).hexdigest()
        assert await shelter.blobs.get(blob) == DATA

    async def test_a_bot_that_was_started_anew_has_it_too(self, shelter: Shelter) -> None:
        blob = await shelter.blobs.put(DATA)

        assert await (await shelter.again()).get(blob) == DATA

    @pytest.mark.parametrize("data", [b"", b"\0", LARGE], ids=["empty", "a zero", "large"])
    async def test_any_bytes_come_back_as_they_were(self, shelter: Shelter, data: bytes) -> None:
        assert await shelter.blobs.get(await shelter.blobs.put(data)) == data

    async def test_the_same_bytes_are_kept_once_and_not_written_again(
        self, shelter: Shelter
    ) -> None:
        await shelter.blobs.put(DATA)
        before = await shelter.writes()

        await shelter.blobs.put(DATA)

        assert await shelter.count() == 1
        assert await shelter.writes() == before

    async def test_other_bytes_are_another_file(self, shelter: Shelter) -> None:
        first = await shelter.blobs.put(DATA)
        second = await shelter.blobs.put(DATA + b"!")

        assert await shelter.count() == 2
        assert [await shelter.blobs.get(one) for one in (first, second)] == [DATA, DATA + b"!"]

    async def test_many_who_put_the_same_at_once_leave_one_whole_file(
        self, shelter: Shelter
    ) -> None:
        async with asyncio.TaskGroup() as group:
            putting = [group.create_task(shelter.blobs.put(DATA * 1000)) for _ in range(12)]

        assert len({task.result() for task in putting}) == 1
        assert await shelter.count() == 1
        assert await shelter.blobs.get(putting[0].result()) == DATA * 1000

    async def test_what_was_never_put_is_missing(self, shelter: Shelter) -> None:
        with pytest.raises(BlobMissingError):
            await shelter.blobs.get(BlobId("0" * 64))

    async def test_what_was_taken_away_is_missing_until_it_is_put_again(
        self, shelter: Shelter
    ) -> None:
        blob = await shelter.blobs.put(DATA)
        await shelter.remove(blob)
        with pytest.raises(BlobMissingError):
            await shelter.blobs.get(blob)

        assert await shelter.blobs.put(DATA) == blob

        assert await shelter.blobs.get(blob) == DATA

    async def test_damaged_bytes_are_not_given(self, shelter: Shelter) -> None:
        blob = await shelter.blobs.put(DATA)
        await shelter.replace(blob, DATA.upper())

        with pytest.raises(BlobMissingError):
            await shelter.blobs.get(blob)

    async def test_bytes_that_were_cut_off_are_mended_by_the_next_put(
        self, shelter: Shelter
    ) -> None:
        blob = await shelter.blobs.put(DATA)
        await shelter.replace(blob, DATA[:-1])

        await shelter.blobs.put(DATA)

        assert await shelter.blobs.get(blob) == DATA

    @pytest.mark.parametrize("name", NOT_HASHES)
    async def test_what_is_no_hash_is_no_file(self, shelter: Shelter, name: str) -> None:
        with pytest.raises(BlobMissingError):
            await shelter.blobs.get(BlobId(name))

    async def test_a_place_that_cannot_be_reached_is_trouble_for_now(
        self, shelter: Shelter
    ) -> None:
        blob = await shelter.blobs.put(DATA)
        away = await shelter.unreachable()

        with pytest.raises(StoreError) as putting:
            await away.put(DATA)
        with pytest.raises(StoreError) as getting:
            await away.get(blob)

        assert not isinstance(putting.value, BlobMissingError)
        assert not isinstance(getting.value, BlobMissingError)
