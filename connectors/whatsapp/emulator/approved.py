"""Templates that Meta has approved for the business, and the checks of messages that use one.

Meta, "Templates" and "Cloud API error codes" (May 2026). That a parameter may have no line breaks,
tabs or more than four spaces in a row is known from Meta's refusal of it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot import Body, units
from connectors.whatsapp.emulator.refusals import RefusedError

MAX_BODY = 1024

_PLACEHOLDER = re.compile(r"\{\{([0-9]+)\}\}")
_UNEVEN = re.compile(r"[\n\t]| {5,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """A template; ``body`` has ``{{1}}``, ``{{2}}`` …, ``buttons`` are labels of quick replies."""

    name: str
    language: str
    body: str
    buttons: tuple[str, ...] = ()

    def text(self, request: Body) -> str:
        """Put a request's parameters into the body."""
        values = _values(_components(request, "body"))
        return _PLACEHOLDER.sub(lambda found: values[int(found[1]) - 1], self.body)

    def replies(self, request: Body) -> Mapping[str, Body]:
        """Tell by label what a tap on each button sends; its text where no payload was given."""
        given = {
            int(each["index"]): str(each["parameters"][0]["payload"])
            for each in _components(request, "button")
        }
        return {
            label: {"payload": given.get(index, label), "text": label}
            for index, label in enumerate(self.buttons)
        }


HELLO = Approved(name="hello_world", language="en_US", body="Welcome and congratulations!")
"""Every test account has a template of this name; its words are ours."""


class Templates:
    """What was approved, by name and language."""

    def __init__(self) -> None:
        self._approved = {(HELLO.name, HELLO.language): HELLO}

    def approve(self, template: Approved) -> None:
        """Let the business use a template from now on."""
        self._approved[template.name, template.language] = template

    def find(self, request: Body) -> Approved:
        """Find the template of a request and check what is put into it."""
        content = request["template"]
        key = (content["name"], content["language"]["code"])
        template = self._approved.get(key)
        if template is None:
            raise RefusedError(132001, "The template does not exist in that language.")
        _check(template, request)
        return template


def _check(template: Approved, request: Body) -> None:
    try:
        values = _values(_components(request, "body"))
        buttons = [int(each["index"]) for each in _components(request, "button")]
        template.replies(request)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise RefusedError(132012, "A component is not of the template's form.") from error
    if len(values) != len(set(_PLACEHOLDER.findall(template.body))):
        raise RefusedError(132000, "The number of parameters is not the template's.")
    if any(_UNEVEN.search(value) or not value.strip() for value in values):
        details = "Param text cannot have new-line/tab characters or more than 4 consecutive spaces"
        raise RefusedError(132018, details)
    if not all(0 <= index < len(template.buttons) for index in buttons):
        raise RefusedError(132012, "There is no such button in the template.")
    if units(template.text(request)) > MAX_BODY:
        raise RefusedError(132005, f"The body is longer than {MAX_BODY} characters.")


def _components(request: Body, kind: str) -> Sequence[Any]:
    components = request["template"].get("components") or []
    return [each for each in components if str(each["type"]).lower() == kind]


def _values(bodies: Sequence[Any]) -> Sequence[str]:
    return [str(each["text"]) for body in bodies for each in body["parameters"]]
