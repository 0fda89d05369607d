"""Commands as Python that an author would go on with."""

import json
from collections.abc import Iterator, Mapping, Sequence

from bot.cli.importing.plans import Parameter, Plan, Planned, Said, filled

GREET = "greet"
"""What Rasa's own examples call the intent of a hello."""

PACKAGE = '"""What this bot can do: every module in this folder is loaded."""\n'
_NEEDED = {
    "datetime": "from datetime import datetime", "timedelta": "from datetime import timedelta",
    "Literal": "from typing import Literal", "Annotated": "from typing import Annotated",
}  # fmt: skip
_OURS = (
    "Arg", "Button", "Card", "Choice", "Context", "Email", "Money", "OpenDialog", "Phone", "Reply",
    "Url", "command", "pattern",
)  # fmt: skip


def written(plan: Plan) -> Mapping[str, str]:
    """Write the modules, by their path in the new project."""
    names = {intent: one.typed for intent, one in plan.commands.items()}
    answers = [one for one in plan.commands.values() if not one.is_form]
    forms = [one for one in plan.commands.values() if one.is_form]
    files = {"plugins/__init__.py": PACKAGE}
    if answers:
        head = '"""What is answered at once: Rasa\'s responses. None of it changes anything."""'
        greets = [_greeting(one) for one in answers if one.typed == GREET]
        body = [*(_command(one, names) for one in answers), *greets]
        files["plugins/answers.py"] = _module(head, body)
    if forms:
        head = '"""What is asked for: Rasa\'s forms. What they lead to is written into each."""'
        files["plugins/forms.py"] = _module(head, [_command(one, names) for one in forms])
    return files


def _greeting(one: Planned) -> str:
    """Let the first hello be answered by the project's own words, not by Threadline's."""
    kind = "list[Reply]" if len(one.said) > 1 else "Reply"
    return (
        '@pattern("greeting")\n'
        f"async def greeting(ctx: Context, dialog: OpenDialog) -> {kind}:\n"
        '    """Say what /greet says where nothing is open."""\n'
        f"    return {one.function}()"
    )


def _module(head: str, commands: Sequence[str]) -> str:
    body = "\n\n\n".join(commands)
    lines = [line for name, line in sorted(_NEEDED.items()) if _uses(body, name)]
    ours = [name for name in _OURS if _uses(body, name)]
    standard = _merged(lines)
    imports = [*standard, "", f"from bot import {', '.join(ours)}"] if standard else [
        f"from bot import {', '.join(ours)}"
    ]  # fmt: skip
    return "\n".join([head, "", *imports, "", "", body, ""])


def _merged(lines: Sequence[str]) -> list[str]:
    """Write one line for each module that names are taken from."""
    found: dict[str, list[str]] = {}
    for line in lines:
        _, module, _, name = line.split()
        found.setdefault(module, []).append(name)
    return [f"from {module} import {', '.join(names)}" for module, names in sorted(found.items())]


def _uses(body: str, name: str) -> bool:
    return any(f"{before}{name}{after}" in body for before in "@[ (|=" for after in "([,]:) =\n")


def _command(one: Planned, names: Mapping[str, str]) -> str:
    suggests = "".join(_suggest(one, each) for each in one.parameters if each.choices)
    facts = [_text(one.name)]
    if one.group:
        facts.append(f"group={_text(one.group)}")
    if not one.is_form:
        facts.append("read=True")
    signature = "".join(f"    {_parameter(one, each)},\n" for each in one.parameters)
    opened = f"(\n{signature})" if signature else "()"
    kind = "Reply" if len(one.said) == 1 or not one.said else "list[Reply]"
    lines = [f"@command({', '.join(facts)})", f"def {one.function}{opened} -> {kind}:"]
    lines.append(f'    """{_docstring(one.title)}"""')
    lines += [
        f"    # Rasa ran {name} here (see MIGRATION.md); an effect belongs into an @action."
        for name in one.custom
    ]
    replies = [_reply(said, one, names) for said in one.said] or [_summary(one)]
    lines.append(
        f"    return {replies[0] if len(replies) == 1 else '[' + ', '.join(replies) + ']'}"
    )
    return suggests + "\n".join(lines)


def _docstring(title: str) -> str:
    said = title.replace("\\", " ").replace('"', "'").strip() or "Answer"
    return said if said.endswith((".", "?", "!")) else f"{said}."


def _parameter(one: Planned, each: Parameter) -> str:
    facts = [_text(each.ask), *(f"{name}={number}" for name, number in each.bounds)]
    if each.choices:
        facts.append(f"suggest={_suggests(one, each)}")
    default = f" = {each.default}" if each.default else ""
    return f"{each.name}: Annotated[{each.type}, Arg({', '.join(facts)})]{default}"


def _suggests(one: Planned, each: Parameter) -> str:
    return f"suggest_{one.function}_{each.name}"


def _suggest(one: Planned, each: Parameter) -> str:
    listed = ", ".join(f"Choice({_text(value)}, {_text(label)})" for value, label in each.choices)
    return (
        f"def {_suggests(one, each)}(ctx: Context) -> list[Choice]:\n"
        f'    """Offer what the form had buttons for."""\n'
        f"    return [{listed}]\n\n\n"
    )


def _reply(said: Said, one: Planned, names: Mapping[str, str]) -> str:
    parameters = {each.slot: each.name for each in one.parameters}
    text, _ = filled(said.text, parameters)
    facts = [_formatted(text)]
    buttons = [_button(label, intent, names) for label, intent in said.buttons]
    if buttons:
        facts.append(f"buttons=[{', '.join(buttons)}]")
    if said.image.startswith(("https://", "http://")):
        facts.append(f"card=Card({_text(one.title)}, image={_text(said.image)})")
    return f"Reply({', '.join(facts)})"


def _formatted(text: str) -> str:
    """Write the inside of an f-string; as a plain text where nothing is filled in."""
    plain = text.replace("{{", "{").replace("}}", "}")
    opened = text.replace("{{", "").replace("}}", "")
    return f"f{_text(text)}" if "{" in opened else _text(plain)


def _button(label: str, intent: str, names: Mapping[str, str]) -> str:
    if intent in names:
        return f"Button({_text(label)}, command={_text(names[intent])})"
    return f"Button({_text(label)})"


def _summary(one: Planned) -> str:
    """Tell what was given, where the form led to code."""
    told = ", ".join(f"{each.slot.replace('_', ' ')} {{{each.name}}}" for each in one.parameters)
    said = f"{one.title}: {told}." if told else f"{one.title}."
    return f"Reply({'f' if told else ''}{_text(said)})"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def sample_text(said: Sequence[Said], one: Planned) -> Iterator[str]:
    """Write what a script expects to read; … stands for what was filled in."""
    for each in said:
        text = " ".join(each.text.split())
        for parameter in one.parameters:
            text = text.replace(f"{{{parameter.slot}}}", "…")
        yield text
