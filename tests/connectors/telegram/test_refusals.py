"""What the outbox hears of each refusal."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from telegram.error import BadRequest, Forbidden

from bot import BlockedError, ConnectorError, PermanentSendError, Secret, TransientSendError
from connectors.telegram.refusals import Refusals
from connectors.telegram.request import SlowDownError

SLOW = SlowDownError(timedelta(seconds=9))


def read_all(chats: Sequence[int | None], pause: timedelta | None) -> list[bool]:
    refusals = Refusals(Secret("42:abc"))
    found: list[ConnectorError] = [
        refusals.read(SlowDownError(pause), "message", chat=chat) for chat in chats
    ]
    return [isinstance(one, TransientSendError) and one.wide for one in found]


@pytest.mark.parametrize(
    "told",
    [
        "Forbidden: bot was blocked by the user",
        "Forbidden: user is deactivated",
        "Forbidden: bot was kicked from the group chat",
        "Forbidden: bot was kicked from the supergroup chat",
        "Forbidden: bot is not a member of the supergroup chat",
        "Forbidden: bot can't initiate conversation with a user",
    ],
)
def test_who_wants_no_more_of_us_is_told_apart(told: str) -> None:
    error = Refusals(Secret("42:abc")).read(Forbidden(told), "message", chat=7)

    assert isinstance(error, BlockedError)


@pytest.mark.parametrize(
    "error",
    [
        Forbidden("Forbidden: bots can't send messages to bots"),
        BadRequest("Message thread not found"),
        BadRequest("Topic_closed"),
        BadRequest("Chat_write_forbidden"),
    ],
)
def test_another_refusal_is_of_the_message_only(error: Forbidden | BadRequest) -> None:
    found = Refusals(Secret("42:abc")).read(error, "message", chat=-5)

    assert isinstance(found, PermanentSendError)
    assert not isinstance(found, BlockedError)


@pytest.mark.parametrize(
    ("chats", "wide"),
    [
        ((7,), [False]),
        ((7, 7, 7), [False, False, False]),
        ((7, 8), [False, True]),
        ((-5, -6, 7), [False, False, False]),
        ((None, 7), [False, False]),
    ],
)
async def test_two_private_chats_that_wait_at_once_are_the_account(
    chats: Sequence[int | None], wide: list[bool]
) -> None:
    assert read_all(chats, timedelta(seconds=9)) == wide


async def test_a_chat_that_has_waited_no_longer_counts() -> None:
    assert read_all((7, 8), timedelta(0)) == [False, False]


async def test_the_pause_that_was_asked_for_is_passed_on() -> None:
    error = Refusals(Secret("42:abc")).read(SLOW, "message", chat=7)

    assert isinstance(error, TransientSendError)
    assert error.retry_after == timedelta(seconds=9)
