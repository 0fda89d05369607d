"""How a customer's language is learnt, and what counts more."""

import pytest

from bot.model.customers import Customer
from bot.model.ids import CustomerId
from bot.runtime.locales import Known, heard_locale, known_locale

FRENCH = "je voudrais une table pour quatre personnes"


def customer(told: str | None = None, /, **profile: str) -> Customer:
    return Customer(id=CustomerId("c1"), name=None, locale=told, profile=profile)


@pytest.mark.parametrize(
    ("who", "told"),
    [
        (customer("de", locale="de", detected_locale="fr"), ("de", "stated")),
        (customer("pt-BR", detected_locale="fr"), ("pt-BR", "profile")),
        (customer(detected_locale="fr"), ("fr", "detected")),
        (customer(), ("es", "bot")),
        (customer("it"), ("es", "bot")),
        (customer("nonsense!"), ("es", "bot")),
    ],
)
def test_what_was_said_counts_most_then_the_app_then_the_words(
    who: Customer, told: tuple[str, str]
) -> None:
    known = known_locale(who, "es")

    assert (known.locale, known.learnt) == told


def test_a_bot_in_another_language_keeps_it() -> None:
    assert known_locale(customer("it-CH"), "it").locale == "it-CH"
    assert known_locale(customer(), "it") == Known("it", "bot")


def test_a_clear_message_is_enough() -> None:
    known = heard_locale(customer(), "en", FRENCH)

    assert (known.locale, known.learnt, known.changed) == ("fr", "detected", True)
    assert known.keeps["detected_locale"] == "fr"


def test_two_messages_in_a_row_are_enough() -> None:
    first = heard_locale(customer(), "en", "merci bonjour")
    assert (first.locale, first.keeps) == ("en", {"guessed_locale": "fr"})

    second = heard_locale(customer(guessed_locale="fr"), "en", "bonjour")
    assert (second.locale, second.changed) == ("fr", True)


def test_a_word_of_the_own_language_in_between_begins_the_count_anew() -> None:
    between = heard_locale(customer(guessed_locale="fr"), "en", "thanks, what is the time")

    assert (between.locale, between.keeps) == ("en", {"guessed_locale": "en"})


@pytest.mark.parametrize("who", [customer("de"), customer("de", locale="de")])
def test_words_do_not_change_what_the_app_or_the_customer_said(who: Customer) -> None:
    known = heard_locale(who, "en", FRENCH)

    assert (known.locale, known.changed, dict(known.keeps)) == ("de", False, {})


def test_who_writes_in_the_bots_language_leaves_no_trace() -> None:
    assert heard_locale(customer(), "en", "I would like to book a table") == Known("en", "bot")
