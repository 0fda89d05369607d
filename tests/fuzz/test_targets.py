"""Every parser under nearly right bodies: a little of what `make fuzz` does for hours."""

import json
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.mutations import mutated
from tests.fuzz.targets import CORPUS, MAX_BYTES, MAX_SECONDS, TARGETS, Target, seconds_of

FULL = ("[", '{"a":', '"', "\\", "&payload={", "\n", "a=b&", "%", "\xff", "\0", "1")
"""What a body of nothing else is the worst of."""


@pytest.fixture(params=list(TARGETS.values()), ids=list(TARGETS))
def target(request: pytest.FixtureRequest) -> Target:
    found: Target = request.param
    return found


def test_the_seeds_are_small_and_most_are_understood(target: Target) -> None:
    ours = [path.read_bytes() for path in (CORPUS / target.name).iterdir()]

    understood = 0
    for body in ours:
        target.check(body)
        understood += "Unreadable" not in repr(target.parse(body))

    assert len(ours) >= 9
    assert max(map(len, ours)) < 4_000
    assert understood >= len(ours) - 2


def test_every_seed_is_read_in_time_and_the_same_way_twice(target: Target) -> None:
    for body in target.seeds():
        assert seconds_of(target, body, tries=1) <= MAX_SECONDS or (
            seconds_of(target, body) <= MAX_SECONDS
        )
        try:
            assert target.parse(body) == target.parse(body)
        except target.refusals:
            continue


@pytest.mark.parametrize("piece", FULL)
def test_64_kilobytes_of_the_same_are_read_in_time(target: Target, piece: str) -> None:
    body = piece.encode("latin-1") * (MAX_BYTES // len(piece))

    assert seconds_of(target, body) <= MAX_SECONDS


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_nearly_right_bodies_raise_nothing(name: str, data: st.DataObject) -> None:
    target = TARGETS[name]
    seed = data.draw(st.sampled_from(SEEDS[name]))
    body = mutated(seed, Random(data.draw(st.integers(0, 2**32))))  # noqa: S311 - no secret

    target.check(body)


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=60)
@given(body=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_raise_nothing(name: str, body: bytes) -> None:
    TARGETS[name].check(body)


SEEDS = {name: target.seeds() for name, target in TARGETS.items()}


@pytest.mark.parametrize("name", TARGETS)
def test_mutations_differ_are_bounded_and_can_be_made_again(name: str) -> None:
    seed = SEEDS[name][0]

    made = [mutated(seed, Random(n)) for n in range(40)]  # noqa: S311 - no secret

    assert made == [mutated(seed, Random(n)) for n in range(40)]  # noqa: S311 - no secret
    assert len(set(made)) > 30
    assert max(map(len, made)) <= MAX_BYTES


def test_mutated_json_is_often_json() -> None:
    seed = SEEDS["telegram"][0]

    made = [mutated(seed, Random(n)) for n in range(100)]  # noqa: S311 - no secret

    assert sum(is_json(body) for body in made) > 20


def is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True
