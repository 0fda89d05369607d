"""Bytes are kept once, whole, under their own hash."""

import asyncio
import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import BlobId, BlobMissingError, StoreError
from bot.runtime.blobs import FolderBlobs

DATA = b"a picture"


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "blobs")


def held(blobs: FolderBlobs) -> list[Path]:
    return [path for path in blobs.folder.rglob("*") if path.is_file()]


async def test_what_is_put_can_be_had_by_its_hash(blobs: FolderBlobs) -> None:
    blob = await blobs.put(DATA)

    assert blob == hashlib.sha256(DATA).hexdigest()
    assert await blobs.get(blob) == DATA


async def test_the_same_bytes_are_kept_once_and_not_written_again(blobs: FolderBlobs) -> None:
    await blobs.put(DATA)
    (path,) = held(blobs)
    before = path.stat().st_mtime_ns
    await asyncio.sleep(0)
    await blobs.put(DATA)

    assert [one.stat().st_mtime_ns for one in held(blobs)] == [before]


async def test_many_who_put_the_same_at_once_leave_one_whole_file(blobs: FolderBlobs) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(blobs.put(DATA * 1000))

    assert [path.read_bytes() for path in held(blobs)] == [DATA * 1000]


async def test_nothing_is_made_before_something_is_put(blobs: FolderBlobs) -> None:
    with pytest.raises(BlobMissingError):
        await blobs.get(BlobId("0" * 64))

    assert not blobs.folder.exists()


async def test_others_on_the_machine_cannot_look_in(blobs: FolderBlobs) -> None:
    await blobs.put(DATA)
    (path,) = held(blobs)

    assert (path.stat().st_mode & 0o077, blobs.folder.stat().st_mode & 0o077) == (0, 0)


async def test_damaged_bytes_are_not_given_and_are_mended_by_the_next_put(
    blobs: FolderBlobs,
) -> None:
    blob = await blobs.put(DATA)
    (path,) = held(blobs)
    path.write_bytes(b"a pictur!")
    with pytest.raises(BlobMissingError):
        await blobs.get(blob)
    await blobs.put(DATA)

    assert await blobs.get(blob) == DATA


async def test_a_folder_that_cannot_be_made_is_trouble_of_the_store(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("in the way")

    with pytest.raises(StoreError):
        await FolderBlobs(tmp_path / "blobs").put(DATA)


@given(name=st.text(max_size=80) | st.sampled_from(["../bot.toml", "a" * 63, "A" * 64, "0" * 65]))
def test_what_is_no_hash_is_no_path(name: str) -> None:
    blobs = FolderBlobs(Path("/"))

    with pytest.raises(BlobMissingError):
        asyncio.run(blobs.get(BlobId(name)))
