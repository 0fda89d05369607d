import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.slack.blocks.mrkdwn import escape, unescape, without_mention
from connectors.slack.emulator.shown import escaped, plain


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("&amp;lt;", "&lt;"),
        ("ask <@U123>", "ask @U123"),
        ("ask <@U123|bob>", "ask @bob"),
        ("in <#C1|general>", "in #general"),
        ("<!here> <!subteam^S1|@cooks>", "@here @cooks"),
        ("<https://x.test/?a=1&amp;b=2>", "https://x.test/?a=1&b=2"),
        ("<http://x.test|x.test>", "x.test"),
        ("<mailto:a@x.test|a@x.test>", "a@x.test"),
        ("<tel:+391234|+391234>", "+391234"),
        ("<https://x.test|the menu>", "the menu (https://x.test)"),
        ("1 < 2", "1 < 2"),
    ],
)
def test_slacks_marks_are_read_as_typed(sent: str, typed: str) -> None:
    assert unescape(sent) == typed


@given(st.text())
def test_escaping_is_undone_exactly(text: str) -> None:
    assert unescape(escape(text)) == text


@given(st.text())
def test_an_escaped_text_holds_no_mark(text: str) -> None:
    assert "<" not in escape(text)
    assert ">" not in escape(text)


@given(st.text(alphabet="ab &<>@!|:/.htps", max_size=30))
def test_what_a_person_types_arrives_as_typed(text: str) -> None:
    assert unescape(escaped(text)) == text


def test_only_the_mention_at_the_beginning_is_taken_away() -> None:
    assert without_mention("<@U0BOT>: hi <@U0BOT>", "U0BOT") == "hi <@U0BOT>"
    assert without_mention("<@U1> hi", None) == "hi"
    assert without_mention("hi <@U0BOT>", "U0BOT") == "hi <@U0BOT>"


def test_the_emulated_app_hides_the_marks_of_mrkdwn() -> None:
    assert plain("*bold* and _more_ `code` ~no~ 2*3*4 &lt;") == "bold and more code no 2*3*4 <"
