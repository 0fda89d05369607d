"""Booking dialogues of the Schema-Guided Dialogue dataset as typed values, and their scorer."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "../shared/nlu/dialogues"
SERVICES: Mapping[str, tuple[str, ...]] = {
    "restaurant": ("Restaurants_2",), "flight": ("Flights_3",), "hotel": ("Hotels_1", "Hotels_4"),
    "ride": ("RideSharing_1",), "appointment": ("Services_4",),
}  # fmt: skip
"""The services that are judged, by what is booked."""
_PARTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A slot of a service, as its schema describes it.

    ``booked``: it belongs to what is booked, or must be known: an offer that is taken gives it.
    """

    name: str
    description: str
    values: tuple[str, ...]
    required: bool
    booked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the system did and the customer then said, for one service.

    Attributes:
        text: the customer's words.
        asked: slots that the system asked for.
        offered: values that it offered.
        confirming: values that it wants a yes to.
        spans: words of slots in the text, as they are marked in the data.
        informed: values that the customer told, as they are marked in the data.
        acts: what the customer did, as it is marked in the data.
        state: all values so far, each with its spellings, as they are marked in the data.
        called: what the system then called the service with, in the data's own forms.
    """

    text: str
    asked: tuple[str, ...]
    offered: Mapping[str, str]
    confirming: Mapping[str, str]
    spans: tuple[tuple[str, int, int], ...]
    informed: Mapping[str, str]
    acts: frozenset[str]
    state: Mapping[str, Sequence[str]]
    called: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """One service's part of a dialogue; ``others`` are the customer's other sentences in it.

    ``number`` is its place in the file: every third dialogue is learnt from, and not judged.
    """

    number: int
    service: str
    steps: tuple[Step, ...]
    others: tuple[str, ...]

    @property
    def is_learnt(self) -> bool:
        return self.number % _PARTS == 0


def is_there() -> bool:
    return (DATA / "sgd_booking.jsonl").is_file()


def slots_of(service: str) -> list[Slot]:
    """List the slots that a customer may tell: those of the service's intents."""
    schema = json.loads((DATA / "schema.json").read_text("utf-8"))[service]
    required = [set(intent["required_slots"]) for intent in schema["intents"]]
    booking = [one for one in schema["intents"] if one["is_transactional"]] or schema["intents"]
    booked = {name for one in booking for name in (*one["required_slots"], *one["optional_slots"])}
    booked = booked.union(*required)
    told = set().union(*required, *(intent["optional_slots"] for intent in schema["intents"]))
    return [
        Slot(
            name=slot["name"], description=slot["description"],
            values=tuple(slot["possible_values"]),
            required=any(slot["name"] in one for one in required),
            booked=slot["name"] in booked,
        )
        for slot in schema["slots"]
        if slot["name"] in told
    ]  # fmt: skip


def dialogues(services: Sequence[str]) -> list[Dialogue]:
    """Read the parts of all dialogues that are of these services."""
    lines = (DATA / "sgd_booking.jsonl").read_text("utf-8").splitlines()
    found = (json.loads(line) for line in lines)
    return [
        Dialogue(
            number=number, service=service, steps=tuple(_steps(one["turns"], service)),
            others=tuple(_others(one["turns"], service)),
        )
        for number, one in enumerate(found)
        for service in services
        if service in one["services"]
    ]  # fmt: skip


def _frame(turn: Mapping[str, Any], service: str) -> Mapping[str, Any] | None:
    return next((frame for frame in turn["frames"] if frame["service"] == service), None)


def _others(turns: Sequence[Mapping[str, Any]], service: str) -> Iterator[str]:
    for turn in turns:
        if turn["speaker"] == "user" and _frame(turn, service) is None:
            yield turn["text"]


def _steps(turns: Sequence[Mapping[str, Any]], service: str) -> Iterator[Step]:
    before: Mapping[str, Any] | None = None
    for turn, after in pairwise((*turns, {"frames": ()})):
        frame = _frame(turn, service)
        if turn["speaker"] == "system":
            before = frame
            continue
        if frame is not None and "slot_values" in frame:
            acts = before["actions"] if before else []
            yield Step(
                text=turn["text"],
                asked=tuple(act["slot"] for act in acts if act["act"] == "REQUEST"),
                offered=_told(acts, "OFFER"), confirming=_told(acts, "CONFIRM"),
                spans=tuple((s["slot"], s["start"], s["end"]) for s in frame["slots"]),
                informed=_told(frame["actions"], "INFORM"),
                acts=frozenset(act["act"] for act in frame["actions"]),
                state=frame["slot_values"],
                called=((_frame(after, service) or {}).get("service_call") or {}).get(
                    "parameters", {}
                ),
            )  # fmt: skip


def _told(acts: Sequence[Mapping[str, Any]], kind: str) -> dict[str, str]:
    return {act["slot"]: act["values"][0] for act in acts if act["act"] == kind and act["values"]}


# ── Scores ────────────────────────────────────────────────────────────────────


def is_typed(value: Any, wanted: str) -> bool:
    """Compare a value of ours with the data's form: 2019-03-06, 18:30, True, a text."""
    said = str(value)
    is_text = any(one.isalpha() for one in wanted)
    return said in {wanted, f"{wanted}:00"} or (is_text and likeness(said, wanted) >= 0.9)


def likeness(one: str, other: str) -> float:
    """Compare texts as the dataset's scorer does: their words sorted, then by common letters."""
    first, second = (" ".join(sorted(_bare(text).split())) for text in (one, other))
    return round(SequenceMatcher(None, first, second).ratio(), 2)


def _bare(text: str) -> str:
    return "".join(one if one.isalnum() else " " for one in text.casefold())


@dataclass(slots=True)
class Score:
    """Sums over turns.

    Attributes:
        turns: how many were judged.
        joint: the product of all slots' scores of each turn, summed: the dataset's joint goal
            accuracy when divided by the turns.
        goals: the mean score of the slots that have a value, summed over turns that have some.
        goal_turns: how many turns those are.
        exact: how many turns have every slot right, one by one, at a likeness of at least 0.9.
        called: how many values the data's system called the services with; dontcare is none.
        typed: how many of these our typed values equal.
    """

    turns: int = 0
    joint: float = 0.0
    goals: float = 0.0
    goal_turns: int = 0
    exact: int = 0
    called: int = 0
    typed: int = 0

    def call(self, step: Step, values: Mapping[str, Any]) -> None:
        """Judge typed values, in JSON form, where the data's system calls the service."""
        for name, wanted in step.called.items():
            if wanted != "dontcare":
                self.called += 1
                self.typed += name in values and is_typed(values[name], wanted)

    def add(self, slots: Sequence[Slot], told: Mapping[str, str], step: Step) -> None:
        """Judge what is held after a turn by the rules of the dataset's own scorer.

        A slot with a list of values must be equal; of any other the words are compared with each
        spelling and the best counts. A value where there is none, or none where there is one, is 0.
        """
        scores = {slot.name: _score(slot, told, step.state) for slot in slots}
        joint = 1.0
        for score in scores.values():
            joint *= score
        self.turns += 1
        self.joint += joint
        self.exact += all(score >= 0.9 for score in scores.values())
        active = [scores[name] for name in step.state if name in scores]
        if active:
            self.goals += sum(active) / len(active)
            self.goal_turns += 1

    def figures(self) -> dict[str, Any]:
        """Write the averages."""
        return {
            "turns": self.turns, "joint": round(100 * self.joint / max(self.turns, 1), 1),
            "goal": round(100 * self.goals / max(self.goal_turns, 1), 1),
            "exact": round(100 * self.exact / max(self.turns, 1), 1),
            "called": self.called, "typed": round(100 * self.typed / max(self.called, 1), 1),
        }  # fmt: skip


def _score(slot: Slot, told: Mapping[str, str], state: Mapping[str, Sequence[str]]) -> float:
    if (slot.name in told) is not (slot.name in state):
        return 0.0
    if slot.name not in told:
        return 1.0
    if slot.values:
        return float(told[slot.name].casefold() == state[slot.name][0].casefold())
    return max(likeness(spelling, told[slot.name]) for spelling in state[slot.name])
