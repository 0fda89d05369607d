"""Decides what becomes of everything in a Rasa project."""

from collections.abc import Sequence

from bot.cli.importing.documents import Fields, Spot
from bot.cli.importing.parameters import entities_of, parameters_of, required_of
from bot.cli.importing.plans import Note, Plan, Planned, Said, humanised, identifier
from bot.cli.importing.responses import said_of
from bot.cli.importing.sources import Source, Turn
from bot.cli.importing.turns import turns_of

TAKEN = frozenset({
    "cancel", "restart", "back", "summary", "why", "repeat", "skip", "human", "help", "start",
    "link", "unlink", "prefer", "yes", "no", "bot",
})  # fmt: skip
"""What Threadline itself, or a plugin that the new project enables, is called."""

UNDERSTOOD = {
    "affirm": "yes",
    "deny": "no",
    "stop": "cancel",
    "inform": "answers",
    "nlu_fallback": "nothing",
    "out_of_scope": "nothing",
}
"""Intents of Rasa's own examples that need no command: these are understood where they fit."""


def planned(source: Source) -> Plan:
    """Make the plan; what has no place in it is noted."""
    plan = Plan()
    turns = turns_of(source)
    _forms(source, plan, turns)
    _answers(source, plan, turns)
    _retrieval(source, plan)
    _note_turns(plan, turns)
    _note_rest(source, plan)
    plan.notes = sorted(set(plan.notes))
    return plan


def _forms(source: Source, plan: Plan, turns: Sequence[Turn]) -> None:
    for form, declared in source.forms.items():
        begins = [turn for turn in turns if turn.form == form and turn.intent]
        ends = next((turn.ends for turn in turns if turn.form == form and turn.ends), ())
        own = form.removesuffix("_form")
        intent = begins[0].intent if begins else own
        if intent in plan.commands:
            plan.note(declared.spot, f"form `{form}`: `{intent}` begins another form already")
            intent = own
        if not begins:
            told = f"form `{form}`: no rule tells which intent begins it; it is /{identifier(own)}"
            plan.note(declared.spot, told)
        required = required_of(declared)
        parameters = parameters_of(source, plan, form, required)
        said = _said(source, plan, [*(begins[0].actions if begins else ()), *ends])
        custom = tuple(name for name in ends if name not in source.responses)
        plan.commands[intent] = Planned(
            name=_name(plan, intent, declared.spot), group="", said=said, spot=declared.spot,
            title=humanised(own), parameters=parameters, is_form=True, custom=custom,
        )  # fmt: skip
        plan.parameters[intent] = {
            entity: one.name for one in parameters for entity in entities_of(source, one.slot)
        }
        if f"validate_{form}" in source.actions:
            told = f"`validate_{form}` checks by code: write `check=` beside the parameter"
            plan.note(source.actions[f"validate_{form}"].spot, told)
        for name in declared.fields.items_of("ignored_intents"):
            plan.note(declared.spot, f"form `{form}` ignores `{name}`: nothing is ignored here")


def _answers(source: Source, plan: Plan, turns: Sequence[Turn]) -> None:
    """Make commands of intents that are followed by responses alone."""
    for turn in turns:
        if not turn.intent or turn.form or not turn.actions:
            continue
        if turn.intent in plan.commands:
            _note_other(source, plan, turn)
            continue
        if _is_retrieval(source, turn.intent):
            continue
        said = _said(source, plan, turn.actions)
        if said and turn.intent not in UNDERSTOOD:
            plan.commands[turn.intent] = Planned(
                name=_name(plan, turn.intent, turn.spot), group="", said=said, spot=turn.spot,
                title=humanised(turn.intent),
            )  # fmt: skip


def _retrieval(source: Source, plan: Plan) -> None:
    """Make a command of each intent of a retrieval group, with the group's name before its own."""
    for intent, examples in source.examples.items():
        group, _, own = intent.partition("/")
        if not own:
            continue
        said = said_of(source, plan, f"utter_{intent}")
        if said is None:
            plan.note(examples[0].spot if examples else Spot("nlu", 0),
                      f"`{intent}` has no response `utter_{intent}`")  # fmt: skip
            continue
        plan.commands[intent] = Planned(
            name=identifier(own), group=identifier(group), said=(said,), title=humanised(own),
            spot=examples[0].spot if examples else Spot("nlu", 0),
        )  # fmt: skip


def _is_retrieval(source: Source, intent: str) -> bool:
    return any(name.startswith(f"{intent}/") for name in source.examples)


def _said(source: Source, plan: Plan, actions: Sequence[str]) -> tuple[Said, ...]:
    found = [said_of(source, plan, name) for name in actions if name in source.responses]
    return tuple(one for one in found if one is not None)


def _name(plan: Plan, intent: str, spot: Spot) -> str:
    name = identifier(intent)
    names = {one.name for one in plan.commands.values()}
    if name in TAKEN or name in names:
        plan.note(spot, f"`{intent}` is called /about_{name} here: the name itself is taken")
        return f"about_{name}"
    return name


def _note_other(source: Source, plan: Plan, turn: Turn) -> None:
    known = plan.commands[turn.intent]
    told = [said_of(source, plan, name) for name in turn.actions if name in source.responses]
    if not known.is_form and tuple(one for one in told if one) != known.said:
        plan.note(turn.spot, f"`{turn.intent}` is answered in another way, too; one way is kept")


def _note_turns(plan: Plan, turns: Sequence[Turn]) -> None:
    for turn in turns:
        for name in turn.asked:
            told = f"`{turn.intent}` holds only with `{name}`: what holds is said by code, an `if`"
            plan.note(turn.spot, told)
        if turn.intent and not turn.actions and not turn.form:
            continue
        if turn.intent and turn.intent not in plan.commands and turn.intent not in UNDERSTOOD:
            told = f"`{turn.intent}` → {', '.join(turn.actions)}: no command was made"
            plan.note(turn.spot, told)


def _note_rest(source: Source, plan: Plan) -> None:
    _note_slots(source, plan)
    _note_sentences(source, plan)
    for name, declared in source.actions.items():
        if name not in source.responses and not name.startswith(("validate_", "action_ask_")):
            plan.note(declared.spot, f"`{name}` is code of yours: write it with @action")
    for part in source.pipeline:
        plan.note(part.spot, f"pipeline `{part.fields.words('name')}`: see [nlu] engines")
    plan.notes.extend(Note(spot, text) for text, spot in source.others)


def _note_slots(source: Source, plan: Plan) -> None:
    asked = {one.slot for each in plan.commands.values() for one in each.parameters}
    for name, declared in source.slots.items():
        if name not in asked:
            plan.note(declared.spot, f"slot `{name}`: no form asks for it")
        for one in declared.fields.items_of("mappings"):
            if isinstance(one, Fields) and ("conditions" in one or one.words("type") == "custom"):
                plan.note(declared.spot, f"slot `{name}`: a mapping is code or has conditions")


def _note_sentences(source: Source, plan: Plan) -> None:
    for intent, examples in source.examples.items():
        if intent in plan.commands or "/" in intent or not examples:
            continue
        told = UNDERSTOOD.get(intent)
        plan.note(
            examples[0].spot,
            f"`{intent}` is understood as {told} where it fits; its sentences are no command's"
            if told
            else f"`{intent}` has sentences, and nothing answers it; write a command of its name",
        )
