"""What Slack refuses of the blocks that few apps send: cards, tables, charts, videos.

The numbers are those of Slack's Block Kit reference (2026).
"""

from collections.abc import Callable, Iterator, Mapping

from bot import Body
from connectors.slack.emulator.checks import (
    check_count,
    check_number,
    check_object,
    check_text,
    items,
    objects_of,
    problem_at,
    texts_of,
)
from connectors.slack.emulator.element_limits import check_element

Check = Callable[[Body, str], Iterator[str]]


def _alert(block: Body, at: str) -> Iterator[str]:
    yield from check_object(block.get("text"), f"{at}/text", most=200)


def _card(block: Body, at: str) -> Iterator[str]:
    yield from objects_of(block, at, {"title": 150, "subtitle": 150, "body": 200, "subtext": 200})
    if "actions" in block:
        yield from check_count(block["actions"], f"{at}/actions", least=1, most=3)
        for index, element in enumerate(items(block["actions"])):
            yield from check_element(element, f"{at}/actions/{index}")


def _carousel(block: Body, at: str) -> Iterator[str]:
    yield from check_count(block.get("elements"), f"{at}/elements", least=1, most=10)
    for index, card in enumerate(items(block.get("elements"))):
        yield from _card(card, f"{at}/elements/{index}")


def _container(block: Body, at: str) -> Iterator[str]:
    yield from objects_of(block, at, {"title": 150, "subtitle": 150})
    yield from check_count(block.get("child_blocks"), f"{at}/child_blocks", least=0, most=10)


def _context_actions(block: Body, at: str) -> Iterator[str]:
    yield from check_count(block.get("elements"), f"{at}/elements", least=1, most=5)
    for index, element in enumerate(items(block.get("elements"))):
        here = f"{at}/elements/{index}"
        for key in ("positive_button", "negative_button"):
            button = element.get(key)
            if isinstance(button, Mapping):
                yield from objects_of(button, f"{here}/{key}", {"text": 75})
                limits = {"value": 2000, "accessibility_label": 75}
                yield from texts_of(button, f"{here}/{key}", limits)
        seers = element.get("visible_to_user_ids", [])
        yield from check_count(seers, f"{here}/visible_to_user_ids", least=0, most=10)


def _table(block: Body, at: str) -> Iterator[str]:
    rows = block.get("rows")
    yield from check_count(rows, f"{at}/rows", least=1, most=100)
    widths = {len(row) for row in rows or () if isinstance(row, list)}
    if len(widths) > 1:
        yield problem_at("rows must have the same number of cells", f"{at}/rows")
    settings = block.get("column_settings")
    if isinstance(settings, list) and widths and len(settings) != max(widths):
        yield problem_at("must have one entry per column", f"{at}/column_settings")


def _data_table(block: Body, at: str) -> Iterator[str]:
    rows = block.get("rows")
    yield from check_count(rows, f"{at}/rows", least=2, most=201)
    length = 0
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        yield from check_count(row, f"{at}/rows/{index}", least=1, most=20)
        for place, cell in enumerate(items(row)):
            here = f"{at}/rows/{index}/{place}/text"
            yield from check_text(cell.get("text", "x"), here)
            length += len(str(cell.get("text", "")))
    if length > 20_000:
        yield problem_at("must be less than 20001 characters", f"{at}/rows")
    if "page_size" in block:
        yield from check_number(block["page_size"], f"{at}/page_size", least=1, most=100)


def _chart(block: Body, at: str) -> Iterator[str]:
    yield from texts_of(block, at, {"title": 50})
    chart, here = block.get("chart"), f"{at}/chart"
    if not isinstance(chart, Mapping):
        yield problem_at("missing required field: chart", at)
    elif chart.get("type") == "pie":
        yield from _pie(chart, here)
    else:
        yield from _axes(chart, here)


def _pie(chart: Body, at: str) -> Iterator[str]:
    yield from check_count(chart.get("segments"), f"{at}/segments", least=1, most=12)
    for index, segment in enumerate(items(chart.get("segments"))):
        here = f"{at}/segments/{index}"
        yield from texts_of(segment, here, {"label": 20})
        value = segment.get("value")
        if not isinstance(value, int | float) or value <= 0:
            yield problem_at("must be greater than 0", f"{here}/value")


def _axes(chart: Body, at: str) -> Iterator[str]:
    yield from check_count(chart.get("series"), f"{at}/series", least=1, most=12)
    for index, series in enumerate(items(chart.get("series"))):
        here = f"{at}/series/{index}"
        yield from texts_of(series, here, {"name": 20})
        yield from check_count(series.get("data"), f"{here}/data", least=1, most=20)
        for place, point in enumerate(items(series.get("data"))):
            yield from texts_of(point, f"{here}/data/{place}", {"label": 20})
    axes, here = chart.get("axis_config"), f"{at}/axis_config"
    if isinstance(axes, Mapping):
        yield from texts_of(axes, here, {"x_label": 50, "y_label": 50})
        categories = axes.get("categories")
        yield from check_count(categories, f"{here}/categories", least=1, most=20)
        for label in categories if isinstance(categories, list) else ():
            yield from check_text(label, f"{here}/categories", most=20)


def _video(block: Body, at: str) -> Iterator[str]:
    yield from check_text(block.get("alt_text"), f"{at}/alt_text", most=200)
    yield from objects_of(block, at, {"title": 200, "description": 200})
    yield from texts_of(block, at, {"author_name": 50, "provider_name": 50})


def _task(block: Body, at: str) -> Iterator[str]:
    for index, source in enumerate(items(block.get("sources"))):
        yield from check_text(source.get("url"), f"{at}/sources/{index}/url", most=3000)


CHECKS: Mapping[str, Check] = {
    "alert": _alert,
    "card": _card,
    "carousel": _carousel,
    "container": _container,
    "context_actions": _context_actions,
    "data_table": _data_table,
    "data_visualization": _chart,
    "table": _table,
    "task_card": _task,
    "video": _video,
}
