"""The emulator keeps every limit of Block Kit: the valid samples pass, each broken one does not."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from connectors.slack.emulator.element_limits import ACTIONS, INPUTS, check_rows
from connectors.slack.emulator.limits import find_problems
from connectors.slack.emulator.view_limits import find_home_problems, find_view_problems

SPECS = Path(__file__).parents[3] / "../shared/platforms/slack/specs/block-kit"
Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def many(thing: object, count: int) -> list[Any]:
    return [thing] * count


def section(**more: object) -> Json:
    return {"type": "section", "text": plain("x"), **more}


def actions(*elements: Json) -> list[Json]:
    return [{"type": "actions", "elements": list(elements)}]


def button(**more: object) -> list[Json]:
    return actions({"type": "button", "action_id": "a", "text": plain("x"), **more})


def confirmed(**more: object) -> list[Json]:
    asked = {"title": plain("t"), "text": plain("x"), "confirm": plain("y"), "deny": plain("n")}
    return button(confirm={**asked, **more})


def option(**more: object) -> Json:
    return {"text": plain("o"), "value": "v", **more}


def select(**more: object) -> list[Json]:
    return actions({"type": "static_select", "action_id": "a", **more})


def chosen(kind: str, count: int) -> list[Json]:
    return actions({"type": kind, "action_id": "a", "options": many(option(), count)})


def grouped(*groups: Json) -> list[Json]:
    return select(option_groups=list(groups))


def group(count: int = 1, label: str = "g") -> Json:
    return {"label": plain(label), "options": many(option(), count)}


def typed(kind: str = "plain_text_input", **more: object) -> list[Json]:
    return asked({"type": kind, "action_id": "a", **more})


def asked(element: Json, **more: object) -> list[Json]:
    return [{"type": "input", "label": plain("l"), "element": element, **more}]


def source(url: str) -> list[Json]:
    told = {"type": "url", "url": url, "text": "x"}
    return [{"type": "task_card", "task_id": "t", "title": "x", "sources": [told]}]


def cell(text: str = "x") -> Json:
    return {"type": "raw_text", "text": text}


def table(rows: list[list[Json]], **more: object) -> list[Json]:
    return [{"type": "table", "rows": rows, **more}]


def data(rows: list[list[Json]], **more: object) -> list[Json]:
    return [{"type": "data_table", "rows": rows, **more}]


def block(kind: str, **more: object) -> list[Json]:
    return [{"type": kind, **more}]


def video(**more: object) -> list[Json]:
    told = {"alt_text": "x", "title": plain("t"), "thumbnail_url": "https://x.test/1.png"}
    return block("video", **{**told, "video_url": "https://x.test/1.mp4", **more})


def feedback(**more: object) -> list[Json]:
    pressed = {"text": plain("y"), "value": "v", **more}
    both = {"positive_button": pressed, "negative_button": {"text": plain("n"), "value": "v"}}
    return block("context_actions", elements=[{"type": "feedback_buttons", **both}])


def pie(*segments: Json) -> list[Json]:
    return block("data_visualization", title="t", chart={"type": "pie", "segments": list(segments)})


def segment(label: str = "x", value: float = 1) -> Json:
    return {"label": label, "value": value}


def point(label: str = "x") -> Json:
    return {"label": label, "value": 1}


def series(count: int = 1, name: str = "s", label: str = "x") -> Json:
    return {"name": name, "data": many(point(label), count)}


def bars(*shown: Json, categories: list[str] | None = None, x_label: str = "x") -> list[Json]:
    axes = {"categories": ["x"] if categories is None else categories, "x_label": x_label}
    chart = {"type": "bar", "series": list(shown), "axis_config": axes}
    return block("data_visualization", title="t", chart=chart)


def picture(**more: object) -> Json:
    return {"type": "image", "image_url": "https://x.test/1.png", "alt_text": "x", **more}


def view(**more: object) -> Json:
    return {"type": "modal", "title": plain("t"), "blocks": [section()], **more}


REFUSED: Mapping[str, list[Json]] = {
    "text-empty": [section(text=plain(""))],
    "text-too-long": [section(text=plain("x" * 3001))],
    "button-action-id-too-long": button(action_id="x" * 256),
    "button-text-too-long": button(text=plain("x" * 76)),
    "button-url-too-long": button(url="x" * 3001),
    "button-value-too-long": button(value="x" * 2001),
    "confirmation-title-too-long": confirmed(title=plain("x" * 101)),
    "confirmation-text-too-long": confirmed(text=plain("x" * 301)),
    "confirmation-confirm-too-long": confirmed(confirm=plain("x" * 31)),
    "confirmation-deny-too-long": confirmed(deny=plain("x" * 31)),
    "option-text-too-long": select(options=[option(text=plain("x" * 76))]),
    "option-value-too-long": select(options=[option(value="x" * 151)]),
    "option-url-too-long": select(options=[option(url="\N{PARTY POPPER}" * 3001)]),
    "option-description-too-long": select(options=[option(description=plain("x" * 76))]),
    "option-group-label-too-long": grouped(group(label="x" * 76)),
    "option-group-empty": grouped(group(0)),
    "option-group-too-many-options": grouped(group(101)),
    "select-placeholder-too-long": select(options=[option()], placeholder=plain("x" * 151)),
    "select-too-many-options": chosen("static_select", 101),
    "select-too-many-option-groups": grouped(*many(group(), 101)),
    "overflow-empty": chosen("overflow", 0),
    "overflow-too-many-options": chosen("overflow", 6),
    "checkboxes-empty": chosen("checkboxes", 0),
    "checkboxes-too-many-options": chosen("checkboxes", 11),
    "radio-buttons-empty": chosen("radio_buttons", 0),
    "radio-buttons-too-many-options": chosen("radio_buttons", 11),
    "url-source-url-empty": source(""),
    "url-source-url-too-long": source("x" * 3001),
    "table-too-many-rows": table(many([cell()], 101)),
    "table-ragged-rows": table([[cell()], [cell(), cell()]]),
    "table-column-settings-mismatch": table([[cell()]], column_settings=[{}, {}]),
    "file-input-max-files-too-small": typed("file_input", max_files=0),
    "file-input-max-files-too-large": typed("file_input", max_files=11),
    "plain-text-input-max-length-too-large": typed(max_length=3001),
    "actions-too-many-elements": actions(*many(button()[0]["elements"][0], 26)),
    "context-too-many-elements": block("context", elements=many(plain("x"), 11)),
    "header-text-too-long": block("header", text=plain("x" * 151)),
    "image-url-too-long": [picture(image_url="x" * 3001)],
    "image-alt-text-too-long": [picture(alt_text="x" * 2001)],
    "input-label-too-long": [{**typed()[0], "label": plain("x" * 2001)}],
    "input-hint-too-long": [{**typed()[0], "hint": plain("x" * 2001)}],
    "markdown-empty": block("markdown", text=""),
    "markdown-too-long": block("markdown", text="x" * 12_001),
    "section-text-too-long": [section(text=plain("x" * 3001))],
    "section-too-many-fields": [section(fields=many(plain("x"), 11))],
    "section-field-too-long": [section(fields=[plain("x" * 2001)])],
    "video-alt-text-empty": video(alt_text=""),
    "video-alt-text-too-long": video(alt_text="x" * 201),
    "video-title-too-long": video(title=plain("x" * 201)),
    "video-author-name-too-long": video(author_name="x" * 51),
    "video-description-too-long": video(description=plain("x" * 201)),
    "video-provider-name-too-long": video(provider_name="x" * 51),
    "section-missing-content": block("section"),
    "static-select-options-and-groups": select(options=[option()], option_groups=[group()]),
    "image-url-and-slack-file": [picture(slack_file={"id": "F1"})],
    "number-input-inverted-range": typed(
        "number_input", is_decimal_allowed=True, min_value="2", max_value="1"
    ),
    "context-invalid-element": block("context", elements=button()[0]["elements"]),
    "input-invalid-element": asked({"type": "button", "text": plain("x")}),
    "block-id-too-long": [section(block_id="x" * 256)],
    "button-accessibility-label-too-long": button(accessibility_label="x" * 76),
    "alert-text-too-long": block("alert", text=plain("x" * 201)),
    "card-title-too-long": block("card", title=plain("x" * 151)),
    "card-subtitle-too-long": block("card", title=plain("x"), subtitle=plain("x" * 151)),
    "card-body-too-long": block("card", title=plain("x"), body=plain("x" * 201)),
    "card-too-many-actions": block("card", actions=many(button()[0]["elements"][0], 4)),
    "card-subtext-too-long": block("card", title=plain("x"), subtext=plain("x" * 201)),
    "carousel-empty": block("carousel", elements=[]),
    "carousel-too-many-cards": block("carousel", elements=many({"title": plain("x")}, 11)),
    "container-title-too-long": block("container", title=plain("x" * 151), child_blocks=[]),
    "container-subtitle-too-long": block("container", subtitle=plain("x" * 151), child_blocks=[]),
    "container-too-many-child-blocks": block("container", child_blocks=many(section(), 11)),
    "context-actions-too-many-elements": block(
        "context_actions", elements=many(feedback()[0]["elements"][0], 6)
    ),
    "feedback-button-text-too-long": feedback(text=plain("x" * 76)),
    "feedback-button-value-too-long": feedback(value="x" * 2001),
    "feedback-button-accessibility-label-too-long": feedback(accessibility_label="x" * 76),
    "icon-button-too-many-visible-users": block(
        "context_actions",
        elements=[{"type": "icon_button", "visible_to_user_ids": many("U1", 11)}],
    ),
    "data-table-too-few-rows": data([[cell()]]),
    "data-table-too-many-rows": data(many([cell()], 202)),
    "data-table-too-few-columns": data([[], []]),
    "data-table-too-many-columns": data(many(many(cell(), 21), 2)),
    "data-table-page-size-too-small": data(many([cell()], 2), page_size=0),
    "data-table-page-size-too-large": data(many([cell()], 2), page_size=101),
    "data-table-cell-text-empty": data([[cell("")], [cell()]]),
    "data-table-content-too-long": data([[cell("x" * 20_000)], [cell()]]),
    "data-visualization-title-too-long": [{**pie(segment())[0], "title": "x" * 51}],
    "pie-chart-empty": pie(),
    "pie-chart-too-many-segments": pie(*many(segment(), 13)),
    "chart-segment-label-too-long": pie(segment(label="x" * 21)),
    "chart-segment-value-not-positive": pie(segment(value=0)),
    "chart-series-empty": bars(),
    "chart-too-many-series": bars(*many(series(), 13)),
    "data-series-name-too-long": bars(series(name="x" * 21)),
    "data-series-empty": bars(series(0)),
    "data-series-too-many-points": bars(series(21)),
    "data-point-label-too-long": bars(series(label="x" * 21)),
    "axis-categories-empty": bars(series(), categories=[]),
    "axis-too-many-categories": bars(series(), categories=many("x", 21)),
    "axis-category-label-too-long": bars(series(), categories=["x" * 21]),
    "axis-label-too-long": bars(series(), x_label="x" * 51),
}
REFUSED_VIEWS: Mapping[str, Json] = {
    "view-missing-blocks": view(blocks=[]),
    "view-too-many-blocks": view(blocks=many(section(), 101)),
    "view-private-metadata-too-long": view(private_metadata="x" * 3001),
    "view-callback-id-too-long": view(callback_id="x" * 256),
    "view-title-too-long": view(title=plain("x" * 25)),
    "view-close-too-long": view(close=plain("x" * 25)),
    "view-submit-too-long": view(submit=plain("x" * 25)),
}
BESIDES: Mapping[str, object] = {
    "too many blocks": many(section(), 51),
    "unknown block": block("no_such_block"),
    "mrkdwn header": block("header", text={"type": "mrkdwn", "text": "x"}),
    "no elements": actions(),
    "same action twice": actions(*many(button()[0]["elements"][0], 2)),
    "same block twice": many(section(block_id="b"), 2),
    "broken day": actions({"type": "datepicker", "initial_date": "tomorrow"}),
    "broken time": actions({"type": "timepicker", "initial_time": "25:00"}),
    "unknown row": select(options=[option()], initial_option=option(value="w")),
    "image nowhere": [{"type": "image", "alt_text": "x"}],
    "no list": "x",
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_message_over_a_limit_is_refused(case: str) -> None:
    assert find_problems(REFUSED[case])


@pytest.mark.parametrize("case", BESIDES)
def test_what_no_list_of_limits_names_is_refused_as_well(case: str) -> None:
    assert find_problems(BESIDES[case])


@pytest.mark.parametrize("case", REFUSED_VIEWS)
def test_a_view_over_a_limit_is_refused(case: str) -> None:
    assert find_view_problems(REFUSED_VIEWS[case])


def test_what_each_refused_case_is_made_of_is_fine_itself() -> None:
    fine = [
        *many(section(), 50), *button(value="x" * 2000), *confirmed(), *select(options=[option()]),
        *grouped(group(100)), *chosen("overflow", 5), *chosen("checkboxes", 10), *source("x"),
        *table([[cell()]]), *data(many([cell()], 2)), *video(), *feedback(), *pie(segment()),
        *bars(series()), picture(), *typed(), *typed("email_text_input"), *typed("url_text_input"),
        *typed("number_input", is_decimal_allowed=False, min_value="1", max_value="1"),
    ]  # fmt: skip

    assert [problem for one in fine for problem in find_problems([one])] == []
    assert find_view_problems(view()) == []
    assert find_home_problems({"type": "home", "blocks": [section()]}) == []


def test_an_input_needs_a_button_that_sends_it() -> None:
    assert find_view_problems(view(blocks=typed()))
    assert not find_view_problems(view(blocks=typed(), submit=plain("Send")))


def test_rows_that_an_app_found_have_limits_too() -> None:
    assert check_rows(many(option(), 101))
    assert check_rows([option(text=plain("x" * 76))])
    assert not check_rows([])
    assert not check_rows(many(option(), 100))


# ── The samples beside this repository ────────────────────────────────────────


def samples(folder: str) -> Mapping[str, Any]:
    if not SPECS.exists():
        pytest.skip("the shared platform samples are not beside this repository")
    paths = (SPECS / "fixtures/valid" / folder).glob("*.json")
    return {path.name: json.loads(path.read_text()) for path in paths}


def test_every_refusal_of_the_samples_is_tried() -> None:
    if not SPECS.exists():
        pytest.skip("the shared platform samples are not beside this repository")
    told = json.loads((SPECS / "fixtures/invalid/manifest.json").read_text())

    assert {case["id"] for case in told["cases"]} == REFUSED.keys() | REFUSED_VIEWS.keys()


def in_a_block(element: Json) -> list[Json]:
    """Put an element where it may stand."""
    kind = element.get("type")
    if kind == "url":
        return source(element["url"])
    if kind == "image":
        return [section(accessory=element)]
    return actions(element) if kind in ACTIONS else asked(element)


def in_rich_text(element: Json) -> list[Json]:
    inner = element if "elements" in element else {"type": "rich_text_section"}
    held = [inner] if "elements" in element else [{**inner, "elements": [element]}]
    return [element] if element["type"] == "rich_text" else block("rich_text", elements=held)


def unnamed(blocks: list[Json]) -> list[Json]:
    """Leave out the names of blocks, which are all the same in the samples."""
    return [{key: told for key, told in one.items() if key != "block_id"} for one in blocks]


@pytest.mark.parametrize(
    ("folder", "shown", "least"),
    [
        ("blocks", lambda found: [found], 30),
        ("elements", in_a_block, 25),
        ("rich_text", in_rich_text, 10),
        ("attachments", lambda found: found["blocks"], 2),
        ("messages", lambda found: unnamed(found.get("blocks", [])), 5),
    ],
)
def test_the_valid_samples_of_block_kit_are_accepted(
    folder: str, shown: Callable[[Json], list[Json]], least: int
) -> None:
    found = {name: find_problems(shown(told)) for name, told in samples(folder).items()}

    assert len(found) >= least
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_the_valid_views_are_accepted() -> None:
    for told in samples("views").values():
        check = find_view_problems if told["type"] == "modal" else find_home_problems
        assert check(told) == []


def test_an_element_of_every_kind_may_stand_somewhere() -> None:
    kinds = {told.get("type") for told in samples("elements").values()}

    assert kinds <= ACTIONS | INPUTS | {"image", "url"}
