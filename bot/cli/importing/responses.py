"""Responses → what a command says."""

import json
from collections.abc import Iterator, Mapping

from bot.cli.importing.documents import Fields
from bot.cli.importing.plans import Plan, Said
from bot.cli.importing.sources import Declared, Source


def plain_variant(source: Source, plan: Plan, name: str) -> Declared | None:
    """Choose the variant that is said everywhere; notes those that are given up."""
    variants = source.responses.get(name, ())
    if not variants:
        return None
    for one in variants:
        for key, why in (
            ("channel", "said on that channel only: what a platform shows is fitted to it here"),
            ("condition", "said under that condition only: write an `if`"),
            ("custom", "a platform's own JSON: write buttons, a Card or a File"),
            ("attachment", "write it as a File"),
        ):
            if key in one.fields:
                plan.note(one.spot, f"`{name}` has `{key}`: {why}")
    plain = [one for one in variants if not {"channel", "condition"} & set(one.fields)]
    chosen = next((one for one in plain if one.fields.words("text").strip()), None)
    for one in plain:
        if chosen is not None and one is not chosen:
            plan.note(one.spot, f"`{name}` has several texts, said by lot; here the first is said")
    return chosen


def said_of(source: Source, plan: Plan, name: str) -> Said | None:
    """Read what a response says; None where there is no text of that name."""
    chosen = plain_variant(source, plan, name)
    if chosen is None:
        return None
    buttons: list[tuple[str, str]] = []
    for label, intent, given in buttons_of(chosen.fields):
        buttons.append((label, intent))
        if given:
            told = f"`{name}`: button {label!r} gives {', '.join(given)}; here it begins `{intent}`"
            plan.note(chosen.spot, told)
    return Said(
        text=chosen.fields.words("text").strip(), buttons=tuple(buttons),
        image=chosen.fields.words("image"),
    )  # fmt: skip


def buttons_of(fields: Fields) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Read buttons: label, intent (empty where the words are sent), what the payload gives."""
    for one in fields.items_of("buttons"):
        if not isinstance(one, Fields) or not one.words("title"):
            continue
        payload = one.words("payload")
        intent, brace, told = payload.removeprefix("/").partition("{")
        yield (
            one.words("title"), intent.strip() if payload.startswith("/") else "",
            _given(brace + told) if brace else {},
        )  # fmt: skip


def _given(told: str) -> Mapping[str, str]:
    try:
        read = json.loads(told)
    except ValueError:
        return {}
    pairs = read.items() if isinstance(read, dict) else ()
    return {str(name): str(value) for name, value in pairs}
