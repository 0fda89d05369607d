"""French."""

from nlu.values.tongues.tongue import (
    AnswerWords,
    ClockWords,
    CountWords,
    DayWords,
    LengthWords,
    MoneyWords,
    Part,
    Tongue,
    Turn,
    Unit,
)
from nlu.values.tongues.words import Lexicon

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
_SMALL = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze",
    "douze", "treize", "quatorze", "quinze", "seize", "dix sept", "dix huit", "dix neuf",
)  # fmt: skip
_TENS = {
    "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70,
    "huitante": 80, "octante": 80, "nonante": 90,
}  # fmt: skip


def _below_hundred() -> dict[str, int]:
    """Spell the numbers: sixty and eighty go on to nineteen more."""
    words = {word: value for value, word in enumerate(_SMALL) if value != 1}
    words |= _TENS | {"quatre vingts": 80, "quatre vingt": 80, "quatre vingt un": 81}
    for ten, value in _TENS.items():
        words |= {f"{ten} et un": value + 1, f"{ten} et une": value + 1}
        words |= {f"{ten} {_SMALL[one]}": value + one for one in range(2, 10)}
    words |= {f"soixante {_SMALL[one]}": 60 + one for one in range(10, 20)}
    words |= {"soixante et onze": 71, "quatre vingt une": 81}
    return words | {f"quatre vingt {_SMALL[one]}": 80 + one for one in range(2, 20)}


_TURNS_BEFORE = {
    "ce": Turn.THIS, "la semaine prochaine": Turn.OF_NEXT_WEEK,
    "la semaine prochaine le": Turn.OF_NEXT_WEEK,
}  # fmt: skip
_TURNS_BEHIND = {
    "prochain": Turn.NEXT, "qui vient": Turn.COMING, "dernier": Turn.LAST, "passé": Turn.LAST,
    "en huit": Turn.WEEK_AFTER, "de la semaine prochaine": Turn.OF_NEXT_WEEK,
    "la semaine prochaine": Turn.OF_NEXT_WEEK,
}  # fmt: skip
_NEAR = {
    "aujourd'hui": 0, "aujourd hui": 0, "auj": 0, "ce soir": 0, "ce matin": 0,
    "cet après midi": 0, "cette nuit": 0, "demain": 1, "après demain": 2, "hier": -1,
    "avant hier": -2,
}  # fmt: skip
_WEEKENDS = {
    "ce week end": 0, "ce weekend": 0, "le week end": 0, "le weekend": 0,
    "le week end prochain": 7, "le weekend prochain": 7,
}  # fmt: skip
_UNITS = {
    "jour": Unit.DAY, "jours": Unit.DAY, "semaine": Unit.WEEK, "semaines": Unit.WEEK,
    "quinzaine": Unit.FORTNIGHT, "mois": Unit.MONTH, "an": Unit.YEAR, "ans": Unit.YEAR,
    "année": Unit.YEAR, "années": Unit.YEAR,
}  # fmt: skip
_FEASTS = {
    "noël": (12, 25), "jour de noël": (12, 25), "réveillon de noël": (12, 24),
    "veille de noël": (12, 24), "saint sylvestre": (12, 31), "réveillon du nouvel an": (12, 31),
    "jour de l'an": (1, 1), "nouvel an": (1, 1), "saint valentin": (2, 14), "halloween": (10, 31),
    "toussaint": (11, 1), "14 juillet": (7, 14),
}  # fmt: skip
_PARTS = {
    "du matin": Part.MORNING, "le matin": Part.MORNING, "au matin": Part.MORNING,
    "dans la matinée": Part.MORNING, "en matinée": Part.MORNING, "matin": Part.MORNING,
    "de l'après midi": Part.AFTERNOON, "l'après midi": Part.AFTERNOON,
    "dans l'après midi": Part.AFTERNOON, "après midi": Part.AFTERNOON, "du soir": Part.EVENING,
    "le soir": Part.EVENING, "dans la soirée": Part.EVENING, "en soirée": Part.EVENING,
    "soir": Part.EVENING, "de la nuit": Part.NIGHT, "la nuit": Part.NIGHT,
}  # fmt: skip
_PART_PATTERNS = {
    Part.MORNING: r"\bmatin(?:ee)?\b|\bpetit[\s-]dej(?:euner)?\b",
    Part.NOON: r"(?<!petit[\s-])\bdejeuner\b",
    Part.AFTERNOON: r"\bapres[\s-]midi\b",
    Part.EVENING: r"\bsoir(?:ee)?\b|\bdiner\b",
    Part.NIGHT: r"\b(?:cette|la)\s+nuit\b",
}
_BEHIND_HOUR = {
    "et demie": 30, "et demi": 30, "et quart": 15, "un quart": 15, "moins le quart": -15,
    "moins quart": -15, "moins cinq": -5, "moins dix": -10, "moins vingt": -20,
    "moins vingt cinq": -25,
}  # fmt: skip
_BEFORE_TWELVE = {
    f"{name} {words}": (hour, 60 + minutes)
    for name, hour in (("midi", 11), ("minuit", 23))
    for words, minutes in _BEHIND_HOUR.items()
    if minutes < 0
}
_SECONDS = {
    "heure": 3600, "heures": 3600, "minute": 60, "minutes": 60, "min": 60, "mn": 60,
    "jour": 86_400, "jours": 86_400, "semaine": 604_800, "semaines": 604_800, "seconde": 1,
    "secondes": 1,
}  # fmt: skip
_FIXED = {
    "une demi heure": 30, "demi heure": 30, "d'une demi heure": 30, "un quart d'heure": 15,
    "quart d'heure": 15, "trois quarts d'heure": 45, "une heure trente": 90,
}  # fmt: skip


def french() -> Tongue:
    """Make the words of French."""
    return Tongue(
        language="fr",
        marks=r"le|la|les|du|des|un|une|et|pour|je|nous|vous|avec|est|s'il|merci|chez|dans|vers"
        r"|il|elle|de|entre|ce|cet|cette|partir|avant|apres|j'\w+|d'\w+|l'\w+|c'est|pas|oui|non|au|aux|heures?|a\s+\d{1,2}\s?h\d{0,2}",
        counts=_counts(),
        days=_days(),
        clocks=_clocks(),
        lengths=_lengths(),
        sums=MoneyWords(
            names={"euro": "EUR", "euros": "EUR", "francs": "CHF", "franc": "CHF",
                   "livres": "GBP", "dirhams": ""},
            dollars=("dollar", "dollars"),
            small={"centime": None, "centimes": None, "cent": None, "cents": None},
            joins="et",
            scales={"mille": 1000, "k": 1000, "million d'": 1_000_000, "millions d'": 1_000_000},
        ),
        answers=AnswerWords(
            yes="oui|ouais|ouep|d'accord|ok|okay|bien sûr|certainement|absolument|exact|exactement"
            "|tout à fait|volontiers|avec plaisir|parfait|c'est ça|c'est bon|ça marche|vas y"
            "|allez y|correct|entendu",
            no="non|plutôt non|nan|nope|pas du tout|pas vraiment|jamais|surtout pas|pas maintenant"
            "|faux|c'est faux|non pas du tout|pas encore",
            courtesy="merci|merci bien|s'il vous plaît|s'il te plaît|svp|stp|bien sûr|volontiers"
            "|avec plaisir",
            first_yes="oui|ouais|d'accord|ok|okay",
            first_no="non|plutôt non|nan",
            shown=("Oui", "Non"),
        ),
    )  # fmt: skip


def _counts() -> CountWords:
    several = {f"{_SMALL[n]} {word}": 100 * n for n in range(2, 10) for word in ("cent", "cents")}
    return CountWords(
        below_hundred=Lexicon(_below_hundred()),
        hundreds=Lexicon(several | {"cent": 100}),
        thousand="mille",
        millions="million|millions",
        gap=r"[\s-]",
        articles=Lexicon({"un": 1, "une": 1}),
        persons="personne|couvert|adulte|enfant|nuit|invité|invitée|bouteille|portion",
        sets=Lexicon({"douzaine": 12, "dizaine": 10, "quinzaine": 15, "vingtaine": 20}),
        half_of="demi",
        half_behind=r"\s+et\s+demie?",
        groups=" .'",
        point_regions=frozenset(),
    )


def _days() -> DayWords:
    dated = {word: n for word, n in _below_hundred().items() if 2 <= n <= 31}
    return DayWords(
        weekdays=Lexicon({name: day for day, name in enumerate(_DAYS)}),
        weekday_shorts=Lexicon({name[:3]: day for day, name in enumerate(_DAYS)}),
        glued_parts="",
        months=Lexicon(
            {name: month for month, name in enumerate(_MONTHS, 1)}
            | {"janv": 1, "févr": 2, "fév": 2, "avr": 4, "juil": 7, "oct": 10, "nov": 11,
               "déc": 12}
        ),
        days=Lexicon(dated | {"premier": 1}),
        day_mark="er|e",
        the="le|du|au",
        day_lead="le|du|au|pour le",
        of="de",
        follows="à|pour|vers|s'il|et|ou|avec|au|jusqu'au|si|serait|est|ça|c'est|en|svp|on|nous"
        "|dans|le|matin|soir|après midi|prochain|midi|plutôt",
        before=Lexicon(_TURNS_BEFORE),
        behind=Lexicon(_TURNS_BEHIND),
        never="chaque|tous les",
        near=Lexicon(_NEAR),
        no_near="jusqu'à présent",
        weekends=Lexicon(_WEEKENDS),
        ahead="dans|d'ici|sous|dans environ",
        ago="il y a",
        units=Lexicon(_UNITS),
        feasts=Lexicon(_FEASTS),
        shown="{weekday} {day} {month}",
        weekday_names=_DAYS,
        month_names=_MONTHS,
        today="Aujourd'hui",
        tomorrow="Demain",
    )  # fmt: skip


def _clocks() -> ClockWords:
    hours = {word: value for word, value in _below_hundred().items() if value <= 24}
    return ClockWords(
        by_24=True,
        leads=r"(?<!y\s)(?<!on\s)(?<!il\s)à|vers|dès|avant|après|jusqu'à|à partir de"
        "|aux environs de|vers les|sur les",
        bare_leads="",
        unit=r"heures?|h",
        unit_lasts=True,
        lasting="pendant|durant|de|d'|en|dans|environ|chaque|il y a|plus de|moins de|depuis|les",
        until="à|jusqu'à|et",
        spans="de|d'|entre",
        dotted=False,
        hour_words=Lexicon(hours | {"une": 1, "vingt et une": 21}),
        before_hour=Lexicon({}),
        behind_hour=Lexicon(_BEHIND_HOUR),
        half_day=r"\s?(?:(?P<p>p)|(?P<a>a))\.?\s?m\b\.?",
        parts=Lexicon(_PARTS),
        part_patterns=_PART_PATTERNS,
        no_thing="personnes|personne|euros|minutes|jours|semaines|mois|fois|enfants|adultes|places",
        named=Lexicon({"midi": (12, 0), "minuit": (0, 0), "midi et demi": (12, 30),
                       "minuit et demi": (0, 30), "midi et quart": (12, 15)} | _BEFORE_TWELVE),
        fillers="à|vers|dès|plutôt|peut être|disons|dans|le|ok|oui|non|en|environ",
        polite="svp|s'il vous plaît|s'il te plaît|merci|ça va|c'est bien",
        joins="à|au|le|vers|pour|dès|de|du|dans|plutôt|avant|après|en",
        now="maintenant|tout de suite|immédiatement",
        shown="à",
    )  # fmt: skip


def _lengths() -> LengthWords:
    return LengthWords(
        units=Lexicon(_SECONDS),
        fixed=Lexicon(_FIXED),
        one="une|un",
        half_glued="",
        half_behind=r"\s+et\s+demie?",
        joins="et",
        ahead="dans|d'ici|dans environ|sous",
        never="il y a|à|vers|vers les|sur les|dès|jusqu'à|avant|après|à partir de"
        "|toutes les|tous les|par",
        shown=(("jour", "jours"), ("heure", "heures"), ("minute", "minutes"),
               ("seconde", "secondes")),
    )  # fmt: skip
