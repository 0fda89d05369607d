import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import RequestRejectedError
from connectors.slack.hearing.signature import check_signature, sign

NOW = 1_700_000_000
VECTOR = Path(__file__).parents[4] / "../shared/platforms/slack/specs/signature-vector.json"


def headers(body: bytes, at: int = NOW) -> dict[str, str]:
    timestamp = str(at)
    signature = sign("s3cret", timestamp, body)
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": signature}


def test_the_example_of_slacks_documents_is_genuine() -> None:
    if not VECTOR.exists():
        pytest.skip("the shared platform samples are not beside this repository")
    vector = json.loads(VECTOR.read_text())

    signature = sign(vector["signing_secret"], vector["timestamp"], vector["body"].encode())

    assert signature == vector["signature"]


@pytest.mark.parametrize("age", [-300, -1, 0, 299, 300])
def test_a_fresh_signature_is_accepted(age: int) -> None:
    check_signature("s3cret", headers(b"x", NOW - age), b"x", now_seconds=NOW)


@pytest.mark.parametrize("age", [-301, 301, 100_000])
def test_an_old_or_early_signature_is_refused(age: int) -> None:
    with pytest.raises(RequestRejectedError):
        check_signature("s3cret", headers(b"x", NOW - age), b"x", now_seconds=NOW)


@pytest.mark.parametrize("stamp", ["", "x", "-5", "1e9", "٣", "9" * 5000, "17\n"])
def test_an_odd_timestamp_is_refused(stamp: str) -> None:
    odd = {**headers(b"x"), "x-slack-request-timestamp": stamp}

    with pytest.raises(RequestRejectedError):
        check_signature("s3cret", odd, b"x", now_seconds=NOW)


@given(st.binary(min_size=1, max_size=50), st.integers(0, 7), st.data())
def test_one_changed_bit_of_the_body_is_noticed(body: bytes, bit: int, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(body) - 1))
    changed = body[:at] + bytes([body[at] ^ (1 << bit)]) + body[at + 1 :]

    check_signature("s3cret", headers(body), body, now_seconds=NOW)
    with pytest.raises(RequestRejectedError):
        check_signature("s3cret", headers(body), changed, now_seconds=NOW)


@given(st.text(max_size=80))
def test_any_other_signature_is_refused(signature: str) -> None:
    with pytest.raises(RequestRejectedError):
        check_signature(
            "s3cret", {**headers(b"x"), "x-slack-signature": signature}, b"x", now_seconds=NOW
        )
