"""Quantities and ordinals as types of parameters."""

from decimal import Decimal
from typing import Annotated, Any

import pytest

from bot.authoring.commands import command
from bot.authoring.kinds import Ordinal, Quantity
from bot.authoring.parameters import Arg
from bot.dialog.binding import read_sentence
from tests.bot.dialog.stage import Stage, specs_of


@command("weigh")
def weigh(
    ctx: Any, what: Annotated[Quantity, Arg(ge=1, le=5)], floor: Ordinal | None = None
) -> str:
    """Weigh something."""
    return f"{what!r} {floor!r}"


def test_they_are_read_kept_and_bounded() -> None:
    stage = Stage(specs_of([weigh]))

    assert "or less" in stage.says("/weigh 9 kg")[0].text
    stage.says("2.50 kg")
    assert stage.ran == [("weigh", {"what": Quantity(Decimal("2.5"), "kg"), "floor": None})]


def test_a_place_in_a_row_is_typed() -> None:
    stage = Stage(specs_of([weigh]))
    spec = stage.commands["weigh"]

    reading = read_sentence("floor 3", spec, stage.surroundings("slack"))

    parameter = spec.parameter("floor")
    assert parameter is not None
    assert parameter.load(reading.values[0].value) == Ordinal(3)
    assert type(parameter.load(3)) is Ordinal


@pytest.mark.parametrize(
    "make",
    [
        lambda: Ordinal(0), lambda: Quantity(Decimal(1), "stone"),
        lambda: Quantity(Decimal("NaN"), "kg"),
    ],
)  # fmt: skip
def test_what_is_none_is_refused(make: Any) -> None:
    with pytest.raises(ValueError, match="is no"):
        make()
