"""The plain form of scripts: any text gives a script or problems with their lines."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.testing.scripts import Script, parse_script
from bot.testing.scripts.steps import (
    Expect,
    ExpectNone,
    ExpectOpen,
    Forward,
    Meaning,
    Restart,
    Says,
    Sees,
    SeesNothing,
    Taps,
    Where,
)

HELLO = "alice on slack: hello\n"


def read(text: str) -> Script:
    script = parse_script(text, "a.txt")
    assert isinstance(script, Script), script
    return script


def problems(text: str) -> list[str]:
    found = parse_script(text, "a.txt")
    assert isinstance(found, list), found
    return [str(one) for one in found]


def test_a_script_reads_as_it_is_written() -> None:
    script = read(
        "# a comment\n"
        "title: A booking\n"
        "plugins: commands.booking, tests.rides\n"
        "now: 2026-11-18T10:00+01:00\n"
        "links: no\n"
        "\n"
        "alice on slack: /book => book guests=4\n"
        "bot: Which day? [Today] [Tomorrow]\n"
        "alice taps Tomorrow => day=2026-11-19\n"
        "duplicate\n"
        "bob on telegram: 19:30\n"
        "bot to alice on slack: hm\n"
        "bot says nothing\n"
        "restart\n"
        "crash\n"
        "+90 days\n"
        'expect reserve_table day=2026-11-20 note="a b" items=[1, 2]\n'
        "expect undone reserve_table\n"
        "expect no reserve_table\n"
        "expect nothing\n"
        "expect open book guests=4\n"
        "expect no dialog\n"
    )

    assert (script.title, script.plugins) == ("A booking", ("commands.booking", "tests.rides"))
    assert (script.now, script.linked) == ("2026-11-18T10:00+01:00", False)
    assert script.steps == (
        Says(
            line=7, where=Where(person="alice", channel="slack"), text="/book",
            means=Meaning(command="book", arguments={"guests": "4"}),
        ),
        Sees(line=8, where=Where(), text="Which day?", buttons=("Today", "Tomorrow")),
        Taps(
            line=9, where=Where(person="alice"), label="Tomorrow",
            means=Meaning(arguments={"day": "2026-11-19"}),
        ),
        Says(line=11, where=Where(person="bob", channel="telegram"), text="19:30", twice=True),
        Sees(line=12, where=Where(person="alice", channel="slack"), text="hm"),
        SeesNothing(line=13, where=Where()),
        Restart(line=14),
        Restart(line=15, crash=True),
        Forward(line=16, by=timedelta(days=90)),
        Expect(
            line=17, action="reserve_table",
            arguments={"day": "2026-11-20", "note": "a b", "items": "[1, 2]"},
        ),
        Expect(line=18, action="reserve_table", state="undone"),
        ExpectNone(line=19, action="reserve_table"),
        ExpectNone(line=20),
        ExpectOpen(line=21, command="book", arguments={"guests": "4"}),
        ExpectOpen(line=22),
    )  # fmt: skip


def test_an_indented_line_goes_on_with_the_one_before() -> None:
    says, sees = read("alice on slack: one\n  two\nbot: three\n  four").steps

    assert isinstance(says, Says)
    assert isinstance(sees, Sees)
    assert (says.text, sees.text) == ("one\ntwo", "three\nfour")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a.txt:1: no step in it"),
        ("# nothing\ntitle: x", "a.txt:1: no step in it"),
        (f"{HELLO}restrt", "did you mean restart?"),
        (f"{HELLO}expect", "a.txt:2: expect what?"),
        (f"{HELLO}expect book guests", "'guests' is no name=value"),
        (f"{HELLO}expect book a=1 a=2", "a is given twice"),
        (f"{HELLO}+3 fish", "write `+90 days`"),
        (f"{HELLO}+999999999 weeks", "at most 36500 days"),
        (f"{HELLO}bot hello", "write `bot: words [Label]`"),
        (f"{HELLO}duplicate", "a.txt:2: duplicate what?"),
        (f"{HELLO}alice: x => 3", "'3' means nothing"),
        ("bot: hello\nalice on slack: x", "a.txt:1: nobody has spoken yet"),
        ("alice: hello", "a.txt:1: alice on which channel?"),
        ("plugin: commands.booking\nalice on slack: hello", "did you mean plugins?"),
        ("expect on slack: hello", "is no name=value"),
        ("crash on slack: hello", "'crash' stands alone"),
        (f"now: tomorrow\n{HELLO}", "a.txt:1: write a moment with its offset"),
        (f"now: 2026-11-18T10:00\n{HELLO}", "a.txt:1: write a moment with its offset"),
        (f"time zone: Europe\n{HELLO}", "a.txt:1: write a zone's name"),
        (f"plugins: 3 x\n{HELLO}", "'3 x' is no module's name"),
        (f"links: perhaps\n{HELLO}", "a.txt:1: write `links: no`"),
        (f"title: a\ntitle: b\n{HELLO}", "a.txt:2: title is given twice"),
    ],
)
def test_what_is_wrong_is_told_by_its_line_with_what_to_write(text: str, told: str) -> None:
    assert any(told in problem for problem in problems(text)), problems(text)


def test_all_problems_are_told_at_once_in_their_order() -> None:
    found = problems(f"now: x\n{HELLO}restrt\n+x\n")

    assert [one.split(":")[1] for one in found] == ["1", "3", "4"]


PIECES = (
    "alice", "bob", " on ", "slack", "telegram", ": ", " taps ", " says nothing", "=>", " => ",
    "a=1", "[x]", "[", "]", '"', "expect", " no ", "open", "restart", "crash", "duplicate", "+",
    "90", "days", "\n", "  ", "#", "now", "title", "plugins", "links", "time zone", "é", "…",
)  # fmt: skip


@given(st.text(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text_is_a_script_or_problems_with_lines_that_exist(text: str) -> None:
    found = parse_script(text, "a.txt")

    if isinstance(found, Script):
        assert found.steps
    else:
        assert found
        assert all(one.text for one in found)
        assert all(1 <= one.line <= text.count("\n") + 1 for one in found)


@given(
    who=st.sampled_from(["alice", "bob"]),
    channel=st.sampled_from(["slack", "web"]),
    text=st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1),
)
def test_what_a_person_says_is_read_as_it_stands(who: str, channel: str, text: str) -> None:
    said = " ".join(text.split()).replace("=>", "") or "x"

    (step,) = read(f"{who} on {channel}: {said.strip()}").steps

    assert isinstance(step, Says)
    assert (step.where, step.text) == (Where(person=who, channel=channel), said.strip())
