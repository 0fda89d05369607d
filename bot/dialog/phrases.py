"""The bot's own sentences: short, no exclamation marks, each with a next step where one is open."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from bot.authoring.signatures import CommandSpec, Parameter

GREETINGS = frozenset({
    "hi", "hello", "hey", "hi there", "hello there", "hey there", "good morning", "good afternoon",
    "good evening", "good day", "hallo", "hola", "ciao", "bonjour", "moin",
})  # fmt: skip
_WELCOME = "You are welcome."
_WELL = "Fine, thank you. What can I do for you?"
_A_BOT = "I am a bot. Type help to see what I can do, or ask for a person."
_BYE = "Good-bye. Whatever is open stays as it is."
_JOKE = "I know only one: a bot walks into a bar, and asks which bar."
_NICE = "Thank you."
_NO_MATTER = "No problem."
CHAT: Mapping[str, str] = {
    "thanks": _WELCOME, "thank you": _WELCOME, "thanks a lot": _WELCOME, "many thanks": _WELCOME,
    "thank you very much": _WELCOME, "thank you so much": _WELCOME, "thx": _WELCOME,
    "ty": _WELCOME, "cheers": _WELCOME, "much appreciated": _WELCOME,
    "how are you": _WELL, "how are you doing": _WELL, "how do you do": _WELL,
    "how is it going": _WELL, "how's it going": _WELL, "what's up": _WELL,
    "are you ok": _WELL, "how are you today": _WELL,
    "who are you": _A_BOT, "what are you": _A_BOT, "are you a bot": _A_BOT,
    "are you a robot": _A_BOT, "are you human": _A_BOT, "are you a human": _A_BOT,
    "are you a person": _A_BOT, "are you real": _A_BOT, "what is your name": _A_BOT,
    "what's your name": _A_BOT, "am i talking to a bot": _A_BOT,
    "am i talking to a person": _A_BOT, "is this a bot": _A_BOT,
    "bye": _BYE, "goodbye": _BYE, "good bye": _BYE, "bye bye": _BYE, "good night": _BYE,
    "see you": _BYE, "see you later": _BYE, "have a nice day": _BYE,
    "tell me a joke": _JOKE, "a joke please": _JOKE, "do you know a joke": _JOKE,
    "make me laugh": _JOKE,
    "well done": _NICE, "good bot": _NICE, "nice": _NICE, "cool": _NICE, "awesome": _NICE,
    "you are great": _NICE, "great job": _NICE, "i love you": _NICE,
    "sorry": _NO_MATTER, "i am sorry": _NO_MATTER, "i'm sorry": _NO_MATTER, "oops": _NO_MATTER,
    "haha": "Glad to hear it.", "lol": "Glad to hear it.", "🙏": _WELCOME, "❤": _NICE,
    "😀": _NICE, "🙂": _NICE, "👋": _BYE,
}  # fmt: skip
"""Small talk and what is said to it; a whole message, as `bot.dialog.matching.plain` writes it."""
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


def not_read(name: str, words: str) -> str:
    """Tell which field of a form was not understood."""
    return f"I did not understand {quoted(words)} as the {name}."


def kept(shown: str) -> str:
    """Tell that a correction was not taken over."""
    return f"I kept {shown}."


def answered_elsewhere(shown: str, where: str) -> str:
    """Tell what was answered to an older question."""
    return f"You answered {shown} on {where}."


def answer_mark(shown: str) -> str:
    """Write below an answered question what was answered."""
    return f"✓ {shown}"


CANNOT_READ = "I can read text and buttons so far, nothing else."
WHAT_YOU_CAN_DO = "You can:"
NOTHING_TO_CANCEL = "There is nothing to cancel."
NOTHING_TO_REPEAT = "There is no open question."
NOTHING_BEFORE = "There is nothing to go back to."
OLD_BUTTON = "That button belongs to an earlier question."
FOREIGN_BUTTON = "That button is for somebody else. Type help to see what you can do."
ANSWERS_KEPT = "Your answers are kept."
TRY_AGAIN = "Your answers are kept. Try again?"
MEANWHILE = "What would you like to do meanwhile?"
ALREADY_DONE = "That is done already."
CLOSED = "That question is closed."
NO_LONGER_ASKED = "— no longer asked"
OUT_OF_DATE = "— out of date"
ASKED_ANEW = "— asked anew below"
OLD_FORM = "That form belongs to an earlier question."
FORM_CLOSED = "That form is closed; nothing in it was used."
FORM_KNOWN = "I have all of that already."
FORM_UNOPENED = "The form did not open. Please answer here."
KEPT_THOSE = "I kept these answers; tell me if one should change."
QUESTION_CHANGED = "That question has changed since."
GOING_ON = "Going on with what was open."
WHAT_TO_CHANGE = "Nothing was done. What should I change?"
WELCOME_BACK = "Welcome back."
WITHOUT_A_PERSON = "Go on without a person"
COMING_BACK = "I will come back to you here."
DONE = "Done."
CHANGING = "Let us change that."
NEEDED = "I need that to go on."
SKIPPED = "Left out."
DID_YOU_MEAN = "Did you mean:"
A_PERSON = "A person"
GO_ON = "Go on"
NOTHING_TO_RESTART = "There is nothing to start over."
NOTHING_OPEN = "Nothing is open."
NOTHING_TO_SKIP = "There is nothing to leave out here."
STARTED_OVER = "From the beginning."
LOSING: Mapping[str, tuple[str, str]] = {
    "cancel": ("Drop this", "Yes, drop it"),
    "restart": ("Start over", "Yes, start over"),
}
"""What is asked before answers are lost, and its yes, by the built-in that would lose them."""
UNKNOWN_EFFECT = (
    "I cannot tell whether that went through. A person is looking into it; please do not repeat it."
)
UNAVAILABLE = "The service for this does not answer at the moment."
UNDER_WAY = "That is being done right now, in another conversation."
USED_DIFFERENTLY = (
    "That was asked for before with other details, so I did not do it again. "
    "To change it, please start anew or ask a person."
)
ONE_MOMENT = "One moment, I am on it…"


def not_taken_back(what: Sequence[str]) -> str:
    """Tell what stands although what belongs to it failed."""
    return f"This could not be taken back and stands: {', '.join(what)}."


def being_taken_back(what: Sequence[str]) -> str:
    """Tell what is still to be undone."""
    return f"Still to be taken back: {', '.join(what)}. I keep trying and will tell you here."


def perhaps_taken_back(what: Sequence[str]) -> str:
    """Tell what nobody knows to be undone."""
    return f"I cannot tell whether this was taken back: {', '.join(what)}. A person will look."


def taken_back_now(what: str) -> str:
    """Tell that an undo that had failed has worked."""
    return f"That is taken back now: {what}."


def not_yours(name: str) -> str:
    """Tell who typed a command for others that it is not for them."""
    return f"Sorry, /{name} is not for you."


def switched_off(what: str) -> str:
    """Tell that an operator switched a command off."""
    return f"{what} is not available right now."


def only_on(what: str, channels: Sequence[str]) -> str:
    """Tell that a command needs another channel."""
    where = f" It works on {either(channels)}." if channels else ""
    return f"{what} does not work on this channel.{where}"


def go_on_with(spec: CommandSpec) -> str:
    """Offer another open dialog."""
    return f"Go on: {title(spec)}"


def stands(done: Sequence[str]) -> str:
    """Tell what stays done though its dialog is given up."""
    return f"This is done and stands: {', '.join(done)}."


def cancelled(spec: CommandSpec | None) -> str:
    """Tell what was given up."""
    return "Cancelled." if spec is None else f"Cancelled: {title(spec)}."


def would_lose(wanted: str, spec: CommandSpec | None, shown: Sequence[str]) -> str:
    """Ask for a yes before answers are lost, naming them."""
    what = "" if spec is None else f": {title(spec)}"
    lost = f" Your answers would be lost: {', '.join(shown)}." if shown else ""
    return f"{LOSING[wanted][0]}{what}?{lost}"


def known(spec: CommandSpec, lines: Sequence[str]) -> str:
    """Tell what was answered so far, each with what it answers."""
    if not lines:
        return f"{title(spec)}: nothing so far."
    return "\n".join([f"{title(spec)}, so far:", *lines])


def ways_on(commands: Sequence[str], person: str) -> str:
    """Name what else can be typed where a question was missed more than once."""
    return f"You can also type {either([*commands, person])}."


def with_id(text: str, error_id: str) -> str:
    """Name an error's id behind an author's words."""
    return f"{text} (id {error_id})"


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


def why(spec: CommandSpec, parameter: Parameter | None) -> str:
    """Tell what a question is for: in its author's words, else by what it belongs to."""
    if parameter is not None and parameter.arg.help:
        return parameter.arg.help
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


def known_before(shown: Sequence[str]) -> str:
    """Tell what is taken from an earlier dialog."""
    return f"I know from before: {', '.join(shown)}."


def go_ahead(spec: CommandSpec, shown: Sequence[str]) -> str:
    """Ask for a yes where the author wrote no question."""
    details = f": {', '.join(shown)}" if shown else ""
    return f"{title(spec)}{details}. Shall I do that?"


def apology(error_id: str) -> str:
    """Apologise for an error of ours."""
    return f"Something went wrong on our side (id {error_id})."


def no_longer_offered(shown: str) -> str:
    """Tell that a held value does not fit any more."""
    return f"{shown} is no longer possible."


def undo_first(done: Sequence[str]) -> str:
    """Ask whether to undo what a changed answer made wrong."""
    return f"That changes what is done already: {', '.join(done)}. Shall I undo it?"


def cannot_undo(done: Sequence[str]) -> str:
    """Tell that a change comes too late."""
    return f"This is done and cannot be undone: {', '.join(done)}. I left your answer as it was."
