import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import PermanentSendError, TransientSendError
from connectors.whatsapp.answers import read_receipt, read_refusal


def error(code: int, **more: object) -> bytes:
    return json.dumps({"error": {"code": code, "message": "to 39333", **more}}).encode()


@pytest.mark.parametrize("code", [4, 80007, 130429, 131056, 131016, 131000])
def test_what_may_work_later_is_transient(code: int) -> None:
    assert isinstance(read_refusal(400, error(code)), TransientSendError)


@pytest.mark.parametrize("code", [131026, 131047, 100, 190, 368, 131031, 131051, 132000])
@pytest.mark.parametrize("status", [400, 401, 500])
def test_what_never_works_is_permanent_and_says_its_code(code: int, status: int) -> None:
    refusal = read_refusal(status, error(code))

    assert isinstance(refusal, PermanentSendError)
    assert str(code) in str(refusal)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_an_overloaded_server_without_a_code_is_transient(status: int) -> None:
    assert isinstance(read_refusal(status, b"<html>"), TransientSendError)


@pytest.mark.parametrize("status", [301, 400, 404])
def test_other_answers_without_a_code_are_permanent(status: int) -> None:
    assert isinstance(read_refusal(status, b""), PermanentSendError)


def test_meta_may_say_itself_that_it_is_transient() -> None:
    assert isinstance(read_refusal(400, error(136024, is_transient=True)), TransientSendError)


def test_the_pair_rate_waits_six_seconds() -> None:
    refusal = read_refusal(429, error(131056))

    assert isinstance(refusal, TransientSendError)
    assert refusal.retry_after == timedelta(seconds=6)


def test_a_header_says_how_long_to_wait() -> None:
    refusal = read_refusal(429, error(130429), "17")

    assert isinstance(refusal, TransientSendError)
    assert refusal.retry_after == timedelta(seconds=17)


def test_meta_text_stays_out_of_errors() -> None:
    assert "39333" not in str(read_refusal(400, error(100)))


@given(st.integers(300, 599), st.binary(max_size=200), st.text(max_size=20))
def test_any_answer_can_be_read(status: int, body: bytes, retry_after: str) -> None:
    refusal = read_refusal(status, body, retry_after)

    assert isinstance(refusal, TransientSendError | PermanentSendError)


def test_the_receipt_is_metas_id() -> None:
    assert read_receipt(b'{"messages": [{"id": "wamid.1"}]}').provider_id == "wamid.1"
    assert read_receipt(b"{}").provider_id is None
