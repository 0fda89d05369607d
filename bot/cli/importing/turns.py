"""Rules and stories → what follows each intent."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.cli.importing.documents import Fields, Items, Spot, Words
from bot.cli.importing.sources import Source, Turn


@dataclass(slots=True)
class _Walk:
    """A rule or a story on its way."""

    forms: frozenset[str]
    file: str
    asked: list[str]
    loop: str | None = None
    is_over: bool = False
    intent: str = ""
    line: int = 0
    actions: list[str] = field(default_factory=list)
    form: str | None = None
    ends: list[str] = field(default_factory=list)
    found: list[Turn] = field(default_factory=list)

    def step(self, step: Fields) -> None:
        """Take a step."""
        if "intent" in step or "user" in step:
            self.close()
            self.intent, self.line = step.words("intent"), step.line
            self.is_over = False
        elif "action" in step:
            self._act(step.words("action"))
        elif "active_loop" in step:
            self._switch(step.words("active_loop"))
        elif "slot_was_set" in step:
            self.asked += [name for name in _names(step) if name != "requested_slot"]
        elif "or" in step:
            self._either(step.items_of("or"))
        elif "checkpoint" in step:
            self.asked.append(f"checkpoint {step.words('checkpoint')}")

    def close(self) -> None:
        """Keep what followed the last intent."""
        if self.intent or self.ends:
            turn = Turn(
                intent=self.intent, actions=tuple(self.actions), ends=tuple(self.ends),
                form=self.form or (self.loop if self.ends else None),
                spot=Spot(self.file, self.line), asked=tuple(self.asked),
            )  # fmt: skip
            self.found.append(turn)
        self.intent, self.actions, self.form, self.ends = "", [], None, []

    def _act(self, name: str) -> None:
        if name in self.forms:
            self.form, self.loop = name, name
        elif self.is_over:
            self.ends.append(name)
        else:
            self.actions.append(name)

    def _switch(self, name: str) -> None:
        if name:
            self.loop = name
        else:
            self.is_over = True

    def _either(self, steps: Items) -> None:
        """Of several intents that lead on in the same way, the first is taken here."""
        intents = [one.words("intent") for one in steps if isinstance(one, Fields)]
        if any(intents):
            self.close()
            self.intent, self.line = intents[0], steps.line
            self.asked += [f"or {other}" for other in intents[1:]]


def turns_of(source: Source) -> list[Turn]:
    """List what follows each intent, rules first: they hold always."""
    told = sorted(source.told, key=lambda one: one[0] != "rules")
    return [turn for one in told for turn in _turns(one[1], one[2], frozenset(source.forms))]


def _turns(fields: Fields, spot: Spot, forms: frozenset[str]) -> Iterator[Turn]:
    walk = _Walk(forms, spot.file, [], line=spot.line)
    for one in fields.items_of("condition"):
        if isinstance(one, Fields) and "active_loop" in one:
            walk.loop = one.words("active_loop") or None
        elif isinstance(one, Fields):
            walk.asked += _names(one)
    for one in fields.items_of("steps"):
        if isinstance(one, Fields):
            walk.step(one)
    walk.close()
    yield from walk.found


def _names(step: Fields) -> list[str]:
    found = step.get("slot_was_set")
    listed = found if isinstance(found, Items) else [found] if isinstance(found, Fields) else []
    names: list[str] = []
    for one in listed:
        names += (
            list(one) if isinstance(one, Fields) else [str(one)] if isinstance(one, Words) else []
        )
    return names
