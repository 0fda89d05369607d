from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import Link, Option, OutboundMessage
from connectors.slack.emulator.limits import find_problems
from connectors.slack.emulator.shown import plain, pressables, words_shown
from connectors.slack.render import render

words = st.text(max_size=200)
labels = st.text(min_size=1, max_size=90)
tokens = st.text(alphabet="abcXYZ019-_:", min_size=1, max_size=20)


@st.composite
def messages(draw: st.DrawFn) -> OutboundMessage:
    options = draw(
        st.lists(
            st.builds(Option, token=tokens, label=labels, description=st.text(max_size=80)),
            max_size=draw(st.sampled_from([0, 3, 12, 110])),
            unique_by=lambda option: option.token,
        )
    )
    links = draw(
        st.lists(
            st.builds(
                Link,
                label=labels,
                url=st.sampled_from(
                    ["https://x.test/a?b=1&c=2", "mailto:a@x.test", "https://x.test/" + "a" * 3000]
                ),
            ),
            max_size=30,
        )
    )
    repeat = draw(st.sampled_from([1, 1, 1, 60]))
    return OutboundMessage(text=draw(words) * repeat, options=tuple(options), links=tuple(links))


def shown(message: OutboundMessage) -> str:
    return "\n".join(words_shown(post["text"], post["blocks"]) for post in render(message))


@given(st.text(min_size=1, max_size=1000).filter(str.strip))  # nobody sends a blank
@example("*b* _i_ ~s~ `c` > q\n```x``` <!channel> <@U1> <https://x|y> &amp; :tada:")
@example("see https://x.test/a?b=1&c=2, or http://y.test.")
@example(" leading and trailing \n")
def test_any_text_is_shown_as_it_is(text: str) -> None:
    assert shown(OutboundMessage(text=text)) == text


@given(st.text(min_size=1, max_size=1000))
@example("<!channel> <@U1> & &lt;")
def test_the_notification_says_the_same_and_calls_nobody(text: str) -> None:
    (post,) = render(OutboundMessage(text=text))

    assert "<" not in post["text"]
    assert ">" not in post["text"]
    if not any(mark in text for mark in "*_~`"):
        assert plain(post["text"]) == text or not text.strip()


@settings(max_examples=60)
@given(messages())
def test_the_limits_are_kept_for_any_message(message: OutboundMessage) -> None:
    for post in render(message):
        assert not find_problems(post["blocks"])
        assert len(post["text"]) <= 40_000


@settings(max_examples=60)
@given(messages())
def test_no_choice_no_link_and_no_description_is_lost(message: OutboundMessage) -> None:
    posts = render(message)
    found = [pressed for post in posts for pressed in pressables(post["blocks"])]
    text = "".join(shown(message).split())
    values = {pressed.element.get("value") for pressed in found}
    values |= {pressed.option["value"] for pressed in found if pressed.option}
    descriptions = [
        pressed.option["description"]["text"]
        for pressed in found
        if pressed.option and "description" in pressed.option
    ]

    for option in message.options:
        assert option.token in values or "".join(option.label.split()) in text
        if option.description not in descriptions:
            assert "".join(option.description.split()) in text
    for link in message.links:
        urls = {pressed.element.get("url") for pressed in found}
        assert link.url in urls or "".join(link.url.split()) in text


def test_options_become_buttons_then_a_menu_then_numbers() -> None:
    def kinds(count: int) -> set[str]:
        options = tuple(Option(token=f"t{n}", label=f"L{n}") for n in range(count))
        posts = render(OutboundMessage(text="Which?", options=options))
        return {str(p.element["type"]) for post in posts for p in pressables(post["blocks"])}

    assert kinds(10) == {"button"}
    assert kinds(11) == {"static_select"}
    assert kinds(100) == {"static_select"}
    assert kinds(101) == set()


def test_a_long_text_is_split_and_the_buttons_stand_under_its_end() -> None:
    text = " ".join(f"w{number}" for number in range(2000))

    posts = render(OutboundMessage(text=text, options=(Option(token="t", label="OK"),)))

    assert len(posts) > 1
    assert not any(pressables(post["blocks"]) for post in posts[:-1])
    assert pressables(posts[-1]["blocks"])
    assert " ".join(words_shown("", post["blocks"]) for post in posts) == text


def test_an_address_in_the_text_can_be_followed() -> None:
    (post,) = render(OutboundMessage(text="See https://x.test/menu."))

    elements = post["blocks"][0]["elements"][0]["elements"]
    assert [e["url"] for e in elements if e["type"] == "link"] == ["https://x.test/menu"]


def test_buttons_without_words_are_named_in_the_notification() -> None:
    (post,) = render(OutboundMessage(text="", options=(Option(token="t", label="OK"),)))

    assert post["text"] == "OK"
    assert not find_problems(post["blocks"])
