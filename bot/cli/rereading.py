"""Who read a message then and who reads it now: engine, model, vocabulary, and what came of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SHOWN = 8
"""Characters of a mark that tell it from others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A reading as a turn keeps it; ``meant`` are commands, in the text's order."""

    engine: str
    model: str = ""
    data: str = ""
    meant: tuple[str, ...] = ()

    @property
    def as_what(self) -> str:
        """Write what it was read as."""
        return ", ".join(self.meant) or "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """A turn whose message another engine, model or vocabulary reads now."""

    turn: int
    then: Read
    now: Read

    @property
    def names(self) -> tuple[str, str]:
        """Name both readers by what tells them apart."""
        then, now = _named(self.then), _named(self.now)
        if then == now:
            then, now = (f"{then} of data {one.data[:SHOWN]}" for one in (self.then, self.now))
        return then, now

    @property
    def line(self) -> str:
        """Tell it in one line."""
        then, now = self.names
        meant = f"{self.then.as_what} → {self.now.as_what}"
        same = self.then.meant == self.now.meant
        return f"read by {then} then, {now} now: {self.then.as_what if same else meant}"


def read_of(steps: Iterable[Mapping[str, Any]]) -> Read | None:
    """Find how a turn's message was read; None where no engine was asked, or nobody noted it."""
    heard = next((step for step in steps if step.get("event") == "Heard"), None)
    if heard is None or "data" not in heard:
        return None
    named = [heard.get("command"), *(heard.get("more") or ())]
    return Read(
        engine=str(heard.get("engine", "")), model=str(heard.get("model", "")),
        data=str(heard["data"]), meant=tuple(str(one) for one in named if one),
    )  # fmt: skip


def reread(
    turn: int, then: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]
) -> Reread | None:
    """Tell whether a message is read by something else now, or as something else."""
    was, is_now = read_of(then), read_of(now)
    if was is None or is_now is None or was == is_now:
        return None
    return Reread(turn=turn, then=was, now=is_now)


def lines_about(found: Sequence[Reread]) -> Iterator[str]:
    """Tell each message that is read as something else, and all others in a line a change."""
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in found:
        if one.then.meant != one.now.meant:
            yield f"turn {one.turn}: {one.line}"
        else:
            alike[one.names].append(one.turn)
    for (then, now), turns in alike.items():
        word = "turn" if len(turns) == 1 else "turns"
        listed = ", ".join(str(turn) for turn in turns)
        yield f"{word} {listed}: read by {then} then, {now} now, as the same"


def _named(read: Read) -> str:
    return f"{read.engine} {read.model[:SHOWN]}".strip() or "no engine"
