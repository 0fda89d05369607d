"""The table of Meta's error codes, and what becomes of a call that was refused with one."""

import json
import re

import pytest

from bot import BlockedError, PermanentSendError, TransientSendError, WindowClosedError
from connectors.whatsapp.answers import read_refusal
from connectors.whatsapp.codes import CODES, Act, told

ERRORS = {
    Act.RETRY: TransientSendError,
    Act.STOP: PermanentSendError,
    Act.WINDOW: WindowClosedError,
    Act.BLOCKED: BlockedError,
}
AGAIN = {4, 80007, 130429, 131056, 131016, 131000}
NEVER = {131026, 131047, 100, 190}


def refused(code: int, status: int = 400) -> PermanentSendError | TransientSendError:
    return read_refusal(status, json.dumps({"error": {"code": code}}).encode())


@pytest.mark.parametrize("code", [code for code in CODES if code != 1 and not 200 < code < 300])
def test_each_code_is_the_error_of_its_class(code: int) -> None:
    error = refused(code)

    assert type(error) is ERRORS[CODES[code].act]
    assert f"code {code} " in str(error)
    assert CODES[code].why in str(error)


def test_what_is_sent_again_and_what_never() -> None:
    retried = {code for code, each in CODES.items() if each.act is Act.RETRY}

    assert retried >= AGAIN
    assert not retried & NEVER


@pytest.mark.parametrize("code", [4, 80007, 130429])
def test_rates_of_the_account_hold_everybody_up(code: int) -> None:
    error = refused(code)

    assert isinstance(error, TransientSendError)
    assert error.wide


@pytest.mark.parametrize("code", [131056, 131016, 131000])
def test_troubles_with_one_message_hold_nobody_else_up(code: int) -> None:
    error = refused(code)

    assert isinstance(error, TransientSendError)
    assert not error.wide


@pytest.mark.parametrize(("status", "expected"), [(500, TransientSendError), (400, None)])
def test_an_unknown_error_is_judged_by_its_status(
    status: int, expected: type[Exception] | None
) -> None:
    assert type(refused(1, status)) is (expected or PermanentSendError)


def test_an_unknown_code_is_final_and_named() -> None:
    assert type(refused(987654)) is PermanentSendError
    assert "code 987654" in str(refused(987654))


def test_a_reason_tells_what_to_do_and_nothing_of_the_message() -> None:
    assert told("131047").startswith("131047: over 24 hours")
    assert told("") == ""
    assert told("999") == "999"
    assert not [each.why for each in CODES.values() if re.search(r"https?:|[{}]", each.why)]
