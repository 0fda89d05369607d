import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.documents.markdown import LONGEST, plain, split_markdown
from nlu.documents.words import terms


def test_what_stands_below_a_heading_is_a_passage_with_the_headings_above_it() -> None:
    text = "# Hotel\n\nBy the sea.\n\n## Rooms\n\n### Beds\n\nSoft\nones.\n\n## Food\n\nGood.\n"

    found = [(one.headings, one.anchor, one.text) for one in split_markdown(text)]

    assert found == [
        (("Hotel",), "hotel", "By the sea."),
        (("Hotel", "Rooms", "Beds"), "beds", "Soft ones."),
        (("Hotel", "Food"), "food", "Good."),
    ]


def test_headings_may_be_underlined() -> None:
    found = split_markdown("Hotel\n=====\n\nBy the sea.\n\nFood & drink\n---\nGood.\n\n---\nEnd.")

    assert [(one.headings, one.text) for one in found] == [
        (("Hotel",), "By the sea."),
        (("Hotel", "Food & drink"), "Good.\nEnd."),
    ]
    assert found[1].anchor == "food--drink"


def test_front_matter_comments_and_marks_of_headings_in_code_are_no_text() -> None:
    text = "---\ntitle: x\n---\n<!-- secret\nnote -->\n# A #\n```sh\n# no heading\n```\nText."

    (found,) = split_markdown(text)

    assert (found.headings, found.text) == (("A",), "# no heading\nText.")


def test_lists_quotes_and_tables_are_lines() -> None:
    items = "# A\n- one\n  more\n* two\n1. three\n\n> said\n> so\n\n"
    text = f"{items}| day | time |\n|---|:--|\n| Mo | 9 |"

    (found,) = split_markdown(text)

    assert found.text.splitlines() == [
        "- one more", "- two", "- three", "said so", "day: time", "Mo: 9",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("marked", "read"),
    [
        ("**bold** and *slanted* and `code`", "bold and slanted and code"),
        ("[us](https://a.example/x)", "us (https://a.example/x)"),
        ("[us](https://a.example/x 'title')", "[us](https://a.example/x 'title')"),
        ('[us](https://a.example/x "title")', "us (https://a.example/x)"),
        ("[here](other.md#x)", "here"),
        ("[x](javascript:alert)", "x"),
        ("![a picture](x.png)", "a picture"),
        ("<https://a.example>", "https://a.example"),
        ("a <b>tag</b>", "a tag"),
        (r"5 \* 3", "5 * 3"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
    ],
)
def test_inline_marks_are_read(marked: str, read: str) -> None:
    assert plain(marked) == read


@settings(max_examples=50)
@given(st.lists(st.text(st.characters(categories=["L", "Zs"]), max_size=120), max_size=40))
def test_no_word_of_plain_paragraphs_is_lost_and_no_passage_is_long(lines: list[str]) -> None:
    text = "\n\n".join(lines)

    found = split_markdown(text)

    assert sorted(terms(" ".join(one.text for one in found))) == sorted(terms(text))
    assert all(len(one.text) <= LONGEST for one in found)


@settings(max_examples=60)
@given(st.text(st.sampled_from("#-=`~*_[]()<>|! \\ab\n"), max_size=120))
def test_any_text_can_be_split(text: str) -> None:
    for found in split_markdown(text):
        assert found.text.strip()
        assert len(found.text) <= LONGEST


def test_a_long_section_is_cut_between_paragraphs() -> None:
    text = "# A\n" + "\n\n".join(f"Paragraph {number} " + "x" * 300 for number in range(8))

    found = split_markdown(text)

    assert len(found) == 3
    assert all(one.text.startswith("Paragraph") for one in found)
