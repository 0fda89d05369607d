"""Files of customers are read through their connector: once a turn, within limits, by content."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any

import pytest

from bot import (
    Arg,
    Attachment,
    Capabilities,
    Connector,
    File,
    Image,
    PermanentSendError,
    Route,
    TransientSendError,
    UserError,
)
from bot.authoring.kinds import received
from bot.authoring.shapes import REQUIRED
from bot.authoring.signatures import Parameter, Question, read_question
from bot.runtime.files import Files
from bot.testing.fakes import KINDS, FakeConnector

PNG = b"\x89PNG\r\n\x1a\n" + bytes(92)


class Deaf:
    """A connector that cannot fetch."""

    kind: str = "deaf"
    capabilities: Capabilities = KINDS["slack"]
    routes: Sequence[Route] = ()

    async def receive(self, request: Any) -> Any:
        raise AssertionError("nothing is received or sent here")

    async def send(self, message: Any, to: Any, hints: Any) -> Any:
        raise AssertionError("nothing is received or sent here")


@pytest.fixture
def slack() -> FakeConnector:
    return FakeConnector(kind="slack", capabilities=KINDS["slack"])


@pytest.fixture
def files(slack: FakeConnector) -> Files:
    connectors: Mapping[str, Connector] = {"slack": slack, "deaf": Deaf()}
    return Files(connectors, patience=timedelta(seconds=1))


def sent(slack: FakeConnector, file: File, **told: Any) -> File:
    attachment = slack.keep(file)
    return received("slack", Attachment(ref=attachment.ref, name=file.name, **told))


def parameter(kind: Any, **said: Any) -> Parameter:
    question = Question("value", Annotated[kind, Arg(**said)], Arg(), REQUIRED, "x.py:1")
    return read_question(question, provided=(), known=(), others=())


async def test_a_file_is_fetched_once_a_turn(slack: FakeConnector, files: Files) -> None:
    file = sent(slack, File("a.png", data=PNG), mime="image/png")

    assert await files.read(file) == PNG
    slack.sent.clear()

    assert await files.read(file) == PNG


async def test_a_file_of_the_bots_own_needs_no_connector(files: Files) -> None:
    assert await files.read(File("a", data=b"x")) == b"x"


async def test_an_image_that_is_none_is_not_read(slack: FakeConnector, files: Files) -> None:
    file = sent(slack, File("a.png", data=b"%PDF-"), mime="image/png", kind="image")

    with pytest.raises(UserError, match=r"a.png: by its content that is a PDF; I need a photo"):
        await files.read(file)


@pytest.mark.parametrize("connector", ["deaf", "gone"])
async def test_a_connector_that_cannot_fetch_gives_nothing(files: Files, connector: str) -> None:
    file = received(connector, Attachment(ref="r", name="a.png", mime="image/png"))

    with pytest.raises(PermanentSendError, match="cannot fetch files"):
        await files.read(file)
    assert await files.flaw(parameter(Image), file) == (
        "I could not get that file: it is gone, or larger than 10 MB."
    )


async def test_a_file_that_is_larger_than_told_is_refused(
    slack: FakeConnector, files: Files
) -> None:
    file = sent(slack, File("a.png", data=PNG), mime="image/png", size=10)

    told = await files.flaw(parameter(Image, max_size=99), file)

    assert told == "I could not get that file: it is gone, or larger than 99 bytes."
    assert await files.flaw(parameter(Image, max_size=100), file) is None


async def test_every_file_of_a_list_is_looked_at(slack: FakeConnector, files: Files) -> None:
    good = sent(slack, File("a.png", data=PNG), mime="image/png")
    bad = sent(slack, File("b.png", data=b"GIF?"), mime="image/png")

    told = await files.flaw(parameter(list[Image]), [good, bad])

    assert told == "b.png: by its content that is something else; I need a photo."


async def test_trouble_for_now_is_told_and_asked_again(slack: FakeConnector, files: Files) -> None:
    file = sent(slack, File("a.png", data=PNG), mime="image/png")
    slack.fail = 2

    assert await files.flaw(parameter(Image), file) == (
        "I could not get that file. Please send it again."
    )
    with pytest.raises(TransientSendError):
        await files.read(file)
