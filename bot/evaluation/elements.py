"""Pieces of the report's page: sections, tables that a keyboard reaches, legends."""

from collections.abc import Sequence
from typing import TypeAlias
from xml.etree import ElementTree as ET

from bot.evaluation.plots import Line

Cell: TypeAlias = str | int
NONE = "\N{EN DASH}"


def percent(share: float | None) -> str:
    """Write a share as a reader expects it."""
    return NONE if share is None else f"{share:.1%}"


def element(tag: str, text: str, **attributes: str) -> ET.Element:
    """Make an element with words in it."""
    made = ET.Element(tag, attributes)
    made.text = text
    return made


def section(title: str, about: str, *content: ET.Element) -> ET.Element:
    """Make a part of the page with its heading."""
    name = title.lower().replace(" ", "-")
    made = ET.Element("section", {"aria-labelledby": name})
    made.append(element("h2", title, id=name))
    made.append(element("p", about))
    made.extend(content)
    return made


def names(drawn: Sequence[Line]) -> ET.Element:
    """Tell which line is which, by colour and by stroke."""
    listed = ET.Element("ul", {"class": "names"})
    listed.extend(element("li", line.name, **{"class": line.style}) for line in drawn)
    return listed


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> ET.Element:
    """Make the table behind a drawing: closed at first, scrolled by keyboard, too."""
    details = ET.Element("details")
    details.append(element("summary", f"{title} as a table"))
    label = {"class": "scroll", "tabindex": "0", "role": "region", "aria-label": f"{title}, table"}
    made = ET.SubElement(ET.SubElement(details, "div", label), "table")
    made.append(element("caption", f"{title}: {len(rows)} rows"))
    head = ET.SubElement(ET.SubElement(made, "thead"), "tr")
    head.extend(element("th", column, scope="col") for column in columns)
    body = ET.SubElement(made, "tbody")
    for row in rows:
        line = ET.SubElement(body, "tr")
        line.append(element("th", str(row[0]), scope="row"))
        line.extend(_cell(cell) for cell in row[1:])
    return details


def _cell(cell: Cell) -> ET.Element:
    is_number = isinstance(cell, int) or cell[:1].isdigit() or cell == NONE
    return element("td", str(cell), **({"class": "number"} if is_number else {}))
