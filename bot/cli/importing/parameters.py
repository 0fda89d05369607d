"""Slots → typed parameters."""

import json
from collections.abc import Iterator, Mapping, Sequence

from bot.cli.importing.documents import Fields, Items, Words
from bot.cli.importing.plans import Parameter, Plan, humanised, identifier, slots_in
from bot.cli.importing.responses import buttons_of, plain_variant
from bot.cli.importing.sources import Declared, Source

DUCKLING: Mapping[str, tuple[str, str]] = {
    "time": ("datetime", "2030-05-06 19:00"),
    "duration": ("timedelta", "2 hours"),
    "number": ("float", "4"),
    "ordinal": ("int", "2"),
    "amount-of-money": ("Money", "25 EUR"),
    "email": ("Email", "ada@example.org"),
    "phone-number": ("Phone", "+39 333 111 2222"),
    "url": ("Url", "https://example.org/"),
}
"""Kinds of values that Rasa's DucklingEntityExtractor finds, as types of ours with a sample."""

_PLAIN: Mapping[str, tuple[str, str]] = {
    "bool": ("bool", "yes"), "float": ("float", "4"), "list": ("list[str]", "one"),
}  # fmt: skip


def parameters_of(
    source: Source, plan: Plan, form: str, required: Sequence[str]
) -> tuple[Parameter, ...]:
    """Make the parameters of a form, in its order; those with a default come last, as they must."""
    found = [_parameter(source, plan, form, slot) for slot in required]
    return tuple(sorted(found, key=lambda one: bool(one.default)))


def required_of(form: Declared) -> list[str]:
    """List a form's slots: a list, or a mapping as in Rasa 2."""
    told = form.fields.get("required_slots", form.fields)
    if isinstance(told, Items):
        return [str(one) for one in told if isinstance(one, Words)]
    return list(told) if isinstance(told, Fields) else []


def entities_of(source: Source, slot: str) -> Iterator[str]:
    """List the entities that fill a slot, ``city/to`` for one in a role or group."""
    declared = source.slots.get(slot)
    for one in declared.fields.items_of("mappings") if declared else ():
        if isinstance(one, Fields) and one.words("type") == "from_entity":
            part = one.words("role") or one.words("group")
            yield f"{one.words('entity')}/{part}" if part else one.words("entity")


def _parameter(source: Source, plan: Plan, form: str, slot: str) -> Parameter:
    declared = source.slots.get(slot)
    name = identifier(slot)
    ask, choices = _question(source, plan, form, slot)
    if declared is None:
        plan.note(source.forms[form].spot, f"slot `{slot}` is not in the domain: taken as text")
        return Parameter(name=name, slot=slot, type="str", ask=ask, sample="something")
    fields = declared.fields
    kind, sample, bounds = _type(source, plan, slot, declared)
    initial = fields.words("initial_value")
    if choices and kind != "str":
        choices = ()
    return Parameter(
        name=name, slot=slot, type=kind, ask=ask, sample=sample, bounds=bounds,
        choices=choices, default=_default(kind, initial),
    )  # fmt: skip


def _type(
    source: Source, plan: Plan, slot: str, declared: Declared
) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Find the type: the slot's own, else that of the entity which Duckling finds."""
    fields, kind = declared.fields, declared.fields.words("type") or "text"
    if kind == "categorical":
        values = list(dict.fromkeys(str(one) for one in fields.items_of("values")))
        if values:
            return f"Literal[{', '.join(map(_text, values))}]", values[0], ()
        plan.note(declared.spot, f"slot `{slot}` is categorical without values: taken as text")
    if kind == "float":
        limits = (("ge", fields.words("min_value")), ("le", fields.words("max_value")))
        bounds = tuple((name, number) for name, number in limits if _is_number(number))
        known = dict(bounds)
        return "float", known.get("ge", known.get("le", "4")), bounds
    if kind in _PLAIN:
        return (*_PLAIN[kind], ())
    duckling = _dimensions(source)
    for entity in entities_of(source, slot):
        if entity in duckling and entity in DUCKLING:
            return (*DUCKLING[entity], ())
    if kind not in {"text", "categorical"}:
        plan.note(declared.spot, f"slot `{slot}` is of the type {kind}: taken as text")
    return "str", "something", ()


def _dimensions(source: Source) -> set[str]:
    """List what Duckling was told to find; it is asked for everything by default."""
    found: set[str] = set()
    for part in source.pipeline:
        if part.fields.words("name").endswith("DucklingEntityExtractor"):
            told = [str(one) for one in part.fields.items_of("dimensions")]
            found |= set(told) or set(DUCKLING)
    return found


def _question(
    source: Source, plan: Plan, form: str, slot: str
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Find how a form asks for a slot, and the values that it offers as buttons."""
    for name in (f"utter_ask_{form}_{slot}", f"utter_ask_{slot}"):
        variant = plain_variant(source, plan, name)
        if variant is None:
            continue
        text = variant.fields.words("text").strip()
        if slots_in(text):
            plan.note(variant.spot, f"`{name}` names slots; a question here is the same each time")
        for missing in slots_in(text):
            text = text.replace(f"{{{missing}}}", humanised(missing).lower())
        offered = [
            (value, label)
            for label, _, given in buttons_of(variant.fields)
            if (value := given.get(slot))
        ]
        return text, tuple(offered)
    for name in (f"action_ask_{form}_{slot}", f"action_ask_{slot}"):
        if name in source.actions:
            told = f"`{name}` asks by code; the question is written anew, see `suggest=`"
            plan.note(source.actions[name].spot, told)
    return f"{humanised(slot)}?", ()


def _default(kind: str, initial: str) -> str:
    """Write an initial value as Python does, where it is one of the type."""
    if not initial:
        return ""
    if kind == "bool":
        return {"true": "True", "false": "False"}.get(initial.lower(), "")
    if kind == "float":
        return initial if _is_number(initial) else ""
    return _text(initial) if kind == "str" or f"{_text(initial)}" in kind else ""


def _is_number(text: str) -> bool:
    try:
        return float(text) == float(text)  # not a number is not equal to itself
    except ValueError:
        return False


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
