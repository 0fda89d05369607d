"""What a look at the source shows of flows, and which sentences are alike."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import Command, Context, Talk, UserError, action, command, flow
from bot.authoring.signatures import read_command
from bot.plugins.flowlook import look_at_flow
from bot.plugins.lookalikes import CAPTURED, find_lookalikes, sentences_of
from nlu.templates import parts_of, places_of, starts, walk, words_of

Written = Callable[[Talk], Awaitable[object]]


@action
async def pay(_ctx: Context, amount: int) -> int:
    return amount


@flow("address")
async def address(talk: Talk) -> str:
    return await talk.ask("street", str)


async def ask_more(talk: Talk) -> str:
    return await talk.ask("more", str)


async def fetch(amount: int) -> int:
    return amount


def found(function: Written) -> list[tuple[int, str]]:
    """Look at a function: each mistake with its line, counted from the def."""
    first = function.__code__.co_firstlineno
    told = look_at_flow(flow("trip")(function).command, f"trip.py:{first}")
    lines = [line.split(":", 2) for line in told]
    assert all(file == "trip.py" for file, _, _ in lines)
    return [(int(line) - first, text.strip()) for _, line, text in lines]


async def has_a_bare_except(talk: Talk) -> None:
    try:
        await talk.ask("day", int)
    except:  # noqa: E722 - the mistake
        await talk.say("No day.")


async def catches_base_exceptions(talk: Talk) -> None:
    try:
        await talk.ask("day", int)
    except (ValueError, BaseException) as error:  # noqa: BLE001 - the mistake
        await talk.say(str(error))


async def suppresses_base_exceptions(talk: Talk) -> None:
    with contextlib.suppress(BaseException):
        await talk.ask("day", int)


async def waits_in_a_finally(talk: Talk) -> None:
    try:
        await talk.ask("day", int)
    finally:
        await talk.say("Bye.")


async def sleeps(_talk: Talk) -> None:
    await asyncio.sleep(1)


async def waits_for_a_service(talk: Talk) -> None:
    day = await talk.ask("day", int)
    await fetch(day)


async def opens_a_service(talk: Talk) -> None:
    async with asyncio.timeout(3):
        await talk.ask("day", int)


async def reads_a_stream(talk: Talk, *, stream: Any = None) -> None:
    async for one in stream:
        await talk.say(one)


async def calls_an_action(talk: Talk) -> None:
    await pay(talk.ctx, amount=3)


async def says_by_the_context(talk: Talk) -> None:
    await talk.ctx.say("Hello.")


async def opens_a_commands_saga(talk: Talk) -> None:
    ctx = talk.ctx
    async with ctx.saga("trip") as saga:
        await saga.do(pay, amount=2)


async def opens_a_saga_twice(talk: Talk) -> None:
    async with talk.saga("trip") as saga:
        await saga.do(pay, amount=2)
    async with talk.saga("trip") as saga:
        await saga.do(pay, amount=2)


async def asks_twice(talk: Talk) -> None:
    await talk.ask("day", int)
    await talk.confirm("day", "Sure?")


async def asks_again_after_a_branch(talk: Talk) -> None:
    if await talk.confirm("go", "Go?"):
        await talk.ask("day", int)
    await talk.ask("day", int)


async def asks_in_a_loop(talk: Talk) -> None:
    for _ in range(3):
        await talk.ask("day", int)


async def asks_in_a_comprehension(talk: Talk) -> list[int]:
    return [await talk.ask("day", int) for _ in range(3)]


async def asks_with_one_key_for_all(talk: Talk) -> None:
    for _ in range(3):
        await talk.ask("day", int, key="a")


async def asks_until_it_is_enough(talk: Talk) -> None:
    while await talk.confirm("more", "More?"):
        pass


async def waits_in_a_loop(talk: Talk) -> None:
    for _ in range(3):
        await talk.wait("news", event="news", key="a")


async def calls_a_flow_twice(talk: Talk) -> None:
    await address(talk)
    await address(talk)


@pytest.mark.parametrize(
    ("function", "line", "words"),
    [
        (has_a_bare_except, 3, "a bare except around a talk"),
        (catches_base_exceptions, 3, "catches BaseException around a talk"),
        (suppresses_base_exceptions, 1, "suppresses BaseException around a talk"),
        (waits_in_a_finally, 4, "waits in a finally around a talk"),
        (sleeps, 1, "waits for asyncio.sleep, which is not its talk"),
        (waits_for_a_service, 2, "waits for fetch, which is not its talk"),
        (opens_a_service, 1, "waits for asyncio.timeout, which is not its talk"),
        (reads_a_stream, 1, "waits for stream, which is not its talk"),
        (calls_an_action, 1, "write await talk.do(pay, …)"),
        (says_by_the_context, 1, "call talk.say"),
        (opens_a_commands_saga, 2, "open talk.saga"),
        (opens_a_saga_twice, 3, "uses the name 'trip' a second time"),
        (asks_twice, 2, "asks 'day' a second time"),
        (asks_again_after_a_branch, 3, "asks 'day' a second time"),
        (asks_in_a_loop, 2, "asks 'day' in a loop; tell the rounds apart by key="),
        (asks_in_a_comprehension, 1, "asks 'day' in a loop"),
        (asks_with_one_key_for_all, 2, "asks 'day' in a loop"),
        (asks_until_it_is_enough, 1, "asks 'more' in a loop"),
        (waits_in_a_loop, 2, "give each round a name of its own"),
        (calls_a_flow_twice, 2, "calls the flow address with the same names a second time"),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_a_mistake_is_found_at_its_line(function: Written, line: int, words: str) -> None:
    ((where, told),) = found(function)

    assert where == line
    assert told.startswith("the flow trip ")
    assert words in told


async def everything_that_is_right(talk: Talk) -> None:
    ctx, amounts = talk.ctx, [1, 2]
    if await talk.confirm("go", "Go?"):
        await talk.ask("day", int)
    else:
        await talk.ask("day", int)
    match amounts:
        case []:
            await talk.ask("amount", int)
        case _:
            await talk.ask("amount", int)
    for number in amounts:
        await talk.ask("one", int, key=number)
        await talk.wait(f"news-{number}", event="news")
        await address(talk, key=number)
    while True:
        last = await talk.ask("last", int)
        break
    try:
        await talk.do(pay, amount=last)
    except UserError:
        await ctx.progress("Once more.")
        await talk.do(pay, amount=1)
    except BaseException:
        raise
    finally:
        amounts.clear()
    async with talk.saga("trip") as saga:
        await saga.do(pay, amount=2)
    await ask_more(talk)
    await address(talk)
    question = talk.ask("later", int)
    await question
    await (talk.ask("a", int) if last else talk.ask("a", int, key=last))


async def returns_in_between(talk: Talk) -> int:
    if await talk.confirm("go", "Go?"):
        return await talk.ask("day", int)
    return await talk.ask("day", int)


async def has_functions_of_its_own(talk: Talk) -> float:
    async def rate() -> float:
        await asyncio.sleep(0)
        return 1.0

    return await talk.once("rate", rate)


@pytest.mark.parametrize(
    "function", [everything_that_is_right, returns_in_between, has_functions_of_its_own]
)
def test_what_a_flow_may_do_is_not_found(function: Written) -> None:
    assert found(function) == []


def test_a_flow_without_source_is_left_to_the_runtime() -> None:
    space: dict[str, Any] = {}
    exec("async def typed(talk):\n    await other()", space)  # noqa: S102 - as in a console

    assert look_at_flow(flow("typed")(space["typed"]).command, "<stdin>:1") == []


async def asks_for_a_city(talk: Talk) -> None:
    """Ask for a city."""
    await talk.ask("city", str, was="town")
    await talk.ask(name="day", kind=int)


async def asks_what_the_source_leaves_open(talk: Talk) -> None:
    for number in range(3):
        await talk.ask(f"city{number}", str)


async def has_a_part_that_asks(talk: Talk) -> None:
    await ask_more(talk)


async def asks_by_another_name(talk: Talk) -> None:
    ask = talk.ask
    await ask("city", str)


@pytest.mark.parametrize("say", ["to {ctiy}", "to {city} [on {dya}]"])
def test_a_sentence_names_what_a_flow_asks(say: str) -> None:
    (told,) = look_at_flow(flow("trip", say=[say])(asks_for_a_city).command, "trip.py:7")

    assert told.startswith("trip.py:7: say of trip")
    assert "nothing that the flow asks for; use city, day, town" in told


def test_an_example_of_a_flow_labels_what_it_asks() -> None:
    made = flow("trip", examples=["to [Rome](ctiy)"])(asks_for_a_city)

    (told,) = look_at_flow(made.command, "trip.py:7")

    assert "'ctiy'" in told


@pytest.mark.parametrize("say", ["to {city}", "to {town} [on {day}]"])
def test_names_and_former_names_are_known(say: str) -> None:
    assert look_at_flow(flow("trip", say=[say])(asks_for_a_city).command, "trip.py:7") == []


@pytest.mark.parametrize(
    "function", [asks_what_the_source_leaves_open, has_a_part_that_asks, asks_by_another_name]
)
def test_names_that_the_source_leaves_open_are_not_told(function: Written) -> None:
    assert look_at_flow(flow("trip", say=["to {any}"])(function).command, "trip.py:7") == []


def alike(*templates: str) -> list[str]:
    """Tell which of some commands, each with one template, are alike."""

    def reply() -> str:
        return ""

    made: list[Command[..., Any]] = [
        command(f"c{number}", say=[template.replace("{", "").replace("}", "")])(reply)
        for number, template in enumerate(templates)
    ]
    specs = [read_command(one, source=f"x.py:{one.name}", provided=(), known=()) for one in made]
    return list(find_lookalikes(specs))


def test_each_pair_is_told_once() -> None:
    told = alike("book [a] table [now]", "book a table [now]", "book table")

    assert len(told) == 2
    assert "c0" in told[0]
    assert "c1" in told[0]
    assert "c2" in told[1]


def test_parameters_stand_for_any_words_in_their_place() -> None:
    assert set(sentences_of("remind {who} [of {what}]")) == {
        ("remind", CAPTURED),
        ("remind", CAPTURED, "of", CAPTURED),
    }


def test_neighbouring_groups_stand_in_any_order() -> None:
    assert set(sentences_of("go [there] [now]")) == {
        ("go", *some)
        for size in range(3)
        for some in permutations(["there", "now"], size)
    }  # fmt: skip


def test_what_has_no_word_of_its_own_is_no_sentence() -> None:
    assert list(sentences_of("{day} [at {time}]")) == [(CAPTURED, "at", CAPTURED)]


def test_many_groups_are_not_counted_to_the_end() -> None:
    assert len(list(sentences_of("go " + " ".join(f"[w{n}]" for n in range(14))))) == 2000


WORDS = st.lists(
    st.sampled_from(["book", "a", "Table", "now!", "it\u2019s"]), min_size=1, max_size=3
)
PARTS = WORDS.map(" ".join).flatmap(lambda words: st.sampled_from([words, f"[{words}]"]))
TEMPLATES = st.lists(PARTS, min_size=1, max_size=3).map(" ".join)


def whole(template: str, sentence: str) -> int | None:
    """Lay a template onto a sentence as the rules do: the weight of a whole match."""
    parts, words = parts_of(template), words_of(sentence)
    for start in starts(parts, words, places_of(words)):
        trace = walk(parts, words, start)
        if trace is not None and trace.covered == len(words):
            return sum(len(words[place].folded) for place in trace.literals)
    return None


@given(TEMPLATES, TEMPLATES)
def test_sentences_that_the_rules_cannot_tell_apart_are_told(one: str, other: str) -> None:
    shared = {" ".join(sentence) for sentence in sentences_of(one)} & {
        " ".join(sentence) for sentence in sentences_of(other)
    }

    told = alike(one, other)

    assert bool(told) == bool(shared)
    for sentence in (*shared, *(" ".join(words) for words in sentences_of(one))):
        weights = whole(one, sentence), whole(other, sentence)
        if None not in weights:
            assert weights[0] == weights[1]
            assert sentence in shared
