"""Fuzzing bites: what is wrong with a parser is found, and told."""

import json
from collections.abc import Callable
from random import Random

import pytest
from typing_extensions import override

from tests.fuzz.__main__ import main
from tests.fuzz.targets import Target
from tests.fuzz.unguided import find_fault, findings

SEED = b'{"update_id": 1, "message": {"text": "hi", "from": {"id": 7}}}'


class DeclaredError(Exception):
    pass


class Planted(Target):
    """A target with one seed of its own."""

    @override
    def seeds(self) -> list[bytes]:
        return [SEED]


def planted(parse: Callable[[bytes], object]) -> Planted:
    return Planted(name="planted", parse=parse, refusals=(DeclaredError,), samples="")


def careless(body: bytes) -> object:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise DeclaredError from None
    return found["message"]["from"]["id"]


def slow(body: bytes) -> object:
    return sum(n % 7 for n in range(8_000_000)) if len(body) > 30_000 else 0


def keeping(body: bytes) -> object:
    return body.decode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    ("parse", "told"), [(careless, "Error"), (slow, "ms of CPU"), (keeping, "UnicodeEncodeError")]
)
def test_a_fault_is_found(parse: Callable[[bytes], object], told: str) -> None:
    body, wrong = next(findings(planted(parse), 30, Random(5)))  # noqa: S311 - no secret

    assert told in wrong
    assert find_fault(planted(parse), body)


def test_a_declared_refusal_is_no_fault() -> None:
    assert find_fault(planted(careless), b"no JSON") == ""
    assert find_fault(planted(careless), SEED) == ""


def test_a_name_that_is_no_target_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["fuzz", "teletype"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2
    assert "there is no teletype" in capsys.readouterr().err
