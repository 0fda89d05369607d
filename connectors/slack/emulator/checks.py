"""What every check of Slack's limits is made of: counts, lengths, and how Slack says it.

Lengths are code points.
"""

from collections.abc import Iterator, Mapping, Sequence

MAX_TEXT = 40_000


def check_object(
    value: object,
    at: str,
    *,
    most: int,
    least: int = 1,
    kinds: Sequence[str] = ("plain_text", "mrkdwn"),
) -> Iterator[str]:
    """Tell what is wrong with a text object."""
    if not isinstance(value, Mapping) or value.get("type") not in kinds:
        yield problem_at(f"must be a {' or '.join(kinds)} object", at)
        return
    yield from check_text(value.get("text"), f"{at}/text", most=most, least=least)


def check_text(value: object, at: str, *, most: int = MAX_TEXT, least: int = 1) -> Iterator[str]:
    """Tell what is wrong with a text; ``most`` and ``least`` count code points."""
    if not isinstance(value, str):
        yield problem_at("must be a string", at)
    elif len(value) > most:
        yield problem_at(f"must be less than {most + 1} characters", at)
    elif len(value) < least:
        yield problem_at("must be more than 0 characters", at)


def check_count(value: object, at: str, *, least: int, most: int) -> Iterator[str]:
    """Tell what is wrong with a list's length."""
    if not isinstance(value, list):
        yield problem_at("must be an array", at)
    elif len(value) > most:
        yield problem_at(f"no more than {most} items allowed", at)
    elif len(value) < least:
        yield problem_at(f"no fewer than {least} items allowed", at)


def check_number(value: object, at: str, *, least: float, most: float) -> Iterator[str]:
    """Tell what is wrong with a number."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not least <= float(str(value)) <= most:
        yield problem_at(f"must be between {least} and {most}", at)


def texts_of(value: Mapping[str, object], at: str, limits: Mapping[str, int]) -> Iterator[str]:
    """Tell what is wrong with strings, by key, that may also be left out."""
    for key, most in limits.items():
        if key in value:
            yield from check_text(value[key], f"{at}/{key}", most=most, least=0)


def objects_of(value: Mapping[str, object], at: str, limits: Mapping[str, int]) -> Iterator[str]:
    """Tell what is wrong with text objects, by key, that may also be left out."""
    for key, most in limits.items():
        if key in value:
            yield from check_object(value[key], f"{at}/{key}", most=most)


def items(value: object) -> Sequence[Mapping[str, object]]:
    """Give the objects of a list; nothing of what is none."""
    found = value if isinstance(value, list) else []
    return [item for item in found if isinstance(item, Mapping)]


def problem_at(what: str, at: str) -> str:
    """Write a problem as Slack does."""
    return f"[ERROR] {what} [json-pointer:{at}]"
