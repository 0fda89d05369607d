"""One /book in several languages: the same values are kept, each customer reads their own."""

from typing import Any

import pytest

from bot.testing import Harness, bot_for

NOON = "2026-11-18T12:00+01:00"
FRIDAY = {"day": "2026-11-20", "at": "19:00:00", "guests": 4, "area": "inside"}


def kept(bot: Harness) -> list[Any]:
    """List the arguments of the tables that were reserved."""
    return [call.arguments for call in bot.calls("reserve_table")]


async def test_one_command_in_three_languages_gives_equal_values() -> None:
    async with bot_for("commands.booking", now=NOON) as bot:
        ann = bot.person("ann", slack="U1")
        bob = bot.person("bob", telegram="7")
        cleo = bot.person("cleo", whatsapp="33600000001")

        await ann.slack.says("/book 4 friday 7pm")
        ann.slack.sees("Book a table for 4 on Friday at 19:00 (inside)?", buttons=["Yes", "No"])
        await ann.slack.taps("Yes")
        ann.slack.sees("Booked:")

        await bob.telegram.says("/language de")
        bob.telegram.sees("Ich antworte ab jetzt auf Deutsch.")
        await bob.telegram.says("/book 4 freitag 19 uhr")
        bob.telegram.sees(
            "Einen Tisch für 4 am Freitag um 19:00 buchen (drinnen)?", buttons=["Ja", "Nein"]
        )
        await bob.telegram.taps("Ja")
        bob.telegram.sees("Gebucht:")

        await cleo.whatsapp.says("une table pour quatre vendredi à 19h")
        cleo.whatsapp.sees(
            "Réserver une table pour 4 vendredi à 19:00 (à l", buttons=["Oui", "Non"]
        )
        await cleo.whatsapp.says("oui")
        cleo.whatsapp.sees("Réservé :")

        assert kept(bot) == [FRIDAY] * 3


@pytest.mark.parametrize(
    ("code", "sentence", "asked", "yes", "done"),
    [
        (
            "de",
            "einen tisch für vier am freitag um 19 uhr bitte",
            "Einen Tisch für 4",
            "ja",
            "Gebucht:",
        ),
        (
            "fr",
            "bonjour, une table pour quatre vendredi à 19h",
            "Réserver une table",
            "oui",
            "Réservé",
        ),
        (
            "es",
            "una mesa para cuatro el viernes a las 19:00",
            "¿Reservar una mesa",
            "sí",
            "Reservado",
        ),
        ("pt", "uma mesa para 4 em 2026-11-20 19:00", "Reservar uma mesa", "sim", "Reservado"),
    ],
)
async def test_a_sentence_is_understood_and_answered_in_its_language(
    code: str, sentence: str, asked: str, yes: str, done: str
) -> None:
    async with bot_for("commands.booking", now=NOON) as bot:
        ann = bot.person("ann", slack="U1")
        await ann.slack.says(f"language {code}")

        await ann.slack.says(sentence)
        ann.slack.sees(asked)
        await ann.slack.says(yes)
        ann.slack.sees(done)

        assert kept(bot) == [FRIDAY]


async def test_an_open_question_goes_on_in_the_language_that_is_asked_for() -> None:
    async with bot_for("commands.booking", now=NOON) as bot:
        ann = bot.person("ann", slack="U1", telegram="7")
        await ann.slack.says("/book")
        ann.slack.sees("Which day?", buttons=["Today", "Tomorrow"])

        await ann.slack.says("auf deutsch bitte")

        ann.slack.sees("Ich antworte ab jetzt auf Deutsch. Welcher Tag?")
        await ann.telegram.says("freitag")
        ann.telegram.sees("Um wie viel Uhr?")
        await ann.telegram.says("zurück")
        ann.telegram.sees("Welcher Tag?")
        await ann.telegram.says("abbrechen")
        assert kept(bot) == []


async def test_what_was_answered_is_changed_in_the_customers_words() -> None:
    async with bot_for("commands.booking", now=NOON) as bot:
        ann = bot.person("ann", slack="U1")
        await ann.slack.says("/language de")
        await ann.slack.says("/book 4 freitag 19:00")

        await ann.slack.says("ändere den tag auf samstag")

        ann.slack.sees("Samstag um 19:00")
        await ann.slack.says("nein")
        ann.slack.sees("Was soll ich ändern?", buttons=["Tag ändern"])
        await ann.slack.taps("Bereich ändern")
        await ann.slack.says("terrasse")
        ann.slack.sees("Terrasse")
        await ann.slack.says("passt")
        assert [one["area"] for one in kept(bot)] == ["terrace"]


async def test_who_only_chats_in_one_language_is_not_answered_in_another() -> None:
    async with bot_for("commands.booking", now=NOON) as bot:
        ann = bot.person("ann", slack="U1")

        await ann.slack.says("pizza?")
        ann.slack.sees("I did not understand “pizza?”.")
        await ann.slack.says("danke")
        await ann.slack.says("ich möchte heute einen tisch für zwei")
        ann.slack.sees("Um wie viel Uhr?")


async def test_a_guess_amid_a_dialog_is_told() -> None:
    async with bot_for("commands.booking", now=NOON) as bot:
        ann = bot.person("ann", slack="U1")
        await ann.slack.says("/book")

        await ann.slack.says("je voudrais venir le vendredi s'il vous plaît")

        ann.slack.sees("Je réponds maintenant en français. /language change cela.")


async def test_the_language_is_told_and_offered() -> None:
    async with bot_for("commands.booking", now=NOON, locale="de") as bot:
        ann = bot.person("ann", slack="U1")

        await ann.slack.says("/language")
        ann.slack.sees("Ich antworte auf Deutsch.", buttons=["English", "Français"])
        await ann.slack.taps("English")
        ann.slack.sees("I answer in English from now on.")
        await ann.slack.says("/language klingon")
        ann.slack.sees("I do not speak “klingon” yet.", buttons=["Deutsch"])
        await ann.slack.says("language")
        ann.slack.sees("as you asked")


async def test_help_is_written_in_the_customers_language() -> None:
    async with bot_for("commands.booking", "commands.help", now=NOON) as bot:
        ann = bot.person("ann", slack="U1")
        await ann.slack.says("en français s'il vous plaît")

        await ann.slack.says("aide")

        ann.slack.sees("Réserver une table.")
        await ann.slack.says("parler à une personne")
        ann.slack.sees("Une personne vous répondra ici.")
