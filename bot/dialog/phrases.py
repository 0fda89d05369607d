"""The bot's own sentences: short, no exclamation marks, each with a next step where one is open.

Written in English here; `Phrases` writes them in a customer's language, from the catalogues in
``bot/locale``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from bot.authoring.signatures import CommandSpec, Parameter
from bot.dialog.naming import capitalized, noun, title
from bot.locale import formats
from bot.locale.catalogues import Catalogue

QUOTE_LIMIT = 60
CATALOGUE: Final = Catalogue(Path(formats.__file__).parent, "bot")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in which no value stands; read from `Phrases`, it is in their language."""

    message: str

    def __get__(self, phrases: "Phrases | None", owner: type["Phrases"]) -> str:
        """Write it; of the class itself, in English."""
        return self.message if phrases is None else phrases.of(self.message)


@dataclass(frozen=True, slots=True)
class Phrases:
    """The bot's own sentences in one locale."""

    locale: str = "en"

    CANNOT_READ = Sentence("I can read text and buttons so far, nothing else.")
    WELCOME = Sentence("You are welcome.")
    WELL = Sentence("Fine, thank you. What can I do for you?")
    A_BOT = Sentence("I am a bot. Type help to see what I can do, or ask for a person.")
    BYE = Sentence("Good-bye. Whatever is open stays as it is.")
    JOKE = Sentence("I know only one: a bot walks into a bar, and asks which bar.")
    NICE = Sentence("Thank you.")
    NO_MATTER = Sentence("No problem.")
    GLAD = Sentence("Glad to hear it.")
    WHAT_YOU_CAN_DO = Sentence("You can:")
    NOTHING_TO_CANCEL = Sentence("There is nothing to cancel.")
    NOTHING_TO_REPEAT = Sentence("There is no open question.")
    NOTHING_BEFORE = Sentence("There is nothing to go back to.")
    OLD_BUTTON = Sentence("That button belongs to an earlier question.")
    FOREIGN_BUTTON = Sentence("That button is for somebody else. Type help to see what you can do.")
    ANSWERS_KEPT = Sentence("Your answers are kept.")
    TRY_AGAIN = Sentence("Your answers are kept. Try again?")
    MEANWHILE = Sentence("What would you like to do meanwhile?")
    ALREADY_DONE = Sentence("That is done already.")
    CLOSED = Sentence("That question is closed.")
    NO_LONGER_ASKED = Sentence("— no longer asked")
    OUT_OF_DATE = Sentence("— out of date")
    ASKED_ANEW = Sentence("— asked anew below")
    OLD_FORM = Sentence("That form belongs to an earlier question.")
    FORM_CLOSED = Sentence("That form is closed; nothing in it was used.")
    FORM_KNOWN = Sentence("I have all of that already.")
    FORM_UNOPENED = Sentence("The form did not open. Please answer here.")
    KEPT_THOSE = Sentence("I kept these answers; tell me if one should change.")
    QUESTION_CHANGED = Sentence("That question has changed since.")
    GOING_ON = Sentence("Going on with what was open.")
    WHAT_TO_CHANGE = Sentence("Nothing was done. What should I change?")
    WELCOME_BACK = Sentence("Welcome back.")
    WITHOUT_A_PERSON = Sentence("Go on without a person")
    COMING_BACK = Sentence("I will come back to you here.")
    DONE = Sentence("Done.")
    CHANGING = Sentence("Let us change that.")
    NEEDED = Sentence("I need that to go on.")
    SKIPPED = Sentence("Left out.")
    DID_YOU_MEAN = Sentence("Did you mean:")
    A_PERSON = Sentence("A person")
    GO_ON = Sentence("Go on")
    AS_THE_ANSWER = Sentence("As the answer")
    DO_THESE = Sentence("Do these")
    NOTHING_TO_RESTART = Sentence("There is nothing to start over.")
    NOTHING_OPEN = Sentence("Nothing is open.")
    NOTHING_TO_SKIP = Sentence("There is nothing to leave out here.")
    STARTED_OVER = Sentence("From the beginning.")
    UNKNOWN_EFFECT = Sentence(
        "I cannot tell whether that went through. A person is looking into it; "
        "please do not repeat it."
    )
    UNAVAILABLE = Sentence("The service for this does not answer at the moment.")
    UNDER_WAY = Sentence("That is being done right now, in another conversation.")
    USED_DIFFERENTLY = Sentence(
        "That was asked for before with other details, so I did not do it again. "
        "To change it, please start anew or ask a person."
    )
    LEFT_OUT = Sentence(
        "Something went wrong on our side, and I had to leave your last message out. Please go on."
    )
    ONE_MOMENT = Sentence("One moment, I am on it…")
    YES_DROP = Sentence("Yes, drop it")
    YES_RESTART = Sentence("Yes, start over")
    YES = Sentence("Yes")
    NO = Sentence("No")
    NO_KEEP_IT = Sentence("No, keep it")
    TRY = Sentence("Try again")
    NONE_OF_THESE = Sentence("None of these")
    TODAY = Sentence("Today")
    TOMORROW = Sentence("Tomorrow")
    CHANGE_IT = Sentence("Change it")
    KEEP = Sentence("Keep")
    CANCEL = Sentence("Cancel")
    HELP = Sentence("Help")
    SEND = Sentence("Send")
    NOW_IN_THIS_LANGUAGE = Sentence("I answer in English from now on.")
    NOTICED_THIS_LANGUAGE = Sentence("I answer in English now. /language changes that.")
    LANGUAGE_STATED = Sentence("I answer in {language}, as you asked. Which language do you want?")
    LANGUAGE_OF_PROFILE = Sentence(
        "I answer in {language}, as your app tells me. Which language do you want?"
    )
    LANGUAGE_DETECTED = Sentence(
        "I answer in {language}, as you write it. Which language do you want?"
    )
    LANGUAGE_OF_BOT = Sentence("I answer in {language}. Which language do you want?")
    FILL_IN = Sentence("Fill in a form")
    A_PERSON_WILL_ANSWER = Sentence("A person will answer you here.")

    def tell(self, message: str, /, **values: Any) -> str:  # noqa: ANN401 - written by str()
        """Write a text of the bot's own that is given in English."""
        return CATALOGUE.text(self.locale, message, **values)

    def count(self, one: str, many: str, n: int, /, **values: Any) -> str:  # noqa: ANN401 - written by str()
        """Write a text of the bot's own in which a number stands, as ``{n}``."""
        return CATALOGUE.count(self.locale, one, many, n, **values)

    def of(self, message: str) -> str:
        """Write one of the bot's sentences, given in English."""
        return CATALOGUE.text(self.locale, message)

    def quoted(self, text: str) -> str:
        """Quote a customer's words, shortened."""
        flat = " ".join(text.split())
        cut = flat if len(flat) <= QUOTE_LIMIT else f"{flat[: QUOTE_LIMIT - 1].rstrip()}…"
        return formats.quoted(self.locale, cut)

    def question(self, parameter: Parameter) -> str:
        """Ask for a parameter."""
        if parameter.arg.ask is not None:
            return parameter.arg.ask
        name = capitalized(self.noun(parameter))
        if parameter.options:
            names = [parameter.shape.label(option) for option in parameter.options]
            return self.tell("{what}: {options}?", what=name, options=self.either(names))
        return self.tell("{what}?", what=name)

    def noun(self, parameter: Parameter) -> str:
        """Name a parameter in a sentence; "at" and "on" are called after their type."""
        return parameter.shape.noun or self.of(noun(parameter))

    def either(self, names: Sequence[str]) -> str:
        """Join names: ``a, b or c``."""
        return formats.either(self.locale, names)

    def title(self, spec: CommandSpec) -> str:
        """Name a command in a sentence: its summary without the full stop, else its name."""
        return title(spec)

    def not_understood(self, words: str) -> str:
        """Tell what was not understood."""
        return self.tell("I did not understand {words}.", words=self.quoted(words))

    def unknown_command(self, name: str, nearest: str | None) -> str:
        """Tell that there is no such command, and which one was meant perhaps."""
        if nearest is None:
            return self.tell("There is no command {name}.", name=f"/{name}")
        return self.tell(
            "There is no command {name}. Did you mean {nearest}?",
            name=f"/{name}", nearest=f"/{nearest}",
        )  # fmt: skip

    def not_read(self, name: str, words: str) -> str:
        """Tell which field of a form was not understood."""
        shown = self.quoted(words)
        return self.tell("I did not understand {words} as the {name}.", words=shown, name=name)

    def kept(self, shown: str) -> str:
        """Tell that a correction was not taken over."""
        return self.tell("I kept {shown}.", shown=shown)

    def answered_elsewhere(self, shown: str, where: str) -> str:
        """Tell what was answered to an older question."""
        return self.tell("You answered {shown} on {where}.", shown=shown, where=where)

    def answer_mark(self, shown: str) -> str:
        """Write below an answered question what was answered."""
        return f"✓ {shown}"

    def losing(self, wanted: str) -> str:
        """Write the yes to losing what is open."""
        return self.YES_RESTART if wanted == "restart" else self.YES_DROP

    def not_taken_back(self, what: Sequence[str]) -> str:
        """Tell what stands although what belongs to it failed."""
        return self.tell("This could not be taken back and stands: {what}.", what=", ".join(what))

    def being_taken_back(self, what: Sequence[str]) -> str:
        """Tell what is still to be undone."""
        return self.tell(
            "Still to be taken back: {what}. I keep trying and will tell you here.",
            what=", ".join(what),
        )

    def perhaps_taken_back(self, what: Sequence[str]) -> str:
        """Tell what nobody knows to be undone."""
        return self.tell(
            "I cannot tell whether this was taken back: {what}. A person will look.",
            what=", ".join(what),
        )

    def taken_back_now(self, what: str) -> str:
        """Tell that an undo that had failed has worked."""
        return self.tell("That is taken back now: {what}.", what=what)

    def not_yours(self, name: str) -> str:
        """Tell who typed a command for others that it is not for them."""
        return self.tell("Sorry, {name} is not for you.", name=f"/{name}")

    def switched_off(self, what: str) -> str:
        """Tell that an operator switched a command off."""
        return self.tell("{what} is not available right now.", what=what)

    def only_on(self, what: str, channels: Sequence[str]) -> str:
        """Tell that a command needs another channel."""
        told = self.tell("{what} does not work on this channel.", what=what)
        if not channels:
            return told
        return f"{told} {self.tell('It works on {channels}.', channels=self.either(channels))}"

    def go_on_with(self, spec: CommandSpec) -> str:
        """Offer another open dialog."""
        return self.tell("Go on: {what}", what=title(spec))

    def stands(self, done: Sequence[str]) -> str:
        """Tell what stays done though its dialog is given up."""
        return self.tell("This is done and stands: {what}.", what=", ".join(done))

    def cancelled(self, spec: CommandSpec | None) -> str:
        """Tell what was given up."""
        return (
            self.tell("Cancelled.")
            if spec is None
            else self.tell("Cancelled: {what}.", what=title(spec))
        )

    def would_lose(self, wanted: str, spec: CommandSpec | None, shown: Sequence[str]) -> str:
        """Ask for a yes before answers are lost, naming them."""
        anew = wanted == "restart"
        if spec is None:
            asked = self.tell("Start over?") if anew else self.tell("Drop this?")
        elif anew:
            asked = self.tell("Start over: {what}?", what=title(spec))
        else:
            asked = self.tell("Drop this: {what}?", what=title(spec))
        if not shown:
            return asked
        return (
            f"{asked} {self.tell('Your answers would be lost: {shown}.', shown=', '.join(shown))}"
        )

    def known(self, spec: CommandSpec, lines: Sequence[str]) -> str:
        """Tell what was answered so far, each with what it answers."""
        if not lines:
            return self.tell("{what}: nothing so far.", what=title(spec))
        return "\n".join([self.tell("{what}, so far:", what=title(spec)), *lines])

    def ways_on(self, commands: Sequence[str], person: str) -> str:
        """Name what else can be typed where a question was missed more than once."""
        return self.tell("You can also type {commands}.", commands=self.either([*commands, person]))

    def with_id(self, text: str, error_id: str) -> str:
        """Name an error's id behind an author's words."""
        return f"{text} (id {error_id})"

    def back_to(self, spec: CommandSpec) -> str:
        """Lead back to a dialog below."""
        return self.tell("Back to: {what}.", what=title(spec))

    def source(self, titles: Sequence[str]) -> str:
        """Name the documents that an answer stands in."""
        return self.tell("Source: {titles}", titles=", ".join(titles))

    def not_spoken(self, words: str) -> str:
        """Tell that a language is not spoken, and offer those that are."""
        shown = self.quoted(words)
        return self.tell(
            "I do not speak {language} yet. Which of these do you want?", language=shown
        )

    def next_is(self, spec: CommandSpec) -> str:
        """Begin what was asked for in the same breath as what has just been done."""
        return self.tell("Next: {title}.", title=self.title(spec))

    def after_that(self, specs: Sequence[CommandSpec]) -> str:
        """Tell what else was asked for and will have its turn."""
        titles = ", ".join(self.title(spec) for spec in specs)
        return self.tell("After that: {titles}.", titles=titles)

    def also_open(self, spec: CommandSpec) -> str:
        """Mention a dialog below."""
        return self.tell("Also open: {what}.", what=title(spec))

    def no_longer(self, command: str) -> str:
        """Tell that an open dialog's command is gone."""
        return self.tell("{name} is no longer offered, so I closed it.", name=f"/{command}")

    def not_offered(self, command: str) -> str:
        """Tell that a button's command is gone."""
        return self.tell("{name} is no longer offered.", name=f"/{command}")

    def why(self, spec: CommandSpec, parameter: Parameter | None) -> str:
        """Tell what a question is for: in its author's words, else by what it belongs to."""
        if parameter is not None and parameter.arg.help:
            return parameter.arg.help
        return self.tell("I ask because of: {what}.", what=title(spec))

    def taken_back(self, shown: str) -> str:
        """Tell which answer was taken back."""
        return self.tell("Taken back: {shown}.", shown=shown)

    def already_answered(self, shown: str) -> str:
        """Tell that a button repeats what was answered."""
        return self.tell("You answered {shown} already.", shown=shown)

    def expired(self, spec: CommandSpec | None) -> str:
        """Tell that a dialog ended by age."""
        if spec is None:
            return self.tell("That dialog has expired.")
        return self.tell("Expired: {what}.", what=title(spec))

    def noted(self, shown: Sequence[str]) -> str:
        """Tell what was taken over although something else had been asked."""
        return self.tell("Noted: {shown}.", shown=", ".join(shown))

    def so_far(self, shown: Sequence[str]) -> str:
        """Sum up the answers given."""
        return self.tell("So far: {shown}.", shown=", ".join(shown)) if shown else ""

    def which_of(self, shown: Sequence[str]) -> str:
        """Ask which reading was meant."""
        return self.tell("{what}?", what=self.either(shown))

    def known_before(self, shown: Sequence[str]) -> str:
        """Tell what is taken from an earlier dialog."""
        return self.tell("I know from before: {shown}.", shown=", ".join(shown))

    def go_ahead(self, spec: CommandSpec, shown: Sequence[str]) -> str:
        """Ask for a yes where the author wrote no question."""
        what = title(spec) + (f": {', '.join(shown)}" if shown else "")
        return self.tell("{what}. Shall I do that?", what=what)

    def apology(self, error_id: str) -> str:
        """Apologise for an error of ours."""
        return self.tell("Something went wrong on our side (id {id}).", id=error_id)

    def no_longer_offered(self, shown: str) -> str:
        """Tell that a held value does not fit any more."""
        return self.tell("{shown} is no longer possible.", shown=shown)

    def undo_first(self, done: Sequence[str]) -> str:
        """Ask whether to undo what a changed answer made wrong."""
        return self.tell(
            "That changes what is done already: {what}. Shall I undo it?", what=", ".join(done)
        )

    def cannot_undo(self, done: Sequence[str]) -> str:
        """Tell that a change comes too late."""
        return self.tell(
            "This is done and cannot be undone: {what}. I left your answer as it was.",
            what=", ".join(done),
        )

    def change(self, parameter: Parameter) -> str:
        """Offer to change an answer."""
        return self.tell("Change {what}", what=self.noun(parameter))

    @property
    def decimal_mark(self) -> str:
        """The mark before the tenths."""
        return formats.decimal_mark(self.locale)


ENGLISH: Final = Phrases()


@lru_cache(maxsize=256)
def phrases_in(locale: str) -> Phrases:
    """Give the sentences in a locale."""
    return Phrases(locale)
