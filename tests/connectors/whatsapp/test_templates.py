"""What is said by a template when free words would not get through, and when nothing is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import (
    Body,
    Link,
    Option,
    OutboundMessage,
    SentFile,
    ShownCard,
    WindowClosedError,
    units,
)
from bot.testing.contracts.sent_files import MENU
from connectors.whatsapp.emulator.approved import Approved, Templates
from connectors.whatsapp.emulator.checks import check_message
from connectors.whatsapp.emulator.display import displayed
from connectors.whatsapp.markup import ZERO_WIDTH
from connectors.whatsapp.settings import Template
from connectors.whatsapp.templates import MAX_PARTS, render_template
from tests.connectors.whatsapp.test_render import HERE

NEWS = Template(name="news", body=("Trattoria", "{text}"))
ANSWER = Template(name="answer", language="en_US", buttons=("Yes", "No"))
BOTH = {"news": NEWS, "answer": ANSWER}
YES_NO = (Option(token="AbCdEfGhIjK.0", label="yes"), Option(token="AbCdEfGhIjK.1", label=" No"))
PLATFORM = Templates()
PLATFORM.approve(Approved(name="news", language="en", body="{{1}} says: {{2}}"))
PLATFORM.approve(
    Approved(name="answer", language="en_US", body="{{1}} Please tell.", buttons=("Yes", "No"))
)


def shown(bodies: list[Body] | tuple[Body, ...]) -> str:
    """Tell what a person reads, once Meta has found nothing wrong with it."""
    texts = []
    for body in bodies:
        check_message(body)
        texts.append(PLATFORM.find(body).text(body))
    return " ".join(texts)


def rendered(message: OutboundMessage, templates: dict[str, Template]) -> tuple[Body, ...]:
    return tuple(render_template(message, HERE, templates, "c1"))


def test_the_words_go_into_the_parameter_that_stands_for_them() -> None:
    (body,) = rendered(OutboundMessage(text="Your table\n\n\tis ready."), BOTH)

    assert body["template"] == {
        "name": "news",
        "language": {"code": "en"},
        "components": [
            {
                "type": "body",
                "parameters": [
                    {"type": "text", "text": "Trattoria"},
                    {"type": "text", "text": "Your table is ready."},
                ],
            }
        ],
    }
    assert body["biz_opaque_callback_data"] == "c1"


def test_a_template_with_just_these_choices_brings_them_as_buttons() -> None:
    (body,) = rendered(OutboundMessage(text="Still on?", options=YES_NO), BOTH)

    assert body["template"]["name"] == "answer"
    assert PLATFORM.find(body).replies(body) == {
        "Yes": {"payload": "AbCdEfGhIjK.0", "text": "Yes"},
        "No": {"payload": "AbCdEfGhIjK.1", "text": "No"},
    }


def test_other_choices_are_numbered_in_the_words() -> None:
    options = (*YES_NO, Option(token="AbCdEfGhIjK.2", label="Later", description="tomorrow"))

    bodies = rendered(OutboundMessage(text="Still on?", options=options), BOTH)

    assert shown(bodies) == "Trattoria says: Still on? 1. yes 2. No 3. Later: tomorrow"


@pytest.mark.parametrize("templates", [{}, {"answer": ANSWER}])
def test_without_a_template_that_fits_the_reason_says_what_to_do(
    templates: dict[str, Template],
) -> None:
    with pytest.raises(WindowClosedError, match=r"templates\.X"):
        rendered(OutboundMessage(text="Hello"), templates)


def test_what_is_too_long_for_a_few_templates_is_not_cut_but_told() -> None:
    with pytest.raises(WindowClosedError, match="too many for template news"):
        rendered(OutboundMessage(text="word " * 1000), BOTH)


def test_nothing_to_say_is_no_template() -> None:
    with pytest.raises(WindowClosedError):
        rendered(OutboundMessage(text=" \n"), BOTH)


def test_cards_links_and_files_are_written_out() -> None:
    file = SentFile(blob=MENU.blob, name="menu.pdf", mime=MENU.mime, size=MENU.size)
    message = OutboundMessage(
        text="News.",
        links=(Link(label="Page", url="https://example.test/_a_"),),
        files=(file,),
        card=ShownCard(title="Lunch", text="Pasta", image="https://example.test/pasta.png"),
    )

    words = shown(rendered(message, BOTH))

    for word in ("News.", "Lunch", "Pasta", "https://example.test/pasta.png", "menu.pdf"):
        assert word in words
    assert "Page: https://example.test/_a_" in words


def test_only_the_last_of_several_brings_the_buttons() -> None:
    message = OutboundMessage(text="word " * 200, options=YES_NO)

    first, last = rendered(message, BOTH)

    assert [len(body["template"]["components"]) for body in (first, last)] == [1, 3]


TEXTS = st.text(max_size=300) | st.text(alphabet="*_~` \n\tab", max_size=900)
LABELS = st.lists(st.text(min_size=1, max_size=30), max_size=5)


@settings(max_examples=60)
@given(TEXTS, LABELS)
def test_no_word_and_no_choice_is_lost_in_a_template(text: str, labels: list[str]) -> None:
    options = tuple(Option(token=f"AbCdEfGhIjK.{n}", label=each) for n, each in enumerate(labels))
    try:
        bodies = rendered(OutboundMessage(text=text, options=options), {"news": NEWS})
    except WindowClosedError:
        return

    words = "".join(displayed(shown(bodies)).replace("Trattoria says:", "").split())
    wanted = " ".join([text, *labels]).replace(ZERO_WIDTH, "")
    assert len(bodies) <= MAX_PARTS
    assert all(word in words for word in wanted.split())
    assert all(units(part["text"]) <= NEWS.max_text for part in parameters(bodies))


def parameters(bodies: tuple[Body, ...]) -> list[Body]:
    return [part for body in bodies for part in body["template"]["components"][0]["parameters"]]
