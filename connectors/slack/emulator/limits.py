"""What Slack refuses as ``invalid_blocks``.

The numbers are those of Slack's Block Kit reference (2026); lengths are code points.
"""

from collections.abc import Iterator, Mapping, Sequence

from bot import Body
from connectors.slack.emulator import rare_limits
from connectors.slack.emulator.checks import (
    check_count,
    check_object,
    check_text,
    problem_at,
    texts_of,
)
from connectors.slack.emulator.element_limits import (
    INPUTS,
    MAX_ID,
    check_element,
    check_picture,
)

MAX_BLOCKS = 50


def find_problems(blocks: object, *, most: int = MAX_BLOCKS) -> Sequence[str]:
    """Tell what is wrong with blocks, in Slack's words; nothing where they may be shown."""
    if not isinstance(blocks, list):
        return [problem_at("must be an array", "/blocks")]
    problems = list(check_count(blocks, "/blocks", least=0, most=most))
    for index, block in enumerate(blocks):
        problems += _block(block, f"/blocks/{index}")
    ids = [
        block["block_id"] for block in blocks if isinstance(block, Mapping) and "block_id" in block
    ]
    if len(set(ids)) != len(ids):
        problems.append(problem_at("`block_id` values must be unique", "/blocks"))
    return problems


def _block(block: object, at: str) -> Iterator[str]:
    if not isinstance(block, Mapping) or block.get("type") not in _CHECKS.keys() | _UNCHECKED:
        yield problem_at("unsupported type", f"{at}/type")
        return
    yield from check_text(block.get("block_id", "x"), f"{at}/block_id", most=MAX_ID)
    if (check := _CHECKS.get(block["type"])) is not None:
        yield from check(block, at)


def _header(block: Body, at: str) -> Iterator[str]:
    yield from check_object(block.get("text"), f"{at}/text", most=150, kinds=("plain_text",))


def _markdown(block: Body, at: str) -> Iterator[str]:
    yield from check_text(block.get("text"), f"{at}/text", most=12_000)


def _section(block: Body, at: str) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield problem_at("must define one of `text` or `fields`", at)
    if "text" in block:
        yield from check_object(block["text"], f"{at}/text", most=3000)
    if "fields" in block:
        yield from check_count(block["fields"], f"{at}/fields", least=1, most=10)
        for index, part in enumerate(block["fields"]):
            yield from check_object(part, f"{at}/fields/{index}", most=2000, least=0)
    if "accessory" in block:
        yield from check_element(block["accessory"], f"{at}/accessory")


def _actions(block: Body, at: str) -> Iterator[str]:
    elements = block.get("elements")
    yield from check_count(elements, f"{at}/elements", least=1, most=25)
    if not isinstance(elements, list):
        return
    for index, element in enumerate(elements):
        yield from check_element(element, f"{at}/elements/{index}")
    ids = [e["action_id"] for e in elements if isinstance(e, Mapping) and "action_id" in e]
    if len(set(ids)) != len(ids):
        yield problem_at("`action_id` values must be unique", f"{at}/elements")


def _context(block: Body, at: str) -> Iterator[str]:
    elements = block.get("elements")
    yield from check_count(elements, f"{at}/elements", least=1, most=10)
    for index, element in enumerate(elements if isinstance(elements, list) else ()):
        here = f"{at}/elements/{index}"
        if isinstance(element, Mapping) and element.get("type") == "image":
            yield from check_picture(element, here)
        else:
            yield from check_object(element, here, most=3000)


def _input(block: Body, at: str) -> Iterator[str]:
    yield from check_object(block.get("label"), f"{at}/label", most=2000, kinds=("plain_text",))
    if "hint" in block:
        yield from check_object(block["hint"], f"{at}/hint", most=2000, kinds=("plain_text",))
    yield from check_element(block.get("element"), f"{at}/element", kinds=INPUTS)


def _rich(block: Body, at: str) -> Iterator[str]:
    elements = block.get("elements")
    if not isinstance(elements, list):
        yield problem_at("missing required field: elements", at)
        return
    for index, element in enumerate(elements):
        for place, inner in enumerate(element.get("elements", ())):
            here = f"{at}/elements/{index}/elements/{place}"
            if inner.get("type") == "text":
                yield from check_text(inner.get("text"), f"{here}/text")
            yield from texts_of(inner, here, {"url": 3000})


_CHECKS: Mapping[str, rare_limits.Check] = {
    **rare_limits.CHECKS,
    "actions": _actions,
    "context": _context,
    "header": _header,
    "image": check_picture,
    "input": _input,
    "markdown": _markdown,
    "rich_text": _rich,
    "section": _section,
}
_UNCHECKED = frozenset({"divider", "file", "plan"})
