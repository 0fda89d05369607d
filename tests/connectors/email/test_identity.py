"""Who a mail is from: a From proves nothing."""

import pytest

from bot import InboundMessage
from connectors.email.arrivals import Arrival
from connectors.email.mails import MalformedError
from connectors.email.wire import Letter, read_letter
from tests.connectors.email.written import ANN, BOT, BOX, MARKS, bounce, written

VOUCHED = "mx.shop.test; dkim=pass header.d=example.test"


def read(raw: bytes, **known: str | bool) -> Letter:
    return read_letter(Arrival(raw=raw, **known), BOX)  # type: ignore[arg-type]  # by its keys


def heard(raw: bytes, **known: str | bool) -> InboundMessage:
    message = read(raw, **known).message
    assert message is not None
    return message


def test_a_sender_whose_domain_signed_is_the_address_itself() -> None:
    message = heard(written(Authentication_Results=VOUCHED))

    assert (message.sender.user, message.sender.place) == (ANN, ANN)


@pytest.mark.parametrize(
    "result",
    [
        "mx.shop.test; dkim=fail header.d=example.test",
        "mx.shop.test; dkim=pass header.d=evil.test",
        "mx.shop.test; dkim=pass header.d=test",
        "mx.shop.test; dkim=pass header.d=ample.test",
        "mx.shop.test; spf=pass smtp.mailfrom=example.test",
        "mx.shop.test; dkim=none (dkim=pass header.d=example.test)",
        "mx.evil.test; dkim=pass header.d=example.test",
        "mx.shop.test.evil.test; dkim=pass header.d=example.test",
        "",
    ],
)
def test_a_sender_whom_nobody_vouches_for_speaks_in_a_conversation_of_their_own(
    result: str,
) -> None:
    message = heard(written(Authentication_Results=result))

    assert message.sender.user.startswith(f"{ANN}/")
    assert message.sender.place == ANN


def test_results_below_those_of_our_server_count_for_nothing() -> None:
    ours, forged = "mx.shop.test; dkim=none", VOUCHED
    raw = f"Authentication-Results: {ours}\r\nAuthentication-Results: {forged}\r\n".encode()

    assert heard(raw + written()).sender.user != ANN


def test_results_on_a_mail_that_came_from_anywhere_count_for_nothing() -> None:
    assert heard(written(Authentication_Results=VOUCHED), is_relayed=False).sender.user != ANN


def test_sendgrids_word_on_the_signature_counts() -> None:
    assert heard(written(), dkim="{@example.test : pass}").sender.user == ANN
    assert heard(written(), dkim="{@example.test : fail, @evil.test : pass}").sender.user != ANN


def test_a_reply_to_a_mail_of_ours_goes_on_in_its_conversation() -> None:
    first = heard(written())
    thread = first.sender.user.partition("/")[2]
    mark = MARKS.mark(ANN, thread, "What time?")

    reply = heard(written(message_id="<two@x>", References=f"<other@x> {mark}"))

    assert reply.sender == first.sender
    assert reply.event_id != first.event_id


def test_a_reply_in_the_conversation_of_the_address_counts_without_a_signature() -> None:
    mark = MARKS.mark(ANN, "", "What time?")

    assert heard(written(In_Reply_To=mark)).sender.user == ANN


def test_a_mark_counts_for_nobody_else() -> None:
    mark = MARKS.mark(ANN, "", "What time?")

    message = heard(written(sender="eve@evil.test", In_Reply_To=mark))

    assert message.sender.user.startswith("eve@evil.test/")


def test_a_mark_that_was_made_up_counts_for_nothing() -> None:
    mark = MARKS.mark(ANN, "", "What time?").replace("tl.0.", "tl.0123456789abcdef.")

    assert heard(written(In_Reply_To=mark)).sender.user not in {ANN, f"{ANN}/0123456789abcdef"}


def test_several_senders_or_none_are_kept_as_unreadable() -> None:
    for head in (b"From: a@x.test, b@x.test\r\n", b"From: nobody\r\n", b"From: a@x.test\r\n" * 2):
        with pytest.raises(MalformedError, match="without one sender"):
            read(head + b"\r\nhello")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Auto_Submitted", "auto-replied"),
        ("Auto_Submitted", "auto-generated; type=vacation"),
        ("Precedence", "bulk"),
        ("Precedence", "List"),
        ("Precedence", "junk"),
        ("List_Id", "<news.example.test>"),
        ("Return_Path", "<>"),
    ],
)
def test_what_a_machine_wrote_is_passed_over(name: str, value: str) -> None:
    letter = read(written(**{name: value}))

    assert letter.message is None
    assert letter.passed_over


def test_own_mail_and_null_return_paths_are_passed_over() -> None:
    assert read(written(sender=BOT)).passed_over == "own mail"
    assert read(written(), returns_to="").passed_over == "null return path"
    assert read(written(Auto_Submitted="no")).message is not None


def test_a_bounce_with_our_mark_says_that_a_mail_failed_and_the_address_is_gone() -> None:
    mark = MARKS.mark(ANN, "", "What time?")

    letter = read(bounce(ANN, mark))

    (report,), (news,) = letter.reports, letter.news
    assert (report.provider_id, report.state, report.reason) == (mark, "failed", "5.1.1")
    assert (news.user, news.is_open) == (ANN, False)


@pytest.mark.parametrize(
    ("recipient", "status", "action"),
    [("bob@example.test", "5.1.1", "failed"), (ANN, "4.4.1", "delayed")],
)
def test_a_bounce_of_another_or_one_that_may_still_arrive_says_nothing(
    recipient: str, status: str, action: str
) -> None:
    letter = read(bounce(recipient, MARKS.mark(ANN, "", "x"), status, action))

    assert not letter.reports
    assert not letter.news
    assert letter.message is None


def test_a_full_mailbox_is_a_failure_but_no_farewell() -> None:
    letter = read(bounce(ANN, MARKS.mark(ANN, "", "x"), "5.2.2"))

    assert letter.reports
    assert not letter.news
