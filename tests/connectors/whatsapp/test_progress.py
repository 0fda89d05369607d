from connectors.whatsapp.progress import Progress


def test_a_retry_goes_on_behind_what_was_accepted() -> None:
    progress = Progress()

    progress.advance("a")
    progress.advance("a")
    progress.advance("b")

    assert (progress.parts_sent("a"), progress.parts_sent("b")) == (2, 1)


def test_a_message_that_is_through_is_forgotten() -> None:
    progress = Progress()
    progress.advance("a")

    progress.end("a")

    assert progress.parts_sent("a") == 0


def test_without_a_client_id_nothing_is_remembered() -> None:
    progress = Progress()

    progress.advance("")

    assert progress.parts_sent("") == 0


def test_the_oldest_make_room() -> None:
    progress = Progress()

    for number in range(1001):
        progress.advance(str(number))

    assert progress.parts_sent("0") == 0
    assert progress.parts_sent("1000") == 1
