from datetime import timedelta
from typing import Any

import pytest

from bot import ConfigError, Secret
from bot.tables import parse_table
from nlu.llm import LlmSettings

TABLE = {"url": "http://127.0.0.1:11434/v1", "model": "qwen"}


def read(**more: Any) -> LlmSettings:
    return parse_table(LlmSettings, {**TABLE, **more}, "nlu.llm", secrets=None)


def test_a_url_and_a_model_are_enough() -> None:
    found = read()

    assert found.api_key is None
    assert found.endpoint == "http://127.0.0.1:11434/v1/chat/completions"
    assert found.timeout == timedelta(seconds=5)


def test_a_slash_at_the_end_of_the_url_makes_no_difference() -> None:
    assert read(url="https://api.example/v1/").endpoint == (
        "https://api.example/v1/chat/completions"
    )


def test_the_key_is_a_secret() -> None:
    assert read(api_key="env:LLM_API_KEY").api_key == Secret("")
    with pytest.raises(ConfigError, match=r"nlu\.llm\.api_key: a secret does not stand"):
        read(api_key="sk-123")


@pytest.mark.parametrize(
    ("more", "is_shown"),
    [
        ({"url": "http://10.0.0.5/v1", "api_key": "env:LLM_API_KEY"}, True),
        ({"url": "https://10.0.0.5/v1", "api_key": "env:LLM_API_KEY"}, False),
        ({"url": "http://localhost/v1", "api_key": "env:LLM_API_KEY"}, False),
        ({"url": "http://10.0.0.5/v1"}, False),
    ],
)
def test_a_key_that_others_may_read_is_known(more: dict[str, Any], *, is_shown: bool) -> None:
    assert read(**more).shows_its_key is is_shown


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"url": "ftp://x/v1"}, "nlu.llm: url: is no http or https address; write it as http://"),
        ({"url": "http://"}, "nlu.llm: url: is no http"),
        ({"url": "http://[x/v1"}, "nlu.llm: url: is no address; write it as"),
        ({"url": "http://x:y/v1"}, "nlu.llm: url: is no address; write it as"),
        ({"url": "http://me:pw@x/v1"}, "nlu.llm: url: holds a password; take it out"),
        ({"url": "http://x/v1?key=1"}, "nlu.llm: url: has a part behind"),
        ({"model": " "}, "nlu.llm: model: is empty; write"),
        ({"timeout": 0}, "nlu.llm: timeout: must be more than 0 and at most 20 seconds"),
        ({"timeout": 60}, "nlu.llm: timeout: must be more than 0 and at most 20 seconds"),
        ({"breaker": {"failures": 0}}, "nlu.llm.breaker: a breaker opens after one failure"),
        ({"tokens_per_day": -1}, "nlu.llm: tokens_per_day: must not be negative; write 0"),
        ({"max_tokens": 0}, "nlu.llm: max_tokens: must be 1 or more"),
        ({"max_calls": 0}, "nlu.llm: max_calls: must be 1 or more"),
        ({"timeouts": 5}, 'nlu.llm.timeouts: is not a known key; did you mean "timeout"?'),
    ],
)
def test_wrong_settings_are_refused_with_a_remedy(more: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(**more)

    (found,) = caught.value.problems
    assert found.startswith(problem)
