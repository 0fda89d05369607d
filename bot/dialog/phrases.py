"""The bot's own sentences: short, no exclamation marks, each with a next step where one is open."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from bot.authoring.signatures import CommandSpec, Parameter

GREETINGS = frozenset({
    "hi", "hello", "hey", "hi there", "hello there", "hey there", "good morning", "good afternoon",
    "good evening", "good day", "hallo", "hola", "ciao", "bonjour", "moin",
})  # fmt: skip
QUOTE_LIMIT = 60
_PREPOSITIONS = frozenset({"at", "by", "for_", "from_", "on", "to", "until", "when"})
_NOUNS: Mapping[object, str] = {
    date: "day",
    time: "time",
    datetime: "time",
    timedelta: "duration",
}


def quoted(text: str) -> str:
    """Quote a customer's words, shortened."""
    flat = " ".join(text.split())
    cut = flat if len(flat) <= QUOTE_LIMIT else f"{flat[: QUOTE_LIMIT - 1].rstrip()}…"
    return f"“{cut}”"


def question(parameter: Parameter) -> str:
    """Ask for a parameter."""
    if parameter.arg.ask is not None:
        return parameter.arg.ask
    name = noun(parameter)
    if parameter.options:
        names = [str(getattr(option, "value", option)) for option in parameter.options]
        return f"{name.capitalize()}: {either(names)}?"
    return f"{name.capitalize()}?"


def noun(parameter: Parameter) -> str:
    """Name a parameter in a sentence; "at" and "on" are called after their type."""
    if parameter.name in _PREPOSITIONS:
        return _NOUNS.get(parameter.type, parameter.name)
    return parameter.name.replace("_", " ")


def either(names: Sequence[str]) -> str:
    """Join names: ``a, b or c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def title(spec: CommandSpec) -> str:
    """Name a command in a sentence: its summary without the full stop, else its name."""
    return spec.summary.rstrip(".") or spec.name


def not_understood(words: str) -> str:
    """Tell what was not understood."""
    return f"I did not understand {quoted(words)}."


def unknown_command(name: str, nearest: str | None) -> str:
    """Tell that there is no such command, and which one was meant perhaps."""
    if nearest is None:
        return f"There is no command /{name}."
    return f"There is no command /{name}. Did you mean /{nearest}?"


def kept(shown: str) -> str:
    """Tell that a correction was not taken over."""
    return f"I kept {shown}."


def answered_elsewhere(shown: str, where: str) -> str:
    """Tell what was answered to an older question."""
    return f"You answered {shown} on {where}."


CANNOT_READ = "I can read text and buttons so far, nothing else."
WHAT_YOU_CAN_DO = "You can:"
NOTHING_TO_CANCEL = "There is nothing to cancel."
NOTHING_TO_REPEAT = "There is no open question."
NOTHING_BEFORE = "There is nothing to go back to."
OLD_BUTTON = "That button belongs to an earlier question."
ALREADY_DONE = "That is done already."
CLOSED = "That question is closed."
QUESTION_CHANGED = "That question has changed since."
GOING_ON = "Going on with what was open."
WHAT_TO_CHANGE = "Nothing was done. What should I change?"
WELCOME_BACK = "Welcome back."
DONE = "Done."
CHANGING = "Let us change that."
NEEDED = "I need that to go on."
SKIPPED = "Left out."
DID_YOU_MEAN = "Did you mean:"
UNKNOWN_EFFECT = (
    "I cannot tell whether that went through. A person is looking into it; please do not repeat it."
)


def cancelled(spec: CommandSpec | None) -> str:
    """Tell what was given up."""
    return "Cancelled." if spec is None else f"Cancelled: {title(spec)}."


def back_to(spec: CommandSpec) -> str:
    """Lead back to a dialog below."""
    return f"Back to: {title(spec)}."


def also_open(spec: CommandSpec) -> str:
    """Mention a dialog below."""
    return f"Also open: {title(spec)}."


def no_longer(command: str) -> str:
    """Tell that an open dialog's command is gone."""
    return f"/{command} is no longer offered, so I closed it."


def not_offered(command: str) -> str:
    """Tell that a button's command is gone."""
    return f"/{command} is no longer offered."


def why(spec: CommandSpec) -> str:
    """Tell what a question is for."""
    return f"I ask because of: {title(spec)}."


def taken_back(shown: str) -> str:
    """Tell which answer was taken back."""
    return f"Taken back: {shown}."


def already_answered(shown: str) -> str:
    """Tell that a button repeats what was answered."""
    return f"You answered {shown} already."


def expired(spec: CommandSpec | None) -> str:
    """Tell that a dialog ended by age."""
    return "That dialog has expired." if spec is None else f"Expired: {title(spec)}."


def noted(shown: Sequence[str]) -> str:
    """Tell what was taken over although something else had been asked."""
    return f"Noted: {', '.join(shown)}."


def so_far(shown: Sequence[str]) -> str:
    """Sum up the answers given."""
    return f"So far: {', '.join(shown)}." if shown else ""


def which_of(shown: Sequence[str]) -> str:
    """Ask which reading was meant."""
    return f"{either(shown)}?"


def go_ahead(spec: CommandSpec, shown: Sequence[str]) -> str:
    """Ask for a yes where the author wrote no question."""
    details = f": {', '.join(shown)}" if shown else ""
    return f"{title(spec)}{details}. Shall I do that?"


def apology(error_id: str) -> str:
    """Apologise for an error of ours."""
    return f"Something went wrong on our side (id {error_id}). Your answers are kept. Try again?"


def no_longer_offered(shown: str) -> str:
    """Tell that a held value does not fit any more."""
    return f"{shown} is no longer possible."
