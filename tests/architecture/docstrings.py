"""Docstrings in Google's style as Markdown, with links to the names of the reference."""

import inspect
import re
from collections.abc import Iterator, Mapping

_SECTION = re.compile(r"(Args|Attributes|Raises|Returns|Yields):")
_ITEM = re.compile(r"    (?P<names>[*\w, ]+): (?P<text>.*)")
_CODE = re.compile(r"``([^`]+)``|`([^`]+)`")


def as_markdown(text: str, links: Mapping[str, str], page: str) -> str:
    """Write a docstring as Markdown; links within ``page`` leave out its name."""
    lines = [_linked(line, links, page) for line in _listed(inspect.cleandoc(text).split("\n"))]
    return "\n".join(lines)


def _listed(lines: list[str]) -> Iterator[str]:
    """Turn the items of sections into lists."""
    inside = False
    for line in lines:
        if _SECTION.fullmatch(line):
            inside = True
            yield f"*{line}*"
            yield ""
        elif inside and (item := _ITEM.match(line)):
            yield f"- ``{item['names']}``: {item['text']}"
        elif inside and line.startswith("    "):
            yield f"  {line.strip()}" if line.startswith("     ") else f"- {line.strip()}"
        else:
            inside = inside and not line.strip()
            yield line


def _linked(line: str, links: Mapping[str, str], page: str) -> str:
    def shown(found: re.Match[str]) -> str:
        if found[1] is not None:  # in two backticks: code, never a name
            return f"`{found[1]}`"
        name = found[2]
        parts = name.removeprefix("bot.").split(".")
        target = next((links[part] for part in parts if part in links), None)
        if target is None:
            return f"`{name}`"
        file, _, anchor = target.partition("#")
        return f"[`{name}`](#{anchor})" if file == f"{page}.md" else f"[`{name}`]({target})"

    return _CODE.sub(shown, line)
