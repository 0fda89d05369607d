"""What each platform shows, and what that becomes elsewhere: the table of docs/connectors.md.

``python -m tests.journeys.shown`` writes it anew from the connectors' `bot.Capabilities`.
"""

import importlib
import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from bot import Capabilities
from bot.runtime.scene import LABELS

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs/connectors.md"
_TABLE = re.compile(r"(?<=<!-- shown -->\n).*?(?=\n<!-- end -->)", re.DOTALL)


def platforms() -> Mapping[str, Capabilities]:
    """Find what every connector of ours claims, by what customers call its channel."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    kinds = project["project"]["entry-points"]["threadline.connectors"]
    found = {kind: _claimed(entry.partition(":")[0]) for kind, entry in kinds.items()}
    in_order = sorted(found, key=lambda kind: (kind not in LABELS, [*LABELS, kind].index(kind)))
    return {LABELS.get(kind, kind).removeprefix("the "): found[kind] for kind in in_order}


def _claimed(package: str) -> Capabilities:
    module = importlib.import_module(f"{package}.connector")
    claims = (getattr(one, "capabilities", None) for one in vars(module).values())
    return next(claim for claim in claims if isinstance(claim, Capabilities))


def drawn(claims: Mapping[str, Capabilities]) -> str:
    """Write the table."""
    head = ["", *claims, "elsewhere"]
    rows = [
        [name, *(cell(can) or "-" for can in claims.values()), instead]
        for name, cell, instead in ROWS
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def table_in(text: str) -> str:
    """Find the table in the document."""
    found = _TABLE.search(text)
    return found[0] if found else ""


def main() -> None:
    """Write the table into the document."""
    text = DOCUMENT.read_text()
    DOCUMENT.write_text(_TABLE.sub(lambda _: drawn(platforms()), text))


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


def _yes(name: str) -> Callable[[Capabilities], str]:
    return lambda can: "yes" if getattr(can, name) else ""


def _buttons(can: Capabilities) -> str:
    return f"{can.max_buttons} of {can.max_button_label}" if can.max_buttons else ""


def _list(can: Capabilities) -> str:
    if not can.max_rows:
        return ""
    return f"{can.max_rows} of {can.max_row_label}, described in {can.max_row_description}"


def _files(can: Capabilities) -> str:
    is_short = 0 < can.max_caption < can.max_text
    return f"yes{f', {_count(can.max_caption)}' if is_short else ''}" if can.files else ""


def _words_over_choices(can: Capabilities) -> str:
    if not (can.max_buttons or can.max_rows):
        return ""
    return _count(can.max_text_with_options or can.max_text)


def _window(can: Capabilities) -> str:
    return "for ever" if can.window is None else f"for {can.window // timedelta(hours=1)} hours"


ROWS: tuple[tuple[str, Callable[[Capabilities], str], str], ...] = (
    ("words in one message", lambda can: _count(can.max_text), "parts, cut between words"),
    ("words over buttons or a list", _words_over_choices, "parts; the choices below the last"),
    ("buttons", _buttons, "a list; else numbered lines: a typed number or label answers"),
    ("list", _list, "numbered lines"),
    ("button that opens a page", _yes("links"), "a line with its label and address"),
    ("card", _yes("cards"), "its words in the text, its buttons below, its picture a link"),
    ("form for several answers", _yes("forms"), "one question after the other"),
    (
        "control for one answer",
        lambda can: ", ".join(sorted(can.controls)),
        "what the type suggests (Today, Tomorrow) as buttons; anything can be typed",
    ),
    ("file from the bot, words under it", _files, "its name in the text"),
    ("message that changes", _yes("edits"), "a new message; old buttons are understood"),
    ("for one person in a room", _yes("ephemeral"), "everybody in the room sees it"),
    (
        "an answer is under way",
        _yes("typing"),
        "only the word after 2.5 seconds that it takes a moment",
    ),
    ("it was read", _yes("reads"), "nothing"),
    ("what became of a message", _yes("receipts"), "that it was sent"),
    ("answers after the customer's last word", _window, "a template, else nothing is sent"),
)
"""Abilities: what they are called, what a platform has, and what becomes of them elsewhere."""


if __name__ == "__main__":
    main()
