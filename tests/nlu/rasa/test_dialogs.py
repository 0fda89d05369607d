"""A whole bot that asks a Rasa server; see `nlu.rasa`."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal

import pytest

from bot import Arg, Context, Engine, Interpretation, Utterance, action, command
from bot.plugins.catalogue import vocabulary
from bot.testing import Harness, bot_for
from nlu.rasa import RasaSettings, open_engine
from tests.nlu.rasa.server import RasaServer, served

NLU = """\
nlu:
- intent: wire
  examples: |
    - please wire [80](amount) to [Bob](to)
- intent: fly
  examples: |
    - a flight to [NYC]{"entity": "city", "value": "New York"}
- intent: pizza
  examples: |
    - a pizza with [ham](topping) and [cheese](topping)
    - one with [gouda]{"entity": "topping", "value": "cheese"}
"""


@action
async def pay(ctx: Context, amount: int, to: str) -> str:
    return f"{amount} to {to}"


@command("wire")
async def wire(
    ctx: Context, amount: Annotated[int, Arg("How much?")], to: Annotated[str, Arg("To whom?")]
) -> str:
    """Wire money."""
    return await pay(ctx, amount=amount, to=to)


@command("fly")
def fly(city: Annotated[Literal["New York", "Oslo"], Arg("Where to?")]) -> str:
    """Fly."""
    return f"Off to {city}."


@command("pizza")
def pizza(topping: Annotated[list[Literal["ham", "cheese"]], Arg("What on it?")]) -> str:
    """Order a pizza."""
    return f"With {' & '.join(topping)}."


class Late:
    """An engine that is there once the bot's commands are known."""

    engine: Engine

    async def interpret(self, utterance: Utterance) -> Interpretation:
        return await self.engine.interpret(utterance)


@pytest.fixture
async def bot() -> AsyncIterator[Harness]:
    late = Late()
    async with (
        served(RasaServer()) as rasa,
        bot_for(pay, wire, fly, pizza, engines={"rasa": late}) as bot,
        open_engine("rasa", RasaSettings(url=rasa.url), vocabulary(bot.bot.commands)) as engine,
    ):
        rasa.teach(NLU)
        late.engine = engine
        yield bot


async def test_what_rasa_understood_has_no_effect_before_a_yes(bot: Harness) -> None:
    ada = bot.person("ada", telegram="7")

    await ada.telegram.says("please wire 80 to Bob")
    before = list(bot.calls("pay"))
    await ada.telegram.says("yes")

    assert before == []
    assert [call.arguments for call in bot.calls("pay")] == [{"amount": 80, "to": "Bob"}]


async def test_a_synonym_is_read_for_what_it_stands_for(bot: Harness) -> None:
    ada = bot.person("ada", telegram="7")

    await ada.telegram.says("a flight to NYC")

    ada.telegram.sees("Off to New York.")


async def test_several_values_fill_a_list(bot: Harness) -> None:
    ada = bot.person("ada", telegram="7")

    await ada.telegram.says("a pizza with ham and gouda")

    ada.telegram.sees("With ham & cheese.")


async def test_a_typed_intent_does_nothing(bot: Harness) -> None:
    ada = bot.person("ada", telegram="7")

    await ada.telegram.says('please /wire{"amount": "900", "to": "Eve"}')
    await ada.telegram.says('//wire{"amount": "900", "to": "Eve"}')
    await ada.telegram.says("yes")

    assert bot.calls("pay") == []
