"""Customers who do what comes to mind, against the dialog manager, with a model beside it.

What is drawn comes from one seed, so a failure is seen again by its seed alone. The inbox here is
the runtime's in little: messages are noted with the version and the question that stood when they
came, the same message is taken once, and several may wait and be taken out of order.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from typing_extensions import override

from bot.authoring.commands import Command
from bot.authoring.signatures import Parameter
from bot.dialog.events import Event, Heard, Run
from bot.dialog.forms import arguments_of
from bot.dialog.phrases import ENGLISH
from bot.dialog.summaries import confirmation
from bot.dialog.surroundings import Surroundings
from bot.model.conversation import Frame, Prompt, PromptKind, State
from bot.model.ids import FrameId, PromptId
from bot.model.messages import Tap
from bot.model.understanding import NOTHING, Interpretation
from nlu.values import recognisers
from tests.bot.dialog import restaurant
from tests.bot.dialog.retiring_stage import RetiringStage
from tests.bot.dialog.stage import Shown, proposal, specs_of

PLACES = ("slack", "telegram", "web")
COMMANDS = (
    restaurant.book, restaurant.order, restaurant.bookings, restaurant.name, restaurant.pay,
    restaurant.pick, restaurant.ride, restaurant.fare,
)  # fmt: skip
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "day": ("2026-11-20", "tomorrow", "friday", "2026-11-23", "2026-11-10", "next week"),
    "at": ("19:00", "18:00", "half past eight", "11:00", "at 7", "20:30"),
    "guests": ("4", "two", "44", "0", "we are five", "12"),
    "area": ("terrace", "inside"),
    "dish": ("Diavola", "Margherita", "1"),
    "size": ("xl", "small", "big"),
    "spicy": ("yes", "no", "very"),
    "text": ("Ada", "4711", "Ada Lovelace"),
    "amount": ("5", "2.50", "1000"),
    "table": ("7", "3"),
    "to": ("home", "station"),
}
CORRECTIONS = (
    "sorry, 5 guests", "on 2026-11-21", "at 18:00", "on the terrace", "change the day", "xl",
    "change the time", "no, 3 guests", "change the guests", "I mean 2026-11-20",
)  # fmt: skip
DIGRESSIONS = (
    "/bookings", "/fare", "help", "thanks", "who are you", "hello", "/pay 5", "/name Ada", "/uber",
    "/ride home", "/order Diavola", "/book", "/pick 7", "how are you", "/book guests=4 day=friday",
)  # fmt: skip
REPAIRS = (
    "cancel", "back", "skip", "why", "repeat", "summary", "start over", "human", "never mind",
    "what did i say so far", "undo",
)  # fmt: skip
NONSENSE = (
    "", "🍕", "grmbl", "/bok", "/", "/uber hlp", "x" * 3000, "what?", "'; drop table", "{guests}",
    "\u202e\u0000", "no no no yes", "4 4 4 4", "/book 99 99", "<b>hi</b>", "None",
)  # fmt: skip
YES = ("yes", "ok", "👍", "yes please")
TROUBLE = ("Traceback", "object at 0x", "Exception", "went wrong", "KeyError", "PromptId")
PAUSES = (timedelta(seconds=1), timedelta(minutes=5), timedelta(days=2), timedelta(days=100))


PROPOSALS = (("book a table for 4", "book"), ("I would like to pay 5", "pay"), ("a pizza", "order"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the customers of one bot know to say; ``proposals`` are sentences with their command."""

    commands: Sequence[Command[..., Any]] = COMMANDS
    answers: Mapping[str, Sequence[str]] = field(default_factory=lambda: ANSWERS)
    corrections: Sequence[str] = CORRECTIONS
    digressions: Sequence[str] = DIGRESSIONS
    proposals: Sequence[tuple[str, str]] = PROPOSALS


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message on its way; ``version`` and ``shown`` are what stood when it came."""

    number: int
    at: str
    text: str = ""
    token: str | None = None
    signal: str = ""
    meant: Interpretation = NOTHING
    version: int
    shown: PromptId | None


@dataclass(slots=True, kw_only=True)
class Noting(RetiringStage):
    """A stage that notes whose dialog had an effect; no question's buttons outlive it there."""

    effects: list[tuple[FrameId, str, dict[str, Any]]] = field(default_factory=list)

    @override
    def _run(self, wish: Run, around: Surroundings) -> Event:
        before = len(self.ran)
        event = RetiringStage._run(self, wish, around)
        self.effects += [(wish.frame, *ran) for ran in self.ran[before:]]
        return event


@dataclass(slots=True)
class Crowd:
    """One customer's conversation, drawn from a seed, and what must hold for it."""

    seed: int
    words: Words = field(default_factory=Words)
    stage: Noting = field(init=False)
    turns: int = 0
    ledger: dict[FrameId, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    _draw: random.Random = field(init=False)
    _inbox: list[Letter] = field(default_factory=list)
    _taken: set[int] = field(default_factory=set)
    _written: int = 0
    _tokens: list[str] = field(default_factory=lambda: ["x.0"])
    _at: str = PLACES[0]

    def __post_init__(self) -> None:
        self._draw = random.Random(self.seed)  # noqa: S311 - replayable, not secret
        found = recognisers()
        self.stage = Noting(commands=specs_of(self.words.commands, found), recognisers=found)

    def run(self, turns: int) -> None:
        """Live through so many turns; AssertionError tells seed, turn and what went before."""
        while self.turns < turns:
            for _ in range(self._draw.choice((1, 1, 1, 1, 2, 3))):
                self._post(self._letter())
            if self._draw.random() < 0.15:
                self._draw.shuffle(self._inbox)
            while self._inbox:
                self._take(self._inbox.pop(0))

    # ── What comes to mind ────────────────────────────────────────────────────

    def _letter(self) -> Letter:
        if self._draw.random() < 0.2:
            self._at = self._draw.choice(PLACES)
        if self._draw.random() < 0.05:
            self.stage.waits(self._draw.choice(PAUSES))
        acts: tuple[tuple[int, Callable[[], str | Letter]], ...] = (
            (50, self._answer), (10, self._tap),
            (10, self._correction),
            (10, lambda: self._draw.choice(self.words.digressions)), (7, self._proposed),
            (7, lambda: self._draw.choice(REPAIRS)), (6, lambda: self._draw.choice(NONSENSE)),
        )  # fmt: skip
        act = self._draw.choices([one for _, one in acts], [weight for weight, _ in acts])[0]
        drawn = act()
        return drawn if isinstance(drawn, Letter) else self._written_letter(drawn)

    def _answer(self) -> str | Letter:
        prompt = self.stage.state.open_prompt
        if prompt is None:
            return self._draw.choice(self.words.digressions)
        if prompt.kind is PromptKind.CONFIRM:
            return self._draw.choice((*YES, *YES, "no"))
        if prompt.choices and self._draw.random() < 0.5:
            return self._pressed(prompt.token(self._draw.randrange(len(prompt.choices))))
        asked = (prompt.argument or "").partition("[")[0]
        return self._draw.choice(self.words.answers.get(asked, self.words.digressions))

    def _correction(self) -> str:
        top = self.stage.state.top
        name = self._draw.choice([*top.answers, ""]) if top is not None else ""
        values = self.words.answers.get(name.partition("[")[0], ())
        if not values or self._draw.random() < 0.5:
            return self._draw.choice(self.words.corrections)
        return f"change {name.replace('_', ' ')} to {self._draw.choice(values)}"

    def _tap(self) -> Letter:
        return self._pressed(self._draw.choice(self._tokens[-14:]))

    def _proposed(self) -> Letter:
        text, command = self._draw.choice(self.words.proposals)
        others = [name for _, name in self.words.proposals[:2]]
        meant = proposal(command, self._draw.choice((0.3, 0.9, 1.0)), *others)
        return self._written_letter(text, meant=meant)

    def _pressed(self, token: str) -> Letter:
        return self._written_letter("", token=token)

    def _written_letter(self, text: str, **more: Any) -> Letter:
        self._written += 1
        return Letter(
            number=self._written, at=self._at, text=text, version=self.stage.version,
            shown=self.stage.seen.get(self._at), **more,
        )  # fmt: skip

    # ── How it arrives ────────────────────────────────────────────────────────

    def _post(self, letter: Letter) -> None:
        self._inbox += [letter] * self._draw.choice((1, 1, 1, 1, 1, 1, 2))

    def _take(self, letter: Letter) -> None:
        if letter.number in self._taken:
            return
        self._taken.add(letter.number)
        self._live(letter, lambda around: self._heard(letter, around))

    def _live(self, letter: Letter, begun: Callable[[Surroundings], Event]) -> None:
        self.turns += 1
        before, effects = self.stage.state, len(self.stage.effects)
        ends = len(self.stage.ends)
        said = letter.signal or letter.text if letter.token is None else f"[{letter.token}]"
        self.lines.append(f"{letter.at}> {said[:60]}")
        try:
            shown = self._played(letter, begun)
        except Exception as error:
            raise self._failed(f"{type(error).__name__}: {error}") from error
        self.lines += [f"{one.at}< {one.text[:90]} {list(one.buttons)}" for one in shown]
        self._tokens += [
            f"{one.prompt}.{index}" for one in shown for index in range(len(one.buttons))
        ]
        self._judge(letter, before, shown)
        self._judge_effects(letter, before, effects)
        if len(self.stage.ends) != ends + 1:
            raise self._failed("the turn leads nowhere")

    def _played(self, letter: Letter, begun: Callable[[Surroundings], Event]) -> list[Shown]:
        return self.stage._turn(letter.at, begun)

    def _heard(self, letter: Letter, around: Surroundings) -> Heard:
        """Tell what the message may know, as the runtime does (`bot.runtime.scene`)."""
        crossed, known = self._crossed(letter)
        return Heard(
            text=letter.text, tap=None if letter.token is None else Tap(token=letter.token),
            shown=known if crossed else letter.shown, crossed=crossed,
            interpretation=letter.meant, around=around,
        )  # fmt: skip

    def _crossed(self, letter: Letter) -> tuple[bool, PromptId | None]:
        prompt = self.stage.state.open_prompt
        if prompt is None or letter.version >= prompt.version:
            return False, None
        known = [one.id for one in self.stage.state.prompts if one.version <= letter.version]
        return True, known[-1] if known else None

    # ── What must hold ────────────────────────────────────────────────────────

    def _judge(self, letter: Letter, before: State, shown: list[Shown]) -> None:
        for one in shown:
            if not one.text.strip() or any(word in one.text for word in TROUBLE):
                raise self._failed(f"this was said: {one.text!r}")
            prompt = self.stage.state.prompt(one.prompt)
            if prompt is not None and self._is_asked_twice(before, prompt, one):
                raise self._failed(f"asked twice: {one.text!r}")
        state = self.stage.state
        top = state.top
        if top is not None and not any(p.open and p.frame == top.id for p in state.prompts):
            raise self._failed(f"/{top.command} is open and asks nothing")
        if not shown and letter.token is None and not letter.signal:
            raise self._failed("no answer")

    def _is_asked_twice(self, before: State, prompt: Prompt, shown: Shown) -> bool:
        frame = before.frame(prompt.frame)
        held = frame.answers.get(prompt.argument or "") if frame else None
        parameter = self._parameter(frame, prompt.argument)
        if held is None or held.others or parameter is None or before.prompt(prompt.id):
            return False
        return shown.text == ENGLISH.question(parameter)

    def _parameter(self, frame: Frame | None, name: str | None) -> Parameter | None:
        spec = self.stage.spec_of(frame)
        return spec.parameter(name or "") if spec else None

    def _judge_effects(self, letter: Letter, before: State, since: int) -> None:
        """Compare with the model: a yes to the question that is open has one effect, no more."""
        agreed = self._agreed(letter, before)
        new = self.stage.effects[since:]
        for frame_id, command, arguments in new:
            frame, spec = before.frame(frame_id), self.stage.commands[command]
            if frame_id in self.ledger:
                raise self._failed(f"/{command} ran twice in one dialog")
            if spec.command.confirm is not None:
                if frame is None or not self._is_yes(letter, before, frame_id):
                    raise self._failed(f"/{command} ran without a yes")
                if arguments != arguments_of(frame, spec):
                    raise self._failed(f"/{command} ran with other values than were confirmed")
            self.ledger[frame_id] = (command, arguments)
        if agreed is not None and agreed not in {frame_id for frame_id, _, _ in new}:
            raise self._failed("a yes had no effect")

    def _agreed(self, letter: Letter, before: State) -> FrameId | None:
        """Tell whose effect a message must have: a plain yes to the open question, seen by all."""
        prompt = before.open_prompt
        frame = before.frame(prompt.frame) if prompt else None
        spec = self.stage.commands.get(frame.command) if frame else None
        if prompt is None or frame is None or spec is None or spec.command.confirm is None:
            return None
        around = self.stage.surroundings(letter.at)
        if prompt.kind is not PromptKind.CONFIRM:
            return None
        text = confirmation(spec.command.confirm, spec, arguments_of(frame, spec), around)
        is_plain = letter.text in YES and letter.version >= prompt.version
        is_seen = is_plain and letter.shown == prompt.id
        is_tapped = letter.token == prompt.token(0)
        return frame.id if prompt.text.endswith(text) and (is_seen or is_tapped) else None

    def _is_yes(self, letter: Letter, before: State, frame_id: FrameId) -> bool:
        """Tell whether a message may be a yes to the newest confirm of a dialog."""
        confirms = [
            prompt for prompt in before.prompts
            if prompt.frame == frame_id and prompt.kind is PromptKind.CONFIRM
        ]  # fmt: skip
        if not confirms:
            return False
        return letter.text in YES or letter.token == confirms[-1].token(0)

    def _failed(self, what: str) -> AssertionError:
        told = "\n  ".join(self.lines[-14:])
        return AssertionError(f"seed {self.seed}, turn {self.turns}: {what}\n  {told}")
