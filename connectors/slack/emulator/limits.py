"""What Slack refuses as ``invalid_blocks``.

The numbers are those of Slack's Block Kit reference (2026); lengths are code points.
"""

from collections.abc import Iterator, Mapping, Sequence

from bot import Body

MAX_BLOCKS = 50
MAX_TEXT = 40_000
_ID = 255
_BLOCKS = frozenset(
    """
    actions alert card carousel container context context_actions data_table data_visualization
    divider file header image input markdown plan rich_text section table task_card video
    """.split()  # noqa: SIM905 - a word each, not a line each
)
_ACTIONS = frozenset(
    """
    button channels_select checkboxes conversations_select datepicker datetimepicker
    external_select multi_channels_select multi_conversations_select multi_external_select
    multi_static_select multi_users_select overflow radio_buttons rich_text_input static_select
    timepicker users_select workflow_button
    """.split()  # noqa: SIM905 - a word each, not a line each
)


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
    if not isinstance(block, Mapping) or block.get("type") not in _BLOCKS:
        yield problem_at("unsupported type", f"{at}/type")
        return
    yield from check_text(block.get("block_id", "x"), f"{at}/block_id", most=_ID)
    match block["type"]:
        case "section":
            yield from _section(block, at)
        case "header":
            yield from check_object(
                block.get("text"), f"{at}/text", most=150, kinds=("plain_text",)
            )
        case "actions":
            yield from _actions(block, at)
        case "context":
            yield from check_count(block.get("elements"), f"{at}/elements", least=1, most=10)
        case "markdown":
            yield from check_text(block.get("text"), f"{at}/text", most=12_000)
        case "rich_text":
            yield from _rich(block, at)
        case _:
            return


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
        yield from _element(block["accessory"], f"{at}/accessory")


def _actions(block: Body, at: str) -> Iterator[str]:
    elements = block.get("elements")
    yield from check_count(elements, f"{at}/elements", least=1, most=25)
    if not isinstance(elements, list):
        return
    for index, element in enumerate(elements):
        yield from _element(element, f"{at}/elements/{index}")
    ids = [e["action_id"] for e in elements if isinstance(e, Mapping) and "action_id" in e]
    if len(set(ids)) != len(ids):
        yield problem_at("`action_id` values must be unique", f"{at}/elements")


def _element(element: object, at: str) -> Iterator[str]:
    if not isinstance(element, Mapping) or element.get("type") not in _ACTIONS | {"image"}:
        yield problem_at("unsupported type", f"{at}/type")
        return
    yield from check_text(element.get("action_id", "x"), f"{at}/action_id", most=_ID)
    match element["type"]:
        case "button":
            yield from check_object(
                element.get("text"), f"{at}/text", most=75, kinds=("plain_text",)
            )
            yield from check_text(element.get("value", "x"), f"{at}/value", most=2000)
            yield from check_text(element.get("url", "x"), f"{at}/url", most=3000)
        case "static_select" | "multi_static_select":
            yield from check_select(element, at)
        case "overflow":
            yield from _options(element.get("options"), f"{at}/options", most=5)
        case "checkboxes" | "radio_buttons":
            yield from _options(element.get("options"), f"{at}/options", most=10)
        case _:
            return


def check_select(element: Body, at: str) -> Iterator[str]:
    """Tell what is wrong with a menu."""
    if ("options" in element) == ("option_groups" in element):
        yield problem_at("must define one of `options` or `option_groups`", at)
    if "placeholder" in element:
        held = element["placeholder"]
        yield from check_object(held, f"{at}/placeholder", most=150, kinds=("plain_text",))
    if "options" in element:
        yield from _options(element["options"], f"{at}/options", most=100)


def _options(options: object, at: str, *, most: int) -> Iterator[str]:
    yield from check_count(options, at, least=1, most=most)
    for index, option in enumerate(options if isinstance(options, list) else ()):
        here = f"{at}/{index}"
        if not isinstance(option, Mapping):
            yield problem_at("must be an object", here)
            continue
        yield from check_object(option.get("text"), f"{here}/text", most=75)
        yield from check_text(option.get("value"), f"{here}/value", most=150)
        if "description" in option:
            yield from check_object(option["description"], f"{here}/description", most=75)


def _rich(block: Body, at: str) -> Iterator[str]:
    elements = block.get("elements")
    if not isinstance(elements, list):
        yield problem_at("missing required field: elements", at)
        return
    for index, element in enumerate(elements):
        for place, inner in enumerate(element.get("elements", ())):
            if inner.get("type") == "text":
                yield from check_text(
                    inner.get("text"), f"{at}/elements/{index}/elements/{place}/text"
                )


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
        yield problem_at("no fewer than 1 items allowed", at)


def problem_at(what: str, at: str) -> str:
    """Write a problem as Slack does."""
    return f"[ERROR] {what} [json-pointer:{at}]"
