"""Drawings as inline SVG: lines, bars and a grid of squares, readable at 320 pixels.

Written by hand: a plotting library brings tens of megabytes, or a script, for four drawings that
need neither. Colours come from the page, so that they follow its light and dark.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

WIDTH, HEIGHT = 360.0, 240.0
LEFT, RIGHT, TOP, BOTTOM = 40.0, 18.0, 10.0, 36.0
TICKS = 4
BAR, LABEL = 22.0, 130.0
LONGEST_NAME = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Points of a line, left to right; ``style`` is its class in the style sheet."""

    name: str
    style: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """What is drawn along a side, from the lowest to the highest value."""

    name: str
    low: float = 0.0
    high: float = 1.0
    is_share: bool = True

    def at(self, value: float) -> float:
        """Tell where a value is between the ends, 0.0 to 1.0."""
        return (value - self.low) / ((self.high - self.low) or 1.0)

    def ticks(self) -> Iterable[tuple[float, str]]:
        """List where values are written."""
        for number in range(TICKS + 1):
            value = self.low + (self.high - self.low) * number / TICKS
            yield value, f"{value:.0%}" if self.is_share else f"{value:.4g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Two axes; a value's place in the drawing."""

    x: Axis
    y: Axis

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Tell where a pair of values is drawn."""
        across, up = self.x.at(x), self.y.at(y)
        return (
            round(LEFT + across * (WIDTH - LEFT - RIGHT), 1),
            round(HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM), 1),
        )


def lines(
    title: str, frame: Frame, drawn: Sequence[Line], marks: Sequence[float] = ()
) -> ET.Element:
    """Draw lines in a frame; ``marks`` are values of x with an upright of their own."""
    svg = _drawing(title, WIDTH, HEIGHT)
    _axes(svg, frame)
    for mark in marks:
        (left, foot), (_, top) = frame.place(mark, frame.y.low), frame.place(mark, frame.y.high)
        _line(svg, (left, foot), (left, top), "mark")
    for line in drawn:
        places = [frame.place(x, y) for x, y in line.points]
        path = " ".join(f"{x},{y}" for x, y in places)
        ET.SubElement(svg, "polyline", {"points": path, "class": line.style})
        for (x, y), values in zip(places, line.points, strict=True):
            dot = ET.SubElement(
                svg, "circle", {"cx": str(x), "cy": str(y), "r": "2.5", "class": line.style}
            )
            _title(dot, f"{line.name}: {values[1]:.1%} at {values[0]:.4g}")
    return svg


def bars(title: str, values: Sequence[tuple[str, float, str]]) -> ET.Element:
    """Draw a bar for each name, value 0.0 to 1.0 and the words written at its end."""
    height = max(1, len(values)) * BAR + 8
    svg = _drawing(title, WIDTH, height)
    room = WIDTH - LABEL - 56
    for number, (name, value, told) in enumerate(values):
        top = 4 + number * BAR
        words = _text(svg, _shortened(name), (LABEL - 6, top + 15), "end")
        _title(words, name)
        ET.SubElement(
            svg, "rect",
            {
                "x": str(LABEL), "y": str(top + 3), "height": str(BAR - 6), "class": "bar",
                "width": str(round(max(1.0, value * room), 1)),
            },
        )  # fmt: skip
        _text(svg, told, (LABEL + value * room + 5, top + 15), "start")
    return svg


def squares(title: str, names: Sequence[str], counts: dict[tuple[str, str], int]) -> ET.Element:
    """Draw a grid, a row for what was meant and a column for what it was taken for.

    Columns are numbered like the rows.
    """
    side = min(24.0, (WIDTH - LABEL - 8) / max(1, len(names)))
    svg = _drawing(title, WIDTH, 22 + side * len(names) + 6)
    most = max(counts.values(), default=1)
    for row, meant in enumerate(names):
        top = 22 + row * side
        words = _text(svg, f"{_shortened(meant)} {row + 1}", (LABEL - 6, top + side * 0.7), "end")
        _title(words, meant)
        _text(svg, str(row + 1), (LABEL + (row + 0.5) * side, 16), "middle")
        for column, told in enumerate(names):
            count = counts.get((meant, told), 0)
            square = ET.SubElement(
                svg, "rect",
                {
                    "x": str(round(LABEL + column * side, 1)), "y": str(round(top, 1)),
                    "width": str(round(side - 1, 1)), "height": str(round(side - 1, 1)),
                    "class": "right" if meant == told else "wrong",
                    "fill-opacity": str(round(0.12 + 0.88 * count / most, 2) if count else 0.04),
                },
            )  # fmt: skip
            _title(square, f"{meant} taken for {told}: {count}")
    return svg


def _shortened(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _drawing(title: str, width: float, height: float) -> ET.Element:
    return ET.Element(
        "svg",
        {
            "viewBox": f"0 0 {width:g} {height:g}", "role": "img", "aria-label": title,
            "xmlns": "http://www.w3.org/2000/svg",
        },
    )  # fmt: skip


def _axes(svg: ET.Element, frame: Frame) -> None:
    for value, told in frame.y.ticks():
        left, at = frame.place(frame.x.low, value)
        right, _ = frame.place(frame.x.high, value)
        _line(svg, (left, at), (right, at), "rule")
        _text(svg, told, (left - 5, at + 4), "end")
    for value, told in frame.x.ticks():
        at, foot = frame.place(value, frame.y.low)
        _text(svg, told, (at, foot + 15), "middle")
    middle = (LEFT + WIDTH - RIGHT) / 2
    _text(svg, frame.x.name, (middle, HEIGHT - 4), "middle")


def _line(
    svg: ET.Element, begin: tuple[float, float], end: tuple[float, float], style: str
) -> None:
    places = {"x1": begin[0], "y1": begin[1], "x2": end[0], "y2": end[1]}
    ET.SubElement(svg, "line", {**{k: str(v) for k, v in places.items()}, "class": style})


def _text(svg: ET.Element, words: str, at: tuple[float, float], anchor: str) -> ET.Element:
    place = {"x": str(round(at[0], 1)), "y": str(round(at[1], 1)), "text-anchor": anchor}
    element = ET.SubElement(svg, "text", place)
    element.text = words
    return element


def _title(element: ET.Element, words: str) -> None:
    """Tell what is pointed at; stands first in its element."""
    title = ET.Element("title")
    title.text = words
    element.insert(0, title)
