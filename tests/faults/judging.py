"""What must be true of a fault run, whatever went wrong in it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

from tests.faults.ground import Ground
from tests.faults.troubles import Call, Fault


def judge(ground: Ground, *, healthy: Sequence[str]) -> list[str]:
    """List everything that must not be; ``healthy`` are those whom no fault was planned for."""
    people = sorted({call.person for call in ground.front.calls})
    found = [*_lost(ground), *_noted_twice(ground)]
    for person in people:
        calls = [call for call in ground.front.calls if call.person == person]
        found += [*_out_of_order(ground, calls), *_too_early(ground, calls)]
        found += [*_too_often(ground, person, calls)]
    for person in healthy:
        found += _held_up(ground, ground.calls(person))
    return found


def _lost(ground: Ground) -> Iterator[str]:
    """What a customer said and never heard of, in the end."""
    shown = {number for call in ground.front.calls if call.is_shown for number in call.numbers}
    on_screen = {number for person in _people(ground) for number in ground.shown(person)}
    for number in ground.said:
        if number not in shown & on_screen:
            yield f"{number} was said and never answered"


def _noted_twice(ground: Ground) -> Iterator[str]:
    for number, times in Counter(ground.book.numbers).items():
        if times > 1:
            yield f"{number} was noted {times} times"


def _out_of_order(ground: Ground, calls: Sequence[Call]) -> Iterator[str]:
    """Answers in another order than the messages; what was refused for good comes when it may."""
    refused = {n for call in calls if _is(call, Fault.REFUSE) for n in call.numbers}
    shown = dict.fromkeys(n for call in calls if call.is_shown for n in call.numbers)
    answered = [number for number in shown if number not in refused]
    places = {number: place for place, number in enumerate(ground.road.taken)}
    if answered != sorted(answered, key=places.__getitem__):
        yield f"answered {answered}, taken {sorted(answered, key=places.__getitem__)}"


def _too_early(ground: Ground, calls: Sequence[Call]) -> Iterator[str]:
    """Calls to a customer before the platform wanted any, and to others where that is wide."""
    everybody = ground.front.calls
    for call in calls:
        if call.trouble is None or call.trouble.fault is not Fault.THROTTLE:
            continue
        end = call.at + timedelta(seconds=ground.platform.waits(call.trouble))
        later = calls[next(n for n, one in enumerate(calls) if one is call) + 1 :]
        if any(one.at < end for one in later):
            yield f"{call.person} was sent to before {end}"
        # what was on its way when the platform said so is not held against us
        if call.trouble.wide and any(call.at < one.at < end for one in everybody):
            yield f"somebody was sent to before {end}"


def _too_often(ground: Ground, person: str, calls: Sequence[Call]) -> Iterator[str]:
    """Copies that no cut connection explains."""
    cut = Counter(n for call in calls if _is(call, Fault.DROP) for n in call.numbers)
    for number, times in Counter(ground.shown(person)).items():
        if times > 1 + (0 if ground.platform.shows_once else cut[number]):
            yield f"{number} is shown {times} times"


def _held_up(ground: Ground, calls: Sequence[Call]) -> Iterator[str]:
    """Answers later than in the moment of the clock in which their message came."""
    for call in calls:
        for number in call.numbers:
            if call.at > ground.road.taken[number]:
                yield f"{number} waited {call.at - ground.road.taken[number]} for somebody else"


def _people(ground: Ground) -> set[str]:
    return {call.person for call in ground.front.calls}


def _is(call: Call, fault: Fault) -> bool:
    return call.trouble is not None and call.trouble.fault is fault
