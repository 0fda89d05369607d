"""Which language a message is in: clear only where much speaks for one and little for others."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.locale.detection import Guess, detect
from bot.locale.names import LANGUAGES


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I would like to book a table for tonight, please", "en"),
        ("Ich möchte heute Abend einen Tisch für vier Personen", "de"),
        ("je voudrais une table pour quatre personnes ce soir", "fr"),
        ("une table pour quatre vendredi à 19h", "fr"),
        ("quisiera reservar una mesa para cuatro personas mañana", "es"),
        ("gostaria de reservar uma mesa para amanhã, por favor", "pt"),
        ("أريد أن أحجز طاولة لأربعة أشخاص غدا", "ar"),
        ("ngicela itafula labantu abane kusasa", "zu"),
    ],
)
def test_a_sentence_tells_its_language(text: str, language: str) -> None:
    assert detect(text) == Guess(language, is_clear=True)


@pytest.mark.parametrize(
    "text",
    [
        "", "ok", "4", "pizza", "Berlin", "terrace", "19:30", "ja", "no", "merci", "Anna Müller",
        "anna@example.com", "hotel in paris", "مرحبا", "DJ Die Ärzte", "👍👍👍👍👍",
    ],
)  # fmt: skip
def test_a_few_words_are_never_clear(text: str) -> None:
    guess = detect(text)

    assert guess is None or not guess.is_clear


@pytest.mark.parametrize("text", ["یہ میز چار لوگوں کے لیے ہے", "یک میز برای چهار نفر می‌خواهم"])
def test_what_is_only_written_in_arabic_letters_is_not_taken_for_arabic(text: str) -> None:
    assert detect(text) is None


@given(st.text(max_size=200))
@settings(max_examples=60)
def test_any_text_has_one_of_the_languages_or_none(text: str) -> None:
    guess = detect(text)

    assert guess is None or guess.language in LANGUAGES


@pytest.mark.parametrize(
    "text", ["/link O2E7-A9O3", "O2E7-A9O3", "eo7 ao2", "/livro o a e do da", "no", "no, no"]
)
def test_codes_commands_and_a_no_tell_no_language(text: str) -> None:
    assert detect(text) is None
