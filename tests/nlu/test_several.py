"""Several requests in one sentence: the sentences of several.txt, and what no cut may do."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import Engine, Interpretation, Label, Utterance, VocabularyEntry
from nlu.classifier import ClassifierSettings
from nlu.classifier.engine import Classifier
from nlu.classifier.keeping import learnt
from nlu.classifier.models import Model
from nlu.classifier.several import MOST_PLACES, Cutter, Part
from nlu.classifier.teaching import named_lessons
from nlu.vectors import static_table

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
FILE = Path(__file__).with_name("several.txt")
PAGE = Path(__file__).parents[2] / "docs" / "understanding.md"
BETWEEN = re.compile(
    r"(?:\s|[.,;:!?&]|\b(?:also|and|außerdem|but|dann|first|if so|please|plus|then|und)\b)*",
    re.IGNORECASE,
)
"""What may stand on either side of a cut: it belongs to neither request."""

COMMANDS = (
    VocabularyEntry(
        command="book",
        say=("book a table [for {guests}] [on {day}] [at {at}]",),
        parameters={"guests": "int", "day": "date", "at": "time"},
        examples=(
            "I'd like to reserve a table for [three](guests)",
            "can I get a table [tonight](day) at [8pm](at)",
            "please reserve a table for [5](guests) people [tomorrow](day)",
            "do you have a table for [two](guests) on [saturday](day)",
            "table for [six](guests) at [seven](at)",
            "we need a table for [four](guests) on [friday](day) at [half past eight](at)",
            "make a reservation for [ten](guests)",
            "ich möchte einen Tisch reservieren", "einen Tisch für [vier](guests) bitte",
            "reserviere einen Tisch für [zwei](guests) [morgen](day)",
        ),
    ),
    VocabularyEntry(
        command="cancel",
        examples=(
            "cancel my booking", "please cancel the reservation", "I want to cancel my table",
            "cancel everything that I reserved", "we can't come, cancel it",
            "delete my reservation please", "storniere meine Reservierung",
            "bitte die Buchung stornieren",
        ),
    ),
    VocabularyEntry(
        command="balance",
        examples=(
            "what is my balance", "show my account balance", "how much money do I have",
            "tell me how much is left on my account", "what's the balance of my account",
            "how much is in my account", "how much money is left",
            "wie ist mein Kontostand", "wie viel Geld habe ich noch",
        ),
    ),
    VocabularyEntry(
        command="transfer",
        say=("send {amount} to {who}",),
        parameters={"amount": "Money", "who": "str"},
        examples=(
            "send [20 euros](amount) to [Tom](who)", "transfer [50 dollars](amount) to [Mia](who)",
            "please wire [5 pounds](amount) to [Carol](who)",
            "pay [Henry](who) [12 euros](amount)",
            "can you send [Lucy](who) [100 dollars](amount)",
            "I want to transfer [30 euros](amount) to [Paul](who)",
            "send [8 euros](amount) to [Sam and Kim](who)",
            "überweise [50 Euro](amount) an [Peter](who)",
            "bitte [10 Euro](amount) an [Julia](who) überweisen",
        ),
    ),
    VocabularyEntry(
        command="order",
        parameters={"dishes": "str"},
        examples=(
            "order [a pizza](dishes)", "I'd like to order [two burgers](dishes)",
            "can I have [a salad and a coke](dishes)", "[three beers](dishes) please",
            "bring me [spaghetti and meatballs](dishes)", "I want [a soup](dishes)",
            "we take [two coffees](dishes)", "please order [sushi for four](dishes)",
            "[ham and eggs](dishes), please", "order [lemonade](dishes) for us",
            "bestell [eine Pizza](dishes)", "ich hätte gern [zwei Bier](dishes)",
        ),
    ),
    VocabularyEntry(
        command="hours",
        examples=(
            "when do you open", "what are your opening hours", "tell me when you close",
            "are you open on sundays", "how long are you open today", "do you open on mondays",
            "what time do you close tonight", "until when are you open",
            "wann habt ihr offen", "wann macht ihr auf", "sagt mir eure Öffnungszeiten",
        ),
    ),
    VocabularyEntry(
        command="weather",
        parameters={"place": "str"},
        examples=(
            "what's the weather in [Berlin](place)", "will it rain in [Dublin](place) tomorrow",
            "how is the weather today", "is it going to snow in [Vienna](place)",
            "tell me the weather in [New York](place)", "weather forecast for [Lisbon](place)",
            "what will the weather be like tomorrow", "is it sunny in [Athens](place)",
            "wie ist das Wetter in [Hamburg](place)", "regnet es morgen in [Köln](place)",
        ),
    ),
    VocabularyEntry(
        command="play",
        parameters={"music": "str"},
        examples=(
            "play [jazz](music)", "play [Hey Jude](music) by [the Beatles](music)",
            "put on some [classical music](music)", "I want to hear [Miles Davis](music)",
            "play some [blues](music) please", "play the album [Abbey Road](music)",
            "play [Peter, Paul and Mary](music)", "start [drum and bass](music)",
            "spiel [Beethoven](music)", "spiel etwas Musik von [Bach](music)",
        ),
    ),
    VocabularyEntry(
        command="remind",
        parameters={"what": "str"},
        examples=(
            "remind me to [take out the trash](what)", "remind me to [call Lisa](what) tomorrow",
            "set a reminder to [pay the bills](what)", "remind me to [buy salt and pepper](what)",
            "don't let me forget to [feed the dog](what)", "please remind me to [go home](what)",
            "I need a reminder to [wash the car](what)", "remind me about [the meeting](what)",
            "erinnere mich daran [Brot zu kaufen](what)",
        ),
    ),
    VocabularyEntry(
        command="route",
        parameters={"start": "str", "goal": "str"},
        examples=(
            "how do I get from [the airport](start) to [the hotel](goal)",
            "show me the way to [the station](goal)", "directions to [the museum](goal)",
            "give me directions from [Oxford](start) to [Cambridge](goal)",
            "how can I get to [your restaurant](goal)", "navigate to [the city centre](goal)",
            "tell me how to get from [here](start) to [the beach](goal)",
            "what's the best way from [Bonn](start) to [Ulm](goal) and then [Linz](goal)",
            "wie komme ich vom [Bahnhof](start) zum [Museum](goal)",
        ),
    ),
    VocabularyEntry(
        command="chitchat",
        examples=(
            "hello", "hi there", "good morning", "thank you very much", "thanks", "how are you",
            "you are great", "bye", "I hope you are well", "guten Tag", "danke",
        ),
        answered=False,
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def model() -> Model:
    return learnt(named_lessons(COMMANDS), None, embedder=static_table())


@pytest.fixture(scope="module")
def engine(model: Model) -> Engine:
    return Classifier("classifier", ClassifierSettings(), COMMANDS, model)


def marked() -> Sequence[tuple[list[str], list[str]]]:
    """Read the sentences: the pieces that each is to be cut into, and their commands."""
    lines = [line for line in FILE.read_text().splitlines() if "=>" in line]
    return [
        (text.split("||"), [name.strip() for name in told.split(",")])
        for text, _, told in (line.partition("=>") for line in lines)
    ]


async def read(engine: Engine, text: str) -> list[Interpretation]:
    first = await engine.interpret(Utterance(text=text, now=NOW))
    return [first, *first.more]


def is_right(pieces: Sequence[str], commands: Sequence[str], told: list[Interpretation]) -> bool:
    """Tell whether a text was cut where it should be, and each piece read as it should be."""
    if [one.command for one in told] != commands:
        return False
    text, place = "".join(pieces), 0
    for piece, one, other in zip(pieces, told, told[1:], strict=False):
        place += len(piece)
        assert one.part is not None
        assert other.part is not None
        between = text[min(one.part[1], place) : max(other.part[0], place)]
        if not BETWEEN.fullmatch(between):
            return False
    return True


async def test_nine_of_ten_sentences_are_cut_where_they_should_be(engine: Engine) -> None:
    sentences = marked()

    wrong = [
        "".join(pieces).strip()
        for pieces, commands in sentences
        if not is_right(pieces, commands, await read(engine, "".join(pieces).strip()))
    ]

    assert len(sentences) >= 60
    assert len(wrong) <= len(sentences) // 10, wrong
    claimed = re.search(r"Of (\d+) sentences that.*?and (\d+) after", PAGE.read_text(), re.DOTALL)
    assert claimed is not None
    assert int(claimed[1]) == len(sentences)
    assert int(claimed[2]) <= len(sentences) - len(wrong), wrong


PIECES = st.sampled_from([
    "book a table for two", "what is my balance", "and", ",", ". ", "then", "& ", "fish", "chips",
    "play", "rock and roll", "y", "if so", "hello", "why?", "send 5 euros to Tom", "\u2026 ",
    "e-mail",
])  # fmt: skip


@settings(max_examples=60)
@given(st.lists(PIECES, max_size=12).map(" ".join))
async def test_parts_stand_in_order_in_the_text_and_hold_their_own_words(
    engine: Engine, text: str
) -> None:
    first, *others = told = await read(engine, text)

    if first.part is None:
        assert not others
        return
    place = 0
    for one in told:
        assert one.command is not None
        assert one.part is not None
        assert not one.more or one is first
        start, end = one.part
        assert place <= start < end <= len(text)
        place = end
        spans = [*one.used, *((label.start, label.end) for label in one.labels)]
        assert all(start <= since < until <= end for since, until in spans)
        assert all(words in text[start:end] for words in one.slots.values())


@pytest.mark.parametrize(("end", "parts"), [(16, 2), (20, 2), (25, 1), (34, 1)])
def test_nothing_is_cut_inside_the_words_of_a_parameter(model: Model, end: int, parts: int) -> None:
    text = "remind me to eat and play some jazz"

    def part(start: int, until: int, *labels: Label) -> Part:
        return Part(start, until, model.read(text[start:until]), labels)

    cutter = Cutter({"remind", "play"}, {"play"})
    whole = part(0, len(text), Label(parameter="what", start=13, end=end))

    assert len(cutter.parts(text, whole, part)) == parts


async def test_small_talk_beside_a_request_is_understood(engine: Engine) -> None:
    text = "Good morning! What is my balance? I hope you are well."

    (told,) = await read(engine, text)

    assert (told.command, told.part) == ("balance", None)
    understood = [text[start:end] for start, end in told.used]
    assert {"Good morning", "I hope you are well."} <= set(understood)


async def test_small_talk_goes_with_the_request_beside_it(engine: Engine) -> None:
    text = "Hi there! What is my balance and book a table for two. Thank you very much!"

    told = await read(engine, text)

    assert [(one.command, text[slice(*one.part or ())]) for one in told] == [
        ("balance", "Hi there! What is my balance"),
        ("book", "book a table for two. Thank you very much!"),
    ]


async def test_each_request_has_its_own_values_at_their_places_in_the_whole(
    engine: Engine,
) -> None:
    text = "send 20 euros to Bob and send 10 dollars to Ann"

    one, other = await read(engine, text)

    assert (one.slots, other.slots) == (
        {"amount": "20 euros", "who": "Bob"}, {"amount": "10 dollars", "who": "Ann"},
    )  # fmt: skip
    assert [text[label.start : label.end] for label in other.labels] == ["10 dollars", "Ann"]


async def test_a_text_of_many_sentences_is_looked_at_in_a_few_places_only(engine: Engine) -> None:
    text = "what is my balance and " * 40

    told = await read(engine, text)

    assert len(told) <= MOST_PLACES + 1
