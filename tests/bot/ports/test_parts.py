from bot import Progress
from bot.ports.parts import KEPT_MESSAGES


def test_accepted_parts_are_known_until_the_message_is_through() -> None:
    progress = Progress()

    progress.note("a", 2)
    assert (progress.accepted("a"), progress.accepted("b")) == (2, 0)
    progress.finish("a")

    assert progress.accepted("a") == 0


def test_the_oldest_make_room() -> None:
    progress = Progress()

    for number in range(KEPT_MESSAGES + 1):
        progress.note(str(number), 1)

    assert progress.accepted("0") == 0
    assert progress.accepted("1") == 1


def test_without_an_id_nothing_is_remembered() -> None:
    progress = Progress()

    progress.note("", 1)

    assert progress.accepted("") == 0
