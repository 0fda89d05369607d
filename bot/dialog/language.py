"""In which language the customer is answered: told, asked for in words, chosen."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Final

from bot.dialog.drafts import Draft
from bot.dialog.events import Prefer
from bot.dialog.forms import end, show
from bot.dialog.matching import plain, spoken_forms
from bot.dialog.phrases import Phrases, phrases_in
from bot.dialog.talking import lists_of, without_accents
from bot.dialog.ways_on import repeat
from bot.locale.names import LANGUAGES, is_spoken, language_of, tidy
from bot.model.conversation import PromptChoice, PromptKind

LANGUAGE: Final = "language"
STATED: Final = "stated"
_LEARNT: Final[Mapping[str, str]] = {
    STATED: Phrases.LANGUAGE_STATED, "profile": Phrases.LANGUAGE_OF_PROFILE,
    "detected": Phrases.LANGUAGE_DETECTED,
}  # fmt: skip


def language(draft: Draft, words: str = "") -> Draft:
    """Tell the language and offer others; with words change to the one they name."""
    wanted = named(words) if words.strip() else None
    if wanted is not None:
        return _changed(draft, wanted)
    phrases, around = draft.phrases, draft.around
    if words.strip():
        told = phrases.not_spoken(words)
    else:
        how = _LEARNT.get(around.learnt, Phrases.LANGUAGE_OF_BOT)
        told = phrases.of(how).format(language=own_name(around.locale))
    here = language_of(around.locale)
    choices = tuple(
        PromptChoice(label=name, words=f"/language {code}")
        for code, name in LANGUAGES.items()
        if code != here
    )
    return show(draft, PromptKind.MENU, told, choices)


def asked_for(draft: Draft, text: str) -> Callable[[Draft], Draft] | None:
    """Find the language that words ask for: "auf deutsch bitte".

    The name of a language alone is that only where nothing is open: it may be an answer.
    """
    for spoken in spoken_forms(text, draft.around.locale):
        code = _sentences().get(spoken)
        if code is None and draft.state.top is None:
            code = _names().get(spoken)
        if code is not None:
            return partial(language, words=code)
    return None


def named(words: str) -> str | None:
    """Read the name of a language, or a locale's, that the bot speaks; None where it does not."""
    word = plain(words)
    found = _names().get(word) or _sentences().get(word)
    return found or (tidy(words) if is_spoken(words) else None)


def own_name(locale: str) -> str:
    """Call a language as its speakers do."""
    return LANGUAGES.get(language_of(locale), locale)


def _changed(draft: Draft, wanted: str) -> Draft:
    around = draft.around
    if "-" not in wanted and language_of(around.locale) == wanted:
        wanted = around.locale  # the region is known, and stays
    draft = replace(draft, around=replace(around.speaking(wanted), learnt=STATED))
    draft = draft.wish(Prefer(locale=wanted, learnt=STATED))
    draft = draft.note(phrases_in(wanted).NOW_IN_THIS_LANGUAGE)
    return end(draft) if draft.state.top is None else repeat(draft)


@cache
def _sentences() -> Mapping[str, str]:
    """List what asks for a language, in any language."""
    return _asking("speak")


@cache
def _names() -> Mapping[str, str]:
    """List what languages are called, by themselves and by each other."""
    return _asking("called")


def _asking(name: str) -> dict[str, str]:
    told = {words: code for code in LANGUAGES for words in lists_of(code).get(name, ())}
    return {without_accents(words): code for words, code in told.items()} | told
