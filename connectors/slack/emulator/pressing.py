"""What a person does with what an app shows: presses, picks, types to search.

A picker opens in front, like a modal: it is filled in, or dismissed. Written without a look at the
connector's own drawing, so that a mistake there cannot hide here.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot import Body, Form, FormField
from connectors.slack.emulator import payloads
from connectors.slack.emulator.element_limits import check_rows
from connectors.slack.emulator.payloads import Spot, Webhook
from connectors.slack.emulator.shown import Pressable
from connectors.slack.emulator.workspace import Json, Message, Workspace

ANSWER = "answer"
"""The one field of a picker that is open."""
KINDS = {"datepicker": "date", "timepicker": "time", "external_select": "text"}
_KEYS = {"datepicker": "selected_date", "timepicker": "selected_time"}
_FORMS = {
    "datepicker": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "timepicker": re.compile(r"([01]\d|2[0-3]):[0-5]\d"),
}
NOT_FOUND = "No results"
_MOST_NAMED = 10

Deliver = Callable[[Webhook], Awaitable[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picker:
    """A picker that a person has open, and where it stands."""

    spot: Spot
    pressed: Pressable

    @property
    def kind(self) -> str:
        """The type of its element."""
        return str(self.pressed.element["type"])


class Pressing:
    """Tells the app what is pressed; keeps which pickers are open."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        deliver: Deliver,
        open_trigger: Callable[[str], str],
        open_url: Callable[[Message, str], str],
    ) -> None:
        self._workspace = workspace
        self._deliver = deliver
        self._open_trigger = open_trigger
        self._open_url = open_url
        self._pickers: dict[str, Picker] = {}

    async def press(self, person: str, spot: Spot, pressed: Pressable) -> None:
        """Press something: a picker opens, anything else is told to the app."""
        if pressed.element["type"] in KINDS:
            self._pickers[person] = Picker(spot=spot, pressed=pressed)
            await self._workspace.touch()
            return
        await self._tell(person, spot, pressed, {})

    def form(self, person: str) -> Form | None:
        """Show the picker that is open as a form of one field."""
        picker = self._pickers.get(person)
        if picker is None:
            return None
        field = FormField(name=ANSWER, label=picker.pressed.label, kind=KINDS[picker.kind])
        return Form(title=picker.pressed.label, fields=(field,), submit="OK")

    async def pick(self, person: str, values: Mapping[str, str]) -> Mapping[str, str]:
        """Pick in what is open; gives what the app refuses by itself."""
        picker = self._pickers[person]
        words = values.get(ANSWER) or next(iter(values.values()), "")
        if picker.kind == "external_select":
            found = await self.search(person, picker.spot, picker.pressed, words)
            row, problem = chosen(found, words)
            held: Json = {"selected_option": row}
        else:
            problem = "" if _FORMS[picker.kind].fullmatch(words) else "This field cannot hold that."
            held = {_KEYS[picker.kind]: words}
        if problem:
            return {ANSWER: problem}
        await self.dismiss(person)
        await self._tell(person, picker.spot, picker.pressed, held)
        return {}

    async def dismiss(self, person: str) -> None:
        """Close the picker that is open, if one is."""
        if self._pickers.pop(person, None) is not None:
            await self._workspace.touch()

    async def search(
        self, person: str, spot: Spot, pressed: Pressable, typed: str
    ) -> Sequence[Body]:
        """Ask the app for the rows of a menu; none where Slack would not show what it answers."""
        if len(typed) < int(pressed.element.get("min_query_length", 3)):
            return []
        webhook = payloads.block_suggestion(spot, pressed, person, typed=typed)
        return _rows(await self._deliver(webhook))

    async def _tell(self, person: str, spot: Spot, pressed: Pressable, held: Body) -> None:
        url = self._open_url(spot, person) if isinstance(spot, Message) else ""
        webhook = payloads.block_actions(
            spot,
            pressed,
            person,
            held=held,
            response_url=url,
            trigger=self._open_trigger(person),
            ts=self._workspace.stamp(),
        )
        await self._deliver(webhook)


def chosen(rows: Sequence[Body], words: str) -> tuple[Body | None, str]:
    """Choose the row of these words; or tell what there is to choose from."""
    named = [row for row in rows if words in {row["text"]["text"], row["value"]}]
    if named or len(rows) == 1:
        return (named or list(rows))[0], ""
    labels = [str(row["text"]["text"]) for row in rows[:_MOST_NAMED]]
    return None, ", ".join(labels) or NOT_FOUND


def _rows(answer: bytes) -> Sequence[Body]:
    try:
        told = json.loads(answer or b"{}")
    except ValueError:
        return []
    rows = told.get("options") if isinstance(told, Mapping) else None
    return rows if isinstance(rows, list) and not check_rows(rows) else []
