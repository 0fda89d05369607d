import pytest

from bot import Address, account_of
from connectors.slack.sending.destinations import (
    Channel,
    Destination,
    DirectMessage,
    ResponseUrl,
    Whisper,
    find_destinations,
)

URL = "https://hooks.example/commands/1"


def ways(place: str, *, ephemeral: bool = False, **hints: str) -> list[Destination]:
    to = Address(account=account_of("shop", "T1"), user="U1", place=place)
    return list(find_destinations(to, hints, ephemeral=ephemeral))


def test_a_direct_message_is_answered_there() -> None:
    assert ways("D1")[0] == Channel(channel="D1")
    assert ways("D1", thread_ts="1.2")[0] == Channel(channel="D1", thread="1.2")


def test_a_command_in_somebody_elses_direct_message_is_answered_privately() -> None:
    assert ways("D9", command="1", response_url=URL) == [
        Channel(channel="D9"),
        ResponseUrl(url=URL),
        DirectMessage(user="U1"),
    ]


def test_a_room_is_answered_in_the_room_or_its_thread() -> None:
    assert ways("C1", room="C1") == [Channel(channel="C1")]
    assert ways("C1:1.2", room="C1:1.2") == [Channel(channel="C1", thread="1.2")]
    assert ways("C1:1.2") == [Channel(channel="C1", thread="1.2")]


def test_an_ephemeral_answer_in_a_room_is_whispered() -> None:
    assert ways("C1", room="C1", ephemeral=True)[0] == Whisper(channel="C1", user="U1")


def test_a_command_in_a_channel_is_never_answered_in_public() -> None:
    assert ways("C1", command="1", response_url=URL) == [
        ResponseUrl(url=URL),
        Whisper(channel="C1", user="U1"),
        DirectMessage(user="U1"),
    ]


@pytest.mark.parametrize("place", ["C1", "G1"])
def test_without_hints_nobody_else_reads_along(place: str) -> None:
    assert ways(place) == [DirectMessage(user="U1")]
