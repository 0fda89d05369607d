"""Sentences, synonyms, regexes and lookups under the new names, in Rasa's own notation."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.cli.importing.plans import Plan
from bot.cli.importing.sources import Example, Source
from bot.model.examples import parse_example
from bot.model.understanding import Label

HEAD = '# Imported from a Rasa project; see MIGRATION.md.\nversion: "3.1"\nnlu:\n'


def sentences(source: Source, plan: Plan) -> str:
    """Write the file that ``[nlu] data`` names."""
    filed: dict[str, dict[str, None]] = {}
    for intent, examples in source.examples.items():
        lines = filed.setdefault(plan.meaning_of(intent), {})
        for one in examples:
            lines[_relabelled(one, plan, intent)] = None
    items = [_item("intent", name, list(lines)) for name, lines in filed.items() if lines]
    names = _names(plan)
    for table in source.tables:
        name = table.name if table.kind == "synonym" else names.get(table.name, table.name)
        items.append(_item(table.kind, name, table.lines))
    return HEAD + "".join(items)


def _item(kind: str, name: str, lines: Sequence[str]) -> str:
    listed = "".join(f"    - {line}\n" for line in lines)
    return f"- {kind}: {json.dumps(name, ensure_ascii=False)}\n  examples: |\n{listed}"


def _names(plan: Plan) -> Mapping[str, str]:
    """Tell which entities are one parameter's wherever they are somebody's."""
    found: dict[str, set[str]] = {}
    for told in plan.parameters.values():
        for entity, parameter in told.items():
            found.setdefault(entity.partition("/")[0], set()).add(parameter)
    return {entity: next(iter(names)) for entity, names in found.items() if len(names) == 1}


def _relabelled(one: Example, plan: Plan, intent: str) -> str:
    """Name labels by the command's parameters; those of none are taken off."""
    try:
        sentence = parse_example(one.text)
    except ValueError:
        plan.note(one.spot, "a label here is no JSON; the sentence is kept without labels")
        return _plain(one.text)
    parameters = plan.parameters.get(intent, {})
    kept = [
        replace(label, parameter=name, role="", group="")
        for label in sentence.labels
        if (name := _parameter(label, parameters))
    ]
    return _marked(sentence.text, kept)


def _plain(text: str) -> str:
    return text.translate(str.maketrans("", "", "[]{}"))


def _parameter(label: Label, parameters: Mapping[str, str]) -> str:
    names = [
        f"{label.parameter}/{part}" for part in (label.role, label.group) if part
    ] + [label.parameter]  # fmt: skip
    return next((parameters[name] for name in names if name in parameters), "")


def _marked(text: str, labels: Sequence[Label]) -> str:
    return "".join(_pieces(text, sorted(labels, key=lambda one: (one.start, -one.end))))


def _pieces(text: str, labels: Sequence[Label]) -> Iterator[str]:
    place = 0
    for label in labels:
        if label.start < place:
            continue
        words = text[label.start : label.end]
        yield f"{text[place : label.start]}[{words}]"
        if label.value in ("", words):
            yield f"({label.parameter})"
        else:
            told = {"entity": label.parameter, "value": label.value}
            yield json.dumps(told, ensure_ascii=False)
        place = label.end
    yield text[place:]
