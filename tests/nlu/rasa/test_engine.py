"""The engine that asks a Rasa server; see `nlu.rasa`."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import Breaker, ConfigError, Engine, Interpretation, Secret, Utterance, VocabularyEntry
from bot.testing.contracts.engine import VOCABULARY, EngineContract
from nlu.rasa import RasaSettings, open_engine
from nlu.rasa.engine import Rasa
from tests.nlu.rasa.server import RasaServer, served

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
NLU = """\
nlu:
- intent: book
  examples: |
    - reserve a table
    - book a table for [4](guests) on [friday](day)
    - a table in [NYC]{"entity": "city", "value": "New York"}
- intent: bookings
  examples: |
    - show me my bookings
    - which tables are mine
- intent: faq/hours
  examples: |
    - when do you open
- intent: faq/way
  examples: |
    - where do I find you
- intent: chitchat
  examples: |
    - is the sun out today
- intent: order
  examples: |
    - order pizza with [ham](topping)
    - pizza with [cheese](topping)
- intent: fly
  examples: |
    - fly from [Rome]{"entity": "city", "role": "from"}
    - fly to [Oslo]{"entity": "city", "role": "to"}
"""
PIZZA = VocabularyEntry(
    command="order", parameters={"topping": "list"},
    schema={"parameters": {"properties": {"topping": {"type": "array"}}}},
)  # fmt: skip
FLY = VocabularyEntry(command="fly", parameters={"city_from": "str", "to": "str"})
HOURS = VocabularyEntry(command="faq hours")


@pytest.fixture
async def rasa() -> AsyncIterator[RasaServer]:
    async with served(RasaServer()) as server:
        server.teach(NLU)
        yield server


async def asked(engine: Engine, text: str) -> Interpretation:
    return await engine.interpret(Utterance(text=text, now=NOW))


async def read(rasa: RasaServer, text: str, *more: VocabularyEntry, **given: Any) -> Interpretation:
    settings = replace(RasaSettings(url=rasa.url), **given)
    async with open_engine("rasa", settings, (*VOCABULARY, *more)) as engine:
        return await asked(engine, text)


class TestRasa(EngineContract):
    @pytest.fixture
    async def engine(self, rasa: RasaServer) -> AsyncIterator[Engine]:
        async with open_engine("rasa", RasaSettings(url=rasa.url), VOCABULARY) as engine:
            yield engine


async def test_a_sentence_becomes_a_proposal_with_its_words(rasa: RasaServer) -> None:
    text = "please book a table for 4 on friday"

    found = await read(rasa, text)

    assert (found.command, found.engine) == ("book", "rasa")
    assert found.slots == {"guests": "4", "day": "friday"}
    assert 0.5 < found.confidence < 1.0
    assert {text[start:end] for start, end in found.used} == {"book", "a", "table", "for", "on"}


async def test_a_model_is_never_sure_that_the_whole_sentence_is_a_commands(
    rasa: RasaServer,
) -> None:
    found = await read(rasa, "reserve a table")

    assert found.confidence == 0.99


@pytest.mark.parametrize(
    "text",
    [
        "/bookings", '/book{"guests": "4"}', "  /book@1.0", "//bookings", "\u00a0\n/bookings",
        "/ /book",
    ],
)  # fmt: skip
async def test_a_text_that_names_an_intent_is_read_as_words(rasa: RasaServer, text: str) -> None:
    found = await read(rasa, text)

    assert [said for said in rasa.asked if said.startswith("/")] == []
    assert len(rasa.asked) == 1
    assert found.confidence < 0.9
    assert "guests" not in found.slots


async def test_what_a_synonym_stands_for_is_told_beside_the_words_as_they_were_written(
    rasa: RasaServer,
) -> None:
    text = " / a table in NYC "

    found = await read(rasa, text, VocabularyEntry(command="book", parameters={"city": "str"}))

    assert found.slots == {"city": "NYC"}
    assert [(text[one.start : one.end], one.value) for one in found.labels] == [("NYC", "New York")]


async def test_several_values_of_a_list_are_one_slot_from_first_to_last(rasa: RasaServer) -> None:
    found = await read(rasa, "order pizza with ham and cheese", PIZZA)

    assert (found.command, found.slots) == ("order", {"topping": "ham and cheese"})
    assert len(found.labels) == 2


async def test_a_role_tells_which_parameter_is_meant(rasa: RasaServer) -> None:
    found = await read(rasa, "fly from Rome to Oslo", FLY)

    assert found.slots == {"city_from": "Rome", "to": "Oslo"}


async def test_words_in_two_roles_are_not_forced_into_one_parameter(rasa: RasaServer) -> None:
    entry = VocabularyEntry(command="fly", parameters={"city": "str"})

    found = await read(rasa, "fly from Rome to Oslo", entry)

    assert (found.command, found.slots) == ("fly", {})
    assert [label.parameter for label in found.labels] == ["city", "city"]


async def test_names_that_differ_are_told_in_the_settings(rasa: RasaServer) -> None:
    entry = VocabularyEntry(command="trip", parameters={"start": "str", "goal": "str"})
    intents, entities = {"fly": "trip"}, {"city/from": "start", "city/to": "goal"}

    found = await read(rasa, "fly from Rome to Oslo", entry, intents=intents, entities=entities)

    assert (found.command, found.slots) == ("trip", {"start": "Rome", "goal": "Oslo"})


async def test_names_that_lead_nowhere_are_refused_with_their_key(rasa: RasaServer) -> None:
    with pytest.raises(ConfigError) as caught:
        await read(rasa, "hello", intents={"fly": "trip"}, entities={"city": "place"})

    intent, entity = caught.value.problems
    assert intent.startswith('nlu.rasa.intents."fly": there is no command "trip"')
    assert entity.startswith('nlu.rasa.entities."city": no command has a parameter "place"')


async def test_an_intent_of_a_retrieval_group_is_a_command_of_the_group(rasa: RasaServer) -> None:
    hours = await read(rasa, "when do you open", HOURS)
    way = await read(rasa, "where do I find you", HOURS)
    both = await read(rasa, "where do I find you", VocabularyEntry(command="faq"))
    named = await read(rasa, "when do you open", intents={"faq/hours": "bookings"})

    assert [one.command for one in (hours, way, both, named)] == [
        "faq hours", None, "faq", "bookings",
    ]  # fmt: skip


async def test_an_intent_that_no_command_answers_is_no_proposal(rasa: RasaServer) -> None:
    found = await read(rasa, "is the sun out today")

    assert (found.command, found.confidence, found.guess) == (None, 0.0, "chitchat")
    assert list(found.alternatives) == []


async def test_where_rasa_falls_back_its_ranking_is_offered(rasa: RasaServer) -> None:
    found = await read(rasa, "many tables that you might have forgotten here are mine")

    assert (found.command, found.guess) == (None, "bookings")
    assert [one.command for one in found.alternatives] == ["bookings"]


async def test_half_a_character_is_sent_as_a_question_mark(rasa: RasaServer) -> None:
    found = await read(rasa, "\ud800 a table for 4")

    assert rasa.asked == ["? a table for 4"]
    assert found.slots == {"guests": "4"}


async def test_only_the_beginning_of_a_long_text_is_sent(rasa: RasaServer) -> None:
    await read(rasa, "reserve a table " * 900)

    assert len(rasa.asked[0]) <= 1024


@pytest.mark.parametrize(
    ("guard", "given"),
    [
        (RasaServer(token="a b&c"), {"token": Secret("a b&c")}),
        (RasaServer(jwt_secret="key"), {"jwt_secret": Secret("key")}),
    ],
)
async def test_the_server_is_shown_what_it_wants_to_see(
    guard: RasaServer, given: dict[str, Secret]
) -> None:
    async with served(guard) as server:
        server.teach(NLU)
        found = await read(server, "reserve a table", **given)
        with capture_logs() as logs:
            stranger = await read(server, "reserve a table", **dict.fromkeys(given, Secret("x")))

    assert (found.command, stranger.command) == ("book", None)
    assert [(one["event"], one["reason"]) for one in logs] == [("engine.lost", "unauthorised")]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (None, "timeout"),
        (502, "status_502"),
        (409, "no_model"),
        (302, "status_302"),
        (b"", "malformed"),
        (b"[" * 100_000, "malformed"),
        (b'{"intent": {"name": "book", "confidence": NaN}}', "malformed"),
        (b'{"intent": {"name": ["book"]}}', "malformed"),
        (b" " * 3_000_000, "malformed"),
    ],
)
async def test_what_goes_wrong_there_is_no_interpretation(
    rasa: RasaServer, answer: int | bytes | None, reason: str
) -> None:
    rasa.answers = [answer]

    with capture_logs() as logs:
        found = await read(rasa, "reserve a table", timeout=timedelta(seconds=0.2))

    assert found == Interpretation(command=None, engine="rasa")
    assert [(one["event"], one["reason"]) for one in logs] == [("engine.lost", reason)]


async def test_entities_outside_the_text_are_left_out(rasa: RasaServer) -> None:
    entities = [
        {"entity": "guests", "start": 5, "end": 99}, {"entity": "day", "start": -1, "end": 2},
        {"entity": "at", "start": 3, "end": 3},
        {"entity": "day", "start": 0, "end": 3, "value": {"from": "2026"}},
    ]  # fmt: skip
    told = {"intent": {"name": "book", "confidence": 1.2}, "entities": entities}
    rasa.answers = [json.dumps(told).encode()]

    found = await read(rasa, "fri at 7")

    assert (found.slots, found.confidence) == ({"day": "fri"}, 0.99)


async def test_a_text_that_rasa_cannot_parse_is_no_outage(rasa: RasaServer) -> None:
    refusal = json.dumps({"status": "failure", "reason": "ParsingError", "code": 500}).encode()
    rasa.answers = [(500, refusal)] * 9

    with capture_logs() as logs:
        async with open_engine("rasa", RasaSettings(url=rasa.url), VOCABULARY) as engine:
            refused = [await asked(engine, "reserve a table") for _ in range(9)]
            found = await asked(engine, "reserve a table")

    assert {one.command for one in refused} == {None}
    assert found.command == "book"
    assert {one["event"] for one in logs} == {"text.refused"}


async def test_a_model_that_comes_later_is_asked(rasa: RasaServer) -> None:
    rasa.loaded = None

    with capture_logs() as logs:
        async with open_engine("rasa", RasaSettings(url=rasa.url), VOCABULARY) as engine:
            early = await asked(engine, "reserve a table")
            rasa.teach(NLU)
            late = await asked(engine, "reserve a table")

    assert (early.command, late.command) == (None, "book")
    assert [one["event"] for one in logs] == ["engine.lost", "engine.recovered"]


async def test_a_server_that_is_away_is_told_once_and_then_left_alone() -> None:
    async with served(RasaServer()) as rasa:
        url = rasa.url
    settings = RasaSettings(url=url, breaker=Breaker(failures=2, pause=600))

    with capture_logs() as logs:
        async with open_engine("rasa", settings, VOCABULARY) as engine:
            found = [await asked(engine, "reserve a table") for _ in range(4)]

    assert {one.command for one in found} == {None}
    assert [(one["event"], one["reason"]) for one in logs] == [("engine.lost", "unreachable")]


async def test_an_open_breaker_asks_nothing(rasa: RasaServer) -> None:
    rasa.answers = [503, 503]
    settings = RasaSettings(url=rasa.url, breaker=Breaker(failures=2, pause=600))

    async with open_engine("rasa", settings, VOCABULARY) as engine:
        found = [await asked(engine, "reserve a table") for _ in range(5)]

    assert {one.command for one in found} == {None}
    assert len(rasa.paths) == 2


async def test_no_limit_but_that_of_the_settings_ends_a_training(rasa: RasaServer) -> None:
    async with open_engine("rasa", RasaSettings(url=rasa.url), VOCABULARY) as engine:
        assert isinstance(engine, Rasa)
        limits = engine._client._http.timeout

    assert (limits.total, limits.sock_read) == (None, None)


async def test_the_bot_waits_a_little_longer_than_the_server_is_given(rasa: RasaServer) -> None:
    settings = RasaSettings(url=rasa.url, timeout=timedelta(seconds=4))

    async with open_engine("rasa", settings, VOCABULARY) as engine:
        patience = getattr(engine, "patience", timedelta())

    assert timedelta(seconds=4) < patience < timedelta(seconds=5)


async def test_nothing_of_a_customer_or_a_token_is_logged(rasa: RasaServer) -> None:
    rasa.token = "secret-token"
    with capture_logs() as logs:
        await read(rasa, "my name is Ada", token=Secret("other-token"))
        rasa.token = None
        rasa.answers = [503]
        await read(rasa, "my name is Ada", token=Secret("other-token"))

    assert logs
    assert not {"Ada", "other-token"} & set(str(logs).split("'"))
    assert "Ada" not in str(logs)
    assert "token" not in str(logs)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"url": "localhost:5005"}, "url: is no address"),
        ({"url": "http://u@rasa:5005"}, "url: has more"),
        ({"url": "http://rasa:5005?token=x"}, "url: has more"),
        ({"timeout": timedelta(seconds=11)}, "timeout: must be"),
        ({"timeout": timedelta()}, "timeout: must be"),
        ({"max_requests": 0}, "max_requests: must be at least 1"),
        ({"train_timeout": timedelta()}, "train_timeout: must be"),
    ],
)
def test_settings_that_cannot_work_are_refused(given: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        replace(RasaSettings(), **given)
