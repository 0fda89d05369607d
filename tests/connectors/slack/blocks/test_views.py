"""Forms as modals: what is drawn, what Slack would refuse, and the button that carries them."""

from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import Form, FormField, Option, OutboundMessage, PromptId
from connectors.slack.blocks.views import MAX_VALUE, form_button, modal, read_offer
from connectors.slack.emulator.limits import find_problems
from connectors.slack.emulator.modals import fill, form_shown
from connectors.slack.emulator.shown import pressables
from connectors.slack.emulator.view_limits import find_view_problems
from connectors.slack.render import render

PROMPT = PromptId("AbCdEfGh123")
BOOKING = Form(
    title="Book a table",
    fields=(
        FormField(name="day", label="Which day?", kind="date", value="2026-11-20"),
        FormField(name="at", label="What time?", kind="time", value="19:00"),
        FormField(name="guests", label="How many guests?", kind="number", value="4"),
        FormField(
            name="area", label="Where?", kind="choice", required=False, value="terrace",
            options=(("inside", "Inside"), ("terrace", "Terrace")),
        ),
        FormField(name="quiet", label="Quiet?", kind="yesno"),
        FormField(name="mail", label="Your address?", kind="email", value="ada@x.test"),
        FormField(name="note", label="Anything else?", kind="long", required=False),
    ),
)  # fmt: skip

texts = st.text(max_size=120)
names = st.from_regex(r"[a-z_]{1,30}", fullmatch=True)
fields = st.builds(
    FormField,
    name=names,
    label=texts | st.just("long " * 600),
    kind=st.sampled_from(
        ["text", "long", "number", "date", "time", "choice", "yesno", "email", "new"]
    ),
    options=st.lists(st.tuples(texts | st.just("w" * 151), texts), max_size=4).map(tuple)
    | st.just(tuple((f"{n}", f"row {n}") for n in range(101))),
    required=st.booleans(),
    value=texts | st.sampled_from(["4", "2026-11-20", "19:00", "yes", "x" * 3001]),
)


@st.composite
def forms(draw: st.DrawFn) -> Form:
    drawn = draw(st.lists(fields, min_size=1, max_size=8, unique_by=lambda field: field.name))
    return Form(title=draw(texts), fields=tuple(drawn), submit=draw(texts), label=draw(texts))


def element(field: FormField) -> dict[str, Any]:
    view = modal(Form(title="x", fields=(field,)), "{}")
    found: dict[str, Any] = view["blocks"][0]["element"]
    return found


@given(forms())
def test_no_form_is_drawn_that_slack_refuses(form: Form) -> None:
    assert find_view_problems(modal(form, "{}")) == []


def test_a_form_of_more_fields_than_a_view_holds_is_cut_not_refused() -> None:
    many = Form(title="x", fields=tuple(FormField(name=f"f{n}", label="?") for n in range(120)))

    view = modal(many, "{}")

    assert find_view_problems(view) == []
    assert len(view["blocks"]) == 100


def test_every_kind_has_its_picker_and_what_is_known_stands_in_it() -> None:
    view = modal(BOOKING, "{}")

    kinds = [block["element"]["type"] for block in view["blocks"]]
    assert kinds == [
        "datepicker", "timepicker", "number_input", "static_select", "static_select",
        "email_text_input", "plain_text_input",
    ]  # fmt: skip
    shown = form_shown(view)
    assert [field.value for field in shown.fields] == [
        "2026-11-20", "19:00", "4", "terrace", "", "ada@x.test", "",
    ]  # fmt: skip
    assert [field.required for field in shown.fields] == [
        True, True, True, False, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("value", ["tomorrow", "20.11.2026", "2026-11-20T19:00"])
def test_a_date_that_no_picker_takes_leaves_the_picker_empty(value: str) -> None:
    assert "initial_date" not in element(FormField(name="d", label="?", kind="date", value=value))


def test_a_choice_that_no_menu_holds_is_typed() -> None:
    many = tuple((f"{n}", f"{n}") for n in range(101))
    long = (("x" * 151, "x"),)

    for options in (many, long, ()):
        field = FormField(name="c", label="?", kind="choice", options=options)
        assert element(field)["type"] == "plain_text_input"


def test_what_a_person_fills_in_is_what_was_drawn() -> None:
    state, refused = fill(modal(BOOKING, "{}"), {"quiet": "Yes", "area": "inside"})

    assert refused == {}
    assert state["day"]["words"]["selected_date"] == "2026-11-20"
    assert state["quiet"]["words"]["selected_option"]["value"] == "yes"
    assert state["area"]["words"]["selected_option"]["value"] == "inside"


@given(
    form=forms(),
    owner=st.from_regex(r"[UW][A-Z0-9]{2,12}", fullmatch=True),
    searches=st.booleans(),
)
def test_a_button_brings_back_its_form_or_a_smaller_one(
    form: Form, owner: str, *, searches: bool
) -> None:
    button = form_button(form, PROMPT, owner, searches=searches)

    if button is None:
        return
    block = {"type": "actions", "elements": [button]}
    offer = read_offer(button["value"])
    assert find_problems([block]) == []
    assert (offer.prompt, offer.owner) == (PROMPT, owner)
    assert offer.form is not None
    assert find_view_problems(modal(offer.form, "{}")) == []
    needed = {field.name for field in form.fields if field.required}
    assert needed <= {field.name for field in offer.form.fields}


def test_a_form_with_long_lists_still_fits_into_its_button() -> None:
    words = [sha256(str(n).encode()).hexdigest() for n in range(90)]
    rows = tuple((word, word) for word in words)
    form = Form(
        title="Order",
        fields=(
            FormField(name="dish", label="Which dish?", kind="choice", options=rows),
            FormField(name="size", label="Which size?", kind="choice", options=rows),
            FormField(name="note", label="Note?", required=False),
        ),
    )

    button = form_button(form, PROMPT, "U1")

    assert button is not None
    assert len(button["value"]) <= MAX_VALUE
    smaller = read_offer(button["value"]).form
    assert smaller is not None
    assert [(field.name, field.kind) for field in smaller.fields][:2] == [
        ("dish", "text"), ("size", "text"),
    ]  # fmt: skip


@pytest.mark.parametrize(("searches", "kind"), [(True, "search"), (False, "text")])
def test_a_choice_that_is_too_long_is_searched_where_somebody_answers(
    *, searches: bool, kind: str
) -> None:
    rows = tuple((f"street {n}", f"Street {n}") for n in range(400))
    street = FormField(name="street", label="Which?", kind="choice", options=rows, value="street 7")
    form = Form(title="x", fields=(street, FormField(name="no", label="No.?", kind="number")))

    button = form_button(form, PROMPT, "U1", searches=searches)

    assert button is not None
    smaller = read_offer(button["value"]).form
    assert smaller is not None
    assert [field.kind for field in smaller.fields] == [kind, "number"]
    drawn = modal(smaller, "{}")["blocks"][0]["element"]
    shown = drawn.get("initial_option", {}).get("value") or drawn.get("initial_value")
    assert (drawn["type"] == "external_select", shown) == (searches, "street 7")


def test_a_choice_that_no_row_can_hold_is_typed_even_where_one_could_search() -> None:
    rows = tuple((f"{n}" * 151, f"Row {n}") for n in range(101))
    form = Form(title="x", fields=(FormField(name="c", label="?", kind="choice", options=rows),))

    button = form_button(form, PROMPT, "U1", searches=True)

    assert button is not None
    smaller = read_offer(button["value"]).form
    assert smaller is not None
    assert [field.kind for field in smaller.fields] == ["text"]


@pytest.mark.parametrize("value", ["", "p", "p|U1", "p|U1|", "p|U1|!!!", "p|U1|é", "||"])
def test_a_button_of_another_release_has_no_form(value: str) -> None:
    assert read_offer(value).form is None


@given(st.text())
def test_any_value_is_read_without_an_error(value: str) -> None:
    read_offer(value)


def test_the_button_stands_below_the_answers_of_the_question() -> None:
    asked = OutboundMessage(
        text="Which day?", options=(Option(token="p.0", label="Today"),), prompt=PROMPT,
        form=BOOKING,
    )  # fmt: skip

    (post,) = render(asked, owner="U1")

    assert [pressed.label for pressed in pressables(post["blocks"])] == ["Today", "Fill in a form"]
    assert find_problems(post["blocks"]) == []


def test_a_message_without_a_question_has_no_form() -> None:
    (post,) = render(OutboundMessage(text="x", form=BOOKING), owner="U1")

    assert pressables(post["blocks"]) == []
