"""Files in a folder: what every place for files must do, and what a disk asks for besides."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import BlobId, BlobMissingError
from bot.runtime.blobs import FolderBlobs
from bot.testing.contracts.blobs import BlobContract

DATA = b"a picture"


@dataclass(frozen=True)
class Folder:
    """A folder, as the contract sees it."""

    blobs: FolderBlobs

    def held(self) -> list[Path]:
        return [path for path in self.blobs.folder.rglob("*") if path.is_file()]

    async def count(self) -> int:
        return len(self.held())

    async def writes(self) -> int:
        return sum(path.stat().st_mtime_ns for path in self.held())

    async def replace(self, blob: BlobId, data: bytes) -> None:
        self._path(blob).write_bytes(data)

    async def remove(self, blob: BlobId) -> None:
        self._path(blob).unlink()

    async def again(self) -> FolderBlobs:
        return FolderBlobs(self.blobs.folder)

    async def unreachable(self) -> FolderBlobs:
        in_the_way = self.blobs.folder.parent / "in the way"
        in_the_way.write_text("no folder")
        return FolderBlobs(in_the_way)

    def _path(self, blob: BlobId) -> Path:
        return self.blobs.folder / blob[:2] / blob


@pytest.fixture
def shelter(tmp_path: Path) -> Folder:
    return Folder(FolderBlobs(tmp_path / "blobs"))


class TestFolder(BlobContract):
    """What every place for files must do."""


async def test_damage_that_leaves_the_size_is_mended_by_the_next_put(shelter: Folder) -> None:
    blob = await shelter.blobs.put(DATA)
    await shelter.replace(blob, DATA.upper())

    await shelter.blobs.put(DATA)

    assert await shelter.blobs.get(blob) == DATA


async def test_nothing_is_made_before_something_is_put(shelter: Folder) -> None:
    with pytest.raises(BlobMissingError):
        await shelter.blobs.get(BlobId("0" * 64))

    assert not shelter.blobs.folder.exists()


async def test_others_on_the_machine_cannot_look_in(shelter: Folder) -> None:
    await shelter.blobs.put(DATA)
    (path,) = shelter.held()

    assert (path.stat().st_mode & 0o077, shelter.blobs.folder.stat().st_mode & 0o077) == (0, 0)


@given(name=st.text(max_size=80))
def test_what_is_no_hash_is_no_path(name: str) -> None:
    blobs = FolderBlobs(Path("/"))

    with pytest.raises(BlobMissingError):
        asyncio.run(blobs.get(BlobId(name)))
