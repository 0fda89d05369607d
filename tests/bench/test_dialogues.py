import json

import pytest

from tests.bench.booking import is_there, is_typed, likeness, slots_of
from tests.bench.dialogues import PAGE, RESULTS, measured, table
from tests.bench.tracking import spec_of, type_of

needs_dialogues = pytest.mark.skipif(not is_there(), reason="needs ../shared/nlu/dialogues")


def test_the_page_shows_the_figures_that_are_kept() -> None:
    assert table(json.loads(RESULTS.read_text())) in PAGE.read_text()


@needs_dialogues
async def test_rides_are_booked_in_the_customers_words() -> None:
    told: list[str] = []

    (row,) = await measured(["ride"], told.append, most=8)

    assert row["dialogues"] == 8
    assert row["goal"] >= 55
    assert len(told) == 1


@needs_dialogues
@pytest.mark.parametrize(
    ("service", "slot", "kind"),
    [
        ("Restaurants_2", "date", "date"), ("Restaurants_2", "time", "time"),
        ("Restaurants_2", "number_of_seats", "int"), ("Hotels_1", "has_wifi", "bool"),
        ("Hotels_4", "stay_length", "int"), ("Flights_3", "origin_city", "Annotated"),
    ],
)  # fmt: skip
def test_slots_get_our_types(service: str, slot: str, kind: str) -> None:
    slots = {one.name: one for one in slots_of(service)}

    assert getattr(type_of(slots[slot]), "__name__", "Annotated") == kind
    assert spec_of(service, list(slots.values())).parameter(slot) is not None


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [("March 6th", "6th march", 1.0), ("Daiki Sushi", "daiki sushi.", 1.0), ("abc", "xyz", 0.0)],
)
def test_words_are_compared_in_any_order(one: str, other: str, score: float) -> None:
    assert likeness(one, other) == score


@pytest.mark.parametrize(
    ("value", "wanted", "same"),
    [
        ("2019-03-06", "2019-03-06", True), ("2019-03-06", "2019-03-07", False),
        ("18:30:00", "18:30", True), (2, "2", True), (True, "True", True), (12, "2", False),
        ("san jose", "San Jose", True), ("San Jose", "San Mateo", False),
    ],
)  # fmt: skip
def test_typed_values_are_compared_with_the_data_s_own_forms(
    value: object,
    wanted: str,
    same: bool,  # noqa: FBT001 - what is expected
) -> None:
    assert is_typed(value, wanted) is same
