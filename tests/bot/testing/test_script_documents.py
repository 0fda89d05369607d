"""Scripts in YAML, ours and Rasa's: what maps is read, what does not is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.testing.scripts import Problem, Script, parse_script
from bot.testing.scripts.documents import parse_documents
from bot.testing.scripts.steps import ExpectAnswer, Says, Sees

RASA = """\
fixtures:
- premium:
  - membership: gold
test_cases:
- test_case: a transfer
  fixtures: [premium]
  steps:
  - user: "I want to send money"
    metadata: phone
  - utter: utter_ask_amount
  - user: "50"
  - slot_was_set:
    - amount: 50
    - recipient
  - slot_was_not_set:
    - confirmed
  - bot: "Sent 50."
    assertions: []
- test_case: hello
  steps:
  - user: hi
"""


def read(text: str) -> list[Script]:
    found = parse_documents(text, "a.yml")
    scripts = [one for one in found if isinstance(one, Script)]
    assert len(scripts) == len(found), found
    return scripts


def problems(text: str) -> list[str]:
    return [str(one) for one in parse_documents(text, "a.yml") if isinstance(one, Problem)]


def test_yaml_says_the_same_as_the_plain_form() -> None:
    plain = parse_script(
        "title: A booking\nplugins: commands.booking\nnow: 2026-11-18T10:00+01:00\n"
        "alice on slack: /book\nbot: Which day? [Today]\nalice taps Today\nrestart\n+90 days\n"
        "expect reserve_table guests=4",
        "a.yml",
    )
    (yaml,) = read(
        "conversation: A booking\nplugins: [commands.booking]\n"
        "now: 2026-11-18T10:00+01:00\nsteps:\n"
        "- alice on slack: /book\n- 'bot: Which day? [Today]'\n- alice taps Today\n- restart\n"
        "- +90 days\n- expect reserve_table guests=4\n"
    )

    assert isinstance(plain, Script)
    assert [repr(step).partition(", ")[2] for step in yaml.steps] == [
        repr(step).partition(", ")[2] for step in plain.steps
    ]
    assert (yaml.title, yaml.plugins, yaml.now) == (plain.title, plain.plugins, plain.now)


def test_a_file_may_hold_several_conversations() -> None:
    scripts = read(
        "conversations:\n- conversation: one\n  steps: ['a on web: hi']\n"
        "- conversation: two\n  links: no\n  steps: ['a on web: hi']\n"
    )

    assert [(one.title, one.linked) for one in scripts] == [("one", True), ("two", False)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a.yml:1: no conversation in it"),
        ("a: [", "no YAML"),
        ("- 1", "expected `key: value` lines"),
        ("conversation: x", "no `steps:`"),
        ("conversation: x\nstep: []\nsteps: ['a on web: hi']", "a.yml:2: 'step' is no key"),
        ("conversation: x\nnow: x\nsteps: ['a on web: hi']", "a.yml:2: write a moment"),
        ("conversation: x\nsteps:\n- a on web: hi\n- restrt", "a.yml:4: 'restrt' is no step"),
        ("conversation: x\nsteps: y", "expected a list"),
        ("conversation: x\nsteps: [[1]]", "expected words"),
        ("conversation: x\nconversation: y\nsteps: ['a on web: hi']", "is given twice"),
        ("test_cases:\n- test_case: x\n  steps: []", "no `user:` step"),
    ],
)
def test_what_is_wrong_is_told_by_its_line(text: str, told: str) -> None:
    assert any(told in problem for problem in problems(text)), problems(text)


def test_rasas_end_to_end_tests_are_read_as_far_as_they_map() -> None:
    transfer, hello = read(RASA)

    assert next(step for step in transfer.steps if isinstance(step, Says)).text == (
        "I want to send money"
    )
    assert [s.name for s in transfer.steps if isinstance(s, ExpectAnswer) and s.given] == [
        "amount", "recipient",
    ]  # fmt: skip
    last = transfer.steps[-1]
    assert isinstance(last, Sees)
    assert (last.text, last.whole) == ("Sent 50.", True)
    assert (hello.title, len(hello.steps)) == ("hello", 1)


def test_each_key_of_rasa_that_does_not_map_is_named_with_its_line() -> None:
    transfer, _ = read(RASA)

    told = [str(one) for one in transfer.unchecked]
    assert [one.split(":")[2].strip() for one in told] == [
        "fixtures", "fixtures", "metadata", "utter", "assertions",
    ]  # fmt: skip
    assert "a.yml:10: utter: no domain.yml near here has that response" in told[3]


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert parse_documents(text, "a.yml")
