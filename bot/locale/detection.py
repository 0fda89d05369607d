"""Which language a message is written in: its small words, its script, letters of its own.

Small words ("the", "und", "pour") make up half of what people write and are nearly never names of
things, so a sentence of four words holds enough of them. Weighed were langdetect and lingua:
both know scores of languages, want 10 and 90 MB, and take "ok 4 pizza" for something.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_SMALL: Mapping[str, str] = {
    "en": "the a an and or of to in on at for with from by is are was be been am i you he she we "
    "they it my your our this that there here do does did have has had can could would will what "
    "when where who why how which please want need like me us not don't i'd i'm it's tomorrow "
    "today yes thanks thank hello hi some any about tonight no as but if so up out all one two "
    "three only first last more less then than time day next week people make o'clock",
    "de": "der die das den dem des ein eine einen einem einer und oder von zu im in am an auf für "
    "mit aus bei ist sind war sein bin ich du er sie wir ihr es mein meine unser dies diese hier "
    "da habe hat haben kann können könnte würde werde wird was wann wo wer warum wie welche bitte "
    "möchte will brauche mir mich uns nicht kein keine morgen heute ja nein danke hallo gern "
    "gerne noch auch um zum zur uhr",
    "fr": "le la les un une des du de et ou à au aux dans sur en pour avec par est sont était "
    "être suis je tu il elle nous vous ils on mon ma mes notre votre ce cette ces ici y ai as a "
    "avez peux peut pourrais voudrais veux que quoi quand où qui pourquoi comment quel quelle "
    "s'il plaît plait besoin moi ne pas demain aujourd'hui oui non merci bonjour salut",
    "es": "el la los las un una unos de del y o a al en sobre para por con es son era ser estoy "
    "está yo tú él ella nosotros ustedes mi mis su nuestro este esta esto aquí hay he ha tengo "
    "tiene puedo puede podría quiero quisiera que qué cuándo dónde quién cómo cuál favor necesito "
    "me nos no mañana hoy sí gracias hola quería",
    "pt": "o a os as um uma uns de do da dos das e ou ao à em no na nos nas sobre para por pelo "
    "com é são era ser estou está eu tu ele ela nós vocês meu minha seu nosso este esta isto aqui "
    "há tenho tem posso pode poderia quero queria que quê quando onde quem como qual favor "
    "preciso me não amanhã hoje sim obrigado obrigada olá oi você",
    "zu": "ngicela ngifuna ngidinga ngiyabonga sawubona sanibonani unjani yebo cha futhi noma "
    "kanye ukuthi lapho manje namhlanje kusasa ngiyacela mina wena thina bona lokhu leli le lo la "
    "kuphi nini ubani kanjani yini ngani ngoba kodwa nge nga kwa ku yami wami siyabonga sifuna "
    "abantu ngo",
}
_LETTERS: Mapping[str, str] = {"de": "ßäöü", "fr": "œçèêëîïûù", "es": "ñ¿¡", "pt": "ãõ"}
_ARABIC = re.compile("[\u0621-\u064a]")
_OTHER_ARABIC = re.compile("[\u0679\u067e\u0686\u0688\u0691\u0698\u06a9\u06af\u06be\u06c1\u06cc]")
"""Letters of Persian and Urdu that Arabic does not have."""
_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:['\u2019][^\W\d_]+)*(?!\w)")
"""Letters beside a digit are no word: of a code's "A7-O2" none is."""
_LONGEST = 2000
_ENOUGH: Final = 4
"""Words from which one message may tell alone."""
_MARGIN: Final = 1.5
_LEAST: Final = 1.5
_LETTER = 0.7


@dataclass(frozen=True, slots=True)
class Guess:
    """What a message seems to be written in; ``is_clear`` where it tells that alone."""

    language: str
    is_clear: bool


def _meanings() -> dict[str, dict[str, float]]:
    """Weigh each small word: it tells the less, the more languages have it."""
    found: dict[str, list[str]] = {}
    for language, words in _SMALL.items():
        for word in words.split():
            found.setdefault(word, []).append(language)
    return {word: dict.fromkeys(own, 1 / len(own) ** 2) for word, own in found.items()}


_TELLS: Final = _meanings()


def detect(text: str) -> Guess | None:
    """Guess the language of a message; None where nothing tells, as in a slash command."""
    if text.lstrip().startswith("/"):
        return None
    text = text[:_LONGEST].casefold().replace("\u2019", "'")
    if _ARABIC.search(text):
        return _arabic(text)
    words = _words(text)
    scores: Counter[str] = Counter()
    for word in words:
        for language, weight in _TELLS.get(word, {}).items():
            scores[language] += weight  # type: ignore[assignment]  # a Counter of floats
    for language, letters in _LETTERS.items():
        if any(letter in text for letter in letters):
            scores[language] += _LETTER  # type: ignore[assignment]  # a Counter of floats
    ranked = [*scores.most_common(2), ("", 0.0), ("", 0.0)]
    (best, most), (_, second) = ranked[0], ranked[1]
    if not best or most <= second:
        return None
    is_clear = len(words) >= _ENOUGH and most >= _LEAST and most >= second * _MARGIN
    return Guess(best, is_clear)


def _words(text: str) -> list[str]:
    """Split a text into words; "d'une" is two, "don't" one."""
    words: list[str] = []
    for word in _WORD.findall(text):
        words += [word] if word in _TELLS else word.split("'")
    return words


def _arabic(text: str) -> Guess | None:
    if _OTHER_ARABIC.search(text):
        return None
    return Guess("ar", is_clear=len(_WORD.findall(text)) >= _ENOUGH)
