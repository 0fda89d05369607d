import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import Utterance, VocabularyEntry
from nlu.llm.settings import LlmSettings
from nlu.llm.tools import MOST_TOOLS, private_parameters, tools_of
from nlu.llm.wire import Answer, Call, parse_answer, render_request

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
SETTINGS = LlmSettings(url="http://127.0.0.1/v1", model="small")


def answer(message: Any, **more: Any) -> bytes:
    return json.dumps({"choices": [{"message": message}], **more}).encode()


@given(st.binary())
@example(b"\xff\xfe")
@example(b"[" * 5000)
@example(b'{"choices": [{"message": {"tool_calls": [{"function": {"name": "a"}}]}}]}')
@example(b'{"n": ' + b"9" * 5000 + b"}")
@settings(max_examples=60)
def test_any_bytes_are_an_answer_or_none(body: bytes) -> None:
    found = parse_answer(body)

    assert found is None or isinstance(found, Answer)


def test_arguments_are_read_from_text_and_from_servers_that_give_the_object() -> None:
    both = [
        {"function": {"name": "a", "arguments": '{"n": 1}'}},
        {"function": {"name": "b", "arguments": {"n": 2}}},
        {"function": {"name": "c", "arguments": ""}},
        {"function": {"name": "d"}},
    ]

    found = parse_answer(answer({"tool_calls": both}))

    assert found is not None
    assert found.calls == (  # the first three
        Call(tool="a", arguments={"n": 1}), Call(tool="b", arguments={"n": 2}), Call(tool="c"),
    )  # fmt: skip


def test_tokens_are_read_where_they_make_sense() -> None:
    told = [{"total_tokens": 7}, {"total_tokens": -7}, {"total_tokens": True}, {}, None, "many"]

    found = [parse_answer(answer({}, usage=usage)) for usage in told]

    assert [one and one.tokens for one in found] == [7, None, None, None, None, None]


@given(st.text(), st.text())
@settings(max_examples=60)
def test_any_text_stands_in_the_users_message_as_it_is(text: str, locale: str) -> None:
    utterance = Utterance(text=text, now=NOW, locale=locale)

    body = json.loads(render_request(SETTINGS, [], utterance))

    assert [one["role"] for one in body["messages"]] == ["system", "user"]
    assert body["messages"][1]["content"] == text
    plain = Utterance(text="", now=NOW, locale=locale)
    assert body["messages"][0] == json.loads(render_request(SETTINGS, [], plain))["messages"][0]


def test_names_that_no_tool_may_have_are_changed_and_stay_apart() -> None:
    names = ["été", "a b", "a_b", "a.b", "x" * 80, "x" * 90, "!"]

    tools = tools_of([VocabularyEntry(command=name) for name in names])

    assert [tool.command for tool in tools.values()] == names
    assert all(name.isascii() and 0 < len(name) <= 64 for name in tools)
    assert {"a_b", "a_b_2", "a_b_3"} <= tools.keys()


def test_no_more_tools_are_offered_than_servers_take() -> None:
    many = [VocabularyEntry(command=f"c{number}") for number in range(200)]

    assert len(tools_of(many)) == MOST_TOOLS


def test_what_a_schema_leaves_out_is_private() -> None:
    properties = {"properties": {"day": {"type": "string"}}}
    entry = VocabularyEntry(
        command="pay", parameters={"day": "date", "card": "str"}, schema={"parameters": properties}
    )
    without = VocabularyEntry(command="book", parameters={"guests": "int"})

    assert private_parameters([entry, without]) == {"card"}
