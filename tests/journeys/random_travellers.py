"""Customers who do what comes to mind in flows, with a model of what is to stand done.

Beside what all random customers do, flows wait and are woken, their release changes under them,
and the bot dies right after an effect, so that a turn is played once more.
"""

import copy
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import partial

from pydantic_core import to_jsonable_python
from typing_extensions import override

from bot.dialog.events import Event, Sleep, Woken
from bot.dialog.surroundings import Surroundings
from bot.dialog.traces import UNDO, Trace
from bot.model.conversation import Frame, PromptKind, State
from tests.bot.dialog import restaurant
from tests.bot.dialog.flow_stage import Deed, Died, waiting_frames
from tests.bot.dialog.stage import Shown, specs_of
from tests.journeys.random_customers import Crowd, Letter, Words
from tests.journeys.voyages import ONCE, RELEASES, wanted

OTHERS = (restaurant.book, restaurant.bookings, restaurant.name, restaurant.pay)
TRAVEL = Words(
    commands=[*(one.command for one in RELEASES[0]), *OTHERS],
    answers={
        "city": ("Rome", "Milan", "turin", "Paris"),
        "place": ("Rome", "Milan", "turin", "Paris"),
        "day": ("2026-11-20", "tomorrow", "friday", "2026-11-10", "2026-12-24", "2027-03-01"),
        "count": ("1", "two", "3", "9", "2"),
        "name": ("Ada", "Bob", "Ada Lovelace", "4711"),
        "meal": ("rice", "fish", "skip"),
        "bags": ("0", "2", "skip"),
        "guide": ("Ada", "bruno"),
        "hotel": ("Rosa", "Blu", "Verde", "Ritz"),
        "paid": ("cash", "card", "later"),
        "row": ("7", "13", "25", "30", "45", "row 12"),
        "bike": ("mine", "rented"),
        "window": ("yes", "no", "perhaps"),
        "sleeper": ("yes", "no"),
        "note": ("a pram", "skip", "vegan"),
        "weight": ("5", "12", "20", "99"),
        "kilos": ("5", "12", "20", "99"),
        "reason": ("heavy", "bulky"),
        "insured": ("yes", "no"),
        "size": ("1", "2", "3", "two"),
        "thing": ("cup", "lamp", "book"),
        "gift": ("yes", "no"),
        "bag": ("yes", "no"),
        "topic": ("luggage", "the train"),
        "grade": ("4", "6", "1"),
    },
    corrections=(
        "change the city", "change city to Milan", "change the day", "on 2026-11-21", "sorry, 3",
        "change count to 2", "change the count", "change the hotel to Blu", "change meal to fish",
        "change row to 5", "change the row to 30", "change row", "change the weight to 15",
        "change weight to 5", "change kilos to 7", "change place to Rome", "no, 2026-11-24",
    ),
    digressions=(
        "/voyage", "/seat", "/seat 7", "/seat 30", "/parcel", "/parcel 12", "/parcel 5",
        "/letter", "/basket", "/basket 2", "/voyage Rome tomorrow 2", "/bookings", "/pay 5",
        "/book", "help", "thanks",
        "how are you", "/name Ada", "/voyage", "hello", "/voyage Milan 2026-12-01 3",
    ),
    proposals=(
        ("plan a voyage", "voyage"), ("a seat in row 7", "seat"), ("send a parcel", "parcel"),
        ("plan a voyage to Rome for 2", "voyage"), ("I would like to pay 5", "pay"),
        ("a seat in row 30 please", "seat"), ("send a parcel of 12 kilos", "parcel"),
    ),
)  # fmt: skip
TOLD_DONE = re.compile("(?:done already|cannot be undone): ([^.]*)\\.")
EVENTS = ("voyage.news", "human.done")


@dataclass(slots=True)
class Travellers(Crowd):
    """A customer of flows.

    ``done`` counts the flows that came to their end, ``met`` what happened on the way; ``agreed``
    are the questions of each dialog that were answered by yes, ``kept`` what the customer said no
    to when asked to undo it.
    """

    words: Words = field(default_factory=lambda: TRAVEL)
    done: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    proposed: set[str] = field(default_factory=set)
    agreed: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    _release: int = 0
    _lives: int = 0

    @override
    def __post_init__(self) -> None:
        Crowd.__post_init__(self)
        self.stage.service.mortal = self._is_mortal

    # ── What happens beside messages ──────────────────────────────────────────

    @override
    def _take(self, letter: Letter) -> None:
        if self._draw.random() < 0.04:
            self._released()
        Crowd._take(self, letter)
        self._ring()
        for frame in waiting_frames(self.stage.state):
            if self._draw.random() < 0.15:
                self._tell(frame)

    def _released(self) -> None:
        self._release = 1 - self._release
        flows = [one.command for one in RELEASES[self._release]]
        self.stage.commands = specs_of([*flows, *OTHERS], self.stage.recognisers)
        self.lines.append(f"── release {self._release}")
        self.met["release"] += 1

    def _ring(self) -> None:
        """Let the moments come that have passed, in order; each rings once."""
        due = [sleep for sleep in self.stage.sleeps if sleep.due <= self.stage.now]
        for sleep in sorted(due, key=lambda one: one.due):
            self.stage.sleeps.remove(sleep)
            self.met["moment"] += 1
            self._signalled(f"(moment of {sleep.step})", partial(_moment_of, sleep))

    def _tell(self, frame: Frame) -> None:
        event = self._draw.choice(EVENTS)
        self.met["event"] += 1
        self._signalled(
            f"(event {event})",
            lambda around: Woken(frame=frame.id, event=event, data={"text": "late"}, around=around),
        )

    def _signalled(self, what: str, begun: Callable[[Surroundings], Event]) -> None:
        prompt = self.stage.state.open_prompt
        at = self._at if prompt is None or prompt.to is None else prompt.to[0]
        self._live(
            Letter(number=0, at=at, signal=what, version=self.stage.version, shown=None), begun
        )

    def _is_mortal(self) -> bool:
        self._lives += 1
        return self._draw.random() < 0.2

    @override
    def _played(self, letter: Letter, begun: Callable[[Surroundings], Event]) -> list[Shown]:
        """Play a turn; where the bot dies in it, nothing but the ledger is kept."""
        while True:
            kept = {
                one.name: copy.copy(getattr(self.stage, one.name))
                for one in fields(self.stage)
                if one.name not in {"service", "commands", "recognisers"}
            }
            self.stage.finished.clear()
            try:
                return Crowd._played(self, letter, begun)
            except Died:
                self.lines.append("── the bot died")
                self.met["death"] += 1
                for name, value in kept.items():
                    setattr(self.stage, name, value)

    # ── What must hold ────────────────────────────────────────────────────────

    @override
    def _judge(self, letter: Letter, before: State, shown: list[Shown]) -> None:
        Crowd._judge(self, letter, before, shown)
        self._note(before)
        for frame in waiting_frames(self.stage.state):
            self._judge_waiting(frame)
        calls, self.stage.service.calls = self.stage.service.calls, []
        for verb, key in calls:
            deed = self.stage.service.deeds[key]
            self.lines.append(f"── {verb} {deed.action} {deed.arguments}")
            self.met[verb] += 1
            self._judge_done(deed) if verb == "do" else self._judge_undone(deed, before)
        for frame, trace in self.stage.finished:
            self._judge_finished(frame, trace)
        self._judge_standing()

    def _note(self, before: State) -> None:
        """Note who was proposed, and the last yes that was said in each dialog to each question."""
        for frame in (*before.frames, *self.stage.state.frames):
            if frame.proposed and frame.id not in self.proposed:
                self.met["proposed"] += 1
                self.proposed.add(frame.id)
        for prompt in self.stage.state.prompts:
            was = before.prompt(prompt.id)
            is_new = was is None or was.open or was.chosen != prompt.chosen
            if prompt.argument == UNDO and prompt.chosen == 1 and is_new:
                self.kept[f"{prompt.frame}"] = self.kept.get(f"{prompt.frame}", "") + prompt.text
            if prompt.kind is PromptKind.CONFIRM and prompt.chosen == 0 and is_new:
                self.agreed[f"{prompt.frame}"] = "yes"
                self.agreed[f"{prompt.frame}/{prompt.argument}"] = prompt.text

    def _judge_waiting(self, frame: Frame) -> None:
        wait = frame.waiting
        if wait is None or (wait.event is None and wait.until is None):
            raise self._failed(f"/{frame.command} waits for nothing")
        timers = [(one.frame, one.step, one.due) for one in self.stage.sleeps]
        if wait.until is not None and (frame.id, wait.step, wait.until) not in timers:
            raise self._failed(f"/{frame.command} waits for a moment that never comes")

    def _judge_done(self, deed: Deed) -> None:
        if deed.frame in self.proposed and deed.frame not in self.agreed:
            raise self._failed(f"{deed.action} was done on a proposal without a yes")
        if deed.action != "hold_seats":
            return
        held = deed.arguments
        text = f"Hold {held['seats']} seats to {held['city']} on {held['day']} for"
        if text not in self.agreed.get(f"{deed.frame}/go", ""):
            raise self._failed(f"{deed.action} was done without a yes to it")

    def _judge_undone(self, deed: Deed, before: State) -> None:
        prompts = [
            prompt for prompt in self.stage.state.prompts
            if (prompt.frame, prompt.argument, prompt.chosen) == (deed.frame, UNDO, 0)
        ]  # fmt: skip
        now = [p for p in prompts if (was := before.prompt(p.id)) is not None and was.open]
        if not now:
            raise self._failed(f"{deed.action} was undone without a yes")

    def _judge_told(self, shown: list[Shown]) -> None:
        """What is said to be done is done."""
        for one in shown:
            told = TOLD_DONE.search(one.text)
            done = {one.title for one in self.stage.service.deeds.values() if not one.undone}
            if told is not None and not set(told[1].split(", ")) <= done:
                raise self._failed(f"this is not done: {told[1]}")

    def _judge_standing(self) -> None:
        """Nothing is done twice in one dialog, whatever was changed in between."""
        for frame in self.stage.state.frames:
            standing = Counter(one.action for one in self.stage.service.standing(frame.id))
            twice = [action for action, count in standing.items() if count > 1 and action in ONCE]
            if twice:
                raise self._failed(f"{twice} stand twice in one /{frame.command}")

    def _judge_finished(self, frame: Frame, trace: Trace) -> None:
        self.done[frame.command] += 1
        answers = {name: answer.value for name, answer in trace.answers.items()}
        for new, old in trace.renamed.items():
            answers[new] = answers[old]
        agreed = bool(trace.memo.get("go", {}).get("value"))
        should = wanted(frame.command, answers, agreed=agreed)
        held = [
            (one.action, to_jsonable_python(one.arguments))
            for one in self.stage.service.standing(frame.id)
        ]
        titles = self.kept.get(frame.id, "")
        kept = [one.action for one in self.stage.service.standing(frame.id) if one.title in titles]
        left = [one for one in held if one not in should and one[0] not in kept]
        missing = [one for one in should if held.count(one) < should.count(one)]
        if left or missing:
            raise self._failed(f"/{frame.command} ended with {held} done, wanted {should}")


def _moment_of(sleep: Sleep, around: Surroundings) -> Event:
    return Woken(frame=sleep.frame, step=sleep.step, around=around)
