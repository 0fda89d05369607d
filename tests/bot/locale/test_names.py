"""Names of locales: written in one way, looked up from the nearest to the farthest."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.locale.names import LANGUAGES, chain, chosen, is_right_to_left, is_same, is_spoken, tidy


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("pt_BR", "pt-BR"), ("PT", "pt"), ("zh-hans-cn", "zh-Hans-CN"), (" de ", "de"),
        ("en-US", "en-US"), ("x", None), ("", None), ("deutsch", None), ("de-", None),
        ("../../etc", None),
    ],
)  # fmt: skip
def test_a_name_is_written_as_the_standard_has_it(written: str, told: str | None) -> None:
    assert tidy(written) == told


def test_texts_are_looked_for_from_the_region_to_the_language() -> None:
    assert chain("pt_BR") == ("pt-BR", "pt")
    assert chain("nonsense") == ("en",)


def test_the_first_spoken_wish_counts() -> None:
    assert chosen(None, "it", "pt-BR", "de") == "pt-BR"
    assert chosen("it") == "en"


def test_a_language_is_the_same_in_every_region() -> None:
    assert is_same("de-AT", "de")
    assert not is_same("de", "en")
    assert is_right_to_left("ar-EG")
    assert not is_right_to_left("pt")


@given(st.text(max_size=12))
@settings(max_examples=60)
def test_whatever_a_platform_sends_is_a_name_or_none(text: str) -> None:
    told = tidy(text)

    assert told is None or tidy(told) == told
    assert is_spoken(text) == (told is not None and told.partition("-")[0] in LANGUAGES)
    assert chain(text)[-1].islower()
